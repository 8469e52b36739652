"""A column of amounts in words."""

import polars as pl

from ledger.money.amounts import figure_words

COLUMNS = ("unit", "value", "lower", "upper", "bound")


def display(frame: pl.DataFrame) -> pl.Series:
    """The amounts of `frame` (columns unit, value, lower, upper, bound) in words."""
    return pl.Series("display", [figure_words(*row) for row in frame.select(COLUMNS).iter_rows()], dtype=pl.String)
