"""Pairs of local clusters: which of different documents may be the same money, by joins on blocks, and which are.

A block is a currency, a range of amounts and a word, so that the cost grows with the claims and not with their pairs.
An amount in another currency than dollars is also in the blocks of what it comes to in dollars of its day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from ledger.resolve.features import DOCUMENT_COLUMNS, ROUNDING, document_features, log_distance, scored
from ledger.resolve.mentions import bit
from ledger.resolve.telling import tellings, told_as_two, told_days
from ledger.resolve.within import amount_bucket
from schemas import Stage

KEYED_AT_ONCE = 8_000_000
"""How many amounts with a word each are held at a time."""
JOINED_AT_ONCE = 4_000_000
"""How many rows the joins of blocks may make at a time."""
PAIRS_AT_ONCE = 500_000
"""How many pairs are compared at a time: all that is known of both sides takes ten times the memory of the pair."""
KEYS = ("actor_keys", "recipient_keys", "proper_keys")
ROLES = ("actor", "recipient")
MASKS = (
    "amount_mask", "family_mask", "period_mask", "field_mask", "turns",
    *(f"{role}_{mask}" for role in ROLES for mask in ("lands", "states")),
)  # fmt: skip
NAMES = tuple(f"{role}_names" for role in ROLES)
DIFFER = ["actors_differ", "recipients_differ"]
FLAGS = ("whole", *(f"{role}_{flag}" for role in ROLES for flag in ("party", "sure")))
PAIR = ["place", "place_b"]
STEPS = {Stage.RUMOURED.value: 0, Stage.PLEDGED.value: 1, Stage.APPROVED.value: 2, Stage.COMMITTED.value: 3,
         Stage.DISBURSED.value: 4}  # fmt: skip
"""How far a pledge has come by its stage."""
COMMON = "USD"
"""The currency in which amounts of different currencies are compared."""
RATE_SLACK = 0.02
"""Conversions of other days, and at other rates, differ by so much beside their rounding."""
TOLD = ("month", "known", "fresh", "news", "worded")
"""How a mention tells its pledge; of several mentions in one document the paragraph's words say it."""


@dataclass(frozen=True)
class AcrossPairs:
    """Pairs of local clusters of different documents: a, b."""

    same: pl.DataFrame
    """a, b, score, actors_differ, recipients_differ: those that are the same money.

    The flags say that the sure names of a role share words but are not the same.
    """
    apart: pl.DataFrame
    """a, b: those that are alike, but that their words tell as two."""


def local_clusters_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """One row for each `local_cluster` of `mentions`, with the words and masks of all its mentions."""
    period = pl.when(pl.col("period").is_not_null()).then(bit(pl.col("period").hash())).otherwise(_NO_BIT)
    fields = pl.col("field_keys").list.eval(bit(pl.element())).list.agg(pl.element().bitwise_or()).fill_null(_NO_BIT)
    masked = mentions.with_columns(tellings()).select(
        "local_cluster", "document", "day", "digits", "headline", *KEYS, *TOLD, *FLAGS, "turns",
        *(f"{role}_{mask}" for role in ROLES for mask in ("lands", "states")), *map(_names, ROLES),
        _amounts().alias("amounts"), bit(pl.struct("unit", "value").hash()).alias("amount_mask"),
        pl.col("stage").replace_strict(STEPS, default=None, return_dtype=pl.Int8).alias("step"),
        bit(pl.col("family").hash()).alias("family_mask"), period.alias("period_mask"), fields.alias("field_mask"),
    )  # fmt: skip
    single = pl.col("local_cluster").is_unique()
    rows = pl.concat([_of_one_mention(masked.filter(single)), _of_several_mentions(masked.filter(~single))])
    named = [(pl.col(f"{role}_keys").list.len() > 0).alias(f"has_{role}") for role in ROLES]
    words = pl.concat_list(KEYS).list.unique().alias("word_keys")
    return rows.with_columns(words, *named, *told_days()).sort("local_cluster")


def _names(role: str) -> pl.Expr:
    """A hash of the names of a role, in whatever order."""
    return pl.col(role).list.eval(pl.element().hash()).list.agg(pl.element().bitwise_xor()).alias(f"{role}_names")


def _amounts() -> pl.Expr:
    """The amount as told, and in dollars where it is told in another currency."""
    half_unit = 0.5 / pl.lit(10.0).pow(pl.col("digits") - 1)
    leading = pl.col("size") / pl.lit(10.0).pow(pl.col("size").clip(1e-6).log10().floor())
    common = [(half_unit / leading.clip(1)).alias("margin"), pl.col("unit").alias("said")]
    told = pl.struct("unit", "size", *common)
    in_dollars = pl.struct(pl.lit(COMMON).alias("unit"), pl.col("dollars").alias("size"), *common)
    foreign = (pl.col("unit") != COMMON) & pl.col("dollars").is_not_null()
    both = pl.concat_list(told, in_dollars)
    return pl.when(foreign).then(both).otherwise(pl.concat_list(told))


def _of_one_mention(masked: pl.DataFrame) -> pl.DataFrame:
    """Most local clusters: there is nothing to gather, and the words of a mention are distinct."""
    return masked.select(
        "local_cluster", "document", "day", "step", "amounts", "digits", *TOLD, *FLAGS, *NAMES, *MASKS, *KEYS
    )


def _of_several_mentions(masked: pl.DataFrame) -> pl.DataFrame:
    told = [
        pl.coalesce(pl.col(name).filter(~pl.col("headline")).drop_nulls().first(), pl.col(name).first())
        for name in TOLD
    ]
    return masked.group_by("local_cluster").agg(
        pl.col("document", "day").first(),
        pl.col("step").max(),
        pl.col("amounts").explode().unique(),
        pl.col("digits").max(),
        *told,
        pl.col(FLAGS).any(),
        *(pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in NAMES),
        *(pl.col(name).bitwise_or() for name in MASKS),
        *(pl.col(name).explode().drop_nulls().unique() for name in KEYS),
    )


_NO_BIT = pl.lit(0, pl.UInt64)


def pairs_across(clusters: pl.DataFrame) -> AcrossPairs:
    """The local clusters of different documents that are the same money, and those that their words keep apart.

    `clusters` are those of `local_clusters_of`. Here each goes by its place among them, so that its columns are picked
    and not joined; blocks and pairs are compared some at a time, so that memory stays bounded.
    """
    compared = clusters.select(*DOCUMENT_COLUMNS, *NAMES)
    flags = dict.fromkeys((*DIFFER, "apart"), pl.Boolean)
    found = [pl.DataFrame(schema={"score": pl.Float64, **flags, "a": pl.Int64, "b": pl.Int64})]
    for these, above, share in rounds_of(clusters):
        pairs = candidate_pairs(these, above, share)
        for some in pairs.iter_slices(PAIRS_AT_ONCE):
            joined = scored(both_sides(some, compared), document_features(), "across").filter(pl.col("score") > 0)
            apart = told_as_two() | _opposite()
            flagged = joined.select("score", *PAIR, *_names_differ(), apart.alias("apart"))
            found.append(_by_row(flagged, clusters["local_cluster"]))
    each = pl.concat(found).group_by("a", "b").agg(pl.col("score").max(), pl.col(list(flags)).any()).sort("a", "b")
    return AcrossPairs(each.filter(~pl.col("apart")).drop("apart"), each.filter("apart").select("a", "b"))


def both_sides(pairs: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (place, place_b) with the columns of `compared` for the first and, ending in _b, for the second."""
    second = compared[pairs["place_b"]].select(pl.all().name.suffix("_b"))
    return pairs.hstack(compared[pairs["place"]]).hstack(second)


def _opposite() -> pl.Expr:
    """Whether who pays on one side receives on the other, and the other way round: two deals, however alike."""
    payers, payees = (pl.col(name) for name in NAMES)
    payers_b, payees_b = (pl.col(f"{name}_b") for name in NAMES)
    named = pl.all_horizontal(pl.col("has_actor", "has_recipient", "has_actor_b", "has_recipient_b"))
    return (named & (payers == payees_b) & (payees == payers_b) & (payers != payees)).fill_null(value=False)


def _names_differ() -> list[pl.Expr]:
    """For each role whether the names of both sides, sure of it, share words and are not the same."""
    return [
        (
            (pl.col(f"{role}s") > 0)
            & pl.col(f"{role}_sure") & pl.col(f"{role}_sure_b")
            & pl.col(f"{role}_names").eq_missing(pl.col(f"{role}_names_b")).not_()
        ).alias(f"{role}s_differ")
        for role in ROLES
    ]  # fmt: skip


def _by_row(pairs: pl.DataFrame, local_cluster: pl.Series) -> pl.DataFrame:
    """Places turned back into local clusters a and b, the other columns as they are."""
    ends = [local_cluster[pairs[place]].cast(pl.Int64).alias(name) for name, place in (("a", PAIR[0]), ("b", PAIR[1]))]
    return pairs.drop(PAIR).with_columns(*ends)


def sized_amounts(clusters: pl.DataFrame) -> pl.DataFrame:
    """Each amount of each local cluster.

    The columns are place, document, unit, size, margin (half a unit of the last digit as a share of the amount), said
    (the currency in which it is told) and bucket.
    """
    placed = clusters.select("document", "amounts").with_row_index("place")
    each = placed.explode("amounts").unnest("amounts")
    return each.with_columns(amount_bucket(pl.col("size")).alias("bucket"))


def keyed_amounts(sizes: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The `sizes` of amounts, each with each word of its local cluster.

    Added are own (whether an amount is told in this currency), key, payer, payee, and hashes to join by: `exactly` of
    currency, amount and word, `nearly` of currency, bucket and word, `below` of the bucket before.
    """
    places = sizes["place"].unique().sort()
    worded = clusters.select("actor_keys", "recipient_keys", pl.col("word_keys").alias("key"))[places]
    words = worded.with_columns(places).explode("key").drop_nulls("key")
    payer = pl.col("actor_keys").list.contains(pl.col("key")).alias("payer")
    payee = pl.col("recipient_keys").list.contains(pl.col("key")).alias("payee")
    each = sizes.join(words.select("place", "key", payer, payee), on="place")
    own = pl.col("unit") == pl.col("said")
    return each.with_columns(
        own=own,
        exactly=pl.when(own).then(pl.struct("unit", "size", "key").hash()),
        nearly=pl.struct("unit", "bucket", "key").hash(),
        below=pl.struct("unit", pl.col("bucket") - 1, "key").hash(),
    ).drop("unit")


class Share(NamedTuple):
    """Those of the local clusters whose place, divided by `parts`, leaves `part`."""

    part: int
    parts: int

    def holds(self, place: pl.Expr) -> pl.Expr:
        """Whether a place is among them."""
        return place % self.parts == self.part


EVERY = Share(0, 1)


def rounds_of(clusters: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, Share]]:
    """The blocks of `clusters` a few buckets at a time.

    They come as rows of `keyed_amounts`, those of the buckets just above, and a share of the places. Where the blocks
    of a single bucket make more pairs than `JOINED_AT_ONCE`, it comes several times, each time with another share.
    """
    sizes = sized_amounts(clusters).sort("bucket", maintain_order=True)
    words = clusters["word_keys"].list.len()[sizes["place"]].cast(pl.Int64)
    rows = sizes.select("bucket", words.alias("rows")).group_by("bucket").agg(pl.col("rows").sum()).sort("bucket")
    for lowest, highest, _ in packed(rows, KEYED_AT_ONCE):
        keyed = keyed_amounts(sizes.filter(pl.col("bucket").is_between(lowest, highest + 1)), clusters)
        joined = joined_rows(keyed).filter(pl.col("bucket") <= highest)
        for first, last, parts in packed(joined, JOINED_AT_ONCE):
            these = keyed.filter(pl.col("bucket").is_between(first, last))
            above = keyed.filter(pl.col("bucket").is_between(first + 1, last + 1))
            yield from ((these, above, Share(part, parts)) for part in range(parts))


def joined_rows(keyed: pl.DataFrame) -> pl.DataFrame:
    """bucket, rows: how many rows the joins of the blocks of each bucket make, in the order of the buckets."""
    paying, size = keyed.filter("payer"), pl.len().cast(pl.Int64).alias("rows")
    equal = keyed.drop_nulls("exactly").group_by("bucket", "exactly").agg(size)
    near = paying.group_by("bucket", "nearly").agg(size)
    above = paying.group_by(pl.col("below").alias("nearly")).agg(size.alias("above"))
    beside = near.join(above, on="nearly").select("bucket", pl.col("rows") * pl.col("above"))
    inside = [rows.select("bucket", pl.col("rows") * pl.col("rows")) for rows in (equal, near)]
    return pl.concat([*inside, beside]).group_by("bucket").agg(pl.col("rows").sum()).sort("bucket")


def packed(sizes: pl.DataFrame, most: int) -> Iterator[tuple[int, int, int]]:
    """First and last bucket of each round of `most` rows, and into how many parts a larger one is cut.

    `sizes` have the columns bucket and rows, in the order of the buckets.
    """
    first = last = held = 0
    for bucket, rows in sizes.iter_rows():
        if held and held + rows > most:
            yield first, last, -(-held // most)
            held = 0
        first, last, held = (first if held else bucket), bucket, held + rows
    if held:
        yield first, last, -(-held // most)


def candidate_pairs(these: pl.DataFrame, above: pl.DataFrame, share: Share = EVERY) -> pl.DataFrame:
    """Pairs that share a word and an amount, or a payer and an amount that may be the other rounded or converted.

    `these` are rows of `keyed_amounts` of some buckets, `above` those of the buckets just above; only pairs are found
    whose first place is in the `share`. With each pair (place, place_b): same_amount, converted, and the numbers of
    what they have in common, as `_counted` gives them.
    """
    side = these.select("place", "document", "size", "key", "payer", "payee", "exactly")
    exact = side.filter(share.holds(pl.col("place"))).join(side, on="exactly", suffix="_b").filter(
        pl.col("place") < pl.col("place_b"), pl.col("document") != pl.col("document_b")
    )  # fmt: skip
    same = (
        _counted(exact, "size")
        .unique(PAIR)
        .with_columns(pl.lit(1, pl.Int8).alias("same_amount"), pl.lit(0, pl.Int8).alias("converted"))
        .drop("size")
    )
    rounded = _rounded(these.filter("payer"), above.filter("payer"), share).join(same, on=PAIR, how="anti")
    words = pl.concat([these, above]).select("place", "key", "payer", "payee").unique()
    different = [_common(some, words).select(same.columns) for some in rounded.iter_slices(PAIRS_AT_ONCE)]
    return pl.concat([same, *different])


def _common(pairs: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Pairs of different amounts with the numbers of their common `words` (place, key, payer, payee)."""
    first = pairs.join(words, on="place")
    common = first.join(words, left_on=["place_b", "key"], right_on=["place", "key"], suffix="_b")
    return _counted(common, "converted").with_columns(pl.lit(0, pl.Int8).alias("same_amount"))


def _rounded(paying: pl.DataFrame, above: pl.DataFrame, share: Share) -> pl.DataFrame:
    """place, place_b, converted of the local clusters that share a payer and differ a little in the amount.

    Amounts of two currencies may differ by the rounding of both and by what rates differ. Only pairs are found whose
    first place is in the `share`.
    """
    columns = ["place", "document", "size", "margin", "said", "own"]
    next_bucket = above.select(*columns, pl.col("below").alias("nearly"))
    first = share.holds(pl.col("place"))
    met = [_met(paying.filter(first), paying, columns), _met(paying.filter(first), next_bucket, columns)]
    met.append(_met(next_bucket.filter(first), paying, columns))
    pairs = pl.concat(met)
    both_own, slack = pl.col("own") & pl.col("own_b"), pl.col("margin") + pl.col("margin_b") + RATE_SLACK
    rounds = both_own & (pl.col("size") != pl.col("size_b")) & (log_distance() < ROUNDING)
    converts = (pl.col("said") != pl.col("said_b")) & (log_distance() < pl.min_horizontal(slack, ROUNDING))
    close = pairs.filter(rounds | converts, pl.col("document") != pl.col("document_b"))
    each = close.select(*PAIR, (~both_own).cast(pl.Int8).alias("converted"))
    return each.group_by(PAIR).agg(pl.col("converted").min())


def _met(one: pl.DataFrame, other: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows of both sides in one block, the first of them with the smaller place."""
    met = one.select(*columns, "nearly").join(other.select(*columns, "nearly"), on="nearly", suffix="_b")
    return met.filter(pl.col("place") < pl.col("place_b")).select(*columns, pl.col([f"{name}_b" for name in columns]))


def _counted(common: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Rows of a pair and a common word → one row for each pair, with the numbers of common words.

    They are actors and recipients of both, names of both in any role, words that are a payer's (or payee's) of one and
    stand in the other at all, and all words.
    """
    named, named_b = pl.col("payer") | pl.col("payee"), pl.col("payer_b") | pl.col("payee_b")
    roles = {
        "actors": pl.col("payer") & pl.col("payer_b"),
        "recipients": pl.col("payee") & pl.col("payee_b"),
        "names": named & named_b,
        "payers": pl.col("payer") | pl.col("payer_b"),
        "payees": pl.col("payee") | pl.col("payee_b"),
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
