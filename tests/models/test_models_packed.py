"""The packed form of a linear model against the plain one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.models.linear import Model, model
from ledger.models.packed import MAX_CACHED, FeatureBundle, PackedWeights, pack, packed_model

FEATURES = tuple("abcdefgh")
WEIGHTS = st.integers(-90_000, 90_000).map(lambda steps: steps / 10_000)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A model of one to five labels; some features have no weight."""
    size = draw(st.integers(1, 5))
    row = st.tuples(*[WEIGHTS] * size)
    weights = draw(st.dictionaries(st.sampled_from(FEATURES), row, max_size=6))
    temperature = draw(st.sampled_from([0.5, 1.0, 1.37]))
    return Model("test", tuple(f"label{n}" for n in range(size)), draw(row), weights, temperature)


NAMES = st.lists(st.sampled_from(FEATURES), max_size=8)


def close(one: dict[str, float], other: dict[str, float]) -> bool:
    return list(one) == list(other) and all(one[label] == pytest.approx(other[label], abs=1e-9) for label in one)


@given(models(), st.lists(NAMES, max_size=4), NAMES, NAMES)
def test_counted_features_have_the_same_probabilities(
    plain: Model, bundles: list[list[str]], single: list[str], further: list[str]
) -> None:
    packed = packed_model(plain)
    counted: dict[str, float] = {}
    for feature in (*(name for bundle in bundles for name in bundle), *single, *further):
        counted[feature] = counted.get(feature, 0.0) + 1.0
    more = sum(packed.weights[feature] for feature in further)
    asked = [FeatureBundle(bundle) for bundle in bundles]
    for _ in range(2):  # computed, then from the caches
        assert close(packed.probabilities(asked, single, more), plain.probabilities(counted))


@given(models(), st.dictionaries(st.sampled_from(FEATURES), st.integers(-5000, 5000)))
def test_shares_have_the_probabilities_of_the_features_that_they_stand_for(plain: Model, steps: dict[str, int]) -> None:
    named = replace(plain, weights={f"1own={feature}": row for feature, row in plain.weights.items()})
    packed = packed_model(named)
    found = packed.probabilities_of_shares(packed.share_sum([("1own", list(steps.items())), ("1doc", [("a", 5)])]))
    assert close(found, named.probabilities({f"1own={feature}": value / 1000 for feature, value in steps.items()}))


@given(models(), NAMES)
def test_the_weights_of_a_bundle_are_summed(plain: Model, bundle: list[str]) -> None:
    found = packed_model(plain).bundle_weights[FeatureBundle(bundle)]
    held = [plain.weights[feature] for feature in bundle if feature in plain.weights]
    assert found == pytest.approx([sum(column) for column in zip(*held, strict=True)])


@pytest.mark.parametrize("name", ["measure_money", "measure_number", "measure_percent", "stage"])
def test_committed_weights_fit_the_packed_form(name: str) -> None:
    plain = model(name)
    features = list(plain.weights)[::97]
    assert close(packed_model(plain).probabilities((), features), plain.probabilities(dict.fromkeys(features, 1.0)))


def test_lanes_of_either_sign_add_up() -> None:
    assert pack((1.5, -2.0)) + pack((-1.5, 2.25)) == pack((0.0, 0.25))


def test_a_full_cache_is_cleared_and_still_right() -> None:
    weights = PackedWeights({"a": (1.0,)}, 32)
    for number in range(MAX_CACHED + 1):
        assert weights[f"unknown {number}"] == 0
    assert len(weights) == 1
    assert weights["a"] == pack((1.0,))
