"""Named features of each figure for measure and stage, from its words, clause, sentence, neighbours and document.

Feature names are short and stable, for they are the keys of the weights files: `verb.lend.to<` is the verb lend in "to
lend", left of the figure. Places are `<` left, `>` right; `n` near, `c` in the clause, `o` in the next clause, `x`
farther off, `f` behind another figure; `S` the sentence; `P` the sentence before, `N` the one after; `H` the headline;
`G` the line over a list; `D` the document.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from ledger.attribute.labels.cue_features import MEASURES_BY_KIND, VAGUE_THING, cue_bundles
from ledger.attribute.labels.cues import FIGURE, CueMatch, find_cues
from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.labels.frames import frames_by_patterns, matching_patterns
from ledger.attribute.labels.layout import OPENING, SentenceLayout
from ledger.english.common import stem
from ledger.english.function_words import function_words
from ledger.models.packed import FeatureBundle
from schemas import Bound, Figure, Kind, Section

PREPOSITIONS = function_words("prepositions")
PHRASE_ENDS = function_words("phrase_ends")
PHRASE_LIMITS = PREPOSITIONS | PHRASE_ENDS | {FIGURE}
"""The words that a noun phrase behind a figure ends before."""
PHRASE_REACH = 6
"""Most words of that noun phrase."""
FILLERS = function_words("figure_fillers")
GOVERNORS = frozenset({"noun", "verb", "neg", "hedge"})
"""The kinds of cues that may govern a figure."""
GOVERNOR_LEADS = function_words("governor_leads")
GOVERNOR_REACH = 6
"""Most words from a governing cue to the word before the figure."""
PERCENT_STEPS = (1, 3, 6, 10, 20, 30, 50, 75, 100)
"""The percentages at which the size of a percentage tells more."""
MOST_DIGITS, MOST_FIGURES, LAST_PLACE, MOST_PLACES = 14, 6, 3, 4
"""Where counts of digits, figures of a sentence and places among them stop to tell more."""
SHORT_SENTENCE = 12
EARLY, LATE = 3, 12
"""The last sentence that is early in a document, and the last that is not late."""


class FigureFeatures(NamedTuple):
    """The features of a figure: bundles that always come together, and single ones."""

    cue_bundles: tuple[FeatureBundle, ...]
    """For each cue of the sentence its bundle; empty for a cue that is part of the figure."""
    kind_bundle: FeatureBundle
    """What the figure's kind says."""
    context: tuple[tuple[str, ...], ...]
    """What the document and the lines around say: one object for all figures of a sentence."""
    single: tuple[str, ...]

    @property
    def bundles(self) -> tuple[FeatureBundle, ...]:
        """All bundles."""
        return (*self.cue_bundles, self.kind_bundle, *map(FeatureBundle, self.context))

    def counts(self) -> dict[str, float]:
        """Each feature with the number of times that it holds, for training and explaining."""
        return dict(Counter([*(feature for bundle in self.bundles for feature in bundle), *self.single]))


def figure_features(document: DocumentLayout, index: int) -> FigureFeatures:
    """The features of figure `index`; a figure said again in another currency has those of the first."""
    index = document.original_of(index)
    figure = document.tokens.figures[index]
    number = document.tokens.sentence_of[index]
    layout = document.sentences[number]
    at, kind = layout.positions[index], figure.kind
    single = own_features(figure, layout, at)
    single += _frame_features(kind, matching_patterns(layout.line, layout.offsets[at], kind))
    single += following_noun_features(layout, at, kind)
    single += governor_features(layout, at, kind)
    single += nearest_cue_features(layout, at, kind)
    single += clause_words(layout, at)
    if number == document.tokens.headline:
        single.append("headline")
    single.append("early" if number <= EARLY else "late" if number > LATE else "middle")
    kind_bundle = _kind_bundle(kind, figure.bound, figure.unit, figure.per, layout.section)
    return FigureFeatures(cue_bundles(layout, at, kind), kind_bundle, document.context_of(number), tuple(single))


@lru_cache(maxsize=20_000)
def _frame_features(kind: Kind, patterns: tuple[int, ...]) -> tuple[str, ...]:
    """What the frames of the patterns that match say of a figure."""
    found: list[str] = []
    frames = frames_by_patterns(kind, patterns)
    for frame, _ in frames:
        found.append(f"F:{frame.name}")
        if frame.measure is not None:
            found.append(f"F={frame.measure}")
            if len(frames) == 1:
                found.append(f"F1={frame.measure}")
        if frame.stage is not None:
            found.append(f"F={frame.stage}")
    return tuple(found) or ("F=-",)


@lru_cache(maxsize=20_000)
def _kind_bundle(kind: Kind, bound: Bound, unit: str, per: str | None, section: Section) -> FeatureBundle:
    """What kind, bound, unit, rate and section of a figure say."""
    found = [f"k={kind}", f"k={kind}.{bound}", f"sec={section}.{kind}"]
    if per is not None:
        found += ["per", f"per={per}.{kind}"]
    if kind in (Kind.QUANTITY, Kind.COUNT):
        found += [f"u={unit}", *(f"uc={name}" for name in unit_cues(unit))]
    elif kind is Kind.PERCENT and unit != "percent":
        found.append(f"u={unit}")
    return FeatureBundle(found)


@lru_cache(maxsize=50000)
def unit_cues(unit: str) -> tuple[str, ...]:
    """The names of the noun cues that the unit of a count or quantity is of."""
    return tuple(match.cue.name for match in find_cues(unit.replace("_", " ").split()))


def own_features(figure: Figure, layout: SentenceLayout, at: int) -> list[str]:
    """What the figure itself says beside its kind: size, company in the sentence, place."""
    found = [f"size={magnitude(figure)}"]
    if figure.period is not None:
        found.append("period")
    before, count = layout.figures_before[at], layout.figures_before[-1]
    found.append(f"fig={min(MOST_FIGURES, count)}")
    found.append(f"nth={min(LAST_PLACE, before)}of{min(MOST_PLACES, count)}")
    if layout.quoted[at]:
        found.append("quoted")
    if at and layout.words[at - 1] in OPENING:
        found.append("bracket")
    if at == 0 or (at == 1 and not layout.words[0].isalpha()):
        found.append("leads")
    if layout.words[-1] == "?":
        found.append("question")
    if len(layout.words) <= SHORT_SENTENCE:
        found.append("short")
    return found


def magnitude(figure: Figure) -> str:
    """The size of the number in steps of ten; a percentage in few steps."""
    value = float(abs(figure.value))
    if figure.kind is Kind.PERCENT:
        return f"%{bisect_left(PERCENT_STEPS, value)}"
    return f"{figure.kind[0]}{min(MOST_DIGITS, len(str(int(value))))}"


def following_noun_features(layout: SentenceLayout, at: int, kind: Kind) -> list[str]:
    """The noun that the figure stands before ("a $2bn plant *loan*"), and the one behind "in", "of" or "for"."""
    words, size = layout.words, len(layout.words)
    after = words[at + 1] if at + 1 < size else ""
    found = [f"R1={_word_key(after)}"]
    if after in PREPOSITIONS:
        if after == "worth" and at + 2 < size:
            found += _noun_features(layout, at + 3, "wR", kind)
        found += _noun_features(layout, at + 2, f"{after}R", kind)
    elif after and after not in PHRASE_LIMITS:
        found += _noun_features(layout, at + 1, "aR", kind)
    return found


def _word_key(word: str) -> str:
    return word if word in PREPOSITIONS or not word[:1].isalpha() else stem(word)


def _noun_features(layout: SentenceLayout, first: int, label: str, kind: Kind) -> list[str]:
    """The last noun cue of the noun phrase that begins at word `first`."""
    words, end = layout.words, first
    while end < len(words) and end < first + PHRASE_REACH and words[end] not in PHRASE_LIMITS:
        end += 1
    nouns = [match for match in layout.cues if first <= match.first < end and match.cue.kind == "noun"]
    if not nouns:
        return [f"{label}=-"]
    head = nouns[-1].cue
    measure = [f"{label}={head.measure}"] if head.measure in MEASURES_BY_KIND[kind] else []
    return [f"{label}={head.name}", *measure] + [f"{label}~{noun.cue.name}" for noun in nouns[:-1]]


def governor_features(layout: SentenceLayout, at: int, kind: Kind) -> list[str]:
    """What stands before the figure, fillers such as "up to some" left out: a preposition with its noun, or a verb."""
    words, back = layout.words, at - 1
    while back >= 0 and (words[back] in FILLERS or (words[back] == "to" and back and words[back - 1] == "up")):
        back -= 1
    if back < 0:
        return ["L1=^"]
    word = words[back]
    found = [f"L1={_word_key(word)}"]
    for first, last, cue, _ in reversed(layout.cues):
        if last <= back + 1 and first >= back - GOVERNOR_REACH and cue.kind in GOVERNORS:
            lead = word if word in GOVERNOR_LEADS else "*"
            found.append(f"oL={lead}:{cue.name}")
            if cue.measure in MEASURES_BY_KIND[kind]:
                found += [f"oL={cue.measure}", f"oL={cue.measure}:{lead}"]
            break
    return found


def nearest_cue_features(layout: SentenceLayout, at: int, kind: Kind) -> list[str]:
    """The nearest verb and the nearest noun that tells a measure, on each side."""
    measures = MEASURES_BY_KIND[kind]
    left = (match for match in reversed(layout.cues) if match.last <= at)
    right = (match for match in layout.cues if match.first > at)
    return [*_nearest("L", left, measures), *_nearest("R", right, measures)]


def _nearest(side: str, matches: Iterable[CueMatch], measures: Set[str]) -> Iterator[str]:
    """Features of the first verb and the first noun among cues in the order of their distance."""
    verb = noun = False
    for _, _, cue, tense in matches:
        if tense and not verb:
            verb = True
            yield from (f"v{side}={cue.name}.{tense}", f"vt{side}={tense}", f"v{side}={cue.name}")
        elif not noun and cue.kind == "noun" and cue.measure in measures and cue.name != VAGUE_THING:
            noun = True
            yield f"n{side}={cue.measure}"
        if verb and noun:
            break


def clause_words(layout: SentenceLayout, at: int) -> list[str]:
    """The words of the figure's clause and the ones beside it."""
    here = layout.clauses[at]
    return [
        left if position < at else right
        for position, clause, left, right in layout.word_features
        if -1 <= clause - here <= 1 and position != at
    ]


__all__ = ["FigureFeatures", "figure_features"]
