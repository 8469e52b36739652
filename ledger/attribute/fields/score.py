"""Which fields a figure is for, by the words of `fields.toml` in its clause, sentence, paragraph and document.

One small logistic model scores every field by where its words stand and how strong they are: what is learned of one
field holds for all.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import NamedTuple

from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.tokens import WORD
from ledger.english import plurals
from ledger.lexicons import toml
from ledger.models.linear import Model, log_odds_weights, model
from schemas import FieldCode, FieldTag

STRENGTHS = (("strong", 3), ("medium", 2), ("names", 2), ("weak", 1))
WEIGHTS = {3: 1.0, 2: 0.4, 1: 0.15}
"""How much a word of each strength adds to a field's tally in the document."""
THRESHOLD = 0.38
"""The least probability of a field."""
CONTEXT_THRESHOLD = 0.47
"""The least probability of a field whose words are neither in the figure's sentence nor in the headline."""
NETWORK_CONTEXT_THRESHOLD = 0.43
"""The same for a probability that the network has a share in."""
MIN_LOG_ODDS = log(THRESHOLD / (1 - THRESHOLD))
CONTEXT_RULE = "field.context"
FREQUENT = 4
"""How many fields, by rank, any figure of a document may have; others are candidates only near their words."""
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7)
"""The shares of a field in the document's tally at which a feature is added."""
FIGURE_DISTANCE = 6
"""Words to which another figure between counts as equal."""
PARAGRAPH_REACH = 4
"""Sentences before and after that are looked at in a paragraph."""
CODES = {code.value: code for code in FieldCode}
_CIRCUMSTANCE, _CLAUSE_ENDS, _HYPHENATED = (
    frozenset(toml("field_rules")[name]["words"]) for name in ("circumstance", "clause_ends", "hyphenated")
)
Strengths = Mapping[str, int]
"""For each field code the greatest strength of its words."""
TermRows = tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], ...]
"""Terms with the same first word: their further words, and their codes with strengths."""
Tie = tuple[int, int]
"""How far a field's word is from a figure, and its strength, negated: the least tie is the nearest and strongest."""


class FieldMention(NamedTuple):
    """A word or phrase of a field, from word `first` up to `last` of a sentence, with its strength."""

    sentence: int
    first: int
    last: int
    code: str
    strength: int


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """The field words of a document and their tallies."""

    layout: DocumentLayout
    by_sentence: tuple[tuple[FieldMention, ...], ...]
    best: tuple[Strengths, ...]
    """The strengths of each sentence."""
    ranks: Mapping[str, int]
    """The rank of each code by its tally."""
    headline: Strengths
    bundles: Mapping[str, tuple[str, ...]]
    """The features of each code that hold for the whole document."""
    first: Mapping[str, tuple[FieldMention, ...]]
    """The mentions of each code."""
    context_cache: dict[int, list[tuple[str, Strengths]]]
    """What `context` returned before."""
    bundle_log_odds: dict[str, float]
    """The log odds that the bundle of a code gives, once computed."""

    def context(self, number: int) -> list[tuple[str, Strengths]]:
        """The strengths around a sentence: in its paragraph, its neighbours, and the line over its list."""
        found = self.context_cache.get(number)
        if found is None:
            found = self.context_cache[number] = _context(self, number)
        return found


def _context(evidence: FieldEvidence, number: int) -> list[tuple[str, Strengths]]:
    best = evidence.best
    sentences = evidence.layout.tokens.sentences
    segment = sentences[number].segment
    paragraph: dict[str, int] = {}
    for other in range(max(0, number - PARAGRAPH_REACH), min(len(best), number + PARAGRAPH_REACH + 1)):
        if other != number and sentences[other].segment == segment:
            for code, strength in best[other].items():
                paragraph[code] = max(strength, paragraph.get(code, 0))
    found: list[tuple[str, Strengths]] = [("paragraph", paragraph)]
    if number > 0:
        found.append(("before" if sentences[number - 1].segment == segment else "before'", best[number - 1]))
    if number + 1 < len(best):
        found.append(("after", best[number + 1]))
    over = evidence.layout.overheads[number]
    if over is not None:
        found.append(("over", best[over]))
    return found


@cache
def field_terms() -> Mapping[str, TermRows]:
    """For each first word the terms that it opens, longest first; the names of public lenders are terms of no field."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for code, data in toml("fields").items():
        for name, strength in STRENGTHS:
            for said in data.get(name, ()):
                words = [match.group() for match in WORD.finditer(said)]
                for form in (tuple(words), *[(*words[:-1], many) for many in plurals(words[-1])]):
                    codes = found.setdefault(form, {})
                    codes[code] = max(strength, codes.get(code, 0))
    for said in toml("field_rules")["payers"]["words"]:
        found[tuple(match.group() for match in WORD.finditer(said))] = {}
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]] = {}
    for phrase, codes in found.items():
        by_first.setdefault(phrase[0], []).append((phrase[1:], tuple(codes.items())))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()}


def field_mentions(words: Sequence[str], sentence: int = 0) -> tuple[FieldMention, ...]:
    """The field words of a sentence, leftmost and longest first; circumstances are left out."""
    terms = field_terms()
    found: list[FieldMention] = []
    past = 0
    for at in [at for at, word in enumerate(words) if word in terms or word in _CIRCUMSTANCE or "-" in word]:
        word = words[at]
        if at < past:
            continue
        if word in _CIRCUMSTANCE:
            past = _clause_end(words, at)
            continue
        rows = terms.get(word)
        if rows is None:
            first = word.split("-", 1)[0]
            rows = terms.get(first) if first in _HYPHENATED else None
        size, codes = _longest_term(rows, words, at) if rows is not None else (0, ())
        found += [FieldMention(sentence, at, at + size, code, strength) for code, strength in codes]
        past = at + size
    return tuple(found)


def _longest_term(rows: TermRows, words: Sequence[str], at: int) -> tuple[int, tuple[tuple[str, int], ...]]:
    """How many words the longest term at a place has, and its codes with their strengths; 0 where there is none."""
    for rest, codes in rows:
        size = len(rest) + 1
        if size == 1 or tuple(words[at + 1 : at + size]) == rest:
            return size, codes
    return 0, ()


def _clause_end(words: Sequence[str], at: int) -> int:
    """The first comma or stop after word `at`, or the end."""
    return next((place for place in range(at, len(words)) if words[place] in _CLAUSE_ENDS), len(words))


def field_evidence(layout: DocumentLayout) -> FieldEvidence:
    """Find and tally the field words of a document."""
    rows = tuple([field_mentions(sentence.words, number) for number, sentence in enumerate(layout.sentences)])
    tally: dict[str, float] = {}
    first: dict[str, list[FieldMention]] = {}
    for row in rows:
        for mention in row:
            tally[mention.code] = tally.get(mention.code, 0.0) + WEIGHTS[mention.strength]
            first.setdefault(mention.code, []).append(mention)
    total = sum(tally.values()) or 1.0
    ranks = {code: rank for rank, code in enumerate(sorted(tally, key=lambda code: (-tally[code], code)))}
    best = tuple([_strengths(row) for row in rows])
    headline = best[layout.tokens.headline] if layout.tokens.headline is not None else {}
    lead = _strengths([mention for row in rows[1:4] for mention in row])
    bundles = {
        code: _document_features(code, tally[code] / total, rank, headline, lead) for code, rank in ranks.items()
    }
    mentions = {code: tuple(row) for code, row in first.items()}
    return FieldEvidence(layout, rows, best, ranks, headline, bundles, mentions, {}, {})


def _strengths(row: Sequence[FieldMention]) -> dict[str, int]:
    best: dict[str, int] = {}
    for mention in row:
        if mention.strength > best.get(mention.code, 0):
            best[mention.code] = mention.strength
    return best


def field_candidates(evidence: FieldEvidence, index: int, measure: str) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """The candidate fields of a figure with their features: a bundle for the document, and those of the figure."""
    head = evidence.layout.original_of(index)
    number = evidence.layout.tokens.sentence_of[head]
    near, clause, here = _ties(evidence, number, head)
    around = evidence.context(number)
    found: dict[str, tuple[tuple[str, ...], list[str]]] = {}
    for code, rank in evidence.ranks.items():
        context = [(label, best[code]) for label, best in around if code in best]
        if rank >= FREQUENT and code not in here and code not in evidence.headline and not context:
            continue
        features = [f"{label}{strength}" for label, strength in context]
        if code in here:
            features += _features_in_sentence(code, near, clause, here)
        else:
            features += _features_outside_sentence(context, clause, here)
        features.append(f"{measure}.{'top' if rank == 0 else 'low'}")
        found[code] = (evidence.bundles[code], features)
    return found


def _features_in_sentence(code: str, near: Mapping[str, Tie], clause: Strengths, here: Strengths) -> list[str]:
    distance, strength = near[code]
    features = [f"sentence{here[code]}", f"near{min(4, distance // 4)}.{-strength}"]
    if near[code] == min(near.values()):
        features.append("nearest")
    if code in clause:
        features.append(f"clause{clause[code]}")
    if here[code] < max(here.values()):
        features.append("outdone")
    return features


def _features_outside_sentence(context: Sequence[tuple[str, int]], clause: Strengths, here: Strengths) -> list[str]:
    strongest = max(here.values(), default=0)
    features = [f"absent.{strongest}"]
    if strongest < 3:
        features += [f"{label}{strength}&alone" for label, strength in context]
    if clause and max(clause.values()) == 3:
        features.append("other clause")
    return features


def _ties(evidence: FieldEvidence, number: int, head: int) -> tuple[dict[str, Tie], dict[str, int], dict[str, int]]:
    """For each code of a sentence its nearest tie to a figure, and its strength in the figure's clause and in all."""
    sentence = evidence.layout.sentences[number]
    at = sentence.positions[head]
    near: dict[str, Tie] = {}
    clause: dict[str, int] = {}
    here: dict[str, int] = {}
    for mention in evidence.by_sentence[number]:
        code, strength = mention.code, mention.strength
        distance = at - mention.last if mention.last <= at else mention.first - at
        figures = abs(sentence.figures_before[mention.first] - sentence.figures_before[at])
        tie = (figures * FIGURE_DISTANCE + distance, -strength)
        if code not in near or tie < near[code]:
            near[code] = tie
        if abs(sentence.clauses[mention.first] - sentence.clauses[at]) <= 1 and strength > clause.get(code, 0):
            clause[code] = strength
        if strength > here.get(code, 0):
            here[code] = strength
    return near, clause, here


def _document_features(code: str, share: float, rank: int, headline: Strengths, lead: Strengths) -> tuple[str, ...]:
    step = bisect_left(SHARES, share)
    found = [f"rank{min(rank, 4)}", f"code={code}", *(f"share>{number}" for number in range(step))]
    if code in headline:
        found.append(f"headline{headline[code]}")
    elif headline:
        found.append("headline other")
    if code in lead:
        found.append(f"lead{lead[code]}")
    return tuple(found)


def fields_of(evidence: FieldEvidence, index: int, measure: str, weights: Model | None = None) -> tuple[FieldTag, ...]:
    """The fields of figure `index`, likeliest first; `measure` is the one that the figure was found to have."""
    weight_of = log_odds_weights(model("fields") if weights is None else weights)
    scored = []
    for code, (bundle, features) in field_candidates(evidence, index, measure).items():
        base = evidence.bundle_log_odds.get(code)
        if base is None:
            base = weight_of[""] + sum([weight_of.get(feature, 0.0) for feature in bundle])
            evidence.bundle_log_odds[code] = base
        log_odds = base + sum([weight_of.get(feature, 0.0) for feature in features])
        if log_odds >= MIN_LOG_ODDS:
            scored.append((-log_odds, code))
    tags = [_tag(evidence, index, code, 1 / (1 + exp(negated))) for negated, code in sorted(scored)]
    return tuple([tag for tag in tags if tag.rule != CONTEXT_RULE or tag.confidence >= CONTEXT_THRESHOLD])


def tags_of(evidence: FieldEvidence, index: int, probabilities: Mapping[str, float]) -> tuple[FieldTag, ...]:
    """The tags of the fields that the network chose, likeliest first.

    Those without a word in the text are left out, and those that only words far from the figure speak for, if doubtful.
    """
    chosen = sorted((-share, code) for code, share in probabilities.items() if code in evidence.first)
    tags = [_tag(evidence, index, code, -share) for share, code in chosen]
    return tuple([tag for tag in tags if tag.rule != CONTEXT_RULE or tag.confidence >= NETWORK_CONTEXT_THRESHOLD])


def _tag(evidence: FieldEvidence, index: int, code: str, probability: float) -> FieldTag:
    """The tag with the nearest and strongest words of the field."""
    tokens = evidence.layout.tokens
    home = tokens.sentence_of[evidence.layout.original_of(index)]
    best = min(
        evidence.first[code],
        key=lambda m: (abs(m.sentence - home) if m.sentence != tokens.headline else 2, -m.strength, m.first),
    )
    sentence = evidence.layout.sentences[best.sentence]
    start, end = sentence.starts[best.first], sentence.ends[best.last - 1]
    by_headline = "field.headline" if best.sentence == tokens.headline else CONTEXT_RULE
    return FieldTag.trusted(
        code=CODES[code],
        start=start,
        end=end,
        exact=tokens.text[start:end],
        rule="field.sentence" if best.sentence == home else by_headline,
        confidence=round(min(1.0, probability), 4),
    )


def all_fields(
    evidence: FieldEvidence, measures: Sequence[str], weights: Model | None = None
) -> tuple[tuple[FieldTag, ...], ...]:
    """The fields of every figure of a document, in order; `measures` says what each is of."""
    return tuple([fields_of(evidence, index, measure, weights) for index, measure in enumerate(measures)])


__all__ = ["FieldEvidence", "all_fields", "field_candidates", "field_evidence", "field_mentions", "fields_of"]
