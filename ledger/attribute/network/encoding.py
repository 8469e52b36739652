"""A document as token ids, sentence by sentence, with the tokens of its names and figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from tokenizers import Tokenizer

from ledger.attribute.roles.layout import RoleLayout
from schemas import Figure, NameType, Section

TOKEN_KINDS = ("none", "money", "number", *NameType, "stands_for")
"""What a token belongs to: nothing, an amount of money, another number, a name, or an anaphor."""
SECTIONS = tuple(section for section in Section if section.weighed_as is section)
"""The sections that a sentence may stand in."""


class Marks(NamedTuple):
    """The ids of the tokens that are read by themselves."""

    start: int
    end: int
    comma: int
    ands: frozenset[int]
    """Those of "and" and "&"."""

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Self:
        """The ids by the names that BERT and SentencePiece give these tokens; raises ValueError where one lacks."""

        def ids(*names: str) -> list[int]:
            found = [number for name in names if (number := tokenizer.token_to_id(name)) is not None]
            if not found:
                raise ValueError(f"the tokenizer has none of the tokens {', '.join(names)}")
            return found

        return cls(
            ids("[CLS]", "<s>")[0], ids("[SEP]", "</s>")[0], ids(",")[0], frozenset(ids("and", "▁and", "&", "▁&"))
        )


@dataclass(frozen=True, slots=True)
class MentionTokens:
    """The tokens of one mention (`last` is past the end), its candidate's number, and what kind of words it is."""

    first: int
    last: int
    candidate: int
    kind: int
    """Index into `TOKEN_KINDS`."""
    anaphor: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class EncodedSentence:
    """A sentence as token ids, with the mentions and the figures in it."""

    ids: tuple[int, ...]
    mentions: tuple[MentionTokens, ...]
    figures: tuple[tuple[int, int, int], ...]
    """First token, token past the last one, and index of each figure."""
    segment: int
    section: int
    """Index into `SECTIONS`."""


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """A document as encoded sentences."""

    sentences: tuple[EncodedSentence, ...]
    figures: tuple[Figure, ...]
    sentence_of: tuple[int, ...]
    """Index of the sentence of each figure."""
    headline: int | None
    over: tuple[int | None, ...]
    """For each sentence the one that introduces its list, or null."""
    candidates: tuple[str, ...]
    """Names, by candidate number."""
    marks: Marks


def encode_document(layout: RoleLayout, overheads: tuple[int | None, ...], tokenizer: Tokenizer) -> EncodedDocument:
    """Encode a document; `overheads` has for each sentence the one that introduces its list."""
    tokens = layout.tokens
    encoded = tokenizer.encode_batch([tokens.text[s.start : s.end] for s in tokens.sentences], add_special_tokens=False)
    candidate_of = {mention: candidate.number for candidate in layout.candidates for mention in candidate.mentions}
    sentences = []
    for number, (sentence, pieces) in enumerate(zip(tokens.sentences, encoded, strict=True)):
        starts = [sentence.start + a for a, _ in pieces.offsets]
        ends = [sentence.start + b for _, b in pieces.offsets]
        inside = [i for i, m in enumerate(layout.mentions) if sentence.start <= m.start and m.end <= sentence.end]
        mentions = [_mention_tokens(layout, i, candidate_of[i], starts, ends) for i in inside]
        figures = [
            (*_token_span(tokens.figures[i].start, tokens.figures[i].end, starts, ends), i)
            for i in tokens.figures_of[number]
        ]
        section = SECTIONS.index(sentence.section)
        sentences.append(EncodedSentence(tuple(pieces.ids), tuple(mentions), tuple(figures), sentence.segment, section))
    names = tuple(candidate.name for candidate in layout.candidates)
    return EncodedDocument(
        tuple(sentences), tokens.figures, tokens.sentence_of, tokens.headline, overheads, names, Marks.of(tokenizer)
    )


def _token_span(start: int, end: int, starts: Sequence[int], ends: Sequence[int]) -> tuple[int, int]:
    first = min(bisect_right(ends, start), max(0, len(ends) - 1))
    return first, max(first + 1, bisect_left(starts, end))


def _mention_tokens(
    layout: RoleLayout, number: int, candidate: int, starts: Sequence[int], ends: Sequence[int]
) -> MentionTokens:
    mention = layout.mentions[number]
    kind = TOKEN_KINDS.index("stands_for" if mention.anaphor else mention.type)
    span = _token_span(mention.start, mention.end, starts, ends)
    return MentionTokens(*span, candidate, kind, mention.anaphor, mention.certain)


def coordinated_pairs(sentence: EncodedSentence, marks: Marks) -> frozenset[tuple[int, int]]:
    """Pairs of candidates that a sentence coordinates, as in "A and B" or "A, B and C", each pair in both orders."""
    mentions: list[MentionTokens] = []
    for mention in sorted(
        (one for one in sentence.mentions if not one.anaphor), key=lambda one: (one.first, -one.last)
    ):
        if not mentions or mention.first >= mentions[-1].last:
            mentions.append(mention)
    pairs: set[tuple[int, int]] = set()
    series = mentions[:1]
    for mention in mentions[1:]:
        between = sentence.ids[series[-1].last : mention.first]
        if not 0 < len(between) <= 2 or not marks.ands.union((marks.comma,)).issuperset(between):
            series = [mention]
            continue
        series.append(mention)
        if not marks.ands.isdisjoint(between):
            numbers = {one.candidate for one in series}
            pairs.update((a, b) for a in numbers for b in numbers if a != b)
    return frozenset(pairs)
