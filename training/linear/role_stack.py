"""Fit the second pass over actor and recipient, on what first models that have not seen an article make of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.roles.score import first_scores
from ledger.attribute.roles.stacked import RoleProbabilities, stacked_rows
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.linear import Model
from schemas import Measure
from training.corpus.agreement import matching_positions
from training.corpus.annotated import Article
from training.linear.crossfold import FOLDS, fold_of
from training.linear.role_cases import STATISTIC_WEIGHT, TEMPLATE_WEIGHT, role_layout
from training.linear.role_model import Array, grouped_softmax

PENALTY = 5.0
"""The L2 penalty."""
LEAST_SEEN = 50
"""Features of fewer candidates are left out."""


@dataclass(frozen=True, slots=True)
class StackedCase:
    """One commitment: the features of its candidates and, last, of the null candidate, and which of them are right."""

    article: str
    rows: Mapping[Role, Sequence[Mapping[str, float]]]
    right: Mapping[Role, frozenset[int]]
    weight: float


def stacked_cases(
    article: Article, measures: Sequence[Measure], models: Mapping[str, Model], weight: float
) -> Iterator[StackedCase]:
    """The cases of an article whose first models and measures have not seen it."""
    layout = role_layout(article)
    first = first_scores(layout, measures, models)
    said: list[RoleProbabilities] = [scores.probabilities for scores in first]
    for row in stacked_rows(layout, [scores.view for scores in first], measures, said):
        label = article.labels[row.index]
        numbers = first[row.index].candidates
        names = [layout.candidates[numbers[place]].name for place in row.kept]
        share = 0.0 if label["optional"] else 1.0 if label["measure"] in COMMITMENTS else STATISTIC_WEIGHT
        right = {role: matching_positions(label[role], names) for role in ROLES}
        rows = {role: [one.named() for one in candidates] for role, candidates in row.features.items()}
        yield StackedCase(article.id, rows, right, weight * share)


def stacked_template_cases(article: Article, models: Mapping[str, Model]) -> Iterator[StackedCase]:
    """The cases of a sentence made from a template, which count less."""
    measures = [Measure(label["measure"]) for label in article.labels]
    return stacked_cases(article, measures, models, TEMPLATE_WEIGHT)


def fit_stacked(role: Role, cases: Sequence[StackedCase]) -> Model:
    """The second pass of a role: a conditional logit over the candidates of each case that has a right one."""
    used = [case for case in cases if case.weight and case.right[role]]
    seen = Counter(name for case in used for row in case.rows[role] for name in row)
    names = sorted(name for name, times in seen.items() if times >= LEAST_SEEN)
    column = {name: number for number, name in enumerate(names)}
    values: list[float] = []
    columns: list[int] = []
    ends, starts = [0], []
    y: list[float] = []
    shares: list[float] = []
    for case in used:
        right = case.right[role]
        starts.append(len(y))
        for place, row in enumerate(case.rows[role]):
            held = [(column[name], value) for name, value in row.items() if name in column]
            columns += [number for number, _ in held]
            values += [value for _, value in held]
            ends.append(len(columns))
            y.append(1 / len(right) if place in right else 0.0)
            shares.append(case.weight)
    x = csr_matrix((values, columns, ends), shape=(len(y), len(names)))
    found = _solve(x, np.array(y), np.array(shares), np.array(starts))
    weights = {name: (round(float(weight), 4),) for name, weight in zip(names, found, strict=True)}
    return Model(f"{role}_stacked", (role,), (0.0,), weights, 1.0)


def _solve(x: csr_matrix, y: Array, shares: Array, starts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Array:
    transposed = x.T.tocsr()

    def loss(weights: Array) -> tuple[float, Array]:
        p = grouped_softmax(x @ weights, starts)
        value = -float((shares * y * np.log(p + 1e-12)).sum()) + PENALTY / 2 * float(weights @ weights)
        return value, transposed @ (shares * (p - y)) + PENALTY * weights

    found: Array = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return found


def cross_fit_stacked(role: Role, cases: Sequence[StackedCase]) -> tuple[Model, list[Model]]:
    """The model of all cases and one for each fold that has not seen its articles."""
    folds = [fit_stacked(role, [case for case in cases if fold_of(case.article) != k]) for k in range(FOLDS)]
    return fit_stacked(role, cases), folds
