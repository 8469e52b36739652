"""Nouns: what a bare number counts, found by the shape of the words behind it."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ledger.english import irregular_singular, singular
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
def collective() -> frozenset[str]:
    """Nouns that are counted without a plural ending: "200 staff", "30 aircraft"."""
    return frozenset(toml("nouns")["collective"]["words"])


@lru_cache(maxsize=1 << 14)
def counted_unit(noun: str) -> str:
    """What a noun counts: its singular, in snake case.

    >>> counted_unit("factories"), counted_unit("people"), counted_unit("headcount"), counted_unit("GPUs")
    ('factory', 'person', 'person', 'gpu')
    """
    word = noun.casefold().strip("'._").replace("-", "_")
    known = toml("nouns")["same"].get(word)
    if known:
        return str(known)
    if noun.strip("'._")[-2:-1].isupper():
        return word.removesuffix("s")
    return singular(word)


@lru_cache(maxsize=1 << 14)
def is_plural(word: str) -> bool:
    """Whether a word looks like a noun in the plural."""
    plain = word.casefold().strip("'.")
    if plain in collective() or irregular_singular(plain) not in (None, plain):
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
    before = ""
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
        particle = read > 1 and token.group()[0] == "-" and lower.rstrip("'._") in PARTICLES
        if particle or (is_plural(word) and not (lower in COLLECTIVES and _NEXT_PLURAL.match(text, place))):
            head = counted_unit(before + lower if particle else word)
            return Noun("unit" if any(map(str.isdigit, word)) else head, start if sized else place - _marks(word))
        before = lower
        if read == 1 and lower.strip("'.") in PHRASE_HEADS and (lower[-1] == "." or _PHRASE_END.match(text, place)):
            return Noun(counted_unit(word), place - _marks(word))
        if word.endswith("'s") or (word.endswith(".") and len(word) > 4):
            return None
    return None


def _marks(word: str) -> int:
    """How many points and apostrophes end a word."""
    return len(word) - len(word.rstrip("'._"))


PARTICLES = frozenset({"ups", "offs", "outs", "overs", "aways", "ins"})
"""Plurals behind a hyphen that are counted together with the word before it: "18 start-ups"."""
COLLECTIVES = frozenset({"livestock", "staff", "police", "fish", "cattle", "poultry", "crew", "sheep"})
"""Plurals without -s that may stand before the noun that is counted: "709 livestock farms"."""
_NEXT_PLURAL = re.compile(r" [a-z]{2,}[a-rt-z]s\b")
PHRASE_HEADS = frozenset({"systems", "operations", "services", "rights", "securities", "options", "bonds", "cities"})
"""Modifiers that are counted where their phrase ends with them: "650 systems."."""
_PHRASE_END = re.compile(r"[.,;:)]|$| (?:for|in|with|of|and|at|by|on|to|from|across|were|are)\b")
_HYPHENATED = re.compile(r"-([a-z]{3,})(?![A-Za-z-])")


@cache
def _not_counted() -> frozenset[str]:
    return frozenset(toml("nouns")["not_counted"]["words"])


def hyphenated_noun(text: str, start: int, end: int) -> Noun | None:
    """The noun of "a 1,200-seat hall", which stands in the singular behind a hyphen."""
    match = _HYPHENATED.match(text, start, min(end, start + 32))
    if match is None or match.group(1) in _not_counted():
        return None
    return Noun(counted_unit(match.group(1)), match.end(1))
