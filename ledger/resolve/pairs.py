"""Pairs: which mentions are worth comparing, by joins on blocks so that cost grows with claims, and which of the pairs are joined."""

from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates, quotes
from ledger.resolve import features
from ledger.resolve.features import LOOSE, NEAR, apart, gap
from ledger.resolve.mentions import lexicon

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
    priced = quotes(mentions.select("unit", pl.col("day").alias("on")), "USD", rates).select(
        "unit", pl.col("on").alias("day"), "rate"
    )
    joined = mentions.join(priced, on=["unit", "day"], how="left", maintain_order="left", nulls_equal=True)
    return joined.with_columns((pl.col("size") * pl.col("rate").cast(pl.Float64)).alias("dollars")).drop("rate")


def within(mentions: pl.DataFrame) -> Within:
    """What the pairs of mentions inside documents come to; `mentions` are in the order of their `row`."""
    stated = _stated(mentions)
    replaced = stated.filter(pl.col("kind") == "changed_from").select(
        pl.col("other").alias("older"), pl.col("row").alias("newer")
    )
    lo, hi = pl.min_horizontal("older", "newer").alias("a"), pl.max_horizontal("older", "newer").alias("b")
    alike = (
        pl.concat([_alike(mentions), _neighbours(mentions, _converts(), CONVERTED)])
        .unique()
        .join(replaced.select(lo, hi), on=["a", "b"], how="anti")
    )
    same = (
        features.scored(_sides(alike, mentions), features.within(), "within")
        .filter(pl.col("score") > 0)
        .select("a", "b", "score")
    )
    moved = features.scored(
        _sides(_neighbours(mentions, _moves(), REACH), mentions), features.change(), "change"
    ).filter(pl.col("score") > 0)
    onwards = ~features.between().str.contains(lexicon()["words"]["backwards"])
    older, newer = (
        pl.when(onwards).then("a").otherwise("b").alias("older"),
        pl.when(onwards).then("b").otherwise("a").alias("newer"),
    )
    said = pl.lit(SAID).alias("score")
    told = stated.filter(pl.col("kind") == "converts").select(
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
        joined = keyed.join(
            keyed.with_columns(pl.col("bucket") + step), on=["document", "unit", "bucket"], suffix="_b"
        ).filter(apart() < NEAR)
        lo, hi = pl.min_horizontal("row", "row_b").alias("a"), pl.max_horizontal("row", "row_b").alias("b")
        pieces.append(joined.filter(pl.col("row") != pl.col("row_b")).select(lo, hi))
    return pl.concat(pieces).unique()


def _neighbours(mentions: pl.DataFrame, wanted: pl.Expr, reach: int) -> pl.DataFrame:
    """Pairs of one document of which the second starts less than `reach` after the first ends, and that are as wanted; `row` is a mention's place."""
    narrow = mentions.select("row", "document", "unit", "size", "dollars", "start", "end", "moves")
    later = narrow.select(pl.all().name.suffix("_b"))
    left, pieces = narrow, [pl.DataFrame(schema={"a": narrow.schema["row"], "b": narrow.schema["row"]})]
    while left.height:
        following = left.filter(pl.col("row") + len(pieces) < narrow.height)
        near = following.hstack(later[following["row"] + len(pieces)]).filter(
            pl.col("document") == pl.col("document_b"), gap() < reach
        )
        pieces.append(near.filter(wanted).select(pl.col("row").alias("a"), pl.col("row_b").alias("b")))
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
    masked = mentions.select(
        "telling", "document", "day", "digits", "increment", "actor_keys", "recipient_keys", "proper_keys", pl.struct("unit", "size").alias("amount"),
        _bit(pl.struct("unit", "value").hash()).alias("amount_mask"), _bit(pl.col("family").hash()).alias("family_mask"),
        pl.when(pl.col("period").is_not_null()).then(_bit(pl.col("period").hash())).otherwise(_NO_BIT).alias("period_mask"),
        pl.col("field_keys").list.eval(_bit(pl.element())).list.agg(pl.element().bitwise_or()).fill_null(_NO_BIT).alias("field_mask"),
    )  # fmt: skip
    once = pl.col("telling").is_unique()
    rows = pl.concat([_told_once(masked.filter(once)), _told_often(masked.filter(~once))])
    said = [(pl.col(f"{role}_keys").list.len() > 0).alias(f"has_{role}") for role in ("actor", "recipient")]
    return rows.with_columns(pl.concat_list(KEYS).list.unique().alias("word_keys"), *said).sort("telling")


KEYS = ("actor_keys", "recipient_keys", "proper_keys")
MASKS = ("amount_mask", "family_mask", "period_mask", "field_mask")


def _told_once(masked: pl.DataFrame) -> pl.DataFrame:
    """Tellings of one mention each, which most are: there is nothing to gather, and the words of a mention are distinct."""
    return masked.select(
        "telling", "document", "day", pl.concat_list("amount").alias("amounts"), "digits", "increment", *MASKS, *KEYS
    )


def _told_often(masked: pl.DataFrame) -> pl.DataFrame:
    """Tellings of several mentions each."""
    lists = (pl.col(name).explode().drop_nulls().unique() for name in KEYS)
    return masked.group_by("telling").agg(
        pl.col("document", "day").first(),
        pl.col("amount").unique().alias("amounts"),
        pl.col("digits").max(),
        pl.col("increment").any(),
        *(pl.col(name).bitwise_or() for name in MASKS),
        *lists,
    )


_NO_BIT = pl.lit(0, pl.UInt64)


def _bit(hashed: pl.Expr) -> pl.Expr:
    """One of 64 bits for a hash."""
    return pl.lit(2, pl.UInt64).pow(hashed % 63)


def across(tellings: pl.DataFrame) -> pl.DataFrame:
    """a, b, score: the tellings of different documents that are the same money; blocks are compared some at a time, so that memory stays bounded.

    `tellings` are in the order of their `telling`; here each goes by its place among them, so that its columns are picked and not joined.
    """
    compared, keyed = tellings.select(features.ACROSS), _keyed(tellings)
    found = [pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64, "score": pl.Float64})]
    rounds = 1 + keyed.height // BLOCKS_AT_ONCE
    for turn in range(rounds):
        pairs = _candidates(
            keyed.filter(pl.col("bucket") % rounds == turn), keyed.filter((pl.col("bucket") - 1) % rounds == turn)
        )
        both = pairs.hstack(compared[pairs["place"]]).hstack(
            compared[pairs["place_b"]].select(pl.all().name.suffix("_b"))
        )
        found.append(
            _placed(features.scored(both, features.across(), "across").filter(pl.col("score") > 0), tellings["telling"])
        )
    return pl.concat(found).group_by("a", "b").agg(pl.col("score").max()).sort("a", "b")


def _placed(pairs: pl.DataFrame, telling: pl.Series) -> pl.DataFrame:
    """a, b, score: places turned back into tellings."""
    ends = [telling[pairs[column]].cast(pl.Int64).alias(name) for name, column in (("a", "place"), ("b", "place_b"))]
    return pairs.select("score").with_columns(*ends).select("a", "b", "score")


def _keyed(tellings: pl.DataFrame) -> pl.DataFrame:
    """Each amount of each telling with each word that names or tells.

    The columns are place, document, size, bucket, key, payer, payee, and hashes of what is joined by: `exactly` of currency, amount and word,
    `nearly` of currency, bucket and word, `below` of the bucket before.
    """
    placed = tellings.select("document", "amounts", *KEYS, "word_keys").with_row_index("place")
    sizes = (
        placed.select("place", "document", "amounts")
        .explode("amounts")
        .unnest("amounts")
        .with_columns(_bucket(pl.col("size")).alias("bucket"))
    )
    words = (
        placed.select("place", "actor_keys", "recipient_keys", pl.col("word_keys").alias("key"))
        .explode("key")
        .drop_nulls("key")
    )
    payer = pl.col("actor_keys").list.contains(pl.col("key")).alias("payer")
    payee = pl.col("recipient_keys").list.contains(pl.col("key")).alias("payee")
    each = sizes.join(words.select("place", "key", payer, payee), on="place")
    below = pl.struct("unit", pl.col("bucket") - 1, "key").hash()
    hashes = {
        "exactly": pl.struct("unit", "size", "key").hash(),
        "nearly": pl.struct("unit", "bucket", "key").hash(),
        "below": below,
    }
    return each.with_columns(**hashes).drop("unit")


def _candidates(these: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """Pairs of tellings of different documents that share a word and an amount, or a payer and an amount that may be a rounding of the other.

    `these` are rows of some buckets, `above` those of the buckets just above. With each pair (place, place_b): same_amount, and the numbers of
    actors, recipients, names and words that are common.
    """
    side = these.select("place", "document", "size", "key", "payer", "payee", "exactly")
    exact = side.join(side, on="exactly", suffix="_b").filter(
        pl.col("place") < pl.col("place_b"), pl.col("document") != pl.col("document_b")
    )
    same = _counted(exact, "size").unique(PAIR).with_columns(pl.lit(1, pl.Int8).alias("same_amount")).drop("size")
    rounded = _rounded(these.filter("payer"), above.filter("payer")).join(same, on=PAIR, how="anti")
    words = pl.concat([these, above]).select("place", "key", "payer", "payee").unique()
    lefts = rounded.join(words, on="place")
    met = lefts.join(words, left_on=["place_b", "key"], right_on=["place", "key"], suffix="_b")
    return pl.concat([same, _counted(met).with_columns(pl.lit(0, pl.Int8).alias("same_amount")).select(same.columns)])


PAIR = ["place", "place_b"]


def _rounded(paying: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """place, place_b of the tellings that share a payer and differ a little in the amount."""
    columns = ["place", "document", "size"]
    inside = paying.join(paying.select(*columns, "nearly"), on="nearly", suffix="_b").filter(
        pl.col("place") < pl.col("place_b")
    )
    beside = paying.join(above.select(*columns, pl.col("below").alias("nearly")), on="nearly", suffix="_b")
    met = pl.concat([rows.select(*columns, "place_b", "document_b", "size_b") for rows in (inside, beside)])
    close = met.filter(pl.col("size") != pl.col("size_b"), apart() < NEAR, pl.col("document") != pl.col("document_b"))
    lo, hi = pl.min_horizontal(PAIR).alias("place"), pl.max_horizontal(PAIR).alias("place_b")
    return close.select(lo, hi).unique()


def _counted(met: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Rows of two tellings and a word → one row for each pair, with the numbers of words of each role."""
    named, named_b = pl.col("payer") | pl.col("payee"), pl.col("payer_b") | pl.col("payee_b")
    roles = {
        "actors": pl.col("payer") & pl.col("payer_b"),
        "recipients": pl.col("payee") & pl.col("payee_b"),
        "names": named & named_b,
    }
    counts = [pl.col(name).sum().cast(pl.Int32) for name in roles]
    each = met.select(*PAIR, *by, **roles)
    return each.group_by(*PAIR, *by).agg(*counts, pl.len().cast(pl.Int32).alias("words"))


def blocks_of(tellings: pl.DataFrame, reach: int = 0) -> pl.DataFrame:
    """telling, block: where tellings may be met by others, a block being a hash of currency, bucket and word; also of buckets within `reach`."""
    worded = tellings.select("telling", "amounts", pl.col("word_keys").alias("word")).explode("word").drop_nulls("word")
    each = worded.explode("amounts").unnest("amounts")
    keyed = each.select("telling", "unit", "word", _bucket(pl.col("size")).alias("bucket"))
    near = (keyed.with_columns(pl.col("bucket") + step) for step in range(-reach, reach + 1))
    return pl.concat(
        [rows.select("telling", pl.struct("unit", "bucket", "word").hash().alias("block")) for rows in near]
    )


def sharing(known: pl.DataFrame, tellings: pl.DataFrame) -> pl.Series:
    """The `component` of those of the `known` blocks (component, block) that `tellings` are met in."""
    mine = blocks_of(tellings, reach=1)["block"].unique()
    return known.filter(pl.col("block").is_in(mine.implode()))["component"].unique()
