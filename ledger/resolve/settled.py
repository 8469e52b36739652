"""What hangs on all commitments of a ledger at once, after they were resolved block by block."""

from dataclasses import replace

import polars as pl

from ledger.money.rates import Rates
from ledger.options import Undecided
from ledger.resolve.aggregates import with_aggregates
from ledger.resolve.memberships import GIVES_AMOUNT
from ledger.resolve.resolution import Resolution
from ledger.resolve.tossups import because_undecided, without_toss_ups
from ledger.tables import record_schema
from schemas import REPRESENTATIVE_REASONS, Commitment, ExclusionReason

REPRESENTATIVE = sorted(reason.value for reason in REPRESENTATIVE_REASONS)


def settled(resolution: Resolution, rates: Rates | None = None, *, undecided: Undecided = "list") -> Resolution:
    """`resolution` with the aggregates that count, and without toss-ups (with "count" they count).

    This looks at all commitments together; `resolve` and `resolve_more` go from block to block, and start from what
    they gave, not from this.
    """
    before = resolution.commitments.with_columns(pl.lit(None, pl.String).alias("because"))
    count = undecided == "count"
    after = with_aggregates(before if count else without_toss_ups(before), rates, toss_ups_count=count)
    columns = list(record_schema(Commitment))
    return replace(
        resolution, commitments=after.select(columns), memberships=_told(resolution.memberships, before, after)
    )


def _told(memberships: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """`memberships` with the new reasons of their commitments."""
    was = before.select("commitment_id", pl.col("exclusion_reason").alias("was"))
    joined = after.join(was, on="commitment_id")
    changed = joined.filter(
        pl.col("exclusion_reason").ne_missing(pl.col("was")) | pl.col("because").is_not_null()
    ).select("commitment_id", pl.col("exclusion_reason").alias("now"), _because().alias("now_because"))
    if changed.is_empty():
        return memberships
    marked = changed.with_columns(pl.lit(value=True).alias("changed"))
    told = memberships.join(marked, on="commitment_id", how="left", maintain_order="left")
    gives = pl.col("counted") | pl.col("exclusion_reason").is_in(REPRESENTATIVE).fill_null(value=False)
    here = gives & pl.col("changed").fill_null(value=False)
    return told.with_columns(
        pl.when(here).then("now").otherwise("exclusion_reason").alias("exclusion_reason"),
        pl.when(here).then(pl.col("now").is_null()).otherwise("counted").alias("counted"),
        pl.when(here).then("now_because").otherwise("because").alias("because"),
    ).select(memberships.columns)


def _because() -> pl.Expr:
    undecided = pl.col("exclusion_reason") == ExclusionReason.UNDECIDED.value
    return (
        pl.when(pl.col("because").is_not_null()).then("because")
        .when(undecided).then(because_undecided())
        .otherwise(pl.lit(GIVES_AMOUNT))
    )  # fmt: skip


__all__ = ["settled"]
