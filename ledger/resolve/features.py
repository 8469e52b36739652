"""Features: what speaks for and against a pair of mentions, or of tellings, being the same money; each a number between 0 and 1.

The expressions are over a pair's row, which has the columns of both sides, those of the second with the ending _b. Lists of words are compared by the
hashes of the words. Amounts are compared as floats here: a feature is a likeness, what is said stays Decimal.
"""

import polars as pl

from ledger.resolve.mentions import SIDE, lexicon

NEAR = 0.06
"""Amounts whose logarithms differ by less may be roundings of one another."""
LOOSE = 0.15
"""Conversions may differ by so much from the day's rate: texts round, and use rates of other days."""
OVERLAPS = ("actor_keys", "recipient_keys", "name_keys", "proper_keys", "field_keys")
"""The lists of which a pair's common members are counted, in columns with the ending _shared."""


def overlaps(columns: tuple[str, ...]) -> list[pl.Expr]:
    """How many members the lists of both sides have in common."""
    return [
        pl.col(name).list.set_intersection(pl.col(f"{name}_b")).list.len().cast(pl.Float64).alias(f"{name}_shared")
        for name in columns
    ]


def shared(column: str, most: int = 1) -> pl.Expr:
    """How many members are common, `most` or more being one."""
    return pl.col(f"{column}_shared").clip(0, most) / most


def clash(column: str) -> pl.Expr:
    """One where both say something and nothing of it is common."""
    both = (pl.col(column).list.len() > 0) & (pl.col(f"{column}_b").list.len() > 0)
    return (both & (pl.col(f"{column}_shared") == 0)).cast(pl.Float64)


def flag(condition: pl.Expr) -> pl.Expr:
    """One where the condition holds, nothing where it does not or cannot be told."""
    return condition.fill_null(value=False).cast(pl.Float64)


def differs(column: str) -> pl.Expr:
    """One where the two sides say different things."""
    return flag(pl.col(column) != pl.col(f"{column}_b"))


def apart(column: str = "size") -> pl.Expr:
    """Distance of the logarithms of the two amounts."""
    return (pl.col(column).clip(1e-6).log() - pl.col(f"{column}_b").clip(1e-6).log()).abs()


def gap() -> pl.Expr:
    """Code points between the two amounts."""
    return (pl.col("start_b") - pl.col("end")).clip(0)


def distinctness() -> pl.Expr:
    """How many digits are said, four or more being one: 22,516 crore is rarely said of two things, 1 billion often."""
    return (pl.col("digits").clip(1, 4).cast(pl.Float64) - 1) / 3


def common() -> dict[str, pl.Expr]:
    """What is asked of any two mentions of one document."""
    return {
        "actor_shared": shared("actor_keys"),
        "actor_clash": clash("actor_keys"),
        "recipient_shared": shared("recipient_keys"),
        "recipient_clash": clash("recipient_keys"),
        "names_shared": shared("name_keys", 3),
        "proper_shared": shared("proper_keys", 3),
        "measure_differs": differs("measure"),
        "stage_differs": differs("stage"),
        "one_headline": differs("headline"),
        "same_sentence": flag(pl.col("sentence_start") == pl.col("sentence_start_b")),
        "gap": (gap().cast(pl.Float64) + 1).log() / 8,
        "increment": differs("increment"),
        "period_clash": differs("period"),
        "fields_shared": shared("field_keys"),
        "fields_clash": clash("field_keys"),
        "both_shared": ((pl.col("actor_keys_shared") > 0) & (pl.col("recipient_keys_shared") > 0)).cast(pl.Float64),
        "one_payer": differs("paid"),
        "raise_or_stake": flag(
            (pl.col("family") == "own") & (pl.col("family_b") == "own") & (pl.col("paid") != pl.col("paid_b"))
        ),
    }


def within() -> dict[str, pl.Expr]:
    """What speaks for and against that two like amounts of one document are the same money."""
    same_unit = pl.col("unit") == pl.col("unit_b")
    return common() | {
        "amount_same": flag(same_unit & (pl.col("value") == pl.col("value_b"))),
        "amount_rounded": flag(same_unit & (pl.col("value") != pl.col("value_b")) & (apart() < NEAR)),
        "converted_close": flag(~same_unit & (apart("dollars") < 0.03)),
        "converted_loose": flag(~same_unit & (apart("dollars") >= 0.03) & (apart("dollars") < LOOSE)),
        "unrated": flag(~same_unit & apart("dollars").is_null()),
        "touching": flag(~same_unit & (gap() < 12)),
        "bound_differs": differs("bound"),
        "digits": distinctness(),
        "family_differs": differs("family"),
    }


def between() -> pl.Expr:
    """The text between the two amounts: all of it where it is short, else what follows the first and leads to the second."""
    whole = pl.col("after").str.slice(0, gap())
    return pl.when(gap() <= SIDE).then(whole).otherwise(pl.concat_str("after", pl.lit(" … "), "before_b"))


def change() -> dict[str, pl.Expr]:
    """What speaks for and against that one of two amounts of a document took the place of the other."""
    pair = pl.concat_str(
        pl.col("before").str.tail(50), pl.lit("①"), between(), pl.lit("②"), pl.col("after_b").str.head(30)
    )
    where = {
        "pair": pair,
        "between": between(),
        "before_first": pl.col("before").str.tail(70),
        "before_later": pl.col("before_b").str.tail(gap().clip(0, SIDE)),
        "after_later": pl.col("after_b").str.head(60),
    }
    cues = {cue["name"]: flag(where[cue["where"]].str.contains(cue["pattern"])) for cue in lexicon()["cue"]}
    others = (
        between()
        .str.count_matches(r"[$€£¥₹]|\b(?:million|billion|trillion|crore|bn|mn|m)\b")
        .cast(pl.Float64)
        .clip(0, 3)
        / 3
    )
    return (
        cues
        | common()
        | {
            "apart": apart().clip(0, 4) / 4,
            "others_between": others,
            "next_sentence": flag(between().str.contains(r"[.!?:]\s")),
        }
    )


def across() -> dict[str, pl.Expr]:
    """What speaks for and against that two documents tell the same money.

    What the tellings have in common of names and words comes with the pair as counts (`actors`, `recipients`, `names`, `words`), fields, periods and
    amounts as masks of bits.
    """
    days = (pl.col("day_b") - pl.col("day")).dt.total_days().abs().cast(pl.Float64).fill_null(0)
    return {
        "amount_same": pl.col("same_amount").cast(pl.Float64),
        "amounts_shared": (met("amount_mask").bitwise_count_ones() > 1).cast(pl.Float64),
        "digits": distinctness(),
        "actor_shared": (pl.col("actors") > 0).cast(pl.Float64),
        "actor_clash": (pl.col("has_actor") & pl.col("has_actor_b") & (pl.col("actors") == 0)).cast(pl.Float64),
        "recipient_shared": (pl.col("recipients") > 0).cast(pl.Float64),
        "recipient_clash": (pl.col("has_recipient") & pl.col("has_recipient_b") & (pl.col("recipients") == 0)).cast(
            pl.Float64
        ),
        "both_shared": ((pl.col("actors") > 0) & (pl.col("recipients") > 0)).cast(pl.Float64),
        "names_shared": pl.col("names").clip(0, 3).cast(pl.Float64) / 3,
        "words_shared": pl.col("words").clip(0, 4).cast(pl.Float64) / 4,
        "family_clash": strange("family_mask"),
        "days": (days + 1).log() / 8,
        "same_week": (days <= 7).cast(pl.Float64),
        "period_clash": strange("period_mask"),
        "period_shared": (met("period_mask") != 0).cast(pl.Float64),
        "fields_shared": (met("field_mask") != 0).cast(pl.Float64),
        "fields_clash": strange("field_mask"),
        "increment": differs("increment"),
    }


def met(mask: str) -> pl.Expr:
    """The bits that both sides have."""
    return pl.col(mask) & pl.col(f"{mask}_b")


def strange(mask: str) -> pl.Expr:
    """One where both sides have bits and none in common."""
    return ((pl.col(mask) != 0) & (pl.col(f"{mask}_b") != 0) & (met(mask) == 0)).cast(pl.Float64)


ACROSS = (
    "day",
    "digits",
    "increment",
    "amount_mask",
    "family_mask",
    "period_mask",
    "field_mask",
    "has_actor",
    "has_recipient",
)
"""What `across` compares of two tellings."""


def scored(pairs: pl.DataFrame, features: dict[str, pl.Expr], model: str) -> pl.DataFrame:
    """`pairs` with `score`: the features weighted by the model of `resolve.toml`, and its bias less its threshold."""
    weights = dict(lexicon()["weights"][model])
    bias = weights.pop("bias") - weights.pop("threshold")
    return pairs.with_columns(
        (pl.sum_horizontal([features[name] * weight for name, weight in weights.items() if weight]) + bias).alias(
            "score"
        )
    )
