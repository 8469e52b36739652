"""Rates: which source is asked first, how far back, and what has none."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ledger.errors import InputError
from ledger.money.rates import Rates, bundled, quotes, read_own


def quote(
    unit: str, on: date | None, to: str = "USD", rates: Rates | None = None, **options: object
) -> dict[str, object]:
    wanted = pl.DataFrame({"unit": [unit], "on": [on]}, schema={"unit": pl.String, "on": pl.Date})
    return quotes(wanted, to, rates, **options).row(0, named=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "on", "to", "source", "rate_on", "about"),
    [
        ("JPY", date(2024, 4, 10), "USD", "ECB", date(2024, 4, 10), "0.0065856"),
        ("JPY", date(2024, 4, 14), "USD", "ECB", date(2024, 4, 12), "0.0065286"),  # a Sunday: the Friday before
        ("EUR", date(2020, 2, 3), "USD", "ECB", date(2020, 2, 3), "1.1066"),
        ("USD", date(2020, 2, 3), "EUR", "ECB", date(2020, 2, 3), "0.90367"),
        ("TWD", date(2024, 11, 15), "USD", "HMRC", date(2024, 11, 1), "0.031155"),
        ("USD", date(1950, 1, 1), "USD", "same currency", date(1950, 1, 1), "1"),
        ("AED", date(2005, 3, 3), "USD", "Central Bank of the UAE, dollar peg", date(2005, 3, 3), "0.272294"),
        ("AED", date(2005, 3, 3), "EUR", "Central Bank of the UAE, dollar peg", date(2005, 3, 3), "0.20716"),
        (
            "XOF",
            date(2003, 3, 3),
            "EUR",
            "Central Bank of West African States, euro peg",
            date(2003, 3, 3),
            "0.00152449",
        ),
        ("USD", date(2005, 3, 3), "SAR", "Saudi Central Bank, dollar peg", date(2005, 3, 3), "3.75"),
    ],
)
def test_a_rate_has_its_day_and_its_source(
    unit: str, on: date, to: str, source: str, rate_on: date, about: str
) -> None:
    found = quote(unit, on, to)
    assert (found["rate_source"], found["rate_on"]) == (source, rate_on)
    assert isinstance(found["rate"], Decimal)
    assert abs(found["rate"] / Decimal(about) - 1) < Decimal("0.002")


@pytest.mark.parametrize(
    ("unit", "on"), [("ZZZ", date(2024, 1, 1)), ("ARS", date(2005, 1, 1)), ("JPY", date(1950, 1, 1)), ("JPY", None)]
)
def test_what_no_table_knows_has_no_rate(unit: str, on: date | None) -> None:
    assert quote(unit, on)["rate"] is None


def test_other_days_on_request() -> None:
    assert quote("JPY", date(2024, 4, 10), rate_date="latest")["rate_on"] == bundled().last_day
    assert quote("JPY", date(2024, 4, 10), rate_date=date(2020, 2, 3))["rate_on"] == date(2020, 2, 3)
    mean = quote("JPY", date(2024, 4, 10), rate_date="year-average")
    assert mean["rate_source"] == "ECB mean of 2024"


def test_a_users_rates_fill_what_the_tables_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(
        "unit,to,on,rate\nARS,USD,2005-01-03,0.335\nKWD,USD,1975-06-30,3.447919\nJPY,USD,2024-04-10,9\n",
        encoding="utf-8",
    )
    rates = bundled().with_own(read_own(path))
    assert quote("ARS", date(2005, 3, 1), rates=rates)["rate"] == Decimal("0.335")
    assert quote("USD", date(2005, 3, 1), to="ARS", rates=rates)["rate_source"] == "rates.csv"
    assert quote("JPY", date(2024, 4, 10), rates=rates)["rate_source"] == "ECB"


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "unit,to,on,rate\nARS,USD,soon,1\n", "unit,to,on,rate\nARS,USD,2005-01-03,-1\n"]
)
def test_a_file_that_is_no_table_of_rates_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.csv"):
        read_own(path)
