"""Which commitments a total sums: by stage, day, measure, actor, recipient and field, and parts inside their wholes."""

from datetime import date

import polars as pl

from ledger.errors import LedgerError
from ledger.options import TotalOptions, Wanted
from ledger.tables import AMOUNT
from schemas import ExclusionReason, Stage

BY_FIRMNESS: list[Stage] = [stage for stage in Stage if stage is not Stage.CANCELLED]
"""From talk to payment."""
LISTS = {"actor": "actor", "recipient": "recipient", "field": "fields"}
"""What a total can be by and a commitment can have several of → the column that holds them."""
ENDS = ("low", "stated", "high")
LISTED = [ExclusionReason.UNDECIDED.value, ExclusionReason.CUMULATIVE.value]
"""The reasons of commitments whose amount a total names beside its sums."""


def selected(rows: pl.LazyFrame, options: TotalOptions) -> pl.LazyFrame:
    """The rows of `converted` that a total with these options sums, whole."""
    stages = stages_from(options.stage_floor)
    free = pl.col("reason").is_null() | pl.col("reason").is_in([ExclusionReason.PART_OF.value, *stages])
    chosen = _filtered(rows.filter(free), stages, options)
    return _without_parts(chosen) if options.parts == "inside" else _beside_parts(chosen)


def listed(rows: pl.LazyFrame, options: TotalOptions) -> pl.LazyFrame:
    """The rows of `converted` that a total with these options names beside its sums, which have nothing of them.

    What may as well be a statistic has its amount in `undecided`; a sum of what is counted one by one has in
    `not_itemised` what it says beyond that.
    """
    beside = _filtered(rows.filter(pl.col("reason").is_in(LISTED)), stages_from(options.stage_floor), options)
    toss_up = pl.col("reason") == ExclusionReason.UNDECIDED.value
    nothing = pl.lit(0, AMOUNT)
    amounts = {"undecided": pl.when(toss_up).then("stated"), "not_itemised": pl.when(~toss_up).then("not_itemised")}
    with_amounts = beside.with_columns(amount.fill_null(nothing).alias(name) for name, amount in amounts.items())
    sized = with_amounts.filter(pl.any_horizontal(pl.col(name) != nothing for name in amounts))
    return sized.with_columns(nothing.alias(name) for name in (*ENDS, "upper"))


def _filtered(rows: pl.LazyFrame, stages: list[str], options: TotalOptions) -> pl.LazyFrame:
    """The rows that the filters choose, with their place in the calendar."""
    chosen = only(_of_stages_and_days(rows, stages, options.since, options.until), "measure", options.measure)
    for name, column in LISTS.items():
        chosen = _with_any(chosen, column, getattr(options, name))
    return chosen


def stages_from(floor: str) -> list[str]:
    """The stages as firm as `floor` and firmer; "cancelled" gives all. Raises LedgerError for an unknown stage."""
    if floor not in list(Stage):
        raise LedgerError(f"{floor!r} is not a valid stage; choose from {', '.join((*BY_FIRMNESS, Stage.CANCELLED))}")
    if floor == Stage.CANCELLED:
        return [stage.value for stage in (*BY_FIRMNESS, Stage.CANCELLED)]
    return [stage.value for stage in BY_FIRMNESS[BY_FIRMNESS.index(Stage(floor)) :]]


def only(rows: pl.LazyFrame, column: str, wanted: Wanted) -> pl.LazyFrame:
    """The rows with one of the `wanted` values in a column, or all rows for None."""
    values = _values(wanted)
    return rows if values is None else rows.filter(pl.col(column).is_in(values))


def _values(wanted: Wanted) -> list[str] | None:
    return None if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)


def _of_stages_and_days(rows: pl.LazyFrame, stages: list[str], since: date | None, until: date | None) -> pl.LazyFrame:
    """The rows of the stages and days asked for, with `year`, `quarter` (2025-Q1) and `month` (2025-03)."""
    day = pl.col("day")
    quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
    calendar = {"year": day.dt.year(), "quarter": quarter, "month": day.dt.strftime("%Y-%m")}
    chosen = rows.filter(pl.col("stage").is_in(stages)).with_columns(**calendar)
    if since is not None:
        chosen = chosen.filter(pl.col("day") >= since)
    if until is not None:
        chosen = chosen.filter(pl.col("day") <= until)
    return chosen


def _with_any(rows: pl.LazyFrame, column: str, wanted: Wanted) -> pl.LazyFrame:
    """The rows with one of the `wanted` values in a list column, or all rows for None."""
    values = _values(wanted)
    if values is None:
        return rows
    if not values:
        return rows.filter(pl.lit(value=False))
    return rows.filter(pl.any_horizontal([pl.col(column).list.contains(value) for value in values]))


def _without_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows without those whose whole is among them."""
    whole = rows.select(pl.col("commitment_id").alias("part_of")).unique()
    loose = rows.filter(pl.col("part_of").is_null())
    parts = rows.filter(pl.col("part_of").is_not_null())
    return pl.concat([loose, parts.join(whole, on="part_of", how="anti")])


def _beside_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with each whole less its parts.

    Parts that do not fit into their whole are left out, as if they were inside.
    """
    whole = rows.select(
        pl.col("commitment_id").alias("part_of"), *(pl.col(end).alias(f"{end}_whole") for end in ENDS)
    ).unique("part_of")
    sums = (
        rows.join(whole, on="part_of")
        .group_by("part_of")
        .agg(
            *(pl.col(end).sum().alias(f"{end}_parts") for end in ENDS),
            *(pl.col(f"{end}_whole").first() for end in ENDS),
            pl.col("high").is_null().any().alias("open"),
        )
    )
    parts_sums = (f"{end}_parts" for end in ENDS)
    kept = sums.filter(_parts_fit()).select(pl.col("part_of").alias("commitment_id"), *parts_sums)
    shown = rows.join(kept.select(pl.col("commitment_id").alias("part_of")), on="part_of", how="semi")
    free = rows.join(whole.select("part_of"), on="part_of", how="anti", nulls_equal=False)
    left = pl.concat([free, shown]).join(kept, on="commitment_id", how="left")
    rest = ((pl.col(end) - pl.col(f"{end}_parts").fill_null(0)).cast(AMOUNT).alias(end) for end in ENDS)
    return left.with_columns(rest).select(rows.collect_schema().names())


def _parts_fit() -> pl.Expr:
    """Whether the parts of a whole leave an interval that is not negative and whose ends are in order."""
    low, stated, high = (pl.col(f"{end}_whole") - pl.col(f"{end}_parts") for end in ENDS)
    open_whole = pl.col("high_whole").is_null()
    closed = open_whole | (~pl.col("open") & (high >= 0))
    ordered = (low <= stated) & (open_whole | (stated <= high))
    return ((low >= 0) & (stated >= 0) & closed & ordered).fill_null(value=False)
