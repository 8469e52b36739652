"""The day that a source gives for an article, in the forms of feeds, mail and tables."""

import re
from datetime import date, datetime
from email.utils import parsedate

from ledger.read.metadata import date_of

ISO = re.compile(r"\s*((?:19|20)[0-9]{2})[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12][0-9]|3[01])(?![0-9])")
NUMBERS = re.compile(r"\s*([0-9]{1,2})([/.])([0-9]{1,2})[/.]((?:19|20)[0-9]{2})(?![0-9])")
WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ", re.IGNORECASE)


def day_of(said: object) -> date | None:
    """The day as its source writes it, whatever its hour and zone, or null; a day that may be two is null.

    >>> day_of("Tue, 04 Mar 2025 23:30:00 -0500"), day_of("2025-03-04T23:30:00Z"), day_of("04/03/2025")
    (datetime.date(2025, 3, 4), datetime.date(2025, 3, 4), None)
    """
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    words = WEEKDAY.sub("", " ".join(str(said).split())[:100], count=1) if said is not None else ""
    first = words.split(" ")
    shapes = (" ".join(first[:size]).rstrip(",;") for size in (1, 3, 4))
    return _numbers(words) or next(filter(None, map(date_of, shapes)), None) or _mail(words)


def _numbers(words: str) -> date | None:
    found = ISO.match(words)
    if found is not None:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = NUMBERS.match(words)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] == "." or first > 12 or first == second:  # a dot stands between numbers only where the day is first
        return _date(year, second, first)
    return _date(year, first, second) if second > 12 else None


def _mail(words: str) -> date | None:
    found = parsedate(words) if words else None
    return _date(*found[:3]) if found is not None else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1800 < year < 2200 else None
    except ValueError:
        return None


__all__ = ["day_of"]
