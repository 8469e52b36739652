"""Names of a whole document: what its prose names is known in its headlines, by its short forms and by the letters it defines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from ledger.attribute.names.shape import (
    BODIES,
    LINKS,
    PREPOSITIONS,
    RUNS,
    GazetteerMatch,
    NameSpan,
    RunContext,
    names_in_run,
    parts_of,
)
from ledger.lexicons.names import Names, Target, ordinary, word_list
from schemas import NameType, Section, Segment

_LETTERS = re.compile(r" ?\((?:the |“|\"|')?([A-Z][A-Z0-9&-]{1,7}|[A-Z][A-Za-z]{2,11})[”\"'),;]")
TITLED_SHARE = 0.6
LONGEST_TITLE = 220
INTO = frozenset(
    [
        "invest",
        "invests",
        "invested",
        "investing",
        "stake",
        "stakes",
        "investment",
        "investments",
        "shares",
        "holding",
        "interest",
        "confidence",
    ]
)
_OPENERS = "“\"‘'•*▪►–—(\n\t"
_OPENING = frozenset([": ", "• ", "- ", "* ", "– ", "— ", "► ", "▪ ", "? ", "! ", "| ", ". ", "# "])
_LISTED = re.compile(r"[:,|(]|\b\d")
"""What an item of a list has that a title in a list has not."""
_DASH = re.compile(r"\s?(?:\([\w ]+\) ?)?(?:—|–|--|- )")


_start = attrgetter("start")


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


class CapitalizedRun(NamedTuple):
    """A run of capitalised words and the surfaces of the gazetteer in it."""

    start: int
    end: int
    hits: list[GazetteerMatch]


def drafts(text: str, segments: Sequence[Segment], names: Names) -> Iterator[Draft]:
    """The mentions of all segments but furniture, each by its own words."""
    runs = _runs(text, names)
    read = [(segment, in_title_case(text, segment)) for segment in segments if segment.section is not Section.FURNITURE]
    known: dict[str, Target] = {}
    found: list[tuple[Segment, bool, list[NameSpan]]] = []
    for segment, in_title in read:
        if not in_title:
            shapes_here: list[NameSpan] = []
            for shape in _read(text, segment, False, runs, known):
                shapes_here.append(shape)
                _learn(text, shape, known)
            found.append((segment, in_title, shapes_here))
    for segment, in_title in read:
        if in_title:
            found.append((segment, in_title, list(_read(text, segment, True, runs, known))))
    spoken = {
        shape.name for _, in_title, shapes_here in found for shape in shapes_here if shape.certain and not in_title
    }
    for _, in_title, shapes_here in found:
        yield from (
            _draft(shape, spoken)
            for shape in shapes_here
            if shape.certain or shape.name in spoken or _kept(shape, in_title)
        )


def _kept(shape: NameSpan, in_title: bool) -> bool:
    """Whether an uncertain name is worth keeping where no other place of the text confirms it."""
    return shape.rule in ("headline_subject", "place_preposition") or not (in_title or shape.rule == "opening")


def _draft(shape: NameSpan, spoken: set[str]) -> Draft:
    return Draft(
        shape.start,
        shape.end,
        shape.name,
        shape.type,
        shape.country,
        shape.rule,
        shape.certain or shape.name in spoken,
        False,
    )


def in_title_case(text: str, segment: Segment) -> bool:
    """Whether a line is written in title case or capitals, where a capital tells nothing."""
    if (
        segment.end - segment.start > LONGEST_TITLE
        or text[segment.end - 1] in ".”:"
        or segment.section is Section.TABLE_CELL
    ):
        return False
    if segment.section is Section.LIST_ITEM and _LISTED.search(text, segment.start, segment.end):
        return False
    long = [word for word in text[segment.start : segment.end].split() if len(word) > 3 and word[0].isalpha()]
    return len(long) > 2 and sum(word[0].isupper() for word in long) >= TITLED_SHARE * len(long)


def _runs(text: str, names: Names) -> list[CapitalizedRun]:
    """Runs of capitalised words with their hits, and hits outside any run, in the text's order."""
    spans = _spans(text)
    hits = _hits(text, names)
    hits = _with_shouted(text, spans, hits, names)
    runs = []
    at = 0
    for start, end in spans:
        while at < len(hits) and hits[at].start < start and hits[at].end <= start:
            runs.append(CapitalizedRun(hits[at].start, hits[at].end, [hits[at]]))
            at += 1
        inside = []
        while at < len(hits) and hits[at].start < end:
            inside.append(hits[at])
            at += 1
        runs.append(
            CapitalizedRun(min(start, inside[0].start), max(end, inside[-1].end), inside)
            if inside
            else CapitalizedRun(start, end, inside)
        )
    runs += [CapitalizedRun(hit.start, hit.end, [hit]) for hit in hits[at:]]
    return runs


def _with_shouted(
    text: str, spans: list[tuple[int, int]], hits: list[GazetteerMatch], names: Names
) -> list[GazetteerMatch]:
    """The hits, and names of the gazetteer that runs in capitals spell ("VELORA STEEL has waived")."""
    found = [
        hit
        for start, end in spans
        if end - start > 4 and text[start:end].isupper()
        for hit in _shouted(text, start, end, names)
    ]
    if not found:
        return hits
    told = {hit.start: hit.end for hit in hits}
    found = [hit for hit in found if told.get(hit.start, 0) < hit.end]
    taken = {at for hit in found for at in range(hit.start, hit.end)}
    kept = [hit for hit in hits if hit.start not in taken and hit.end - 1 not in taken]
    return sorted([*found, *kept], key=_start)


def _shouted(text: str, start: int, end: int, names: Names) -> Iterator[GazetteerMatch]:
    """The longest names in a run in capitals, none that is but one ordinary word."""
    spans = [(match.start(), match.end()) for match in _SHOUTED.finditer(text, start, end)]
    at = 0
    while at < len(spans):
        for size in range(min(6, len(spans) - at), 0, -1):
            said = text[spans[at][0] : spans[at + size - 1][1]]
            targets = names.shouted(said)
            if (
                targets is not None
                and not targets[0].weak
                and (size > 1 or targets[0].type in _LANDS or not ordinary(said))
            ):
                first, last = spans[at][0], spans[at + size - 1][1]
                yield GazetteerMatch(first, last, _told(text, first, last, targets))
                break
        else:
            size = 1
        at += size


_LANDS = frozenset({NameType.PLACE, NameType.COUNTRY})
_SHOUTED = re.compile(r"[^\s'’]+(?:['’](?!S\b)[^\s'’]+)*")
"""A word in capitals without the ending of its possessive."""


def _spans(text: str) -> list[tuple[int, int]]:
    """Where runs of capitalised words stand; a small letter or two before the capital belong to the name ("eVelora")."""
    return [(_head(text, start), end) for start, end in _plain_spans(text)]


def _head(text: str, start: int) -> int:
    at = start
    while at and start - at < 3 and text[at - 1].islower():
        at -= 1
    return at if start - at < 3 and not text[at - 1 : at].isalnum() else start


def _plain_spans(text: str) -> list[tuple[int, int]]:
    bodies = [match.span() for match in BODIES.finditer(text)]
    if not bodies:
        return [match.span() for match in RUNS.finditer(text)]
    spans, at = [], 0
    for start, end in bodies:
        spans += [match.span() for match in RUNS.finditer(text, at, start)]
        joined = bool(spans) and spans[-1][1] == start - 1 and text[start - 1] == " "
        spans.append((spans.pop()[0] if joined else start, end))
        at = end
    return spans + [match.span() for match in RUNS.finditer(text, at)]


def _hits(text: str, names: Names) -> list[GazetteerMatch]:
    """Whole-word surfaces, the longest at each place."""
    hits = []
    size = len(text)
    for pattern, start, end in names.automaton.find_matches_as_indexes(text):
        if start and (
            text[start - 1].isalnum() or (text[start - 1] == "." and start > 1 and text[start - 2].isalnum())
        ):
            continue
        if end < size and text[end] in "$£€¥":  # the letters of a currency: "US$", "NZ$"
            continue
        if end < size and text[end].isalnum():
            shorter = _shorter(text, start, end, names)
            if shorter is not None:
                hits.append(shorter)
            continue
        hits.append(GazetteerMatch(start, end, _told(text, start, end, names.at(pattern))))
    return hits


def _shorter(text: str, start: int, end: int, names: Names) -> GazetteerMatch | None:
    """The longest surface that ends with a word, where the longest one did not ("Toyota" in "Toyota Motorsport")."""
    said = text[start:end]
    while (at := max(said.rfind(" "), said.rfind("-"))) > 0:
        said = said[:at]
        if (targets := names.get(said)) is not None:
            return GazetteerMatch(start, start + len(said), targets)
    return None


def _read(
    text: str, segment: Segment, in_title: bool, runs: list[CapitalizedRun], known: dict[str, Target]
) -> Iterator[NameSpan]:
    starts = {sentence.start for sentence in segment.sentences} | {segment.start}
    last = bisect_left(runs, segment.end, key=_start)
    for at in range(bisect_left(runs, segment.start, key=_start), last):
        run = runs[at]
        at_start = run.start in starts or _opens(text, run.start)
        if len(run.hits) == 1 and run.hits[0].start == run.start and run.hits[0].end == run.end:
            yield from _lone(text, run.hits[0], at_start, in_title, known)
        else:
            by_place = _by_place(text, run, runs[at + 1] if at + 1 < last else None, at_start)
            listed = at_start and segment.section in (Section.TABLE_CELL, Section.LIST_ITEM)
            place = RunContext(
                at_start, in_title, _before(text, run.start), text[run.end : run.end + 40], listed, by_place
            )
            yield from names_in_run(parts_of(text, run.start, run.end, run.hits), place, known)


def _by_place(text: str, run: CapitalizedRun, later: CapitalizedRun | None, at_start: bool) -> bool:
    after = text[run.end : run.end + 4]
    if at_start and _DASH.match(after) and text[run.start : run.end].isupper():
        return True
    return (
        later is not None
        and bool(later.hits)
        and later.start == run.end + 2
        and after.startswith(", ")
        and later.hits[0].start == later.start
        and later.hits[0].targets[0].type in (NameType.PLACE, NameType.COUNTRY)
        and later.hits[0].targets[0].rule == "gazetteer"
    )


def _opens(text: str, start: int) -> bool:
    """Whether a capital is owed to a quotation, colon or bullet before it."""
    before = text[max(0, start - 2) : start]
    return before[-1:] in _OPENERS or before in _OPENING


def _before(text: str, start: int) -> str:
    """The word before, "into" for the "in" after a word of putting money in."""
    last = text[max(0, start - 24) : start].casefold().split()
    if last and last[-1] == "the":
        last.pop()
    if len(last) > 1 and last[-1] == "in" and last[-2] in INTO:
        return "into"
    return last[-1] if last else ""


def _supported(text: str, hit: GazetteerMatch) -> bool:
    """Whether what follows an ordinary word shows it to be a name: a possessive or a verb of acting."""
    after = text[hit.end : hit.end + 16]
    following = after.split(maxsplit=1)
    return after.startswith(("'s ", "’s ")) or (
        after[:1] == " " and bool(following) and following[0].strip(",.") in word_list("acting")
    )


def _told(text: str, start: int, end: int, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """A seat of government is but a city in a dateline, after a preposition, in "Lisbon-based" and in "Lisbon, Portugal"."""
    if len(targets) == 1 or targets[0].rule != "metonym":
        return targets
    opens_line = start == 0 or text[start - 1] == "\n"
    if (
        (opens_line and _DASH.match(text, end) is not None)
        or _before(text, start) in PREPOSITIONS
        or text.startswith((f", {targets[0].country}", "-based", "-listed", "-headquartered", "-born"), end)
    ):
        return tuple(target for target in targets if target.rule != "metonym")
    return targets


def _lone(
    text: str, hit: GazetteerMatch, at_start: bool, in_title: bool, known: dict[str, Target]
) -> Iterator[NameSpan]:
    """A run that is one surface of the gazetteer."""
    said = text[hit.start : hit.end]
    if in_title and said.isupper() and said.casefold() in word_list("starts"):
        return
    target = known.get(said)
    if target is not None:
        yield NameSpan(hit.start, hit.end, target.name, target.type, target.country, target.rule, True)
        return
    for target in hit.targets:
        certain = not target.weak or (not said.isupper() and (not (at_start or in_title) or _supported(text, hit)))
        yield NameSpan(hit.start, hit.end, target.name, target.type, target.country, target.rule, certain)


def _learn(text: str, shape: NameSpan, known: dict[str, Target]) -> None:
    """Keep what the text names for what follows: its full name, short forms, and the letters in brackets after it."""
    if shape.rule in ("demonym", "metonym", "leader"):
        return
    said = text[shape.start : shape.end]
    if text[shape.end : shape.end + 2] == " (" and shape.type is not NameType.PERSON:
        letters = _LETTERS.match(text, shape.end)
        if letters is not None and _fits(letters.group(1), said):
            known[letters.group(1)] = Target(shape.name, shape.type, shape.country, "defined", False)
    if " " in said:
        _short_forms(shape, said, known)


def _fits(short: str, said: str) -> bool:
    """Whether letters in brackets are made of the name's, and not a ticker or a place."""
    initials = "".join(word[0] for word in said.replace("-", " ").split() if word[0].isupper())
    return (short.isupper() and (short[0] == initials[:1] or short in initials)) or short in said.split()


def _short_forms(shape: NameSpan, said: str, known: dict[str, Target]) -> None:
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
        and first.casefold() not in word_list("starts")
        and first not in word_list("generic_heads")
        and not _tail(first)
        and shape.rule in ("shape", "suffix")
    ):
        known.setdefault(first, full)
    if len(parts) > 2 and shape.rule in ("shape", "suffix") and parts[1] not in LINKS:
        known.setdefault(" ".join(parts[:2]), full)
    for end in {first, parts[-1]} & word_list("generic_heads"):
        known[end] = full
    initials = "".join(word[0] for word in parts if word not in LINKS)
    if len(initials) > 2 and initials.isupper():
        known.setdefault(initials, full)


def _tail(word: str) -> bool:
    return any(
        word in word_list(listed)
        for listed in ("company_tails", "body_tails", "place_tails", "fund_tails", "bank_tails", "event_tails")
    )


__all__ = ["Draft", "Part", "drafts", "titled"]
