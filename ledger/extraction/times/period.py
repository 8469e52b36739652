"""Periods: words of a text that say a time, and the time they say.

A period is an ISO 8601 duration ("P2Y"), a year ("2026"), a month ("2025-02") or an interval ("2025/2029";
"/2030" is by 2030).
"""

from typing import NamedTuple


class Period(NamedTuple):
    """Words that say a time, and the time they say."""

    iso: str
    """ISO 8601 duration, year, month or interval."""
    start: int
    """First code point of the words."""
    end: int
    """Code point after the last one."""
    rule: str
    """Name of the rule that read them."""


def year_earlier(iso: str) -> str | None:
    """The same span a year before; null for lengths and ends.

    >>> year_earlier("2025-01/2025-03"), year_earlier("P3Y")
    ('2024-01/2024-03', None)
    """
    if not iso[:1].isdigit():
        return None
    return "/".join(f"{int(part[:4]) - 1}{part[4:]}" for part in iso.split("/"))
