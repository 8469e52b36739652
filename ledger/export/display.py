"""Amounts and periods in words."""

import re

import polars as pl

from ledger.lexicons.labels import heading
from ledger.money.amounts import figure_words

JOINT = "; "
"""Between the items of a list in one text."""
COLUMNS = ("unit", "value", "lower", "upper", "bound")


def display(frame: pl.DataFrame) -> pl.Series:
    """The amounts of `frame` (columns unit, value, lower, upper, bound) in words."""
    return pl.Series("display", [figure_words(*row) for row in frame.select(COLUMNS).iter_rows()], dtype=pl.String)


def labelled(column: pl.Series, vocabulary: str) -> pl.Series:
    """A column of codes, or of codes joined by `JOINT`, with their labels.

    >>> labelled(pl.Series(["clean_energy; health", None]), "field").to_list()
    ['Clean energy; Health', None]
    """
    parts = column.cast(pl.String).str.split(JOINT)
    codes = parts.explode(empty_as_null=False).drop_nulls().unique().to_list()
    labels = pl.element().replace_strict(codes, [heading(vocabulary, code) for code in codes], return_dtype=pl.String)
    return parts.list.eval(labels).list.join(JOINT) if codes else column.cast(pl.String)


def period_words(period: str | None) -> str:
    """An ISO 8601 period as people write it; other periods as they are.

    >>> period_words("P5Y"), period_words("2025/2029"), period_words("/2030"), period_words("2026")
    ('5 years', '2025 to 2029', 'by 2030', '2026')
    """
    if not period:
        return ""
    duration = re.fullmatch(r"P(\d+)([YMWD])", period)
    if duration:
        count, unit = int(duration[1]), {"Y": "year", "M": "month", "W": "week", "D": "day"}[duration[2]]
        return f"{count} {unit}{'' if count == 1 else 's'}"
    start, slash, end = period.partition("/")
    if not slash:
        return period
    return f"{start} to {end}" if start and end else f"by {end}" if end else f"from {start}"
