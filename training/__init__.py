"""Trains the weights and the network of the ledger, from articles written for it and annotated ones given by argument."""
