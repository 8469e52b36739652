"""Pairs: which mentions are worth comparing (blocking joins), what speaks for and against each pair (named features), and the score.

Features are read as numbers between 0 and 1 and weighted by the tables of `resolve.toml`; a pair scores above nothing where the two are more
probably the same money than not. Amounts are compared as floats here: a feature is a likeness, what is said stays Decimal.
"""

from dataclasses import dataclass

import polars as pl

from ledger.rates import Rates, quotes
from ledger.resolve.mentions import SIDE, lexicon

NEAR = 0.06
"""Amounts whose logarithms differ by less may be roundings of one another."""
LOOSE = 0.15
"""Conversions at a day's rate may differ by so much: texts round, and use rates of other days."""
REACH = 400
"""How many code points may lie between an amount and the one that took its place."""
SAID = 20.0
"""The score of what a claim itself states."""
NEIGHBOURS = 4
"""How many places further on in a document a conversion or the new amount of a change may stand."""


def with_dollars(mentions: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """`mentions` with `dollars`, the amount in US dollars of the day as a float, null where there is no rate."""
    priced = quotes(mentions.select("unit", pl.col("day").alias("on")), "USD", rates).select("unit", pl.col("on").alias("day"), "rate")
    return (
        mentions.join(priced, on=["unit", "day"], how="left", maintain_order="left", nulls_equal=True)
        .with_columns((pl.col("size") * pl.col("rate").cast(pl.Float64)).alias("dollars"))
        .drop("rate")
    )


def within_documents(mentions: pl.DataFrame) -> pl.DataFrame:
    """Candidate pairs of one document, as row numbers `a` < `b`: alike in amount, or standing near one another."""
    near = mentions.select("row", "document_id", "unit", _bucket(pl.col("size")).alias("bucket"))
    pieces = [_join(near, near.with_columns(pl.col("bucket") + step), ["document_id", "unit", "bucket"]) for step in (-1, 0, 1)]
    place = mentions.select("row", "document_id")
    for step in range(1, NEIGHBOURS + 1):
        shifted = place.select(pl.col("row").alias("a"), pl.col("row").shift(-step).over("document_id", order_by="row").alias("b"))
        pieces.append(shifted.drop_nulls())
    return pl.concat(pieces).unique().sort("a", "b")


def _bucket(size: pl.Expr) -> pl.Expr:
    return (size.clip(1e-6).log() / NEAR).floor().cast(pl.Int32)


def _join(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    joined = left.join(right, on=on).filter(pl.col("row") < pl.col("row_right"))
    return joined.select(pl.col("row").alias("a"), pl.col("row_right").alias("b"))


SIDES = [
    "claim_id", "relations", "document_id", "start", "end", "sentence_start", "section", "unit", "size", "dollars", "value", "bound", "digits",
    "family", "measure", "stage", "time_basis", "period", "fields", "actor_keys", "recipient_keys", "proper", "before", "after",
]  # fmt: skip
"""What is compared of two mentions of one document."""


def sides(pairs: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the columns of both mentions, those of `b` with the ending _b."""
    known = mentions.select("row", *SIDES)
    return pairs.join(known, left_on="a", right_on="row", maintain_order="left").join(
        known, left_on="b", right_on="row", suffix="_b", maintain_order="left"
    )


def shared(column: str) -> pl.Expr:
    """How many members the two lists have in common."""
    return pl.col(column).list.set_intersection(pl.col(f"{column}_b")).list.len().cast(pl.Float64)


def clash(column: str) -> pl.Expr:
    """Both say something and nothing of it is shared."""
    both = (pl.col(column).list.len() > 0) & (pl.col(f"{column}_b").list.len() > 0)
    return (both & (shared(column) == 0)).cast(pl.Float64)


def flag(condition: pl.Expr) -> pl.Expr:
    """One where the condition holds, nothing where it does not or cannot be told."""
    return condition.fill_null(value=False).cast(pl.Float64)


def apart(column: str = "size") -> pl.Expr:
    """Distance of the logarithms of the two amounts."""
    return (pl.col(column).clip(1e-6).log() - pl.col(f"{column}_b").clip(1e-6).log()).abs()


def features_within() -> dict[str, pl.Expr]:
    """What speaks for and against that two like amounts of one document are the same money."""
    same_unit = pl.col("unit") == pl.col("unit_b")
    gap = (pl.col("start_b") - pl.col("end")).clip(0)
    names = pl.concat_list("actor_keys", "recipient_keys").list.unique()
    names_b = pl.concat_list("actor_keys_b", "recipient_keys_b").list.unique()
    return {
        "amount_same": flag(same_unit & (pl.col("value") == pl.col("value_b"))),
        "amount_rounded": flag(same_unit & (pl.col("value") != pl.col("value_b")) & (apart() < NEAR)),
        "converted_close": flag(~same_unit & (apart("dollars") < 0.03)),
        "converted_loose": flag(~same_unit & (apart("dollars") >= 0.03) & (apart("dollars") < 0.15)),
        "unrated": flag(~same_unit & apart("dollars").is_null()),
        "touching": flag(~same_unit & (gap < 12)),
        "bound_differs": flag(pl.col("bound") != pl.col("bound_b")),
        "digits": (pl.col("digits").clip(1, 4).cast(pl.Float64) - 1) / 3,
        "actor_shared": shared("actor_keys").clip(0, 1),
        "actor_clash": clash("actor_keys"),
        "recipient_shared": shared("recipient_keys").clip(0, 1),
        "recipient_clash": clash("recipient_keys"),
        "names_shared": names.list.set_intersection(names_b).list.len().cast(pl.Float64).clip(0, 3) / 3,
        "proper_shared": shared("proper").clip(0, 3) / 3,
        "family_differs": flag(pl.col("family") != pl.col("family_b")),
        "measure_differs": flag(pl.col("measure") != pl.col("measure_b")),
        "stage_differs": flag(pl.col("stage") != pl.col("stage_b")),
        "one_headline": flag((pl.col("section") == "headline") != (pl.col("section_b") == "headline")),
        "same_sentence": flag(pl.col("sentence_start") == pl.col("sentence_start_b")),
        "gap": (gap.cast(pl.Float64) + 1).log() / 8,
        "increment": flag((pl.col("time_basis").fill_null("") == "increment") != (pl.col("time_basis_b").fill_null("") == "increment")),
        "period_clash": flag(pl.col("period") != pl.col("period_b")),
        "fields_shared": shared("fields").clip(0, 1),
        "fields_clash": clash("fields"),
    }


def between() -> pl.Expr:
    """The text between the two amounts: all of it where it is short, else what follows the first and leads to the second."""
    gap = (pl.col("start_b") - pl.col("end")).clip(0)
    whole = pl.col("after").str.slice(0, gap)
    return pl.when(gap <= SIDE).then(whole).otherwise(pl.concat_str("after", pl.lit(" … "), "before_b"))


def features_change() -> dict[str, pl.Expr]:
    """What speaks for and against that one of two amounts of a document took the place of the other."""
    gap = (pl.col("start_b") - pl.col("end")).clip(0)
    lead = pl.col("before_b").str.tail(gap.clip(0, SIDE))
    where = {"between": between(), "before_first": pl.col("before").str.tail(70), "before_later": lead, "after_later": pl.col("after_b").str.head(60)}
    cues = {cue["name"]: flag(where[cue["where"]].str.contains(cue["pattern"])) for cue in lexicon()["cue"]}
    within = features_within()
    kept = ("actor_shared", "actor_clash", "recipient_shared", "recipient_clash", "names_shared", "proper_shared", "measure_differs", "stage_differs",
            "same_sentence", "one_headline", "gap", "increment", "period_clash", "fields_shared", "fields_clash")  # fmt: skip
    return cues | {name: within[name] for name in kept} | {"apart": apart().clip(0, 4) / 4}


def across_documents(tellings: pl.DataFrame) -> pl.DataFrame:
    """Candidate pairs of tellings of different documents: alike in one amount of the same currency, and sharing a word that names or tells."""
    sizes = tellings.select("telling", "document_id", "amounts").explode("amounts").unnest("amounts")
    keyed = (
        sizes.select("telling", "document_id", "unit", _bucket(pl.col("size")).alias("bucket"))
        .unique()
        .join(
            tellings.select("telling", pl.concat_list("actor_keys", "recipient_keys", "proper").list.unique().alias("key"))
            .explode("key")
            .drop_nulls(),
            on="telling",
        )
    )
    on = ["unit", "bucket", "key"]
    pieces = []
    for step in (0, 1):
        joined = keyed.join(keyed.with_columns(pl.col("bucket") + step), on=on).filter(pl.col("document_id") != pl.col("document_id_right"))
        a, b = pl.min_horizontal("telling", "telling_right"), pl.max_horizontal("telling", "telling_right")
        pieces.append(joined.select(a.alias("a"), b.alias("b")).unique())
    return pl.concat(pieces).unique().sort("a", "b")


def tellings_of(mentions: pl.DataFrame) -> pl.DataFrame:
    """What each document says of each of its commitments: one row for each `telling`, the sets of what its mentions say."""

    def union(column: str) -> pl.Expr:
        return pl.col(column).explode().drop_nulls().unique().sort().alias(column)

    return mentions.group_by("telling", maintain_order=True).agg(
        pl.col("document_id").first(),
        pl.col("day").first(),
        pl.col("dated").first(),
        pl.struct("unit", "size").unique().alias("amounts"),
        pl.concat_str("unit", pl.lit(" "), "value").unique().alias("exact_amounts"),
        pl.col("digits").max(),
        pl.col("family").unique().sort().alias("families"),
        union("actor_keys"),
        union("recipient_keys"),
        union("proper"),
        pl.col("title_words").first(),
        pl.col("period").drop_nulls().unique().sort().alias("periods"),
        union("fields"),
        (pl.col("time_basis") == "increment").any().fill_null(value=False).alias("increment"),
        pl.len().alias("mentions"),
    )


def sides_across(pairs: pl.DataFrame, tellings: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the columns of both tellings, those of `b` with the ending _b."""
    return pairs.join(tellings, left_on="a", right_on="telling", maintain_order="left").join(
        tellings, left_on="b", right_on="telling", suffix="_b", maintain_order="left"
    )


def features_across() -> dict[str, pl.Expr]:
    """What speaks for and against that two documents tell the same money."""
    names = pl.concat_list("actor_keys", "recipient_keys").list.unique()
    names_b = pl.concat_list("actor_keys_b", "recipient_keys_b").list.unique()
    everything = pl.concat_list("actor_keys", "recipient_keys", "proper").list.unique()
    everything_b = pl.concat_list("actor_keys_b", "recipient_keys_b", "proper_b").list.unique()
    days = (pl.col("day_b") - pl.col("day")).dt.total_days().abs().cast(pl.Float64).fill_null(0)
    return {
        "amount_same": (shared("exact_amounts") > 0).cast(pl.Float64),
        "amounts_shared": (shared("exact_amounts") > 1).cast(pl.Float64),
        "digits": (pl.col("digits").clip(1, 4).cast(pl.Float64) - 1) / 3,
        "actor_shared": shared("actor_keys").clip(0, 1),
        "actor_clash": clash("actor_keys"),
        "recipient_shared": shared("recipient_keys").clip(0, 1),
        "recipient_clash": clash("recipient_keys"),
        "both_shared": ((shared("actor_keys") > 0) & (shared("recipient_keys") > 0)).cast(pl.Float64),
        "names_shared": names.list.set_intersection(names_b).list.len().cast(pl.Float64).clip(0, 3) / 3,
        "words_shared": everything.list.set_intersection(everything_b).list.len().cast(pl.Float64).clip(0, 4) / 4,
        "title_shared": shared("title_words").clip(0, 3) / 3,
        "family_clash": clash("families"),
        "days": (days + 1).log() / 8,
        "same_week": (days <= 7).cast(pl.Float64),
        "period_clash": clash("periods"),
        "period_shared": shared("periods").clip(0, 1),
        "fields_shared": shared("fields").clip(0, 1),
        "fields_clash": clash("fields"),
        "increment": (pl.col("increment") != pl.col("increment_b")).cast(pl.Float64),
    }


def scored(pairs: pl.DataFrame, features: dict[str, pl.Expr], model: str) -> pl.DataFrame:
    """`pairs` with `score`, the sum of the weighted features of the model and its bias, less its threshold."""
    weights = dict(lexicon()["weights"][model])
    bias = weights.pop("bias") - weights.pop("threshold")
    return pairs.with_columns((pl.sum_horizontal([features[name] * weight for name, weight in weights.items()]) + bias).alias("score"))


@dataclass(frozen=True)
class Within:
    """The pairs of mentions of one document that are joined."""

    same: pl.DataFrame
    """a, b, score: rows that tell the same money."""
    changed: pl.DataFrame
    """older, newer, score: rows of which the second took the place of the first."""


def within(mentions: pl.DataFrame) -> Within:
    """What the pairs of mentions inside documents come to."""
    pairs = sides(within_documents(mentions), mentions).with_columns(_tie().alias("tie"))
    same_unit = pl.col("unit") == pl.col("unit_b")
    alike = (same_unit & (apart() < NEAR)) | (~same_unit & ((apart("dollars") < LOOSE) | apart("dollars").is_null()))
    same = scored(pairs.filter(alike & (pl.col("tie").fill_null("") != "changed_from")), features_within(), "within")
    told = pairs.filter(pl.col("tie") == "conversion").select("a", "b", pl.lit(SAID, pl.Float64).alias("score"))
    moved = scored(pairs.filter(same_unit & (apart() >= NEAR) & (pl.col("start_b") - pl.col("end") < REACH)), features_change(), "change")
    kept = moved.filter((pl.col("score") > 0) | (pl.col("tie") == "changed_from")).with_columns(_later_is_newer().alias("onwards"))
    older = pl.when("onwards").then("a").otherwise("b").alias("older")
    newer = pl.when("onwards").then("b").otherwise("a").alias("newer")
    return Within(pl.concat([same.filter(pl.col("score") > 0).select("a", "b", "score"), told]), kept.select(older, newer, "score"))


def _tie() -> pl.Expr:
    """The kind of the relation that one claim of a pair itself states to the other."""

    def stated(relations: str, other: str) -> pl.Expr:
        matching = pl.col(relations).list.eval(pl.element().struct.field("kind"))
        ids = pl.col(relations).list.eval(pl.element().struct.field("claim_id"))
        return pl.when(ids.list.contains(pl.col(other))).then(matching.list.first())

    return pl.coalesce(stated("relations", "claim_id_b"), stated("relations_b", "claim_id"))


def _later_is_newer() -> pl.Expr:
    """Whether the amount that stands later in the text is the newer one."""
    stated = pl.col("relations").list.eval(pl.element().struct.field("kind")).list.contains("changed_from")
    text = between().str.strip_chars()
    return (
        pl.when(pl.col("tie") == "changed_from").then(~stated)
        .when(text.str.contains(r"\bfrom\b")).then(pl.lit(value=False))
        .otherwise(pl.lit(value=True))
    )  # fmt: skip


def across(tellings: pl.DataFrame) -> pl.DataFrame:
    """a, b, score: the tellings of different documents that are the same money."""
    pairs = sides_across(across_documents(tellings), tellings)
    return scored(pairs, features_across(), "across").filter(pl.col("score") > 0).select("a", "b", "score")
