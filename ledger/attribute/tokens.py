"""Split a document into the words that every attribution rule reads, with the figures and the headline among them."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

import re2

from schemas import Figure, Section, Segment

WORD = re2.compile(r"(?:\p{L}\.){2,}|[\p{L}\p{M}]+(?:[-’'.&/][\p{L}\p{M}]+)*|\p{Nd}[\p{Nd},.]*|[^\s\p{L}\p{Nd}]")
"""What a word is. `_LIKE_WORD` finds the same in a text of character classes at a tenth of the cost."""

_MARK = "\u0301"
_LIKE_WORD = re.compile(
    rf"(?:[A-Za-z]\.){{2,}}|[A-Za-z{_MARK}]+(?:[-'.&/][A-Za-z{_MARK}]+)*|[0-9][0-9,.]*|[^ \t\n\f\r]"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=1 << 12)
def _classes(said: str) -> str:
    """Characters beyond ASCII, each as one that `_LIKE_WORD` reads alike: a letter, digit, mark, apostrophe or sign."""
    return "".join(
        "'" if one == "’" else {"L": "a", "M": _MARK}.get(kind[0], "0" if kind == "Nd" else "!")
        for one in said
        if (kind := category(one))
    )


def in_classes(text: str) -> str:
    """`text` with each character beyond ASCII replaced by one of its class, so that it stays as long.

    >>> in_classes("Çelik’s ٣ § …")
    "aelik's 0 ! !"
    """
    return text if text.isascii() else _FOREIGN.sub(lambda found: _classes(found.group()), text)


def word_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of each word in a part of a text of character classes, see `in_classes`."""
    return [match.span() for match in _LIKE_WORD.finditer(text, start, end)]


class SentenceTokens(NamedTuple):
    """The words of one sentence: lower-cased, with their offsets in the document, in order."""

    start: int
    end: int
    section: Section
    group: int
    segment: int
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    has_apostrophe: bool


class DocumentTokens(NamedTuple):
    """The sentences, words and figures of a document; indices into `sentences` and `figures` tie them together."""

    text: str
    published: date | None
    segments: tuple[Segment, ...]
    figures: tuple[Figure, ...]
    sentences: tuple[SentenceTokens, ...]
    sentence_of: tuple[int, ...]
    """Index of the sentence of each figure."""
    figures_of: tuple[tuple[int, ...], ...]
    """Indices of the figures of each sentence."""
    headline: int | None
    """Index of the sentence that is the document's headline, or null."""


def tokenize_sentence(
    text: str, classes: str, start: int, end: int, section: Section, group: int, segment: int
) -> SentenceTokens:
    """The words of `text[start:end]`; `classes` is what `in_classes` makes of the whole text."""
    spans = word_spans(classes, start, end)
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return SentenceTokens(
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


def tokenize_document(
    text: str, segments: Sequence[Segment], figures: Sequence[Figure], published: date | None = None
) -> DocumentTokens:
    """Split a document into sentences and words; `segments` and `figures` are in the order of the text."""
    classes = in_classes(text)
    sentences = [
        tokenize_sentence(
            text, classes, sentence.start, sentence.end, segment.section.weighed_as, segment.group, number
        )
        for number, segment in enumerate(segments)
        for sentence in segment.sentences
    ]
    starts = [sentence.start for sentence in sentences]
    sentence_of = tuple(max(0, bisect_right(starts, figure.start) - 1) for figure in figures)
    figures_of: list[list[int]] = [[] for _ in sentences]
    for index, sentence in enumerate(sentence_of):
        figures_of[sentence].append(index)
    headline = next((number for number, sentence in enumerate(sentences) if sentence.section is Section.HEADLINE), None)
    return DocumentTokens(
        text,
        published,
        tuple(segments),
        tuple(figures),
        tuple(sentences),
        sentence_of,
        tuple(tuple(indices) for indices in figures_of),
        headline,
    )
