"""Words that stand for a name said before: "the company", "the state", "it", "the two countries"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.attribute.mentions_document import Draft
from schemas import Segment


def anaphors(text: str, segments: Sequence[Segment], found: Sequence[Draft]) -> Iterator[Draft]:
    """Mentions by words that stand for what was named before them."""
    return iter(())
