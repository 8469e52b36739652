"""What must hold of the totals of any ledger."""

import importlib.util
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.resolve import resolve, settled
from ledger.total import totals

SPEC = importlib.util.spec_from_file_location(
    "resolve_properties", Path(__file__).parents[1] / "resolve" / "test_resolve_properties.py"
)
assert SPEC is not None
assert SPEC.loader is not None
LEDGERS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LEDGERS)

ENDS = ("low", "stated", "high")
COLUMNS = ["actor", "recipient", "field", "measure", "stage", "currency", "year", "quarter", "month"]


def book(claims: pl.DataFrame, documents: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    found = settled(resolve(claims, documents))
    return found.commitments, found.memberships, claims, documents


def high(row: dict[str, Any]) -> Decimal:
    return Decimal("Infinity") if row["high"] is None else row["high"]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(
    ledger=LEDGERS.ledgers,
    by=st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True),
    parts=st.sampled_from(["inside", "shown"]),
)
def test_partitions_add_up_and_intervals_are_ordered(factory: Any, ledger: Any, by: list[str], parts: Any) -> None:
    frames = book(*LEDGERS.built(factory, ledger))
    rows, whole = totals(*frames, by=by, parts=parts), totals(*frames).row(0, named=True)
    assert rows["low"].sum() == whole["low"]
    assert rows["stated"].sum() == whole["stated"]
    assert (whole["high"] is None) == rows["open_ended"].any()
    if whole["high"] is not None:
        assert rows["high"].sum() == whole["high"]
    for row in rows.iter_rows(named=True):
        assert row["low"] <= row["stated"] <= high(row)
        assert (
            sum(row[f"stated_{stage}"] for stage in ("pledged", "approved", "committed", "disbursed")) == row["stated"]
        )


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(ledger=LEDGERS.ledgers)
def test_removing_a_claim_that_adds_nothing_changes_no_total(factory: Any, ledger: Any) -> None:
    claims, documents = LEDGERS.built(
        factory, [*ledger, ledger[0]]
    )  # the last article tells again what the first tells
    frames = book(claims, documents)
    spare = frames[1].filter(pl.col("exclusion_reason") == "statistic")["claim_id"]
    kept = claims.filter(~pl.col("claim_id").is_in(spare.implode()))
    assert totals(*frames).select(ENDS).equals(totals(*book(kept, documents)).select(ENDS))


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(ledger=LEDGERS.ledgers)
def test_removing_a_duplicate_changes_no_total(factory: Any, ledger: Any) -> None:
    """A ledger stores an article once; rows that reach resolution twice add nothing either."""
    claims, documents = LEDGERS.built(factory, ledger)
    twice = settled(resolve(pl.concat([claims, claims.head(2)]), pl.concat([documents, documents.head(1)])))
    assert totals(twice.commitments, twice.memberships, claims, documents).equals(totals(*book(claims, documents)))


plain = st.fixed_dictionaries(
    {
        "value": st.sampled_from(LEDGERS.AMOUNTS), "unit": st.just("USD"),
        "bound": st.sampled_from(["exact", "at_most", "more_than"]),
        "measure": st.sampled_from(["investment", "grant"]), "stage": st.sampled_from(["pledged", "committed"]),
        "basis": st.none(),
        "actor": st.lists(st.sampled_from(LEDGERS.ACTORS), min_size=1, max_size=1),
        "recipient": st.lists(st.sampled_from(LEDGERS.RECIPIENTS), max_size=1),
    }
)  # fmt: skip
"""A claim that counts and is not a running total: only a repetition, a replacement or a whole takes it away."""


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(
    ledger=st.lists(st.tuples(st.integers(0, 400), st.lists(plain, min_size=1, max_size=3)), min_size=1, max_size=4),
    last=plain,
)
def test_adding_a_claim_never_lowers_high_unless_it_supersedes(factory: Any, ledger: Any, last: dict[str, Any]) -> None:
    before = book(*LEDGERS.built(factory, ledger))
    after = book(*LEDGERS.built(factory, [*ledger, (401, [last])]))
    was, now = (totals(*frames).row(0, named=True) for frames in (before, after))
    superseded = [
        set(frames[1].filter(pl.col("exclusion_reason") == "superseded")["claim_id"]) for frames in (before, after)
    ]
    counted = [set(frames[1].filter("counted")["claim_id"]) for frames in (before, after)]
    if (
        superseded[1] <= superseded[0] and counted[0] <= counted[1]
    ):  # it replaces no amount, nor ties two commitments into one
        assert high(now) >= high(was)
