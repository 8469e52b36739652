"""Readers: how the groups of a rule, the words it found and the day of publication make a period."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from ledger.lexicons import load

LENGTH = re.compile(
    r"([a-z0-9]+)(?:(?: to | or |-)([a-z0-9]+))?[ -](?:fiscal |financial |calendar )?"
    r"(year|month|decade|quarter|week|season)"
)
LONGEST_TERM = 15
"""Years above which "for 40 years" is how long a loan or a mine runs, not how long the money flows."""
UNITS = {
    "year": (1, "Y"),
    "decade": (10, "Y"),
    "month": (1, "M"),
    "quarter": (3, "M"),
    "week": (1, "W"),
    "season": (1, "Y"),
}

Groups = Mapping[str, str | None]
PeriodReader = Callable[[Groups, str, date], str | None]


def _year(groups: Groups, published: date) -> int:
    said = next((groups[name] for name in ("year", "year2", "year3", "year4", "end") if groups.get(name)), None)
    short = next((groups[name] for name in ("short", "short2") if groups.get(name)), None)
    return int(said) if said else 2000 + int(short) if short else published.year


def _number(words: str) -> int | None:
    return int(words) if words.isdigit() else load.toml("times")["numbers"].get(words)


def _month(words: str) -> int:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return names.index(words[:3].lower()) + 1


def _length(_groups: Groups, said: str, _published: date) -> str | None:
    found = [match.groups() for match in LENGTH.finditer(said)]
    numbers = [(_number(last or first) or _number(first), unit) for first, last, unit in found]
    count, unit = next(
        ((count, unit) for count, unit in numbers if count),
        (1 if "decade" in said or " year" in said else None, "decade" if "decade" in said else "year"),
    )
    if count is None or "several" in said or "half a" in said:
        return None
    times, letter = UNITS[unit]
    if said.startswith(("for ", "in ")) and letter == "Y" and count * times > LONGEST_TERM:
        return None
    return f"P{count * times}{letter}"


def _length_to_year(groups: Groups, _said: str, _published: date) -> str | None:
    count, end = _number(str(groups["count"]).lower()), int(str(groups["end"]))
    return f"{end - count + 1}/{end}" if count else None


def _interval(groups: Groups, _said: str, _published: date) -> str | None:
    start, end = groups["start"], groups["end"]
    return f"{start}/{end}" if start and end and start < end else None


def _short_interval(groups: Groups, _said: str, _published: date) -> str | None:
    start, short = str(groups["start"]), str(groups["short"])
    return f"{start}/{start[:2]}{short}" if start[2:] < short else None


def _months(groups: Groups, said: str, published: date) -> str | None:
    first = _month(groups["from"]) if groups["from"] else 1
    last = _month(groups["to"]) if groups["to"] else _number(groups["count"] or "")
    if not last or last > 12 or first == last:
        return None
    year = published.year - 1 if "last year" in said else _year(groups, published)
    start = year - (first > last) * (groups["year2"] is not None or published.month < first)
    return f"{start}-{first:02}/{start + (first > last)}-{last:02}"


def _month_interval(groups: Groups, _said: str, _published: date) -> str | None:
    first, last = _month(groups["from"] or ""), _month(groups["to"] or "")
    return _in_order(f"{groups['start']}-{first:02}", f"{groups['end']}-{last:02}")


def _day_interval(groups: Groups, _said: str, _published: date) -> str | None:
    first, last = int(groups["from"] or 0), int(groups["to"] or 0)
    return _in_order(f"{groups['start']}-{first:02}", f"{groups['end']}-{last:02}")


def _in_order(first: str, last: str) -> str | None:
    return f"{first}/{last}" if first < last else None


def _quarters_by_month(groups: Groups, _said: str, published: date) -> str:
    """The quarters that end with the months said."""
    last = _month(groups["month"] or "")
    first = (_month(groups["from"]) if groups["from"] else last) - 2
    year = _year(groups, published) if groups["year"] else published.year - (last > published.month)
    return f"{year - (first < 1)}-{(first - 1) % 12 + 1:02}/{year}-{last:02}"


def _end_month(groups: Groups, _said: str, _published: date) -> str:
    month = _month(groups["month"]) if groups["month"] else int(groups["digits"] or 0)
    return f"/{groups['year'] or groups['year2']}-{month:02}"


def _months_so_far(groups: Groups, _said: str, published: date) -> str | None:
    month = _month(groups["month"] or "")
    return f"{published.year}-01/{published.year}-{month:02}" if month > 1 else None


def _months_to_month(groups: Groups, said: str, published: date) -> str | None:
    """Some months to a month: the last ones that are over, or those of the year said."""
    count = _number(groups["count"]) if groups["count"] else 3 if "quarter" in said else 6
    month = _month(groups["month"] or "")
    if not count or count > 12:
        return None
    year = _year(groups, published) if groups["year"] else published.year - (month > published.month)
    first = month - count + 1
    return f"{year if first > 0 else year - 1}-{(first - 1) % 12 + 1:02}/{year}-{month:02}"


def _half(groups: Groups, said: str, published: date) -> str | None:
    second = groups.get("half") == "second" or "2" in (groups.get("digit"), groups.get("digit2"))
    year = published.year - 1 if "last year" in said else _year(groups, published)
    return f"{year}-07/{year}-12" if second else f"{year}-01/{year}-06"


def _quarter(groups: Groups, said: str, published: date) -> str | None:
    which = groups.get("ordinal") or groups["digit"] or groups["digit2"] or ""
    number = int(which) if which.isdigit() else load.toml("times")["ordinals"].get(which.lower())
    if number is None:
        return None
    year = published.year - 1 if "last year" in said else _year(groups, published)
    return f"{year}-{3 * number - 2:02}/{year}-{3 * number:02}"


def _in_month(groups: Groups, _said: str, published: date) -> str | None:
    month = _month(groups["month"] or groups.get("month2") or "")
    dated = groups["year"] or groups.get("year2")
    year = _year(groups, published) if dated else published.year - (month > published.month)
    return f"{year}-{month:02}"


def _relative_month(groups: Groups, _said: str, published: date) -> str:
    month = published.month + {"last": -1, "this": 0, "next": 1}[(groups["which"] or "").lower()]
    return f"{published.year + (month > 12) - (month < 1)}-{(month - 1) % 12 + 1:02}"


def _end_of_month(groups: Groups, _said: str, published: date) -> str | None:
    """By the end of a month: that month where it has begun, else by its next coming."""
    month = _month(groups["month"] or "")
    return (
        f"{published.year}-{month:02}" if month == published.month else f"/{published.year + (month < published.month)}"
    )


READERS: dict[str, PeriodReader] = {
    "length": _length,
    "length_to_year": _length_to_year,
    "two_years": lambda _groups, _said, published: f"{published.year}/{published.year + 1}",
    "one_year": lambda _groups, _said, _published: "P1Y",
    "full_year": lambda _groups, _said, _published: "P1Y",
    "end": lambda groups, _said, published: f"/{_year(groups, published)}",
    "end_of_month": _end_of_month,
    "end_of_decade": lambda _groups, _said, published: f"/{published.year // 10 * 10 + 10}",
    "end_of_this_year": lambda _groups, _said, published: f"/{published.year}",
    "end_of_next_year": lambda _groups, _said, published: f"/{published.year + 1}",
    "interval": _interval,
    "since": lambda groups, _said, published: (
        f"{groups['start']}/{published.year}" if int(str(groups["start"])) < published.year else None
    ),
    "short_interval": _short_interval,
    "months": _months,
    "months_to_month": _months_to_month,
    "month_interval": _month_interval,
    "day_interval": _day_interval,
    "quarters_by_month": _quarters_by_month,
    "end_month": _end_month,
    "months_so_far": _months_so_far,
    "relative_month": _relative_month,
    "same_span": lambda _groups, _said, _published: "same",
    "figure_of_half": lambda _groups, _said, published: f"{published.year}-01/{published.year}-06",
    "no_period": lambda _groups, _said, _published: None,
    "last_fiscal_year": lambda _groups, _said, published: f"{published.year - 1}",
    "half": _half,
    "quarter": _quarter,
    "year": lambda groups, _said, published: f"{_year(groups, published)}",
    "this_year": lambda _groups, _said, published: f"{published.year}",
    "next_year": lambda _groups, _said, published: f"{published.year + 1}",
    "last_year": lambda _groups, _said, published: f"{published.year - 1}",
    "year_before": lambda _groups, _said, published: f"{published.year - 1}",
    "that_year": lambda _groups, _said, published: f"{published.year}",
    "spent_months": lambda _groups, said, _published: "P" + str(_number(said.split()[-2])) + "M",
    "months_of_fiscal_year": lambda groups, _said, published: (
        f"{published.year}-01/{published.year}-{_number(groups['count'] or '') or 1:02}"
    ),
    "this_fiscal_year": lambda _groups, _said, published: f"{published.year}",
    "next_fiscal_year": lambda _groups, _said, published: f"{published.year + 1}",
    "month": _in_month,
}
"""How the groups of a rule, the words found and the day of publication make a period; null where they make none."""

ANCHORED = frozenset(
    reads
    for reads in READERS
    if ("year" in reads or reads == "since") and reads not in ("year", "one_year", "full_year", "length_to_year")
) | {
    "end_of_decade",
    "end_of_month",
    "months",
    "months_to_month",
    "months_so_far",
    "quarters_by_month",
    "relative_month",
    "figure_of_half",
    "half",
    "quarter",
    "month",
    "spent_months",
}
"""Readers that need the day of publication."""
