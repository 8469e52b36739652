"""Memberships: which commitment each claim belongs to, and why the claim is counted or not."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from ledger.resolve.alike import ROLES, name_in_doubt
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.mentions import COMMITTING
from ledger.tables import record_schema
from schemas import ExclusionReason, Membership

GIVES_AMOUNT = "counted: gives its commitment's amount"
NAMES_IN_DOUBT = "names_in_doubt"
"""The review note of a claim that is counted with others under a name that may be another's."""
OF_ALL_CLAIMS = [ExclusionReason.REJECTED.value, ExclusionReason.STATISTIC.value]
"""Reasons of a commitment that are those of each of its claims."""


COLUMNS = [pl.col(name).cast(kind) for name, kind in record_schema(Membership).items()]


def memberships_of(mentions: pl.DataFrame, rows: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """One row for each of `mentions`: its commitment, whether it is the one that counts, and why not.

    `rows` are the commitments with their reasons. The columns are those of the record Membership.
    """
    about = rows.select(
        "cluster", "commitment_id", "representative", "part_of", "whole_said", "rejected_by", "text_unit", "text_upper",
        "whole_cancelled",
        pl.col("exclusion_reason").alias("cluster_reason"), pl.col("measure").alias("cluster_measure"),
    )  # fmt: skip
    quote = mentions.select(
        pl.col("claim_id").alias("representative"),
        pl.col("exact").alias("representative_exact"),
        pl.col("document_id").alias("representative_document"),
    )
    mine = mentions.select("claim_id", "document_id", "cluster", "unit", "upper", "current")
    joined = mine.join(about, on="cluster", maintain_order="left").join(
        quote, on="representative", maintain_order="left"
    )
    reasoned = joined.with_columns(_reason().alias("exclusion_reason")).with_columns(_because().alias("because"))
    return reasoned.with_columns(
        pl.col("exclusion_reason").is_null().alias("counted"),
        pl.concat_str("because", _names_told(mentions, rows, replayed)),
    ).select(COLUMNS)


def memberships_of_none(
    claims: pl.DataFrame,
    no_pledge: pl.DataFrame,
    replayed: ReplayedDecisions,
    gone: Mapping[str, str] = MappingProxyType({}),
) -> pl.DataFrame:
    """One row for each of `claims`, which are in no commitment, with the reason.

    `no_pledge` (claim_id, told) says of sums which kind of statistic they are; `gone` are claims that a later version
    of their document (its document_id) does not tell. The columns are those of the record Membership.
    """
    told = claims.select("claim_id", "kind", "measure").join(
        no_pledge, on="claim_id", how="left", maintain_order="left"
    )
    return _outside(told, replayed, gone).select(COLUMNS)


def _names_told(mentions: pl.DataFrame, rows: pl.DataFrame, replayed: ReplayedDecisions) -> pl.Series:
    """For each of `mentions`, in their order, words on names that differ in form from its commitment's; empty if none.

    Such claims are counted as one, so that no total is too high, and ask a person whether the names are of one.
    """
    told = [pl.col(role).alias(f"{role}_told") for role in ROLES]
    several = rows.filter(pl.col("documents") > 1).select("cluster", *told)
    placed = mentions.select("claim_id", "cluster", *ROLES).with_row_index("at")
    asked = placed.filter(~pl.col("claim_id").is_in(replayed.paired_claims)).join(several, on="cluster")
    words = pl.Series("because", [""] * mentions.height, dtype=pl.String)
    for role in ROLES:
        sides = pl.col(role), pl.col(f"{role}_told")
        named = [side.list.len() > 0 for side in sides]
        unlike = asked.filter(*named, sides[0].list.set_intersection(sides[1]).list.len() == 0)
        for at, ours, theirs in unlike.select("at", *sides).sort("at").iter_rows():
            if found := name_in_doubt(ours, theirs, replayed.different_names):
                words[at] = f"{words[at]}; {NAMES_IN_DOUBT}: {found[0]} here, {found[1]} elsewhere"
    return words


def with_names_to_review(claims: pl.DataFrame, memberships: pl.DataFrame) -> pl.DataFrame:
    """`claims` with the review note `names_in_doubt` where their memberships say so."""
    told = memberships.filter(pl.col("because").str.contains(NAMES_IN_DOUBT, literal=True))["claim_id"]
    if told.is_empty():
        return claims
    noted = pl.concat_list("review", pl.lit([NAMES_IN_DOUBT], dtype=pl.List(pl.String)))
    review = pl.when(pl.col("claim_id").is_in(told.implode())).then(noted).otherwise("review")
    return claims.with_columns(review.alias("review"))


def _reason() -> pl.Expr:
    of_commitment = pl.col("cluster_reason").is_in(OF_ALL_CLAIMS)
    upper, text_upper = pl.col("upper"), pl.col("text_upper")
    higher = text_upper.is_not_null() & (upper.is_null() | (upper > text_upper))
    return (
        pl.when((pl.col("claim_id") == pl.col("representative")) | of_commitment).then("cluster_reason")
        .when(~pl.col("current")).then(pl.lit(ExclusionReason.SUPERSEDED.value))
        .when(pl.col("unit") != pl.col("text_unit")).then(pl.lit(ExclusionReason.CONVERSION.value))
        .when(higher).then(pl.lit(ExclusionReason.SUPERSEDED.value))
        .otherwise(pl.lit(ExclusionReason.RESTATED.value))
    )  # fmt: skip


def _because() -> pl.Expr:
    """The rule and what led to it, in one line."""
    document = pl.concat_str(pl.lit("in document "), "representative_document")
    here = pl.col("document_id") == pl.col("representative_document")
    where = pl.when(here).then(pl.lit("here")).otherwise(document)
    counting = pl.format("claim {} ({}) {}", "representative", "representative_exact", where)
    statistic = pl.format("decision: commitment corrected to {}, which is never summed", "cluster_measure")
    inside = pl.format("inside_whole: counted within commitment {}, by {}", "part_of", "whole_said")
    ended = pl.format("whole_cancelled: commitment {}, which held it by {}, was cancelled", "part_of", "whole_said")
    reason = pl.col("exclusion_reason")
    return (
        pl.when(reason.is_null()).then(pl.lit(GIVES_AMOUNT))
        .when(reason == "rejected").then(pl.format("decision: commitment rejected by {}", "rejected_by"))
        .when(reason == "statistic").then(statistic)
        .when(reason == "restated").then(pl.format("same_amount: repeats what is counted by {}", counting))
        .when(reason == "conversion").then(pl.format("same_money: in another currency, counted by {}", counting))
        .when((reason == "superseded") & pl.col("current")).then(pl.format("made_precise: replaced by {}", counting))
        .when(reason == "superseded").then(pl.format("changed: replaced by {}", counting))
        .when(reason == "part_of").then(inside)
        .when((reason == "cancelled") & pl.col("whole_cancelled")).then(ended)
        .when(reason == "cumulative").then(pl.lit("aggregate: sums what is counted on its own"))
        .otherwise(pl.format("stage: last reported as {}", "cluster_reason"))
    )  # fmt: skip


def _outside(claims: pl.DataFrame, replayed: ReplayedDecisions, gone: Mapping[str, str]) -> pl.DataFrame:
    """Claims that are in no commitment: rejected, statistics, without an amount of money, or told no more.

    `told` names the kind of a sum that is no pledge.
    """
    later = pl.col("claim_id").replace_strict(gone, default=None, return_dtype=pl.String)
    decision = pl.col("claim_id").replace_strict(replayed.rejected, default=None, return_dtype=pl.String)
    named = pl.col("told").is_not_null()
    statistic = named | ~pl.col("measure").is_in(COMMITTING)
    reason = (
        pl.when(decision.is_not_null()).then(pl.lit(ExclusionReason.REJECTED.value))
        .when(statistic).then(pl.lit(ExclusionReason.STATISTIC.value))
        .when(later.is_not_null()).then(pl.lit(ExclusionReason.SUPERSEDED.value))
        .otherwise(pl.lit(ExclusionReason.NO_AMOUNT.value))
    )  # fmt: skip
    because = (
        pl.when(decision.is_not_null()).then(pl.format("decision: rejected by {}", decision))
        .when(named).then("told")
        .when(statistic).then(pl.format("statistic: {} is never summed as a commitment", "measure"))
        .when(later.is_not_null()).then(pl.format("later_version: document {} replaced this one and omits it", later))
        .otherwise(pl.format("no_amount: a figure of kind {} is no amount of money", "kind"))
    )  # fmt: skip
    return claims.select(
        "claim_id",
        pl.lit(None, pl.String).alias("commitment_id"),
        pl.lit(value=False).alias("counted"),
        reason.alias("exclusion_reason"),
        because.alias("because"),
    )
