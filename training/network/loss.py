"""The loss of the network on a batch of passages: every figure, name and relation that is annotated."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ledger.attribute.network.inputs import FIELDS, MEASURES, STAGES
from ledger.attribute.network.network import RELATIONS
from ledger.attribute.network.passages import Passage
from ledger.attribute.roles.view import ROLES, Role
from schemas import Kind
from training.network.examples import TrainingDocument
from training.relations.choices import is_right

WEIGHTS = {
    "number": 0.3,
    "fields": 0.2,
    "choice": 0.6,
    "each": 0.4,
    "statistic": 0.25,
    "unseen": 0.2,
    "relations": 0.6,
    "unlabelled": 0.3,
}
"""How much each part of the loss counts beside measure and stage of an amount of money.

Figures that are no money count less, and so do names of statistics, names that the passage does not hold, and relations
of sums that are no commitment.
"""


class Lesson(NamedTuple):
    """A passage with the document that it is of."""

    passage: Passage
    document: TrainingDocument


Scores = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def loss_of(out: Scores, lessons: Sequence[Lesson], relations: float = WEIGHTS["relations"]) -> Tensor:
    """The loss of a batch by amount of money; `relations` is how much those of the sums count."""
    measures, stages, fields, names, sums = out
    money = sum(
        lesson.document.encoded.figures[lesson.passage.figures[at]].kind is Kind.MONEY
        for lesson in lessons
        for at in lesson.passage.decided
    )
    total = (
        _labels_loss(measures, stages, fields, lessons)
        + _names_loss(names, lessons)
        + relations * _relations_loss(sums, lessons)
    )
    return total / max(1, money)


def _labels_loss(measures: Tensor, stages: Tensor, fields: Tensor, lessons: Sequence[Lesson]) -> Tensor:
    rows, right, weights, said, staged = [], [], [], [], []
    first = 0
    for passage, document in lessons:
        for at in passage.decided:
            target = document.targets[passage.figures[at]]
            if target is not None:
                is_money = document.encoded.figures[passage.figures[at]].kind is Kind.MONEY
                rows.append(first + at)
                right.append(MEASURES.index(target.measure))
                weights.append(1.0 if is_money else WEIGHTS["number"])
                said.append([float(code in target.fields) for code in FIELDS])
                if target.stage is not None:
                    staged.append((first + at, STAGES.index(target.stage)))
        first += len(passage.figures)
    if not rows:
        return measures.sum() * 0
    weight = torch.tensor(weights)
    each = functional.cross_entropy(measures[rows], torch.tensor(right), reduction="none")
    tagged = functional.binary_cross_entropy_with_logits(fields[rows], torch.tensor(said), reduction="none").sum(1)
    total = (weight * (each + WEIGHTS["fields"] * tagged)).sum()
    if staged:
        places, right_stages = (list(column) for column in zip(*staged, strict=True))
        total = total + functional.cross_entropy(stages[places], torch.tensor(right_stages), reduction="sum")
    return total


def log_sum_exp(scores: Tensor, groups: Tensor, count: int) -> Tensor:
    """The log of the sum of the exponentials of each group's scores; `groups` has the group of each score."""
    top = torch.full((count,), -1e9).scatter_reduce(0, groups, scores.detach(), "amax")
    powers = torch.zeros(count).index_add(0, groups, torch.exp(scores - top[groups]))
    return top + powers.clamp(min=1e-30).log()


class _Choices(NamedTuple):
    """Options in groups: what is chosen among, one of them or none."""

    group: list[int]
    """The group of each option."""
    right: list[float]
    weight: list[float]
    """One a group."""
    unseen: list[bool]
    """Whether what is right stands nowhere in the passage."""


def _names_loss(names: Tensor, lessons: Sequence[Lesson]) -> Tensor:
    total = names.sum() * 0
    for column, role in enumerate(ROLES):
        of_pair, choices, kept = _candidates(lessons, role)
        if kept:
            scores = log_sum_exp(names[kept, column], torch.tensor(of_pair), len(choices.group))
            total = total + _choice_loss(scores, choices)
    return total


def _candidates(lessons: Sequence[Lesson], role: Role) -> tuple[list[int], _Choices, list[int]]:
    """For each kept pair the option that it speaks for, the options, and which pairs are kept."""
    of_pair, kept, choices = [], [], _Choices([], [], [], [])
    first = 0
    for passage, document in lessons:
        options: dict[tuple[int, int], int] = {}
        groups: dict[int, int] = {}
        for place, (at, mention) in enumerate(passage.pairs):
            target = document.targets[passage.figures[at]]
            if target is None:
                continue
            candidate = passage.candidates[mention]
            if at not in groups:
                groups[at] = len(choices.weight)
                choices.weight.append(1.0 if target.stage is not None else WEIGHTS["statistic"])
                choices.unseen.append(bool(target.names[role]))
            if (at, candidate) not in options:
                options[at, candidate] = len(choices.group)
                is_named = candidate in target.names[role]
                choices.group.append(groups[at])
                choices.right.append(float(is_named))
                choices.unseen[groups[at]] &= not is_named
            of_pair.append(options[at, candidate])
            kept.append(first + place)
        first += len(passage.pairs)
    return of_pair, choices, kept


def _choice_loss(scores: Tensor, choices: _Choices) -> Tensor:
    """The loss of the choice among names and nobody, and of each name by itself."""
    group, right = torch.tensor(choices.group), torch.tensor(choices.right)
    count = len(choices.weight)
    unseen = torch.tensor(choices.unseen)
    weight = torch.tensor(choices.weight) * torch.where(unseen, WEIGHTS["unseen"], 1.0)
    each = functional.binary_cross_entropy_with_logits(scores, right, reduction="none")
    share, null = _log_shares(scores, group, count)
    taken = torch.zeros(count).index_add(0, group, right)
    hit = torch.zeros(count).index_add(0, group, right * share) / taken.clamp(min=1)
    choice = torch.where(taken > 0, -hit, -null)
    choice = torch.where(unseen, torch.zeros(count), choice)
    return (weight * (WEIGHTS["choice"] * choice)).sum() + (weight[group] * WEIGHTS["each"] * each).sum()


def _log_shares(scores: Tensor, group: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The log probability of each option and, for each group, of none, which scores zero."""
    all_scores = torch.cat([scores, scores.new_zeros(count)])
    total = log_sum_exp(all_scores, torch.cat([group, torch.arange(count)]), count)
    return scores - total[group], -total


def _relations_loss(sums: Tensor, lessons: Sequence[Lesson]) -> Tensor:
    """The loss of what each sum is said to be: the right options together, or none."""
    cells: list[tuple[int, int]] = []
    group: list[int] = []
    right: list[bool] = []
    weight: list[float] = []
    first = 0
    for passage, document in lessons:
        groups: dict[int, int] = {}
        for place, (at, other) in enumerate(passage.sums if document.related else ()):
            one, against = (document.targets[passage.figures[k]] for k in (at, other))
            pledge = None if one is None else one.pledge
            if at not in groups:
                groups[at] = len(weight)
                weight.append(1.0 if pledge is not None else WEIGHTS["unlabelled"])
            for column, kind in enumerate(RELATIONS):
                if kind == "part" or passage.figures[other] < passage.figures[at]:
                    cells.append((first + place, column))
                    group.append(groups[at])
                    told = None if against is None else against.pledge
                    right.append(is_right(kind, pledge, told, document.wholes))
        first += len(passage.sums)
    if not cells:
        return sums.sum() * 0
    count = len(weight)
    rows, columns = (list(column) for column in zip(*cells, strict=True))
    share, null = _log_shares(sums[rows, columns], torch.tensor(group), count)
    hits = torch.tensor(right)
    hit = log_sum_exp(share[hits], torch.tensor(group)[hits], count) if bool(hits.any()) else null
    some = torch.zeros(count).index_add(0, torch.tensor(group), hits.float()) > 0
    return -(torch.tensor(weight) * torch.where(some, hit, null)).sum()
