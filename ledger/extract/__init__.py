"""Extraction: the numbers of a text as figures with kind, unit, value, bound and span."""

from ledger.extract.explain import Firing, explain
from ledger.extract.reading import extract
from ledger.extract.trace import Loss

__all__ = ["Firing", "Loss", "explain", "extract"]
