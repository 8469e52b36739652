"""Amounts in words: a figure with its bound as a person writes it."""

from decimal import Decimal

import polars as pl

from ledger.lexicons.load import toml

SCALES = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))
COLUMNS = ("unit", "value", "lower", "upper", "bound")


def figure_words(unit: str, value: Decimal, lower: Decimal | None, upper: Decimal | None, bound: str) -> str:
    """A figure in words; amounts in units.

    >>> figure_words("USD", Decimal(750_000_000_000), Decimal(750_000_000_000), None, "at_least")
    '≥ 750.0 bn USD'
    """
    tail = " %" if unit == "percent" else f" {unit}"
    if bound == "range" and lower is not None and upper is not None:
        low, high = scaled(lower, upper), scaled(upper, upper)
        return f"{low.split(' ')[0]}–{high}{tail}"
    return f"{toml('export')['bounds'][bound]}{scaled(value, value)}{tail}"


def scaled(amount: Decimal, by: Decimal) -> str:
    """`amount` in the scale that fits `by`, with at least one digit behind the point and at most three."""
    for size, name in SCALES:
        if abs(by) >= size:
            text = f"{amount / size:,.3f}".rstrip("0")
            return f"{text}0 {name}" if text.endswith(".") else f"{text} {name}"
    return f"{amount:,.6f}".rstrip("0").rstrip(".")


def display(frame: pl.DataFrame) -> pl.Series:
    """The amounts of `frame` (columns unit, value, lower, upper, bound) in words."""
    return pl.Series("display", [figure_words(*row) for row in frame.select(COLUMNS).iter_rows()], dtype=pl.String)


def interval_words(low: float, stated: float, high: float, is_open: float, currency: str) -> str:
    """A total in words, as the live formula of the totals sheets writes it."""
    if stated == 0:
        return f"– {currency}"
    if is_open:
        return f"≥ {_short(low, low)} {currency}"
    if low == high:
        return f"{_short(high, high)} {currency}"
    if low == 0:
        return f"≤ {_short(high, high)} {currency}"
    return f"{_short(low, high).split(' ')[0]}–{_short(high, high)} {currency}"


def _short(amount: float, by: float) -> str:
    if by >= 1e9:
        return f"{amount / 1e9:,.1f} bn"
    return f"{amount / 1e6:,.1f} m" if by >= 1e6 else f"{amount:,.0f}"
