"""Periods that a document gives once for money that it mentions several times."""

import polars as pl

from ledger.resolve.decisions import ReplayedDecisions

SCOPE = ["commitment_id", "document_id"]
"""A period holds for the mentions of one commitment in one document."""


def with_periods(claims: pl.DataFrame, memberships: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`claims` with missing periods, and their words, taken from other claims of the commitment in the same document.

    They are taken where those claims agree. "€5 billion ($5.4 billion) over five years": the period is that of both
    amounts. What a person decided about a period stands.
    """
    placed = claims.select("claim_id", "document_id", "start", "period", "period_evidence").join(
        memberships.select("claim_id", "commitment_id").drop_nulls(), on="claim_id"
    )
    said = placed.filter(pl.col("period").is_not_null()).sort("start", "claim_id")
    agreed = (
        said.group_by(SCOPE)
        .agg(
            pl.col("period").n_unique().alias("times"),
            pl.col("period").first().alias("said"),
            pl.col("period_evidence").first().alias("words"),
        )
        .filter(pl.col("times") == 1)
    )
    decided = [
        claim
        for claim, corrections in replayed.corrections.items()
        if any(correction.field == "period" for correction in corrections)
    ]
    empty = placed.filter(pl.col("period").is_null() & ~pl.col("claim_id").is_in(decided))
    filled = empty.join(agreed, on=SCOPE).select("claim_id", "said", "words")
    if filled.is_empty():
        return claims
    joined = claims.join(filled, on="claim_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("period", "said").alias("period"),
        pl.when(pl.col("said").is_not_null()).then("words").otherwise("period_evidence").alias("period_evidence"),
    ).drop("said", "words")
