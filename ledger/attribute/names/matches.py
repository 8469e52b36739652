"""Where a text may name something: its runs of capitalised words, and the surfaces of the gazetteer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from ledger.attribute.names.runs import BODIES, PAIRED, PLACES, RUNS, SHIPS, GazetteerMatch
from ledger.attribute.names.unlisted import PLACE_PREPOSITIONS
from ledger.english.common import ordinary
from ledger.lexicons.names import Names, Target, word_list

DATELINE_DASH = re.compile(
    r"(?:, (?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+\.? \d{1,2})(?:,? \d{4})?)?\s?(?:\([\w/.& -]+\) ?)?(?:—|–|--|- )"
)
"""The dash of a dateline, with the day and what may stand in brackets before it: "Tunis, 7 March 2006 –"."""
CURRENCY_SIGNS = "$£€¥"
"""The signs that letters before them belong to: "US$", "NZ$"."""
WORD_REACH = 24
"""Characters before a run in which the words before it are looked for."""
PREFIX_LETTERS, PREFIX_DIGITS = 2, 3
"""The most small letters ("eVelora") and digits ("4Capes") before a capital that belong to a name."""
_CAPITAL_WORD = re.compile(r"[A-Z][a-z]{2}")
_OF_NUMBERS = ".,:/" + CURRENCY_SIGNS
"""What stands between the digits of a number, or before them."""
SHOUTED_LENGTH = 4
"""Characters of a run in capitals above which the gazetteer is asked for its words."""
SHOUTED_WORDS = 6
"""The most words of such a name."""
_SHOUTED = re.compile(r"[^\s'’]+(?:['’](?!S\b)[^\s'’]+)*")
"""A word in capitals without the ending of its possessive."""
start_of = attrgetter("start")


class CapitalizedRun(NamedTuple):
    """A run of capitalised words with the surfaces of the gazetteer in it."""

    start: int
    end: int
    hits: list[GazetteerMatch]


def runs_of(text: str, names: Names) -> list[CapitalizedRun]:
    """The runs of capitalised words, and the matches outside any run, in the order of the text."""
    spans = _spans(text)
    hits = _with_shouted(text, spans, _hits(text, names), names)
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
        first, last = (min(start, inside[0].start), max(end, inside[-1].end)) if inside else (start, end)
        runs.append(CapitalizedRun(first, last, inside))
    runs += [CapitalizedRun(hit.start, hit.end, [hit]) for hit in hits[at:]]
    return runs


def split_at(runs: list[CapitalizedRun], starts: Sequence[int]) -> list[CapitalizedRun]:
    """The runs, those that a new sentence begins in cut there: "its Series C. Velora Capital led"; `starts` ascend."""
    made: list[CapitalizedRun] = []
    for run in runs:
        left = run
        for cut in starts[bisect_right(starts, run.start) : bisect_left(starts, run.end)]:
            if not any(hit.start < cut < hit.end for hit in left.hits):
                made.append(CapitalizedRun(left.start, cut - 1, [hit for hit in left.hits if hit.start < cut]))
                left = CapitalizedRun(cut, left.end, [hit for hit in left.hits if hit.start > cut - 1])
        made.append(left)
    return made


def word_before(text: str, start: int) -> str:
    """The word before an offset in lower case, articles left out; "into" for an "in" after a word of investing."""
    last = text[max(0, start - WORD_REACH) : start].casefold().split()
    if last and last[-1] == "the":
        last.pop()
    if len(last) > 1 and last[-1] == "in" and last[-2] in word_list("invest_in"):
        return "into"
    return last[-1] if last else ""


def _spans(text: str) -> list[tuple[int, int]]:
    """Where runs of capitalised words stand, with small letters ("eVelora") or digits ("4Capes") before the capital."""
    spans = ((start, _without_currency(text, start, end)) for start, end in _plain_spans(text))
    opened = ((_with_prefix(text, start), end) for start, end in spans if start < end)
    return [(start, end) for start, end in opened if not text[start - 1 : start].isalnum() or not start]


def _without_currency(text: str, start: int, end: int) -> int:
    """Where a run ends without the letters of a currency behind it ("Board Passes US$ 49 million")."""
    if text[end : end + 1] not in CURRENCY_SIGNS or end == len(text):
        return end
    return max(start, text.rfind(" ", start, end))


def _with_prefix(text: str, start: int) -> int:
    if not start or not text[start - 1].isalnum():
        return start
    is_digit = text[start - 1].isdigit()
    if is_digit and not _CAPITAL_WORD.match(text, start):
        return start
    most = PREFIX_DIGITS if is_digit else PREFIX_LETTERS
    at = start
    while at and start - at <= most and (text[at - 1].isdigit() if is_digit else text[at - 1].islower()):
        at -= 1
    before = text[at - 1 : at] if at else ""
    return at if start - at <= most and not before.isalnum() and not (is_digit and before in _OF_NUMBERS) else start


def _plain_spans(text: str) -> list[tuple[int, int]]:
    bodies = sorted([match.span() for match in BODIES.finditer(text)] + list(_paired(text)))
    if not bodies:
        return [match.span() for match in RUNS.finditer(text)]
    spans, at = [], 0
    for start, end in bodies:
        spans += [match.span() for match in RUNS.finditer(text, at, start)]
        joined = bool(spans) and spans[-1][1] == start - 1 and text[start - 1] == " "
        spans.append((spans.pop()[0] if joined else start, end))
        at = end
    return spans + [match.span() for match in RUNS.finditer(text, at)]


def _paired(text: str) -> Iterator[tuple[int, int]]:
    """Where funds and bodies named by two words stand: "the Loss and Damage Fund", not "the EIB and Oyo Fund"."""
    for match in PAIRED.finditer(text):
        if ordinary(match[1]) and match[1] not in word_list("generic_heads"):
            yield match.span()


def _hits(text: str, names: Names) -> list[GazetteerMatch]:
    """Whole-word surfaces, the longest at each place."""
    hits = []
    size = len(text)
    for pattern, start, end in names.automaton.find_matches_as_indexes(text):
        if start and (
            text[start - 1].isalnum() or (text[start - 1] == "." and start > 1 and text[start - 2].isalnum())
        ):
            continue
        if end < size and (text[end] in CURRENCY_SIGNS or text.startswith(SHIPS, end)):
            continue
        if end < size and text[end].isalnum():
            shorter = _shorter(text, start, end, names)
            if shorter is not None:
                hits.append(shorter)
            continue
        hits.append(GazetteerMatch(start, end, _targets_at(text, start, end, names.at(pattern))))
    return hits


def _shorter(text: str, start: int, end: int, names: Names) -> GazetteerMatch | None:
    """The longest surface that ends with a word, where the longest one did not ("Toyota" in "Toyota Motorsport")."""
    said = text[start:end]
    while (at := max(said.rfind(" "), said.rfind("-"))) > 0:
        said = said[:at]
        if (targets := names.get(said)) is not None:
            return GazetteerMatch(start, start + len(said), targets)
    return None


def _targets_at(text: str, start: int, end: int, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """The targets but for the state where a capital is only a city: in a dateline, "in Lisbon", "Lisbon-based"."""
    if len(targets) == 1 or targets[0].rule != "metonym":
        return targets
    opens_line = start == 0 or text[start - 1] == "\n"
    suffixes = (f", {targets[0].country}", *(f"-{word}" for word in word_list("city_suffixes")))
    if (
        (opens_line and DATELINE_DASH.match(text, end) is not None)
        or word_before(text, start) in PLACE_PREPOSITIONS
        or text.startswith(suffixes, end)
    ):
        return tuple(target for target in targets if target.rule != "metonym")
    return targets


def _with_shouted(
    text: str, spans: list[tuple[int, int]], hits: list[GazetteerMatch], names: Names
) -> list[GazetteerMatch]:
    """The matches, and the names of the gazetteer that runs in capitals spell ("VELORA STEEL has waived")."""
    found = [
        hit
        for start, end in spans
        if end - start > SHOUTED_LENGTH and text[start:end].isupper()
        for hit in _shouted(text, start, end, names)
    ]
    if not found:
        return hits
    ends = {hit.start: hit.end for hit in hits}
    found = [hit for hit in found if ends.get(hit.start, 0) < hit.end]
    taken = {at for hit in found for at in range(hit.start, hit.end)}
    kept = [hit for hit in hits if hit.start not in taken and hit.end - 1 not in taken]
    return sorted([*found, *kept], key=start_of)


def _shouted(text: str, start: int, end: int, names: Names) -> Iterator[GazetteerMatch]:
    """The longest names in a run in capitals; none that is only one ordinary word."""
    spans = [(match.start(), match.end()) for match in _SHOUTED.finditer(text, start, end)]
    at = 0
    while at < len(spans):
        for size in range(min(SHOUTED_WORDS, len(spans) - at), 0, -1):
            first, last = spans[at][0], spans[at + size - 1][1]
            targets = names.shouted(text[first:last])
            if targets is None or targets[0].weak:
                continue
            if size > 1 or targets[0].type in PLACES or not ordinary(text[first:last]):
                yield GazetteerMatch(first, last, _targets_at(text, first, last, targets))
                break
        else:
            size = 1
        at += size
