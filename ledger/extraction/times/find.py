"""The periods that a text says: found in one pass over the text, each distinct wording read once."""

import re
from datetime import date
from functools import cache, lru_cache

from ledger.extraction.numbers.grammar import Finder
from ledger.extraction.times.nearby import NEARBY_RULES
from ledger.extraction.times.patterns import pattern_finder, plain_bytes
from ledger.extraction.times.period import Period
from ledger.extraction.times.readers import ANCHORED, READERS
from ledger.lexicons import load


def filled(pattern: str | list[str]) -> str:
    """A pattern with the parts of the lexicon filled in."""
    source = load.joined(pattern)
    parts = load.toml("times")["parts"]
    for name in ("within", "year", "number", "month", "day", "unit", "ordinal"):
        source = source.replace(f"{{{name}}}", load.joined(parts[name]))
    return source.replace("{month}", load.joined(parts["month"]))


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Name, reader and pattern of each rule, compiled to read words that the finder has found."""
    return tuple(
        (rule["name"], rule["reads"], re.compile(filled(rule["pattern"]), re.IGNORECASE))
        for rule in load.toml("times")["rule"]
    )


@cache
def _finder() -> Finder:
    """All rules as one automaton that finds the longest words from the left."""
    every = "|".join(re.sub(r"\(\?P<[a-z0-9]+>", "(?:", filled(rule["pattern"])) for rule in load.toml("times")["rule"])
    return pattern_finder(rf"\b(?:{every})\b", longest=True)


@lru_cache(maxsize=8192)
def _read(words: bytes, published: date | None) -> tuple[str, str, str] | None:
    """The period that found words say, the name of the rule that reads them and its reader, or None."""
    said = words.decode("latin-1")
    for name, reads, source in _rules():
        found = source.fullmatch(said)
        if found is None:
            continue
        groups = found.groupdict()
        if (
            published is None
            and reads in ANCHORED
            and not any(year for key, year in groups.items() if key.startswith(("year", "short")))
        ):
            return None
        iso = READERS[reads](groups, said.lower(), published or date.min)
        if iso:
            return iso, name, reads
    return None


def find_periods(text: bytes, published: date | None) -> list[Period]:
    """The periods that a plain text says, in order; relative ones ("this year") only where `published` is known."""
    find = _finder().find
    found: list[Period] = []
    start, end = find(text)
    while start >= 0:
        read = _read(text[start:end], published)
        if read is not None:
            iso, rule, reads = read
            if published is not None and reads in NEARBY_RULES:
                iso = NEARBY_RULES[reads](text, start, end, iso, published, found) or ""
            if iso:
                found.append(Period(iso, start, end, rule))
        start, end = find(text, end)
    return found


def periods(text: str, sentence_start: int, sentence_end: int, published: date | None) -> tuple[Period, ...]:
    """The periods that a sentence says, in order.

    >>> [period.iso for period in periods("It pays $3 million over five years, by 2030.", 0, 44, None)]
    ['P5Y', '/2030']
    """
    found = find_periods(plain_bytes(text), published)
    return tuple(period for period in found if sentence_start <= period.start and period.end <= sentence_end)
