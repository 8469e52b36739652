"""Names of a whole document: what its prose names is known in its headlines, by its short forms and by the letters it defines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import re2

from ledger.attribute.mentions_shape import BODIES, LINKS, RUNS, Hit, Part, Place, Shape, parts_of, shapes
from ledger.lexicons.names import Names, Target, words
from schemas import NameType, Section, Segment

_LETTERS = re2.compile(r"^ ?\((?:the |“|\"|')?(\p{Lu}[\p{Lu}\p{N}&-]{1,7}|\p{Lu}[\p{L}]{2,11})(?:”|\"|'|\)|,|;)")
_LONG_WORD = re2.compile(r"\b(\p{L})[\p{L}]{3,}")
TITLED_SHARE = 0.6
LONGEST_TITLE = 220
ORGANISATIONS = frozenset({NameType.COMPANY, NameType.BODY, NameType.FUND, NameType.OTHER})


class Draft(NamedTuple):
    """A mention before it is given its id."""

    start: int
    end: int
    name: str
    type: NameType
    country: str | None
    rule: str
    certain: bool
    anaphor: bool


class Run(NamedTuple):
    """A run of capitalised words and the surfaces of the gazetteer in it."""

    start: int
    end: int
    hits: list[Hit]


def drafts(text: str, segments: Sequence[Segment], names: Names) -> Iterator[Draft]:
    """The mentions of all segments but furniture, each by its own words."""
    runs = _runs(text, names)
    read = [(segment, titled(text, segment)) for segment in segments if segment.section is not Section.FURNITURE]
    known: dict[str, Target] = {}
    found: list[tuple[Segment, bool, list[Shape]]] = []
    for segment, in_title in read:
        if not in_title:
            shapes_here = list(_read(text, segment, False, runs, known))
            _learn(text, shapes_here, known)
            found.append((segment, in_title, shapes_here))
    for segment, in_title in read:
        if in_title:
            found.append((segment, in_title, list(_read(text, segment, True, runs, known))))
    spoken = {shape.name for _, in_title, shapes_here in found for shape in shapes_here if shape.certain and not in_title}
    for _, in_title, shapes_here in found:
        yield from (_draft(shape, spoken) for shape in shapes_here if shape.certain or shape.name in spoken or not in_title)


def _draft(shape: Shape, spoken: set[str]) -> Draft:
    return Draft(shape.start, shape.end, shape.name, shape.type, shape.country, shape.rule, shape.certain or shape.name in spoken, False)


def titled(text: str, segment: Segment) -> bool:
    """Whether a line is written in title case or capitals, where a capital tells nothing."""
    if segment.end - segment.start > LONGEST_TITLE:
        return False
    initials = [match.group(1) for match in _LONG_WORD.finditer(text[segment.start : segment.end])]
    return len(initials) > 2 and sum(letter.isupper() for letter in initials) >= TITLED_SHARE * len(initials)


def _runs(text: str, names: Names) -> list[Run]:
    """Runs of capitalised words with their hits, and hits outside any run, in the text's order."""
    hits = _hits(text, names)
    runs = []
    at = 0
    for start, end in _spans(text):
        while at < len(hits) and hits[at].start < start and hits[at].end <= start:
            runs.append(Run(hits[at].start, hits[at].end, [hits[at]]))
            at += 1
        inside = []
        while at < len(hits) and hits[at].start < end:
            inside.append(hits[at])
            at += 1
        if inside:
            start, end = min(start, inside[0].start), max(end, inside[-1].end)
        runs.append(Run(start, end, inside))
    runs += [Run(hit.start, hit.end, [hit]) for hit in hits[at:]]
    return runs


def _spans(text: str) -> list[tuple[int, int]]:
    bodies = [match.span() for match in BODIES.finditer(text)]
    if not bodies:
        return [match.span() for match in RUNS.finditer(text)]
    spans, at = [], 0
    for start, end in bodies:
        spans += [match.span() for match in RUNS.finditer(text, at, start)]
        spans.append((start, end))
        at = end
    return spans + [match.span() for match in RUNS.finditer(text, at)]


def _hits(text: str, names: Names) -> list[Hit]:
    """Whole-word surfaces, the longest at each place."""
    hits = []
    size = len(text)
    for pattern, start, end in names.automaton.find_matches_as_indexes(text):
        if start and (text[start - 1].isalnum() or text[start - 1] in "-." and start > 1 and text[start - 2].isalnum() and text[start - 1] == "."):
            continue
        if end < size and text[end].isalnum():
            shorter = _shorter(text, start, end, names)
            if shorter is not None:
                hits.append(shorter)
            continue
        hits.append(Hit(start, end, names.targets[pattern]))
    return hits


def _shorter(text: str, start: int, end: int, names: Names) -> Hit | None:
    """The longest surface that ends with a word, where the longest one did not ("Toyota" in "Toyota Motorsport")."""
    said = text[start:end]
    while (at := max(said.rfind(" "), said.rfind("-"))) > 0:
        said = said[:at]
        if (targets := names.surfaces.get(said)) is not None:
            return Hit(start, start + len(said), targets)
    return None


def _read(text: str, segment: Segment, in_title: bool, runs: list[Run], known: dict[str, Target]) -> Iterator[Shape]:
    starts = {sentence.start for sentence in segment.sentences} | {segment.start}
    for run in _within(runs, segment):
        at_start = run.start in starts or _opens(text, run.start)
        if len(run.hits) == 1 and run.hits[0].start == run.start and run.hits[0].end == run.end:
            yield from _lone(text, run.hits[0], at_start, in_title, known)
        else:
            place = Place(at_start, in_title, _before(text, run.start), text[run.end : run.end + 16])
            yield from shapes(parts_of(text, run.start, run.end, run.hits), place, known)


def _within(runs: list[Run], segment: Segment) -> list[Run]:
    low = _first(runs, segment.start)
    high = _first(runs, segment.end)
    return runs[low:high]


def _first(runs: list[Run], offset: int) -> int:
    low, high = 0, len(runs)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if runs[middle].start < offset else (low, middle)
    return low


def _opens(text: str, start: int) -> bool:
    """Whether a capital is owed to a quotation, colon or bullet before it."""
    before = text[max(0, start - 2) : start]
    return before[-1:] in "“\"‘'•*▪►–—(\n" or before in (": ", "• ", "- ", "* ", "– ", "— ", "► ", "▪ ", "? ", "! ")


def _before(text: str, start: int) -> str:
    return text[max(0, start - 12) : start].rstrip().rpartition(" ")[2].casefold()


def _lone(text: str, hit: Hit, at_start: bool, in_title: bool, known: dict[str, Target]) -> Iterator[Shape]:
    """A run that is one surface of the gazetteer."""
    said = text[hit.start : hit.end]
    target = known.get(said)
    if target is not None:
        yield Shape(hit.start, hit.end, target.name, target.type, target.country, target.rule, True)
        return
    after = text[hit.end : hit.end + 16]
    for target in hit.targets:
        ordinary = target.weak and not said.isupper()
        supported = (
            not (at_start or in_title)
            or after.startswith(("'s", "’s"))
            or after[1:].split(maxsplit=1)[:1]
            and after[1:].split(maxsplit=1)[0] in words("acting")
        )
        yield Shape(hit.start, hit.end, target.name, target.type, target.country, target.rule, not target.weak or (ordinary and bool(supported)))


def _learn(text: str, found: list[Shape], known: dict[str, Target]) -> None:
    """Keep what a paragraph names: full names, their short forms, and letters in brackets."""
    for shape in found:
        if shape.rule in ("demonym", "metonym", "leader") and shape.type is not NameType.PERSON:
            continue
        said = text[shape.start : shape.end]
        if (letters := _LETTERS.search(text[shape.end : shape.end + 20])) is not None and shape.type is not NameType.PERSON:
            short = letters.group(1)
            if _fits(short, said):
                known[short] = Target(shape.name, shape.type, shape.country, "defined", False)
        if " " in said:
            _short_forms(shape, said, known)


def _fits(short: str, said: str) -> bool:
    """Whether letters in brackets are made of the name's, and not a ticker or a place."""
    initials = "".join(word[0] for word in said.replace("-", " ").split() if word[0].isupper())
    return short.isupper() and (short[0] == initials[:1] or short in initials) or short in said.split()


def _short_forms(shape: Shape, said: str, known: dict[str, Target]) -> None:
    if shape.type in (NameType.COUNTRY, NameType.PLACE):
        return
    full = Target(shape.name, shape.type, shape.country, "short_form", False)
    if shape.rule not in ("gazetteer", "leader"):
        known.setdefault(said, Target(shape.name, shape.type, shape.country, shape.rule, False))
    parts = said.split()
    if shape.type is NameType.PERSON:
        known.setdefault(parts[-1], full)
        return
    first = parts[0]
    if (
        len(first) > 3
        and first.casefold() not in words("starts")
        and first not in words("generic_heads")
        and not _tail(first)
        and shape.rule in ("shape", "suffix")
    ):
        known.setdefault(first, full)
    if len(parts) > 2 and shape.rule in ("shape", "suffix") and parts[1] not in LINKS:
        known.setdefault(" ".join(parts[:2]), full)
    initials = "".join(word[0] for word in parts if word not in LINKS)
    if len(initials) > 2 and initials.isupper():
        known.setdefault(initials, full)


def _tail(word: str) -> bool:
    return any(word in words(listed) for listed in ("company_tails", "body_tails", "place_tails", "fund_tails", "bank_tails", "event_tails"))


__all__ = ["Draft", "Part", "drafts", "titled"]
