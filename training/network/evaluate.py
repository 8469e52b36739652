"""Evaluate network and features on figures that neither has seen, and find the settings of the network's decisions."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import torch

from ledger.attribute.fields.score import THRESHOLD
from ledger.attribute.labels.classify import COMMITMENTS, best_measure
from ledger.attribute.network.batches import BATCH_SIZE, FigureScores, passage_scores
from ledger.attribute.network.encoding import coordinated_pairs
from ledger.attribute.network.inputs import FIELDS, MEASURES, STAGES, FeaturePrediction
from ledger.attribute.network.network import (
    FEATURES_DECIDE,
    chosen_by_thresholds,
    chosen_names,
    interpolated,
    with_coordinated,
)
from ledger.attribute.network.passages import passages
from ledger.attribute.roles.view import ROLES, Role
from schemas import Kind
from training.corpus.agreement import count_agreeing
from training.linear.crossfold import temperature
from training.network.examples import Target, TrainingDocument
from training.network.model import ArticleNetwork, tensors

SHARES = (0.25, 0.4, 0.5, 0.6, 0.75, 1.0)
"""Shares of the network in its mixture with the features that are tried."""
NULL_THRESHOLDS = (-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5)
SECOND_THRESHOLDS = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
FIELD_THRESHOLDS = (0.26, 0.3, 0.34, 0.38, 0.42, 0.46)


@dataclass(frozen=True, slots=True)
class NetworkScores:
    """The raw scores of a figure by a network that has not seen it."""

    document: TrainingDocument
    scores: FigureScores
    asked: bool
    """Whether it is an amount that may be a commitment."""

    @property
    def index(self) -> int:
        """The figure's index in its document."""
        return self.scores.figure

    @property
    def prediction(self) -> FeaturePrediction:
        """What the named features predict."""
        return self.document.predictions[self.index]

    @property
    def label(self) -> Mapping[str, Any]:
        """What is annotated."""
        return self.document.labels[self.index]

    @property
    def target(self) -> Target:
        """What is right."""
        target = self.document.targets[self.index]
        assert target is not None, "figures that two readers may differ on are not kept"
        return target

    @property
    def candidates(self) -> list[int]:
        """The names that the passage holds."""
        return sorted(self.scores.names)

    def names(self, role: Role) -> list[float]:
        """The score of each of the `candidates`."""
        column = ROLES.index(role)
        return [self.scores.names[candidate][column] for candidate in self.candidates]


class Answer(NamedTuple):
    """The labels given to a figure."""

    measure: str
    stage: str | None
    fields: Sequence[str]
    names: Mapping[Role, Sequence[str]]


def network_scores(net: ArticleNetwork, documents: Sequence[TrainingDocument]) -> list[NetworkScores]:
    """The scores of the figures of documents, but for those that two readers may differ on."""
    net.eval()
    found = []
    with torch.no_grad():
        for document in documents:
            asked = document.asked(learning=False)
            made = passages(document.encoded, asked, dict(enumerate(document.predictions))) if asked else []
            for at in range(0, len(made), BATCH_SIZE):
                batch = made[at : at + BATCH_SIZE]
                outputs = [rows.numpy() for rows in net(**tensors(batch))]
                found += [
                    NetworkScores(document, one, one.figure in asked)
                    for one in passage_scores(batch, outputs)
                    if document.targets[one.figure] is not None
                ]
    return found


def tuned_settings(found: Sequence[NetworkScores]) -> dict[str, Any]:
    """Temperatures that calibrate the probabilities, and the thresholds and shares that score best."""
    every, found = found, [one for one in found if one.asked]
    temperatures = {**_temperatures(found), **dict.fromkeys(map(str, ROLES), 1.0)}  # `calibrated` fits these
    null, second = {}, {}
    for role in ROLES:
        null[role], second[role] = _best(partial(_name_score, found, role), NULL_THRESHOLDS, SECOND_THRESHOLDS)
    share = {what: _best_share(found, what, temperatures[what]) for what in ("measure", "stage")}
    share["number"] = _best_share([one for one in every if not one.asked], "measure", temperatures["measure"])
    share["field"], field_threshold = _best(partial(_field_score, every), SHARES, FIELD_THRESHOLDS)
    return {
        "temperature": temperatures,
        "network_share": share,
        "null_threshold": null,
        "second_name_threshold": second,
        "field_threshold": field_threshold,
    }


def _best(
    score: Callable[[float, float], float], first: Sequence[float], second: Sequence[float]
) -> tuple[float, float]:
    return max(product(first, second), key=lambda pair: score(*pair))


def _best_share(found: Sequence[NetworkScores], what: str, t: float) -> float:
    return max(SHARES, key=lambda share: _label_score(found, what, share, t))


def _temperatures(found: Sequence[NetworkScores]) -> dict[str, float]:
    targets = [one.target for one in found]
    measured = [
        (one.scores.measures.tolist(), MEASURES.index(target.measure))
        for one, target in zip(found, targets, strict=True)
    ]
    staged = [
        (one.scores.stages.tolist(), STAGES.index(target.stage))
        for one, target in zip(found, targets, strict=True)
        if target.stage is not None
    ]
    return {"measure": temperature(measured), "stage": temperature(staged)}


def _names(one: NetworkScores, role: Role, null_threshold: float, second_threshold: float) -> list[str]:
    """The names that the network chooses for one role by itself, and those that the features are certain of."""
    chosen = chosen_by_thresholds(one.names(role), null_threshold, second_threshold)
    return _said(one, role, with_coordinated(chosen, one.names(role), one.candidates, _coordinated(one)))


def names_by_role(one: NetworkScores, settings: Mapping[str, Any]) -> dict[Role, list[str]]:
    """The names that the network chooses for both roles, and those that the features are certain of."""
    scores = {role: one.names(role) for role in ROLES}
    thresholds = settings["null_threshold"], settings["second_name_threshold"]
    chosen = chosen_names(scores, one.candidates, _coordinated(one), *thresholds)
    return {role: _said(one, role, chosen[role]) for role in ROLES}


def _coordinated(one: NetworkScores) -> Set[tuple[int, int]]:
    encoded = one.document.encoded
    return coordinated_pairs(encoded.sentences[encoded.sentence_of[one.index]], encoded.marks)


def _said(one: NetworkScores, role: Role, positions: Sequence[int]) -> list[str]:
    """The names at some positions of the candidates, and those that the features are certain of."""
    predicted = one.prediction.actors if role == "actor" else one.prediction.recipients
    certain = [candidate for candidate, p in predicted.items() if candidate >= 0 and p >= FEATURES_DECIDE]
    taken = dict.fromkeys((*(one.candidates[k] for k in positions), *certain))
    return [one.document.encoded.candidates[c] for c in taken]


def _name_score(found: Sequence[NetworkScores], role: Role, null_threshold: float, second_threshold: float) -> float:
    """F1 of names plus half the share of commitments with all names right."""
    n: Counter[str] = Counter()
    for one in found:
        if one.label["measure"] in COMMITMENTS:
            names = _names(one, role, null_threshold, second_threshold)
            agreeing, wanted, said = count_agreeing(one.label[role], names)
            n.update({"agreeing": agreeing, "both": wanted + said, "exact": agreeing == wanted == said, "all": 1})
    return n["agreeing"] / max(1, n["both"]) + n["exact"] / max(1, 2 * n["all"])


def measures_of(one: NetworkScores, share: float, t: float) -> dict[str, float]:
    return interpolated(_softmax(MEASURES, one.scores.measures.tolist(), t), one.prediction.measures, share)


def stages_of(one: NetworkScores, share: float, t: float) -> dict[str, float]:
    return interpolated(_softmax(STAGES, one.scores.stages.tolist(), t), one.prediction.stages, share)


def _softmax(labels: Sequence[str], scores: Sequence[float], t: float) -> dict[str, float]:
    powers = np.exp((np.array(scores) - max(scores)) / t)
    return {str(label): float(p) for label, p in zip(labels, powers / powers.sum(), strict=True)}


def fields_of(one: NetworkScores, share: float) -> dict[str, float]:
    """The probability of each field."""
    read = {str(code): 1 / (1 + float(np.exp(-score))) for code, score in zip(FIELDS, one.scores.fields, strict=True)}
    return interpolated(read, one.prediction.fields, share)


def _fields(one: NetworkScores, share: float, threshold: float) -> list[str]:
    return [code for code, p in fields_of(one, share).items() if p >= threshold]


def _label_score(found: Sequence[NetworkScores], what: str, share: float, t: float) -> float:
    """How many figures have the right measure, or commitments the right stage."""
    if what == "measure":
        return sum(best_measure(measures_of(one, share, t)) == one.target.measure for one in found)
    staged = [(one, stages_of(one, share, t)) for one in found if one.target.stage is not None]
    return sum(max(stages, key=lambda stage: stages[stage]) == one.target.stage for one, stages in staged)


def _field_score(found: Sequence[NetworkScores], share: float, threshold: float) -> float:
    n: Counter[str] = Counter()
    for one in found:
        said, wanted = set(_fields(one, share, threshold)), set(one.label["fields"])
        n.update({"agreeing": len(said & wanted), "both": len(said) + len(wanted)})
    return 2 * n["agreeing"] / max(1, n["both"])


def answer_of_features(document: TrainingDocument, index: int) -> Answer:
    """What the named features answer."""
    prediction = document.predictions[index]
    measure = best_measure(prediction.measures)
    stages = prediction.stages
    stage = max(stages, key=lambda stage: stages[stage]) if measure in COMMITMENTS else None
    fields = [code for code, p in prediction.fields.items() if p >= THRESHOLD]
    return Answer(measure, stage, fields, document.feature_names[index])


def answer_of_network(one: NetworkScores, settings: Mapping[str, Any]) -> Answer:
    """What the network answers under these settings."""
    share, t = settings["network_share"], settings["temperature"]
    measure = best_measure(measures_of(one, share["measure" if one.asked else "number"], t["measure"]))
    stages = stages_of(one, share["stage"], t["stage"])
    stage = max(stages, key=lambda stage: stages[stage]) if measure in COMMITMENTS else None
    fields = _fields(one, share["field"], settings["field_threshold"])
    names: Mapping[Role, Sequence[str]] = one.document.feature_names[one.index]
    if one.asked:
        names = names_by_role(one, settings)
    return Answer(measure, stage, fields, names)


def evaluate(
    documents: Sequence[TrainingDocument], found: Sequence[NetworkScores], settings: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    """The scores of both attributors on all figures; where the network was not asked, the features answer."""
    asked = {(one.document.article, one.index): one for one in found}

    def accurate(document: TrainingDocument, index: int) -> Answer:
        one = asked.get((document.article, index))
        return answer_of_features(document, index) if one is None else answer_of_network(one, settings)

    return {"fast": _scores(documents, answer_of_features), "accurate": _scores(documents, accurate)}


def _scores(
    documents: Sequence[TrainingDocument], answer: Callable[[TrainingDocument, int], Answer]
) -> dict[str, float]:
    """Shares that are right, and F1, in per cent."""
    n: Counter[str] = Counter()
    for document in documents:
        for index, label in enumerate(document.labels):
            if not label["optional"]:
                _count(n, label, answer(document, index), document.encoded.figures[index].kind is Kind.MONEY)
    parts = (("class", "all"), ("measure", "all"), ("measure of money", "money"), ("stage", "staged"))
    shares = {what: 100 * n[what] / max(1, n[of]) for what, of in parts}
    f1 = {
        what: 200 * n[f"{what} agreeing"] / max(1, n[f"{what} both"])
        for what in ("actor", "recipient", "fields", "row")
    }
    return {what: round(value, 1) for what, value in {**shares, **f1}.items()}


def _count(n: Counter[str], label: Mapping[str, Any], answer: Answer, money: bool) -> None:
    commitment, claimed = label["measure"] in COMMITMENTS, answer.measure in COMMITMENTS
    right = answer.measure == label["measure"]
    n.update({"all": 1, "class": commitment == claimed, "measure": right})
    n.update({"money": money, "measure of money": money and right, "row both": money * (commitment + claimed)})
    said, wanted = set(answer.fields), set(label["fields"])
    n.update({"fields agreeing": len(said & wanted), "fields both": len(said) + len(wanted)})
    if commitment:
        n.update({"staged": 1, "stage": answer.stage == label["stage"]})
        counts = {role: count_agreeing(label[role], answer.names[role]) for role in ROLES}
        for role, (agreeing, wanted_names, said_names) in counts.items():
            n.update({f"{role} agreeing": agreeing, f"{role} both": wanted_names + said_names})
        n["row agreeing"] += money and claimed and len(set(counts["actor"])) == 1
