"""Runs of capitalised words: how they are found, their parts, and what is known of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ledger.lexicons import toml
from ledger.lexicons.names import Target, word_list
from schemas import NameType

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĘĚĞĢĪİĶŁŃŅŇŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_ANY = "0-9A-Za-zÀ-ɏḀ-ỿ"


def _any_of(words: frozenset[str]) -> str:
    """A pattern of the words, longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


# A word begins with a capital, so that the search leaps from capital to capital; the gazetteer has "eBay" and "3M".
_ABBREVIATED = rf"(?:{_any_of(frozenset(word[1:] for word in word_list('abbreviations')))})\."
_WORD = (
    rf"[{_UPPER}](?:(?:\.[A-Z])*\.|{_ABBREVIATED}"
    rf"|[{_ANY}]*(?:(?:[-&.+@]|['’][{_UPPER}]|['’][a-z][a-z])[{_ANY}]+)*\+?)"
)
_LINK = rf" (?:{'|'.join(f'{phrase} ' for phrase in toml('names/words')['links']['phrases'])}|al-|el-)?"
RUNS = re.compile(rf"{_WORD}(?:{_LINK}{_WORD})*")
"""A run of capitalised words."""
_PLAIN = rf"[{_UPPER}][-{_ANY}]+"
_SOME = rf"{_PLAIN}(?: {_PLAIN}){{0,4}}"
BODIES = re.compile(
    rf"\b(?:{_any_of(word_list('heads_with_and'))}) (?:of|for) (?:the )?{_SOME}(?:, {_SOME}){{0,3}},? (?:and|&) {_SOME}"
)
"""A body with commas and "and" in its name ("Ministry of Trade, Industry and Energy"); bounded, so linear in time."""
PAIRED = re.compile(
    rf"(?<=\b[Tt]he )([{_UPPER}][{_ANY}]+) and ([{_UPPER}][{_ANY}]+) (?:{_any_of(word_list('paired_tails'))})\b"
)
"""A fund or body named by two words: "the Loss and Damage Fund"; whether the first is a common one is to be asked."""
SHIPS = "-class"
"""What makes a name one of ships: "two Virginia-class submarines"."""
LINKS = word_list("links")
TAILS = (
    ("fund_tails", NameType.FUND),
    ("body_tails", NameType.BODY),
    ("bank_tails", NameType.BODY),
    ("company_tails", NameType.COMPANY),
    ("place_tails", NameType.PLACE),
)
PLACES = frozenset({NameType.PLACE, NameType.COUNTRY})


class GazetteerMatch(NamedTuple):
    """A surface of the gazetteer in the text."""

    start: int
    end: int
    targets: tuple[Target, ...]


class RunPart(NamedTuple):
    """A word of a run, or a surface of the gazetteer in it."""

    start: int
    end: int
    said: str
    hit: GazetteerMatch | None


class NameSpan(NamedTuple):
    """A name found: where, its canonical form, what it is, and by which rule; see `Mention`, which adds its id."""

    start: int
    end: int
    name: str
    type: NameType
    country: str | None
    rule: str
    certain: bool
    anaphor: bool = False


class RunContext(NamedTuple):
    """What surrounds a run."""

    at_start: bool
    """Whether it opens a sentence or a quotation."""
    titled: bool
    """Whether its line is in title case."""
    before: str
    """The word before it in lower case, or nothing; "into" where money goes in ("a stake in")."""
    after: str
    """The text after it, a few characters."""
    listed: bool
    """Whether it opens a cell of a table or an item of a list."""
    by_place: bool
    """Whether a place follows after a comma ("Halden, Norway"), or the dash of a dateline."""


def parts_of(text: str, start: int, end: int, hits: list[GazetteerMatch]) -> list[RunPart]:
    """The words of a run in order; a surface of the gazetteer is one part."""
    parts: list[RunPart] = []
    at = start
    for hit in hits:
        parts += _words(text, at, hit.start)
        parts.append(RunPart(hit.start, hit.end, text[hit.start : hit.end], hit))
        at = hit.end
    return parts + _words(text, at, end)


def _words(text: str, start: int, end: int) -> list[RunPart]:
    """The words between surfaces; an empty part stands for a compound's end ("-based"), which ends the name."""
    parts = []
    at = start
    for word in text[start:end].split(" "):
        name, hyphen, rest = word.rpartition("-")
        if hyphen and rest in word_list("cut_after_hyphen"):
            if name:
                parts.append(RunPart(at, at + len(name), name, None))
            parts.append(RunPart(at, at, "", None))
        elif word.startswith("-") and len(word) > 1:
            parts += [RunPart(at, at, "", None), RunPart(at + 1, at + len(word), word[1:], None)]
        elif word and word not in ("'s", "’s", "-"):
            parts.append(RunPart(at, at + len(word), word, None))
        at += len(word) + 1
    return parts


def shown_words(group: list[RunPart]) -> str:
    """The words of a group of parts."""
    said, at = "", group[0].start
    for part in group:
        said += " " * (part.start > at) + part.said
        at = part.end
    return said


def without_legal_form(group: list[RunPart]) -> list[RunPart]:
    """The group without the legal forms at its end: "Corvale Energy Ltd" is Corvale Energy."""
    while len(group) > 1 and group[-1].hit is None and group[-1].said in word_list("legal") and group[-2].said != "&":
        group = group[:-1]
    return group


def names_of_match(hit: GazetteerMatch) -> Iterator[NameSpan]:
    """What a surface of the gazetteer stands for."""
    for target in hit.targets:
        yield NameSpan(hit.start, hit.end, target.name, target.type, target.country, target.rule, not target.weak)


def tail_type(word: str) -> tuple[NameType, str] | None:
    """The type and rule of a name by its last word, or null."""
    return next(((kind, "suffix") for listed, kind in TAILS if word in word_list(listed)), None)


def acts(after: str) -> bool:
    """Whether a text begins with a space and a verb of acting, as after a subject."""
    following = after.split(maxsplit=1)
    return bool(following) and after[:1] == " " and following[0].strip(",.") in word_list("acting")
