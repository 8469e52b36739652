"""Extraction: the numbers of a text as figures with kind, unit, value, bound and span."""

from ledger.extraction.explain import Firing, explain
from ledger.extraction.figures import extract
from ledger.extraction.trace import Loss

__all__ = ["Firing", "Loss", "explain", "extract"]
