"""Tell how each figure was attributed: the answers that were weighed, what each attributor gave them, and the features that spoke loudest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.attribute.assemble import Considered, considered
from ledger.attribute.labels.classify import GROUPS, stage_loose
from ledger.attribute.labels.classify import committed_models as labels_models
from ledger.attribute.roles.score import ROLES, Role, candidate_features, committed_role_models
from ledger.lexicons.names import Names
from ledger.models.linear import Features, Model
from ledger.options import Attributor
from schemas import Document, Figure, Segment

LIKELY, FEW, LOUDEST = 0.02, 4, 5
"""Answers below this probability are not told unless taken; at most so many of each; and at most so many features."""


class Answer(NamedTuple):
    """One answer that was weighed; nobody has the name ""."""

    name: str
    taken: bool
    probability: float
    by_features: float
    """The probability that the features alone give it."""
    shares: tuple[tuple[str, float], ...]
    """The features that spoke loudest for and against it."""


class Told(NamedTuple):
    """How one figure was attributed: for measure, stage, actor and recipient the answers, likeliest first."""

    start: int
    end: int
    attributor: str
    answers: Mapping[str, tuple[Answer, ...]]


def explain(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    *,
    names: Names | None = None,
    attributor: Attributor = Attributor.FAST,
) -> tuple[Told, ...]:
    """How each figure was attributed, in the order of the text."""
    views = considered(document, segments, figures, names=names, attributor=attributor)
    return tuple(
        sorted(
            (_told(view, index) for view in views for index in range(len(view.labelled))), key=lambda told: told.start
        )
    )


def _told(view: Considered, index: int) -> Told:
    figure, row = view.scene.figures[index], view.labelled[index]
    final = row if view.said is None else view.said.labelled[index]
    measures = labels_models()[GROUPS[figure.kind]]
    answers = {"measure": _labels(final.measures, row.measures, final.measure, measures, row.told.counted())}
    if final.stages:
        stage = max(final.stages, key=final.stages.__getitem__)
        counted = {**row.told.counted(), stage_loose(row.told, final.measure)[-1]: 1.0}
        answers["stage"] = _labels(final.stages, row.stages, stage, labels_models()["stage"], counted)
    answers |= {role: tuple(_names(view, index, role)) for role in ROLES}
    return Told(figure.start, figure.end, view.by(index), answers)


def _labels(
    shares: Mapping[str, float], before: Mapping[str, float], taken: str, weights: Model, features: Features
) -> tuple[Answer, ...]:
    ordered = sorted(shares, key=lambda label: (label != taken, -shares[label], label))
    return tuple(
        Answer(
            label,
            label == taken,
            shares[label],
            before.get(label, 0.0),
            tuple(weights.contributions(features, label, LOUDEST)),
        )
        for label in ordered[:FEW]
        if label == taken or shares[label] >= LIKELY
    )


def _names(view: Considered, index: int, role: Role) -> Iterator[Answer]:
    before, weights = view.names[index], committed_role_models()[role]
    after = before if view.said is None else view.said.names[index]
    names = {(name.name, name.start) for name in getattr(view.roles[index], role)}
    taken = {name for name, _ in names}
    rows = candidate_features(view.layout, before.view)
    called = [*(view.layout.candidates[c].name for c in before.candidates), ""]
    shares = after.probabilities[role]
    ordered = sorted(range(len(called)), key=lambda c: (called[c] not in taken, -shares[c], called[c]))
    told = 0
    for c in ordered:
        chosen = called[c] in taken or (not taken and not called[c])
        if chosen or (shares[c] >= LIKELY and told < FEW):
            told += 1
            yield Answer(called[c], chosen, shares[c], before.probabilities[role][c], _loudest(weights, rows[c]))


def _loudest(weights: Model, row: Sequence[str]) -> tuple[tuple[str, float], ...]:
    found = [(feature, weights.weights[feature][0]) for feature in row if feature in weights.weights]
    return tuple(sorted(found, key=lambda share: (-abs(share[1]), share[0]))[:LOUDEST])


__all__ = ["Answer", "Told", "explain"]
