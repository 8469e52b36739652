"""Pairs: which mentions are worth comparing, by joins on blocks so that cost grows with claims, and which of the pairs are joined."""

from dataclasses import dataclass

import polars as pl

from ledger.rates import Rates, quotes
from ledger.resolve import features
from ledger.resolve.features import LOOSE, NEAR, apart, gap

REACH = 400
"""How many code points may lie between an amount and the one that took its place."""
CONVERTED = 600
"""How many code points may lie between an amount and its conversion."""
BLOCKS_AT_ONCE = 300_000
"""How many rows of blocks are joined at a time."""
SAID = 20.0
"""The score of what a claim itself states."""
SIDES = [
    "start", "end", "sentence_start", "headline", "unit", "size", "dollars", "value", "bound", "digits", "family", "measure", "stage", "increment",
    "period", "actor_keys", "recipient_keys", "name_keys", "proper_keys", "field_keys", "before", "after", "paid",
]  # fmt: skip
"""What is compared of two mentions of one document."""


@dataclass(frozen=True)
class Within:
    """The pairs of mentions of one document that are joined."""

    same: pl.DataFrame
    """a, b, score: rows that tell the same money."""
    changed: pl.DataFrame
    """older, newer, score: rows of which the second took the place of the first."""


def with_dollars(mentions: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """`mentions` with `dollars`, the amount in US dollars of the day as a float, null where there is no rate."""
    priced = quotes(mentions.select("unit", pl.col("day").alias("on")), "USD", rates).select("unit", pl.col("on").alias("day"), "rate")
    joined = mentions.join(priced, on=["unit", "day"], how="left", maintain_order="left", nulls_equal=True)
    return joined.with_columns((pl.col("size") * pl.col("rate").cast(pl.Float64)).alias("dollars")).drop("rate")


def within(mentions: pl.DataFrame) -> Within:
    """What the pairs of mentions inside documents come to; `mentions` are in the order of their `row`."""
    stated = _stated(mentions)
    replaced = stated.filter(pl.col("kind") == "changed_from").select(pl.col("other").alias("older"), pl.col("row").alias("newer"))
    lo, hi = pl.min_horizontal("older", "newer").alias("a"), pl.max_horizontal("older", "newer").alias("b")
    alike = (
        pl.concat([_alike(mentions), _neighbours(mentions, _converts(), CONVERTED)]).unique().join(replaced.select(lo, hi), on=["a", "b"], how="anti")
    )
    same = features.scored(_sides(alike, mentions), features.within(), "within").filter(pl.col("score") > 0).select("a", "b", "score")
    moved = features.scored(_sides(_neighbours(mentions, _moves(), REACH), mentions), features.change(), "change").filter(pl.col("score") > 0)
    onwards = ~features.between().str.contains(r"\bfrom\b")
    older, newer = pl.when(onwards).then("a").otherwise("b").alias("older"), pl.when(onwards).then("b").otherwise("a").alias("newer")
    said = pl.lit(SAID).alias("score")
    told = stated.filter(pl.col("kind") == "conversion").select(
        pl.min_horizontal("row", "other").alias("a"), pl.max_horizontal("row", "other").alias("b"), said
    )
    changed = moved.select(older, newer, "score").join(replaced, on=["older", "newer"], how="anti")
    return Within(pl.concat([same, told]), pl.concat([changed, replaced.select("older", "newer", said)]))


def _stated(mentions: pl.DataFrame) -> pl.DataFrame:
    """row, kind, other (row): the relations that claims themselves state."""
    said = mentions.select("row", "relations").filter(pl.col("relations").list.len() > 0).explode("relations")
    kinds = said.select("row", pl.col("relations").struct.field("kind"), pl.col("relations").struct.field("claim_id"))
    return (
        kinds.join(mentions.select("claim_id", pl.col("row").alias("other")), on="claim_id")
        .select("row", "kind", "other")
        .sort("row", "kind", "other")
    )


def _bucket(size: pl.Expr) -> pl.Expr:
    return (size.clip(1e-6).log() / NEAR).floor().cast(pl.Int32)


def _alike(mentions: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one document alike in an amount of one currency."""
    keyed = mentions.select("row", "document", "unit", "size", _bucket(pl.col("size")).alias("bucket"))
    pieces = []
    for step in (0, 1):
        joined = keyed.join(keyed.with_columns(pl.col("bucket") + step), on=["document", "unit", "bucket"], suffix="_b").filter(apart() < NEAR)
        lo, hi = pl.min_horizontal("row", "row_b").alias("a"), pl.max_horizontal("row", "row_b").alias("b")
        pieces.append(joined.filter(pl.col("row") != pl.col("row_b")).select(lo, hi))
    return pl.concat(pieces).unique()


def _neighbours(mentions: pl.DataFrame, wanted: pl.Expr, reach: int) -> pl.DataFrame:
    """Pairs of one document of which the second starts less than `reach` after the first ends, and that are as wanted."""
    narrow = mentions.select("row", "document", "unit", "size", "dollars", "start", "end", "moves")
    later, left, pieces = (
        narrow.select(pl.all().name.suffix("_b")),
        narrow,
        [pl.DataFrame(schema={"a": narrow.schema["row"], "b": narrow.schema["row"]})],
    )
    while left.height:
        following = left.select(pl.all(), (pl.col("row") + len(pieces)).alias("next"))
        near = following.join(later, left_on="next", right_on="row_b").filter((pl.col("document") == pl.col("document_b")) & (gap() < reach))
        pieces.append(near.filter(wanted).select(pl.col("row").alias("a"), pl.col("next").alias("b")))
        left = near.select(narrow.columns)
    return pl.concat(pieces)


def _converts() -> pl.Expr:
    return (pl.col("unit") != pl.col("unit_b")) & (apart("dollars").is_null() | (apart("dollars") < LOOSE))


def _moves() -> pl.Expr:
    return (pl.col("unit") == pl.col("unit_b")) & (apart() >= NEAR) & (pl.col("moves") | pl.col("moves_b"))


def _sides(pairs: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the columns of both mentions and the numbers of what they have in common."""
    known = mentions.select("row", *SIDES)
    first = pairs.sort("a", "b").join(known, left_on="a", right_on="row", maintain_order="left")
    both = first.join(known, left_on="b", right_on="row", suffix="_b", maintain_order="left")
    return both.with_columns(features.overlaps(features.OVERLAPS))


def tellings_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """What each document says of each of its commitments: one row for each `telling`, with the words and masks of all that its mentions say."""

    def union(column: str) -> pl.Expr:
        return pl.col(column).explode().drop_nulls().unique()

    masked = mentions.select(
        "telling", "document", "day", "unit", "size", "digits", "increment", "actor_keys", "recipient_keys", "proper_keys",
        _bit(pl.struct("unit", "value").hash()).alias("amount_mask"), _bit(pl.col("family").hash()).alias("family_mask"),
        pl.when(pl.col("period").is_not_null()).then(_bit(pl.col("period").hash())).otherwise(_NO_BIT).alias("period_mask"),
        pl.col("field_keys").list.eval(_bit(pl.element())).list.agg(pl.element().bitwise_or()).fill_null(_NO_BIT).alias("field_mask"),
    )  # fmt: skip
    rows = masked.group_by("telling").agg(
        pl.col("document", "day").first(),
        pl.struct("unit", "size").unique().alias("amounts"),
        pl.col("digits").max(),
        pl.col("increment").any(),
        *(pl.col(f"{name}_mask").bitwise_or() for name in ("amount", "family", "period", "field")),
        *(union(name) for name in ("actor_keys", "recipient_keys", "proper_keys")),
    )
    said = [(pl.col(f"{role}_keys").list.len() > 0).alias(f"has_{role}") for role in ("actor", "recipient")]
    return rows.with_columns(pl.concat_list("actor_keys", "recipient_keys", "proper_keys").list.unique().alias("word_keys"), *said).sort("telling")


_NO_BIT = pl.lit(0, pl.UInt64)


def _bit(hashed: pl.Expr) -> pl.Expr:
    """One of 64 bits for a hash."""
    return pl.lit(2, pl.UInt64).pow(hashed % 63)


def across(tellings: pl.DataFrame) -> pl.DataFrame:
    """a, b, score: the tellings of different documents that are the same money; blocks are compared some at a time, so that memory stays bounded."""
    compared = tellings.select("telling", *features.ACROSS)
    keyed = _keyed(tellings)
    found = [pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64, "score": pl.Float64})]
    rounds = 1 + keyed.height // BLOCKS_AT_ONCE
    for turn in range(rounds):
        first = _candidates(keyed.filter(pl.col("bucket") % rounds == turn), keyed).join(compared, left_on="a", right_on="telling")
        both = first.join(compared, left_on="b", right_on="telling", suffix="_b")
        pairs = features.scored(both, features.across(), "across")
        found.append(pairs.filter(pl.col("score") > 0).select(pl.col("a", "b").cast(pl.Int64), "score"))
    return pl.concat(found).group_by("a", "b").agg(pl.col("score").max()).sort("a", "b")


def _keyed(tellings: pl.DataFrame) -> pl.DataFrame:
    """telling, document, unit, size, bucket, key, payer, payee: each amount of each telling with each word that names or tells."""
    sizes = (
        tellings.select("telling", "document", "amounts").explode("amounts").unnest("amounts").with_columns(_bucket(pl.col("size")).alias("bucket"))
    )
    words = tellings.select("telling", "actor_keys", "recipient_keys", pl.col("word_keys").alias("key")).explode("key").drop_nulls("key")
    payer = pl.col("actor_keys").list.contains(pl.col("key")).alias("payer")
    payee = pl.col("recipient_keys").list.contains(pl.col("key")).alias("payee")
    return sizes.join(words.select("telling", "key", payer, payee), on="telling")


def _candidates(these: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Pairs of tellings of different documents that share a word and an amount, or a payer and an amount that may be a rounding of the other.

    With each pair: same_amount, and the numbers of actors, recipients, names and words that are common.
    """
    exact = _met(these.join(keyed, on=["unit", "size", "key"], suffix="_b").with_columns(pl.lit(1, pl.Int8).alias("same_amount")))
    paying, payers = these.filter("payer"), keyed.filter("payer").select("telling", "document", "unit", "size", "bucket", "key")
    near = []
    for step in (-1, 0, 1):
        joined = paying.join(payers.with_columns(pl.col("bucket") - step), on=["unit", "bucket", "key"], suffix="_b")
        near.append(joined.filter((pl.col("size") != pl.col("size_b")) & (apart() < NEAR)).select("telling", "telling_b", "document", "document_b"))
    rounded = pl.concat(near).unique().join(exact.select("a", "b"), left_on=["telling", "telling_b"], right_on=["a", "b"], how="anti")
    words = keyed.select("telling", "key", "payer", "payee").unique()
    worded = rounded.join(words, on="telling").join(words, left_on=["telling_b", "key"], right_on=["telling", "key"], suffix="_b")
    return pl.concat([exact, _met(worded.with_columns(pl.lit(0, pl.Int8).alias("same_amount")))])


def _met(joined: pl.DataFrame) -> pl.DataFrame:
    """Rows of two tellings and a word → one row for each pair, with the numbers of words of each role."""
    named, named_b = pl.col("payer") | pl.col("payee"), pl.col("payer_b") | pl.col("payee_b")
    roles = {"actors": pl.col("payer") & pl.col("payer_b"), "recipients": pl.col("payee") & pl.col("payee_b"), "names": named & named_b}
    apart_rows = joined.filter(pl.col("document") != pl.col("document_b"))
    lo, hi = pl.min_horizontal("telling", "telling_b").alias("a"), pl.max_horizontal("telling", "telling_b").alias("b")
    each = apart_rows.select(lo, hi, "same_amount", "key", *(role.cast(pl.Int8).alias(name) for name, role in roles.items())).unique(
        ["a", "b", "key"]
    )
    counts = [pl.col(name).cast(pl.Int32).sum() for name in roles]
    return each.group_by("a", "b").agg(pl.col("same_amount").max(), *counts, pl.len().cast(pl.Int32).alias("words"))


def sharing(known: pl.DataFrame, tellings: pl.DataFrame) -> pl.Series:
    """The `component` of those of the `known` tellings (component, unit, size, word_keys) that share a block with one of `tellings`."""
    mine = tellings.select("amounts", "word_keys").explode("amounts").unnest("amounts")
    buckets = mine.select("unit", _bucket(pl.col("size")).alias("bucket"), pl.col("word_keys").alias("words"))
    near = pl.concat([buckets.with_columns(pl.col("bucket") + step) for step in (-1, 0, 1)])
    keyed = near.group_by("unit", "bucket").agg(pl.col("words").explode().unique())
    met = known.with_columns(_bucket(pl.col("size")).alias("bucket")).join(keyed, on=["unit", "bucket"])
    return met.filter(pl.col("word_keys").list.set_intersection("words").list.len() > 0)["component"].unique()
