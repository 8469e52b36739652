"""The names in a run of capitalised words, with or without words of the gazetteer in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ledger.attribute.names.runs import (
    LINKS,
    PLACES,
    SHIPS,
    GazetteerMatch,
    NameSpan,
    RunContext,
    RunPart,
    acts,
    names_of_match,
    shown_words,
    tail_type,
    without_legal_form,
)
from ledger.attribute.names.unlisted import PLACE_PREPOSITIONS, unlisted_name
from ledger.english.common import ordinary
from ledger.lexicons.load import toml
from ledger.lexicons.names import Target, word_list
from schemas import NameType

RECALLED_WORDS = 5
"""The most words of a name that a title repeats from the text."""
OPENED_WORDS = range(2, 5)
"""Words of a longer name that an ordinary word may open."""
SUBJECT_WORDS = 4
"""The most words of a headline's subject."""
AFTER_PARTING = " of Oslo"
"""Stands for the text after the first of two names that "of" or "for" parts: it shows the first to be a name."""
SHOUTED_LENGTH = 6
"""Characters of a joined name in capitals above which it is a headline and no name."""
_NUMBERED = re.compile(
    rf"(?!{'|'.join(sorted(word_list('numbered_common')))})[A-Z][a-z]{{3,}}[A-Za-z]*\d{{1,2}}|\d{{1,3}}[A-Z][a-z]{{2,}}.*"
)
"""A name that ends in a number or begins with one, as start-ups like it: "Quanto1", "4Capes"."""


def names_in_run(parts: list[RunPart], place: RunContext, known: dict[str, Target]) -> Iterator[NameSpan]:
    """The names in a run; `known` are the document's own names by surface."""
    group: list[RunPart] = []
    office = False
    where = place
    parts = [*parts[:1], *(part._replace(hit=None) if _tail(part) else part for part in parts[1:])]
    listed = list(_recalled(parts, known) if place.titled and known else parts)
    heads = _opens_name(listed, place)
    for at, part in enumerate(listed):
        saint = not group and part.said in word_list("saints") and at + 1 < len(listed)
        if part.hit is not None or saint or (heads and at == 0) or not _breaks(part, where, group):
            group.append(part)
            continue
        if not (part.said in word_list("titles") and _portfolio(group)) and not _is_thing(group, part, known):
            yield from _group(group, where, office, known)
        if group and where.titled and where.at_start and part.said.casefold() in word_list("acting"):
            yield from _subject(group)
        office = part.said in word_list("titles") or (office and part.said in LINKS)
        where = _after_break(part, where, opens=not group and not office)
        group = []
    yield from _group(group, where, office, known)
    if where.titled and where.at_start and acts(place.after):
        yield from _subject(group)


def _tail(part: RunPart) -> bool:
    """Whether a word of the gazetteer is one that many names end in: "Partners" in "Summit Lake Partners"."""
    weak = part.hit is not None and all(target.weak for target in part.hit.targets)
    return weak and not part.said.isupper() and tail_type(part.said) is not None


def _after_break(part: RunPart, where: RunContext, *, opens: bool) -> RunContext:
    """The context of what follows a word that is no part of a name; `opens` says that the word opened the run."""
    word = part.said.casefold()
    named = word in word_list("leads") or (word in word_list("party_nouns") and not where.titled)
    at_start = where.at_start and opens and part.said not in word_list("articles") and not named
    return where._replace(at_start=at_start, before=word if word in PLACE_PREPOSITIONS else "")


def _opens_name(parts: list[RunPart], place: RunContext) -> bool:
    """Whether an ordinary word that opens a sentence also opens a longer name: "Global Ports Holding paid"."""
    if place.titled or not place.at_start or len(parts) not in OPENED_WORDS:
        return False
    if any(part.hit is not None or not part.said for part in parts):
        return False
    last = parts[-1].said
    named = tail_type(last) is not None or last in word_list("legal")
    return parts[0].said.casefold() in word_list("name_heads") and named


def _recalled(parts: list[RunPart], known: dict[str, Target]) -> Iterator[RunPart]:
    """The parts of a title, with the names that the text below spells out each as one part."""
    at = 0
    while at < len(parts):
        for size in range(min(RECALLED_WORDS, len(parts) - at), 0, -1):
            group = parts[at : at + size]
            target = known.get(shown_words(group)) if all(part.hit is None and part.said for part in group) else None
            if target is not None:
                hit = GazetteerMatch(group[0].start, group[-1].end, (target,))
                yield RunPart(hit.start, hit.end, shown_words(group), hit)
                break
        else:
            size = 1
            yield parts[at]
        at += size


def _breaks(part: RunPart, place: RunContext, group: list[RunPart]) -> bool:
    """Whether a word ends the name before it and is no part of the next one."""
    said = part.said
    if not said or said in word_list("titles") or said in word_list("never") or said.endswith(SHIPS):
        return True
    if "-" in said and all(word in word_list("never") for word in said.split("-")):
        return True
    if any(letter.isdigit() for letter in said) and not _NUMBERED.fullmatch(said):
        return True
    if group and tail_type(said) is not None:  # "Steel" opens no name, and ends many
        return False
    return (place.titled or (place.at_start and not group)) and (
        said.casefold() in word_list("starts")
        or said.casefold() in word_list("party_nouns")
        or (place.titled and said.casefold() in word_list("acting"))
    )


def _portfolio(group: list[RunPart]) -> bool:
    """Whether the words before an office say what it is for ("Foreign" in "Foreign Minister")."""
    return all(
        part.hit is None and (part.said in LINKS or part.said.casefold() in word_list("starts")) for part in group
    )


def _is_thing(group: list[RunPart], tail: RunPart, known: dict[str, Target]) -> bool:
    """Whether the word after unknown words makes them a thing's name: "Annual Development" before "Programme"."""
    if tail.said not in word_list("thing_tails") or not group or any(part.hit is not None for part in group):
        return False
    return shown_words(group) not in known and tail_type(group[-1].said) is None


@cache
def _field_terms() -> frozenset[str]:
    """What fields of activity are called in more than one word, in lower case."""
    entries = toml("fields").values()
    return frozenset(term for one in entries for kind in ("strong", "medium") for term in one[kind] if " " in term)


def _field_words(group: list[RunPart], known: dict[str, Target]) -> int:
    """How many words at the start name a field of activity and no party: two of "Humanitarian Aid for Malawi"."""
    for size in range(2, len(group) + 1):
        said = shown_words(group[:size])
        ends = size == len(group) or (group[size].said in LINKS and group[size].said not in ("and", "&"))
        if ends and said.casefold() in _field_terms() and said not in known and group[0].hit is None:
            return size
    return 0


def _subject(group: list[RunPart]) -> Iterator[NameSpan]:
    """What stands before the verb of a headline: "Halden Steel to Spend"."""
    if (
        group
        and len(group) <= SUBJECT_WORDS
        and all(part.hit is None for part in group)
        and group[0].said.casefold() not in word_list("starts")
    ):
        found = tail_type(group[-1].said) or (NameType.OTHER, "")
        yield NameSpan(group[0].start, group[-1].end, shown_words(group), found[0], None, "headline_subject", False)


def _group(group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]) -> Iterator[NameSpan]:
    """The names in a part of a run that no other word breaks."""
    group = group[_field_words(group, known) :]
    while group and group[0].hit is None and group[0].said in LINKS:
        group = group[1:]
    while group and group[-1].hit is None and group[-1].said in LINKS:
        group = group[:-1]
    if not group or group[0].said in word_list("no_party"):
        return
    person = group[0].hit is None and (office or group[0].said in word_list("given"))
    if person and any(part.said == "of" for part in group):
        at = next(i for i, part in enumerate(group) if part.said == "of")
        yield from _group(group[:at], place, office, known)
        yield from _group(group[at:], place._replace(at_start=False), False, known)
    elif len(group) == 1 and group[0].hit is not None:
        yield from _lone(group[0], group[0].hit, known)
    elif _given_and_surname(group, place):
        yield NameSpan(group[0].start, group[-1].end, shown_words(group), NameType.PERSON, None, "person", True)
    elif all(part.hit is None for part in group):
        yield from unlisted_name(group, place, office, known)
    else:
        yield from _mixed(group, place, office, known)


def _lone(part: RunPart, hit: GazetteerMatch, known: dict[str, Target]) -> Iterator[NameSpan]:
    """A surface of the gazetteer by itself; what the document calls so itself comes first ("the NEC")."""
    own = known.get(part.said)
    if own is None:
        yield from names_of_match(hit)
    else:
        yield NameSpan(hit.start, hit.end, own.name, own.type, own.country, own.rule, True)


def _given_and_surname(group: list[RunPart], place: RunContext) -> bool:
    """Whether a given name that is a firm's name too has a surname behind it ("Helen Marsh")."""
    hit = group[0].hit
    if hit is None or hit.targets[0].type is not NameType.COMPANY or len(group) not in (2, 3) or place.titled:
        return False
    plain = all(
        part.said[:1].isupper() and part.said not in LINKS and (part.hit is None or " " not in part.said)
        for part in group[1:]
    )
    last = group[-1].said
    found = tail_type(last)
    surname = (found is None or found[0] is NameType.PLACE) and last not in word_list("legal")
    return plain and group[0].said in word_list("given") and surname


def _mixed(group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]) -> Iterator[NameSpan]:
    """A group with words of the gazetteer and others."""
    whole, group = group, without_legal_form(group)
    hit = group[0].hit
    if hit is not None and len(whole) > len(group) == 2 and _is_unit(group) and not place.titled:
        yield next(names_of_match(hit))._replace(end=group[-1].end)
        return
    if len(group) == 1 and hit is not None:
        yield from names_of_match(hit)
    elif hit is not None and hit.targets[0].rule == "demonym":
        yield from _after_demonym(group, hit, place, office, known)
    elif group[0].said in word_list("strip_of") and len(group) > 2 and group[1].said == "of":
        for name in _group(group[2:], place, office, known):
            acts_as = group[0].said == "Government" and name.start == group[2].start and name.type in PLACES
            yield name._replace(start=group[0].start) if acts_as else name
    elif opened := _board(group):
        yield from _group(group[opened:], place._replace(at_start=False), office, known)
    elif at := _parted(group):
        yield from _group(group[:at], place._replace(after=AFTER_PARTING, by_place=False), office, known)
        yield from _group(group[at:], place._replace(at_start=False, listed=False, before=group[at].said), False, known)
    else:
        yield from _joined(group, place, known)


def _board(group: list[RunPart]) -> int:
    """How many words say that a board acts for the body named behind: "Board of Directors of", or none."""
    words = [part.said for part in group]
    if "Board" not in words[:2]:
        return 0
    at = next((at for at, word in enumerate(words) if word in word_list("boards")), words.index("Board"))
    named = at + 2 + (words[at + 2 : at + 3] == ["the"])
    return named if words[at + 1 : at + 2] == ["of"] and named < len(words) and group[named].hit is not None else 0


def _is_unit(group: list[RunPart]) -> bool:
    """Whether a firm's name stands before that of its unit: "General Dynamics Electric Boat" before "Corp."."""
    return all(part.hit is not None and part.hit.targets[0].type is NameType.COMPANY for part in group)


def _after_demonym(
    group: list[RunPart], hit: GazetteerMatch, place: RunContext, office: bool, known: dict[str, Target]
) -> Iterator[NameSpan]:
    """A nation's word and what follows it: "Norwegian Parliament", "Kazakh Lithium", "German Siemens"."""
    yield from names_of_match(hit)
    rest = group[1:]
    if all(part.hit is None for part in rest) and _is_body(rest) and not place.titled:
        country = hit.targets[0].country
        yield NameSpan(hit.start, group[-1].end, shown_words(group), NameType.BODY, country, "demonym_body", True)
    else:
        yield from _by_nation(group, hit, place)
        yield from _group(rest, place, office, known)


def _parted(group: list[RunPart]) -> int:
    """Where "of" or "for" parts two names: "Velora Steel of Graz", "Norway for Halden"; 0 where it is one name."""
    at = next((at for at, part in enumerate(group) if part.hit is None and part.said in ("of", "for")), 0)
    if not 0 < at < len(group) - 1:
        return 0
    left, right = group[:at], group[at + 1]
    if len(left) == 1 and left[0].hit is not None:
        return at if group[at].said == "for" and right.hit is None else 0
    place = right.hit is not None and right.hit.targets[0].type in PLACES
    if group[at].said == "for" or not place or any(part.hit is not None or _headed(part.said) for part in left):
        return 0
    return at if len(left) > 1 or not ordinary(left[0].said) else 0


def _headed(word: str) -> bool:
    """Whether a word makes one name of itself and the place after "of"."""
    lists = ("joined_by_of", "generic_heads", "strip_of", "body_tails", "place_tails")
    return any(word in word_list(listed) for listed in lists)


def _by_nation(group: list[RunPart], hit: GazetteerMatch, place: RunContext) -> Iterator[NameSpan]:
    """A company with a nation's word in its name ("Kazakh Lithium"); uncertain, as it may be two words side by side."""
    found = tail_type(group[-1].said) if len(group) < 4 and group[-1].hit is None else None
    if found is None or found[0] is NameType.PLACE or group[-1].said in word_list("not_by_nation"):
        return
    plain = all(part.hit is None and part.said.isalpha() for part in group[1:])
    if not place.titled and hit.end < group[1].start and plain:
        country = hit.targets[0].country
        yield NameSpan(hit.start, group[-1].end, shown_words(group), found[0], country, "demonym_name", False)


def _is_body(rest: list[RunPart]) -> bool:
    """Whether the words after a nation's word make it a body: "Norwegian Navy", "Norwegian Water Authority"."""
    if len(rest) == 1:
        return rest[0].said in word_list("armed_forces")
    return rest[0].said in word_list("generic_heads") or rest[-1].said in word_list("body_tails")


def _joined(group: list[RunPart], place: RunContext, known: dict[str, Target]) -> Iterator[NameSpan]:
    """One longer name ("Bank of Ghana", "Toyota Motor Europe", "Jacksonville Jaguars") or several side by side."""
    hits = [part.hit for part in group if part.hit is not None]
    first, last = group[0], group[-1]
    said = shown_words(group)
    whole = known.get(said)
    if whole is not None:
        yield NameSpan(first.start, last.end, whole.name, whole.type, whole.country, whole.rule, True)
        return
    if last.said == "Board" and len(group) == 2 and hits[0].targets[0].type in (NameType.BODY, NameType.FUND):
        yield from names_of_match(hits[0])
        return
    if _department_of_place(group):
        yield NameSpan(first.start, last.end, said, NameType.BODY, hits[0].targets[0].country, "head", True)
        yield from names_of_match(hits[0])
        return
    found = tail_type(last.said) if last.hit is None else None
    linked = any(part.said in LINKS for part in group)
    headed = first.hit is None and (first.said in word_list("generic_heads") or (linked and not place.at_start))
    longer = found is not None or headed or first.hit is None or _of_place(hits[0], last) or _ordinary_first(group)
    if longer and not _unlikely(group, said, place, headed):
        targets = (target for hit in hits for target in hit.targets if target.type in PLACES)
        country = next((target.country for target in targets), None)
        kind, rule = found or ((NameType.BODY, "head") if headed else (NameType.OTHER, "longer"))
        yield NameSpan(first.start, last.end, said, kind, country, rule, True)
        if headed or found == (NameType.PLACE, "suffix"):
            return
        hits = [part.hit for part in group if part.hit is not None and not _ordinary_part(part, part.hit)]
    for hit in hits:
        yield from names_of_match(hit)


def _ordinary_first(group: list[RunPart]) -> bool:
    """Whether a firm's name that is an ordinary word has an unknown word behind it: "Delta Marine" is no airline."""
    first, second = group[0], group[1]
    if first.hit is None or second.hit is not None or not all(target.weak for target in first.hit.targets):
        return False
    return first.hit.targets[0].type is NameType.COMPANY and second.said[:1].isupper() and second.said.isalpha()


def _ordinary_part(part: RunPart, hit: GazetteerMatch) -> bool:
    """Whether a part of a longer name is a word that elsewhere may be a name: "Partners" in "Osk Partners"."""
    return not part.said.isupper() and all(target.weak for target in hit.targets)


def _unlikely(group: list[RunPart], said: str, place: RunContext, headed: bool) -> bool:
    """Whether a group is no longer name: in a title, of an event, opened by an ordinary word, or in capitals."""
    first, last = group[0], group[-1]
    if place.titled or last.said in word_list("event_tails") or (len(said) > SHOUTED_LENGTH and said.isupper()):
        return True
    return first.hit is None and place.at_start and not headed and ordinary(first.said)


def _department_of_place(group: list[RunPart]) -> bool:
    """Whether a body is a region's: "Bihar Department of Health" is not the country's one of the gazetteer."""
    if len(group) != 2 or group[0].hit is None or group[1].hit is None:
        return False
    first, *_, last = group[1].said.split() if " " in group[1].said else ("", "")
    national = group[1].hit.targets[0].type is NameType.BODY and group[1].hit.targets[0].country is not None
    headed = first in word_list("generic_heads") or (national and last in word_list("body_tails"))
    return group[0].hit.targets[0].type is NameType.PLACE and headed


def _of_place(hit: GazetteerMatch, last: RunPart) -> bool:
    """Whether a word after a place or a short surface belongs to one name with it ("Jacksonville Jaguars")."""
    short = hit.end - hit.start < 4
    return last.hit is None and hit.end < last.start and (short or hit.targets[0].type in PLACES)
