"""How a mention tells its pledge: as which of several like sums, as known or new, and looking back to which month."""

import polars as pl

from ledger.resolve.mentions import resolve_rules

TURNS = ("first", "second", "third", "fourth", "fifth", "sixth", "next", "more", "new")
"""What a sum may be told as; each has a bit of `turns`."""
BIT = {turn: 1 << place for place, turn in enumerate(TURNS)}
FIRST, NUMBERED, NEW = BIT["first"], (1 << TURNS.index("next")) - 1, BIT["new"]
LATER = (NUMBERED - FIRST) | BIT["next"]
"""The bits of a second sum, a third one, the next."""
FURTHER = LATER | BIT["more"]
"""The bits of a sum that is not the first one."""
DAYS_AFTER = {LATER: 1, FURTHER: 7, FURTHER | NEW: 30}
"""Bits → a sum with one of them is another one than a sum without, told more than so many days before."""
MONTHS = 12


def tellings() -> list[pl.Expr]:
    """turns, known, fresh, news and month of mentions, by their columns before, after and day.

    turns holds a bit for each way of telling the sum as one of several (`BIT`); known and fresh say whether it is told
    as known already or brought up, news whether it is brought up as of this week; month counts the months up to the one
    that the text looks back on, or is null.
    """
    fresh = _found("before", "fresh_before")
    brought_up = fresh | _found("before", "pledging_before")
    return [
        _turns().alias("turns"),
        (_found("before", "known_before") | _found("after", "known_after")).alias("known"),
        fresh.alias("fresh"),
        (brought_up & (_found("before", "news_before") | _found("after", "news_after"))).alias("news"),
        _month().alias("month"),
    ]


def told_days() -> list[pl.Expr]:
    """told_from and told_to: the days between which a pledge was made, the day of its document unless it looks back."""
    own = month_of(pl.col("day"))
    back = pl.col("month") < own
    start = pl.date((pl.col("month") - 1) // MONTHS, (pl.col("month") - 1) % MONTHS + 1, 1)
    return [
        pl.when(back).then(start).otherwise("day").alias("told_from"),
        pl.when(back).then(start.dt.month_end()).otherwise("day").alias("told_to"),
    ]


def month_of(day: pl.Expr) -> pl.Expr:
    """The months up to a day."""
    return day.dt.year().cast(pl.Int32) * MONTHS + day.dt.month().cast(pl.Int32)


def days_between(earlier: str, later: str) -> pl.Expr:
    """Days from the last day that one of a pair may have been made on to the first one of the other."""
    return (pl.col(later) - pl.col(earlier)).dt.total_days().fill_null(0)


def told_as_two() -> pl.Expr:
    """Whether the words of a pair tell two of several like sums: a first and a second one, one and another later."""
    one, other = pl.col("turns"), pl.col("turns_b")
    reprint = (pl.col("worded") == pl.col("worded_b")).fill_null(value=False)
    return ~reprint & (_numbered_apart(one, other) | _later_is_another("", "_b") | _later_is_another("_b", ""))


def _has(turns: pl.Expr, bits: int) -> pl.Expr:
    return (turns & pl.lit(bits, pl.UInt32)) != 0


def _numbered_apart(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    numbered = _has(one, NUMBERED) & _has(other, NUMBERED) & ~_has(one & other, NUMBERED)
    first = [
        _has(a, FIRST) & ~_has(a, FURTHER) & _has(b, FURTHER) & ~_has(b, FIRST) for a, b in ((one, other), (other, one))
    ]
    return numbered | first[0] | first[1]


def _later_is_another(earlier: str, later: str) -> pl.Expr:
    """Whether the later of a pair, by the suffixes of their columns, is told as one more than the earlier."""
    days = days_between(f"told_to{earlier}", f"told_from{later}")
    one, more = pl.col(f"turns{earlier}"), pl.col(f"turns{later}")
    return pl.any_horizontal(_has(more, bits) & ~_has(one, bits) & (days > after) for bits, after in DAYS_AFTER.items())


def _pattern(name: str) -> str:
    return str(resolve_rules()["pattern"][name])


def _found(side: str, name: str) -> pl.Expr:
    return pl.col(side).str.contains(_pattern(name))


def _turns() -> pl.Expr:
    bits = {word: BIT[turn] for turn, words in resolve_rules()["turn"].items() for word in words}
    found = [
        pl.col(side).str.extract(_pattern(name)).replace_strict(bits, default=0, return_dtype=pl.UInt32)
        for side, name in (("before", "turn_before"), ("before", "turn_far"), ("after", "turn_after"))
    ]
    return found[0] | found[1] | found[2]


def _month() -> pl.Expr:
    """The months up to the last one of the name that the text looks back on, not after the mention's own day."""
    after, before, plain = (
        pl.col(side).str.extract_groups(_pattern(name))
        for side, name in (("after", "month_after"), ("before", "month_before"), ("after", "month_plain"))
    )
    made = _found("before", "made_before")
    ahead = _found("after", "ahead") | pl.col("before").str.extract(r"([^.;!?]*)$").str.contains(_pattern("ahead"))
    found = (
        pl.when(after.struct.field("1").is_not_null()).then(after)
        .when(made & before.struct.field("1").is_not_null()).then(before)
        .when(made).then(plain)
    )  # fmt: skip
    names = {name: number for number, name in enumerate(resolve_rules()["words"]["months"], 1)}
    month = found.struct.field("1").replace_strict(names, default=None, return_dtype=pl.Int32)
    own = month_of(pl.col("day"))
    year = found.struct.field("2").cast(pl.Int32, strict=False)
    back = (pl.col("day").dt.month().cast(pl.Int32) - month) % MONTHS
    return pl.when(~ahead).then(pl.coalesce(year * MONTHS + month, own - back))


__all__ = ["days_between", "month_of", "tellings", "told_as_two", "told_days"]
