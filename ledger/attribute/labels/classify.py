"""Classify figures: measure, stage, time basis and modality, each with the words that say so.

Cues (`cues`) and frames (`frames`) are rules as data. Named features of them (`features`) are the input of logistic
models, whose weights lie in `ledger/models/weights/`: one for the measure of each kind of figure, one for the stage,
and second ones for the measure of money and for the stage, stacked on the first: they see the first one's probabilities
for the figures around.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import NamedTuple

from ledger.attribute.labels.compared import shared_measures
from ledger.attribute.labels.denied import Denial, denials
from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.labels.features import FigureFeatures, figure_features
from ledger.attribute.labels.frames import match_time_frame
from ledger.attribute.labels.late import is_only_late
from ledger.attribute.labels.layout import SentenceLayout
from ledger.attribute.labels.stacked import NamedShares, named_features, neighbour_shares, share_steps
from ledger.models.linear import Model, model
from ledger.models.packed import VALUE_SCALE, PackedModel, packed_model
from schemas import COMMITMENT_MEASURES, Evidence, Kind, Measure, Stage, TimeBasis

MEASURE_MODELS = {
    Kind.MONEY: "measure_money",
    Kind.PERCENT: "measure_percent",
    Kind.QUANTITY: "measure_number",
    Kind.COUNT: "measure_number",
}
"""The model of each kind of figure."""
MODELS = ("measure_money", "measure_money_stacked", "measure_percent", "measure_number", "stage", "stage_stacked")
Models = Mapping[str, Model]
# Python 3.11 calls an enum at six times the cost of a look-up.
MEASURES = {measure.value: measure for measure in Measure}
STAGES = {stage.value: stage for stage in Stage}
CANCELLED = Stage.CANCELLED.value
COMMITMENTS = frozenset(measure.value for measure in COMMITMENT_MEASURES)
LEAST_EVIDENCE = 0.2
"""The least weight of a cue that is evidence of a label."""
DENIED_CONFIDENCE = 0.9
"""Of the stage of a sum that the text calls false."""
TIME_CONFIDENCE = 0.9
"""The confidence of a time basis: it comes by rule, and rules err about once in ten times."""
RECURRING = frozenset({"year", "month", "week", "day", "hour", "quarter"})
"""The periods that make a figure a flow by time; "share" or "tonne" make it a price."""
LEAST_STACKED = 0.003
"""Probabilities of the figure's own measures below this are not passed on to the stacked model."""
LEAST_LOGGED = 0.001
"""Probabilities below this have the logarithm of this one."""
LOG_SCALE = 3.0
"""Divides logarithms of probabilities, so that they are about as large as probabilities."""
OWN, LOGS = "1own", "1log"
"""The names of features of the figure itself: its probabilities, and their logarithms."""
MODALITY_KINDS = frozenset({"hedge", "neg"})
"""The kinds of cues of doubt, condition and denial."""


class Labels(NamedTuple):
    """The labels of one figure, each with its evidence; `stage` is null for statistics."""

    measure: Measure
    measure_evidence: Evidence
    time_basis: TimeBasis | None
    time_basis_evidence: Evidence | None
    stage: Stage | None
    stage_evidence: Evidence | None
    modality: tuple[str, ...]


class LabelProbabilities(NamedTuple):
    """The features of a figure, its measure, and the probability of each measure and of each stage, if any."""

    features: FigureFeatures
    measure: str
    measures: Mapping[str, float]
    stages: Mapping[str, float]


@cache
def committed_label_models() -> Models:
    """The models whose weights are in the package."""
    return {name: model(name) for name in MODELS}


def label_probabilities(document: DocumentLayout, models: Models) -> tuple[LabelProbabilities, ...]:
    """Features and probabilities of every figure of a document, in order."""
    figures = document.tokens.figures
    rows = [figure_features(document, index) for index in range(len(figures))]
    sums: ContextSums = {}
    measures = measure_probabilities(document, rows, models, sums)
    best = [best_measure(row) for row in measures]
    for index, shared in shared_measures(document, measures, [measure in COMMITMENTS for measure in best]).items():
        measures[index], best[index] = shared, best_measure(shared)
    committed = [index for index, measure in enumerate(best) if measure in COMMITMENTS]
    first = {index: _probabilities(models["stage"], rows[index], sums, f"M={best[index]}") for index in committed}
    around = neighbour_shares(document, committed, first)
    stacked = packed_model(models["stage_stacked"])
    stages = {
        index: stacked.probabilities_of_shares(stacked.share_sum([*around[index], stage_shares(first[index])]))
        for index in committed
    }
    nothing: dict[str, float] = {}
    return tuple(
        [
            LabelProbabilities(row, best[index], measures[index], stages.get(index, nothing))
            for index, row in enumerate(rows)
        ]
    )


def measure_probabilities(
    document: DocumentLayout, rows: Sequence[FigureFeatures], models: Models, sums: "ContextSums"
) -> list[Mapping[str, float]]:
    """The probabilities of the measures of every figure: those of money by the stacked model."""
    figures = document.tokens.figures
    first: list[Mapping[str, float]] = [
        _probabilities(models[MEASURE_MODELS[figure.kind]], row, sums)
        for figure, row in zip(figures, rows, strict=True)
    ]
    stacked = packed_model(models["measure_money_stacked"])
    for index, shares in _money_shares(document, first).items():
        logs = stacked.share_weights[LOGS]
        total = stacked.share_sum([*shares, own_measure_shares(first[index])]) + _log_floor(
            stacked, tuple(first[index])
        )
        # Most labels have the least logarithm, so that only the others are added up.
        for measure, probability in first[index].items():
            if probability > LEAST_LOGGED:
                total += logs.get(measure, 0) * (_log_steps(probability) - LEAST_LOG_STEPS)
        first[index] = stacked.probabilities_of_shares(total)
    return first


def _money_shares(document: DocumentLayout, first: Sequence[Mapping[str, float]]) -> dict[int, list[NamedShares]]:
    """For each sum of money what the first model made of those around."""
    money = [index for index, figure in enumerate(document.tokens.figures) if figure.kind is Kind.MONEY]
    return neighbour_shares(document, money, {index: first[index] for index in money})


@lru_cache(maxsize=64)
def _log_floor(stacked: PackedModel, measures: tuple[str, ...]) -> int:
    """The packed sum of the logarithms of measures that all have the least probability."""
    return stacked.share_sum([(LOGS, [(measure, LEAST_LOG_STEPS) for measure in measures])])


def _log_steps(probability: float) -> int:
    """The logarithm of a probability as a value of the stacked model."""
    return round(round(log(max(probability, LEAST_LOGGED)) / LOG_SCALE, 3) * VALUE_SCALE)


LEAST_LOG_STEPS = _log_steps(LEAST_LOGGED)


def own_measure_shares(first: Mapping[str, float]) -> NamedShares:
    """What the first model made of the figure itself."""
    return OWN, [(measure, share_steps(share)) for measure, share in first.items() if share > LEAST_STACKED]


def stacked_measure_features(
    document: DocumentLayout, first: Sequence[Mapping[str, float]]
) -> dict[int, dict[str, float]]:
    """The features of the stacked model for each sum of money: what the first model made of it and of those around.

    `measure_probabilities` adds the same up without naming them.
    """
    found = {}
    for index, shares in _money_shares(document, first).items():
        logs = [(measure, _log_steps(probability)) for measure, probability in first[index].items()]
        found[index] = named_features([*shares, own_measure_shares(first[index]), (LOGS, logs)])
    return found


ContextSums = dict[tuple[int, int], int]
"""The packed sums of what surrounds a sentence, by model and context: all figures of a sentence share one."""


def _probabilities(weights: Model, row: FigureFeatures, sums: ContextSums, extra: str = "") -> dict[str, float]:
    """The probabilities of a figure's labels; `extra` is one more feature."""
    packed = packed_model(weights)
    key, lanes = id(weights), packed.weights
    context = sums.get((key, id(row.context)))
    if context is None:
        context = 0
        for bundle in row.context:
            part = sums.get((key, id(bundle)))
            if part is None:
                part = sums[key, id(bundle)] = sum(map(lanes.__getitem__, bundle))
            context += part
        sums[key, id(row.context)] = context
    total = context + lanes[extra] if extra else context
    return packed.probabilities((*row.cue_bundles, row.kind_bundle), row.single, total)


def stage_features(row: FigureFeatures, measure: str) -> tuple[str, ...]:
    """The single features for the stage: the figure's, and what it was found to be of."""
    return (*row.single, f"M={measure}")


def stage_shares(first: Mapping[str, float]) -> NamedShares:
    """The first model's probabilities of the figure's own stages."""
    return OWN, [(stage, share_steps(probability)) for stage, probability in first.items()]


def stacked_features(around: Mapping[str, float], first: Mapping[str, float]) -> dict[str, float]:
    """The features of the stacked model: the first model's probabilities for the neighbours and for the figure."""
    return {**around, **named_features([stage_shares(first)])}


def best_measure(measures: Mapping[str, float]) -> str:
    """The likeliest measure of the likelier class: first commitment or statistic, then which."""
    committed = statistic = best_committed = best_statistic = 0.0
    commitment = number = ""
    for measure, probability in measures.items():
        if measure in COMMITMENTS:
            committed += probability
            if probability > best_committed:
                best_committed, commitment = probability, measure
        else:
            statistic += probability
            if probability > best_statistic:
                best_statistic, number = probability, measure
    return commitment if committed > statistic else number


def labels_from(
    document: DocumentLayout, rows: Sequence[LabelProbabilities], models: Models | None = None
) -> tuple[Labels, ...]:
    """The labels by their probabilities, which may come from the features or from the network.

    The evidence of each is the cue with the greatest weight for it in `models`, the committed ones unless given.
    """
    weights = committed_label_models() if models is None else models
    denied = denials(document)
    return tuple([_labels(document, index, row, weights, denied.get(index)) for index, row in enumerate(rows)])


def _labels(
    document: DocumentLayout, index: int, row: LabelProbabilities, models: Models, denied: Denial | None
) -> Labels:
    layout = document.sentence_of(index)
    measure_model = models[MEASURE_MODELS[document.tokens.figures[index].kind]]
    stage, stage_evidence = None, None
    if row.stages:
        stage = max(row.stages, key=row.stages.__getitem__)
        if stage == CANCELLED and is_only_late(_sentence(document, index)):
            stage = max((one for one in row.stages if one != CANCELLED), key=row.stages.__getitem__)
        stage_evidence = _evidence(document, index, row.features, models["stage"], stage, row.stages[stage])
        if denied is not None:
            stage, stage_evidence = CANCELLED, _denied(document, denied)
    basis, basis_evidence = time_basis(document, index)
    return Labels(
        MEASURES[row.measure],
        _evidence(document, index, row.features, measure_model, row.measure, row.measures[row.measure]),
        basis,
        basis_evidence,
        None if stage is None else STAGES[stage],
        stage_evidence,
        modality(layout, layout.positions[index]),
    )


def _sentence(document: DocumentLayout, index: int) -> str:
    """The sentence of a figure."""
    tokens = document.tokens
    sentence = tokens.sentences[tokens.sentence_of[index]]
    return tokens.text[sentence.start : sentence.end]


def _denied(document: DocumentLayout, denied: Denial) -> Evidence:
    """The words that call a sum false, as evidence."""
    text = document.tokens.text[denied.start : denied.end]
    start = denied.start + len(text) - len(text.lstrip())
    end = start + len(text.strip())
    return Evidence.trusted(
        start=start,
        end=end,
        exact=document.tokens.text[start:end],
        rule=f"stage.denied.{denied.rule}",
        confidence=DENIED_CONFIDENCE,
    )


def _evidence(
    document: DocumentLayout, index: int, features: FigureFeatures, weights: Model, label: str, probability: float
) -> Evidence:
    """The cue with the greatest weight for a label; where none has much, the figure itself, as the context decides."""
    layout = document.sentence_of(document.original_of(index))
    column, bundle_weights = weights.labels.index(label), packed_model(weights).bundle_weights
    greatest, cue = LEAST_EVIDENCE, ""
    figure = document.tokens.figures[index]
    start, end = figure.start, figure.end
    for match, row in zip(layout.cues, map(bundle_weights.__getitem__, features.cue_bundles), strict=True):
        if row and row[column] > greatest:
            greatest, cue = row[column], match.cue.name
            start, end = layout.starts[match.first], layout.ends[match.last - 1]
    rule = f"{weights.name}.{cue or 'context'}"
    return Evidence.trusted(
        start=start,
        end=end,
        exact=document.tokens.text[start:end],
        rule=rule,
        confidence=round(min(1.0, probability), 4),
    )


def time_basis(document: DocumentLayout, index: int) -> tuple[TimeBasis | None, Evidence | None]:
    """Whether a figure adds to earlier ones, sums them up, is a level at a date, or recurs; the first rule decides."""
    index = document.original_of(index)
    layout, figure = document.sentence_of(index), document.tokens.figures[index]
    match = match_time_frame(layout.words, layout.positions[index]) if layout.has_time_words else None
    if match is not None:
        basis, rule = match.basis, match.rule
        start, end = layout.starts[match.first], layout.ends[match.last - 1]
    elif figure.per in RECURRING:
        basis, rule, start, end = "rate", "time.per", figure.start, figure.end
    else:
        return None, None
    return TimeBasis(basis), Evidence.trusted(
        start=start, end=end, exact=document.tokens.text[start:end], rule=rule, confidence=TIME_CONFIDENCE
    )


def modality(layout: SentenceLayout, at: int) -> tuple[str, ...]:
    """The names of the cues of doubt, condition and denial in the clause of word `at` and the ones beside it."""
    here = layout.clauses[at]
    found = [
        match.cue.name
        for match in layout.cues
        if match.cue.kind in MODALITY_KINDS and abs(layout.clauses[match.first] - here) <= 1
    ]
    return tuple(dict.fromkeys(found))


__all__ = ["LabelProbabilities", "Labels", "best_measure", "label_probabilities", "labels_from"]
