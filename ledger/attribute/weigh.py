"""Weigh named features: a multinomial logistic model whose weights are a lexicon file, at run time a dot product.

p(label) = softmax((b + Σ x_f · w_f) / T), with T the temperature that calibrates the probabilities on held-out articles
(Guo et al., "On Calibration of Modern Neural Networks", 2017).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import exp
from operator import mul
from sys import intern
from typing import Any

from ledger.lexicons import json_data

Features = Mapping[str, float]
Bundle = tuple[str, ...]
MOST_ROWS = 100_000
"""Bundles whose rows a model keeps; past this it begins anew."""


@dataclass(frozen=True, slots=True, eq=False)  # the same only as the same object: weights are large
class Model:
    """Labels, and for each named feature one weight a label."""

    name: str
    labels: tuple[str, ...]
    intercept: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    temperature: float
    rows: dict[Bundle, tuple[float, ...]] = field(default_factory=dict, repr=False)
    """The summed weights of bundles that were asked for before."""

    def scores(self, features: Features) -> list[float]:
        """The sums of the weights, one a label; features without a weight add nothing."""
        weights = self.weights
        held = [(row, value) for feature, value in features.items() if (row := weights.get(feature)) is not None]
        values = (1.0, *[value for _, value in held])
        columns = zip(self.intercept, *[row for row, _ in held], strict=True)  # columns at once: ten times as fast as cell by cell
        return [sum(map(mul, column, values)) for column in columns]

    def probabilities(self, features: Features) -> dict[str, float]:
        """Calibrated probability of each label."""
        return dict(zip(self.labels, softmax([score / self.temperature for score in self.scores(features)]), strict=True))

    def row(self, bundle: Bundle) -> tuple[float, ...]:
        """The summed weights of features that always come together, one a label; empty where none of them has a weight."""
        found = self.rows.get(bundle)
        if found is None:
            if len(self.rows) >= MOST_ROWS:
                self.rows.clear()
            held = [row for feature in bundle if (row := self.weights.get(feature)) is not None]
            found = self.rows[bundle] = tuple([sum(column) for column in zip(*held, strict=True)])
        return found

    def told(self, bundles: Iterable[Bundle], loose: Iterable[str]) -> dict[str, float]:
        """Calibrated probability of each label, of bundles and single features, each counted as often as it is told."""
        known, weights, heat = self.rows, self.weights, self.temperature
        rows = [
            self.intercept,
            *[row for bundle in bundles if (row := known[bundle] if bundle in known else self.row(bundle))],
            *[weight for feature in loose if (weight := weights.get(feature)) is not None],
        ]
        return dict(zip(self.labels, softmax([sum(column) / heat for column in zip(*rows, strict=True)]), strict=True))

    def shares(self, features: Features, label: str, most: int = 8) -> list[tuple[str, float]]:
        """The features that spoke loudest for or against `label`, against the mean of all labels."""
        column = self.labels.index(label)
        rows = [(f, (w[column] - sum(w) / len(w)) * value) for f, value in features.items() if (w := self.weights.get(f)) is not None]
        return sorted(rows, key=lambda row: (-abs(row[1]), row[0]))[:most]


def softmax(scores: list[float]) -> list[float]:
    """Probabilities in proportion to exp(score); the greatest is taken off first, so that nothing overflows."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def model_from(data: Mapping[str, Any]) -> Model:
    """A model from the contents of a weights file; equal weights are one number, so that a row is read from the processor's own memory."""
    numbers: dict[float, float] = {}
    weights = {intern(feature): tuple([numbers.setdefault(weight, weight) for weight in row]) for feature, row in data["weights"].items()}
    return Model(data["name"], tuple(data["labels"]), tuple(data["intercept"]), weights, data["temperature"])


@lru_cache(maxsize=16)
def margins(weights: Model) -> Mapping[str, float]:
    """For a model of "no" and "yes": how much each feature speaks for yes, in log odds; the intercept's stands at ""."""
    no, yes = weights.labels.index("no"), weights.labels.index("yes")
    heat = weights.temperature
    found = {feature: (row[yes] - row[no]) / heat for feature, row in weights.weights.items()}
    found[""] = (weights.intercept[yes] - weights.intercept[no]) / heat
    return found


@cache
def model(name: str) -> Model:
    """The model of `ledger/lexicons/weights/NAME.json`."""
    return model_from(json_data(f"weights/{name}"))
