"""Trained models: linear weights and the network, with their loader and hash."""
