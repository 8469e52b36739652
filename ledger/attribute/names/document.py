"""The names of a whole document: what its prose names is known in headlines, by short forms and by acronyms."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from ledger.attribute.names.learned import learn
from ledger.attribute.names.matches import DATELINE_DASH, CapitalizedRun, runs_of, split_at, start_of, word_before
from ledger.attribute.names.runs import PLACES, GazetteerMatch, NameSpan, RunContext, acts, parts_of
from ledger.attribute.names.shape import names_in_run
from ledger.lexicons.load import toml
from ledger.lexicons.names import Names, Target, word_list
from schemas import NameType, Section, Segment

TITLED_SHARE = 0.6
"""The share of a line's longer words with a capital from which it is in title case."""
LONGEST_TITLE = 220
"""Characters of a line that may be a title."""
TITLE_WORD = 4
"""Characters of a word that counts: shorter ones have a capital by chance."""
CONTEXT = 90
"""Characters after a run that its reading looks at."""
_OPENERS = "“\"‘'•*▪►–—(\n\t"
_OPENING = frozenset([": ", "• ", "- ", "* ", "– ", "— ", "► ", "▪ ", "? ", "! ", "| ", ". ", "# "])
"""What gives the next word a capital: quotation marks, bullets, colons and ends of sentences."""
_DEFINED = re.compile(r"((?:[A-Z][\w’'-]*,? (?:(?:of|and|for|the|in|on) ){0,2}){2,8})\(([A-Z]{2,8})\)")
"""Words with capitals and the letters in brackets that stand for them: "Annual Development Programme (ADP)"."""
_TICKERS = re.compile(r"\((?:[A-Z][A-Za-z.]*(?: [A-Z][A-Za-z.]*)?: ?[A-Z0-9][A-Z0-9.-]{0,6}(?:[;,/] ?)?){1,4}\)")
"""A stock exchange and the letters of a firm there: "(NASDAQ: DTMK)"."""
_LETTERED = re.compile(r" [A-Z]\. $")
"""A letter that ends a sentence: "its Series C. "."""
REACH = len(" C. ")
_SMALL_WORD = re.compile(r"(?<![\w-])[a-z]+")
_LISTED = re.compile(r"[:,|(]|\b\d")
"""What an item of a list has and a title in a list has not."""


def drafts(text: str, segments: Sequence[Segment], names: Names) -> Iterator[NameSpan]:
    """The mentions of all segments that are read, by their own words.

    Prose is read first: the names that it spells out are then known in titles.
    """
    starts = [sentence.start for segment in segments for sentence in segment.sentences]
    runs = split_at(runs_of(text, names), [start for start in starts if _LETTERED.search(text[start - REACH : start])])
    read = [(segment, in_title_case(text, segment)) for segment in segments if segment.section.is_read]
    known: dict[str, Target] = {}
    spelt: dict[str, Target] = {}  # what the text below the headlines spells out
    found: list[tuple[bool, list[NameSpan]]] = []
    plain = [segment for segment, in_title in read if not in_title]
    for segment in plain:
        spans = []
        for span in _names_in_segment(text, segment, False, runs, known):
            spans.append(span)
            learn(text, span, known, names)
            if segment.section is not Section.HEADLINE and span.type is not NameType.PERSON:
                learn(text, span, spelt, names)
        found.append((False, spans))
    for at, segment in enumerate(plain):
        if segment.section is Section.HEADLINE:  # which may call by a short form what the text below spells out
            found[at] = (False, list(_names_in_segment(text, segment, False, runs, spelt)))
    for segment, in_title in read:
        if in_title:
            found.append((True, list(_names_in_segment(text, segment, True, runs, known))))
    others = _letters_of_others(text, names)
    tickers = [match.span() for match in _TICKERS.finditer(text)]
    common = word_list("starts") | set(_SMALL_WORD.findall(text))
    confirmed = {span.name for in_title, spans in found if not in_title for span in spans if span.certain}
    for in_title, spans in found:
        for span in spans:
            said = text[span.start : span.end]
            certain = span.certain or span.name in confirmed
            if (said in others and span.rule == "gazetteer") or any(a < span.start < b for a, b in tickers):
                continue
            if certain or (_kept(span, in_title) and said.casefold() not in common):
                yield span if certain == span.certain else span._replace(certain=certain)


@cache
def sum_labels() -> frozenset[str]:
    """What a row of a table that sums the others is called: "Total", which is a firm elsewhere."""
    return frozenset(toml("table_roles")["sums"]["labels"])


def _letters_of_others(text: str, names: Names) -> frozenset[str]:
    """Letters that the text defines for something else than the gazetteer does: (ADP) for a development programme."""
    found = set()
    for match in _DEFINED.finditer(text):
        letters, targets = match[2], names.get(match[2]) or ()
        words = [word for word in match[1].replace("-", " ").split() if word[0].isupper()][-len(letters) :]
        known = {word.casefold() for target in targets for word in target.name.split()}
        if "".join(word[0] for word in words) == letters and not known & {word.casefold() for word in words}:
            found.add(letters)
    return frozenset(found)


def _kept(span: NameSpan, in_title: bool) -> bool:
    """Whether an uncertain name is kept where no other place of the text confirms it."""
    return span.rule in ("headline_subject", "place_preposition") or not (in_title or span.rule == "opening")


def in_title_case(text: str, segment: Segment) -> bool:
    """Whether a line is written in title case or capitals, where a capital says nothing."""
    if (
        segment.end - segment.start > LONGEST_TITLE
        or text[segment.end - 1] in ".”:"
        or segment.section is Section.TABLE_CELL
    ):
        return False
    if segment.section is Section.LIST_ITEM and _LISTED.search(text, segment.start, segment.end):
        return False
    words = text[segment.start : segment.end].split()
    long = [word for word in words if len(word) >= TITLE_WORD and word[0].isalpha()]
    return len(long) > 2 and sum(word[0].isupper() for word in long) >= TITLED_SHARE * len(long)


def _names_in_segment(
    text: str, segment: Segment, in_title: bool, runs: list[CapitalizedRun], known: dict[str, Target]
) -> Iterator[NameSpan]:
    starts = {sentence.start for sentence in segment.sentences} | {segment.start}
    last = bisect_left(runs, segment.end, key=start_of)
    for at in range(bisect_left(runs, segment.start, key=start_of), last):
        run = runs[at]
        if segment.section is Section.TABLE_CELL and text[run.start : run.end].casefold() in sum_labels():
            continue
        at_start = run.start in starts or _opens(text, run.start)
        if len(run.hits) == 1 and run.hits[0].start == run.start and run.hits[0].end == run.end:
            yield from _names_of_lone_match(text, run.hits[0], at_start, in_title, known)
        else:
            by_place = _by_place(text, run, runs[at + 1] if at + 1 < last else None, at_start)
            listed = at_start and segment.section in (Section.TABLE_CELL, Section.LIST_ITEM)
            before, after = word_before(text, run.start), text[run.end : run.end + CONTEXT]
            context = RunContext(at_start, in_title, before, after, listed, by_place)
            yield from names_in_run(parts_of(text, run.start, run.end, run.hits), context, known)


def _by_place(text: str, run: CapitalizedRun, later: CapitalizedRun | None, at_start: bool) -> bool:
    """Whether a run is a place by the dash of a dateline, or by the place after a comma ("Halden, Norway")."""
    after = text[run.end : run.end + 4]
    if at_start and DATELINE_DASH.match(after) and text[run.start : run.end].isupper():
        return True
    return (
        later is not None
        and bool(later.hits)
        and later.start == run.end + 2
        and after.startswith(", ")
        and later.hits[0].start == later.start
        and later.hits[0].targets[0].type in PLACES
        and later.hits[0].targets[0].rule == "gazetteer"
    )


def _opens(text: str, start: int) -> bool:
    """Whether a word has its capital from a quotation, colon or bullet before it."""
    before = text[max(0, start - 2) : start]
    return before[-1:] in _OPENERS or before in _OPENING


def _names_of_lone_match(
    text: str, hit: GazetteerMatch, at_start: bool, in_title: bool, known: dict[str, Target]
) -> Iterator[NameSpan]:
    """The names of a run that is one surface of the gazetteer."""
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


def _supported(text: str, hit: GazetteerMatch) -> bool:
    """Whether what follows an ordinary word shows it to be a name: a possessive or a verb of acting."""
    after = text[hit.end : hit.end + 16]
    return after.startswith(("'s ", "’s ")) or acts(after)


__all__ = ["drafts", "in_title_case"]
