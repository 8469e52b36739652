"""Lay out a document for its labels: its sentences, and what the headline, the text and the lines around speak for."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ledger.attribute.labels.cue_features import stage_in_tense
from ledger.attribute.labels.cues import Cue
from ledger.attribute.labels.layout import SentenceLayout, conversion_source, lay_out_sentence
from ledger.attribute.tokens import DocumentTokens
from ledger.lexicons import toml
from schemas import Section

SHORT_LINE = 12
"""Words of a line that may be one of a list without a mark."""
SHARE_STEPS = (0.12, 0.25, 0.45)
"""The shares of a document's cues at which a tally tells more."""
THEMES = frozenset(toml("cues")["themes"]["measures"].split())
NO_THEMES = frozenset(toml("cues")["themes"]["without"].split())
OPEN_STAGES = frozenset([None, "flow", "build"])
"""What is no stage by itself: the tense decides."""


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """A document with its sentences laid out and what its headline and whole text speak for."""

    tokens: DocumentTokens
    sentences: tuple[SentenceLayout, ...]
    conversion_of: tuple[int | None, ...]
    """For each figure, the one that it says again in another currency."""
    headline: tuple[str, ...]
    """What the headline speaks for, as features."""
    tallies: tuple[str, ...]
    """What the whole text speaks for, as features."""
    overheads: tuple[int | None, ...]
    """For each sentence, the line that stands over its list, if it is a list item or a table cell."""
    contexts: dict[int, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """What `context_of` gave before, by sentence."""

    def sentence_of(self, index: int) -> SentenceLayout:
        """The sentence of figure `index`."""
        return self.sentences[self.tokens.sentence_of[index]]

    def original_of(self, index: int) -> int:
        """The figure that figure `index` says again in another currency, or itself."""
        source = self.conversion_of[index]
        while source is not None:
            index, source = source, self.conversion_of[source]
        return index

    def context_of(self, number: int) -> tuple[tuple[str, ...], ...]:
        """What the headline, the whole text and the lines around sentence `number` speak for; one object a sentence."""
        found = self.contexts.get(number)
        if found is None:
            found = self.contexts[number] = tuple(self._context(number))
        return found

    def _context(self, number: int) -> Iterable[tuple[str, ...]]:
        yield self.headline
        yield self.tallies
        if number > 0:
            yield _summary(self.sentences[number - 1], "P")
        if number + 1 < len(self.sentences):
            yield _summary(self.sentences[number + 1], "N")
        over = self.overheads[number]
        if over is not None:
            yield _summary(self.sentences[over], "G")


def lay_out_document(tokens: DocumentTokens) -> DocumentLayout:
    """Lay out a document."""
    sentences = tuple([lay_out_sentence(tokens, number) for number in range(len(tokens.sentences))])
    conversion_of = tuple(
        [conversion_source(sentences[number], index, tokens) for index, number in enumerate(tokens.sentence_of)]
    )
    headline = _summary(sentences[tokens.headline], "H") if tokens.headline is not None else ()
    return DocumentLayout(
        tokens, sentences, conversion_of, headline, _tallies(sentences), _overheads(_are_list_lines(sentences))
    )


def _are_list_lines(sentences: Sequence[SentenceLayout]) -> tuple[bool, ...]:
    """Which sentences are lines of a list: items, cells, and short lines with a figure beside another such line."""
    short = [
        len(line.words) <= SHORT_LINE and line.figures_before[-1] > 0 and line.words[-1:] != (".",)
        for line in sentences
    ]
    marked = [line.section in (Section.LIST_ITEM, Section.TABLE_CELL) for line in sentences]
    size = len(sentences)
    return tuple(
        marked[n] or (short[n] and n > 0 and ((n + 1 < size and short[n + 1]) or (n > 1 and short[n - 1])))
        for n in range(size)
    )


def _overheads(in_list: Sequence[bool]) -> tuple[int | None, ...]:
    over: list[int | None] = []
    last: int | None = None
    for number, is_line in enumerate(in_list):
        over.append(last if is_line else None)
        if not is_line:
            last = number
    return tuple(over)


def _summary(sentence: SentenceLayout, label: str) -> tuple[str, ...]:
    """What the cues of another sentence speak for, under the label of that sentence."""
    found = [feature for match in sentence.cues for feature in _cue_summary(label, match.cue, match.tense)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def _cue_summary(label: str, cue: Cue, tense: str) -> tuple[str, ...]:
    found = [f"{label}:{cue.name}"]
    if cue.measure is not None:
        found.append(f"{label}m={cue.measure}")
    if cue.stage is not None:
        found += [f"{label}s={cue.stage}.{tense}", f"{label}S={stage_in_tense(cue.stage, tense)}"]
    return tuple(found)


def _tallies(sentences: Sequence[SentenceLayout]) -> tuple[str, ...]:
    """How large a part of the document's cues speaks for each measure and stage, in three steps."""
    cues = [match.cue for sentence in sentences for match in sentence.cues]
    measures = Counter(cue.measure for cue in cues if cue.measure in THEMES and cue.name not in NO_THEMES)
    stages = Counter(cue.stage for cue in cues if cue.stage not in OPEN_STAGES)
    found = []
    for label, tally in (("m", measures), ("s", stages)):
        total = sum(tally.values()) or 1
        for name, count in sorted(tally.items(), key=lambda item: str(item[0])):
            step = bisect_left(SHARE_STEPS, count / total)
            if step:
                found.append(f"D{step}{label}={name}")
    return tuple(found)


__all__ = ["DocumentLayout", "lay_out_document"]
