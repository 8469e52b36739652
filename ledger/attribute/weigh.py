"""Weigh named features: a multinomial logistic model whose weights are a lexicon file, at run time a dot product.

p(label) = softmax((b + Σ x_f · w_f) / T), with T the temperature that calibrates the probabilities on held-out articles
(Guo et al., "On Calibration of Modern Neural Networks", 2017).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

from ledger.lexicons import json_data

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Labels, and for each named feature one weight a label."""

    name: str
    labels: tuple[str, ...]
    intercept: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    temperature: float

    def scores(self, features: Features) -> list[float]:
        """The sums of the weights, one a label; features without a weight add nothing."""
        weights = self.weights
        rows = [self.intercept]
        for feature, value in features.items():
            row = weights.get(feature)
            if row is not None:
                rows.append(row if value == 1.0 else tuple([weight * value for weight in row]))
        return [sum(column) for column in zip(*rows, strict=True)]  # columns at once: ten times as fast as cell by cell

    def probabilities(self, features: Features) -> dict[str, float]:
        """Calibrated probability of each label."""
        return dict(zip(self.labels, softmax([score / self.temperature for score in self.scores(features)]), strict=True))

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
    """A model from the contents of a weights file."""
    return Model(
        data["name"],
        tuple(data["labels"]),
        tuple(data["intercept"]),
        {feature: tuple(row) for feature, row in data["weights"].items()},
        data["temperature"],
    )


@cache
def model(name: str) -> Model:
    """The model of `ledger/lexicons/weights/NAME.json`."""
    return model_from(json_data(f"weights/{name}"))
