"""Builds the ledger's lists of names."""
