"""Commitments and memberships: what each cluster of mentions comes to, and why each claim is counted or not."""

from typing import Any

import polars as pl

from ledger.resolve.decided import CommitmentDecision, ReplayedDecisions, amended, commitment_id_of
from ledger.resolve.mentions import COMMITTING
from ledger.tables import record_schema
from schemas import Bound, Commitment, DecisionKind, ExclusionReason, Membership, Stage

FIRM = [Stage.RUMOURED, Stage.PLEDGED, Stage.APPROVED, Stage.COMMITTED, Stage.DISBURSED, Stage.CANCELLED]
"""From talk to payment; a cancellation overrules what else the same day says."""
FACE = [
    "row", "pledge", "claim_id", "unit", "value", "lower", "upper", "bound", "measure", "digits", "day", "headline", "time_basis", "converted",
    "confidence", "dollars",
]  # fmt: skip
WHOLLY = [ExclusionReason.REJECTED.value, ExclusionReason.STATISTIC.value]
"""Reasons of a commitment that are those of each of its claims."""
DEPTH = 5
"""How many wholes inside wholes are followed."""


def commitments_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """One row for each `pledge` of `mentions`, with the columns of the record Commitment but `counted` and `exclusion_reason`, and `face`.

    `mentions` come in order, with `version` (one amount of the pledge), `current` (whether it is the amount that holds) and `converted`.
    """
    face = _faces(mentions.filter("current").select(FACE))
    dated = pl.when("dated").then("day")
    prepared = mentions.with_columns(
        dated.alias("reported"),
        (~pl.col("current") | (pl.col("time_basis") == "cumulative").fill_null(value=False)).alias("sum"),
    )
    told = prepared.group_by("pledge", maintain_order=True).agg(
        pl.col("claim_id").alias("claims"),
        pl.col("unit").first().alias("first_unit"),
        pl.col("value").first().alias("first_value"),
        pl.col("reported").min().alias("first_reported"),
        pl.col("reported").max().alias("last_reported"),
        pl.col("sum").all().alias("cumulative"),
    )
    periods = mentions.select("pledge", "period").drop_nulls().group_by("pledge").agg(pl.col("period").last())
    rows = face.join(told, on="pledge").join(periods, on="pledge", how="left").sort("pledge")
    for column, name in (("document", "documents"), ("publisher", "publishers")):
        counts = (
            mentions.select("pledge", column)
            .drop_nulls()
            .unique()
            .group_by("pledge")
            .agg(pl.len().cast(pl.Int64).alias(name))
        )
        rows = rows.join(counts, on="pledge", how="left", maintain_order="left").with_columns(pl.col(name).fill_null(0))
    for column in ("actor", "recipient", "fields"):
        rows = rows.join(_usual(mentions, column), on="pledge", how="left", maintain_order="left").with_columns(
            pl.col(column).fill_null([])
        )
    staged = rows.join(_stages(mentions), on="pledge", maintain_order="left")
    ids = [commitment_id_of(first) for first in staged["claims"].list.first().to_list()]
    told = staged.with_columns(pl.Series("commitment_id", ids, dtype=pl.String))
    return told.join(_superseded(mentions), on="pledge", how="left", maintain_order="left")


def _superseded(mentions: pl.DataFrame) -> pl.DataFrame:
    """pledge, supersedes: the claim that first told the last amount that the current one took the place of; a version is its first mention's row."""
    last = mentions.filter(~pl.col("current")).group_by("pledge").agg(pl.col("version").max())
    return last.select("pledge").with_columns(mentions["claim_id"][last["version"]].alias("supersedes"))


def _faces(current: pl.DataFrame) -> pl.DataFrame:
    """The amount of each pledge as last said, and `face`, the claim that said it first: its day is the day of the announcement."""
    amount = ["unit", "value", "lower", "upper", "bound"]
    placed = current.with_columns(_face_order().alias("order"))
    last = _least(placed, "order").select("pledge", *amount, "measure")
    same = [pl.col(name).eq_missing(pl.col(f"{name}_last")) for name in amount]
    both = placed.join(last, on="pledge", suffix="_last", maintain_order="left").filter(same)
    plain = ~pl.col("converted") & (pl.col("time_basis").fill_null("") != "cumulative")
    told = _least(both.with_columns(((~plain).cast(pl.UInt64) * 2**32 + pl.col("row")).alias("order")), "order")
    return last.join(told.select("pledge", pl.col("claim_id").alias("face"), "confidence", "dollars"), on="pledge")


def _least(rows: pl.DataFrame, order: str) -> pl.DataFrame:
    """The row of each pledge whose `order` is the least; no two of a pledge have the same."""
    return rows.join(rows.group_by("pledge").agg(pl.col(order).min()), on=["pledge", order], how="semi")


def _face_order() -> pl.Expr:
    """Which mention gives the amount: in its own currency, no running total, plainly, in full, last, not in the heading; the first of such.

    All of it in one number, so that the least of each pledge is found without sorting.
    """
    days = 2**20
    asked: list[tuple[pl.Expr, int]] = [
        (pl.col("converted"), 2),
        ((pl.col("time_basis") == "cumulative").fill_null(value=False), 2),
        (pl.col("bound") == Bound.ABOUT.value, 2),
        (7 - pl.col("digits").cast(pl.Int32), 8),
        ((days // 2 - pl.col("day").cast(pl.Int32)).clip(0, days - 1).fill_null(days - 1), days),
        (pl.col("headline"), 2),
        (pl.col("row"), 2**32),
    ]
    order = pl.lit(0, pl.UInt64)
    for part, room in asked:
        order = order * room + part.cast(pl.UInt64)
    return order


def _usual(mentions: pl.DataFrame, column: str) -> pl.DataFrame:
    """What most mentions of each pledge say in a list column, the latest where several are as frequent; `row` is a mention's place."""
    hashed = (
        pl.col(column).list.eval(pl.element().hash()).list.sum().alias("set")
    )  # the same in whatever order the members stand
    said = mentions.filter(pl.col(column).list.len() > 0).select("pledge", "row", "current", hashed)
    once = said.group_by("pledge").agg(
        pl.col("set").min().alias("least"), pl.col("set").max().alias("most"), pl.col("row").last()
    )
    agreed = pl.col("least") == pl.col("most")
    torn = said.join(once.filter(~agreed).select("pledge"), on="pledge", how="semi")
    times = torn.group_by("pledge", "set").agg(pl.len().alias("times"), pl.col("current").any().alias("holds"))
    order = torn.join(times, on=["pledge", "set"]).sort(
        "pledge", "holds", "times", "row", descending=[False, True, True, True]
    )
    chosen = order.unique("pledge", keep="first", maintain_order=True)
    rows = pl.concat([once.filter(agreed).select("pledge", "row"), chosen.select("pledge", "row")])
    return rows.select("pledge").with_columns(mentions[column][rows["row"]])


def _stages(mentions: pl.DataFrame) -> pl.DataFrame:
    """stage (the firmest that the last day's mentions of the current amount say) and stages (each with the claim that first says it)."""
    rank = pl.col("stage").replace_strict(
        {stage.value: place for place, stage in enumerate(FIRM)}, return_dtype=pl.Int8
    )
    ranked = mentions.select("pledge", "row", "claim_id", "day", "dated", "current", "stage", rank.alias("rank"))
    last = (
        ranked.filter("current")
        .sort("pledge", "day", "rank", "row", nulls_last=False)
        .unique("pledge", keep="last", maintain_order=True)
    )
    first = ranked.unique(["pledge", "stage"], keep="first", maintain_order=True).sort("pledge", "row")
    on = pl.when("dated").then("day").alias("on")
    history = first.group_by("pledge", maintain_order=True).agg(pl.struct("stage", on, "claim_id").alias("stages"))
    return last.select("pledge", "stage").join(history, on="pledge")


def wholes_of(mentions: pl.DataFrame, decided: ReplayedDecisions) -> pl.DataFrame:
    """pledge, whole: which pledge is told to be a part of which other, by the claims' own relations or by a person."""
    said = (
        mentions.select("claim_id", "pledge", "relations")
        .explode("relations")
        .drop_nulls("relations")
        .unnest("relations", separator="_")
    )
    pledge_of = mentions.select(pl.col("claim_id").alias("relations_claim_id"), pl.col("pledge").alias("other"))
    tied = said.filter(pl.col("relations_kind").is_in(["part_of", "total_of"])).join(pledge_of, on="relations_claim_id")
    down = tied.filter(pl.col("relations_kind") == "part_of").select(
        "pledge", pl.col("other").alias("whole"), pl.lit(1).alias("by")
    )
    up = tied.filter(pl.col("relations_kind") == "total_of").select(
        pl.col("other").alias("pledge"), pl.col("pledge").alias("whole"), pl.lit(1).alias("by")
    )
    ruled = pl.DataFrame(
        [(part, whole) for part, whole, _ in decided.parts],
        schema={"part": pl.String, "container": pl.String},
        orient="row",
    )
    mine = mentions.select("claim_id", "pledge")
    linked = ruled.join(mine, left_on="part", right_on="claim_id").join(
        mine.rename({"pledge": "whole"}), left_on="container", right_on="claim_id"
    )
    every = pl.concat([linked.select("pledge", "whole", pl.lit(0).alias("by")), down, up]).filter(
        pl.col("pledge") != pl.col("whole")
    )
    return every.sort("pledge", "by", "whole").unique("pledge", keep="first", maintain_order=True)


def ruled(rows: pl.DataFrame, mentions: pl.DataFrame, decided: ReplayedDecisions) -> pl.DataFrame:
    """`rows` as people say that the commitments are, with `rejected_by` (a decision) and, as the texts have them, `face_unit` and `face_upper`.

    A decision on a commitment is on all its claims together, and on whatever claims join them later.
    """
    told = rows.with_columns(
        pl.lit(None, pl.String).alias("rejected_by"),
        pl.col("unit").alias("face_unit"),
        pl.col("upper").alias("face_upper"),
    )
    named = mentions.filter(pl.col("claim_id").is_in([one.claim_id for one in decided.on_commitments])).select(
        "claim_id", "pledge"
    )
    pledge_of = dict(named.iter_rows())
    of_pledge: dict[int, list[CommitmentDecision]] = {}
    for one in decided.on_commitments:
        if one.claim_id in pledge_of:
            of_pledge.setdefault(pledge_of[one.claim_id], []).append(one)
    if not of_pledge:
        return told
    meant = told.filter(pl.col("pledge").is_in(list(of_pledge)))
    new = [_ruled_row(row, of_pledge[row["pledge"]], decided.aliases) for row in meant.iter_rows(named=True)]
    others = told.filter(~pl.col("pledge").is_in(list(of_pledge)))
    return pl.concat([others, pl.DataFrame(new, schema=told.schema, orient="row")]).sort("pledge")


def _ruled_row(row: dict[str, Any], decisions: list[CommitmentDecision], aliases: dict[str, str]) -> dict[str, Any]:
    new = amended(row, [one.correction for one in decisions if one.correction is not None], aliases)
    for one in decisions:
        if one.kind is DecisionKind.REJECT:
            new["rejected_by"] = one.decision_id
        elif one.kind is DecisionKind.ACCEPT:
            new |= {"rejected_by": None, "confidence": 1.0}
    if (new["unit"], new["value"]) != (row["unit"], row["value"]):
        new["dollars"] = None  # it is not worth now what the texts say; only its fit into a whole is asked by it
    return new


def with_reasons(rows: pl.DataFrame, wholes: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `whole`, `part_of`, `exclusion_reason` and `counted`."""
    size = rows.select("pledge", "dollars")
    fits = (
        wholes.join(size, on="pledge")
        .join(size, left_on="whole", right_on="pledge", suffix="_whole")
        .filter((pl.col("by") == 0) | (pl.col("dollars") <= pl.col("dollars_whole") * 1.02).fill_null(value=True))
        .filter(
            ((pl.col("dollars") != pl.col("dollars_whole")) | (pl.col("whole") < pl.col("pledge"))).fill_null(
                value=True
            )
        )
    )
    known = rows.join(fits.select("pledge", "whole"), on="pledge", how="left", maintain_order="left")
    alone = (
        pl.when(pl.col("rejected_by").is_not_null()).then(pl.lit(ExclusionReason.REJECTED.value))
        .when(~pl.col("measure").is_in(COMMITTING)).then(pl.lit(ExclusionReason.STATISTIC.value))
        .when(pl.col("stage") == Stage.CANCELLED.value).then(pl.lit(ExclusionReason.CANCELLED.value))
        .when(pl.col("cumulative")).then(pl.lit(ExclusionReason.CUMULATIVE.value))
        .when(pl.col("stage") == Stage.RUMOURED.value).then(pl.lit(ExclusionReason.RUMOURED.value))
    )  # fmt: skip
    reasoned = known.with_columns(alone.alias("alone"))
    inside = _inside(reasoned.select("pledge", "whole", "alone"))
    reason = (
        pl.when(pl.col("alone").is_null() & pl.col("pledge").is_in(inside.implode()))
        .then(pl.lit(ExclusionReason.PART_OF.value))
        .otherwise("alone")
    )
    id_of = reasoned.select(pl.col("pledge").alias("whole"), pl.col("commitment_id").alias("part_of"))
    return (
        reasoned.with_columns(reason.alias("exclusion_reason"))
        .join(id_of, on="whole", how="left", maintain_order="left")
        .with_columns(pl.col("exclusion_reason").is_null().alias("counted"))
    )


def _inside(rows: pl.DataFrame) -> pl.Series:
    """The pledges that lie inside one that counts, however many wholes further up."""
    parts = rows.filter(pl.col("whole").is_not_null())
    if parts.is_empty():
        return parts["pledge"]
    above = rows.select(
        pl.col("pledge").alias("whole"), pl.col("alone").is_null().alias("counts"), pl.col("whole").alias("next")
    )
    walk = parts.select("pledge", "whole")
    found = []
    for _ in range(DEPTH):
        step = walk.join(above, on="whole")
        found.append(step.filter("counts")["pledge"])
        walk = step.filter(~pl.col("counts")).select("pledge", pl.col("next").alias("whole")).drop_nulls()
    return pl.concat(found).unique().sort()


def memberships_of(
    claims: pl.DataFrame, mentions: pl.DataFrame, rows: pl.DataFrame, decided: ReplayedDecisions
) -> pl.DataFrame:
    """One row for each claim: its commitment, whether it is the one that counts, and why not."""
    about = rows.select(
        "pledge", "commitment_id", "face", "part_of", "rejected_by", pl.col("exclusion_reason").alias("pledge_reason"), "face_unit", "face_upper",
        pl.col("measure").alias("pledge_measure"),
    )  # fmt: skip
    quote = mentions.select(
        pl.col("claim_id").alias("face"),
        pl.col("exact").alias("face_said"),
        pl.col("document_id").alias("face_document"),
    )
    mine = mentions.select("claim_id", "document_id", "pledge", "unit", "upper", "current")
    told = mine.join(about, on="pledge", maintain_order="left").join(quote, on="face", maintain_order="left")
    reason, because = _reason(), _because()
    placed = told.with_columns(reason.alias("exclusion_reason")).with_columns(because.alias("because"))
    inside = placed.select(
        "claim_id",
        "commitment_id",
        pl.col("exclusion_reason").is_null().alias("counted"),
        "exclusion_reason",
        "because",
    )
    outside = claims.select("claim_id", "kind", "measure").join(inside, on="claim_id", how="anti")
    return (
        pl.concat([inside, _outside(outside, decided)])
        .select(pl.col(n).cast(t) for n, t in record_schema(Membership).items())
        .sort("claim_id")
    )


def _reason() -> pl.Expr:
    higher = pl.col("face_upper").is_not_null() & (pl.col("upper").is_null() | (pl.col("upper") > pl.col("face_upper")))
    return (
        pl.when((pl.col("claim_id") == pl.col("face")) | pl.col("pledge_reason").is_in(WHOLLY)).then("pledge_reason")
        .when(~pl.col("current")).then(pl.lit(ExclusionReason.SUPERSEDED.value))
        .when(pl.col("unit") != pl.col("face_unit")).then(pl.lit(ExclusionReason.CONVERSION.value))
        .when(higher).then(pl.lit(ExclusionReason.SUPERSEDED.value))
        .otherwise(pl.lit(ExclusionReason.RESTATED.value))
    )  # fmt: skip


def _because() -> pl.Expr:
    """The rule and what led to it, in one line."""
    where = (
        pl.when(pl.col("document_id") == pl.col("face_document"))
        .then(pl.lit("here"))
        .otherwise(pl.concat_str(pl.lit("in document "), "face_document"))
    )
    face = pl.format("claim {} ({}) {}", "face", "face_said", where)
    reason = pl.col("exclusion_reason")
    return (
        pl.when(reason.is_null()).then(pl.lit("counted: gives its commitment's amount"))
        .when(reason == "rejected").then(pl.format("decision: commitment rejected by {}", "rejected_by"))
        .when(reason == "statistic").then(pl.format("decision: commitment corrected to {}, which is never summed", "pledge_measure"))
        .when(reason == "restated").then(pl.format("same_amount: told again, counted by {}", face))
        .when(reason == "conversion").then(pl.format("same_money: in another currency, counted by {}", face))
        .when((reason == "superseded") & pl.col("current")).then(pl.format("made_precise: replaced by {}", face))
        .when(reason == "superseded").then(pl.format("changed: replaced by {}", face))
        .when(reason == "part_of").then(pl.format("inside_whole: counted within commitment {}", "part_of"))
        .when(reason == "cumulative").then(pl.lit("running_total: sums what is counted on its own"))
        .otherwise(pl.format("stage: last told as {}", "pledge_reason"))
    )  # fmt: skip


def _outside(claims: pl.DataFrame, decided: ReplayedDecisions) -> pl.DataFrame:
    """Claims that are in no commitment: rejected, statistics, and commitments without an amount of money."""
    decision = pl.col("claim_id").replace_strict(decided.rejected, default=None, return_dtype=pl.String)
    statistic = ~pl.col("measure").is_in(COMMITTING)
    reason = (
        pl.when(decision.is_not_null())
        .then(pl.lit("rejected"))
        .when(statistic)
        .then(pl.lit("statistic"))
        .otherwise(pl.lit("no_amount"))
    )
    because = (
        pl.when(decision.is_not_null()).then(pl.format("decision: rejected by {}", decision))
        .when(statistic).then(pl.format("statistic: {} is never summed as a commitment", "measure"))
        .otherwise(pl.format("no_amount: {} says no money", "kind"))
    )  # fmt: skip
    none = pl.lit(None, pl.String)
    return claims.select(
        "claim_id",
        none.alias("commitment_id"),
        pl.lit(value=False).alias("counted"),
        reason.alias("exclusion_reason"),
        because.alias("because"),
    )


def as_records(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with exactly the columns of the record Commitment, in the order of their ids."""
    return rows.select(pl.col(name).cast(kind) for name, kind in record_schema(Commitment).items()).sort(
        "commitment_id"
    )
