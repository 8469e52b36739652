"""The accurate attributor: a small trained encoder that reads an article once and corrects what the features predict.

Its input is the article with the kinds of its words and lines, its figures and names, and the features' predictions.
Its output is, for every figure, scores of measure, stage and fields; for each amount that may be a commitment and each
mention, scores as actor and as recipient; and for two such amounts, scores that the one lies inside the other or tells
the same money. The scores of one name's mentions are combined by log-sum-exp. Nobody, and no relation, score zero.
Needs the extra `accurate` (onnxruntime, tokenizers). The network and its settings are in `ledger/models/network/`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from math import exp, inf
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ledger.attribute.labels.classify import COMMITMENTS, LabelProbabilities, best_measure
from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.network.batches import BATCH_SIZE, FigureScores, Rows, batch_of, passage_scores
from ledger.attribute.network.encoding import EncodedDocument, coordinated_pairs, encode_document
from ledger.attribute.network.inputs import (
    FIELDS,
    MEASURES,
    STAGES,
    FeaturePrediction,
    may_commit,
)
from ledger.attribute.network.passages import passages
from ledger.attribute.network.predictions import feature_predictions
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.score import RoleScores, chosen_positions
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.files import FOLDER, model_data
from ledger.models.linear import Model

FEATURES_DECIDE = 0.95
"""A name with at least this probability by the features is taken whatever the network says, for the hard rules."""
COORDINATION_THRESHOLD = -1.0
"""A name coordinated with the best one, as in "A and B", is taken too where its score is above this."""
UNSEEN_SCORE = -20.0
"""The score of a name that the passage did not hold."""
RELATIONS = ("part", "same")
"""What one sum may be to another: inside it, or the same money told again."""


class Session(Protocol):
    """What runs the network: a session of onnxruntime, or the network itself while it is trained."""

    def run(self, output_names: None, input_feed: Mapping[str, NDArray[np.generic]], /) -> Sequence[Rows]:
        """The outputs for named inputs."""


class Settings(NamedTuple):
    """How the network's scores become answers; tuned on articles that it had not seen."""

    temperature: Mapping[str, float]
    """Temperatures of measure, stage and the two roles, by name."""
    network_share: Mapping[str, float]
    """The weight of the network's probabilities by label; the features' have the rest.

    Of "measure" (amounts that may be commitments), "number" (all other figures), "stage" and "field".
    """
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
    sums: Mapping[int, tuple[float, float]]
    """Scores of each other figure, that this one lies inside it and that it tells the same; none scores zero."""


class NetworkAttribution(NamedTuple):
    """The attribution of a document's figures; those that the network did not read are as the features left them."""

    labelled: tuple[LabelProbabilities, ...]
    names: tuple[RoleScores, ...]
    fields: Mapping[int, Mapping[str, float]]
    """The fields of each figure that the network read, with their probabilities."""
    sums: Mapping[int, Mapping[int, tuple[float, float]]]
    """For each amount that may be a commitment, the probabilities that it lies inside another one or tells the same."""
    disputed: Mapping[int, tuple[str, ...]]
    """For each of these amounts the attributes that features and network, each alone, read differently."""


class Network:
    """The network with its tokenizer and settings."""

    def __init__(self, session: Session, tokenizer: Tokenizer, settings: Settings) -> None:
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
        """Attribute the figures of a document for which the features' `models` gave `labelled` and `names`.

        A document without an amount that may be a commitment is not read.
        """
        predicted = list(feature_predictions(document, labelled, names, models))
        asked = asked_sums(layout, predicted)
        if not asked:
            return NetworkAttribution(tuple(labelled), tuple(names), {}, {}, {})
        encoded = encode_document(layout, document.overheads, self.tokenizer)
        rows, scores, fields, sums, disputed = list(labelled), list(names), {}, {}, {}
        for index, found in self.predict(encoded, asked, predicted).items():
            rows[index] = self._labels(labelled[index], found, predicted[index], index in asked)
            codes = field_probabilities(found.fields, predicted[index].fields, self.settings.network_share["field"])
            fields[index] = {code: p for code, p in codes.items() if p >= self.settings.field_threshold}
            if index in asked:
                pairs = coordinated_pairs(encoded.sentences[encoded.sentence_of[index]], encoded.marks)
                own = self._names(names[index], found, pairs)
                scores[index] = self._roles(names[index], found, own)
                sums[index] = relation_probabilities(index, found.sums)
                before = {role: chosen_positions(layout, names[index], role) for role in ROLES}
                disputed[index] = (*disputed_labels(found, labelled[index]), *disputed_roles(own, before))
        return NetworkAttribution(tuple(rows), tuple(scores), fields, sums, disputed)

    def predict(
        self, document: EncodedDocument, asked: Set[int], predicted: Sequence[FeaturePrediction]
    ) -> dict[int, NetworkPrediction]:
        """The prediction for each figure of a document; names and relations for those `asked`."""
        found: dict[int, NetworkPrediction] = {}
        made = passages(document, asked, dict(enumerate(predicted)))
        for start in range(0, len(made), BATCH_SIZE):
            batch = made[start : start + BATCH_SIZE]
            for scores in passage_scores(batch, self.session.run(None, batch_of(batch))):
                found[scores.figure] = self._prediction(scores)
        return found

    def _prediction(self, one: FigureScores) -> NetworkPrediction:
        temperature = self.settings.temperature
        return NetworkPrediction(
            _softmax(MEASURES, one.measures / temperature["measure"]),
            _softmax(STAGES, one.stages / temperature["stage"]),
            {code.value: 1 / (1 + exp(-float(score))) for code, score in zip(FIELDS, one.fields, strict=True)},
            one.names,
            one.sums,
        )

    def _labels(
        self, row: LabelProbabilities, found: NetworkPrediction, predicted: FeaturePrediction, asked: bool
    ) -> LabelProbabilities:
        """The measure and stage of a figure, by both predictions."""
        share = self.settings.network_share
        measures = interpolated(found.measures, predicted.measures, share["measure" if asked else "number"])
        measure = best_measure(measures)
        stages = interpolated(found.stages, predicted.stages, share["stage"]) if measure in COMMITMENTS else {}
        return LabelProbabilities(row.features, measure, measures, stages)

    def _names(self, names: RoleScores, found: NetworkPrediction, pairs: Set[tuple[int, int]]) -> dict[Role, list[int]]:
        """The positions of the names that the network takes for each role; `pairs` are coordinated candidates."""
        scores = {role: _name_scores(names, found, role) for role in ROLES}
        null, second = self.settings.null_threshold, self.settings.second_name_threshold
        return chosen_names(scores, names.candidates, pairs, null, second)

    def _roles(self, names: RoleScores, found: NetworkPrediction, own: Mapping[Role, Sequence[int]]) -> RoleScores:
        """The names of a figure: the network's `own`, and those of which the features are certain."""
        probabilities: dict[Role, Sequence[float]] = {}
        taken: dict[Role, Sequence[int]] = {}
        for role in ROLES:
            before, temperature = names.probabilities[role], self.settings.temperature[role]
            each = [1 / (1 + exp(-score / temperature)) for score in _name_scores(names, found, role)]
            decided = [c for c in range(len(each)) if before[c] >= FEATURES_DECIDE and c not in own[role]]
            each = [(p + before[c]) / 2 if c in decided else p for c, p in enumerate(each)]
            probabilities[role] = (*each, 1 - max(each, default=0.0))
            taken[role] = sorted((*own[role], *decided))
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


def disputed_labels(found: NetworkPrediction, features: LabelProbabilities) -> Iterator[str]:
    """Which of measure and stage network and features, each alone, give differently; a statistic has no stage."""
    measure = best_measure(found.measures)
    if measure != features.measure:
        yield "measure"
    if measure in COMMITMENTS and features.stages and _likeliest(found.stages) != _likeliest(features.stages):
        yield "stage"


def disputed_roles(network: Mapping[Role, Sequence[int]], features: Mapping[Role, Sequence[int]]) -> Iterator[Role]:
    """The roles for which the two take no name in common, by position; where both take nobody they agree.

    >>> list(disputed_roles({"actor": [0], "recipient": []}, {"actor": [1, 0], "recipient": [2]}))
    ['recipient']
    """
    for role in ROLES:
        if (network[role] or features[role]) and set(network[role]).isdisjoint(features[role]):
            yield role


def _likeliest(shares: Mapping[str, float]) -> str:
    return max(shares, key=shares.__getitem__)


def _name_scores(names: RoleScores, found: NetworkPrediction, role: Role) -> list[float]:
    """The network's score of each candidate for a role."""
    column = ROLES.index(role)
    return [found.names[c][column] if c in found.names else UNSEEN_SCORE for c in names.candidates]


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


def chosen_names(
    scores: Mapping[Role, Sequence[float]],
    candidates: Sequence[int],
    pairs: Set[tuple[int, int]],
    null_threshold: Mapping[Role, float],
    second_threshold: Mapping[Role, float],
) -> dict[Role, list[int]]:
    """The positions of the names taken for each role; nobody pays itself.

    A name that both roles would take goes to the one whose null threshold it exceeds by more; the other chooses again
    among the rest.

    >>> thresholds = {"actor": 0.0, "recipient": 0.0}, {"actor": 9.0, "recipient": 9.0}
    >>> chosen_names({"actor": [3.0, 1.0], "recipient": [2.0, 1.0]}, (0, 1), set(), *thresholds)
    {'actor': [0], 'recipient': [1]}
    """
    left = {role: list(scores[role]) for role in ROLES}
    while True:
        taken: dict[Role, list[int]] = {}
        for role in ROLES:
            best = chosen_by_thresholds(left[role], null_threshold[role], second_threshold[role])
            taken[role] = with_coordinated(best, left[role], candidates, pairs)
        both = set(taken["actor"]) & set(taken["recipient"])
        if not both:
            return taken
        for c in both:
            loser = min(ROLES, key=lambda role: scores[role][c] - null_threshold[role])
            left[loser][c] = -inf


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


def asked_sums(layout: RoleLayout, predicted: Sequence[FeaturePrediction]) -> frozenset[int]:
    """The figures whose names and relations the network reads: amounts that may be commitments."""
    figures = layout.tokens.figures
    return frozenset(index for index, one in enumerate(predicted) if may_commit(figures[index].kind, one))


def relation_probabilities(index: int, scores: Mapping[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """The softmax over what sum `index` may be to all others, and over none, which scores zero.

    A sum tells again only what stands before it.

    >>> relation_probabilities(4, {3: (0.0, 0.0), 5: (0.0, 9.0)})
    {3: (0.25, 0.25), 5: (0.25, 0.0)}
    """
    top = max(0.0, *(score for pair in scores.values() for score in pair)) if scores else 0.0
    powers = {
        other: (exp(part - top), exp(same - top) if other < index else 0.0) for other, (part, same) in scores.items()
    }
    total = exp(-top) + sum(part + same for part, same in powers.values())
    return {other: (part / total, same / total) for other, (part, same) in powers.items()}
