"""Sums that are no pledge: every cue fits its examples and none of its counter-examples, and ledgers tell the kind."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import re2

import ledger
from ledger.lexicons.no_pledge import is_plainly_no_pledge, no_pledge_rules
from ledger.resolve.no_pledge import no_pledge_words
from schemas import COMMITMENT_MEASURES, Measure

RULES = no_pledge_rules()
EXAMPLES = [(cue, text) for cue in RULES["cues"] for text in cue["example"]]
COUNTERS = [(cue, text) for cue in RULES["cues"] for text in cue["counter"]]
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "no_pledge.toml").read_text(encoding="utf-8"))["case"]
TEXTS = [(case["kind"], case["sum"], text) for case in CASES for text in case["text"]]


def sides(text: str) -> dict[str, str]:
    """What stands before and after the sum in brackets."""
    before, _, rest = text.lower().partition("[")
    return {"before": before, "after": rest.partition("]")[2]}


@pytest.mark.parametrize(("cue", "text"), EXAMPLES, ids=[text for _, text in EXAMPLES])
def test_a_cue_tells_the_kind_of_its_example(cue: dict[str, Any], text: str) -> None:
    row = pl.DataFrame([{"claim_id": "a", **sides(text), "committing": cue["plain"]}])
    [told] = no_pledge_words(row)["told"]
    assert told.partition(":")[0] == cue["kind"]
    assert "“”" not in told


@pytest.mark.parametrize(("cue", "text"), COUNTERS, ids=[text for _, text in COUNTERS])
def test_a_cue_is_not_in_its_counter_example(cue: dict[str, Any], text: str) -> None:
    assert not re2.search(cue["pattern"], sides(text)[cue["where"]])


@pytest.mark.parametrize(("cue", "text"), EXAMPLES, ids=[text for _, text in EXAMPLES])
def test_plain_words_are_found_in_a_text_too(cue: dict[str, Any], text: str) -> None:
    start, end = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    assert is_plainly_no_pledge(plain, start, end, (0, len(plain))) or not cue["plain"]


def test_the_data_names_what_there_is() -> None:
    measures = {measure.value for measure in Measure} - {measure.value for measure in COMMITMENT_MEASURES}
    assert {*RULES["vague"], *RULES["measures"]} <= measures
    assert {*RULES["measures"].values(), *(cue["kind"] for cue in RULES["cues"])} == set(RULES["kinds"])


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each text of the cases what becomes of its sum: its `because` as a statistic, or "pledge"."""
    folder = tmp_path_factory.mktemp("no_pledge")
    for number, (_, _, text) in enumerate(TEXTS):
        (folder / f"{number}.txt").write_text(f"{text}\n", encoding="utf-8")
    book = ledger.open(folder / "kinds.ledger")
    book.ingest(folder, published=date(2025, 3, 3), attributor="fast")
    rows = book.rows().filter(pl.col("kind") == "money").sort("start").unique("source", keep="first")
    told = {Path(row["source"]).stem: row for row in rows.iter_rows(named=True)}
    statistic = ("statistic", "undecided")
    return {
        text: told[str(number)]["because"] if told[str(number)]["exclusion_reason"] in statistic else "pledge"
        for number, (_, _, text) in enumerate(TEXTS)
    }


@pytest.mark.parametrize(("kind", "sum_said", "text"), TEXTS, ids=[text for _, _, text in TEXTS])
def test_a_ledger_tells_the_kind(reasons: dict[str, str], kind: str, sum_said: str, text: str) -> None:
    assert sum_said in text
    assert reasons[text].partition(":")[0] == kind
