"""Totals have room for the largest amounts in the weakest currency, and no row of a table makes them fail."""

from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import InputError, LedgerError
from ledger.money.arithmetic import LARGEST_RATE, product
from ledger.money.rates import bundled, quotes, read_own
from ledger.resolve import resolve, settled
from ledger.tables import AMOUNT, RATE
from ledger.total import converted, exclusions, totals
from schemas import LARGEST_AMOUNT

NEW_YEAR = date(2025, 1, 1)
"""A day on which the weakest currency of the tables was at its weakest: 16 million bolívars for a Kuwaiti dinar."""
STRONGEST, WEAKEST = "KWD", "VEF"
MILLIONTH = Decimal("0.000001")

amounts = st.decimals(0, LARGEST_AMOUNT, places=6, allow_nan=False, allow_infinity=False)
rates = st.decimals(MILLIONTH, LARGEST_RATE, places=15, allow_nan=False, allow_infinity=False)


@settings(max_examples=200, deadline=None)
@given(pairs=st.lists(st.tuples(amounts, rates), min_size=1, max_size=20))
def test_a_product_of_any_amount_and_rate_is_exact_to_a_millionth(pairs: list[tuple[Decimal, Decimal]]) -> None:
    frame = pl.DataFrame(pairs, schema={"amount": AMOUNT, "rate": RATE}, orient="row")
    found = frame.select(product(pl.col("amount"), pl.col("rate"), wide=True))["amount"].to_list()
    with localcontext(prec=60):
        assert all(abs(amount * rate - each) <= MILLIONTH for (amount, rate), each in zip(pairs, found, strict=True))


def test_a_product_that_is_small_is_the_same_either_way() -> None:
    values = [Decimal(n) * Decimal("7.3") ** (n % 9) for n in range(1, 400)]
    frame = pl.DataFrame({"amount": values}, schema={"amount": AMOUNT}).with_columns(
        pl.lit("0.003651234567891").cast(RATE).alias("rate")
    )
    plain, wide = (frame.select(product(pl.col("amount"), pl.col("rate"), wide=wide)) for wide in (False, True))
    assert plain.equals(wide)


def test_a_sum_has_room_for_a_million_of_the_largest_amounts_at_the_largest_rate() -> None:
    row = pl.DataFrame({"amount": [LARGEST_AMOUNT], "rate": [LARGEST_RATE]}, schema={"amount": AMOUNT, "rate": RATE})
    most = row.select(product(pl.col("amount"), pl.col("rate"), wide=True))["amount"].item()
    assert most == LARGEST_AMOUNT * LARGEST_RATE
    million = pl.select(pl.repeat(most, 10**6, dtype=AMOUNT).alias("amount"))
    assert million["amount"].sum() == most * 10**6


def test_the_largest_rate_of_the_tables_converts() -> None:
    wanted = pl.DataFrame({"unit": [STRONGEST], "on": [NEW_YEAR]})
    assert quotes(wanted, WEAKEST)["rate"].item() > 10_000_000


def ledger_of(factory: Any, said: list[tuple[str, Decimal]]) -> tuple[pl.DataFrame, ...]:
    """An article in which a firm after the other pledges an amount; the frames that totals take."""
    quotes_ = [f"{unit} {value:f} (no {place})" for place, (unit, value) in enumerate(said)]
    text = " ".join(f"Firm{place} invests {quote}." for place, quote in enumerate(quotes_))
    claims = [
        {"quote": quote, "value": value, "unit": unit, "actor": [f"Firm{place}"]}
        for place, (quote, (unit, value)) in enumerate(zip(quotes_, said, strict=True))
    ]
    known, documents = factory.frames([{"day": NEW_YEAR, "text": text, "claims": claims}])
    found = settled(resolve(known, documents))
    return found.commitments, found.memberships, known, documents


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    said=st.lists(st.tuples(st.sampled_from([STRONGEST, "USD", "IDR", WEAKEST]), amounts), min_size=1, max_size=4),
    currency=st.sampled_from([WEAKEST, "IDR", "JPY", "USD"]),
    parts=st.sampled_from(["inside", "shown"]),
)
def test_totals_of_the_largest_amounts_add_up_in_any_currency(
    factory: Any, said: list[tuple[str, Decimal]], currency: str, parts: Any
) -> None:
    frames = ledger_of(factory, said)
    whole = totals(*frames, currency=currency, parts=parts).row(0, named=True)
    each = converted(*frames, currency=currency).filter(pl.col("reason").is_null()).collect()
    assert whole["unconverted"] == 0
    assert whole["stated"] == each["stated"].sum() == totals(*frames, by="actor", currency=currency)["stated"].sum()
    for row in each.iter_rows(named=True):
        with localcontext(prec=60):
            assert abs(row["value"] * row["rate"] - row["stated"]) <= MILLIONTH


def test_an_amount_that_another_program_stored_beyond_the_limit_is_left_out_and_listed(factory: Any) -> None:
    commitments, memberships, claims, documents = ledger_of(
        factory, [("USD", Decimal(5_000_000)), ("USD", Decimal(7_000_000))]
    )
    huge = pl.when(pl.col("value") > 6_000_000).then(pl.lit("1e31").cast(AMOUNT))
    changed = commitments.with_columns(pl.coalesce(huge, name).alias(name) for name in ("value", "lower", "upper"))
    frames = (changed, memberships, claims, documents)
    for currency in ("USD", WEAKEST):
        row = totals(*frames, currency=currency).row(0, named=True)
        assert (row["commitments"], row["unconverted"]) == (2, 1)
    assert totals(*frames)["stated"].item() == 5_000_000
    left = exclusions(*frames)
    assert left["exclusion_reason"].to_list() == ["unconverted"]
    assert left["because"].item().startswith("too_large")


@pytest.mark.parametrize("rate", ["0", "-1", "1e20"])
def test_a_rate_that_no_amount_can_be_converted_at_is_none(factory: Any, rate: str) -> None:
    own = pl.DataFrame({"unit": ["XDR"], "to": ["USD"], "on": [NEW_YEAR], "rate": [rate], "source": ["own.csv"]})
    known = bundled().with_own(own.with_columns(pl.col("rate").cast(RATE)))
    frames = ledger_of(factory, [("XDR", Decimal(3_000_000))])
    for currency in ("USD", "XDR"):
        assert totals(*frames, currency=currency, rates=known)["unconverted"].item() == (currency == "USD")
    dollars = ledger_of(factory, [("USD", Decimal(3_000_000))])
    assert totals(*dollars, currency="XDR", rates=known)["unconverted"].item() == 1


@pytest.mark.parametrize("rate", ["0", "-1", "50000001", "1e20", "1e999", "inf"])
def test_a_file_with_such_a_rate_is_refused(tmp_path: Path, rate: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"unit,to,on,rate\nXDR,USD,2025-01-01,{rate}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"rates\.csv"):
        read_own(path)


@pytest.mark.parametrize(("index", "unconverted"), [("100", 0), ("1e10", 0), ("0.0001", 1)])
def test_deflators_that_make_amounts_too_large_convert_nothing(factory: Any, index: str, unconverted: int) -> None:
    frames = ledger_of(factory, [("USD", LARGEST_AMOUNT)])
    table = pl.DataFrame({"year": [2025], "index": [Decimal(index)]})
    assert totals(*frames, currency="IDR", deflators=table)["unconverted"].item() == unconverted


@pytest.mark.parametrize("index", ["0", "-5", "0.0000001"])
def test_a_deflator_that_is_no_price_index_is_refused(factory: Any, index: str) -> None:
    frames = ledger_of(factory, [("USD", Decimal(3_000_000))])
    table = pl.DataFrame({"year": [2025], "index": [Decimal(index)]})
    with pytest.raises(LedgerError, match="at least"):
        totals(*frames, deflators=table)
