"""The period over which, or by which, an amount flows."""
