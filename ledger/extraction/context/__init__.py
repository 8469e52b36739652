"""What stands around a number and decides its currency, unit, bound and rate, or that it is no figure."""
