"""Sums of many payers: every shape of the lexicon fits its examples and none of its counter-examples."""

import polars as pl
import pytest
import re2

from ledger.lexicons.load import toml
from ledger.resolve.payers import has_many_payers, is_over_a_span, payer_rules
from schemas import COMMITMENT_MEASURES, NameType

ENTRIES = payer_rules()["payers"]
EXAMPLES = [(entry["name"], text, True) for entry in ENTRIES for text in entry["example"]]
COUNTERS = [(entry["name"], text, False) for entry in ENTRIES for text in entry["counter"]]
SPAN = toml("payers")["span"]


def told(text: str) -> bool:
    before, _, rest = text.lower().rpartition("[")  # of several sums the last
    after = rest.partition("]")[2]
    row = {"before": before, "after": after, "spans": False, "types": []}
    schema = {"before": pl.String, "after": pl.String, "spans": pl.Boolean, "types": pl.List(pl.String)}
    return bool(pl.DataFrame([row], schema=schema).select(is_over_a_span() & has_many_payers()).item())


@pytest.mark.parametrize(
    ("name", "text", "expected"), [*EXAMPLES, *COUNTERS], ids=[text for _, text, _ in [*EXAMPLES, *COUNTERS]]
)
def test_a_shape(name: str, text: str, expected: bool) -> None:
    assert told(text) is expected, name


@pytest.mark.parametrize("text", [*SPAN["example"], *SPAN["counter"]])
def test_a_span(text: str) -> None:
    assert bool(re2.search(payer_rules()["span"], text)) is (text in SPAN["example"])


def test_a_firm_that_is_named_is_no_many_payers() -> None:
    schema = {"before": pl.String, "after": pl.String, "spans": pl.Boolean, "types": pl.List(pl.String)}
    words = ("private equity firms such as orrin have announced ", " of deals this year.")
    rows = pl.DataFrame([(*words, False, [kind]) for kind in ("company", "country")], schema=schema, orient="row")
    assert rows.select(is_over_a_span() & has_many_payers()).to_series().to_list() == [False, True]


def test_the_data_names_what_there_is() -> None:
    inside = [measure for measures in payer_rules()["inside"].values() for measure in measures]
    assert sorted(inside) == sorted(measure.value for measure in COMMITMENT_MEASURES)
    assert {kind for entry in ENTRIES for kind in entry["actors"]} <= {kind.value for kind in NameType}
