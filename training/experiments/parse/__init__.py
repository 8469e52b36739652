"""Whether a dependency parse helps actor and recipient: it did not, see the docstring of `compare`."""
