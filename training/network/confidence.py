"""How sure each answer of the network is, and whether it is right."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from ledger.attribute.labels.classify import best_measure
from ledger.attribute.network.network import RELATIONS, relation_probabilities
from ledger.attribute.roles.view import ROLES
from training.corpus.agreement import count_agreeing
from training.linear.reliability import Answer
from training.network.evaluate import NetworkScores, fields_of, measures_of, names_by_role, stages_of
from training.relations.choices import is_right

CALIBRATED = ("measure", "stage", "fields", *ROLES, "relation")
"""The attributes whose answers have a confidence."""


def confidences(found: Sequence[NetworkScores], settings: Mapping[str, Any]) -> dict[str, list[Answer]]:
    """For each attribute the confidence of every answer on an amount, and whether it is right."""
    share, t = settings["network_share"], settings["temperature"]
    answers: dict[str, list[Answer]] = {name: [] for name in CALIBRATED}
    for one in (one for one in found if one.asked):
        measures = measures_of(one, share["measure"], t["measure"])
        measure = best_measure(measures)
        answers["measure"].append((measures[measure], measure == one.target.measure))
        for code, p in fields_of(one, share["field"]).items():
            if p >= settings["field_threshold"]:
                answers["fields"].append((p, code in one.label["fields"]))
        if one.target.stage is None:
            continue
        answers["relation"] += _relation(one)
        stages = stages_of(one, share["stage"], t["stage"])
        stage = max(stages, key=lambda stage: stages[stage])
        answers["stage"].append((stages[stage], stage == one.target.stage))
        for role, taken in names_by_role(one, settings).items():
            names = [one.document.encoded.candidates[c] for c in one.candidates]
            for name, score in zip(names, one.names(role), strict=True):
                if name in taken:
                    right = bool(count_agreeing(one.label[role], [name])[0])
                    answers[role].append((1 / (1 + exp(-score / t[role])), right))
    return answers


def _relation(one: NetworkScores) -> list[Answer]:
    """The likeliest relation of a pledge to another sum, where one is likelier than none, and whether it is right."""
    options = {
        (p, other, kind)
        for other, pair in relation_probabilities(one.index, one.scores.sums).items()
        for kind, p in zip(RELATIONS, pair, strict=True)
    }
    p, other, kind = max(options, default=(0.0, 0, RELATIONS[0]))
    if p <= 1 - sum(share for share, _, _ in options) or one.target.pledge is None:
        return []
    target = one.document.targets[other]
    against = None if target is None else target.pledge
    return [(p, is_right(kind, one.target.pledge, against, one.document.wholes))]
