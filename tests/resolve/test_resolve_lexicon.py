"""Every pattern of the lexicon of resolution finds its examples and none of its counter-examples."""

import pytest
import re2

from ledger.lexicons.load import toml
from ledger.resolve.mentions import resolve_rules
from schemas import COMMITMENT_MEASURES, Measure

RULES = resolve_rules()
CUES = RULES["cue"]
ENTRIES = [*CUES, *({**entry, "pattern": RULES["pattern"][entry["name"]]} for entry in toml("resolve")["pattern"])]
EXAMPLES = [(entry["name"], entry["pattern"], text) for entry in ENTRIES for text in entry["example"]]
COUNTERS = [(entry["name"], entry["pattern"], text) for entry in ENTRIES for text in entry["counter"]]


@pytest.mark.parametrize(("name", "pattern", "text"), EXAMPLES, ids=[f"{name}: {text}" for name, _, text in EXAMPLES])
def test_a_pattern_finds_its_example(name: str, pattern: str, text: str) -> None:
    assert re2.search(pattern, text), name


@pytest.mark.parametrize(("name", "pattern", "text"), COUNTERS, ids=[f"{name}: {text}" for name, _, text in COUNTERS])
def test_a_pattern_does_not_find_its_counter_example(name: str, pattern: str, text: str) -> None:
    assert not re2.search(pattern, text), name


def test_every_measure_of_a_commitment_has_one_family() -> None:
    told = [measure for measures in RULES["family"].values() for measure in measures]
    assert sorted(told) == sorted(measure.value for measure in COMMITMENT_MEASURES)
    assert set(told) <= {measure.value for measure in Measure}


def test_every_cue_has_a_weight_and_its_own_name() -> None:
    names = [cue["name"] for cue in CUES]
    assert len(names) == len(set(names))
    assert set(names) <= set(RULES["weights"]["change"])
