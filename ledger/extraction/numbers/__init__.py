"""Numbers as written: found, read, joined into ranges, with their units and nouns."""
