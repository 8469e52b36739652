"""Measure, stage and time basis of a figure."""
