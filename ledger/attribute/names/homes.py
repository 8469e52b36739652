"""Ministries that say no country: "the Ministry of Defence" is that of the country which the text speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.attribute.names.runs import NameSpan
from ledger.lexicons.load import toml
from ledger.lexicons.names import Names
from schemas import NameType

LEAST = 2
"""Times that a text names a country, at least, for its ministries to be meant."""


def at_home(text: str, spans: Sequence[NameSpan], names: Names) -> Iterator[NameSpan]:
    """The `spans` of `text`, ministries of countries that it never names being those of the country it names most.

    A text that tells sums in a country's money speaks of the country, too.
    """
    lands = Counter(span.name for span in spans if span.type is NameType.COUNTRY)
    lands.update(span.country for span in spans if span.country and span.type is NameType.PLACE)
    home, times = max(lands.items(), key=lambda land: (land[1], land[0]), default=("", 0))
    money = toml("names/anaphora")["ministries"]["money"]
    for span in spans:
        lost = span.type is NameType.BODY and span.rule == "gazetteer" and span.country and span.country not in lands
        ministry = _ministry(text[span.start : span.end]) if lost and times >= LEAST else ""
        if ministry and any(sign in text for sign in money.get(span.country, ())):
            ministry = ""
        yield _of(home, ministry, span, names) if ministry else span


def _ministry(words: str) -> str:
    """The ministry that the words of a name say without a country, or nothing."""
    lexicon = toml("names/anaphora")["ministries"]
    full: str = lexicon["letters"].get(words, words)
    return full if full.startswith(tuple(lexicon["heads"])) else ""


def _of(land: str, ministry: str, span: NameSpan, names: Names) -> NameSpan:
    """The ministry of a country by the lexicon, else by its own words."""
    subject = ministry.split(" ", 2)[-1].casefold()
    named = toml("names/anaphora")["ministries"]["names"].get(land, {}).get(subject, f"{land} {ministry}")
    target = names.canonical(named)
    return span._replace(name=named, country=target.country if target else land, rule="home", certain=False)
