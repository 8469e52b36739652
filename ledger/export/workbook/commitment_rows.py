"""The rows of the Commitments sheet: order, rates, and the amounts that its formulas give."""

from collections.abc import Sequence

import polars as pl

from ledger.export.frames import Frames
from ledger.export.workbook.layout import FIRST_ROW
from ledger.export.workbook.switches import STAGE_RANKS, Switches
from ledger.lexicons.labels import heading
from schemas import REPRESENTATIVE_REASONS, ExclusionReason, Stage

LIFTABLE_REASONS = ("rumoured", "cancelled", "unconverted", "part_of")
"""Exclusion reasons that a switch, a rate or the absence of the whole can lift; the others hold at any setting."""
NO_WHOLE = -9
"""Stage rank of the whole where there is none."""
MILLION = 1e6
"""What amounts in the currency shown are in, as their headings say."""
AMOUNT_COLUMNS = ("commitment_id", "unit", "value", "lower", "upper")
"""Columns of the commitments that amounts are worked out from."""
SHARE_COLUMNS = ("stage", "actor", "recipient", "fields", "counted")
"""Columns of the commitments that shares, totals and checks need as well."""


def commitment_rows(book: Frames, switches: Switches, currencies: Sequence[str]) -> pl.DataFrame:
    """The commitments in order, with what is worked out of them: what counts first, the largest first, rejected last.

    `commitment_index` is the row in `book.commitments`, whose other columns are added when rows are written.
    """
    liftable = pl.col("exclusion_reason").is_null().or_(pl.col("exclusion_reason").is_in(LIFTABLE_REASONS))
    rows = book.commitments.select(
        *AMOUNT_COLUMNS,
        "part_of",
        "first_reported",
        liftable.alias("may_count"),
        pl.when(~liftable).then("exclusion_reason").alias("fixed_reason"),
        (pl.col("exclusion_reason") == ExclusionReason.REJECTED.value).fill_null(value=False).alias("rejected"),
        pl.when(pl.col("exclusion_reason") == ExclusionReason.CANCELLED.value)  # a part may be, by its whole alone
        .then(STAGE_RANKS[Stage.CANCELLED.value])
        .otherwise(pl.col("stage").replace_strict(STAGE_RANKS, return_dtype=pl.Int64))
        .alias("stage_rank"),
    ).with_row_index("commitment_index")
    rows = _with_whole_rank(with_years(rows, book)).drop("part_of")
    rows = _with_rates(rows, book.rates, currencies, switches.currency).drop("first_reported")
    rows = rows.with_columns(pl.col(f"rate_{switches.currency}").fill_null(0.0).alias("rate"))
    rows = _with_amounts(rows, switches).sort(
        *("counts", "rejected", "amount", "commitment_id"), descending=[True, False, True, False], nulls_last=True
    )
    rows = rows.hstack(rows_at(book.commitments.select(SHARE_COLUMNS), rows["commitment_index"]))
    return rows.with_columns(_why(switches).alias("why"))


def _why(switches: Switches) -> pl.Expr:
    """Why a commitment does not count, as the live formula says it; null where it does."""
    labels = {reason.value: heading("exclusion_reason", reason) for reason in ExclusionReason}
    fixed = pl.col("fixed_reason").replace_strict(labels, return_dtype=pl.String)
    part, cancelled, unconverted = (
        pl.lit(labels[reason])
        for reason in (ExclusionReason.PART_OF, ExclusionReason.CANCELLED, ExclusionReason.UNCONVERTED)
    )
    is_cancelled = pl.col("stage_rank") == STAGE_RANKS[Stage.CANCELLED.value]
    only = pl.concat_str([pl.lit("Only "), pl.col("stage")])
    return (
        pl.when(pl.col("counts") > 0).then(pl.lit(None, pl.String))
        .when(~pl.col("may_count")).then(fixed)
        .when(pl.col("rate") == 0).then(unconverted)
        .when(is_cancelled).then(part if switches.count_cancelled == "yes" else cancelled)
        .when(pl.col("stage_rank") < STAGE_RANKS[switches.stage_floor]).then(only)
        .otherwise(part)
    )  # fmt: skip


def rows_at(frame: pl.DataFrame, indices: pl.Series) -> pl.DataFrame:
    """The rows of `frame` at `indices`; a row of nulls where an index is null."""
    return frame.select(pl.all().gather(indices))


def with_claim_places(commitments: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Add the sheet rows of each commitment's claims, and `claim_index`: which row of the ledger gives its amount.

    Where all were rejected or replaced it is the latest.
    """
    gives = pl.col("counted") | pl.col("exclusion_reason").is_in(sorted(REPRESENTATIVE_REASONS))
    placed = claims.with_row_index("sheet_row", offset=FIRST_ROW).filter(pl.col("commitment_id").is_not_null())
    spans = placed.group_by("commitment_id").agg(
        pl.col("sheet_row").min().alias("first_row"),
        pl.col("sheet_row").max().alias("last_row"),
        pl.coalesce(pl.col("claim_index").filter(gives).first(), pl.col("claim_index").last()),
    )
    keys = commitments.select("commitment_id")
    return commitments.hstack(
        keys.join(spans, on="commitment_id", how="left", maintain_order="left").drop("commitment_id")
    )


# Years and wholes -----------------------------------------------------------------------------------------------------

_NO_DAYS = pl.DataFrame(schema={"commitment_id": pl.String, "day": pl.Date})


def with_years(rows: pl.DataFrame, book: Frames) -> pl.DataFrame:
    """Add `year` and `month` (202503), which totals go by: of the day of the rate, else of the first report, else of
    the ingestion; 0 without any.
    """
    has_days = {"commitment_id", "day"} <= set(book.rates.columns)
    days = book.rates.select("commitment_id", "day") if has_days else _NO_DAYS
    dated = rows.join(
        days.unique("commitment_id", keep="first", maintain_order=True),
        on="commitment_id",
        how="left",
        maintain_order="left",
    ).join(_ingestion_days(book), on="commitment_id", how="left", maintain_order="left")
    day = pl.coalesce("day", "first_reported", "ingested")
    year = day.dt.year().fill_null(0).cast(pl.Int64)
    month = (year * 100 + day.dt.month().fill_null(0)).cast(pl.Int64)
    return dated.with_columns(year.alias("year"), month.alias("month")).drop("ingested")


def _ingestion_days(book: Frames) -> pl.DataFrame:
    """commitment_id → the day on which the first of its articles was read."""
    members = book.memberships.select("claim_id", "commitment_id").drop_nulls()
    claims = members.join(book.claims.select("claim_id", "document_id"), on="claim_id")
    read = claims.join(book.documents.select("document_id", "retrieved_at"), on="document_id")
    return read.group_by("commitment_id").agg(pl.col("retrieved_at").min().dt.date().alias("ingested"))


def _with_whole_rank(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `whole_rank`: the stage rank of the commitment that each is a part of, where that one may count."""
    wholes = rows.filter("may_count").select(
        pl.col("commitment_id").alias("part_of"), pl.col("stage_rank").alias("whole_rank")
    )
    return rows.join(wholes, on="part_of", how="left", maintain_order="left").with_columns(
        pl.col("whole_rank").fill_null(NO_WHOLE)
    )


# Amounts --------------------------------------------------------------------------------------------------------------


def _with_amounts(rows: pl.DataFrame, switches: Switches) -> pl.DataFrame:
    """Add `counts` and, in million of the currency shown, `amount`, and of what counts low, stated, high and shown.

    `open` is 1 where the upper end of what counts is.
    """
    firm = _is_firm("stage_rank", switches) & ~_is_firm("whole_rank", switches)
    rows = rows.with_columns((pl.col("may_count") & (pl.col("rate") > 0) & firm).cast(pl.Int64).alias("counts"))
    ends = {"low": "lower", "stated": "value", "high": "upper"}
    rows = rows.with_columns(
        [
            (pl.col("counts") * pl.col("rate") * pl.col(source).cast(pl.Float64).fill_null(0.0) / MILLION).alias(end)
            for end, source in ends.items()
        ]
    ).with_columns(
        pl.when(pl.col("rate") > 0).then(pl.col("rate") * pl.col("value").cast(pl.Float64) / MILLION).alias("amount")
    )
    is_open = pl.when(pl.col("upper").is_null()).then(pl.col("counts")).otherwise(0)
    return rows.with_columns(is_open.alias("open")).with_columns(_shown(switches.bound_end).alias("shown"))


def _is_firm(rank: str, switches: Switches) -> pl.Expr:
    is_cancelled = pl.col(rank) == STAGE_RANKS[Stage.CANCELLED.value]
    is_above_floor = pl.col(rank) >= STAGE_RANKS[switches.stage_floor]
    return pl.when(is_cancelled).then(pl.lit(switches.count_cancelled == "yes")).otherwise(is_above_floor)


def _shown(end: str) -> pl.Expr:
    """The chosen end of the interval; where the upper end is open, the stated amount stands in for it."""
    if end != "high":
        return pl.col(end)
    return pl.when(pl.col("open") > 0).then(pl.col("stated")).otherwise(pl.col("high"))


# Rates ----------------------------------------------------------------------------------------------------------------


def _with_rates(rows: pl.DataFrame, rates: pl.DataFrame, currencies: Sequence[str], shown: str) -> pl.DataFrame:
    """Add a column rate_CODE for each currency, and the day and source of the rate to the currency shown."""
    for code in currencies:
        found = _rates_to(rows, rates.filter(pl.col("to") == code))
        foreign = pl.col("unit") != code
        rate = pl.when(foreign).then(pl.col("rate").cast(pl.Float64)).otherwise(pl.lit(1.0)).alias(f"rate_{code}")
        source = [pl.when(foreign).then(pl.col(name)).alias(f"rate_{name}") for name in ("on", "source")]
        keep = [pl.col("commitment_id"), rate, *(source if code == shown else ())]
        rows = rows.join(found.select(keep), on="commitment_id", how="left", maintain_order="left")
    return rows


def _rates_to(rows: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    wanted = rows.select("commitment_id", "unit", "first_reported")
    if "commitment_id" in rates.columns:
        own = rates.unique("commitment_id", keep="first", maintain_order=True)
        own = own.select("commitment_id", "rate", "on", "source")
        return wanted.join(own, on="commitment_id", how="left", maintain_order="left")
    # A commitment without a date takes the latest rate.
    latest = pl.col("first_reported").fill_null(pl.lit(rates["on"].max(), pl.Date)).alias("day")
    days = wanted.with_columns(latest).sort("day")
    steps = rates.select("unit", "rate", "on", "source").sort("on").with_columns(pl.col("on").alias("day"))
    return days.join_asof(steps, on="day", by="unit", strategy="backward", check_sortedness=False)
