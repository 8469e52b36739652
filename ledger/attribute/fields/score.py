"""Which fields a figure is for: words of `ledger/lexicons/fields.toml` in its clause, sentence, paragraph, headline and document, weighed.

One small logistic model judges every code by where and how strongly its words stand to the figure: what is learned of one field holds for all.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import NamedTuple

from ledger.attribute.labels.classify import weighed
from ledger.attribute.labels.cues import plural
from ledger.attribute.labels.features import Page
from ledger.attribute.tokens import WORD, Scene
from ledger.lexicons import toml
from ledger.models.linear import Model, log_odds_weights, model
from schemas import FieldCode, FieldTag

STRENGTHS = (("strong", 3), ("medium", 2), ("names", 2), ("weak", 1))
WEIGHTS = {3: 1.0, 2: 0.4, 1: 0.15}
"""How much a word of each strength counts in a tally."""
THRESHOLD = 0.38
THRESHOLD_AROUND = 0.47
"""The least probability of a field that only the text around the figure's sentence and headline says."""
AROUND = "field.context"


class FieldMention(NamedTuple):
    """A word or phrase of a field: in which sentence, which words, and how strong."""

    sentence: int
    first: int
    last: int
    code: str
    strength: int


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """A document with its field words and their tallies."""

    page: Page
    by_sentence: tuple[tuple[FieldMention, ...], ...]
    best: tuple[Mapping[str, int], ...]
    """For each sentence the greatest strength of each code."""
    ranks: Mapping[str, int]
    headline: Mapping[str, int]
    bundles: Mapping[str, tuple[str, ...]]
    """For each code what the document as a whole tells of it."""
    first: Mapping[str, tuple[FieldMention, ...]]
    """For each code its mentions."""
    around: dict[int, list[tuple[str, Mapping[str, int]]]]
    """What was asked of `surroundings` before."""
    odds: dict[str, float]
    """For each code the log odds that its bundle gives, once asked for."""

    def surroundings(self, number: int) -> list[tuple[str, Mapping[str, int]]]:
        """The codes of the paragraph, the sentences before and after, and the line over the list of a sentence."""
        found = self.around.get(number)
        if found is None:
            found = self.around[number] = _around(self, number)
        return found


def _around(document: FieldEvidence, number: int) -> list[tuple[str, Mapping[str, int]]]:
    best = document.best
    sentences = document.page.scene.sentences
    segment = sentences[number].segment
    paragraph: dict[str, int] = {}
    for other in range(max(0, number - 4), min(len(best), number + 5)):
        if other != number and sentences[other].segment == segment:
            for code, strength in best[other].items():
                paragraph[code] = max(strength, paragraph.get(code, 0))
    found: list[tuple[str, Mapping[str, int]]] = [("paragraph", paragraph)]
    if number > 0:
        found.append(("before" if sentences[number - 1].segment == segment else "before'", best[number - 1]))
    if number + 1 < len(best):
        found.append(("after", best[number + 1]))
    over = document.page.overheads[number]
    if over is not None:
        found.append(("over", best[over]))
    return found


@cache
def field_terms() -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], ...]]:
    """First word → (further words, the codes and strengths of the phrase), longest first."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for code, data in toml("fields").items():
        for name, strength in STRENGTHS:
            for said in data.get(name, ()):
                words = [match.group() for match in WORD.finditer(said)]
                for form in (tuple(words), (*words[:-1], plural(words[-1], {}))):
                    codes = found.setdefault(form, {})
                    codes[code] = max(strength, codes.get(code, 0))
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]] = {}
    for phrase, codes in found.items():
        by_first.setdefault(phrase[0], []).append((phrase[1:], tuple(codes.items())))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()}


def field_mentions(words: Sequence[str], sentence: int = 0) -> tuple[FieldMention, ...]:
    """The field words of a sentence, leftmost and longest first."""
    book = field_terms()
    found: list[FieldMention] = []
    at, size = 0, len(words)
    while at < size:
        step = 1
        word = words[at]
        if word in CIRCUMSTANCE:
            at = _clause_end(words, at)
            continue
        rows = book.get(word)
        if rows is None and "-" in word:
            rows = book.get(word.split("-", 1)[0]) if word.split("-", 1)[0] in HYPHENED else None
        if rows is not None:
            for rest, codes in rows:
                length = len(rest) + 1
                if length == 1 or tuple(words[at + 1 : at + length]) == rest:
                    found += [FieldMention(sentence, at, at + length, code, strength) for code, strength in codes]
                    step = length
                    break
        at += step
    return tuple(found)


def _clause_end(words: Sequence[str], at: int) -> int:
    """The first comma or stop behind word `at`, or the end."""
    return next((place for place in range(at, len(words)) if words[place] in CLAUSE_ENDS), len(words))


CIRCUMSTANCE = frozenset({"amid", "amidst", "despite", "notwithstanding"})
"""Words before what goes on around a pledge and is not what its money is for: "Aid for Aruma Amid Fuel Shortages"."""
CLAUSE_ENDS = frozenset({",", ";", ".", ":", "(", ")"})
HYPHENED = frozenset({"ai", "ev", "battery", "chip", "oil", "gas", "nuclear", "solar", "steel"})
"""Words that speak also as the first part of a compound: "battery-separator plant"."""


def field_evidence(document: Page) -> FieldEvidence:
    """Find and tally the field words of a document."""
    rows = tuple([field_mentions(laid.words, number) for number, laid in enumerate(document.laid)])
    tally: dict[str, float] = {}
    first: dict[str, list[FieldMention]] = {}
    for row in rows:
        for mention in row:
            tally[mention.code] = tally.get(mention.code, 0.0) + WEIGHTS[mention.strength]
            first.setdefault(mention.code, []).append(mention)
    total = sum(tally.values()) or 1.0
    ranks = {code: rank for rank, code in enumerate(sorted(tally, key=lambda code: (-tally[code], code)))}
    best = tuple([_best(row) for row in rows])
    headline = best[document.scene.headline] if document.scene.headline is not None else {}
    lead = _best([mention for row in rows[1:4] for mention in row])
    bundles = {
        code: _document_features(code, tally[code] / total, rank, headline, lead) for code, rank in ranks.items()
    }
    return FieldEvidence(
        document, rows, best, ranks, headline, bundles, {code: tuple(row) for code, row in first.items()}, {}, {}
    )


def _best(row: Sequence[FieldMention]) -> dict[str, int]:
    best: dict[str, int] = {}
    for mention in row:
        if mention.strength > best.get(mention.code, 0):
            best[mention.code] = mention.strength
    return best


def field_candidates(document: FieldEvidence, index: int, measure: str) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """For each code that may be the figure's, the features of its tie to it: a bundle for the document, and loose ones for the surroundings."""
    scene = document.page.scene
    head = document.page.head_of(index)
    number = scene.sentence_of[head]
    near, clause, here = _ties(document, number, head)
    around = document.surroundings(number)
    strongest = max(here.values(), default=0)
    nearest = min(near.values()) if near else None
    found: dict[str, tuple[tuple[str, ...], list[str]]] = {}
    for code, rank in document.ranks.items():
        told = [(label, best[code]) for label, best in around if code in best]
        if rank >= FEW and code not in here and code not in document.headline and not told:
            continue
        loose = [f"{label}{strength}" for label, strength in told]
        if code in here:
            tie = near[code]
            loose += [f"sentence{here[code]}", f"near{min(4, tie[0] // 4)}.{-tie[1]}"]
            if tie == nearest:
                loose.append("nearest")
            if code in clause:
                loose.append(f"clause{clause[code]}")
            if here[code] < strongest:
                loose.append("outdone")
        else:
            loose.append(f"absent.{strongest}")
            if strongest < 3:
                loose += [f"{label}{strength}&alone" for label, strength in told]
            if clause and max(clause.values()) == 3:
                loose.append("other clause")
        loose.append(f"{measure}.{'top' if rank == 0 else 'low'}")
        found[code] = (document.bundles[code], loose)
    return found


FEW = 4
"""The fields of a document that any of its figures may be of, by their tally; lesser ones only where their words stand near."""
Tie = tuple[int, int]


def _ties(document: FieldEvidence, number: int, head: int) -> tuple[dict[str, Tie], dict[str, int], dict[str, int]]:
    """For each code of the sentence: how near (figures between, then words; stronger first), how strong in the clause, how strong at all."""
    laid = document.page.laid[number]
    at = laid.place[head]
    near: dict[str, Tie] = {}
    clause: dict[str, int] = {}
    here: dict[str, int] = {}
    for mention in document.by_sentence[number]:
        code, strength = mention.code, mention.strength
        distance = at - mention.last if mention.last <= at else mention.first - at
        tie = (abs(laid.figures_before[mention.first] - laid.figures_before[at]) * 6 + distance, -strength)
        if code not in near or tie < near[code]:
            near[code] = tie
        if abs(laid.clauses[mention.first] - laid.clauses[at]) <= 1 and strength > clause.get(code, 0):
            clause[code] = strength
        if strength > here.get(code, 0):
            here[code] = strength
    return near, clause, here


def _document_features(
    code: str, share: float, rank: int, headline: Mapping[str, int], lead: Mapping[str, int]
) -> tuple[str, ...]:
    step = bisect_left(SHARES, share)
    found = [f"rank{min(rank, 4)}", f"code={code}", *(f"share>{number}" for number in range(step))]
    if code in headline:
        found.append(f"headline{headline[code]}")
    elif headline:
        found.append("headline other")
    if code in lead:
        found.append(f"lead{lead[code]}")
    return tuple(found)


SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7)
"""The shares of a document's field words at which a tally tells more."""


def fields_of(document: FieldEvidence, index: int, measure: str, weights: Model | None = None) -> tuple[FieldTag, ...]:
    """The fields of figure `index`, likeliest first; `measure` is what the figure was found to be of."""
    speak = log_odds_weights(model("fields") if weights is None else weights)
    scored = []
    for code, (bundle, loose) in field_candidates(document, index, measure).items():
        base = document.odds.get(code)
        if base is None:
            base = document.odds[code] = speak[""] + sum([speak.get(feature, 0.0) for feature in bundle])
        odds = base + sum([speak.get(feature, 0.0) for feature in loose])
        if odds >= LEAST_ODDS:
            scored.append((-odds, code))
    tags = [_tag(document, index, code, 1 / (1 + exp(odds))) for odds, code in sorted(scored)]
    return tuple([tag for tag in tags if tag.rule != AROUND or tag.confidence >= THRESHOLD_AROUND])


CODES = {code.value: code for code in FieldCode}


def tags_of(document: FieldEvidence, index: int, shares: Mapping[str, float]) -> tuple[FieldTag, ...]:
    """The tags of fields that somebody else chose, with their probabilities, likeliest first, but for those that no word says."""
    said = sorted((-share, code) for code, share in shares.items() if code in document.first)
    return tuple([_tag(document, index, code, -share) for share, code in said])


LEAST_ODDS = log(THRESHOLD / (1 - THRESHOLD))


def _tag(document: FieldEvidence, index: int, code: str, probability: float) -> FieldTag:
    """The tag with the nearest and strongest words that say it."""
    scene = document.page.scene
    home = scene.sentence_of[document.page.head_of(index)]
    best = min(
        document.first[code],
        key=lambda m: (abs(m.sentence - home) if m.sentence != scene.headline else 2, -m.strength, m.first),
    )
    laid = document.page.laid[best.sentence]
    start, end = laid.starts[best.first], laid.ends[best.last - 1]
    rule = (
        "field.sentence" if best.sentence == home else "field.headline" if best.sentence == scene.headline else AROUND
    )
    return FieldTag.trusted(
        code=CODES[code],
        start=start,
        end=end,
        exact=scene.text[start:end],
        rule=rule,
        confidence=round(min(1.0, probability), 4),
    )


def all_fields(scene: Scene, models: Mapping[str, Model] | None = None) -> tuple[tuple[FieldTag, ...], ...]:
    """The fields of every figure of a document, in order; `models` replaces the committed weights."""
    document, rows = weighed(scene, models)
    words = field_evidence(document)
    weights = None if models is None else models["fields"]
    return tuple(fields_of(words, index, row.measure, weights) for index, row in enumerate(rows))


def fields(scene: Scene, figure_index: int, models: Mapping[str, Model] | None = None) -> tuple[FieldTag, ...]:
    """The fields of one figure of a document."""
    return all_fields(scene, models)[figure_index]


__all__ = ["Fielded", "all_fields", "candidates", "fielded", "fields", "fields_of", "mentions"]
