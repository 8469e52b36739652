"""What a figure is of, how firm it is, and how it adds up: measure, stage, time basis and modality notes, each with the words that say so.

Cues (`labels_cues`) and frames (`labels_frames`) are rules as data; named features of them (`labels_features`) are weighed by logistic models whose
weights lie in `ledger/models/weights/`; a second look (`labels_second`) lets neighbouring figures speak. At run time each is a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from ledger.attribute.labels.features import Laid, Page, Told, features, page
from ledger.attribute.labels.frames import time_frames
from ledger.attribute.labels.stacked import second_look
from ledger.attribute.tokens import Scene
from ledger.models.linear import Model, model
from ledger.models.packed import packed_model
from schemas import COMMITMENT_MEASURES, Evidence, Kind, Measure, Stage, TimeBasis

GROUPS = {
    Kind.MONEY: "measure_money",
    Kind.PERCENT: "measure_percent",
    Kind.QUANTITY: "measure_number",
    Kind.COUNT: "measure_number",
}
"""The model of each kind of figure."""
MODELS = ("measure_money", "measure_percent", "measure_number", "stage", "stage_second")
Models = Mapping[str, Model]
# Python 3.11 calls an enum at six times the cost of a look-up.
MEASURES = {measure.value: measure for measure in Measure}
STAGES = {stage.value: stage for stage in Stage}
COMMITMENTS = frozenset(measure.value for measure in COMMITMENT_MEASURES)


class Labels(NamedTuple):
    """The labels of one figure, each with its evidence; `stage` is null for statistics."""

    measure: Measure
    measure_evidence: Evidence
    stage: Stage | None
    stage_evidence: Evidence | None
    time_basis: TimeBasis | None
    time_basis_evidence: Evidence | None
    modality: tuple[str, ...]


class Weighed(NamedTuple):
    """The features and probabilities behind the labels of one figure; those of the stage are empty for statistics."""

    told: Told
    measure: str
    measures: Mapping[str, float]
    stages: Mapping[str, float]


@cache
def committed_models() -> Models:
    """The models of the lexicon."""
    return {name: model(name) for name in MODELS}


def weigh(document: Page, models: Models) -> tuple[Weighed, ...]:
    """Features and probabilities of every figure of a document, in order."""
    figures = document.scene.figures
    rows = [features(document, index) for index in range(len(figures))]
    known: Known = {}
    measures = [_told(models[GROUPS[figure.kind]], row, known) for figure, row in zip(figures, rows, strict=True)]
    best = [best_measure(row) for row in measures]
    committed = [index for index, measure in enumerate(best) if measure in COMMITMENTS]
    stage, second = models["stage"], models["stage_second"]
    first = {index: _told(stage, rows[index], known, f"M={best[index]}") for index in committed}
    seen = second_look(document, committed, first)
    stages = {
        index: packed_model(second).probabilities_of_values(second_features(seen[index], first[index]))
        for index in committed
    }
    nothing: dict[str, float] = {}
    return tuple(
        [Weighed(row, best[index], measures[index], stages.get(index, nothing)) for index, row in enumerate(rows)]
    )


Known = dict[tuple[int, int], int]
"""The packed sums of what surrounds a sentence, by model and surroundings: all figures of a sentence share one."""


def _told(weights: Model, row: Told, known: Known, more: str = "") -> dict[str, float]:
    """The probabilities of a figure's labels; `more` is one more feature."""
    packed = packed_model(weights)
    asked, lanes = id(weights), packed.weights
    around = known.get((asked, id(row.around)))
    if around is None:
        around = 0
        for bundle in row.around:
            part = known.get((asked, id(bundle)))
            if part is None:
                part = known[asked, id(bundle)] = sum(map(lanes.__getitem__, bundle))
            around += part
        known[asked, id(row.around)] = around
    return packed.probabilities((*row.cues, row.kindred), row.loose, around + lanes[more] if more else around)


def stage_loose(row: Told, measure: str) -> tuple[str, ...]:
    """The loose features for the stage: the figure's, and what it was found to be of."""
    return (*row.loose, f"M={measure}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A document and weights, the same only as the same objects: labels and fields ask for one document one after the other."""

    scene: Scene
    models: Models | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and other.scene is self.scene and other.models is self.models

    def __hash__(self) -> int:
        return hash((id(self.scene), id(self.models)))


@lru_cache(maxsize=1)
def _weighed(asked: _Asked) -> tuple[Page, tuple[Weighed, ...]]:
    document = page(asked.scene)
    return document, weigh(document, committed_models() if asked.models is None else asked.models)


def weighed(scene: Scene, models: Models | None = None) -> tuple[Page, tuple[Weighed, ...]]:
    """A document laid out and its figures weighed; the last one asked for is kept."""
    return _weighed(_Asked(scene, models))


def second_features(seen: Mapping[str, float], first: Mapping[str, float]) -> dict[str, float]:
    """The features of the second look at a stage: its neighbours' and its own first probabilities."""
    return {**seen, **{f"1own={stage}": round(probability, 3) for stage, probability in first.items()}}


def all_labels(scene: Scene, models: Models | None = None) -> tuple[Labels, ...]:
    """The labels of every figure of a document, in order; `models` replaces the committed weights."""
    return labels_of(*weighed(scene, models), models)


def labels_of(document: Page, rows: Sequence[Weighed], models: Models | None = None) -> tuple[Labels, ...]:
    """The labels of figures that were weighed, whoever weighed them, each with the cue that speaks loudest for it by the `models`."""
    weights = committed_models() if models is None else models
    return tuple(_labels(document, index, row, weights) for index, row in enumerate(rows))


def labels(scene: Scene, figure_index: int, models: Models | None = None) -> Labels:
    """The labels of one figure."""
    return all_labels(scene, models)[figure_index]


def _labels(document: Page, index: int, row: Weighed, models: Models) -> Labels:
    laid = document.laid[document.scene.sentence_of[index]]
    at = laid.place[index]
    figure = document.scene.figures[index]
    measure = row.measure
    stage = max(row.stages, key=row.stages.__getitem__) if row.stages else None
    basis, basis_evidence = time_basis(document, index)
    return Labels(
        MEASURES[measure],
        _evidence(document, index, row.told, models[GROUPS[figure.kind]], measure, row.measures[measure]),
        None if stage is None else STAGES[stage],
        None if stage is None else _evidence(document, index, row.told, models["stage"], stage, row.stages[stage]),
        basis,
        basis_evidence,
        modality(laid, at),
    )


def best_measure(measures: Mapping[str, float]) -> str:
    """The likeliest measure of the likelier class: first commitment or statistic, then which."""
    committed = statistic = likely = unlikely = 0.0
    commitment = number = ""
    for measure, probability in measures.items():
        if measure in COMMITMENTS:
            committed += probability
            if probability > likely:
                likely, commitment = probability, measure
        else:
            statistic += probability
            if probability > unlikely:
                unlikely, number = probability, measure
    return commitment if committed > statistic else number


def _evidence(document: Page, index: int, told: Told, weights: Model, label: str, probability: float) -> Evidence:
    """The cue that speaks loudest for a label; where none does, the figure itself, by its kind, unit and neighbours."""
    laid = document.laid[document.scene.sentence_of[document.head_of(index)]]
    column = weights.labels.index(label)
    loudest, cue = 0.2, ""
    figure = document.scene.figures[index]
    start, end = figure.start, figure.end
    for hit, row in zip(laid.hits, map(packed_model(weights).bundle_weights.__getitem__, told.cues), strict=True):
        if row and row[column] > loudest:
            loudest, cue, start, end = row[column], hit.cue.name, laid.starts[hit.first], laid.ends[hit.last - 1]
    rule = f"{weights.name}.{cue or 'context'}"
    return Evidence.trusted(
        start=start,
        end=end,
        exact=document.scene.text[start:end],
        rule=rule,
        confidence=round(min(1.0, probability), 4),
    )


def time_basis(document: Page, index: int) -> tuple[TimeBasis | None, Evidence | None]:
    """Whether the figure adds to earlier ones, sums them up, is a level at a date, or recurs; by rule, the first that fits."""
    head = document.head_of(index)
    laid = document.laid[document.scene.sentence_of[head]]
    at = laid.place[head]
    figure = document.scene.figures[head]
    read = time_frames(laid.words, at) if laid.timed else None
    if read is not None:
        basis, rule, first, last = read
        start, end = laid.starts[first], laid.ends[last - 1]
    elif figure.per in RECURRING:
        basis, rule, start, end = "rate", "time.per", figure.start, figure.end
    else:
        return None, None
    return TimeBasis(basis), Evidence.trusted(
        start=start, end=end, exact=document.scene.text[start:end], rule=rule, confidence=0.9
    )


RECURRING = frozenset({"year", "month", "week", "day", "hour", "quarter"})
"""The periods that make a figure a flow by time; "share" or "tonne" make it a price."""
HEDGES = frozenset({"hedge", "neg"})


def modality(laid: Laid, at: int) -> tuple[str, ...]:
    """The names of the cues of doubt, condition and denial in the figure's clause and the ones beside it."""
    here = laid.clauses[at]
    found = [hit.cue.name for hit in laid.hits if hit.cue.kind in HEDGES and abs(laid.clauses[hit.first] - here) <= 1]
    return tuple(dict.fromkeys(found))


__all__ = ["Labels", "all_labels", "labels"]
