"""Common words: those that a dictionary has, in any of their forms, and what the forms of a word share."""

from collections.abc import Iterator
from functools import cache, lru_cache

from ledger.english.nouns import irregular_singular, plurals
from ledger.english.verbs import irregular_bases, spellings
from ledger.lexicons.load import csv_rows

INFLECTED = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("ying", "ie"),
)
"""An ending of an inflected word and what its first form has in that place; a doubled consonant is undone besides."""
DERIVED = (("ly", ""), ("er", ""), ("er", "e"), ("y", ""))
"""The same of words that are made from others: "quickly", "banker"."""


@cache
def _common() -> frozenset[str]:
    return frozenset(row["word"] for row in csv_rows("names/ordinary"))


@lru_cache(maxsize=1 << 14)
def ordinary(word: str) -> bool:
    """Whether a word, in any of its usual forms, is common: its capital at the start of a sentence tells nothing.

    >>> ordinary("Markets"), ordinary("Sites"), ordinary("Planned"), ordinary("Built"), ordinary("Velora")
    (True, True, True, True, False)
    """
    plain = word.casefold()
    known = _common()
    if plain in known:
        return True
    return any(base in known for base in _derived_from(plain)) or any(
        base in known and (plain in plurals(base) or plain in spellings(base)) for base in _inflected_from(plain)
    )


def _derived_from(word: str) -> Iterator[str]:
    return (word.removesuffix(end) + kept for end, kept in DERIVED if word.endswith(end))


def _inflected_from(word: str) -> Iterator[str]:
    """What a word may be a form of; whether it is one, its forms tell."""
    irregular = irregular_bases().get(word) or irregular_singular(word)
    if irregular is not None:
        yield irregular
    for end, kept in INFLECTED:
        if word.endswith(end):
            base = word.removesuffix(end) + kept
            yield base
            if not kept and len(base) > 2 and base[-1] == base[-2]:
                yield base[:-1]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending, so that "invests", "invested" and "investing" have one key; it need not be a word.

    The weights files name features by it: another rule needs new weights.

    >>> stem("invested"), stem("companies"), stem("makes")
    ('invest', 'company', 'mak')
    """
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = word[: -len(ending)]
            return bare + "y" if ending in ("ies", "ied") else bare.rstrip("e") if ending in ("es", "ed") else bare
    return word.rstrip("e") if len(word) > 4 else word


__all__ = ["ordinary", "stem"]
