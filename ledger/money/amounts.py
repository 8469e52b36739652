"""Amounts in words, the same in the terminal, in workbooks and in exports: "≥ 750.0 bn USD", "45.0–50.0 bn USD"."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledger.lexicons.load import toml

SCALES = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))


def row_words(row: Mapping[str, Any]) -> str:
    """The amount of a row of claims or commitments in words."""
    return figure_words(row["unit"], row["value"], row["lower"], row["upper"], row["bound"], row.get("per"))


def figure_words(
    unit: str, value: Decimal, lower: Decimal | None, upper: Decimal | None, bound: str, per: str | None = None
) -> str:
    """A figure in words; amounts in units, `per` what it is a rate by.

    >>> figure_words("USD", Decimal(750_000_000_000), Decimal(750_000_000_000), None, "at_least")
    '≥ 750.0 bn USD'
    """
    tail = (" %" if unit == "percent" else f" {unit.replace('_', ' ')}") + (f" per {per}" if per else "")
    if bound == "range" and lower is not None and upper is not None:
        low, high = scaled(lower, upper), scaled(upper)
        return f"{low.split(' ')[0]}–{high}{tail}"
    return f"{toml('export')['bounds'][bound]}{scaled(value)}{tail}"


def scaled(amount: Decimal, by: Decimal | None = None) -> str:
    """`amount` in the scale that fits `by`, by default itself: one to three digits behind the point.

    >>> scaled(Decimal("2900000000")), scaled(Decimal("17"))
    ('2.9 bn', '17')
    """
    for size, name in SCALES:
        if abs(amount if by is None else by) >= size:
            text = f"{amount / size:,.3f}".rstrip("0")
            return f"{text}0 {name}" if text.endswith(".") else f"{text} {name}"
    return f"{amount:,.6f}".rstrip("0").rstrip(".")


def plain(value: Decimal) -> str:
    """A Decimal in plain digits without trailing zeros.

    >>> plain(Decimal("2.900000E+9")), plain(Decimal("0.050000"))
    ('2900000000', '0.05')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
