"""Names without a word of the gazetteer: what a run is by its words, its shape and what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledger.attribute.names.runs import (
    NameSpan,
    RunContext,
    RunPart,
    acts,
    shown_words,
    tail_type,
    without_legal_form,
)
from ledger.english.common import ordinary
from ledger.lexicons.names import Target, word_list
from schemas import NameType

PLACE_PREPOSITIONS = word_list("place_prepositions")
SHOUTED_LENGTH = 6
"""Characters of a word in capitals above which it is no acronym."""
ACRONYM_LENGTHS = range(3, 7)
"""Characters of a single acronym: shorter ones are mostly units and initials, longer ones words in capitals."""
SHORT_WORD = 3
"""Characters of a word in capitals that stays so in a name: "GE"."""
MAX_WORDS = 3
"""Words of a person's or a place's name; longer runs are something else."""


def _any_of(listed: str) -> str:
    return "|".join(sorted(map(re.escape, word_list(listed)))).replace("'", "['’]")


OFFICE_AFTER = re.compile(
    rf", (?:who\b|(?:the |its |an? |[A-Z]\w+['’]s )?(?:\w+ )?(?:head of|{_any_of('office_prefixes')}))"
)
"""What follows a person's name: "Mira Voss, chief executive of"."""
_SHOUTED_AFTER = re.compile(r"['’]S\b|[:,.|(]|\s?[|–—(]| (?:[a-z]+(?:s|ed)|of|and|will|to) |\n|$")
"""What follows a name in capitals at the head of a line."""
_INTRODUCED = re.compile(
    r", |[)](?! ?[-–—])|[*]| \(| (?:of|and|&) [A-Z]| [+-]\d|[.?] [A-Z“]|\? | → "
    r"|: ?[^\w\s]?(?:[A-Z]{0,3}[$€£¥₹₩]|[A-Z]{2,3} )?\d|: [a-z]"
    r"| [a-z]+(?:ed|ks|ts|ds|ns|es|rs|ls|ys|ps|ms|gs|ws)\b(?! (?:of|that|and|to the)\b)"
    rf"| (?:{_any_of('irregular_past')}|{_any_of('after_subject')}|{_any_of('place_nouns')})\b"
)
"""What follows a name that opens a sentence, and seldom any other word."""
_TOLD_AFTER = re.compile(
    r" \([A-Z]|, an? [a-z][^,.;]{2,60}, (?:has|have|will|is|raised|plans|agreed|closed|bought|acquired|secured|sold)\b"
)
"""What follows a name whatever its shape: "Skogly (Oslo)", "Mendable, a marketplace, has"."""
_COMMON_SHAPE = re.compile(rf"-[a-z]|\.$|[a-z](?:{_any_of('common_endings')})$")
"""The shape of words that are seldom names: "Low-interest", "Discontinued"."""
_CELL_AFTER = re.compile(r" ?[|:,(/;–—-]|\s*$|\n|, ")
"""What follows a name in a cell or an item of a list."""


def unlisted_name(
    group: list[RunPart], place: RunContext, office: bool, known: dict[str, Target]
) -> Iterator[NameSpan]:
    """The name that a run without any word of the gazetteer is; `known` are the document's own names by surface.

    `office` says that a title stands before the run.
    """
    group = without_legal_form(group)
    said = shown_words(group)
    start, end, last = group[0].start, group[-1].end, group[-1].said
    if (target := known.get(said)) is not None:
        yield NameSpan(start, end, target.name, target.type, target.country, target.rule, True)
    elif last in word_list("event_tails"):
        return
    elif len(said) > SHOUTED_LENGTH and said.isupper() and not place.by_place:
        yield from _shouted(group, place) if place.at_start or place.titled else _in_capitals(group, place)
    elif place.titled and not (place.by_place and said.isupper()):
        yield from _place_in_title(group, place)
    elif place.by_place and len(group) <= MAX_WORDS:
        if len(group) > 1 or (tail_type(said) or (NameType.PLACE,))[0] is NameType.PLACE:
            yield from _located(start, end, said)
    elif len(group) == 1:
        yield from _single(group[0], place, office)
    else:
        kind, rule = _type(group, place, office)
        yield NameSpan(start, end, said, kind, None, rule, True)


def _place_in_title(group: list[RunPart], place: RunContext) -> Iterator[NameSpan]:
    """In title case a capital says nothing, but what follows a preposition of place may be one."""
    preposition = place.before in PLACE_PREPOSITIONS and place.before != "from"
    if preposition and len(group) < MAX_WORDS and not tail_type(group[-1].said) and not place.at_start:
        yield NameSpan(
            group[0].start, group[-1].end, shown_words(group), NameType.PLACE, None, "place_preposition", False
        )


def _in_capitals(group: list[RunPart], place: RunContext) -> Iterator[NameSpan]:
    """A long name in capitals within a sentence in small letters: "paid to NORVEMAT", "for HAL NORD"."""
    if (
        len(group) <= MAX_WORDS
        and place.before.islower()
        and not any(part.said.casefold() in word_list("starts") or ordinary(part.said) for part in _but_tail(group))
    ):
        said = shown_words(group)
        kind, rule = tail_type(group[-1].said.title()) or (NameType.OTHER, "acronym")
        yield NameSpan(
            group[0].start, group[-1].end, said if rule == "acronym" else _titled(said), kind, None, rule, False
        )


def _titled(said: str) -> str:
    """A name in capitals as it is written elsewhere: "KINZA STEEL" is Kinza Steel, "GE STEEL" is GE Steel."""
    return " ".join(word.title() if len(word) > SHORT_WORD else word for word in said.split())


def _but_tail(group: list[RunPart]) -> list[RunPart]:
    """The words of a name in capitals, without the last one where it ends many names: "WREN CAPITAL"."""
    return group[:-1] if len(group) > 1 and tail_type(group[-1].said.title()) is not None else group


def _shouted(group: list[RunPart], place: RunContext) -> Iterator[NameSpan]:
    """An unknown name in capitals that opens a line or a sentence: "VELORA STEEL has waived", "VELORA'S END"."""
    owner = next((at for at, part in enumerate(group) if part.said.endswith(("'S", "’S"))), len(group) - 1)
    said = shown_words(group[: owner + 1]).removesuffix("'S").removesuffix("’S")
    parts = [word.casefold() for word in said.replace("-", " ").split()]
    firm = len(parts) > 1 and tail_type(parts[-1].title()) is not None
    others = parts[:-1] if firm else parts
    if place.titled or not place.at_start or len(parts) > MAX_WORDS or any(p in word_list("starts") for p in others):
        return
    if not (owner < len(group) - 1 or _SHOUTED_AFTER.match(place.after) or (firm and acts(place.after))):
        return
    if ordinary(parts[0]) and not (firm and acts(place.after)):
        return
    if len(parts[0]) < 2 or (len(parts) == 1 and _COMMON_SHAPE.search(parts[0])):
        return
    name = _titled(said)
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


def _type(group: list[RunPart], place: RunContext, office: bool) -> tuple[NameType, str]:
    """The type and rule of a run of several words."""
    given = group[0].said in word_list("given")
    found = tail_type(group[-1].said)
    if found is not None and not (office and given):
        return found
    if office or given:
        return NameType.PERSON, "person"
    if any(part.said in word_list("generic_heads") for part in group[:-1]):
        return NameType.BODY, "head"
    if place.before in PLACE_PREPOSITIONS:
        return NameType.PLACE, "place_preposition"
    introduced = place.before in word_list("before_person") or OFFICE_AFTER.match(place.after)
    if len(group) <= MAX_WORDS and introduced:
        return NameType.PERSON, "person"
    return NameType.OTHER, "shape"


def _single(part: RunPart, place: RunContext, office: bool) -> Iterator[NameSpan]:
    """A run of one word."""
    word = part.said
    listed = word.casefold() in word_list("starts") or word in word_list("generic_heads")
    if listed or word.endswith(("ese", "ish")) or tail_type(word):
        return
    if len(word) < 2 or (word.isupper() and len(word) not in ACRONYM_LENGTHS):
        return
    certain = not place.at_start
    if office or word in word_list("given"):
        yield NameSpan(part.start, part.end, word, NameType.PERSON, None, "person", certain)
    elif place.before in PLACE_PREPOSITIONS and place.before != "from":
        yield NameSpan(part.start, part.end, word, NameType.PLACE, None, "place_preposition", certain)
    elif not place.at_start or place.after.startswith(("'s", "’s")) or acts(place.after) or _introduced(word, place):
        rule = "acronym" if word.isupper() else "shape"
        yield NameSpan(part.start, part.end, word, NameType.OTHER, None, rule, certain)
    else:
        yield NameSpan(part.start, part.end, word, NameType.OTHER, None, "opening", False)


def _introduced(word: str, place: RunContext) -> bool:
    """Whether what follows an opening word shows it to be a name: ", the miller", ": $3m", " of Oslo", " jumped"."""
    if ordinary(word) or word in word_list("never"):
        return False
    if _COMMON_SHAPE.search(word) and not _TOLD_AFTER.match(place.after):
        return False
    camel = not word.isupper() and any(letter.isupper() for letter in word[1:]) and not place.after.startswith(")")
    return (
        bool(_INTRODUCED.match(place.after))
        or (camel and not place.titled)
        or (place.listed and bool(_CELL_AFTER.match(place.after)))
    )
