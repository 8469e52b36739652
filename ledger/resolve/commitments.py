"""Commitments: what each cluster of mentions comes to."""

import polars as pl

from ledger.resolve.decisions import commitment_id_of
from ledger.tables import record_schema
from schemas import Bound, Commitment, RelationKind, Stage

STAGE_RANK = {stage.value: place for place, stage in enumerate(Stage)}
"""From talk to payment; a cancellation overrules what else is reported on the same day."""
AMOUNT = ["unit", "value", "lower", "upper", "bound"]
COMPARED = [
    "row", "cluster", "claim_id", *AMOUNT, "measure", "digits", "day", "headline", "time_basis", "converted",
    "confidence", "dollars", "share",
]  # fmt: skip
"""What decides which claim represents a cluster, and what it says."""
SHARES = [RelationKind.RATE_OF.value, RelationKind.EACH_OF.value]
"""Relations of two amounts of one pledge, of which the lesser is a share: so much a year, so much each."""


def commitments_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """One row for each `cluster`: the columns of the record Commitment without `counted` and `exclusion_reason`.

    Added is `representative`, a claim_id. `mentions` come in order, with `version` (one amount of the cluster),
    `current` (whether it is the amount that holds) and `converted`.
    """
    rows = _representatives(_with_shares(mentions).filter("current").select(COMPARED))
    rows = rows.join(_history(mentions), on="cluster")
    periods = mentions.select("cluster", "period").drop_nulls().group_by("cluster").agg(pl.col("period").last())
    rows = rows.join(periods, on="cluster", how="left").sort("cluster")
    added = [
        _distinct(mentions, "document", "documents"),
        _distinct(mentions, "publisher", "publishers"),
        *(_usual(mentions, column) for column in ("actor", "recipient", "fields")),
        _stages(mentions),
        _superseded(mentions),
    ]
    for columns in added:
        rows = rows.join(columns, on="cluster", how="left", maintain_order="left")
    filled = rows.with_columns(pl.col("documents", "publishers").fill_null(0))
    ids = [commitment_id_of(first) for first in filled["claims"].list.first().to_list()]
    return filled.with_columns(
        pl.col("actor", "recipient", "fields").fill_null([]), pl.Series("commitment_id", ids, dtype=pl.String)
    )


def _with_shares(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` with `share`: whether a claim tells what each pays, or what is paid a year, of another's amount."""
    relations = mentions.select("claim_id", "unit", "value", "relations").explode("relations").drop_nulls("relations")
    named = relations.unnest("relations", separator="_").filter(pl.col("relations_kind").is_in(SHARES))
    other = mentions.select(
        pl.col("claim_id").alias("relations_claim_id"), pl.col("unit").alias("unit_b"), pl.col("value").alias("value_b")
    )
    pairs = named.join(other, on="relations_claim_id").filter(pl.col("unit") == pl.col("unit_b"))
    lesser = pl.when(pl.col("value") < pl.col("value_b")).then("claim_id")
    shares = pairs.select(lesser.when(pl.col("value_b") < pl.col("value")).then("relations_claim_id").alias("share"))
    return mentions.with_columns(pl.col("claim_id").is_in(shares["share"].drop_nulls().implode()).alias("share"))


def _history(mentions: pl.DataFrame) -> pl.DataFrame:
    """cluster, claims, the amount as first said, first and last day, cumulative (whether it is a running total)."""
    running = (pl.col("time_basis") == "cumulative").fill_null(value=False)
    prepared = mentions.with_columns(
        pl.when("dated").then("day").alias("reported"), (~pl.col("current") | running).alias("running")
    )
    return prepared.group_by("cluster", maintain_order=True).agg(
        pl.col("claim_id").alias("claims"),
        pl.col("unit").first().alias("first_unit"),
        pl.col("value").first().alias("first_value"),
        pl.col("reported").min().alias("first_reported"),
        pl.col("reported").max().alias("last_reported"),
        pl.col("running").all().alias("cumulative"),
    )


def _distinct(mentions: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """How many different values of a column each cluster has."""
    once = mentions.select("cluster", column).drop_nulls().unique()
    return once.group_by("cluster").agg(pl.len().cast(pl.Int64).alias(name))


def _superseded(mentions: pl.DataFrame) -> pl.DataFrame:
    """cluster, supersedes: the claim that first told the last amount that was replaced.

    A version is named by the row of its first mention.
    """
    last = mentions.filter(~pl.col("current")).group_by("cluster").agg(pl.col("version").max())
    return last.select("cluster").with_columns(mentions["claim_id"][last["version"]].alias("supersedes"))


def _representatives(current: pl.DataFrame) -> pl.DataFrame:
    """The amount of each cluster as last said, and `representative`, the claim that said it first.

    The day of that claim is the day of the announcement.
    """
    placed = current.with_columns(_amount_order().alias("order"))
    last = _least(placed, "order").select("cluster", *AMOUNT, "measure")
    same = [pl.col(name).eq_missing(pl.col(f"{name}_last")) for name in AMOUNT]
    both = placed.join(last, on="cluster", suffix="_last", maintain_order="left").filter(same)
    plain = ~pl.col("converted") & (pl.col("time_basis").fill_null("") != "cumulative")
    first = _least(both.with_columns(((~plain).cast(pl.UInt64) * 2**32 + pl.col("row")).alias("order")), "order")
    said = first.select("cluster", pl.col("claim_id").alias("representative"), "confidence", "dollars")
    return last.join(said, on="cluster")


def _least(rows: pl.DataFrame, order: str) -> pl.DataFrame:
    """The row of each cluster whose `order` is the least; no two of a cluster have the same."""
    return rows.join(rows.group_by("cluster").agg(pl.col(order).min()), on=["cluster", order], how="semi")


def _amount_order() -> pl.Expr:
    """Which mention gives the amount, the least first.

    Its own currency before a conversion, the whole before a share, no running total, no "about", the most digits, the
    latest day, not the heading; the first of those that are left. All of it is one number, so that no sort is needed.
    """
    days = 2**20
    asked: list[tuple[pl.Expr, int]] = [
        (pl.col("converted"), 2),
        (pl.col("share"), 2),
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
    """The value of a list column that most mentions of each cluster have, the latest where several are as frequent."""
    members = pl.col(column).list.eval(pl.element().hash()).list.sum().alias("set")  # in whatever order they stand
    said = mentions.filter(pl.col(column).list.len() > 0).select("cluster", "row", "current", members)
    once = said.group_by("cluster").agg(
        pl.col("set").min().alias("least"), pl.col("set").max().alias("most"), pl.col("row").last()
    )
    agreed = pl.col("least") == pl.col("most")
    torn = said.join(once.filter(~agreed).select("cluster"), on="cluster", how="semi")
    times = torn.group_by("cluster", "set").agg(pl.len().alias("times"), pl.col("current").any().alias("holds"))
    order = torn.join(times, on=["cluster", "set"]).sort(
        "cluster", "holds", "times", "row", descending=[False, True, True, True]
    )
    chosen = order.unique("cluster", keep="first", maintain_order=True)
    rows = pl.concat([once.filter(agreed).select("cluster", "row"), chosen.select("cluster", "row")])
    return rows.select("cluster").with_columns(mentions[column][rows["row"]])


def _stages(mentions: pl.DataFrame) -> pl.DataFrame:
    """stage (the firmest on the last day of the current amount) and stages (each with the claim that first says it)."""
    rank = pl.col("stage").replace_strict(STAGE_RANK, return_dtype=pl.Int8).alias("rank")
    ranked = mentions.select("cluster", "row", "claim_id", "day", "dated", "current", "stage", rank)
    last = (
        ranked.filter("current")
        .sort("cluster", "day", "rank", "row", nulls_last=False)
        .unique("cluster", keep="last", maintain_order=True)
    )
    first = ranked.unique(["cluster", "stage"], keep="first", maintain_order=True).sort("cluster", "row")
    on = pl.when("dated").then("day").alias("on")
    history = first.group_by("cluster", maintain_order=True).agg(pl.struct("stage", on, "claim_id").alias("stages"))
    return last.select("cluster", "stage").join(history, on="cluster")


def as_records(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with exactly the columns of the record Commitment, in the order of their ids."""
    columns = (pl.col(name).cast(kind) for name, kind in record_schema(Commitment).items())
    return rows.select(columns).sort("commitment_id")
