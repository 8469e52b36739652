"""Who and what a text names: every mention of a country, place, body, company or person, with its rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ledger.attribute.names.anaphora import anaphors
from ledger.attribute.names.document import drafts
from ledger.attribute.names.homes import at_home
from ledger.attribute.names.runs import NameSpan
from ledger.lexicons.names import Names, load_names
from schemas import NameType, Segment, stable_id


class Mention(NamedTuple):
    """A place in the text where somebody or something is named or stood for."""

    start: int
    """First code point."""
    end: int
    """Code point after the last one."""
    said: str
    """The words."""
    name: str
    """Canonical name; of what it stands for, where it is an anaphor."""
    id: str
    """Stable id of the canonical name."""
    type: NameType
    """What the name stands for."""
    country: str | None
    """English name of its country, where known; for a person, the name of what the person stands for."""
    rule: str
    """How it was read: gazetteer, metonym, demonym, suffix, acronym, short_form, shape, person, the_company …"""
    certain: bool
    """False where the words could well be something else."""
    anaphor: bool
    """Whether the words stand for a name said elsewhere ("the company", "it")."""


@lru_cache(maxsize=65536)
def name_id(name: str) -> str:
    """The stable id of a canonical name.

    >>> name_id("Sony") == name_id("SONY")
    True
    """
    return stable_id("name", name.casefold())


def mentions(text: str, segments: Sequence[Segment], names: Names | None = None) -> tuple[Mention, ...]:
    """All mentions of `text` in its order, furniture left out.

    Two have the same span where the words stand for two ("the two countries", a capital).
    """
    known = names or load_names()
    spans = sorted(set(drafts(text, segments, known)), key=_order)
    found = list(at_home(text, spans, known))
    return tuple(_made(text, [*found, *anaphors(text, segments, found, known)]))


def _order(span: NameSpan) -> tuple[int, int, str, str]:
    return span.start, -span.end, span.rule, span.name


def _made(text: str, found: Iterable[NameSpan]) -> Iterator[Mention]:
    for d in sorted(found, key=_order):
        yield Mention(
            d.start,
            d.end,
            text[d.start : d.end],
            d.name,
            name_id(d.name),
            d.type,
            d.country,
            d.rule,
            d.certain,
            d.anaphor,
        )
