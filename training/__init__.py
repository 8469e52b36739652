"""Trains the weights and the network of the ledger, on its own articles and on annotated ones given by argument."""
