"""Sentences of a line with exact offsets: sentencex proposes, our own abbreviations decide."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from sentencex import get_sentence_boundaries

from ledger.lexicons import load

WINDOW = 4_000
"""Most code points given to sentencex at a time; its cost grows faster than its input."""

LONGEST_SENTENCE, CUT_WITHIN = 4_000, 1_000
"""Most code points of one sentence: what stands longer without an end is no sentence, and each figure in it would be
looked at beside all others. It is cut behind the last mark, or else the last word, of its last thousand code points."""
CUTS = (re.compile(r"[;,)|\]](?=\s)"), re.compile(r"(?<=[^\W\d_])(?=\s)"), re.compile(r"\s"))
"""Where a sentence without an end is cut, the best place first: not between a number and the words behind it."""

# All alternatives begin with the sign itself, so that the search runs from sign to sign.
INNER_END = re.compile(r"[.!?…؟।。！？](?:(?<=[。！？])|[\"'”’)\]»]*\s|(?<=[a-z][.!?])(?=[A-Z]))")
GLUED_SENTENCES = re.compile(r"[a-z]{2}[.!?]['\"”’)\]]*$")


@cache
def _missed_end() -> re.Pattern[str]:
    """Ends that sentencex misses: in brackets ("(It was late.) The house rose."), in quotations, after "Series C."."""
    starters = "|".join(sorted(_words("starters")))
    lettered = "|".join(rf"(?<=\b{word} [A-Z]\.)" for word in sorted(_words("lettered")))
    return re.compile(
        rf"[.!?](?:[\"”’]?[)\]] {{1,3}}(?=[A-Z\"“(])|[\"”’]? {{1,3}}(?=[\"“(]?(?:{starters})\b)|"
        rf"(?:{lettered}) {{1,3}}(?=[A-Z]))"
    )


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(load.toml("segment")["abbreviations"][key])


SENTENCE_OPENERS = "\"'“‘([«-–—*_ \n\t"


def _belong_together(before: str, after: str) -> bool:
    """Whether the break between two parts that sentencex proposes stands inside a sentence."""
    following = after.lstrip(SENTENCE_OPENERS).split(None, 1)
    if not following:
        return True
    first = following[0]
    if before[-1:].isspace():
        words = before.rsplit(None, 2)
        if len(words) > 1 and len(words[-1]) == len("C.") and words[-2] in _words("lettered"):
            return False
        return _is_inside(words[-1] if words else "", first)
    return first.islower() or not (GLUED_SENTENCES.search(before) and first[1:2].islower())


@lru_cache(maxsize=1 << 14)
def _is_inside(last: str, first: str) -> bool:
    """Whether a sentence goes on from the word before a break to the word behind it."""
    if first.islower() or not last:
        return True
    # "Japan-U.S." and "($2 bn." end in the abbreviation after the hyphen or bracket
    word = last.lstrip("(\"'“‘[").replace("–", "-").rpartition("-")[2]
    if word in _words("never") or (first[0].isdigit() and word in _words("before_number")):
        return True
    initial = word[-2:-1].isupper() and not word[-3:-2].isalnum() and word[-1:] == "."
    return (initial or word in _words("seldom")) and first.rstrip(",.") not in _words("starters")


def _proposed(text: str) -> list[tuple[int, int]]:
    """Breaks that sentencex sees, window by window; a window's edge is no break."""
    if len(text) <= WINDOW:
        return [(part["start_index"], part["end_index"]) for part in get_sentence_boundaries("en", text)]
    parts: list[tuple[int, int]] = []
    carried = 0
    for at in range(0, len(text), WINDOW):
        found = [
            (at + part["start_index"], at + part["end_index"])
            for part in get_sentence_boundaries("en", text[at : at + WINDOW])
        ]
        if not found:
            continue
        found[0] = (carried, found[0][1])
        parts += found[:-1]
        carried = found[-1][0]
    return [*parts, (carried, len(text))]


def _merged(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in parts:
        if end <= start:
            continue
        if merged and _belong_together(
            text[max(merged[-1][0], start - 48) : start], text[start : min(end, start + 48)]
        ):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if end > start and not text[start].isspace() and not text[end - 1].isspace():
        return start, end
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip())


def _cut_more(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    missed = [found.end() for found in _missed_end().finditer(text)]
    if not missed:
        return parts
    ends = {end for _, end in parts}
    return parts if ends.issuperset(missed) else list(pairwise(sorted(ends.union(missed, *parts))))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, or pieces of at most LONGEST_SENTENCE code points of what is too long for one."""
    while end - start > LONGEST_SENTENCE:
        last = start + LONGEST_SENTENCE
        places = ([found.end() for found in cut.finditer(text, last - CUT_WITHIN, last)] for cut in CUTS)
        cut = next((found[-1] for found in places if found), last)
        yield start, cut
        start = cut
    yield start, end


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of one paragraph, in code points of `text`, without surrounding space.

    >>> text = "The Japan-U.S. pact holds. It is new."
    >>> [text[start:end] for start, end in sentences_of(text)]
    ['The Japan-U.S. pact holds.', 'It is new.']
    """
    parts = [(0, len(text))]
    if INNER_END.search(text) is not None:
        parts = _merged(text, _cut_more(text, _proposed(text)))
    if len(text) > LONGEST_SENTENCE:
        parts = [piece for part in parts for piece in _pieces(text, *part)]
    return [span for start, end in parts if (span := _trimmed(text, start, end))[0] < span[1]]
