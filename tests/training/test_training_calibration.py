"""Temperatures of names, fitted from reliability."""

import math

import pytest

pytest.importorskip("scipy", reason="the extra `weights` is not installed")

from training.network.calibration import calibrated, temperature_of, tempered


def settings(*actors: tuple[float, float, float]) -> dict[str, object]:
    told = {"dev": {"measure": [[5, 0.9, 0.2]], "actor": [list(row) for row in actors], "recipient": [[9, 0.75, 0.75]]}}
    temperature = {"measure": 1.5, "actor": 1.2, "recipient": 0.8}
    return {"temperature": temperature, "null_threshold": {"actor": 0.5}, "note": {"data": "x", "reliability": told}}


def test_confidences_come_closest_to_the_shares_that_are_right() -> None:
    overconfident = settings((100, 0.9, 0.75), (100, 0.1, 0.25))
    made = calibrated(overconfident)
    assert made["temperature"] == {"measure": 1.5, "actor": 2.4, "recipient": 0.8}
    assert made["note"]["reliability"]["dev"] == {
        "measure": [[5, 0.9, 0.2]],
        "actor": [[100, 0.75, 0.75], [100, 0.25, 0.25]],
        "recipient": [[9, 0.75, 0.75]],
    }
    assert (made["null_threshold"], made["note"]["data"]) == ({"actor": 0.5}, "x")


def test_what_is_calibrated_stays_as_it_is() -> None:
    once = calibrated(settings((40, 0.95, 0.7), (10, 0.5, 0.6), (30, 0.31, 0.3)))
    again = calibrated(once)
    assert math.isclose(again["temperature"]["actor"], once["temperature"]["actor"], rel_tol=0.01)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_a_confidence_of_none_or_all_is_held_within_four_digits(confidence: float) -> None:
    assert abs(tempered(confidence, 1.0) - confidence) <= 1e-4
    assert temperature_of([(3, confidence, 0.5), (3, 0.5, 0.5)]) > 1
