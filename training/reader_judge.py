"""Judge the learned attributor beside the features on figures that neither had seen, and find the settings that serve it best."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from ledger.attribute.fields.score import THRESHOLD
from ledger.attribute.labels.classify import COMMITMENTS, best_measure
from ledger.attribute.network.encoding import coordinated_pairs
from ledger.attribute.network.inputs import FIELDS, MEASURES, STAGES, context_window
from ledger.attribute.network.network import (
    BATCH_SIZE,
    FEATURES_DECIDE,
    chosen_by_thresholds,
    interpolated,
    with_coordinated,
)
from ledger.attribute.roles.score import ROLES, Role
from schemas import Kind
from training.crossfold import temperature
from training.reader_data import Lesson
from training.reader_net import Item, Net, by_name, tensors
from training.train_roles import SCORER


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a network that had not seen it says of a figure: raw scores."""

    item: Item
    measures: list[float]
    stages: list[float]
    fields: list[float]
    candidates: list[int]
    names: Mapping[Role, list[float]]


@dataclass(frozen=True, slots=True)
class Said:
    """The labels given to a figure."""

    measure: str
    stage: str | None
    fields: Sequence[str]
    names: Mapping[Role, Sequence[str]]


def predicted(net: Net, items: Sequence[Item]) -> list[Predicted]:
    """The scores of figures."""
    net.eval()
    found = []
    ordered = sorted(items, key=lambda item: (item.lesson.article, item.index))
    with torch.no_grad():
        for at in range(0, len(ordered), BATCH_SIZE):
            batch = ordered[at : at + BATCH_SIZE]
            windows = [context_window(item.lesson.sheet, item.index, item.lesson.priors[item.index]) for item in batch]
            measures, stages, fields, scores = net(**tensors(windows))
            for k, (item, (candidates, rows)) in enumerate(zip(batch, by_name(windows, scores), strict=True)):
                names = {role: rows[:, column].tolist() for column, role in enumerate(ROLES)}
                found.append(
                    Predicted(item, measures[k].tolist(), stages[k].tolist(), fields[k].tolist(), candidates, names)
                )
    return found


def settings_of(found: Sequence[Predicted]) -> dict[str, Any]:
    """Temperatures that make probabilities honest, and the bars over which names and fields are taken."""
    right = [one.item.right for one in found]
    staged = [(one.stages, STAGES.index(r.stage)) for one, r in zip(found, right, strict=True) if r.stage is not None]
    temperatures = {
        "measure": temperature(
            [(one.measures, MEASURES.index(r.measure)) for one, r in zip(found, right, strict=True)]
        ),
        "stage": temperature(staged),
        **{role: _name_temperature(found, role) for role in ROLES},
    }
    null, second = {}, {}
    for role in ROLES:
        null[role], second[role] = _best(
            lambda bars, role=role: _name_score(found, role, *bars), NULL_THRESHOLDS, SECOND_THRESHOLDS
        )
    share = {
        what: max(SHARE, key=lambda part, what=what: _label_score(found, what, part, temperatures[what]))
        for what in ("measure", "stage")
    }
    share["field"], field_threshold = _best(lambda bars: _field_score(found, *bars), SHARE, FIELD)
    return {
        "temperature": temperatures,
        "network_share": share,
        "null_threshold": null,
        "second_name_threshold": second,
        "field_threshold": field_threshold,
    }


SHARE = (0.25, 0.4, 0.5, 0.6, 0.75, 1.0)
NULL_THRESHOLDS = (-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5)
SECOND_THRESHOLDS = (-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
FIELD = (0.26, 0.3, 0.34, 0.38, 0.42, 0.46)


def _best(judge: Callable[[tuple[float, ...]], float], *choices: Sequence[float]) -> tuple[float, ...]:
    return max(product(*choices), key=judge)


def _name_temperature(found: Sequence[Predicted], role: Role) -> float:
    """The temperature of the names taken, by themselves."""
    pairs = [
        (score, float(candidate in one.item.right.names[role]))
        for one in found
        if one.item.right.stage is not None
        for candidate, score in zip(one.candidates, one.names[role], strict=True)
    ]
    scores, right = np.array([s for s, _ in pairs]), np.array([r for _, r in pairs])

    def loss(temperature: float) -> float:
        z = scores / temperature
        return float(np.mean(np.logaddexp(0, z) - right * z))

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)


def _said_names(one: Predicted, role: Role, null_threshold: float, second_threshold: float) -> list[str]:
    sheet, prior = one.item.lesson.sheet, one.item.lesson.priors[one.item.index]
    names, pairs = sheet.candidates, coordinated_pairs(sheet.sentences[sheet.sentence_of[one.item.index]])
    taken = [
        one.candidates[c]
        for c in with_coordinated(
            chosen_by_thresholds(one.names[role], null_threshold, second_threshold),
            one.names[role],
            one.candidates,
            pairs,
        )
    ]
    sure = [
        c for c, p in (prior.actors if role == "actor" else prior.recipients).items() if c >= 0 and p >= FEATURES_DECIDE
    ]
    return [names[c] for c in dict.fromkeys((*taken, *sure))]


def _name_score(found: Sequence[Predicted], role: Role, null_threshold: float, second_threshold: float) -> float:
    """F1 of names and the share of figures with all names right, half each."""
    n: Counter[str] = Counter()
    for one in found:
        label = one.item.lesson.labels[one.item.index]
        if label["measure"] in COMMITMENTS:
            agreeing, want, have = SCORER.names_agree(
                label[role], _said_names(one, role, null_threshold, second_threshold)
            )
            n.update({"agreeing": agreeing, "both": want + have, "exact": agreeing == want == have, "all": 1})
    return n["agreeing"] / max(1, n["both"]) + n["exact"] / max(1, 2 * n["all"])


def _measures(one: Predicted, share: float, temperature: float) -> dict[str, float]:
    return interpolated(
        _softmax(MEASURES, one.measures, temperature), one.item.lesson.priors[one.item.index].measures, share
    )


def _stages(one: Predicted, share: float, temperature: float) -> dict[str, float]:
    return interpolated(_softmax(STAGES, one.stages, temperature), one.item.lesson.priors[one.item.index].stages, share)


def _softmax(labels: Sequence[str], scores: Sequence[float], temperature: float) -> dict[str, float]:
    powers = np.exp((np.array(scores) - max(scores)) / temperature)
    return {str(label): float(p) for label, p in zip(labels, powers / powers.sum(), strict=True)}


def _fields(one: Predicted, share: float, bar: float) -> list[str]:
    read = {str(code): 1 / (1 + float(np.exp(-score))) for code, score in zip(FIELDS, one.fields, strict=True)}
    return [
        code for code, p in interpolated(read, one.item.lesson.priors[one.item.index].fields, share).items() if p >= bar
    ]


def _label_score(found: Sequence[Predicted], what: str, share: float, temperature: float) -> float:
    """The share of figures with the right measure, or of commitments with the right stage."""
    if what == "measure":
        return sum(best_measure(_measures(one, share, temperature)) == one.item.right.measure for one in found)
    staged = [(one, _stages(one, share, temperature)) for one in found if one.item.right.stage is not None]
    return sum(max(shares, key=lambda stage: shares[stage]) == one.item.right.stage for one, shares in staged)


def _field_score(found: Sequence[Predicted], share: float, bar: float) -> float:
    n: Counter[str] = Counter()
    for one in found:
        said = _fields(one, share, bar)
        agreeing, want, have = SCORER.names_agree(one.item.lesson.labels[one.item.index]["fields"], said)
        n.update({"agreeing": agreeing, "both": want + have})
    return 2 * n["agreeing"] / max(1, n["both"])


def fast_said(lesson: Lesson, index: int) -> Said:
    """What the features say."""
    prior = lesson.priors[index]
    measure = best_measure(prior.measures)
    stage = max(prior.stages, key=lambda stage: prior.stages[stage]) if measure in COMMITMENTS else None
    return Said(measure, stage, [code for code, p in prior.fields.items() if p >= THRESHOLD], lesson.fast[index])


def read_said(one: Predicted, settings: Mapping[str, Any]) -> Said:
    """What the network says."""
    share, temperature = settings["network_share"], settings["temperature"]
    measure = best_measure(_measures(one, share["measure"], temperature["measure"]))
    stages = _stages(one, share["stage"], temperature["stage"])
    stage = max(stages, key=lambda stage: stages[stage]) if measure in COMMITMENTS else None
    said = _fields(one, share["field"], settings["field_threshold"])
    return Said(
        measure,
        stage,
        said,
        {
            role: _said_names(one, role, settings["null_threshold"][role], settings["second_name_threshold"][role])
            for role in ROLES
        },
    )


def judge(
    lessons: Sequence[Lesson], found: Sequence[Predicted], settings: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    """Both attributors on all figures of the articles; where the network was not asked, the features stand for it."""
    read = {(one.item.lesson.article, one.item.index): one for one in found}

    def accurate(lesson: Lesson, index: int) -> Said:
        one = read.get((lesson.article, index))
        return fast_said(lesson, index) if one is None else read_said(one, settings)

    return {"fast": _shares(lessons, fast_said), "accurate": _shares(lessons, accurate)}


def _shares(lessons: Sequence[Lesson], said_of: Callable[[Lesson, int], Said]) -> dict[str, float]:
    n: Counter[str] = Counter()
    for lesson in lessons:
        for index, label in enumerate(lesson.labels):
            if not label["optional"]:
                _count(n, label, said_of(lesson, index), lesson.sheet.figures[index].kind is Kind.MONEY)
    shares = {
        what: 100 * n[what] / n[of]
        for what, of in (("class", "all"), ("measure", "all"), ("measure of money", "money"), ("stage", "staged"))
    }
    f1 = {
        what: 200 * n[f"{what} agreeing"] / max(1, n[f"{what} both"])
        for what in ("actor", "recipient", "fields", "row")
    }
    return {what: round(value, 1) for what, value in {**shares, **f1}.items()}


def _count(n: Counter[str], label: Mapping[str, Any], said: Said, money: bool) -> None:
    commitment, claimed = label["measure"] in COMMITMENTS, said.measure in COMMITMENTS
    right = said.measure == label["measure"]
    n.update(
        {
            "all": 1,
            "class": commitment == claimed,
            "measure": right,
            "money": money,
            "measure of money": money and right,
        }
    )
    agreeing, want, have = SCORER.names_agree(label["fields"], list(said.fields))
    n.update({"fields agreeing": agreeing, "fields both": want + have, "row both": money * (commitment + claimed)})
    if commitment:
        n.update({"staged": 1, "stage": said.stage == label["stage"]})
        for role in ROLES:
            agreeing, want, have = SCORER.names_agree(label[role], list(said.names[role]))
            n.update({f"{role} agreeing": agreeing, f"{role} both": want + have})
            if role == "actor":
                n["row agreeing"] += money and claimed and agreeing == want == have
