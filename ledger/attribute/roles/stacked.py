"""The second pass over who pays and who receives: it sees what the first pass made of the same names elsewhere.

The first pass looks at one figure at a time. Articles are more consistent than that: who pays for one sum of a list
mostly pays for the next, and who receives one sum seldom pays another. Each candidate of a commitment has features of
what the first pass made of it for this figure, for the figures around, and for all of the document, the segment and
the same amount. A conditional logit over them, whose weights are in `actor_stacked.json` and `recipient_stacked.json`,
replaces the probabilities of the first pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from operator import mul
from typing import NamedTuple

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import ROLES, FigureView, Role
from ledger.models.linear import Model, softmax
from schemas import Measure

NOBODY = -1
"""Stands for the null candidate among the numbers of candidates."""
LEAST = 0.05
"""Candidates whose first probability is below this in both roles are left out,"""
LEAST_ELSEWHERE = 0.2
"""… unless the figures of the document give them this much on average."""
LEAST_LOG = -6.0
"""The least logarithm of a probability."""
PLACES = ("here", "away", "nobody")
GROUPS = ("document", "segment", "amount")
NEIGHBOURS = ("first", "before here", "before", "after here", "after")
_OF_THE_FIGURE = ("", "own", "own log", "other", "other log", "alone", "alone own", "alone own log")
_OF_GROUPS = (
    "document own",
    "document other",
    "document own log",
    "document other log",
    *(f"{name} {what}" for name in GROUPS[1:] for what in ("own", "other")),
)
VALUES = (*_OF_THE_FIGURE, *_OF_GROUPS, *(f"{name} {what}" for name in NEIGHBOURS for what in ("own", "other")))
"""The names of the features of a candidate in a place: "own" is of the role asked for, "other" of the other one."""
OWN_LOG = VALUES.index("own log")
RoleProbabilities = Mapping[Role, Sequence[float]]
"""For each role the probability of each candidate and, last, of the null candidate."""


@dataclass(frozen=True, slots=True)
class SumView:
    """A commitment with its candidates and what the first pass made of them, by the candidate's number."""

    view: FigureView
    candidates: Sequence[int]
    first: Mapping[Role, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Group:
    """Sums that have something in common, with the added first probabilities of each candidate."""

    size: int
    totals: Mapping[Role, Mapping[int, float]]

    def elsewhere(self, role: Role, candidate: int, own: float) -> float:
        """The mean probability of a candidate over the other sums of the group."""
        return (self.totals[role].get(candidate, 0.0) - own) / (self.size - 1)


class CandidateValues(NamedTuple):
    """The features of a candidate for a role."""

    place: str
    """Whether it stands in the figure's sentence ("here"), elsewhere ("away"), or is the null candidate ("nobody")."""
    letter: str
    """The letter of its type, empty for the null candidate."""
    values: Sequence[float]
    """The values of `VALUES`, zero where there is nothing of the kind."""

    def named(self) -> dict[str, float]:
        """The features that are not zero, by name."""
        found = {
            f"{self.place} {name}".strip(): value for name, value in zip(VALUES, self.values, strict=True) if value
        }
        if self.letter:
            found |= {f"type {self.letter}": 1.0, f"own log {self.letter}": self.values[OWN_LOG]}
        return found


@dataclass(frozen=True, slots=True)
class StackedRow:
    """The candidates of a commitment that the second pass chooses from, with their features for each role."""

    index: int
    """The number of the figure."""
    kept: Sequence[int]
    """Positions among the figure's candidates."""
    features: Mapping[Role, Sequence[CandidateValues]]
    """For each role one row for each candidate that is kept and, last, one for the null candidate."""


def stacked_rows(
    layout: RoleLayout, views: Sequence[FigureView], measures: Sequence[Measure], first: Sequence[RoleProbabilities]
) -> Iterator[StackedRow]:
    """The features of every commitment, by what the first pass made of all of them."""
    sums = [_sum(view, first[view.number]) for view in views if measures[view.number] in COMMITMENTS]
    groups = _groups(layout, sums)
    for at, one in enumerate(sums):
        around = [_NO_SHARES if other is None else _shares(other) for other in _around(sums, at)]
        kept = _kept(one, groups[at].get("document"))
        rows: dict[Role, list[CandidateValues]] = {role: [] for role in ROLES}
        for number in (*(one.candidates[place] for place in kept), NOBODY):
            place = _place(layout, one.view, number)
            letter = "" if number == NOBODY else layout.candidates[number].letter
            actor, recipient = _values(one, number, groups[at], around)
            rows["actor"].append(CandidateValues(place, letter, actor))
            rows["recipient"].append(CandidateValues(place, letter, recipient))
        yield StackedRow(one.view.number, kept, rows)


class _StackedWeights(NamedTuple):
    """The weights of a model by place, in the order of `VALUES`, and by the letter of a type."""

    by_place: Mapping[str, Sequence[float]]
    by_letter: Mapping[str, tuple[float, float]]

    def score(self, candidate: CandidateValues) -> float:
        """The score of a candidate."""
        of_type, of_log = self.by_letter.get(candidate.letter, (0.0, 0.0))
        total: float = sum(map(mul, candidate.values, self.by_place[candidate.place]))
        return total + of_type + of_log * candidate.values[OWN_LOG]


@lru_cache(maxsize=16)
def _stacked_weights(model: Model) -> _StackedWeights:
    held = {name: row[0] for name, row in model.weights.items()}
    letters = {name.removeprefix("type ") for name in held if name.startswith("type ")}
    return _StackedWeights(
        {place: tuple([held.get(f"{place} {name}".strip(), 0.0) for name in VALUES]) for place in PLACES},
        {letter: (held[f"type {letter}"], held.get(f"own log {letter}", 0.0)) for letter in letters},
    )


def second_pass(rows: Iterator[StackedRow], models: Mapping[str, Model], first: list[RoleProbabilities]) -> None:
    """Replace the first probabilities of every commitment by those of the second pass."""
    for row in rows:
        made: dict[Role, Sequence[float]] = {}
        for role, candidates in row.features.items():
            weights = _stacked_weights(models[f"{role}_stacked"])
            found = [0.0] * len(first[row.index][role])
            for place, share in zip(
                (*row.kept, NOBODY), softmax([weights.score(candidate) for candidate in candidates]), strict=True
            ):
                found[place] = share
            made[role] = found
        first[row.index] = made


def _sum(view: FigureView, said: RoleProbabilities) -> SumView:
    candidates = view.candidates
    numbers = (*candidates, NOBODY)
    return SumView(view, candidates, {role: dict(zip(numbers, row, strict=True)) for role, row in said.items()})


def _kept(one: SumView, everywhere: Group | None) -> list[int]:
    """The positions of the candidates that are likely enough, for this figure or for those of the document."""
    actor, recipient = one.first["actor"], one.first["recipient"]
    if everywhere is None:
        return [at for at, n in enumerate(one.candidates) if actor[n] >= LEAST or recipient[n] >= LEAST]
    paid, got, others = everywhere.totals["actor"], everywhere.totals["recipient"], everywhere.size - 1
    return [
        at
        for at, n in enumerate(one.candidates)
        if actor[n] >= LEAST
        or recipient[n] >= LEAST
        or (paid[n] - actor[n]) / others >= LEAST_ELSEWHERE
        or (got[n] - recipient[n]) / others >= LEAST_ELSEWHERE
    ]


def _groups(layout: RoleLayout, sums: Sequence[SumView]) -> list[dict[str, Group]]:
    """For each sum the groups of two or more that it is in: the document, its segment, its amount."""
    tokens = layout.tokens
    keys = []
    for one in sums:
        figure = tokens.figures[one.view.number]
        segment = tokens.sentences[one.view.row].segment
        keys.append((("document", 0), ("segment", segment), ("amount", (figure.unit, figure.value))))
    members: dict[tuple[str, object], list[SumView]] = {}
    for one, own in zip(sums, keys, strict=True):
        for key in own:
            members.setdefault(key, []).append(one)
    made = {key: _group(some) for key, some in members.items() if len(some) > 1}
    return [{key[0]: made[key] for key in own if key in made} for own in keys]


def _group(sums: Sequence[SumView]) -> Group:
    totals: dict[Role, dict[int, float]] = {role: {} for role in ROLES}
    for one in sums:
        for role, row in one.first.items():
            total = totals[role]
            for number, share in row.items():
                total[number] = total.get(number, 0.0) + share
    return Group(len(sums), totals)


def _around(sums: Sequence[SumView], at: int) -> Sequence[SumView | None]:
    """The sums of `NEIGHBOURS`, none where there is none: those before and after are named by their sentence."""
    row = sums[at].view.row
    before, after = (sums[at - 1] if at else None), (sums[at + 1] if at + 1 < len(sums) else None)
    return (
        sums[0] if at else None,
        before if before is not None and before.view.row == row else None,
        before if before is not None and before.view.row != row else None,
        after if after is not None and after.view.row == row else None,
        after if after is not None and after.view.row != row else None,
    )


def _place(layout: RoleLayout, view: FigureView, number: int) -> str:
    """Whether a candidate stands in the figure's sentence."""
    if number == NOBODY:
        return "nobody"
    before, after, occurrences = view.before.get(number), view.after.get(number), layout.occurrences
    here = (before is not None and occurrences[before].row == view.row) or (
        after is not None and occurrences[after].row == view.row
    )
    return "here" if here else "away"


def _log(share: float) -> float:
    return max(log(share), LEAST_LOG) if share > 0 else LEAST_LOG


_Shares = tuple[Mapping[int, float], Mapping[int, float]]
"""The first probabilities of actor and of recipient, by the candidate's number."""
_NO_SHARES: _Shares = ({}, {})


def _shares(one: SumView) -> _Shares:
    return one.first["actor"], one.first["recipient"]


def _values(
    one: SumView, number: int, groups: Mapping[str, Group], around: Sequence[_Shares]
) -> tuple[list[float], list[float]]:
    """The values of `VALUES` of a candidate, for actor and for recipient: what is own to one is the other's other.

    `around` has the shares of the sums of `NEIGHBOURS`.
    """
    own, other = one.first["actor"][number], one.first["recipient"][number]
    own_log, other_log = _log(own), _log(other)
    alone = not groups
    actor = [1.0, own, own_log, other, other_log, float(alone), own * alone, own_log * alone]
    recipient = [1.0, other, other_log, own, own_log, float(alone), other * alone, other_log * alone]
    for name in GROUPS:
        group = groups.get(name)
        a = group.elsewhere("actor", number, own) if group is not None else 0.0
        r = group.elsewhere("recipient", number, other) if group is not None else 0.0
        actor += (a, r)
        recipient += (r, a)
        if name == "document":
            logs = (_log(a), _log(r)) if group is not None else (0.0, 0.0)
            actor += logs
            recipient += logs[::-1]
    for paid, got in around:
        a, r = paid.get(number, 0.0), got.get(number, 0.0)
        actor += (a, r)
        recipient += (r, a)
    return actor, recipient


__all__ = ["RoleProbabilities", "StackedRow", "second_pass", "stacked_rows"]
