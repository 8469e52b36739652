"""Extraction: the numbers of a text as figures with kind, unit, value, bound and span."""

from ledger.extraction.explain import ExplainedFigure, explain_figures
from ledger.extraction.figures import extract_figures
from ledger.extraction.trace import RejectedNumber, Trace

__all__ = ["ExplainedFigure", "RejectedNumber", "Trace", "explain_figures", "extract_figures"]
