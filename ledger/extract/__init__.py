"""Extraction: the numbers of a text as figures with kind, unit, value, bound and span."""

from ledger.extract.explain import Firing, Loss, explain
from ledger.extract.reading import extract

__all__ = ["Firing", "Loss", "explain", "extract"]
