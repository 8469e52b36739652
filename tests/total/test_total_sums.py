"""Totals: what they count, how they share, and that the rows of any partition add up."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.errors import LedgerError
from ledger.resolve import resolve, settled
from ledger.total import totals


@pytest.fixture(scope="module")
def book(factory: Any) -> tuple[Any, ...]:
    day = factory.day(2024, 11, 15)
    text = (
        "Orla and Brisa will put $10 billion into Chile. Delft pledged up to $6 billion to Kenya. "
        "Rumour has it that Vesna may pay $4 billion. "
        "Aid of 3 billion pounds was signed by Corvo."
    )
    said = [
        {
            "quote": "$10 billion",
            "value": "10e9",
            "actor": ["Orla", "Brisa"],
            "recipient": ["Chile"],
            "fields": ["space", "quantum", "nuclear_energy"],
        },
        {
            "quote": "$6 billion",
            "value": "6e9",
            "bound": "at_most",
            "measure": "loan",
            "actor": ["Delft"],
            "recipient": ["Kenya"],
        },
        {"quote": "$4 billion", "value": "4e9", "stage": "rumoured", "actor": ["Vesna"]},
        {
            "quote": "3 billion pounds",
            "value": "3e9",
            "unit": "GBP",
            "measure": "grant",
            "stage": "committed",
            "actor": ["Corvo"],
        },
    ]
    claims, documents = factory.frames([{"day": day, "text": text, "claims": said}])
    found = settled(resolve(claims, documents))
    return found.commitments, found.memberships, claims, documents


def test_a_grand_total_is_an_interval_with_a_column_for_each_firmness(book: tuple[Any, ...]) -> None:
    row = totals(*book).row(0, named=True)
    pounds = Decimal("3799498195.026474")  # ECB 15 November 2024: 1.0583 dollars and 0.83583 pounds to the euro
    assert abs(row["stated"] - (16 * 10**9 + row["stated_committed"])) == 0
    assert abs(row["stated_committed"] - pounds) < 10**7
    assert row["low"] == 10 * 10**9 + row["stated_committed"]
    assert row["high"] == row["stated"]
    assert not row["open_ended"]
    assert (row["commitments"], row["claims"], row["documents"], row["unconverted"]) == (3, 3, 1, 0)


@pytest.mark.parametrize(
    "by", [["actor"], ["field"], ["actor", "field", "recipient"], ["measure"], ["stage", "currency", "year"]]
)
def test_shares_add_up_to_the_grand_total(book: tuple[Any, ...], by: list[str]) -> None:
    rows, whole = totals(*book, by=by), totals(*book).row(0, named=True)
    assert {end: rows[end].sum() for end in ("low", "stated", "high")} == {
        end: whole[end] for end in ("low", "stated", "high")
    }


def test_full_allocation_gives_each_actor_all(book: tuple[Any, ...]) -> None:
    rows = {row["actor"]: row["stated"] for row in totals(*book, by=["actor"], allocation="full").iter_rows(named=True)}
    assert rows["Orla"] == rows["Brisa"] == 10 * 10**9


def test_a_filter_selects_the_row_that_it_would_be_in(book: tuple[Any, ...]) -> None:
    rows = {row["field"]: row["stated"] for row in totals(*book, by=["field"]).iter_rows(named=True)}
    assert totals(*book, field="space")["stated"].item() == rows["space"]


def test_rumours_count_when_asked_for(book: tuple[Any, ...]) -> None:
    row = totals(*book, stage_floor="rumoured", measure="investment").row(0, named=True)
    assert row["stated"] == 14 * 10**9
    assert row["stated_rumoured"] == 4 * 10**9


@pytest.mark.parametrize("wrong", [{"by": ["colour"]}, {"stage_floor": "hoped"}])
def test_what_cannot_be_asked_says_what_can(book: tuple[Any, ...], wrong: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match="choose from"):
        totals(*book, **wrong)
