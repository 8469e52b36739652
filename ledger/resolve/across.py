"""Pairs of local clusters: which of different documents may be the same money, by joins on blocks, and which are.

A block is a currency, a range of amounts and a word, so that the cost grows with the claims and not with their pairs.
"""

import polars as pl

from ledger.resolve.features import DOCUMENT_COLUMNS, ROUNDING, document_features, log_distance, scored
from ledger.resolve.within import amount_bucket

BLOCKS_AT_ONCE = 300_000
"""How many rows of blocks are joined at a time."""
KEYS = ("actor_keys", "recipient_keys", "proper_keys")
MASKS = ("amount_mask", "family_mask", "period_mask", "field_mask")
PAIR = ["place", "place_b"]


def local_clusters_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """One row for each `local_cluster` of `mentions`, with the words and masks of all its mentions."""
    period = pl.when(pl.col("period").is_not_null()).then(_bit(pl.col("period").hash())).otherwise(_NO_BIT)
    fields = pl.col("field_keys").list.eval(_bit(pl.element())).list.agg(pl.element().bitwise_or()).fill_null(_NO_BIT)
    masked = mentions.select(
        "local_cluster", "document", "day", "digits", "increment", *KEYS,
        pl.struct("unit", "size").alias("amount"), _bit(pl.struct("unit", "value").hash()).alias("amount_mask"),
        _bit(pl.col("family").hash()).alias("family_mask"), period.alias("period_mask"), fields.alias("field_mask"),
    )  # fmt: skip
    single = pl.col("local_cluster").is_unique()
    rows = pl.concat([_of_one_mention(masked.filter(single)), _of_several_mentions(masked.filter(~single))])
    named = [(pl.col(f"{role}_keys").list.len() > 0).alias(f"has_{role}") for role in ("actor", "recipient")]
    return rows.with_columns(pl.concat_list(KEYS).list.unique().alias("word_keys"), *named).sort("local_cluster")


def _of_one_mention(masked: pl.DataFrame) -> pl.DataFrame:
    """Most local clusters: there is nothing to gather, and the words of a mention are distinct."""
    amounts = pl.concat_list("amount").alias("amounts")
    return masked.select("local_cluster", "document", "day", amounts, "digits", "increment", *MASKS, *KEYS)


def _of_several_mentions(masked: pl.DataFrame) -> pl.DataFrame:
    return masked.group_by("local_cluster").agg(
        pl.col("document", "day").first(),
        pl.col("amount").unique().alias("amounts"),
        pl.col("digits").max(),
        pl.col("increment").any(),
        *(pl.col(name).bitwise_or() for name in MASKS),
        *(pl.col(name).explode().drop_nulls().unique() for name in KEYS),
    )


_NO_BIT = pl.lit(0, pl.UInt64)


def _bit(hashed: pl.Expr) -> pl.Expr:
    """One of 63 bits for a hash."""
    return pl.lit(2, pl.UInt64).pow(hashed % 63)


def same_money_across(clusters: pl.DataFrame) -> pl.DataFrame:
    """a, b, score: the local clusters of different documents that are the same money.

    `clusters` are those of `local_clusters_of`. Here each goes by its place among them, so that its columns are picked
    and not joined; blocks are compared some at a time, so that memory stays bounded.
    """
    compared, keyed = clusters.select(DOCUMENT_COLUMNS), keyed_amounts(clusters)
    found = [pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64, "score": pl.Float64})]
    rounds = 1 + keyed.height // BLOCKS_AT_ONCE
    for turn in range(rounds):
        these = keyed.filter(pl.col("bucket") % rounds == turn)
        pairs = candidate_pairs(these, keyed.filter((pl.col("bucket") - 1) % rounds == turn))
        both = both_sides(pairs, compared)
        joined = scored(both, document_features(), "across").filter(pl.col("score") > 0)
        found.append(_by_row(joined, clusters["local_cluster"]))
    return pl.concat(found).group_by("a", "b").agg(pl.col("score").max()).sort("a", "b")


def both_sides(pairs: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (place, place_b) with the columns of `compared` for the first and, ending in _b, for the second."""
    second = compared[pairs["place_b"]].select(pl.all().name.suffix("_b"))
    return pairs.hstack(compared[pairs["place"]]).hstack(second)


def _by_row(pairs: pl.DataFrame, local_cluster: pl.Series) -> pl.DataFrame:
    """a, b, score: places turned back into local clusters."""
    ends = [local_cluster[pairs[place]].cast(pl.Int64).alias(name) for name, place in (("a", PAIR[0]), ("b", PAIR[1]))]
    return pairs.select("score").with_columns(*ends).select("a", "b", "score")


def keyed_amounts(clusters: pl.DataFrame) -> pl.DataFrame:
    """Each amount of each local cluster with each of its words.

    The columns are place, document, size, bucket, key, payer, payee, and hashes to join by: `exactly` of currency,
    amount and word, `nearly` of currency, bucket and word, `below` of the bucket before.
    """
    placed = clusters.select("document", "amounts", *KEYS, "word_keys").with_row_index("place")
    sizes = (
        placed.select("place", "document", "amounts")
        .explode("amounts")
        .unnest("amounts")
        .with_columns(amount_bucket(pl.col("size")).alias("bucket"))
    )
    words = (
        placed.select("place", "actor_keys", "recipient_keys", pl.col("word_keys").alias("key"))
        .explode("key")
        .drop_nulls("key")
    )
    payer = pl.col("actor_keys").list.contains(pl.col("key")).alias("payer")
    payee = pl.col("recipient_keys").list.contains(pl.col("key")).alias("payee")
    each = sizes.join(words.select("place", "key", payer, payee), on="place")
    return each.with_columns(
        exactly=pl.struct("unit", "size", "key").hash(),
        nearly=pl.struct("unit", "bucket", "key").hash(),
        below=pl.struct("unit", pl.col("bucket") - 1, "key").hash(),
    ).drop("unit")


def candidate_pairs(these: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """Pairs that share a word and an amount, or a payer and an amount that may be a rounding of the other.

    `these` are rows of `keyed_amounts` of some buckets, `above` those of the buckets just above. With each pair (place,
    place_b): same_amount, and the numbers of actors, recipients, names and words in common.
    """
    side = these.select("place", "document", "size", "key", "payer", "payee", "exactly")
    exact = side.join(side, on="exactly", suffix="_b").filter(
        pl.col("place") < pl.col("place_b"), pl.col("document") != pl.col("document_b")
    )
    same = _counted(exact, "size").unique(PAIR).with_columns(pl.lit(1, pl.Int8).alias("same_amount")).drop("size")
    rounded = _rounded(these.filter("payer"), above.filter("payer")).join(same, on=PAIR, how="anti")
    words = pl.concat([these, above]).select("place", "key", "payer", "payee").unique()
    first = rounded.join(words, on="place")
    common = first.join(words, left_on=["place_b", "key"], right_on=["place", "key"], suffix="_b")
    different = _counted(common).with_columns(pl.lit(0, pl.Int8).alias("same_amount"))
    return pl.concat([same, different.select(same.columns)])


def _rounded(paying: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """place, place_b of the local clusters that share a payer and differ a little in the amount."""
    columns = ["place", "document", "size"]
    inside = paying.join(paying.select(*columns, "nearly"), on="nearly", suffix="_b").filter(
        pl.col("place") < pl.col("place_b")
    )
    next_bucket = above.select(*columns, pl.col("below").alias("nearly"))
    beside = paying.join(next_bucket, on="nearly", suffix="_b")
    pairs = pl.concat([rows.select(*columns, "place_b", "document_b", "size_b") for rows in (inside, beside)])
    close = pairs.filter(
        pl.col("size") != pl.col("size_b"), log_distance() < ROUNDING, pl.col("document") != pl.col("document_b")
    )
    lo, hi = pl.min_horizontal(PAIR).alias("place"), pl.max_horizontal(PAIR).alias("place_b")
    return close.select(lo, hi).unique()


def _counted(common: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Rows of a pair and a common word → one row for each pair, with the numbers of common words of each role."""
    named, named_b = pl.col("payer") | pl.col("payee"), pl.col("payer_b") | pl.col("payee_b")
    roles = {
        "actors": pl.col("payer") & pl.col("payer_b"),
        "recipients": pl.col("payee") & pl.col("payee_b"),
        "names": named & named_b,
    }
    counts = [pl.col(name).sum().cast(pl.Int32) for name in roles]
    each = common.select(*PAIR, *by, **roles)
    return each.group_by(*PAIR, *by).agg(*counts, pl.len().cast(pl.Int32).alias("words"))


def blocks_of(clusters: pl.DataFrame, reach: int = 0) -> pl.DataFrame:
    """local_cluster, block: the blocks that each is in, a block being a hash of currency, bucket and word.

    With `reach` also the blocks of so many buckets above and below.
    """
    words = pl.col("word_keys").alias("word")
    worded = clusters.select("local_cluster", "amounts", words).explode("word").drop_nulls("word")
    each = worded.explode("amounts").unnest("amounts")
    keyed = each.select("local_cluster", "unit", "word", amount_bucket(pl.col("size")).alias("bucket"))
    block = pl.struct("unit", "bucket", "word").hash().alias("block")
    near = (keyed.with_columns(pl.col("bucket") + step) for step in range(-reach, reach + 1))
    return pl.concat([rows.select("local_cluster", block) for rows in near])


def components_in_reach(known: pl.DataFrame, clusters: pl.DataFrame) -> pl.Series:
    """The `component` of those of the `known` blocks (component, block) that `clusters` are in or next to."""
    mine = blocks_of(clusters, reach=1)["block"].unique()
    return known.filter(pl.col("block").is_in(mine.implode()))["component"].unique()
