"""Every pattern of the lexicon of resolution finds its examples and none of its counter-examples."""

import pytest
import re2

from ledger.lexicons.load import toml
from schemas import COMMITMENT_MEASURES, Measure

CUES = toml("resolve")["cue"]
PAIRS = [(cue, example) for cue in CUES for example in cue["example"]]
COUNTERS = [(cue, counter) for cue in CUES for counter in cue["counter"]]


@pytest.mark.parametrize(("cue", "example"), PAIRS, ids=[f"{cue['name']}: {example}" for cue, example in PAIRS])
def test_a_cue_finds_its_example(cue: dict[str, str], example: str) -> None:
    assert re2.search(cue["pattern"], example)


@pytest.mark.parametrize(("cue", "counter"), COUNTERS, ids=[f"{cue['name']}: {counter}" for cue, counter in COUNTERS])
def test_a_cue_does_not_find_its_counter_example(cue: dict[str, str], counter: str) -> None:
    assert not re2.search(cue["pattern"], counter)


def test_every_measure_of_a_commitment_has_one_family() -> None:
    told = [measure for measures in toml("resolve")["family"].values() for measure in measures]
    assert sorted(told) == sorted(measure.value for measure in COMMITMENT_MEASURES)
    assert set(told) <= {measure.value for measure in Measure}


def test_every_cue_has_a_weight_and_a_name_of_its_own() -> None:
    names = [cue["name"] for cue in CUES]
    assert len(names) == len(set(names))
    assert set(names) <= set(toml("resolve")["weights"]["change"])
