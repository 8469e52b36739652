"""Rates of exchange, and amounts in words."""
