"""Which fields a figure is for: words of `ledger/lexicons/fields.toml` in its clause, sentence, paragraph, headline and document, weighed.

One small logistic model judges every code by where and how strongly its words stand to the figure: what is learned of one field holds for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ledger.attribute.context import Scene
from ledger.attribute.labels import best_measure, weighed
from ledger.attribute.labels_cues import plural
from ledger.attribute.labels_features import Page
from ledger.attribute.weigh import Model, model
from ledger.lexicons import toml
from schemas import FieldCode, FieldTag

STRENGTHS = (("strong", 3), ("medium", 2), ("weak", 1))
WEIGHTS = {3: 1.0, 2: 0.4, 1: 0.15}
"""How much a word of each strength counts in a tally."""
THRESHOLD = 0.4


@dataclass(frozen=True, slots=True)
class Mention:
    """A word or phrase of a field: in which sentence, which words, and how strong."""

    sentence: int
    first: int
    last: int
    code: str
    strength: int


@dataclass(frozen=True, slots=True)
class Fielded:
    """A document with its field words and their tallies."""

    page: Page
    by_sentence: tuple[tuple[Mention, ...], ...]
    shares: Mapping[str, float]
    ranks: Mapping[str, int]
    headline: Mapping[str, int]
    lead: Mapping[str, int]


@cache
def terms() -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], ...]]:
    """First word → (further words, the codes and strengths of the phrase), longest first."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for code, data in toml("fields").items():
        for name, strength in STRENGTHS:
            for said in data[name]:
                words = said.split()
                for form in (words, [*words[:-1], plural(words[-1], {})]):
                    codes = found.setdefault(tuple(form), {})
                    codes[code] = max(strength, codes.get(code, 0))
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]] = {}
    for words, codes in found.items():
        by_first.setdefault(words[0], []).append((words[1:], tuple(codes.items())))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()}


def mentions(words: Sequence[str], sentence: int = 0) -> tuple[Mention, ...]:
    """The field words of a sentence, leftmost and longest first."""
    book = terms()
    found: list[Mention] = []
    at, size = 0, len(words)
    while at < size:
        step = 1
        word = words[at]
        rows = book.get(word)
        if rows is None and "-" in word:
            rows = book.get(word.split("-", 1)[0]) if word.split("-", 1)[0] in HYPHENED else None
        if rows is not None:
            for rest, codes in rows:
                length = len(rest) + 1
                if length == 1 or tuple(words[at + 1 : at + length]) == rest:
                    found += [Mention(sentence, at, at + length, code, strength) for code, strength in codes]
                    step = length
                    break
        at += step
    return tuple(found)


HYPHENED = frozenset({"ai", "ev", "battery", "chip", "oil", "gas", "nuclear", "solar", "steel"})
"""Words that speak also as the first part of a compound: "battery-separator plant"."""


def fielded(document: Page) -> Fielded:
    """Find and tally the field words of a document."""
    rows = tuple(mentions(laid.words, number) for number, laid in enumerate(document.laid))
    tally: dict[str, float] = {}
    for row in rows:
        for mention in row:
            tally[mention.code] = tally.get(mention.code, 0.0) + WEIGHTS[mention.strength]
    total = sum(tally.values()) or 1.0
    order = sorted(tally, key=lambda code: (-tally[code], code))
    headline = _best(rows[document.scene.headline]) if document.scene.headline is not None else {}
    lead = _best([mention for row in rows[1:4] for mention in row])
    return Fielded(
        document, rows, {code: value / total for code, value in tally.items()}, {code: rank for rank, code in enumerate(order)}, headline, lead
    )


def _best(row: Sequence[Mention]) -> dict[str, int]:
    best: dict[str, int] = {}
    for mention in row:
        if mention.strength > best.get(mention.code, 0):
            best[mention.code] = mention.strength
    return best


def candidates(document: Fielded, index: int, measure: str) -> dict[str, dict[str, float]]:
    """For each code with a word in the document, the features of its tie to figure `index`."""
    scene = document.page.scene
    head = document.page.head_of(index)
    number = scene.sentence_of[head]
    laid = document.page.laid[number]
    at = laid.place[head]
    near: dict[str, tuple[int, int]] = {}
    clause: dict[str, int] = {}
    for mention in document.by_sentence[number]:
        distance = at - mention.last if mention.last <= at else mention.first - at
        figures = abs(laid.figures_before[mention.first] - laid.figures_before[at])
        key = (figures * 6 + distance, -mention.strength)
        if mention.code not in near or key < near[mention.code]:
            near[mention.code] = key
        if abs(laid.clauses[mention.first] - laid.clauses[at]) <= 1 and mention.strength > clause.get(mention.code, 0):
            clause[mention.code] = mention.strength
    here = _best(document.by_sentence[number])
    around = _around(document, number)
    strongest = max(here.values(), default=0)
    found = {}
    for code in document.shares:
        features = _document_features(document, code, measure)
        _sentence_features(features, code, here, clause, near, strongest)
        for label, best in around:
            if code in best:
                features[f"{label}{best[code]}"] = 1.0
                if strongest < 3 and code not in here:
                    features[f"{label}{best[code]}&alone"] = 1.0
        found[code] = features
    return found


def _sentence_features(
    features: dict[str, float], code: str, here: Mapping[str, int], clause: Mapping[str, int], near: Mapping[str, tuple[int, int]], strongest: int
) -> None:
    if code in here:
        features[f"sentence{here[code]}"] = 1.0
        distance = near[code][0]
        features[f"near{min(4, distance // 4)}.{-near[code][1]}"] = 1.0
        if near[code] == min(near.values()):
            features["nearest"] = 1.0
        if code in clause:
            features[f"clause{clause[code]}"] = 1.0
        if here[code] < strongest:
            features["outdone"] = 1.0
    else:
        features[f"absent.{strongest}"] = 1.0
        if clause and max(clause.values()) == 3:
            features["other clause"] = 1.0


def _document_features(document: Fielded, code: str, measure: str) -> dict[str, float]:
    share, rank = document.shares[code], document.ranks[code]
    features = {"share": share, "share2": share * share, f"rank{min(rank, 4)}": 1.0, f"code={code}": 1.0, f"share of {code}": share}
    if code in document.headline:
        features[f"headline{document.headline[code]}"] = 1.0
    elif document.headline:
        features["headline other"] = 1.0
    if code in document.lead:
        features[f"lead{document.lead[code]}"] = 1.0
    top = "top" if rank == 0 else "low"
    features[f"{measure}.{top}"] = 1.0
    return features


def _around(document: Fielded, number: int) -> list[tuple[str, dict[str, int]]]:
    rows = document.by_sentence
    sentences = document.page.scene.sentences
    segment = sentences[number].segment
    paragraph = [
        m
        for other in range(max(0, number - 4), min(len(rows), number + 5))
        if other != number and sentences[other].segment == segment
        for m in rows[other]
    ]
    found = [("paragraph", _best(paragraph))]
    if number > 0:
        same = sentences[number - 1].segment == segment
        found.append(("before" if same else "before'", _best(rows[number - 1])))
    if number + 1 < len(rows):
        found.append(("after", _best(rows[number + 1])))
    over = document.page.overheads[number]
    if over is not None:
        found.append(("over", _best(rows[over])))
    return found


def fields_of(document: Fielded, index: int, measure: str, weights: Model | None = None) -> tuple[FieldTag, ...]:
    """The fields of figure `index`, likeliest first; `measure` is what the figure was found to be of."""
    weights = model("fields") if weights is None else weights
    rows = candidates(document, index, measure)
    scored = sorted(((weights.probabilities(row)["yes"], code) for code, row in rows.items()), key=lambda pair: (-pair[0], pair[1]))
    return tuple(_tag(document, index, code, probability) for probability, code in scored if probability >= THRESHOLD)


def _tag(document: Fielded, index: int, code: str, probability: float) -> FieldTag:
    """The tag with the nearest and strongest words that say it."""
    scene = document.page.scene
    home = scene.sentence_of[document.page.head_of(index)]
    best = min(
        (mention for row in document.by_sentence for mention in row if mention.code == code),
        key=lambda m: (abs(m.sentence - home) if m.sentence != scene.headline else 2, -m.strength, m.first),
    )
    laid = document.page.laid[best.sentence]
    start, end = laid.starts[best.first], laid.ends[best.last - 1]
    where = "sentence" if best.sentence == home else "headline" if best.sentence == scene.headline else "context"
    return FieldTag(
        code=FieldCode(code), start=start, end=end, exact=scene.text[start:end], rule=f"field.{where}", confidence=round(min(1.0, probability), 4)
    )


def all_fields(scene: Scene, models: Mapping[str, Model] | None = None) -> tuple[tuple[FieldTag, ...], ...]:
    """The fields of every figure of a document, in order; `models` replaces the committed weights."""
    document, rows = weighed(scene, models)
    words = fielded(document)
    weights = None if models is None else models["fields"]
    return tuple(fields_of(words, index, best_measure(row.measures), weights) for index, row in enumerate(rows))


def fields(scene: Scene, figure_index: int, models: Mapping[str, Model] | None = None) -> tuple[FieldTag, ...]:
    """The fields of one figure of a document."""
    return all_fields(scene, models)[figure_index]


__all__ = ["Fielded", "all_fields", "candidates", "fielded", "fields", "fields_of", "mentions"]
