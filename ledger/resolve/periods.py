"""Periods that a document says once for money that it tells several times."""

import polars as pl

from ledger.resolve.decided import ReplayedDecisions

WITHIN = ["commitment_id", "document_id"]


def with_periods(claims: pl.DataFrame, memberships: pl.DataFrame, decided: ReplayedDecisions) -> pl.DataFrame:
    """`claims` with a missing period, and its words, taken from the claims of the same commitment in the same document, where these agree.

    "€5 billion ($5.4 billion) over five years": the period is that of both amounts. What a person said of a period stands.
    """
    placed = claims.select("claim_id", "document_id", "start", "period", "period_evidence").join(
        memberships.select("claim_id", "commitment_id").drop_nulls(), on="claim_id"
    )
    said = placed.filter(pl.col("period").is_not_null()).sort("start", "claim_id")
    agreed = (
        said.group_by(WITHIN)
        .agg(
            pl.col("period").n_unique().alias("times"),
            pl.col("period").first().alias("told"),
            pl.col("period_evidence").first().alias("words"),
        )
        .filter(pl.col("times") == 1)
    )
    ruled = [claim for claim, steps in decided.corrections.items() if "period" in {step.field for step in steps}]
    empty = placed.filter(pl.col("period").is_null() & ~pl.col("claim_id").is_in(ruled))
    filled = empty.join(agreed, on=WITHIN).select("claim_id", "told", "words")
    if filled.is_empty():
        return claims
    joined = claims.join(filled, on="claim_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("period", "told").alias("period"),
        pl.when(pl.col("told").is_not_null()).then("words").otherwise("period_evidence").alias("period_evidence"),
    ).drop("told", "words")
