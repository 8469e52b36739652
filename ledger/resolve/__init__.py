"""Resolution: which claims are the same money told again, what each commitment comes to, and a reason for every claim that is not counted."""

from ledger.resolve.resolution import Resolution, resolve

__all__ = ["Resolution", "resolve"]
