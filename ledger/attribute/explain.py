"""Explain how each figure was attributed: the answers, their probabilities, and the features that counted most."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.attribute.assemble import PartAttribution
from ledger.attribute.labels.classify import MEASURE_MODELS, committed_label_models, stage_features
from ledger.attribute.roles.score import candidate_features, committed_role_models
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.linear import Features, Model

LEAST_SHOWN = 0.02
"""An answer with less probability than this is left out, unless it was taken."""
MOST_ANSWERS = 4
LEAST_RELATED = 0.2
"""A relation that the network gives less than this is left out."""
RELATION_WORDS = ("inside", "the same as")
MOST_FEATURES = 5


class Answer(NamedTuple):
    """One possible answer; that the text names nobody has the name ""."""

    name: str
    taken: bool
    probability: float
    by_features: float
    """The probability that the features alone give it."""
    contributions: tuple[tuple[str, float], ...]
    """The features that counted most for and against it, with their weights."""


class Attribution(NamedTuple):
    """How one figure was attributed: for measure, stage, actor and recipient the answers, the one taken first."""

    start: int
    end: int
    attributor: str
    answers: Mapping[str, tuple[Answer, ...]]
    related: tuple[tuple[str, float], ...] = ()
    """What the network read the sum to be to others ("inside $2.9 billion"), with the probabilities."""


def explain_attribution(parts: Iterable[PartAttribution]) -> tuple[Attribution, ...]:
    """How each figure of a document's parts was attributed, in the order of the text."""
    found = [_explain(part, index) for part in parts for index in range(len(part.labels))]
    return tuple(sorted(found, key=lambda attribution: attribution.start))


def _explain(part: PartAttribution, index: int) -> Attribution:
    figure, row, models = part.tokens.figures[index], part.label_probabilities[index], committed_label_models()
    final = row if part.network is None else part.network.labelled[index]
    counts = row.features.counts()
    measures = models[MEASURE_MODELS[figure.kind]]
    answers = {"measure": _label_answers(final.measures, row.measures, final.measure, measures, counts)}
    if final.stages:
        stage = max(final.stages, key=final.stages.__getitem__)
        counts = {**counts, stage_features(row.features, final.measure)[-1]: 1.0}
        answers["stage"] = _label_answers(final.stages, row.stages, stage, models["stage"], counts)
    answers |= {role: tuple(_name_answers(part, index, role)) for role in ROLES}
    return Attribution(figure.start, figure.end, part.attributor_of(index), answers, tuple(_related(part, index)))


def _related(part: PartAttribution, index: int) -> Iterator[tuple[str, float]]:
    """What the network read a sum to be to others, the likeliest first."""
    others = {} if part.network is None else part.network.sums.get(index, {})
    read = [(p, kind, other) for other, pair in others.items() for kind, p in zip(RELATION_WORDS, pair, strict=True)]
    for p, kind, other in sorted(read, key=lambda one: (-one[0], one[2]))[:MOST_ANSWERS]:
        if p >= LEAST_RELATED:
            figure = part.tokens.figures[other]
            yield f"{kind} {part.tokens.text[figure.start : figure.end]}", p


def _label_answers(
    final: Mapping[str, float], by_features: Mapping[str, float], taken: str, weights: Model, features: Features
) -> tuple[Answer, ...]:
    ordered = sorted(final, key=lambda label: (label != taken, -final[label], label))
    return tuple(
        Answer(
            label,
            label == taken,
            final[label],
            by_features.get(label, 0.0),
            tuple(weights.contributions(features, label, MOST_FEATURES)),
        )
        for label in ordered[:MOST_ANSWERS]
        if label == taken or final[label] >= LEAST_SHOWN
    )


def _name_answers(part: PartAttribution, index: int, role: Role) -> Iterator[Answer]:
    before, weights = part.role_scores[index], committed_role_models()[role]
    after = before if part.network is None else part.network.names[index]
    taken = {name.name for name in getattr(part.roles[index], role)}
    rows = candidate_features(part.layout, before.view)
    names = [*(part.layout.candidates[c].name for c in before.candidates), ""]
    probabilities = after.probabilities[role]
    ordered = sorted(range(len(names)), key=lambda c: (names[c] not in taken, -probabilities[c], names[c]))
    shown = 0
    for c in ordered:
        chosen = names[c] in taken or (not taken and not names[c])
        if chosen or (probabilities[c] >= LEAST_SHOWN and shown < MOST_ANSWERS):
            shown += 1
            contributions = _contributions(weights, rows[c])
            yield Answer(names[c], chosen, probabilities[c], before.probabilities[role][c], contributions)


def _contributions(weights: Model, row: Sequence[str]) -> tuple[tuple[str, float], ...]:
    found = [(feature, weights.weights[feature][0]) for feature in row if feature in weights.weights]
    return tuple(sorted(found, key=lambda share: (-abs(share[1]), share[0]))[:MOST_FEATURES])


__all__ = ["Answer", "Attribution", "explain_attribution"]
