"""Names by their shape: what a run of capitalised words is, with or without words of the gazetteer in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import re2

from ledger.lexicons.names import Target, words
from schemas import NameType

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĘĚĞĢĪİĶŁŃŅŇŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_ANY = "0-9A-Za-zÀ-ɏḀ-ỿ"
_WORD = rf"(?:[{_UPPER}]|[a-z]{{1,2}}[A-Z][0-9A-Za-z]|[0-9]+[A-Z])[{_ANY}]*(?:(?:[-&.+@]|['’][{_UPPER}]|['’][a-z][a-z])[{_ANY}]+)*\+?"
_DOTTED = rf"(?:[A-Z]\.){{2,}}|(?:Inc|Corp|Co|Ltd|St|Ste|Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Lt|Jr|Bros|Mt|Ft|No|[A-Z])\."
_LINK = (
    r" (?:of the |of |for the |for |& |de |de la |de los |de |del |du |des |do |da |dos |van der |van |von der |von |bin |al-|el-|le |la |y |i |e )?"
)
RUNS = re2.compile(rf"(?:{_DOTTED}|{_WORD})(?:{_LINK}(?:{_DOTTED}|{_WORD}))*")
_PLAIN = rf"[{_UPPER}][-{_ANY}]+"
BODIES = re2.compile(
    r"\b(?:Ministry|Department|Bureau|Office|Institute|Agency|Commission|Secretariat|Centre|Center|School|College|Association|Fund|Council|Authority) (?:of|for) (?:the )?"
    rf"{_PLAIN}(?: {_PLAIN})*(?:, {_PLAIN}(?: {_PLAIN})*)*,? (?:and|&) {_PLAIN}(?: {_PLAIN})*"
)
LINKS = frozenset("of the for & de la los del du des do da dos van der von bin le y i e".split())


class Hit(NamedTuple):
    """A surface of the gazetteer in the text."""

    start: int
    end: int
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a surface of the gazetteer in a run."""

    start: int
    end: int
    said: str
    hit: Hit | None


class Shape(NamedTuple):
    """A name found: where, its canonical form, what it is, and how it was found."""

    start: int
    end: int
    name: str
    type: NameType
    country: str | None
    rule: str
    certain: bool


class Place(NamedTuple):
    """Where a run stands."""

    at_start: bool
    """Whether it opens a sentence or a quotation."""
    titled: bool
    """Whether its line is written in title case."""
    before: str
    """The word before it in lower case, or nothing."""
    after: str
    """The text after it, a few characters."""


def parts_of(text: str, start: int, end: int, hits: list[Hit]) -> list[Part]:
    """The words of a run in order; a surface of the gazetteer is one part."""
    parts: list[Part] = []
    at = start
    for hit in hits:
        parts += _words(text, at, hit.start)
        parts.append(Part(hit.start, hit.end, text[hit.start : hit.end], hit))
        at = hit.end
    return parts + _words(text, at, end)


def _words(text: str, start: int, end: int) -> list[Part]:
    parts = []
    at = start
    for word in text[start:end].split(" "):
        if word and word not in ("'s", "’s"):
            parts.append(Part(at, at + len(word), word, None))
        at += len(word) + 1
    return parts


def shapes(parts: list[Part], place: Place, known: dict[str, Target]) -> Iterator[Shape]:
    """The names in a run; `known` are the document's own names by surface."""
    group: list[Part] = []
    office = False
    opening = place.at_start
    for part in parts:
        if part.hit is None and _breaks(part, opening and not group):
            yield from _group(group, place, office, known)
            office = part.said in words("titles") or (office and part.said in LINKS)
            group = []
        else:
            group.append(part)
        opening = False
    yield from _group(group, place, office, known)


def _breaks(part: Part, opening: bool) -> bool:
    if part.said in words("titles") or part.said in words("never"):
        return True
    return opening and part.said.casefold() in words("starts")


def _group(group: list[Part], place: Place, office: bool, known: dict[str, Target]) -> Iterator[Shape]:
    while group and group[0].hit is None and group[0].said in LINKS:
        group = group[1:]
    while group and group[-1].hit is None and group[-1].said in LINKS:
        group = group[:-1]
    if not group:
        return
    if len(group) == 1 and group[0].hit is not None:
        yield from of_hit(group[0].hit)
    elif all(part.hit is None for part in group):
        yield from _plain(group, place, office, known)
    else:
        yield from _mixed(group, place, office, known)


def of_hit(hit: Hit) -> Iterator[Shape]:
    """What a surface of the gazetteer stands for."""
    for target in hit.targets:
        yield Shape(hit.start, hit.end, target.name, target.type, target.country, target.rule, not target.weak)


def _said(group: list[Part]) -> str:
    said, at = "", group[0].start
    for part in group:
        said += " " * (part.start > at) + part.said
        at = part.end
    return said


def tail_type(word: str) -> tuple[NameType, str] | None:
    """What a name is by its last word."""
    for listed, kind in (
        ("fund_tails", NameType.FUND),
        ("body_tails", NameType.BODY),
        ("bank_tails", NameType.BODY),
        ("company_tails", NameType.COMPANY),
        ("place_tails", NameType.PLACE),
    ):
        if word in words(listed):
            return kind, "suffix"
    return None


def _plain(group: list[Part], place: Place, office: bool, known: dict[str, Target]) -> Iterator[Shape]:
    """A run without any word of the gazetteer."""
    while group and group[-1].hit is None and group[-1].said in words("legal") and len(group) > 1:
        group = group[:-1]
    said = _said(group)
    start, end = group[0].start, group[-1].end
    first, last = group[0].said, group[-1].said
    if (target := known.get(said)) is not None:
        yield Shape(start, end, target.name, target.type, target.country, target.rule, True)
        return
    if place.titled or last in words("event_tails"):
        return
    if len(group) == 1:
        yield from _single(group[0], place, office)
    elif office or first in words("given"):
        yield Shape(start, end, said, NameType.PERSON, None, "person", True)
    elif found := tail_type(last):
        yield Shape(start, end, said, found[0], None, found[1], True)
    elif first in words("generic_heads") or any(part.said in words("generic_heads") for part in group[:-1]):
        yield Shape(start, end, said, NameType.BODY, None, "head", True)
    elif place.before in ("in", "at", "near", "outside", "from", "across"):
        yield Shape(start, end, said, NameType.PLACE, None, "place_preposition", True)
    else:
        yield Shape(start, end, said, NameType.OTHER, None, "shape", True)


def _single(part: Part, place: Place, office: bool) -> Iterator[Shape]:
    word = part.said
    if place.at_start and word.casefold() in words("starts"):
        return
    for ending in ("ese", "ian", "ish"):
        if word.endswith(ending) and len(word) > 5:
            return
    if len(word) < 2 or (word.isupper() and len(word) < 3):
        return
    certain = not place.at_start
    if office or word in words("given"):
        yield Shape(part.start, part.end, word, NameType.PERSON, None, "person", certain)
    elif place.before in ("in", "at", "near", "outside", "across"):
        yield Shape(part.start, part.end, word, NameType.PLACE, None, "place_preposition", certain)
    elif not place.at_start or place.after.startswith(("'s", "’s")) or _acts(place.after):
        rule = "acronym" if word.isupper() else "shape"
        yield Shape(part.start, part.end, word, NameType.OTHER, None, rule, certain)


def _acts(after: str) -> bool:
    following = after.split(maxsplit=1)
    return bool(following) and after[:1] == " " and following[0].strip(",.") in words("acting")


def _mixed(group: list[Part], place: Place, office: bool, known: dict[str, Target]) -> Iterator[Shape]:
    """A run with words of the gazetteer and others."""
    group = _without_legal(group)
    hit = group[0].hit
    if len(group) == 1 and hit is not None:
        yield from of_hit(hit)
        return
    if hit is not None and hit.targets[0].rule == "demonym":
        yield from of_hit(hit)
        rest = group[1:]
        if all(part.hit is None for part in rest) and _is_body(rest) and not place.titled:
            yield Shape(hit.start, group[-1].end, _said(group), NameType.BODY, hit.targets[0].country, "demonym_body", True)
        else:
            yield from _group(rest, place, office, known)
        return
    if group[0].said in words("strip_of") and len(group) > 2 and group[1].said == "of":
        yield from _group(group[2:], place, office, known)
        return
    yield from _joined(group, place, office, known)


def _without_legal(group: list[Part]) -> list[Part]:
    while len(group) > 1 and group[-1].hit is None and group[-1].said in words("legal"):
        group = group[:-1]
    return group


def _is_body(rest: list[Part]) -> bool:
    return len(rest) > 1 and (rest[0].said in words("generic_heads") or rest[-1].said in words("body_tails"))


def _joined(group: list[Part], place: Place, office: bool, known: dict[str, Target]) -> Iterator[Shape]:
    """One longer name ("Bank of Ghana", "Toyota Motor Europe", "Jacksonville Jaguars") or several side by side."""
    hits = [part.hit for part in group if part.hit is not None]
    first, last = group[0], group[-1]
    said = _said(group)
    whole = known.get(said)
    if whole is not None:
        yield Shape(first.start, last.end, whole.name, whole.type, whole.country, whole.rule, True)
        return
    found = tail_type(last.said) if last.hit is None else None
    linked = any(part.said in LINKS for part in group)
    headed = first.hit is None and (first.said in words("generic_heads") or (linked and not place.at_start))
    longer = (
        not place.titled and last.said not in words("event_tails") and (found is not None or headed or first.hit is None or _of_place(hits[0], last))
    )
    if longer and not (first.hit is None and place.at_start and not headed):
        country = next((target.country for hit in hits for target in hit.targets if target.type in (NameType.COUNTRY, NameType.PLACE)), None)
        kind, rule = found or ((NameType.BODY, "head") if headed else (NameType.OTHER, "longer"))
        yield Shape(first.start, last.end, said, kind, country, rule, True)
        if headed or found == (NameType.PLACE, "suffix"):
            return
    for hit in hits:
        yield from of_hit(hit)


def _of_place(hit: Hit, last: Part) -> bool:
    return last.hit is None and hit.targets[0].type in (NameType.COUNTRY, NameType.PLACE) and hit.end < last.start
