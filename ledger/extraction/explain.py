"""Explanations: which rules made each figure of a text, and which rule rejected each other number."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.extraction.figures import figures_of
from ledger.extraction.trace import RejectedNumber, Trace
from schemas import Figure, Segment


@dataclass(frozen=True, slots=True)
class ExplainedFigure:
    """A figure, the words it was read from and the rules that made it, in order."""

    rules: tuple[str, ...]
    start: int
    end: int
    exact: str
    figure: Figure


def explain_figures(text: str, segments: Sequence[Segment]) -> tuple[ExplainedFigure | RejectedNumber, ...]:
    """Every figure of `text` with its rules, and every rejected number with its rule, in text order."""
    trace = Trace(wanted=True)
    figures = list(figures_of(text, segments, None, trace))
    explained = [
        ExplainedFigure(figure.rules, figure.start, figure.end, text[figure.start : figure.end], figure)
        for figure in figures
    ]
    return tuple(sorted([*explained, *trace.rejected], key=lambda entry: (entry.start, entry.end)))
