"""Amounts as people read them: "≥ USD 750 bn", "USD 45–50 bn", "17 years"."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

SCALES = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))
SIGNS = {"more_than": "> ", "at_least": "≥ ", "less_than": "< ", "at_most": "≤ ", "about": "~ "}


def short(value: Decimal) -> tuple[str, str]:
    """The digits and the scale of a number: at most four significant digits after scaling.

    >>> short(Decimal("2900000000")), short(Decimal("17"))
    (('2.9', 'bn'), ('17', ''))
    """
    for size, name in SCALES:
        if abs(value) >= size:
            return _digits(value / size), name
    return _digits(value), ""


def _digits(value: Decimal) -> str:
    places = 0 if abs(value) >= 1000 else 2
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(row: Mapping[str, Any]) -> str:
    """The amount of a row with kind (money where missing), unit, value, lower, upper and bound."""
    kind, unit = row.get("kind", "money"), row["unit"]
    if row["bound"] == "range" and row["lower"] is not None and row["upper"] is not None:
        (low, low_scale), (high, high_scale) = short(row["lower"]), short(row["upper"])
        number = f"{low}–{high} {high_scale}" if low_scale == high_scale else f"{low} {low_scale}–{high} {high_scale}"
    else:
        number = " ".join(short(row["value"]))
    return f"{SIGNS.get(row['bound'], '')}{_with_unit(number.strip(), str(kind), str(unit), row.get('per'))}"


def _with_unit(number: str, kind: str, unit: str, per: str | None) -> str:
    said = {
        "money": f"{unit} {number}",
        "percent": f"{number} %" if unit == "percent" else f"{number} {unit.replace('_', ' ')}",
    }
    text = said.get(kind, f"{number} {unit.replace('_', ' ')}")
    return f"{text} per {per}" if per else text
