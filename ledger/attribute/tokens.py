"""What every attribution rule looks at: the words of each sentence, where the figures stand among them, and the headline."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

import re2

from schemas import Figure, Section, Segment

WORD = re2.compile(r"(?:\p{L}\.){2,}|[\p{L}\p{M}]+(?:[-’'.&/][\p{L}\p{M}]+)*|\p{Nd}[\p{Nd},.]*|[^\s\p{L}\p{Nd}]")
"""What a word is. `_LIKE_WORD` finds the same in a text told in classes, at a tenth of the cost of a call to re2."""

_MARK = "\u0301"
_LIKE_WORD = re.compile(
    rf"(?:[A-Za-z]\.){{2,}}|[A-Za-z{_MARK}]+(?:[-'.&/][A-Za-z{_MARK}]+)*|[0-9][0-9,.]*|[^ \t\n\f\r]"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=1 << 12)
def _classes(said: str) -> str:
    """Characters beyond ASCII, each as one that `_LIKE_WORD` reads alike: a letter, a digit, a mark, an apostrophe or a sign."""
    return "".join(
        "'" if one == "’" else {"L": "a", "M": _MARK}.get(kind[0], "0" if kind == "Nd" else "!")
        for one in said
        if (kind := category(one))
    )


def in_classes(text: str) -> str:
    """`text` with the characters beyond ASCII told by their classes; as long as `text`.

    >>> in_classes("Çelik’s ٣ § …")
    "aelik's 0 ! !"
    """
    return text if text.isascii() else _FOREIGN.sub(lambda found: _classes(found.group()), text)


def word_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of each word in a part of a text that is told in classes."""
    return [match.span() for match in _LIKE_WORD.finditer(text, start, end)]


class Words(NamedTuple):
    """The words of one sentence: lower-cased, with their offsets in the document, in order."""

    start: int
    end: int
    section: Section
    group: int
    segment: int
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    possessive: bool
    """Whether an apostrophe is in it."""

    def before(self, offset: int) -> int:
        """Number of words that end at or before `offset`."""
        return bisect_right(self.ends, offset)

    def after(self, offset: int) -> int:
        """Index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)


class Scene(NamedTuple):
    """A document laid out for attribution; indices into `sentences` and `figures` tie the parts together."""

    text: str
    published: date | None
    segments: tuple[Segment, ...]
    figures: tuple[Figure, ...]
    sentences: tuple[Words, ...]
    sentence_of: tuple[int, ...]
    """Index of the sentence of each figure."""
    figures_of: tuple[tuple[int, ...], ...]
    """Indices of the figures of each sentence."""
    headline: int | None
    """Index of the sentence that is the document's headline, or null."""


def words_of(text: str, classes: str, start: int, end: int, section: Section, group: int, segment: int) -> Words:
    """The words of `text[start:end]`; `classes` is the whole text as `in_classes` tells it."""
    spans = word_spans(classes, start, end)
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return Words(
        start,
        end,
        section,
        group,
        segment,
        tuple([text[a:b].lower() for a, b in spans]),
        starts,
        ends,
        "'" in classes[start:end],
    )


def scene(text: str, segments: Sequence[Segment], figures: Sequence[Figure], published: date | None = None) -> Scene:
    """Lay out a document; `segments` and `figures` are in the order of the text."""
    classes = in_classes(text)
    sentences = [
        words_of(text, classes, sentence.start, sentence.end, segment.section, segment.group, number)
        for number, segment in enumerate(segments)
        for sentence in segment.sentences
    ]
    starts = [sentence.start for sentence in sentences]
    sentence_of = tuple(max(0, bisect_right(starts, figure.start) - 1) for figure in figures)
    figures_of: list[list[int]] = [[] for _ in sentences]
    for index, sentence in enumerate(sentence_of):
        figures_of[sentence].append(index)
    headline = next((number for number, sentence in enumerate(sentences) if sentence.section is Section.HEADLINE), None)
    return Scene(
        text,
        published,
        tuple(segments),
        tuple(figures),
        tuple(sentences),
        sentence_of,
        tuple(tuple(indices) for indices in figures_of),
        headline,
    )
