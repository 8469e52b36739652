"""What every attribution rule looks at: the words of each sentence, where the figures stand among them, and the headline."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import re2

from schemas import Figure, Section, Segment

WORD = re2.compile(r"(?:\p{L}\.){2,}|[\p{L}\p{M}]+(?:[-’'.&/][\p{L}\p{M}]+)*|\p{Nd}[\p{Nd},.]*|[^\s\p{L}\p{Nd}]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one sentence: lower-cased, with their offsets in the document, in order."""

    start: int
    end: int
    section: Section
    group: int
    segment: int
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def before(self, offset: int) -> int:
        """Number of words that end at or before `offset`."""
        return bisect_right(self.ends, offset)

    def after(self, offset: int) -> int:
        """Index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)


@dataclass(frozen=True, slots=True)
class Scene:
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


def words_of(text: str, start: int, end: int, section: Section, group: int, segment: int) -> Words:
    """The words of `text[start:end]`."""
    spans = [match.span() for match in WORD.finditer(text, start, end)]
    return Words(
        start, end, section, group, segment, tuple(text[a:b].lower() for a, b in spans), tuple(a for a, _ in spans), tuple(b for _, b in spans)
    )


def scene(text: str, segments: Sequence[Segment], figures: Sequence[Figure], published: date | None = None) -> Scene:
    """Lay out a document; `segments` and `figures` are in the order of the text."""
    sentences = [
        words_of(text, sentence.start, sentence.end, segment.section, segment.group, number)
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
