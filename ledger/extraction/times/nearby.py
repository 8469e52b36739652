"""Periods that depend on what stands around their words: fiscal years, quarters that are over, "the year before"."""

from collections.abc import Callable
from datetime import date
from functools import cache

from ledger.extraction.numbers.grammar import Finder
from ledger.extraction.times.patterns import has_cue, pattern_finder
from ledger.extraction.times.period import Period, year_earlier
from ledger.lexicons import load

NEAR_PERIOD = 160
"""Code points on either side in which a country is looked for, and before in which an earlier period is."""


def _near(text: bytes, start: int, end: int) -> bytes:
    return text[max(0, start - NEAR_PERIOD) : end + NEAR_PERIOD]


NearbyRule = Callable[[bytes, int, int, str, date, list[Period]], str | None]


@cache
def _fiscal_starts() -> tuple[tuple[Finder, int, bool], ...]:
    """Each country's cue, the first month of its fiscal year, and whether "fiscal 2026" ends in 2026."""
    entries = load.toml("times")["fiscal"]
    return tuple(
        (pattern_finder(load.joined(entry["near"])), entry["month"], entry["named_by_end"]) for entry in entries
    )


def _fiscal_start(near: bytes) -> tuple[int, bool] | None:
    return next(((month, ends) for finder, month, ends in _fiscal_starts() if finder.find(near)[0] >= 0), None)


def _twelve_months(year: int, month: int) -> str:
    return f"{year}-{month:02}/{year + 1}-{month - 1:02}"


def _running(published: date, month: int) -> int:
    """The year in which the fiscal year that holds the day of publication began."""
    return published.year - (published.month < month)


def _fiscal_year(text: bytes, start: int, end: int, iso: str, _published: date, _found: list[Period]) -> str | None:
    """A fiscal year as its twelve months, where the words around tell a country whose fiscal years are known."""
    near = _near(text, start, end)
    known = _fiscal_start(near) if has_cue("fiscal", near) else None
    first, _, last = iso.partition("/")
    if known is None or len(first) != 4 or (last and int(last) != int(first) + 1):
        return iso
    month, named_by_end = known
    return _twelve_months(int(first) - (named_by_end and not last), month)


def _relative_year(shift: int, *, fiscal: bool) -> NearbyRule:
    def read(text: bytes, start: int, end: int, iso: str, published: date, _found: list[Period]) -> str | None:
        near = _near(text, start, end)
        known = _fiscal_start(near) if fiscal or has_cue("fiscal", near) else None
        return iso if known is None else _twelve_months(_running(published, known[0]) + shift, known[0])

    return read


def _months_of_fiscal_year(
    text: bytes, start: int, end: int, iso: str, published: date, _found: list[Period]
) -> str | None:
    known = _fiscal_start(_near(text, start, end))
    if known is None:
        return None
    month, count = known[0], int(iso[-2:])
    year, last = _running(published, month), month + count - 1
    return f"{year}-{month:02}/{year + (last > 12)}-{(last - 1) % 12 + 1:02}"


def _over(text: bytes, start: int, end: int, iso: str, published: date, _found: list[Period]) -> str | None:
    """A quarter, half or run of months without a year: last year's if it is not over nor said to come."""
    words = text[start:end]
    said = words[-2:].isdigit() or b"this year" in words or b"last year" in words
    if (
        said
        or int(iso[-2:]) < published.month
        or has_cue("to_come", text[max(0, start - NEAR_TENSE) : end + NEAR_TENSE])
    ):
        return iso
    return year_earlier(iso)


NEAR_TENSE = 80
"""Code points on either side in which the tense of the money is looked for."""


def _year_before(text: bytes, start: int, end: int, iso: str, _published: date, found: list[Period]) -> str | None:
    """The time before the one that was said last, if that was said close by."""
    last = found[-1] if found and start - found[-1].end < NEAR_PERIOD else None
    words = text[start:end].lower()
    if b"quarter" in words:
        return _quarter_earlier(last.iso) if last is not None else None
    if last is None:
        return iso if b"earlier" not in words else None
    return last.iso if last.rule == "year_to_month" else year_earlier(last.iso)


def _quarter_earlier(iso: str) -> str | None:
    if len(iso) != 15 or int(iso[-2:]) - int(iso[5:7]) != 2:
        return None
    year, first = int(iso[:4]), int(iso[5:7]) - 3
    year, first = (year, first) if first > 0 else (year - 1, first + 12)
    return f"{year}-{first:02}/{year}-{first + 2:02}"


REMEMBERED = 20
"""Times back to which "that year" may point."""


def _that_year(_text: bytes, _start: int, _end: int, _iso: str, _published: date, found: list[Period]) -> str | None:
    """The year that was said last."""
    return next((period.iso[:4] for period in reversed(found[-REMEMBERED:]) if period.iso[:4].isdigit()), None)


def _full_year(text: bytes, _start: int, _end: int, iso: str, _published: date, found: list[Period]) -> str | None:
    """ "For the year" of a report on a fiscal year that the text names at its head."""
    first = found[0] if found and found[0].end < REPORT_HEAD else None
    return (
        first.iso
        if first is not None and text[first.start : first.start + 2].lower() in (b"fy", b"fi") and first.iso.isdigit()
        else iso
    )


REPORT_HEAD = 300
"""Code points at the head of a text in which a report names its year."""


def _spent_months(text: bytes, start: int, _end: int, iso: str, published: date, _found: list[Period]) -> str | None:
    """ "In nine months" of spent money is the first nine of the year, "in three" the last quarter that is over."""
    if not has_cue("spent", text[max(0, start - NEAR_TENSE) : start]):
        return iso
    count, over = int(iso[1:-1]), published.month - 1
    if count == 3:
        last = over // 3 * 3 or 12
    elif count in (6, 9):
        last = count
    else:
        return iso
    year = published.year - (last > over)
    return f"{year}-{last - count + 1:02}/{year}-{last:02}"


def _length_of_money(
    text: bytes, start: int, _end: int, iso: str, _published: date, _found: list[Period]
) -> str | None:
    """A length that is not how long a debt runs: "repayable over 20 years"."""
    return None if has_cue("runs", text[max(0, start - 24) : start]) else iso


NEARBY_RULES: dict[str, NearbyRule] = {
    "length": _length_of_money,
    "year": _fiscal_year,
    "short_interval": _fiscal_year,
    "interval": _fiscal_year,
    "this_year": _relative_year(0, fiscal=False),
    "last_year": _relative_year(-1, fiscal=False),
    "next_year": _relative_year(1, fiscal=False),
    "this_fiscal_year": _relative_year(0, fiscal=True),
    "next_fiscal_year": _relative_year(1, fiscal=True),
    "months_of_fiscal_year": _months_of_fiscal_year,
    "quarter": _over,
    "half": _over,
    "months": _over,
    "year_before": _year_before,
    "that_year": _that_year,
    "spent_months": _spent_months,
    "full_year": _full_year,
}
"""How the plain text around the words, the day of publication and the times before them settle what they say."""
