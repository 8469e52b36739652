"""Nouns: what a bare number counts, found by the shape of the words behind it."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ledger.lexicons.load import toml

NOUN_REACH = 96
"""Characters behind a number in which its noun is looked for."""
_MODEL = r"[A-Z]+[a-z]*-?\d[\dA-Za-z]*(?:-\d+)?[A-Za-z]*|(?<= )\d{3}-\d{1,2}s?\b|(?<= )\d{3}(?= (?:MAX|Max|neo|[a-z]))"
_TOKEN = re.compile(
    rf"(?:[ -]|'s )({_MODEL}|[A-Za-z_][A-Za-z_'.]*|\d+[A-Za-z]*s\b|(?P<size>\d[\d.]*-?(?:[a-z]+|[GMk]W)\b))"
)
MOST_WORDS = 7
"""Words of the longest noun phrase read behind a number."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun: its head in the singular and where its phrase ends."""

    head: str
    end: int


@cache
def stops() -> frozenset[str]:
    """Words that end a noun phrase."""
    return frozenset(toml("nouns")["stops"])


@cache
def modifiers() -> frozenset[str]:
    """Words in -s that are no heads."""
    return frozenset(toml("nouns")["modifiers"]["words"])


@cache
def irregular() -> dict[str, str]:
    """Plural → singular where spelling does not tell."""
    return dict(toml("nouns")["irregular"])


@lru_cache(maxsize=1 << 14)
def singular(noun: str) -> str:
    """The singular of an English noun, in snake case.

    >>> singular("factories"), singular("people"), singular("boxes"), singular("GPUs"), singular("warehouses")
    ('factory', 'person', 'box', 'gpu', 'warehouse')
    """
    word = noun.casefold().strip("'._").replace("-", "_")
    known = irregular().get(word)
    if known:
        return known
    if noun.strip("'._")[-2:-1].isupper():
        return word.removesuffix("s")
    return _regular_singular(word)


def _regular_singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 14)
def is_plural(word: str) -> bool:
    """Whether a word looks like a noun in the plural."""
    plain = word.casefold().strip("'.")
    if plain in irregular():
        return True
    if word.strip("'.")[-2:-1].isupper() and word.strip("'.").endswith("s") and len(plain) > 2:
        return True
    return (
        len(plain) > 2
        and plain.endswith("s")
        and not plain.endswith(("ss", "us", "'s", "ysis", "asis"))
        and plain not in modifiers()
    )


def noun_behind(text: str, start: int, end: int) -> Noun | None:
    """The noun that a number ending at `start` counts, within `text[:end]`.

    Behind a size ("20,000 12-inch wafers") the phrase is left out.
    """
    limit = min(end, start + NOUN_REACH)
    place = start
    read = 0
    sized = False
    while read < MOST_WORDS:
        token = _TOKEN.match(text, place, limit)
        if token is None:
            return None
        word = token.group(1)
        lower = word.lower()
        if lower in stops() or (lower in ("and", "or") and read == 0):
            return None
        place = token.end(1)
        read += 1
        if token.group("size"):
            sized = True
            continue
        if is_plural(word):
            return Noun(
                "unit" if any(letter.isdigit() for letter in word) else singular(word),
                start if sized else place - (len(word) - len(word.rstrip("'._"))),
            )
        if word.endswith("'s") or (word.endswith(".") and len(word) > 4):
            return None
    return None


_HYPHENATED = re.compile(r"-([a-z]{3,})(?![A-Za-z-])")


@cache
def _not_counted() -> frozenset[str]:
    return frozenset(toml("nouns")["not_counted"]["words"])


def hyphenated_noun(text: str, start: int, end: int) -> Noun | None:
    """The noun of "a 1,200-seat hall", which stands in the singular behind a hyphen."""
    match = _HYPHENATED.match(text, start, min(end, start + 32))
    if match is None or match.group(1) in _not_counted():
        return None
    return Noun(singular(match.group(1)), match.end(1))
