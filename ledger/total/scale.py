"""Pledges against what their payers are known to have: GDP, revenue or outward investment, from a user's table."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from ledger.arguments import AnyFrame
from ledger.errors import InputError
from ledger.files import read_file
from ledger.lexicons.names import word_list
from ledger.money.rates import Rates, quotes
from ledger.options import TotalOptions
from ledger.tables import AMOUNT, polars_frame
from ledger.total.convert import Frame, converted
from ledger.total.selection import selected
from ledger.total.tellings import report_words, tellings

SCALE: dict[str, Any] = {
    "actor": pl.String(),
    "commitment_id": pl.String(),
    "stated": AMOUNT,
    "years": pl.Float64(),
    "years_said": pl.Boolean(),
    "yearly": AMOUNT,
    "measure": pl.String(),
    "known": AMOUNT,
    "known_year": pl.Int32(),
    "share": pl.Float64(),
    "most": pl.Float64(),
    "implausible": pl.Boolean(),
    "quote": pl.String(),
}
"""The columns of the report; amounts in the currency asked for."""
DURATION = re.compile(r"P(\d+)([YMWD])")
IN_YEAR = {"Y": 1.0, "M": 12.0, "W": 52.0, "D": 365.0}
MIDDLE = (7, 1)
"""The day of a year whose rate converts what the table says of it."""


def read_known(table: Path | AnyFrame) -> pl.DataFrame:
    """A table of what payers have: a CSV or frame with the columns name, measure, value, unit and year.

    Raises InputError where it is none.
    """
    words, where = report_words("scale"), str(table) if isinstance(table, Path) else "table"
    try:
        raw = (
            pl.read_csv(read_file(table), infer_schema=False)
            if isinstance(table, Path)
            else polars_frame("table", table)
        )
        known = raw.select(
            pl.col("name").cast(pl.String),
            pl.col("measure").cast(pl.String).str.to_lowercase(),
            pl.col("value").cast(AMOUNT),
            pl.col("unit").cast(pl.String).str.to_uppercase(),
            pl.col("year").cast(pl.Int32),
        )
    except pl.exceptions.PolarsError as error:
        columns = ", ".join(words["columns"])
        raise InputError(
            f"{where}: not a table of what payers have ({columns}): {str(error).splitlines()[0]}"
        ) from error
    if known.null_count().sum_horizontal().item() or not (known["value"] > 0).all():
        raise InputError(f"{where}: each row needs a name, a measure, a value above zero, a unit and a year")
    wrong = known.filter(~pl.col("measure").is_in(list(words["most"])))["measure"]
    if wrong.len():
        raise InputError(f"{where}: {wrong[0]!r} is no measure; choose {', '.join(words['most'])}")
    return known


def years_of(period: str | None, first: int) -> float | None:
    """The years that an ISO 8601 period lasts; one without a start begins in the year `first`; None for none.

    >>> years_of("P5Y", 2025), years_of("2025/2029", 2025), years_of("/2030", 2025), years_of(None, 2025)
    (5.0, 5.0, 5.0, None)
    """
    if not period:
        return None
    if duration := DURATION.fullmatch(period):
        return max(int(duration[1]), 1) / IN_YEAR[duration[2]]
    start, slash, end = period.partition("/")
    begin, last = _year(start), _year(end if slash else start)
    if last is None:
        return None
    if begin is None:
        return float(max(1, last - first))
    return float(max(1, last - begin + 1))


def _year(text: str) -> int | None:
    found = re.match(r"(\d{4})(?:-|$)", text)
    return int(found[1]) if found else None


def scale(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    known: pl.DataFrame,
    *,
    called: Mapping[str, str] | None = None,
    currency: str = "USD",
    rates: Rates | None = None,
) -> pl.DataFrame:
    """Each pledge that counts against each thing that its payer is known to have, the least plausible first.

    `known` has the columns of `read_known`; names are compared by their `plain_name`, and `called` says which canonical
    name one stands for. `yearly` is the payer's share of the pledge over its years (`years_said`: whether an article
    says how many; else they are assumed), `known` the newest value up to the year of the report, or the oldest after
    it. `share` is the one over the other, `implausible` where it is above `most`. Columns: those of `SCALE`.
    """
    asked = TotalOptions(currency=currency)
    tables = (commitments, memberships, claims, documents)
    rows = selected(converted(*tables, asked, rates=rates), asked).filter(pl.col("stated").is_not_null()).collect()
    about = {row["commitment_id"]: row for row in commitments.lazy().collect().iter_rows(named=True)}
    said = {
        row["commitment_id"]: row["quote"] for row in tellings(commitments, claims, documents).iter_rows(named=True)
    }
    values = _values(known, called or {}, currency, rates)
    found = [
        _row(name, row, about[row["commitment_id"]], measure, value, said.get(row["commitment_id"]))
        for row in rows.iter_rows(named=True)
        for name in row["actor"]
        for measure, per_year in values.get(plain_name(name), {}).items()
        if (value := _value(per_year, row["day"].year)) is not None
    ]
    frame = pl.DataFrame(found, schema=SCALE, orient="row")
    excess = pl.col("share") / pl.col("most")
    return frame.sort(excess, "commitment_id", "measure", descending=[True, False, False])


def _values(
    known: pl.DataFrame, called: Mapping[str, str], currency: str, rates: Rates | None
) -> Mapping[str, Mapping[str, Mapping[int, Decimal]]]:
    """Name in small letters → measure → year → amount in `currency`; what has no rate is left out."""
    dated = known.with_columns(pl.date("year", *MIDDLE).alias("on"))
    priced = dated.join(quotes(dated.select("unit", "on"), currency, rates), on=["unit", "on"], how="left")
    found: dict[str, dict[str, dict[int, Decimal]]] = {}
    for row in priced.drop_nulls("rate").iter_rows(named=True):
        said = plain_name(row["name"])
        of_name = found.setdefault(plain_name(called.get(said, said)), {}).setdefault(row["measure"], {})
        of_name[row["year"]] = row["value"] * row["rate"]
    return found


def plain_name(name: str) -> str:
    """A name in small letters without the form of a company.

    >>> plain_name("Norlund Energi AS"), plain_name("United Kingdom")
    ('norlund energi', 'united kingdom')
    """
    words = name.split()
    while len(words) > 1 and words[-1].rstrip(".,") in word_list("legal"):
        words.pop()
    return " ".join(words).rstrip(",").casefold()


def _value(per_year: Mapping[int, Decimal], year: int) -> tuple[int, Decimal] | None:
    """The newest value up to `year`, else the oldest after it."""
    before = [at for at in per_year if at <= year]
    at = max(before) if before else min(per_year, default=None)
    return None if at is None else (at, per_year[at])


def _row(
    name: str,
    row: Mapping[str, Any],
    about: Mapping[str, Any],
    measure: str,
    value: tuple[int, Decimal],
    quote: str | None,
) -> dict[str, Any]:
    words = report_words("scale")
    years = years_of(about["period"], row["day"].year)
    assumed = float(words["years"]) if years is None else years
    yearly = row["stated"] / len(row["actor"]) / Decimal(str(assumed))
    share, most = float(yearly / value[1]), float(words["most"][measure])
    return {
        "actor": name,
        "commitment_id": row["commitment_id"],
        "stated": row["stated"],
        "years": assumed,
        "years_said": years is not None,
        "yearly": yearly.quantize(Decimal("0.000001")),
        "measure": measure,
        "known": value[1].quantize(Decimal("0.000001")),
        "known_year": value[0],
        "share": share,
        "most": most,
        "implausible": share > most,
        "quote": quote,
    }
