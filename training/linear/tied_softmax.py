"""Softmax regression in which the features of a family may share one weight, whatever their label.

"A noun of measure M stands n words before" speaks for M, whichever M is. A feature named `FAMILY=LABELrest` is tied:
beside its own weights it has the weight of the family (`FAMILY` + `rest`) for its label. The tied weight is learned
from all labels together, so that a rare label profits from the common ones; own weights are shrunk more strongly.
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
    """How a model is fitted."""

    own: float = 0.1
    """Inverse L2 penalty of own weights."""
    tied: float = 30.0
    """Inverse L2 penalty of tied weights."""
    least: int = 3
    """Features of fewer articles are left out."""
    scale: Callable[[str], float] = lambda _: 1.0
    """How freely the own weights of a feature may grow, by its name."""
    rounds: int = 300
    """Iterations at most."""


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


@dataclass(frozen=True, slots=True)
class Ties:
    """The tied features: their rows, the columns of their labels, and the numbers of their families."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    groups: NDArray[np.int64]
    families: int

    def spread(self, shared: Array, shape: tuple[int, int]) -> Array:
        """The weights of the families (`shared`) at the features and labels that have them."""
        out = np.zeros(shape)
        out[self.rows, self.columns] = shared[self.groups] if len(self.groups) else 0
        return out

    def gathered(self, gradient: Array) -> Array:
        """The gradient of the families' weights."""
        own = gradient[self.rows, self.columns]
        return np.bincount(self.groups, weights=own, minlength=self.families).astype(np.float64)


def ties_of(table: Table) -> Ties:
    """The tied features of a table."""
    numbers: dict[str, int] = {}
    tied = [(j, tie) for j, feature in enumerate(table.names) if (tie := family(feature, table.labels))]
    rows = np.array([j for j, _ in tied], dtype=np.int64)
    columns = np.array([table.labels.index(label) for _, (_, label) in tied], dtype=np.int64)
    groups = np.array([numbers.setdefault(name, len(numbers)) for _, (name, _) in tied], dtype=np.int64)
    return Ties(rows, columns, groups, len(numbers))


class TiedLoss:
    """The penalised log loss and its gradient, of own weights, intercepts and families' weights in one vector."""

    def __init__(self, table: Table, ties: Ties, scales: Array, settings: Settings) -> None:
        self.table, self.ties, self.settings = table, ties, settings
        self.shape = table.x.shape[1], len(table.labels)
        self.scaled = (table.x @ diags(scales)).tocsr()
        self.transposed, self.scaled_transposed = table.x.T.tocsr(), self.scaled.T.tocsr()
        self.right = np.zeros((table.x.shape[0], self.shape[1]))
        self.right[np.arange(table.x.shape[0]), table.y] = 1

    def parts(self, v: Array) -> tuple[Array, Array, Array]:
        """The own weights (features × labels), the intercepts and the families' weights of a vector."""
        size, width = self.shape
        return v[: size * width].reshape(size, width), v[size * width : size * width + width], v[size * width + width :]

    def __call__(self, v: Array) -> tuple[float, Array]:
        """The loss and its gradient."""
        own, intercept, shared = self.parts(v)
        table, settings = self.table, self.settings
        z = self.scaled @ own + intercept + table.x @ self.ties.spread(shared, self.shape)
        z -= z.max(axis=1, keepdims=True)
        powers = np.exp(z)
        sums = powers.sum(axis=1, keepdims=True)
        rest = (powers / sums - self.right) * table.weights[:, None]
        value = -(table.weights * (z[np.arange(len(z)), table.y] - np.log(sums[:, 0]))).sum()
        value += 0.5 / settings.own * (own * own).sum() + 0.5 / settings.tied * (shared * shared).sum()
        gradients = (
            (self.scaled_transposed @ rest + own / settings.own).ravel(),
            rest.sum(axis=0),
            self.ties.gathered(self.transposed @ rest) + shared / settings.tied,
        )
        return float(value), np.concatenate(gradients)


def _solve(table: Table, scales: Array, settings: Settings) -> tuple[Array, Array]:
    """The weights of all features (own and tied ones added up), and the intercepts."""
    ties = ties_of(table)
    loss = TiedLoss(table, ties, scales, settings)
    start = np.zeros(loss.shape[0] * loss.shape[1] + loss.shape[1] + ties.families)
    options = {"maxiter": settings.rounds, "ftol": 1e-6}
    own, intercept, shared = loss.parts(minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x)
    return own * scales[:, None] + ties.spread(shared, loss.shape), intercept
