"""Wholes and parts: which commitments lie inside others, and with that which are counted on their own."""

import polars as pl

from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.mentions import COMMITTING
from ledger.resolve.payers import of_many_payers
from schemas import ExclusionReason, Stage

DEPTH = 5
"""How many wholes inside wholes are followed."""
ROUNDED = 1.02
"""A part may be larger than its whole by so much: texts round."""
BY_DECISION, BY_TEXT = 0, 1
"""What says that one is a part of the other; a decision comes first."""


def wholes_of(mentions: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """cluster, whole, by, said: which cluster is a part of which other, as a claim's own relation or a person says.

    A relation holds for the whole commitment, whichever article says it; `said` names the claim and its words, or the
    decision.
    """
    cluster_of = mentions.select("claim_id", "cluster")
    parts = pl.DataFrame(
        [(part, whole, f"decision {by}") for part, whole, by in replayed.parts],
        schema={"part": pl.String, "container": pl.String, "said": pl.String},
        orient="row",
    )
    decided = parts.join(cluster_of, left_on="part", right_on="claim_id").join(
        cluster_of.rename({"cluster": "whole"}), left_on="container", right_on="claim_id"
    )
    sure = pl.lit(1.0).alias("confidence")
    every = pl.concat(
        [decided.select("cluster", "whole", pl.lit(BY_DECISION).alias("by"), sure, "said"), *_stated(mentions)]
    )
    others = every.filter(pl.col("cluster") != pl.col("whole"))
    surest = others.sort("cluster", "by", "confidence", "whole", "said", descending=[False, False, True, False, False])
    return surest.unique("cluster", keep="first", maintain_order=True).drop("confidence")


def stated_wholes(mentions: pl.DataFrame) -> pl.DataFrame:
    """a, b: rows of `mentions` of which a relation says that one lies inside the other."""
    return pl.concat([
        each.select(pl.col("cluster").cast(pl.Int64).alias("a"), pl.col("whole").cast(pl.Int64).alias("b"))
        for each in _stated(mentions.with_columns(pl.col("row").alias("cluster")))
    ]).unique()  # fmt: skip


def _stated(mentions: pl.DataFrame) -> list[pl.DataFrame]:
    """cluster, whole, by, confidence, said: what claims say of one another, from the part's side and the whole's."""
    each = mentions.select("cluster", "claim_id", "relations").explode("relations").drop_nulls("relations")
    words = pl.col("relations_exact").str.replace_all(r"\s+", " ")
    relations = each.unnest("relations", separator="_").select(
        "cluster", "relations_kind", "relations_claim_id", pl.col("relations_confidence").alias("confidence"),
        pl.concat_str(pl.format("claim {}", "claim_id"), pl.format(" (“{}”)", words).fill_null("")).alias("said"),
    )  # fmt: skip
    cluster_of = mentions.select(pl.col("claim_id").alias("relations_claim_id"), pl.col("cluster").alias("other"))
    tied = relations.join(cluster_of, on="relations_claim_id")
    by, kind = pl.lit(BY_TEXT).alias("by"), pl.col("relations_kind")
    return [
        tied.filter(kind == "part_of").select("cluster", pl.col("other").alias("whole"), by, "confidence", "said"),
        tied.filter(kind == "total_of").select(
            pl.col("other").alias("cluster"), pl.col("cluster").alias("whole"), by, "confidence", "said"
        ),
    ]


def with_reasons(rows: pl.DataFrame, wholes: pl.DataFrame) -> pl.DataFrame:
    """`rows` of commitments with `whole`, what said so (`whole_said`), `part_of`, `exclusion_reason` and `counted`.

    Added too is `whole_cancelled`: whether a part is not counted because its whole was cancelled.
    """
    fits = _fitting(rows, wholes)
    known = rows.join(fits, on="cluster", how="left", maintain_order="left")
    reasoned = _with_cancelled_wholes(known.with_columns(_own_reason().alias("own_reason")))
    inside = pl.col("cluster").is_in(inside_counted(reasoned, "cluster", "whole").implode())
    part_of = pl.lit(ExclusionReason.PART_OF.value)
    reason = pl.when(pl.col("own_reason").is_null() & inside).then(part_of).otherwise("own_reason")
    id_of = reasoned.select(pl.col("cluster").alias("whole"), pl.col("commitment_id").alias("part_of"))
    placed = reasoned.with_columns(reason.alias("exclusion_reason")).join(
        id_of, on="whole", how="left", maintain_order="left"
    )
    return placed.with_columns(pl.col("exclusion_reason").is_null().alias("counted"))


def _with_cancelled_wholes(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the reason cancelled for each part whose whole was cancelled after it was last told itself.

    What was paid of it stays. A part that is told again later, or with the cancellation, speaks for itself.
    """
    found = rows.with_columns(pl.lit(value=False).alias("whole_cancelled"))
    cancelled = pl.lit(ExclusionReason.CANCELLED.value)
    for _ in range(DEPTH):
        above = found.select(
            pl.col("cluster").alias("whole"),
            pl.col("own_reason").eq_missing(cancelled).alias("ends"),
            pl.col("last_reported").alias("ended"),
        )
        told = found.join(above, on="whole", how="left", maintain_order="left")
        falls = (
            pl.col("own_reason").is_null()
            & pl.col("ends").fill_null(value=False)
            & (pl.col("stage") != Stage.DISBURSED.value)
            & (pl.col("last_reported") < pl.col("ended"))
        ).fill_null(value=False)
        if not told.select(falls.any()).item():
            break
        # A part of this part was cancelled with the whole, too, on the whole's day.
        found = told.with_columns(
            pl.when(falls).then(cancelled).otherwise("own_reason").alias("own_reason"),
            pl.when(falls).then("ended").otherwise("last_reported").alias("last_reported"),
            (falls | pl.col("whole_cancelled")).alias("whole_cancelled"),
        ).drop("ends", "ended")
    return found.with_columns(rows["last_reported"])


def _fitting(rows: pl.DataFrame, wholes: pl.DataFrame) -> pl.DataFrame:
    """cluster, whole, whole_said: the parts that are no larger than their whole, or that a person says are parts.

    Of two commitments with the same amount the later is the part. Of a ring of wholes the largest lies in no other.
    """
    size = rows.select("cluster", "dollars")
    sized = wholes.join(size, on="cluster").join(size, left_on="whole", right_on="cluster", suffix="_whole")
    small = (pl.col("dollars") <= pl.col("dollars_whole") * ROUNDED).fill_null(value=True)
    later = (pl.col("dollars") != pl.col("dollars_whole")) | (pl.col("whole") < pl.col("cluster"))
    fits = ((pl.col("by") == BY_DECISION) | small) & later.fill_null(value=True)
    return _without_rings(sized.filter(fits)).select("cluster", "whole", pl.col("said").alias("whole_said"))


def _without_rings(parts: pl.DataFrame) -> pl.DataFrame:
    """`parts` (cluster, whole, dollars; each cluster once) without the largest of each ring of wholes."""
    both = pl.col("whole").is_in(parts["cluster"].implode()) & pl.col("cluster").is_in(parts["whole"].implode())
    linked = parts.filter(both).sort("cluster")
    whole_of = dict(linked.select("cluster", "whole").iter_rows())
    size_of = dict(linked.select("cluster", pl.col("dollars").fill_null(0.0)).iter_rows())
    walked: set[int] = set()
    largest = []
    for start in whole_of:
        path: list[int] = []
        at: int | None = start
        while at is not None and at not in walked:
            walked.add(at)
            path.append(at)
            at = whole_of.get(at)
        if at in path:
            largest.append(max(path[path.index(at) :], key=lambda cluster: (size_of[cluster], -cluster)))
    return parts.filter(~pl.col("cluster").is_in(largest))


def _own_reason() -> pl.Expr:
    """Why a commitment adds nothing, whatever other commitments there are."""
    return (
        pl.when(pl.col("rejected_by").is_not_null()).then(pl.lit(ExclusionReason.REJECTED.value))
        .when(~pl.col("measure").is_in(COMMITTING)).then(pl.lit(ExclusionReason.STATISTIC.value))
        .when(pl.col("stage") == Stage.CANCELLED.value).then(pl.lit(ExclusionReason.CANCELLED.value))
        .when(pl.col("stage") == Stage.RUMOURED.value).then(pl.lit(ExclusionReason.RUMOURED.value))
        .when(pl.col("cumulative") & ~of_many_payers()).then(pl.lit(ExclusionReason.CUMULATIVE.value))
    )  # fmt: skip


def with_parts(commitments: pl.DataFrame) -> pl.DataFrame:
    """`commitments` with `counted`, and with the reason part_of where a whole counts and nowhere else.

    The other reasons stand as they are.
    """
    reason, part_of = pl.col("exclusion_reason"), pl.lit(ExclusionReason.PART_OF.value)
    own = pl.when(reason != part_of).then(reason).alias("own_reason")
    reasoned = commitments.with_columns(own)
    inside = pl.col("commitment_id").is_in(inside_counted(reasoned, "commitment_id", "part_of").implode())
    again = pl.when(pl.col("own_reason").is_null() & inside).then(part_of).otherwise("own_reason")
    settled = reasoned.with_columns(again.alias("exclusion_reason"))
    return settled.with_columns(pl.col("exclusion_reason").is_null().alias("counted")).drop("own_reason")


def inside_counted(rows: pl.DataFrame, name: str, whole: str) -> pl.Series:
    """The `name` of those `rows` that lie inside one that counts (without `own_reason`), directly or through others.

    The column `whole` holds the `name` of what each lies inside.
    """
    parts = rows.select(pl.col(name).alias("part"), pl.col(whole).alias("whole")).drop_nulls("whole")
    if parts.is_empty():
        return parts["part"]
    counts = pl.col("own_reason").is_null().alias("counts")
    above = rows.select(pl.col(name).alias("whole"), counts, pl.col(whole).alias("next"))
    walk = parts
    found = []
    for _ in range(DEPTH):
        step = walk.join(above, on="whole")
        found.append(step.filter("counts")["part"])
        walk = step.filter(~pl.col("counts")).select("part", pl.col("next").alias("whole")).drop_nulls()
    return pl.concat(found).unique().sort()
