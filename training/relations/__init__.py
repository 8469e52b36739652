"""Fit the model of relations among the sums of a document."""
