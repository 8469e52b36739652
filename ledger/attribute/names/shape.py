"""Names by their shape: what a run of capitalised words is, with or without words of the gazetteer in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ledger.lexicons.names import Target, ordinary, word_list
from schemas import NameType

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĘĚĞĢĪİĶŁŃŅŇŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_ANY = "0-9A-Za-zÀ-ɏḀ-ỿ"
# A word begins with a capital so that the search can leap from capital to capital; names such as "eBay" or "3M" are the gazetteer's.
_ABBREVIATED = r"(?:nc|orp|o|td|t|te|r|rs|s|ov|en|ep|ros|lt)\."
_WORD = (
    rf"[{_UPPER}](?:(?:\.[A-Z])*\.|{_ABBREVIATED}|[{_ANY}]*(?:(?:[-&.+@]|['’][{_UPPER}]|['’][a-z][a-z])[{_ANY}]+)*\+?)"
)
_LINK = (
    r" (?:of the |of |for the |for |& |de |de la |de los |de |del |du |des |do |da |dos |van der |van |von der |von |bin "
    r"|al-|el-|le |la |y |i |e )?"
)
RUNS = re.compile(rf"{_WORD}(?:{_LINK}{_WORD})*")
_PLAIN = rf"[{_UPPER}][-{_ANY}]+"
_SOME = rf"{_PLAIN}(?: {_PLAIN}){{0,4}}"
# "Ministry of Trade, Industry and Energy": after "of" the commas and the "and" belong to the name. Repeats are bounded, so reading stays linear.
BODIES = re.compile(
    r"\b(?:Ministry|Department|Bureau|Office|Institute|Agency|Commission|Secretariat|Centre|Center|School|College|Association|Fund|Council"
    rf"|Authority) (?:of|for) (?:the )?{_SOME}(?:, {_SOME}){{0,3}},? (?:and|&) {_SOME}"
)
LINKS = word_list("links")
PREPOSITIONS = frozenset(["in", "at", "near", "outside", "from", "across", "around"])
SAID = word_list("before_person")
ARTICLES = ("The", "A", "An")
# "Mira Voss, chief executive of": what follows the name tells that it is a person's.
OFFICE_AFTER = re.compile(
    r", (?:who\b|(?:the |its |an? |[A-Z]\w+['’]s )?(?:\w+ )?"
    r"(?:chief|chair|president|minister|analyst|director|spokes|head of|governor|mayor|economist|professor|founder|boss|secretary|partner))"
)
_SHOUTED_AFTER = re.compile(r"['’]S\b|[:,.|(]|\s?[|–—(]| (?:[a-z]+(?:s|ed)|of|and|will|to) |\n|$")
"""What follows a name in capitals at the head of a line."""
_INTRODUCED = re.compile(
    r", |[)](?! ?[-–—])|[*]| \(| (?:of|and|&) [A-Z]| [+-]\d|[.?] [A-Z“]|\? | → "
    r"|: ?[^\w\s]?(?:[A-Z]{0,3}[$€£¥₹₩]|[A-Z]{2,3} )?\d|: [a-z]"
    r"| [a-z]+(?:ed|ks|ts|ds|ns|es|rs|ls|ys|ps|ms|gs|ws)\b(?! (?:of|that|and|to the)\b)"
    r"| (?:wrote|went|saw|rose|fell|sank|slid|grew|shed|lost|kept|left|put|stood|came|drew)\b"
    r"| (?:then|also|still|already|itself|alone|isn['’]t|wasn['’]t|doesn['’]t|didn['’]t)\b"
    r"| (?:council|region|regional|province|county|district|city)\b"
)
"""What follows a name that opens a sentence, and seldom any other word."""
_COMMON_SHAPE = re.compile(r"-[a-z]|\.$|[a-z](?:ed|ing|tions?|ly|ness|ments?|able|ible|ral|ism|ists?|ers)$")
"""Endings of words that are seldom names: "Low-interest", "Discontinued"."""
_NUMBERED = re.compile(r"(?!Phase|Stage|Covid|Tier|Level|Zone|Unit|Line)[A-Z][a-z]{3,}[A-Za-z]*\d{1,2}")
"""A name that ends in a number, as start-ups like it: "Quanto1"."""
_CELL_AFTER = re.compile(r" ?[|:,(/;–—-]|\s*$|\n|, ")
"""What follows a name in a cell or an item of a list."""
TAILS = (
    ("fund_tails", NameType.FUND),
    ("body_tails", NameType.BODY),
    ("bank_tails", NameType.BODY),
    ("company_tails", NameType.COMPANY),
    ("place_tails", NameType.PLACE),
)


class GazetteerMatch(NamedTuple):
    """A surface of the gazetteer in the text."""

    start: int
    end: int
    targets: tuple[Target, ...]


class RunPart(NamedTuple):
    """A word or a surface of the gazetteer in a run."""

    start: int
    end: int
    said: str
    hit: GazetteerMatch | None


class NameSpan(NamedTuple):
    """A name found: where, its canonical form, what it is, and how it was found."""

    start: int
    end: int
    name: str
    type: NameType
    country: str | None
    rule: str
    certain: bool


class RunContext(NamedTuple):
    """Where a run stands."""

    at_start: bool
    """Whether it opens a sentence or a quotation."""
    titled: bool
    """Whether its line is written in title case."""
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
    """Words between surfaces; a compound's end ("-based") closes the name before it."""
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


def names_in_run(parts: list[RunPart], place: RunContext, known: dict[str, Target]) -> Iterator[NameSpan]:
    """The names in a run; `known` are the document's own names by surface."""
    group: list[RunPart] = []
    office = False
    where = place
    listed = list(_recalled(parts, known) if place.titled and known else parts)
    heads = _opens_name(listed, place)
    for at, part in enumerate(listed):
        if part.hit is None and not (heads and at == 0) and _breaks(part, where, group):
            if not (part.said in word_list("titles") and _portfolio(group)):
                yield from _group(group, where, office, known)
            if group and where.titled and where.at_start and part.said.casefold() in word_list("acting"):
                yield from _subject(group)
            office = part.said in word_list("titles") or (office and part.said in LINKS)
            word = part.said.casefold()
            opening = (
                where.at_start
                and not group
                and not office
                and part.said not in ARTICLES
                and word not in word_list("leads")
            )
            where = where._replace(at_start=opening, before=word if word in PREPOSITIONS else "")
            group = []
        else:
            group.append(part)
    yield from _group(group, where, office, known)
    if where.titled and where.at_start and _acts(place.after):
        yield from _subject(group)


def _opens_name(parts: list[RunPart], place: RunContext) -> bool:
    """Whether an ordinary word at the start of a sentence opens a longer name: "Global Ports Holding paid", "Sun Petrochemicals: 3 plants"."""
    if (
        place.titled
        or not place.at_start
        or not 1 < len(parts) < 5
        or any(part.hit is not None or not part.said for part in parts)
    ):
        return False
    last = parts[-1].said
    return parts[0].said.casefold() in word_list("name_heads") and (
        tail_type(last) is not None or last in word_list("legal")
    )


def _recalled(parts: list[RunPart], known: dict[str, Target]) -> Iterator[RunPart]:
    """The parts of a title, names that the text below spells out taken together."""
    at = 0
    while at < len(parts):
        for size in range(min(5, len(parts) - at), 0, -1):
            group = parts[at : at + size]
            target = known.get(_said(group)) if all(part.hit is None and part.said for part in group) else None
            if target is not None:
                hit = GazetteerMatch(group[0].start, group[-1].end, (target,))
                yield RunPart(hit.start, hit.end, _said(group), hit)
                break
        else:
            size = 1
            yield parts[at]
        at += size


def _breaks(part: RunPart, place: RunContext, group: list[RunPart]) -> bool:
    said = part.said
    if (
        not said
        or said in word_list("titles")
        or said in word_list("never")
        or (any(letter.isdigit() for letter in said) and not _NUMBERED.fullmatch(said))
    ):
        return True
    return (place.titled or (place.at_start and not group)) and (
        said.casefold() in word_list("starts") or (place.titled and said.casefold() in word_list("acting"))
    )


def _portfolio(group: list[RunPart]) -> bool:
    """Whether words before an office tell what it is over ("Foreign" in "Foreign Minister")."""
    return all(
        part.hit is None and (part.said in LINKS or part.said.casefold() in word_list("starts")) for part in group
    )


def _subject(group: list[RunPart]) -> Iterator[NameSpan]:
    """What stands before the verb of a headline: "Halden Steel to Spend"."""
    if (
        group
        and len(group) <= 4
        and all(part.hit is None for part in group)
        and group[0].said.casefold() not in word_list("starts")
    ):
        found = tail_type(group[-1].said) or (NameType.OTHER, "")
        yield NameSpan(group[0].start, group[-1].end, _said(group), found[0], None, "headline_subject", False)


def _group(group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]) -> Iterator[NameSpan]:
    while group and group[0].hit is None and group[0].said in LINKS:
        group = group[1:]
    while group and group[-1].hit is None and group[-1].said in LINKS:
        group = group[:-1]
    if not group or group[0].said in word_list("no_party"):
        return
    if (
        group[0].hit is None
        and (office or group[0].said in word_list("given"))
        and any(part.said == "of" for part in group)
    ):
        at = next(i for i, part in enumerate(group) if part.said == "of")
        yield from _group(group[:at], place, office, known)
        yield from _group(group[at:], place._replace(at_start=False), False, known)
        return
    if len(group) == 1 and group[0].hit is not None:
        yield from of_hit(group[0].hit)
    elif all(part.hit is None for part in group):
        yield from _plain(group, place, office, known)
    else:
        yield from _mixed(group, place, office, known)


def of_hit(hit: GazetteerMatch) -> Iterator[NameSpan]:
    """What a surface of the gazetteer stands for."""
    for target in hit.targets:
        yield NameSpan(hit.start, hit.end, target.name, target.type, target.country, target.rule, not target.weak)


def _said(group: list[RunPart]) -> str:
    said, at = "", group[0].start
    for part in group:
        said += " " * (part.start > at) + part.said
        at = part.end
    return said


def tail_type(word: str) -> tuple[NameType, str] | None:
    """What a name is by its last word."""
    return next(((kind, "suffix") for listed, kind in TAILS if word in word_list(listed)), None)


def _plain(group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]) -> Iterator[NameSpan]:
    """A run without any word of the gazetteer."""
    group = _without_legal(group)
    said = _said(group)
    start, end, last = group[0].start, group[-1].end, group[-1].said
    if (target := known.get(said)) is not None:
        yield NameSpan(start, end, target.name, target.type, target.country, target.rule, True)
    elif last in word_list("event_tails"):
        return
    elif len(said) > 6 and said.isupper() and not place.by_place:
        yield from _shouting(group, place) if place.at_start or place.titled else _letters(group, place)
    elif place.titled and not (place.by_place and said.isupper()):
        if (
            place.before in PREPOSITIONS
            and place.before != "from"
            and len(group) < 3
            and not tail_type(last)
            and not place.at_start
        ):
            yield NameSpan(start, end, said, NameType.PLACE, None, "place_preposition", False)
    elif place.by_place and len(group) < 4:
        yield from _located(start, end, said)
    elif len(group) == 1:
        yield from _single(group[0], place, office)
    else:
        kind, rule = _kind(group, place, office)
        yield NameSpan(start, end, said, kind, None, rule, True)


def _letters(group: list[RunPart], place: RunContext) -> Iterator[NameSpan]:
    """A long name in capitals within a sentence in small letters: "paid to NORVEMAT", "for HAL NORD"."""
    if (
        len(group) < 4
        and place.before.islower()
        and not any(part.said.casefold() in word_list("starts") or ordinary(part.said) for part in group)
    ):
        yield NameSpan(group[0].start, group[-1].end, _said(group), NameType.OTHER, None, "acronym", False)


def _shouting(group: list[RunPart], place: RunContext) -> Iterator[NameSpan]:
    """An unknown name in capitals that opens a line or a sentence: "VELORA STEEL has waived", "VELORA'S END"."""
    owner = next((at for at, part in enumerate(group) if part.said.endswith(("'S", "’S"))), len(group) - 1)
    said = _said(group[: owner + 1]).removesuffix("'S").removesuffix("’S")
    parts = [word.casefold() for word in said.replace("-", " ").split()]
    if place.titled or not place.at_start or len(parts) > 3 or any(word in word_list("starts") for word in parts):
        return
    if not (owner < len(group) - 1 or _SHOUTED_AFTER.match(place.after)) or ordinary(parts[0]):
        return
    if len(parts[0]) < 2 or (len(parts) == 1 and _COMMON_SHAPE.search(parts[0])):
        return
    name = " ".join(word.title() if len(word) > 3 else word for word in said.split())
    kind, rule = tail_type(name.split()[-1]) or (NameType.OTHER, "shape")
    yield NameSpan(group[0].start, group[0].start + len(said), name, kind, None, rule, False)


def _located(start: int, end: int, said: str) -> Iterator[NameSpan]:
    """A place by the place after it, or by the dash of a dateline."""
    if not said.isupper():
        yield NameSpan(start, end, said, NameType.PLACE, None, "dateline", True)
    elif not any(
        word in word_list("never") or word.casefold() in word_list("starts") or tail_type(word)
        for word in said.title().split()
    ):
        yield NameSpan(start, end, said.title(), NameType.PLACE, None, "dateline", True)


def _kind(group: list[RunPart], place: RunContext, office: bool) -> tuple[NameType, str]:
    """What a run of several words is."""
    first, last = group[0].said, group[-1].said
    named = first in word_list("given")
    found = tail_type(last)
    if found is not None and not (office and named):
        return found
    if office or named:
        return NameType.PERSON, "person"
    if any(part.said in word_list("generic_heads") for part in group[:-1]):
        return NameType.BODY, "head"
    if place.before in PREPOSITIONS:
        return NameType.PLACE, "place_preposition"
    if len(group) < 4 and (place.before in SAID or OFFICE_AFTER.match(place.after)):
        return NameType.PERSON, "person"
    return NameType.OTHER, "shape"


def _single(part: RunPart, place: RunContext, office: bool) -> Iterator[NameSpan]:
    word = part.said
    if (
        word.casefold() in word_list("starts")
        or word in word_list("generic_heads")
        or word.endswith(("ese", "ish"))
        or tail_type(word)
    ):
        return
    if len(word) < 2 or (word.isupper() and not 3 <= len(word) <= 6):
        return
    certain = not place.at_start
    if office or word in word_list("given"):
        yield NameSpan(part.start, part.end, word, NameType.PERSON, None, "person", certain)
    elif place.before in PREPOSITIONS and place.before != "from":
        yield NameSpan(part.start, part.end, word, NameType.PLACE, None, "place_preposition", certain)
    elif not place.at_start or place.after.startswith(("'s", "’s")) or _acts(place.after) or _introduced(word, place):
        rule = "acronym" if word.isupper() else "shape"
        yield NameSpan(part.start, part.end, word, NameType.OTHER, None, rule, certain)
    else:
        yield NameSpan(part.start, part.end, word, NameType.OTHER, None, "opening", False)


def _introduced(word: str, place: RunContext) -> bool:
    """Whether a word that opens a sentence is a name by what follows it: ", the miller", ": $3m", " of Oslo", " and Halden", " jumped"."""
    if ordinary(word) or word in word_list("never") or _COMMON_SHAPE.search(word):
        return False
    camel = not word.isupper() and any(letter.isupper() for letter in word[1:]) and not place.after.startswith(")")
    return (
        bool(_INTRODUCED.match(place.after))
        or (camel and not place.titled)
        or (place.listed and bool(_CELL_AFTER.match(place.after)))
    )


def _acts(after: str) -> bool:
    following = after.split(maxsplit=1)
    return bool(following) and after[:1] == " " and following[0].strip(",.") in word_list("acting")


def _mixed(group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]) -> Iterator[NameSpan]:
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
            yield NameSpan(
                hit.start, group[-1].end, _said(group), NameType.BODY, hit.targets[0].country, "demonym_body", True
            )
        else:
            yield from _by_nation(group, hit, place)
            yield from _group(rest, place, office, known)
        return
    if group[0].said in word_list("strip_of") and len(group) > 2 and group[1].said == "of":
        yield from _group(group[2:], place, office, known)
        return
    at = _parted(group)
    if at:
        yield from _group(group[:at], place._replace(after=" of Oslo", by_place=False), office, known)
        yield from _group(group[at:], place._replace(at_start=False, listed=False, before=group[at].said), False, known)
        return
    yield from _joined(group, place, known)


def _parted(group: list[RunPart]) -> int:
    """Where a name ends and what it is of, or for, begins: "Velora Steel of Graz", "Norway for Halden"; 0 where that is one name."""
    at = next((at for at, part in enumerate(group) if part.hit is None and part.said in ("of", "for")), 0)
    if not 0 < at < len(group) - 1:
        return 0
    left, right = group[:at], group[at + 1]
    if len(left) == 1 and left[0].hit is not None:
        return at if group[at].said == "for" and right.hit is None else 0
    place = right.hit is not None and right.hit.targets[0].type in (NameType.PLACE, NameType.COUNTRY)
    if group[at].said == "for" or not place or any(part.hit is not None or _headed(part.said) for part in left):
        return 0
    return at if len(left) > 1 or not ordinary(left[0].said) else 0


def _headed(word: str) -> bool:
    """Whether a word makes one name of itself and the place that it is of."""
    return (
        word in ("Partnership", "Cooperative")
        or word in word_list("generic_heads")
        or word in word_list("strip_of")
        or word in word_list("body_tails")
        or word in word_list("place_tails")
    )


def _by_nation(group: list[RunPart], hit: GazetteerMatch, place: RunContext) -> Iterator[NameSpan]:
    """A company that has a nation's word in its name ("Kazakh Lithium"), which may also be but two words side by side."""
    found = tail_type(group[-1].said) if len(group) < 4 and group[-1].hit is None else None
    if (
        found is None
        or found[0] is NameType.PLACE
        or group[-1].said in ("Parliament", "Health", "Senate", "Congress", "Group")
    ):
        return
    if (
        not place.titled
        and hit.end < group[1].start
        and all(part.hit is None and part.said.isalpha() for part in group[1:])
    ):
        yield NameSpan(hit.start, group[-1].end, _said(group), found[0], hit.targets[0].country, "demonym_name", False)


def _without_legal(group: list[RunPart]) -> list[RunPart]:
    while len(group) > 1 and group[-1].hit is None and group[-1].said in word_list("legal") and group[-2].said != "&":
        group = group[:-1]
    return group


def _is_body(rest: list[RunPart]) -> bool:
    if len(rest) == 1:
        return rest[0].said in ("Navy", "Army")
    return rest[0].said in word_list("generic_heads") or rest[-1].said in word_list("body_tails")


def _joined(group: list[RunPart], place: RunContext, known: dict[str, Target]) -> Iterator[NameSpan]:
    """One longer name ("Bank of Ghana", "Toyota Motor Europe", "Jacksonville Jaguars") or several side by side."""
    hits = [part.hit for part in group if part.hit is not None]
    first, last = group[0], group[-1]
    said = _said(group)
    whole = known.get(said)
    if whole is not None:
        yield NameSpan(first.start, last.end, whole.name, whole.type, whole.country, whole.rule, True)
        return
    if _department_of_place(group):
        yield NameSpan(first.start, last.end, said, NameType.BODY, hits[0].targets[0].country, "head", True)
        yield from of_hit(hits[0])
        return
    found = tail_type(last.said) if last.hit is None else None
    linked = any(part.said in LINKS for part in group)
    headed = first.hit is None and (first.said in word_list("generic_heads") or (linked and not place.at_start))
    longer = (
        not place.titled
        and last.said not in word_list("event_tails")
        and (found is not None or headed or first.hit is None or _of_place(hits[0], last))
    )
    if (
        longer
        and not (first.hit is None and place.at_start and not headed and ordinary(first.said))
        and not (len(said) > 6 and said.isupper())
    ):
        country = next(
            (
                target.country
                for hit in hits
                for target in hit.targets
                if target.type in (NameType.COUNTRY, NameType.PLACE)
            ),
            None,
        )
        kind, rule = found or ((NameType.BODY, "head") if headed else (NameType.OTHER, "longer"))
        yield NameSpan(first.start, last.end, said, kind, country, rule, True)
        if headed or found == (NameType.PLACE, "suffix"):
            return
    for hit in hits:
        yield from of_hit(hit)


def _department_of_place(group: list[RunPart]) -> bool:
    """ "Bihar Department of Health": the department is the state's, not that of the country which the gazetteer knows."""
    return (
        len(group) == 2
        and group[0].hit is not None
        and group[1].hit is not None
        and group[0].hit.targets[0].type is NameType.PLACE
        and group[1].said.split(maxsplit=1)[0] in word_list("generic_heads")
    )


def _of_place(hit: GazetteerMatch, last: RunPart) -> bool:
    short = hit.end - hit.start < 4
    return (
        last.hit is None
        and hit.end < last.start
        and (short or hit.targets[0].type in (NameType.COUNTRY, NameType.PLACE))
    )
