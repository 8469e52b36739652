"""Softmax regression in which a family of features may share one weight: "n words before stands a noun of measure M" speaks for M, whichever M is.

A feature named `FAMILY=LABELrest` is tied: besides its own weights, it has the family's (`FAMILY` + `rest`) for its label. The tied weight is learned
from all labels together, so that a rare label profits from the common ones; own weights are drawn to nought more strongly.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags

from ledger.models.linear import Model
from training.linear.crossfold import Example

LABEL = re.compile(r"([a-z_]+)(.*)$")
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly weights may grow (inverse L2), in how many articles a feature must be seen, and a scale for each feature by its name."""

    own: float = 0.1
    tied: float = 30.0
    least: int = 3
    scale: Callable[[str], float] = lambda _: 1.0
    rounds: int = 300


def family(feature: str, labels: Sequence[str]) -> tuple[str, str] | None:
    """The family and the label of a tied feature, or null.

    >>> family("mn=loan>n", ["grant", "loan"])
    ('mn>n', 'loan')
    """
    head, equals, tail = feature.partition("=")
    match = LABEL.match(tail) if equals else None
    return (head + match.group(2), match.group(1)) if match and match.group(1) in labels else None


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as a sparse matrix with its column names, right labels and weights."""

    x: csr_matrix
    names: Sequence[str]
    labels: Sequence[str]
    y: NDArray[np.int64]
    weights: Array


def table_of(examples: Sequence[Example], least: int) -> Table:
    """The table of `examples`, without the features that fewer than `least` articles have."""
    seen: dict[str, set[str]] = {}
    for example in examples:
        for feature in example.features:
            seen.setdefault(feature, set()).add(example.article)
    names = sorted(feature for feature, where in seen.items() if len(where) >= least)
    column = {feature: number for number, feature in enumerate(names)}
    ends, columns, values = [0], [], []
    for example in examples:
        for feature, value in example.features.items():
            if feature in column:
                columns.append(column[feature])
                values.append(value)
        ends.append(len(columns))
    labels = sorted({example.label for example in examples})
    y = np.array([labels.index(example.label) for example in examples])
    x = csr_matrix((values, columns, ends), shape=(len(examples), len(names)))
    return Table(x, names, labels, y, np.array([example.weight for example in examples]))


def fit_tied(name: str, examples: Sequence[Example], settings: Settings) -> Model:
    """A model of `examples` with tied families."""
    table = table_of(examples, settings.least)
    scales = np.array([settings.scale(feature) for feature in table.names])
    weights, intercept = _solve(table, scales, settings)
    rows = {
        feature: tuple(round(float(w), 3) for w in weights[number])
        for number, feature in enumerate(table.names)
        if np.abs(weights[number]).max() >= 0.01
    }
    return Model(name, tuple(table.labels), tuple(round(float(b), 3) for b in intercept), rows, 1.0)


def _solve(table: Table, scales: Array, settings: Settings) -> tuple[Array, Array]:
    size, width = table.x.shape[1], len(table.labels)
    ties: dict[str, int] = {}
    tied = [(j, tie) for j, feature in enumerate(table.names) if (tie := family(feature, table.labels))]
    rows = np.array([j for j, _ in tied], dtype=int)
    columns = np.array([table.labels.index(tie[1]) for _, tie in tied], dtype=int)
    groups = np.array([ties.setdefault(tie[0], len(ties)) for _, tie in tied], dtype=int)
    x, xt = table.x, table.x.T.tocsr()
    scaled = (x @ diags(scales)).tocsr()
    scaled_t = scaled.T.tocsr()
    right = np.zeros((x.shape[0], width))
    right[np.arange(x.shape[0]), table.y] = 1

    def spread(shared: Array) -> Array:
        out = np.zeros((size, width))
        out[rows, columns] = shared[groups] if len(groups) else 0
        return out

    def loss(v: Array) -> tuple[float, Array]:
        own, intercept, shared = (
            v[: size * width].reshape(size, width),
            v[size * width : size * width + width],
            v[size * width + width :],
        )
        z = scaled @ own + intercept + x @ spread(shared)
        z -= z.max(axis=1, keepdims=True)
        powers = np.exp(z)
        sums = powers.sum(axis=1, keepdims=True)
        rest = (powers / sums - right) * table.weights[:, None]
        value = -(table.weights * (z[np.arange(len(z)), table.y] - np.log(sums[:, 0]))).sum()
        value += 0.5 / settings.own * (own * own).sum() + 0.5 / settings.tied * (shared * shared).sum()
        gradient = xt @ rest
        shared_gradient = (
            np.bincount(groups, weights=gradient[rows, columns], minlength=len(ties)) + shared / settings.tied
        )
        return float(value), np.concatenate(
            [(scaled_t @ rest + own / settings.own).ravel(), rest.sum(axis=0), shared_gradient]
        )

    found = minimize(
        loss,
        np.zeros(size * width + width + len(ties)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.rounds, "ftol": 1e-6},
    ).x
    own = found[: size * width].reshape(size, width) * scales[:, None]
    return own + spread(found[size * width + width :]), found[size * width : size * width + width]
