"""A conditional logit (McFadden, 1974) for a role: each figure chooses among its candidates and the null candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, diags

from ledger.attribute.roles.view import Role
from ledger.models.linear import Model
from training.linear.crossfold import FOLDS, fold_of
from training.linear.role_cases import Case

Array = NDArray[np.float64]
PENALTY = 50.0
"""The L2 penalty."""
SCALES: Mapping[Role, Mapping[str, float]] = {
    "actor": {
        "D": 0.5,
        "measure": 2,
        "group": 0.5,
        "opener": 0.4,
        "heading": 2,
        "inside": 2,
        "L ": 1.4,
        "recent": 0.4,
        "nobody": 0.4,
    },
    "recipient": {"measure": 2, "opener": 0.4, "heading": 2, "inside": 2, "L ": 1.4, "recent": 0.4},
}
"""How freely the weights of a family of features may grow, by the start of their names; tuned on held-out articles."""
LEAST_ARTICLES = 8
"""Features of fewer articles are left out."""
ZERO = 0.0005
"""Weights smaller than this are left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """Candidates as rows: features, share of being right, weight, and where the rows of each figure start."""

    x: csr_matrix
    names: Sequence[str]
    y: Array
    weights: Array
    starts: NDArray[np.int64]


def table_of(cases: Sequence[Case], role: Role, names: Sequence[str]) -> Table:
    """The table of the cases that have a right answer among their candidates."""
    columns = {name: number for number, name in enumerate(names)}
    indices: list[int] = []
    ends: list[int] = [0]
    y: list[float] = []
    weights: list[float] = []
    starts: list[int] = []
    for case in cases:
        right = case.right[role]
        if not right or not case.weight:
            continue
        starts.append(len(y))
        for number, row in enumerate(case.rows):
            indices += sorted({columns[feature] for feature in row if feature in columns})
            ends.append(len(indices))
            y.append(1 / len(right) if number in right else 0.0)
            weights.append(case.weight)
    x = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(y), len(columns)))
    return Table(x, names, np.array(y), np.array(weights), np.array(starts))


def frequent(cases: Sequence[Case]) -> list[str]:
    """The features of at least `LEAST_ARTICLES` articles, sorted."""
    seen: dict[str, set[str]] = {}
    for case in cases:
        for row in case.rows:
            for feature in row:
                seen.setdefault(feature, set()).add(case.article)
    return sorted(feature for feature, where in seen.items() if len(where) >= LEAST_ARTICLES)


def grouped_softmax(scores: Array, starts: NDArray[np.int64]) -> Array:
    """The softmax within the rows of each figure.

    >>> grouped_softmax(np.array([1.0, 1.0, 5.0]), np.array([0, 2])).tolist()
    [0.5, 0.5, 1.0]
    """
    sizes = np.diff([*starts, len(scores)])
    powers: Array = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    totals: Array = np.repeat(np.add.reduceat(powers, starts), sizes)
    return powers / totals


def fit_role(role: Role, cases: Sequence[Case]) -> Model:
    """The model of a role, with a temperature of one."""
    table = table_of(cases, role, frequent(cases))
    scales = np.array(
        [next((scale for start, scale in SCALES[role].items() if f.startswith(start)), 1.0) for f in table.names]
    )
    x = (table.x @ diags(scales)).tocsr()
    transposed = x.T.tocsr()

    def loss(weights: Array) -> tuple[float, Array]:
        p = grouped_softmax(x @ weights, table.starts)
        value = -float((table.weights * table.y * np.log(p + 1e-12)).sum()) + PENALTY / 2 * float(weights @ weights)
        return value, transposed @ (table.weights * (p - table.y)) + PENALTY * weights

    found = minimize(loss, np.zeros(len(table.names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x * scales
    kept = {feature: (round(float(w), 4),) for feature, w in zip(table.names, found, strict=True) if abs(w) >= ZERO}
    return Model(role, (role,), (0.0,), kept, 1.0)


def candidate_scores(model: Model, case: Case) -> list[float]:
    """The sum of the weights of each candidate and of the null candidate."""
    return [sum(model.weights[feature][0] for feature in row if feature in model.weights) for row in case.rows]


def role_temperature(role: Role, cases: Sequence[Case], folds: Sequence[Model]) -> float:
    """The temperature that calibrates held-out probabilities."""
    scored = [case for case in cases if case.right[role] and case.weight]
    rows = [
        (np.array(candidate_scores(folds[fold_of(case.article)], case)), sorted(case.right[role]), case.weight)
        for case in scored
    ]

    def loss(t: float) -> float:
        shares = ((w, grouped_softmax(s / t, np.array([0]))[right]) for s, right, w in rows)
        return -sum(w * float(np.log(np.mean(share) + 1e-12)) for w, share in shares)

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)


def cross_fit_role(role: Role, cases: Sequence[Case]) -> tuple[Model, list[Model]]:
    """The model of all cases and one for each fold, all with the held-out temperature."""
    folds = [fit_role(role, [case for case in cases if fold_of(case.article) != k]) for k in range(FOLDS)]
    t = role_temperature(role, cases, folds)
    calibrated = [Model(m.name, m.labels, m.intercept, m.weights, t) for m in [fit_role(role, cases), *folds]]
    return calibrated[0], calibrated[1:]
