"""Weights of pairs of claims, for resolution."""
