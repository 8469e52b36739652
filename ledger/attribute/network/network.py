"""The accurate attributor: a small trained encoder that corrects what the named features predict.

Its input is each amount that may be a commitment, with the text around it, every name in that text, and the features'
predictions. Its output is the probabilities of measure, stage and fields, and for each mention a score as actor and as
recipient. The scores of one name's mentions are combined by log-sum-exp, against a null candidate whose score is zero.
Needs the extra `accurate` (onnxruntime, tokenizers). The network and its settings are in `ledger/models/network/`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ledger.attribute.labels.classify import COMMITMENTS, LabelProbabilities, best_measure
from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.network.encoding import EncodedDocument, coordinated_pairs, encode_document
from ledger.attribute.network.inputs import (
    FIELDS,
    MEASURES,
    MENTION_FEATURES,
    STAGES,
    ContextWindow,
    FeaturePrediction,
    context_window,
)
from ledger.attribute.network.predictions import feature_predictions
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.score import RoleScores
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.files import FOLDER, model_data
from ledger.models.linear import Model
from schemas import Kind

MIN_COMMITMENT_PROBABILITY = 0.08
"""An amount less likely than this to be a commitment, by the features, is a statistic; the network does not read it."""
FEATURES_DECIDE = 0.95
"""A name with at least this probability by the features is taken whatever the network says, for the hard rules."""
COORDINATION_THRESHOLD = -1.0
"""A name coordinated with the best one, as in "A and B", is taken too where its score is above this."""
UNSEEN_SCORE = -20.0
"""The score of a name that the window did not hold."""
BATCH_SIZE = 16
"""Windows in one batch."""
Rows = NDArray[np.float32]


class Settings(NamedTuple):
    """How the network's scores become answers; tuned on articles that it had not seen."""

    temperature: Mapping[str, float]
    """Temperatures of measure, stage and the two roles, by name."""
    network_share: Mapping[str, float]
    """The weight of the network's probabilities of measure, stage and field; the features' have the rest."""
    null_threshold: Mapping[Role, float]
    """The best name is taken where its score is above this; else the role has no name."""
    second_name_threshold: Mapping[Role, float]
    """Any other name is taken where its score is above this."""
    field_threshold: float
    """A field is taken where its probability is at least this."""


def settings_from(data: Mapping[str, Any]) -> Settings:
    """The settings from the contents of a settings file."""
    return Settings(**{name: data[name] for name in Settings._fields})


@dataclass(frozen=True, slots=True)
class NetworkPrediction:
    """What the network predicts for one figure."""

    measures: Mapping[str, float]
    stages: Mapping[str, float]
    fields: Mapping[str, float]
    names: Mapping[int, tuple[float, float]]
    """Scores of each candidate as actor and recipient; the null candidate's score is zero."""


class NetworkAttribution(NamedTuple):
    """The attribution of a document's figures; those that the network did not read are as the features left them."""

    labelled: tuple[LabelProbabilities, ...]
    names: tuple[RoleScores, ...]
    fields: Mapping[int, Mapping[str, float]]
    """The fields of each figure that the network read, with their probabilities."""


class Network:
    """The network with its tokenizer and settings."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, settings: Settings) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.settings = settings

    def attribute(
        self,
        document: DocumentLayout,
        labelled: Sequence[LabelProbabilities],
        layout: RoleLayout,
        names: Sequence[RoleScores],
        models: Mapping[str, Model],
    ) -> NetworkAttribution:
        """Attribute the figures of a document for which the features' `models` gave `labelled` and `names`."""
        predicted = list(feature_predictions(document, labelled, names, models))
        asked = [index for index, one in enumerate(predicted) if self.reads(layout.tokens.figures[index].kind, one)]
        if not asked:
            return NetworkAttribution(tuple(labelled), tuple(names), {})
        encoded = encode_document(layout, document.overheads, self.tokenizer)
        rows, scores, fields = list(labelled), list(names), {}
        for index, found in zip(asked, self.predict(encoded, asked, predicted), strict=True):
            rows[index] = self._labels(labelled[index], found, predicted[index])
            pairs = coordinated_pairs(encoded.sentences[encoded.sentence_of[index]])
            scores[index] = self._roles(names[index], found, pairs)
            codes = field_probabilities(found.fields, predicted[index].fields, self.settings.network_share["field"])
            fields[index] = {code: p for code, p in codes.items() if p >= self.settings.field_threshold}
        return NetworkAttribution(tuple(rows), tuple(scores), fields)

    @staticmethod
    def reads(kind: Kind, prediction: FeaturePrediction) -> bool:
        """Whether the network reads a figure at all: only amounts of money that may be commitments."""
        return kind is Kind.MONEY and prediction.commitment_probability >= MIN_COMMITMENT_PROBABILITY

    def predict(
        self, document: EncodedDocument, indices: Sequence[int], predicted: Sequence[FeaturePrediction]
    ) -> list[NetworkPrediction]:
        """The predictions for the figures at `indices`, in that order; windows of similar length share a batch."""
        windows = {index: context_window(document, index, predicted[index]) for index in indices}
        order = sorted(indices, key=lambda index: (len(windows[index].ids), index))
        found: dict[int, NetworkPrediction] = {}
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            found.update(zip(batch, self._batch([windows[index] for index in batch]), strict=True))
        return [found[index] for index in indices]

    def _batch(self, windows: Sequence[ContextWindow]) -> Iterator[NetworkPrediction]:
        measures, stages, fields, scores = self.session.run(None, batch_of(windows))
        temperature = self.settings.temperature
        at = 0
        for number, one in enumerate(windows):
            rows = scores[at : at + len(one.mentions)]
            at += len(one.mentions)
            yield NetworkPrediction(
                _softmax(MEASURES, measures[number] / temperature["measure"]),
                _softmax(STAGES, stages[number] / temperature["stage"]),
                {code.value: 1 / (1 + exp(-float(score))) for code, score in zip(FIELDS, fields[number], strict=True)},
                summed_by_candidate(one.candidates, rows),
            )

    def _labels(
        self, row: LabelProbabilities, found: NetworkPrediction, predicted: FeaturePrediction
    ) -> LabelProbabilities:
        """The measure and stage of a figure, by both predictions."""
        share = self.settings.network_share
        measures = interpolated(found.measures, predicted.measures, share["measure"])
        measure = best_measure(measures)
        stages = interpolated(found.stages, predicted.stages, share["stage"]) if measure in COMMITMENTS else {}
        return LabelProbabilities(row.features, measure, measures, stages)

    def _roles(self, names: RoleScores, found: NetworkPrediction, pairs: Set[tuple[int, int]]) -> RoleScores:
        """The names of a figure by the network, and which are taken; `pairs` are coordinated candidates."""
        probabilities: dict[Role, Sequence[float]] = {}
        taken: dict[Role, Sequence[int]] = {}
        settings = self.settings
        for column, role in enumerate(ROLES):
            scores = [found.names[c][column] if c in found.names else UNSEEN_SCORE for c in names.candidates]
            before = names.probabilities[role]
            best = chosen_by_thresholds(scores, settings.null_threshold[role], settings.second_name_threshold[role])
            best = with_coordinated(best, scores, names.candidates, pairs)
            decided = [c for c in range(len(scores)) if before[c] >= FEATURES_DECIDE and c not in best]
            each = [1 / (1 + exp(-score / settings.temperature[role])) for score in scores]
            each = [(p + before[c]) / 2 if c in decided else p for c, p in enumerate(each)]
            probabilities[role] = (*each, 1 - max(each, default=0.0))
            taken[role] = sorted((*best, *decided))
        return RoleScores(names.view, names.candidates, probabilities, taken)


@cache
def committed_network() -> Network:
    """The network of the package; one thread, so that a text gives the same answers however many cores there are."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what fails is raised, and told in one line
    with as_file(FOLDER / "network") as folder:
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        settings = settings_from(model_data("network/settings"))
        return Network(session, tokenizer_from(folder / "tokenizer.json"), settings)


def tokenizer_from(path: Path) -> Tokenizer:
    """The tokenizer of a file, without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def chosen_by_thresholds(scores: Sequence[float], null_threshold: float, second_threshold: float) -> list[int]:
    """Positions of the names taken: the best if it reaches `null_threshold`, and any other above `second_threshold`."""
    best = max(range(len(scores)), key=lambda c: scores[c], default=None)
    if best is None or scores[best] < null_threshold:
        return []
    return [c for c, score in enumerate(scores) if c == best or score > second_threshold]


def with_coordinated(
    chosen: list[int], scores: Sequence[float], candidates: Sequence[int], pairs: Set[tuple[int, int]]
) -> list[int]:
    """The positions `chosen`, and those of names that are coordinated with the best one and score well enough."""
    if not chosen:
        return chosen
    best = candidates[max(chosen, key=lambda c: scores[c])]
    return [
        c
        for c, score in enumerate(scores)
        if c in chosen or (score > COORDINATION_THRESHOLD and (best, candidates[c]) in pairs)
    ]


def interpolated(network: Mapping[str, float], features: Mapping[str, float], share: float) -> dict[str, float]:
    """The linear interpolation of two sets of probabilities; `share` is the network's weight."""
    return {label: share * p + (1 - share) * features.get(label, 0.0) for label, p in network.items()}


def field_probabilities(network: Mapping[str, float], features: Mapping[str, float], share: float) -> dict[str, float]:
    """The fields of a figure by both predictions; a field that the network does not know keeps that of the features.

    >>> field_probabilities({"space": 0.5}, {"space": 1.0, "health": 0.75}, 0.5)
    {'space': 0.75, 'health': 0.75}
    """
    unknown = {code: p for code, p in features.items() if code not in network}
    return {**interpolated(network, features, share), **unknown}


def _softmax(labels: Sequence[str], scores: Rows) -> dict[str, float]:
    powers = np.exp(scores - scores.max())
    return {str(label): float(p) for label, p in zip(labels, powers / powers.sum(), strict=True)}


def summed_by_candidate(candidates: Sequence[int], scores: Rows) -> dict[int, tuple[float, float]]:
    """For each candidate the log-sum-exp of its mentions' scores (mentions × roles), for both roles."""
    found: dict[int, tuple[float, float]] = {}
    for candidate in sorted(set(candidates)):
        rows = scores[[position for position, c in enumerate(candidates) if c == candidate]]
        top = rows.max(axis=0)
        actor, recipient = (float(value) for value in top + np.log(np.exp(rows - top).sum(axis=0)))
        found[candidate] = actor, recipient
    return found


def batch_of(windows: Sequence[ContextWindow]) -> dict[str, NDArray[np.generic]]:
    """Windows as the network's inputs, padded to the longest; where there is no mention, a dummy one stands in."""
    longest = max(len(one.ids) for one in windows)
    ids = np.zeros((len(windows), longest), dtype=np.int64)
    kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
    for number, one in enumerate(windows):
        ids[number, : len(one.ids)] = one.ids
        kinds[number, : len(one.kinds)] = one.kinds
        mask[number, : len(one.ids)] = 1
    spans = [span for one in windows for span in one.mentions] or [(0, 1)]
    owners = [number for number, one in enumerate(windows) for _ in one.mentions] or [0]
    rows = [row for one in windows for row in one.mention_features]
    return {
        "ids": ids,
        "kinds": kinds,
        "mask": mask,
        "figure": np.array([one.figure for one in windows], dtype=np.int64),
        "facts": np.array([one.figure_features for one in windows], dtype=np.float32),
        "spans": np.array(spans, dtype=np.int64),
        "owner": np.array(owners, dtype=np.int64),
        "ties": np.array(rows, dtype=np.float32) if rows else np.zeros((1, MENTION_FEATURES), dtype=np.float32),
    }
