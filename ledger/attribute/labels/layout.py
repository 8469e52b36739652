"""Lay out the sentences of a document for its labels: figures as `#`, clauses, quotations and the cues found."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ledger.attribute.labels.cues import FIGURE, CueMatch, find_cues
from ledger.attribute.labels.frames import mask_figures
from ledger.attribute.tokens import DocumentTokens, SentenceTokens
from ledger.english.common import stem
from ledger.english.function_words import function_words
from schemas import Kind, Section

CLAUSE_BREAKS = function_words("clause_breaks")
QUOTATION_MARKS = function_words("quotation_marks")
OPENING, CLOSING = function_words("opening_brackets"), function_words("closing_brackets")
TIME_VERBS = function_words("time_verbs")
CONVERSION_WORDS, CONVERSION_SIGNS = function_words("conversion_words"), function_words("conversion_signs")
SHORTEST_WORD = 3
"""Letters of the shortest word that is a feature: shorter ones are mostly small words, which other features cover."""
CONVERSION_REACH = 7
"""Words from a sum to its conversion: "€3bn, or the equivalent of about $3.2bn"."""
SPOKEN_CONVERSION = 6
"""Most words between the two where no bracket marks the conversion."""


class WordFeature(NamedTuple):
    """A word that is a feature of the figures near it."""

    at: int
    clause: int
    left: str
    """Its feature where it stands left of the figure."""
    right: str


class SentenceLayout(NamedTuple):
    """A sentence laid out; what is given by word has one entry a word, in order.

    Clauses, quotations, word features and the line are looked at from figures, and empty in a sentence without any.
    """

    words: tuple[str, ...]
    """Lower-cased, each figure as `#`."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    clauses: tuple[int, ...]
    """The number of each word's clause, from 0."""
    figures_before: tuple[int, ...]
    """The figures before each word, and before the end."""
    cues: tuple[CueMatch, ...]
    positions: dict[int, int]
    """Figure index → its word."""
    quoted: tuple[bool, ...]
    word_features: tuple[WordFeature, ...]
    section: Section
    has_time_words: bool
    """Whether any word may tell the time basis."""
    line: str
    """The words as the frames read them, see `mask_figures`."""
    offsets: Mapping[int, int]
    """Where the word of each figure stands in `line`, by the word's number."""


def lay_out_sentence(tokens: DocumentTokens, number: int) -> SentenceLayout:
    """Lay out sentence `number` of the document."""
    sentence = tokens.sentences[number]
    words, starts, ends, positions = _with_figures(tokens, sentence, tokens.figures_of[number])
    clauses = tuple(accumulate([1 if word in CLAUSE_BREAKS else 0 for word in words])) if positions else ()
    cues = tuple(find_cues(words))
    return SentenceLayout(
        words=tuple(words),
        starts=tuple(starts),
        ends=tuple(ends),
        clauses=clauses,
        figures_before=_figures_before(words, positions),
        cues=cues,
        positions=positions,
        quoted=_quoted(words) if positions else (),
        word_features=_word_features(words, clauses) if positions else (),
        section=sentence.section,
        has_time_words=not TIME_VERBS.isdisjoint(words) or any(match.cue.kind == "time" for match in cues),
        line=mask_figures(words) if positions else "",
        offsets={at: len(" ".join(words[:at])) + (at > 0) for at in positions.values()},
    )


def _with_figures(
    tokens: DocumentTokens, sentence: SentenceTokens, figures: Sequence[int]
) -> tuple[list[str], list[int], list[int], dict[int, int]]:
    """Words, starts and ends of a sentence with each figure as one word, and the word of each figure."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    positions: dict[int, int] = {}
    at, size = 0, len(sentence.words)
    for index in figures:
        figure = tokens.figures[index]
        first = bisect_left(sentence.ends, figure.start + 1)
        _add_words(sentence, at, first, words, starts, ends)
        positions[index] = len(words)
        words.append(FIGURE)
        starts.append(figure.start)
        ends.append(figure.end)
        at = max(at, bisect_left(sentence.starts, figure.end))
    _add_words(sentence, at, size, words, starts, ends)
    return words, starts, ends, positions


def _figures_before(words: Sequence[str], positions: Mapping[int, int]) -> tuple[int, ...]:
    """The figures before each word, and before the end; "#" is a word of some texts too."""
    if not positions and FIGURE not in words:
        return (0,) * (len(words) + 1)
    return tuple(accumulate([1 if word == FIGURE else 0 for word in words], initial=0))


def _add_words(
    sentence: SentenceTokens, first: int, last: int, words: list[str], starts: list[int], ends: list[int]
) -> None:
    said = sentence.words[first:last]
    words += (
        [_plain(word) if "'" in word or "’" in word else word for word in said] if sentence.has_apostrophe else said
    )
    starts += sentence.starts[first:last]
    ends += sentence.ends[first:last]


def _plain(word: str) -> str:
    """A word without the ending of a possessive, with plain apostrophes."""
    return (word[:-2] if word.endswith(("'s", "’s")) else word).replace("’", "'")


def _quoted(words: Sequence[str]) -> tuple[bool, ...]:
    """Whether each word stands between quotation marks."""
    if QUOTATION_MARKS.isdisjoint(words):
        return (False,) * len(words)
    inside = False
    quoted: list[bool] = []
    for word in words:
        if word in QUOTATION_MARKS:
            inside = word == "“" or (word == '"' and not inside)
        quoted.append(inside)
    return tuple(quoted)


def _word_features(words: Sequence[str], clauses: Sequence[int]) -> tuple[WordFeature, ...]:
    return tuple(
        [
            WordFeature(at, clauses[at], *sides)
            for at, word in enumerate(words)
            if len(word) >= SHORTEST_WORD and (sides := _sides(word)) is not None
        ]
    )


@lru_cache(maxsize=20_000)
def _sides(word: str) -> tuple[str, str] | None:
    """The feature of a word left and right of a figure."""
    root = stem(word) if word[0].isalpha() else ""
    return (f"l:{root}", f"r:{root}") if root else None


def conversion_source(layout: SentenceLayout, index: int, tokens: DocumentTokens) -> int | None:
    """The figure that this one says again in another currency: "€3bn ($3.2bn)", "€3bn, or about $3.2bn"."""
    figure = tokens.figures[index]
    if figure.kind is not Kind.MONEY or index - 1 not in layout.positions:
        return None
    other, here, there = tokens.figures[index - 1], layout.positions[index], layout.positions[index - 1]
    if other.kind is not Kind.MONEY or other.unit == figure.unit or here - there > CONVERSION_REACH:
        return None
    between = layout.words[there + 1 : here]
    bracketed = bool(between) and between[0] in OPENING and CLOSING.isdisjoint(between)
    spoken = (
        len(between) <= SPOKEN_CONVERSION
        and not CONVERSION_WORDS.isdisjoint(between[:3])
        and between[0] in CONVERSION_SIGNS
    )
    return index - 1 if bracketed or spoken or between == ("/",) else None


__all__ = ["SentenceLayout", "WordFeature", "conversion_source", "lay_out_sentence"]
