"""Pairs of mentions of one document: which are worth comparing, and which are the same money or a change of it."""

from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates, quotes
from ledger.resolve.features import (
    CONVERSION_SLACK,
    OVERLAPS,
    ROUNDING,
    between,
    change_features,
    gap,
    log_distance,
    overlaps,
    same_money_features,
    scored,
)
from ledger.resolve.mentions import resolve_rules
from schemas import Bound, RelationKind, Stage

CHANGE_REACH = 400
"""How many code points may lie between an amount and the one that replaced it."""
CONVERSION_REACH = 600
"""How many code points may lie between an amount and its conversion."""
UNKNOWN_REACH = 40
"""The same where no rate of exchange tells whether the amounts agree: then only brackets and "or some" tell it."""
CONVERSION_APART = 0.06
"""How far two amounts that do not stand so close may lie apart at the rate of the day, as a logarithm."""
PRECISE = 3
"""Digits from which on an exact amount is no rounding of another one that differs."""
STATED = 20.0
"""The score of a relation that a claim itself states: higher than any that features reach."""
REPEATING = [
    kind.value for kind in (RelationKind.RESTATES, RelationKind.CONVERTS, RelationKind.RATE_OF, RelationKind.EACH_OF)
]
"""Relations of claims that tell one pledge."""
INSIDE = [RelationKind.PART_OF.value, RelationKind.SHARE_OF.value]
"""Relations of a claim to the one that its money lies inside, however close: "$848 million of the $900 million"."""
REPLACING = [RelationKind.CHANGED_FROM.value, RelationKind.REPLACES.value]
"""Relations of a claim to the one whose amount it took the place of."""
COMPARED = [
    "document", "start", "end", "sentence_start", "headline", "unit", "size", "dollars", "value", "bound", "digits",
    "family", "measure", "stage", "increment", "running", "period", "actor_keys", "recipient_keys", "name_keys",
    "proper_keys", "field_keys", "before", "after", "paid",
]  # fmt: skip
"""What is compared of two mentions of one document."""


@dataclass(frozen=True)
class DocumentPairs:
    """The pairs of mentions of one document that belong together."""

    same: pl.DataFrame
    """a, b, score: rows that are the same money."""
    changed: pl.DataFrame
    """older, newer, score: rows of which the second replaced the first."""


def with_dollars(mentions: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """`mentions` with `dollars`, the amount in US dollars of the day as a float, null where there is no rate."""
    priced = quotes(mentions.select("unit", pl.col("day").alias("on")), "USD", rates).select(
        "unit", pl.col("on").alias("day"), "rate"
    )
    joined = mentions.join(priced, on=["unit", "day"], how="left", maintain_order="left", nulls_equal=True)
    return joined.with_columns((pl.col("size") * pl.col("rate").cast(pl.Float64)).alias("dollars")).drop("rate")


def pairs_within(mentions: pl.DataFrame) -> DocumentPairs:
    """The pairs of `mentions` inside documents that belong together; `mentions` are in the order of their `row`."""
    stated = _stated(mentions)
    score = pl.lit(STATED).alias("score")
    replaced = stated.filter(pl.col("kind").is_in(REPLACING)).select(
        pl.col("other").alias("older"), pl.col("row").alias("newer")
    )
    parts = stated.filter(pl.col("kind").is_in(INSIDE)).select(_ordered("row", "other"))
    repeated = stated.filter(pl.col("kind").is_in(REPEATING)).select(*_ordered("row", "other"), score)
    settled = pl.concat([parts, replaced.select(_ordered("older", "newer"))])
    alike = similar_pairs(mentions).join(settled, on=["a", "b"], how="anti")
    told = with_both_sides(alike, mentions)
    both = _not_apart(told.filter(~(_repeated_at_once() | _told_apart())), told.filter(_told_apart()))
    same = scored(both, same_money_features(), "within").filter(pl.col("score") > 0).select("a", "b", "score")
    changed = _changed(mentions).join(replaced, on=["older", "newer"], how="anti")
    return DocumentPairs(pl.concat([same, repeated]), pl.concat([changed, replaced.select("older", "newer", score)]))


def _repeated_at_once() -> pl.Expr:
    """Whether two equal amounts stand in one sentence, as in "$5 million to Kenya and $5 million to Malawi": two."""
    return pl.all_horizontal([pl.col(name) == pl.col(f"{name}_b") for name in ("sentence_start", "unit", "value")])


def _told_apart() -> pl.Expr:
    """Whether two exact amounts are plainly two: neither is the other with fewer digits.

    That is asked of amounts in one sentence ("$365 million for servers and $345 million for pumps"), and anywhere of
    those of three digits or more.
    """
    fewer = pl.min_horizontal("digits", "digits_b")
    short = pl.when(pl.col("digits") <= pl.col("digits_b")).then("size").otherwise("size_b")
    unit = pl.lit(10.0).pow(short.clip(1e-6).log10().floor() - fewer + 1)  # of the last digit said
    rounded = (pl.col("size") - pl.col("size_b")).abs() < unit
    exact = pl.all_horizontal([pl.col(name) == Bound.EXACT.value for name in ("bound", "bound_b")])
    together = pl.col("sentence_start") == pl.col("sentence_start_b")
    return (pl.col("unit") == pl.col("unit_b")) & exact & ~rounded & (together | (fewer >= PRECISE))


def _not_apart(pairs: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """`pairs` without those of two amounts that stand `apart` in one place: they are two in all of the document."""
    amounts = ["document", "unit", "lesser", "greater"]
    sizes = [
        pl.min_horizontal("size", "size_b").alias("lesser"),
        pl.max_horizontal("size", "size_b").alias("greater"),
    ]
    told = apart.with_columns(sizes).select(amounts).unique()
    return pairs.with_columns(sizes).join(told, on=amounts, how="anti").drop("lesser", "greater")


def _ordered(one: str, other: str) -> list[pl.Expr]:
    """a, b: the lesser and the greater of two rows."""
    return [pl.min_horizontal(one, other).alias("a"), pl.max_horizontal(one, other).alias("b")]


def _changed(mentions: pl.DataFrame) -> pl.DataFrame:
    """older, newer, score: the pairs of which one amount replaced the other."""
    pairs = scored(with_both_sides(changing_pairs(mentions), mentions), change_features(), "change")
    forwards = ~between().str.contains(resolve_rules()["pattern"]["backwards"])
    older = pl.when(forwards).then("a").otherwise("b").alias("older")
    newer = pl.when(forwards).then("b").otherwise("a").alias("newer")
    return pairs.filter((pl.col("score") > 0) & ~(_summed_up() | _of_two_times())).select(older, newer, "score")


def _of_two_times() -> pl.Expr:
    """Whether two amounts were paid in two times: "It spent $24 billion, and $14 billion a year earlier"."""
    paid = pl.all_horizontal([pl.col(name) == Stage.DISBURSED.value for name in ("stage", "stage_b")])
    return (paid & (pl.col("period") != pl.col("period_b"))).fill_null(value=False)


def _summed_up() -> pl.Expr:
    """Whether the larger of two amounts is a running total: it holds the other one, and does not take its place."""
    larger = pl.when(pl.col("size") > pl.col("size_b")).then("running").otherwise("running_b")
    return larger & (pl.col("running") != pl.col("running_b"))


def _stated(mentions: pl.DataFrame) -> pl.DataFrame:
    """row, kind, other (row): the relations that claims themselves state."""
    said = mentions.select("row", "relations").filter(pl.col("relations").list.len() > 0).explode("relations")
    kinds = said.select("row", pl.col("relations").struct.field("kind"), pl.col("relations").struct.field("claim_id"))
    return (
        kinds.join(mentions.select("claim_id", pl.col("row").alias("other")), on="claim_id")
        .select("row", "kind", "other")
        .sort("row", "kind", "other")
    )


def amount_bucket(size: pl.Expr) -> pl.Expr:
    """The number of the range that an amount is in; roundings of one another are in the same range or the next."""
    return (size.clip(1e-6).log() / ROUNDING).floor().cast(pl.Int32)


def similar_pairs(mentions: pl.DataFrame) -> pl.DataFrame:
    """a, b: pairs of one document that may be the same money."""
    return pl.concat([_alike(mentions), _neighbours(mentions, _converts(), CONVERSION_REACH)]).unique()


def changing_pairs(mentions: pl.DataFrame) -> pl.DataFrame:
    """a, b: pairs of one document of which one amount may have replaced the other."""
    return _neighbours(mentions, _moves(), CHANGE_REACH)


def _alike(mentions: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one document with similar amounts of one currency."""
    keyed = mentions.select("row", "document", "unit", "size", amount_bucket(pl.col("size")).alias("bucket"))
    pieces = []
    for step in (0, 1):
        stepped = keyed.with_columns(pl.col("bucket") + step)
        joined = keyed.join(stepped, on=["document", "unit", "bucket"], suffix="_b").filter(log_distance() < ROUNDING)
        pieces.append(joined.filter(pl.col("row") != pl.col("row_b")).select(_ordered("row", "row_b")))
    return pl.concat(pieces).unique()


def _neighbours(mentions: pl.DataFrame, wanted: pl.Expr, reach: int) -> pl.DataFrame:
    """Pairs of one document, as `wanted`, of which the second starts less than `reach` after the first ends.

    `row` is a mention's place, so that a mention is compared with the next one, the next but one, and so on.
    """
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
    """Pairs in two currencies that may be one sum: beside each other at a rough rate, elsewhere at about that day's."""
    distance, beside = log_distance("dollars"), gap() < UNKNOWN_REACH
    slack = pl.when(beside).then(CONVERSION_SLACK).otherwise(CONVERSION_APART)
    agrees = pl.when(distance.is_null()).then(beside).otherwise(distance < slack)
    return (pl.col("unit") != pl.col("unit_b")) & agrees


def _moves() -> pl.Expr:
    moves = pl.col("moves") | pl.col("moves_b")
    return (pl.col("unit") == pl.col("unit_b")) & (log_distance() >= ROUNDING) & moves


def with_both_sides(pairs: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (a, b) with the columns of both mentions and the numbers of what they have in common."""
    known = mentions.select("row", *COMPARED)
    first = pairs.sort("a", "b").join(known, left_on="a", right_on="row", maintain_order="left")
    both = first.join(known, left_on="b", right_on="row", suffix="_b", maintain_order="left")
    return both.with_columns(overlaps(OVERLAPS))
