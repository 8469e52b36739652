"""Running totals: counted only where nothing that they may hold is counted on its own."""

from dataclasses import replace

import polars as pl

from ledger.resolve.resolution import Resolution
from schemas import ExclusionReason

BECAUSE = "counted: a running total of which no part is counted on its own"


def with_running_totals(resolution: Resolution) -> Resolution:
    """`resolution` with those running totals counted whose payer has nothing else counted that may lie inside.

    A commitment may lie inside a running total of the same payer where no two different recipients are named, and
    where it is not larger, as far as both are in one currency. A running total without a payer stays out. This looks at
    all commitments of a ledger at once, so it comes after resolution, which goes from block to block.
    """
    commitments = resolution.commitments
    running = commitments.filter(pl.col("exclusion_reason") == ExclusionReason.CUMULATIVE.value)
    if running.is_empty():
        return resolution
    held = _pairs(running, commitments.filter(pl.col("counted")))
    named = running.filter(pl.col("actor").list.len() > 0)
    free = named.join(held, on="commitment_id", how="anti")["commitment_id"]
    counts = pl.col("commitment_id").is_in(free.implode())
    reason = pl.when(counts).then(None).otherwise("exclusion_reason").alias("exclusion_reason")
    here = counts & (pl.col("exclusion_reason") == ExclusionReason.CUMULATIVE.value).fill_null(value=False)
    memberships = resolution.memberships.with_columns(
        pl.when(here).then(None).otherwise("exclusion_reason").alias("exclusion_reason"),
        pl.when(here).then(pl.lit(value=True)).otherwise("counted").alias("counted"),
        pl.when(here).then(pl.lit(BECAUSE)).otherwise("because").alias("because"),
    )
    return replace(
        resolution,
        commitments=commitments.with_columns(reason, (pl.col("counted") | counts).alias("counted")),
        memberships=memberships,
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
