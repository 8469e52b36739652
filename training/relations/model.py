"""Fit the model of relations: a conditional logit over each sum's options, with an L2 penalty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ledger.models.linear import Model
from ledger.relate.decide import NULL, PART, SAME
from training.relations.choices import Choice

Array = NDArray[np.float64]
PENALTY = 4.0
"""Strength of the L2 penalty; of 1, 4 and 8 the one with the best `counted` out of fold."""
LEAST_ARTICLES = 4
"""Features of fewer articles are left out."""
LEAST_WEIGHT = 0.01
"""Smaller weights are left out of the file."""
LABELS = (NULL, PART, SAME)


@dataclass(frozen=True, slots=True)
class Table:
    """The options of all choices as rows, the first of each choice being null."""

    x: csr_matrix
    starts: NDArray[np.int64]
    """The first row of each choice."""
    right: Array
    """One where the option is right."""
    weights: Array
    """One a choice."""


def columns_of(choices: Sequence[Choice]) -> dict[tuple[str, str], int]:
    """(label, feature) → column, of the features that enough articles have."""
    seen: dict[tuple[str, str], set[str]] = {}
    for choice in choices:
        for feature in choice.null:
            seen.setdefault((NULL, feature), set()).add(choice.article)
        for kind, _, features in choice.options:
            for feature in features:
                seen.setdefault((kind, feature), set()).add(choice.article)
    kept = sorted(key for key, articles in seen.items() if len(articles) >= LEAST_ARTICLES)
    return {key: column for column, key in enumerate(kept)}


def table_of(choices: Sequence[Choice], columns: dict[tuple[str, str], int]) -> Table:
    """The table of `choices`."""
    indices: list[int] = []
    ends: list[int] = [0]
    starts: list[int] = []
    right: list[float] = []
    for choice in choices:
        starts.append(len(right))
        rows = [(NULL, choice.null), *((kind, features) for kind, _, features in choice.options)]
        for kind, features in rows:
            indices += sorted({columns[kind, feature] for feature in features if (kind, feature) in columns})
            ends.append(len(indices))
        right += [0.0 if any(choice.right) else 1.0, *map(float, choice.right)]
    x = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(right), len(columns)))
    return Table(x, np.array(starts), np.array(right), np.array([choice.weight for choice in choices]))


def fit_relations(choices: Sequence[Choice]) -> Model:
    """The model of `choices`: the probability of the right options together is made as large as it can be."""
    columns = columns_of(choices)
    table = table_of(choices, columns)
    sizes = np.diff([*table.starts, table.x.shape[0]])
    turned = table.x.T.tocsr()
    spread = np.repeat(table.weights, sizes)

    def loss(vector: Array) -> tuple[float, Array]:
        scores = table.x @ vector
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, table.starts), sizes))
        total = np.add.reduceat(powers, table.starts)
        hit = np.maximum(np.add.reduceat(powers * table.right, table.starts), 1e-300)
        value = -float((table.weights * np.log(hit / total)).sum()) + PENALTY / 2 * float(vector @ vector)
        slope = powers / np.repeat(total, sizes) - powers * table.right / np.repeat(hit, sizes)
        return value, turned @ (spread * slope) + PENALTY * vector

    found = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    rows: dict[str, list[float]] = {}
    for (label, feature), column in columns.items():
        if abs(found[column]) >= LEAST_WEIGHT:
            rows.setdefault(feature, [0.0] * len(LABELS))[LABELS.index(label)] = round(float(found[column]), 3)
    weights = {feature: tuple(row) for feature, row in sorted(rows.items())}
    return Model("relations", LABELS, (0.0,) * len(LABELS), weights, 1.0)
