"""A fast path for the linear model: the fixed-point weights of all labels in one integer, so that one addition adds
them all.

A row of weights is one long integer with a lane of 32 bits for each label (SIMD within a register), each weight in
hundred-thousandths. Such sums are exact in any order, so the sums of features that occur together can be kept and added
again. `Model` is the definition; a test holds the two to the same probabilities.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from struct import Struct

from ledger.models.linear import Model, softmax

LANE_BITS = 32
"""Bits of a label's lane: enough for sums below 21,000."""
WIDE_LANE_BITS = 64
"""Bits of a lane where weights are multiplied by feature values."""
WEIGHT_SCALE = 100_000
"""Fixed-point steps of a weight per unit; weight files have four decimals at most."""
VALUE_SCALE = 1000
"""Fixed-point steps of a feature value per unit."""
MAX_CACHED = 100_000
"""Rows that a cache keeps; a full cache is cleared."""


class FeatureBundle(tuple[str, ...]):
    """Features that always occur together; compared by identity, so that the cached sum is found at once."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


def pack(row: Iterable[float], lane_bits: int = LANE_BITS) -> int:
    """Weights, one per label, as one integer; such integers add up lane by lane."""
    return sum([round(weight * WEIGHT_SCALE) << (lane_bits * place) for place, weight in enumerate(row)])


class PackedWeights(dict[str, int]):
    """The packed weights of features, each packed on first use; features without a weight are zero."""

    __slots__ = ("lane_bits", "weights")

    def __init__(self, weights: Mapping[str, tuple[float, ...]], lane_bits: int) -> None:
        super().__init__()
        self.weights = weights
        self.lane_bits = lane_bits

    def __missing__(self, feature: str) -> int:
        if len(self) >= MAX_CACHED:
            self.clear()
        found = self[feature] = pack(self.weights.get(feature, ()), self.lane_bits)
        return found


class PackedBundles(dict[FeatureBundle, int]):
    """The packed sums of bundles, each added up on first use."""

    __slots__ = ("weights",)

    def __init__(self, weights: PackedWeights) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, bundle: FeatureBundle) -> int:
        if len(self) >= MAX_CACHED:
            self.clear()
        found = self[bundle] = sum([self.weights[feature] for feature in bundle])
        return found


class BundleWeights(dict[FeatureBundle, tuple[float, ...]]):
    """The summed weights of bundles, one per label, each added up on first use; empty where no feature has a weight."""

    __slots__ = ("weights",)

    def __init__(self, weights: Mapping[str, tuple[float, ...]]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, bundle: FeatureBundle) -> tuple[float, ...]:
        if len(self) >= MAX_CACHED:
            self.clear()
        held = [row for feature in bundle if (row := self.weights.get(feature)) is not None]
        found = self[bundle] = tuple([sum(column) for column in zip(*held, strict=True)])
        return found


class ShareWeights(dict[str, dict[str, int]]):
    """For each NAME of features NAME=LABEL the wide packed weights by LABEL, packed on first use."""

    __slots__ = ("weights",)

    def __init__(self, weights: Mapping[str, tuple[float, ...]]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, name: str) -> dict[str, int]:
        named = f"{name}="
        found = self[name] = {
            feature.removeprefix(named): pack(row, WIDE_LANE_BITS)
            for feature, row in self.weights.items()
            if feature.startswith(named)
        }
        return found


class PackedModel:
    """A linear model with packed weights and caches of their sums."""

    __slots__ = ("bundle_weights", "bundles", "model", "share_weights", "weights")

    def __init__(self, model: Model) -> None:
        self.model = model
        self.weights = PackedWeights(model.weights, LANE_BITS)
        self.bundles = PackedBundles(self.weights)
        self.share_weights = ShareWeights(model.weights)
        self.bundle_weights = BundleWeights(model.weights)

    def probabilities(
        self, bundles: Iterable[FeatureBundle], features: Iterable[str], packed_sum: int = 0
    ) -> dict[str, float]:
        """Calibrated probability of each label, for features that each count as often as they are given.

        `packed_sum` is the packed sum of further features.
        """
        total = sum(map(self.bundles.__getitem__, bundles), packed_sum) + sum(map(self.weights.__getitem__, features))
        return self._probabilities(total, LANE_BITS, 1)

    def share_sum(self, shares: Iterable[tuple[str, Iterable[tuple[str, int]]]]) -> int:
        """The packed sum of the features NAME=LABEL with their values, in steps of 1 / `VALUE_SCALE`, name by name."""
        total = 0
        for name, row in shares:
            weights = self.share_weights[name]
            for label, steps in row:
                total += weights.get(label, 0) * steps
        return total

    def probabilities_of_shares(self, total: int) -> dict[str, float]:
        """Calibrated probability of each label, by what `share_sum` gave."""
        return self._probabilities(total, WIDE_LANE_BITS, VALUE_SCALE)

    def _probabilities(self, total: int, lane_bits: int, value_scale: int) -> dict[str, float]:
        """The probabilities of a packed sum that lacks the intercept."""
        model = self.model
        offset, lanes = _packed_intercept(model.intercept, lane_bits, value_scale)
        scores = lanes.unpack((total + offset).to_bytes(lanes.size, "little"))
        # Without the half lane first, a float would keep only the upper bits of a wide lane.
        half, divisor = 1 << (lane_bits - 1), value_scale * WEIGHT_SCALE * model.temperature
        return dict(zip(model.labels, softmax([(score - half) / divisor for score in scores]), strict=True))


@lru_cache(maxsize=64)
def packed_model(model: Model) -> PackedModel:
    """The packed form of a model; the same model gives the same object, so that its caches are kept."""
    return PackedModel(model)


@lru_cache(maxsize=64)
def _packed_intercept(intercept: tuple[float, ...], lane_bits: int, value_scale: int) -> tuple[int, Struct]:
    """A packed intercept and the layout of its lanes.

    Half a lane is added to each label, so that no negative lane borrows from the next.
    """
    size = len(intercept)
    half = sum([1 << (lane_bits * place + lane_bits - 1) for place in range(size)])
    return pack(intercept, lane_bits) * value_scale + half, Struct(f"<{size}{'I' if lane_bits == LANE_BITS else 'Q'}")
