"""What pages show: amounts in one magnitude, labels for codes, the name of each page."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.export.lexicon import export_words
from ledger.lexicons.labels import label
from ledger.money.amounts import SCALES, row_words
from schemas import stable_id

MILLION, BILLION = Decimal(10) ** 6, Decimal(10) ** 9
CODE = re.compile(r"[a-z_]{1,40}")
ID = re.compile(r"[0-9a-f]{8,64}")
NOT_SAID = "(not said)"
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that make a reader see words in another order than they stand."""
LONGEST_SLUG = 40


@dataclass(frozen=True)
class Magnitude:
    """The unit of every amount of a site, so that a reader compares like with like."""

    size: Decimal
    words: str

    @classmethod
    def of(cls, largest: Decimal, currency: str) -> "Magnitude":
        """Millions, or billions where a total has more than six digits of millions."""
        if largest >= Decimal(10) ** 12:
            return cls(BILLION, f"billion {currency}")
        return cls(MILLION, f"million {currency}")

    def number(self, amount: Decimal | None) -> str:
        """An amount as a cell; "open" where there is no end.

        >>> Magnitude(MILLION, "million USD").number(Decimal(2_400_000_000))
        '2,400.0'
        """
        if amount is None:
            return "open"
        told = amount / self.size
        return f"{told:,.1f}" if told == 0 or abs(told) >= Decimal("0.1") else f"{told:,.3f}"


def interval(low: Decimal, stated: Decimal, high: Decimal | None, currency: str) -> str:
    """A total as an interval in words.

    >>> interval(Decimal(45 * 10**9), Decimal(47 * 10**9), Decimal(50 * 10**9), "USD")
    '45.0–50.0 bn USD'
    >>> interval(Decimal(750 * 10**6), Decimal(750 * 10**6), None, "EUR")
    'at least 750.0 m EUR'
    >>> interval(Decimal(0), Decimal(10**6), Decimal(10**6), "EUR")
    'up to 1.0 m EUR'
    """
    if high is None:
        return f"at least {_short(low)} {currency}" if low else f"{_short(stated)} {currency} or more"
    if low == high:
        return f"{_short(stated)} {currency}"
    if low == 0:
        return f"up to {_short(high)} {currency}"
    return f"{_short(low, high).split(' ')[0]}–{_short(high)} {currency}"


def _short(amount: Decimal, by: Decimal | None = None) -> str:
    """An amount in the scale that fits `by`, by default itself, with one digit behind the point."""
    for size, name in SCALES:
        if abs(amount if by is None else by) >= size:
            return f"{amount / size:,.1f} {name}"
    return f"{amount:,.0f}"


def slug(name: str) -> str:
    """The page of a name: its letters where they are plain, and always its hash, so that no two share a page.

    >>> slug("../Norlund Energi AS"), slug("東京")
    ('norlund-energi-as-3ad5a597', 'ee1155ca')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return f"{words}-{stable_id(name)[:8]}" if words else stable_id(name)[:8]


def page_id(id: str) -> str:  # noqa: A002 - the record's word for it
    """The page of a commitment: its id where it is one of ours, else a hash of it."""
    return id if ID.fullmatch(id) else stable_id(id)


def field_page(code: str) -> str:
    """The path of a field's page.

    >>> field_page("clean_energy")
    'fields/clean_energy.html'
    """
    return f"fields/{code if CODE.fullmatch(code) else slug(code)}.html"


def actor_page(name: str) -> str:
    """The path of a name's page."""
    return f"actors/{slug(name)}.html"


def field_label(code: str) -> str:
    """A field for people."""
    return label("field", code)


def reason_words(code: str) -> str:
    """An exclusion reason in a sentence."""
    return str(export_words()["codes"]["exclusion_reason"].get(code, code))


def stage_words(code: str) -> str:
    """What a stage means."""
    return str(export_words()["codes"]["stage"].get(code, code))


def measure_label(code: str) -> str:
    """A kind of commitment for people."""
    return label("measure", code)


def names(values: list[str]) -> str:
    """Names in a cell."""
    return "; ".join(values) if values else NOT_SAID


def title_of(row: Mapping[str, Any]) -> str:
    """A commitment in one line: who, how much, to whom."""
    to = f" to {'; '.join(row['recipient'])}" if row["recipient"] else ""
    return f"{'; '.join(row['actor']) or 'Unnamed payer'}: {row_words(row)}, {measure_label(row['measure'])}{to}"


def day(value: date | None) -> str:
    """A day as a reader of English writes it.

    >>> day(date(2025, 3, 4)), day(None)
    ('4 March 2025', 'no date')
    """
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value is not None else "no date"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
