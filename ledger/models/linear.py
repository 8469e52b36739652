"""Weigh named features: a multinomial logistic model whose weights are a file, at run time a dot product.

p(label) = softmax((b + Σ x_f · w_f) / T), with T the temperature that calibrates the probabilities on held-out articles
(Guo et al., "On Calibration of Modern Neural Networks", 2017).

Where features are counted and not measured, the weights of all labels are added at once: a row of weights is one long integer, a lane of 32 bits a
label, each weight in hundred-thousandths. Such sums are exact, whatever their order, so parts of them can be kept and added again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import exp
from operator import mul
from struct import Struct
from sys import intern
from typing import Any

from ledger.models.files import model_data

Features = Mapping[str, float]


class FeatureBundle(tuple[str, ...]):
    """Features that always come together; the same only as the same object, so that what they add up to is found at once."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


MOST_ROWS = 100_000
"""Bundles whose rows a model keeps; past this it begins anew."""
LANE = 32
"""Bits of the sum of one label, in a packed row."""
WIDE = 64
"""Bits of the sum of one label where weights are multiplied by measured features."""
STEPS = 100_000
"""Steps of a packed weight to one; weights files tell ten-thousandths at most."""
PARTS = 1000
"""Steps of a measured feature to one."""


def packed(row: Iterable[float], lane: int = LANE) -> int:
    """Weights, one a label, as one integer; such integers add up lane by lane."""
    return sum([round(weight * STEPS) << (lane * place) for place, weight in enumerate(row)])


class Lanes(dict[str, int]):
    """The packed weights of features, each packed when it is first asked for; features without a weight add nothing."""

    __slots__ = ("lane", "weights")

    def __init__(self, weights: Mapping[str, tuple[float, ...]], lane: int) -> None:
        super().__init__()
        self.weights = weights
        self.lane = lane

    def __missing__(self, feature: str) -> int:
        if len(self) >= MOST_ROWS:
            self.clear()
        found = self[feature] = packed(self.weights.get(feature, ()), self.lane)
        return found


class Sums(dict[FeatureBundle, int]):
    """The packed sums of bundles, each added up when it is first asked for."""

    __slots__ = ("lanes",)

    def __init__(self, lanes: Lanes) -> None:
        super().__init__()
        self.lanes = lanes

    def __missing__(self, bundle: FeatureBundle) -> int:
        if len(self) >= MOST_ROWS:
            self.clear()
        found = self[bundle] = sum([self.lanes[feature] for feature in bundle])
        return found


class Rows(dict[FeatureBundle, tuple[float, ...]]):
    """The summed weights of bundles, one a label, each added up when it is first asked for; empty where no feature has a weight."""

    __slots__ = ("weights",)

    def __init__(self, weights: Mapping[str, tuple[float, ...]]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, bundle: FeatureBundle) -> tuple[float, ...]:
        if len(self) >= MOST_ROWS:
            self.clear()
        held = [row for feature in bundle if (row := self.weights.get(feature)) is not None]
        found = self[bundle] = tuple([sum(column) for column in zip(*held, strict=True)])
        return found


@dataclass(frozen=True, slots=True, eq=False)  # the same only as the same object: weights are large
class Model:
    """Labels, and for each named feature one weight a label."""

    name: str
    labels: tuple[str, ...]
    intercept: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    temperature: float
    rows: Rows = field(init=False, repr=False)
    """The summed weights of bundles."""
    lanes: Lanes = field(init=False, repr=False)
    """The packed weights of features."""
    sums: Sums = field(init=False, repr=False)
    """The packed sums of bundles."""
    wide: Lanes = field(init=False, repr=False)
    """The packed weights of features that are measured."""

    def __post_init__(self) -> None:
        lanes = Lanes(self.weights, LANE)
        for name, value in (
            ("rows", Rows(self.weights)),
            ("lanes", lanes),
            ("sums", Sums(lanes)),
            ("wide", Lanes(self.weights, WIDE)),
        ):
            object.__setattr__(self, name, value)

    def scores(self, features: Features) -> list[float]:
        """The sums of the weights, one a label; features without a weight add nothing."""
        weights = self.weights
        held = [(row, value) for feature, value in features.items() if (row := weights.get(feature)) is not None]
        values = (1.0, *[value for _, value in held])
        columns = zip(
            self.intercept, *[row for row, _ in held], strict=True
        )  # columns at once: ten times as fast as cell by cell
        return [sum(map(mul, column, values)) for column in columns]

    def probabilities(self, features: Features) -> dict[str, float]:
        """Calibrated probability of each label."""
        return dict(
            zip(self.labels, softmax([score / self.temperature for score in self.scores(features)]), strict=True)
        )

    def told(self, bundles: Iterable[FeatureBundle], loose: Iterable[str], more: int = 0) -> dict[str, float]:
        """Calibrated probability of each label, of bundles and single features, each counted as often as it is told; `more` is a packed sum."""
        total = sum(map(self.sums.__getitem__, bundles), more) + sum(map(self.lanes.__getitem__, loose))
        return self._shared(total, LANE, 1)

    def measured(self, features: Features) -> dict[str, float]:
        """Calibrated probability of each label, of features whose values are whole thousandths."""
        wide = self.wide
        return self._shared(
            sum([wide[feature] * round(value * PARTS) for feature, value in features.items()]), WIDE, PARTS
        )

    def _shared(self, total: int, lane: int, parts: int) -> dict[str, float]:
        """The probabilities that a packed sum, without the intercept, stands for."""
        base, lanes = opened(self.intercept, lane, parts)
        scores = lanes.unpack((total + base).to_bytes(lanes.size, "little"))
        heat = parts * STEPS * self.temperature
        return dict(zip(self.labels, softmax([score / heat for score in scores]), strict=True))

    def contributions(self, features: Features, label: str, most: int = 8) -> list[tuple[str, float]]:
        """The features that spoke loudest for or against `label`, against the mean of all labels."""
        column = self.labels.index(label)
        rows = [
            (f, (w[column] - sum(w) / len(w)) * value)
            for f, value in features.items()
            if (w := self.weights.get(f)) is not None
        ]
        return sorted(rows, key=lambda row: (-abs(row[1]), row[0]))[:most]


@lru_cache(maxsize=64)
def opened(intercept: tuple[float, ...], lane: int, parts: int) -> tuple[int, Struct]:
    """A packed intercept with half a lane added to each label, so that no lane of a sum borrows from the next, and what takes its lanes apart."""
    size = len(intercept)
    half = sum([1 << (lane * place + lane - 1) for place in range(size)])
    return packed(intercept, lane) * parts + half, Struct(f"<{size}{'I' if lane == LANE else 'Q'}")


def softmax(scores: list[float]) -> list[float]:
    """Probabilities in proportion to exp(score); the greatest is taken off first, so that nothing overflows."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def model_from(data: Mapping[str, Any]) -> Model:
    """A model from the contents of a weights file; equal weights are one number, so that a row is read from the processor's own memory."""
    numbers: dict[float, float] = {}
    weights = {
        intern(feature): tuple([numbers.setdefault(weight, weight) for weight in row])
        for feature, row in data["weights"].items()
    }
    return Model(data["name"], tuple(data["labels"]), tuple(data["intercept"]), weights, data["temperature"])


@lru_cache(maxsize=16)
def log_odds_weights(weights: Model) -> Mapping[str, float]:
    """For a model of "no" and "yes": how much each feature speaks for yes, in log odds; the intercept's stands at ""."""
    no, yes = weights.labels.index("no"), weights.labels.index("yes")
    heat = weights.temperature
    found = {feature: (row[yes] - row[no]) / heat for feature, row in weights.weights.items()}
    found[""] = (weights.intercept[yes] - weights.intercept[no]) / heat
    return found


@cache
def model(name: str) -> Model:
    """The model of `ledger/models/weights/NAME.json`."""
    return model_from(model_data(f"weights/{name}"))
