"""Running totals: counted only where nothing that they may hold is counted on its own."""

import polars as pl

from ledger.resolve.tossups import is_toss_up
from schemas import ExclusionReason

BECAUSE = "counted: a running total of which no part is counted on its own"


def with_running_totals(commitments: pl.DataFrame, *, toss_ups_count: bool) -> pl.DataFrame:
    """`commitments` with those running totals counted whose payer has nothing else counted that may lie inside.

    A commitment may lie inside a running total of the same payer where no two different recipients are named, and
    where it is not larger, as far as both are in one currency. A running total without a payer stays out. Of those that
    could count, a toss-up is undecided unless `toss_ups_count`. The column `because` tells why one counts.
    """
    running = commitments.filter(pl.col("exclusion_reason") == ExclusionReason.CUMULATIVE.value)
    if running.is_empty():
        return commitments
    held = _pairs(running, commitments.filter(pl.col("counted")))
    named = running.filter(pl.col("actor").list.len() > 0)
    free = named.join(held, on="commitment_id", how="anti")["commitment_id"]
    could = pl.col("commitment_id").is_in(free.implode())
    undecided = could & is_toss_up() & ~pl.lit(toss_ups_count)
    counts = could & ~undecided
    reason = (
        pl.when(undecided).then(pl.lit(ExclusionReason.UNDECIDED.value))
        .when(counts).then(None)
        .otherwise("exclusion_reason")
    )  # fmt: skip
    return commitments.with_columns(
        reason.alias("exclusion_reason"),
        (pl.col("counted") | counts).alias("counted"),
        pl.when(counts).then(pl.lit(BECAUSE)).otherwise("because").alias("because"),
    )


def _pairs(running: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """commitment_id of the running totals that may hold a counted commitment."""
    narrow = ["commitment_id", "actor", "recipient", "unit", "value"]
    totals = running.select(narrow).explode("actor").drop_nulls("actor")
    others = counted.select(pl.col(narrow).name.suffix("_b")).explode("actor_b").drop_nulls("actor_b")
    pairs = totals.join(others, left_on="actor", right_on="actor_b")
    shared = pl.col("recipient").list.set_intersection("recipient_b").list.len() > 0
    unnamed = (pl.col("recipient").list.len() == 0) | (pl.col("recipient_b").list.len() == 0)
    fits = (pl.col("unit") != pl.col("unit_b")) | (pl.col("value_b") <= pl.col("value"))
    return pairs.filter((shared | unnamed) & fits).select("commitment_id").unique()
