"""Reads what the models are trained on: annotated articles, written articles, sentences and templates."""
