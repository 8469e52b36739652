"""Features: what speaks for and against two mentions, or two local clusters, being the same money.

Each is a number between 0 and 1. The expressions are over a pair's row, which has the columns of both sides; those of
the second side end in _b. Lists of words are compared by the hashes of the words. Amounts are compared as floats here,
for a feature is a likeness; the amounts themselves stay Decimal.
"""

import polars as pl

from ledger.resolve.mentions import SIDE, resolve_rules
from ledger.resolve.telling import days_between, month_of

ROUNDING = 0.06
"""Amounts whose logarithms differ by less may be roundings of one another."""
CONVERSION_CLOSE = 0.03
"""Conversions at the day's rate differ from it by less than this."""
CONVERSION_SLACK = 0.15
"""Conversions may differ by so much from the day's rate: texts round, and use rates of other days."""
ADJACENT = 12
"""Two amounts with fewer code points between them stand side by side, as in "€5 billion ($5.4 billion)"."""
LAST_OPEN_STEP = 2
"""The step of a pledge that is approved: from there on it is one's own to keep, and a later one is another."""
LONG_AFTER = 45
"""Days after which a text that tells a sum again says that it is known."""
EARLIER = 30
"""A pledge is told at most so many days before the month that a later text gives it."""
OVERLAPS = ("actor_keys", "recipient_keys", "name_keys", "proper_keys", "field_keys")
"""The lists whose common members are counted, in columns that end in _shared."""


def overlaps(columns: tuple[str, ...]) -> list[pl.Expr]:
    """How many members the lists of both sides have in common."""
    return [
        pl.col(name).list.set_intersection(pl.col(f"{name}_b")).list.len().cast(pl.Float64).alias(f"{name}_shared")
        for name in columns
    ]


def shared(column: str, most: int = 1) -> pl.Expr:
    """How many members are common; `most` or more give 1."""
    return pl.col(f"{column}_shared").clip(0, most) / most


def clash(column: str) -> pl.Expr:
    """1 where both sides have members and none in common."""
    both = (pl.col(column).list.len() > 0) & (pl.col(f"{column}_b").list.len() > 0)
    return (both & (pl.col(f"{column}_shared") == 0)).cast(pl.Float64)


def indicator(condition: pl.Expr) -> pl.Expr:
    """1 where the condition holds, 0 where it does not or is unknown."""
    return condition.fill_null(value=False).cast(pl.Float64)


def differs(column: str) -> pl.Expr:
    """1 where the two sides have different values."""
    return indicator(pl.col(column) != pl.col(f"{column}_b"))


def log_distance(column: str = "size") -> pl.Expr:
    """Distance between the logarithms of the two amounts."""
    return (pl.col(column).clip(1e-6).log() - pl.col(f"{column}_b").clip(1e-6).log()).abs()


def gap() -> pl.Expr:
    """Code points between the two amounts."""
    return (pl.col("start_b") - pl.col("end")).clip(0)


def distinctness() -> pl.Expr:
    """How many digits are said, four or more giving 1: two pledges rarely share 22,516 crore, but often 1 billion."""
    return (pl.col("digits").clip(1, 4).cast(pl.Float64) - 1) / 3


def mention_features() -> dict[str, pl.Expr]:
    """Features of any two mentions of one document."""
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
        "same_sentence": indicator(pl.col("sentence_start") == pl.col("sentence_start_b")),
        "gap": (gap().cast(pl.Float64) + 1).log() / 8,
        "increment": differs("increment"),
        "period_clash": differs("period"),
        "fields_shared": shared("field_keys"),
        "fields_clash": clash("field_keys"),
        "both_shared": ((pl.col("actor_keys_shared") > 0) & (pl.col("recipient_keys_shared") > 0)).cast(pl.Float64),
        "one_payer": differs("paid"),
        "raise_or_stake": indicator(
            (pl.col("family") == "own") & (pl.col("family_b") == "own") & (pl.col("paid") != pl.col("paid_b"))
        ),
    }


def same_money_features() -> dict[str, pl.Expr]:
    """Features of two similar amounts of one document: are they the same money?"""
    same_unit = pl.col("unit") == pl.col("unit_b")
    rate_distance = log_distance("dollars")
    far = (rate_distance >= CONVERSION_CLOSE) & (rate_distance < CONVERSION_SLACK)
    return mention_features() | {
        "amount_same": indicator(same_unit & (pl.col("value") == pl.col("value_b"))),
        "amount_rounded": indicator(same_unit & (pl.col("value") != pl.col("value_b")) & (log_distance() < ROUNDING)),
        "converted_close": indicator(~same_unit & (rate_distance < CONVERSION_CLOSE)),
        "converted_loose": indicator(~same_unit & far),
        "unrated": indicator(~same_unit & rate_distance.is_null()),
        "touching": indicator(~same_unit & (gap() < ADJACENT)),
        "bound_differs": differs("bound"),
        "digits": distinctness(),
        "family_differs": differs("family"),
    }


def between() -> pl.Expr:
    """The text between the two amounts; where it is long, only what follows the first and what leads to the second."""
    whole = pl.col("after").str.slice(0, gap())
    return pl.when(gap() <= SIDE).then(whole).otherwise(pl.concat_str("after", pl.lit(" … "), "before_b"))


def change_features() -> dict[str, pl.Expr]:
    """Features of two amounts of one document: did one replace the other?"""
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
    cues = {cue["name"]: indicator(where[cue["where"]].str.contains(cue["pattern"])) for cue in resolve_rules()["cue"]}
    amounts = between().str.count_matches(resolve_rules()["pattern"]["amounts"]).cast(pl.Float64)
    return (
        cues
        | mention_features()
        | {
            "amount_distance": log_distance().clip(0, 4) / 4,
            "others_between": amounts.clip(0, 3) / 3,
            "next_sentence": indicator(between().str.contains(r"[.!?:]\s")),
        }
    )


def document_features() -> dict[str, pl.Expr]:
    """Features of two local clusters of different documents: are they the same money?

    The names and words that they have in common come with the pair as counts (`actors`, `recipients`, `names`,
    `words`); fields, periods and amounts come as bit masks. The fields of a whole are often those of the part that its
    sentence is about, so that a clash of them weighs half.
    """
    gap = pl.max_horizontal(days_between("told_to", "told_from_b"), days_between("told_to_b", "told_from")).clip(0)
    days = pl.min_horizontal(gap, days_between("day", "day_b").abs()).cast(pl.Float64)
    actor_clash = pl.col("has_actor") & pl.col("has_actor_b") & (pl.col("actors") == 0)
    recipient_clash = pl.col("has_recipient") & pl.col("has_recipient_b") & (pl.col("recipients") == 0)
    return {
        "amount_same": pl.col("same_amount").cast(pl.Float64),
        "amounts_shared": (common_bits("amount_mask").bitwise_count_ones() > 1).cast(pl.Float64),
        "converted": pl.col("converted").cast(pl.Float64),
        "digits": distinctness(),
        "actor_shared": (pl.col("actors") > 0).cast(pl.Float64),
        "actor_clash": actor_clash.cast(pl.Float64),
        "other_actor": indicator(actor_clash & (pl.col("payers") == 0) & _surely_two("actor")) * _plain_sum(),
        "recipient_shared": (pl.col("recipients") > 0).cast(pl.Float64),
        "recipient_clash": recipient_clash.cast(pl.Float64),
        "other_recipient": indicator(recipient_clash & (pl.col("payees") == 0) & _surely_two("recipient"))
        * _plain_sum(),
        "both_shared": ((pl.col("actors") > 0) & (pl.col("recipients") > 0)).cast(pl.Float64),
        "names_shared": pl.col("names").clip(0, 3).cast(pl.Float64) / 3,
        "words_shared": pl.col("words").clip(0, 4).cast(pl.Float64) / 4,
        "family_clash": mask_clash("family_mask"),
        "days": (days + 1).log() / 8,
        "same_week": (days <= 7).cast(pl.Float64),
        "period_clash": mask_clash("period_mask"),
        "period_shared": (common_bits("period_mask") != 0).cast(pl.Float64),
        "fields_shared": (common_bits("field_mask") != 0).cast(pl.Float64),
        "fields_clash": mask_clash("field_mask") * (1 - indicator(pl.col("whole") | pl.col("whole_b")) / 2),
    } | _telling_features()


def _plain_sum() -> pl.Expr:
    """1 for a sum of one digit down to a half for one of four: two lenders rarely give 413.5 million each."""
    return 1 - distinctness() / 2


def _surely_two(role: str) -> pl.Expr:
    """Whether the names of a role are sure on both sides, and not a country and somebody or some place in it."""
    lands, states = (common_bits(f"{role}_lands") != 0), pl.col(f"{role}_states") | pl.col(f"{role}_states_b")
    both = [pl.col(f"{role}_{what}") & pl.col(f"{role}_{what}_b") for what in ("sure", "party")]
    inside = (common_bits(f"{role}_lands") & states) != 0
    apart = mask_clash(f"{role}_lands") == 1
    places = lands & ~both[1]
    return both[0] & (both[1] | apart) & ~inside & ~places


def _telling_features() -> dict[str, pl.Expr]:
    """What the words that tell two pledges say: a reprint, a look back on the other's month, a sum known or new."""
    long = days_between("day", "day_b").abs() > LONG_AFTER
    later_is_b = pl.col("day_b") >= pl.col("day")
    fresh = pl.when(later_is_b).then("fresh_b").otherwise("fresh")
    news = pl.when(later_is_b).then("news_b").otherwise("news")
    earlier, later = (pl.when(later_is_b == is_b).then("step_b").otherwise("step") for is_b in (False, True))
    is_step = ((earlier <= LAST_OPEN_STEP) & (later > earlier)).fill_null(value=False)
    back, back_b = (pl.col(f"month{side}") < month_of(pl.col(f"day{side}")) for side in ("", "_b"))
    months = [(month_of(pl.col(f"day{side}")), pl.col(f"month{side}")) for side in ("", "_b")]
    told = [
        pl.coalesce(pl.when(looks).then(month), own) for looks, (own, month) in zip((back, back_b), months, strict=True)
    ]
    looks = back.fill_null(value=False) | back_b.fill_null(value=False)
    made_before = [
        back.fill_null(value=False) & (days_between("told_to_b", "told_from") > EARLIER),
        back_b.fill_null(value=False) & (days_between("told_to", "told_from_b") > EARLIER),
    ]
    return {
        "reprint": indicator(pl.col("worded") == pl.col("worded_b")),
        "month_meant": indicator(looks & (told[0] == told[1])),
        "month_clash": indicator(made_before[0] | made_before[1]),
        "later_known": indicator(long & pl.when(later_is_b).then("known_b").otherwise("known")),
        "later_fresh": indicator(long & fresh),
        "later_news": indicator(long & news & ~is_step),
    }


def common_bits(mask: str) -> pl.Expr:
    """The bits that both sides have."""
    return pl.col(mask) & pl.col(f"{mask}_b")


def mask_clash(mask: str) -> pl.Expr:
    """1 where both sides have bits and none in common."""
    return ((pl.col(mask) != 0) & (pl.col(f"{mask}_b") != 0) & (common_bits(mask) == 0)).cast(pl.Float64)


DOCUMENT_COLUMNS = (
    "day", "step", "told_from", "told_to", "month", "known", "fresh", "news", "worded", "turns", "digits",
    "amount_mask", "family_mask", "period_mask", "field_mask", "has_actor", "has_recipient", "actor_lands",
    "actor_states", "actor_party", "actor_sure", "recipient_lands", "recipient_states", "recipient_party",
    "recipient_sure", "whole",
)  # fmt: skip
"""What is compared of two local clusters."""


def scored(pairs: pl.DataFrame, features: dict[str, pl.Expr], model: str) -> pl.DataFrame:
    """`pairs` with `score`: the weighted features and the bias of a model of `resolve.toml`, less its threshold."""
    weights = dict(resolve_rules()["weights"][model])
    bias = weights.pop("bias") - weights.pop("threshold")
    weighted = [features[name] * weight for name, weight in weights.items() if weight]
    return pairs.with_columns((pl.sum_horizontal(weighted) + bias).alias("score"))
