"""The fields of activity that the text ties to a figure."""
