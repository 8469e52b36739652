"""Toss-ups: money that may as well be a statistic. It is not counted unless asked for, so that it swamps no total."""

import polars as pl

from ledger.resolve.wholes import with_parts
from schemas import ExclusionReason

TOSS_UP = 0.65
"""The least probability of being a commitment with which a sum counts.

Of what is read as a commitment with less, in articles that the weights had not seen, two in five were statistics; with
more, one in twenty. One wrong stock of a trillion is worth more than many missed pledges, which stay listed.
"""
SURE = 0.8
"""The least probability with which a part of a toss-up counts: money inside a statistic is one as a rule."""
DECIDED = 1.0
"""The confidence in what a person decided."""
OPEN_REASONS = [
    reason.value for reason in (ExclusionReason.PART_OF, ExclusionReason.RUMOURED, ExclusionReason.CANCELLED)
]
"""Reasons that some total lifts: a lower floor of stages, or one without the whole. A toss-up is in none of them."""


def with_class_confidence(rows: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`rows` of commitments with `class_confidence`, that of the surest of their `mentions`."""
    surest = mentions.group_by("cluster").agg(pl.col("class_confidence").max())
    return rows.join(surest, on="cluster", how="left", maintain_order="left")


def is_toss_up() -> pl.Expr:
    """Whether a commitment may as well be a statistic."""
    return (pl.col("class_confidence") < TOSS_UP).fill_null(value=False)


def without_toss_ups(commitments: pl.DataFrame) -> pl.DataFrame:
    """`commitments` with toss-ups not counted, nor parts of toss-ups that are not sure themselves.

    Other parts of toss-ups count. Running totals among the toss-ups stay what they are.
    """
    reason = pl.col("exclusion_reason")
    undecided = pl.lit(ExclusionReason.UNDECIDED.value)
    free = reason.is_null() | reason.is_in(OPEN_REASONS)
    toss_ups = commitments.filter(free & is_toss_up())["commitment_id"]
    unsure = pl.col("part_of").is_in(toss_ups.implode()) & (pl.col("class_confidence") < SURE)
    doubtful = (free & (is_toss_up() | unsure)).fill_null(value=False)
    own = pl.when(doubtful).then(undecided).otherwise("exclusion_reason").alias("exclusion_reason")
    return with_parts(commitments.with_columns(own))


def because_undecided() -> pl.Expr:
    """Why a toss-up is not counted, in one line."""
    sure = pl.col("class_confidence").round(2)
    own = pl.format("toss_up: a commitment, and no statistic, with a probability of {} only", sure)
    whole = pl.format("toss_up: lies within commitment {}, which may as well be a statistic", "part_of")
    return pl.when(is_toss_up()).then(own).otherwise(whole)
