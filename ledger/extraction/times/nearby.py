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


@cache
def _any_country() -> Finder:
    """The cues of all countries, to be told at once that there is none."""
    return pattern_finder("|".join(f"(?:{load.joined(entry['near'])})" for entry in load.toml("times")["fiscal"]))


def _fiscal_start(near: bytes) -> tuple[int, bool] | None:
    if _any_country().find(near)[0] < 0:
        return None
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
    if iso[:4] != iso[-7:-3]:
        return None if (published.month, published.day) == LAST_DAY else iso
    said = words[-2:].isdigit() or b"this year" in words or b"last year" in words
    if (
        said
        or iso[-7:] < f"{published.year}-{published.month + (published.day >= REPORTED_FROM):02}"
        or has_cue("to_come", text[max(0, start - NEAR_TENSE) : end + NEAR_TENSE])
    ):
        return iso
    return year_earlier(iso)


LAST_DAY = (12, 31)
"""Month and day that stand for a year of which no more is known: what crosses a year cannot be told by it."""
REPORTED_FROM = 20
"""Day from which a month, and what ends with it, is reported on as if it were over: offices of statistics do so."""
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


def _months_so_far(text: bytes, start: int, _end: int, iso: str, published: date, found: list[Period]) -> str | None:
    """ "By June": the months of this year so far, or of the year of the quarter that was said before."""
    last = found[-1] if found and start - found[-1].end < NEAR_PERIOD else None
    if last is not None and last.rule in ("quarter", "by_month") and last.iso[5:7] == "01":
        return f"{last.iso[:5]}01/{last.iso[:5]}{iso[-2:]}"
    is_over = int(iso[-2:]) <= published.month and not has_cue("to_come", text[max(0, start - NEAR_TENSE) : start])
    return iso if is_over else None


def _figure_of_half(
    _text: bytes, _start: int, _end: int, iso: str, _published: date, found: list[Period]
) -> str | None:
    """ "The half-year figure": of the year of the span of months that was said last."""
    last = next((period for period in reversed(found[-REMEMBERED:]) if len(period.iso) == len(iso)), None)
    return f"{last.iso[:4]}{iso[4:8]}{last.iso[:4]}{iso[12:]}" if last is not None else None


def _month(text: bytes, start: int, end: int, iso: str, published: date, _found: list[Period]) -> str | None:
    """A month of last year where none is said, unless it is still to come: "due in June"."""
    year, month = int(iso[:4]), int(iso[-2:])
    if year != published.year - 1 or month <= published.month or text[end - 1 : end].isdigit():
        return iso
    is_due = has_cue("due", text[max(0, start - NEAR_DUE) : start].rpartition(b". ")[2])
    return f"{year + 1}-{month:02}" if is_due else iso


NEAR_DUE = 48
"""Code points before a month in which it is said to be still to come."""
SPANS = {b"month": 7, b"quarter": 15, b"half": 15}
"""Characters of the period that each word points back to; a run of months is pointed to by "months"."""


def _same_span(text: bytes, start: int, end: int, _iso: str, _published: date, found: list[Period]) -> str | None:
    """The month, quarter or run of months that was said last: "in those months"."""
    words = text[start:end].lower()
    size = 15 if words.endswith(b"months") else next(size for word, size in SPANS.items() if word in words)
    return next(
        (
            period.iso
            for period in reversed(found[-REMEMBERED:])
            if len(period.iso) == size and period.iso[:4].isdigit() and "-" in period.iso
        ),
        None,
    )


def _full_year(text: bytes, _start: int, _end: int, iso: str, _published: date, found: list[Period]) -> str | None:
    """ "For the year" of a report on a fiscal year, or on a quarter with its year, that the text names at its head."""
    for period in found[:REMEMBERED]:
        dated = text[period.end - len("2025") : period.end] == period.iso[:4].encode()
        if dated and period.end < REPORT_HEAD and period.rule in REPORT_RULES:
            return period.iso[:4]
    first = found[0] if found and found[0].end < REPORT_HEAD else None
    return (
        first.iso
        if first is not None and text[first.start : first.start + 2].lower() in (b"fy", b"fi") and first.iso.isdigit()
        else iso
    )


REPORT_RULES = frozenset({"quarter", "half_year", "months_to_month"})
"""Rules whose words, with a year, say which year a report is about."""
REPORT_HEAD = 300
"""Code points at the head of a text in which a report names its year."""


def _spent_months(text: bytes, start: int, _end: int, iso: str, published: date, _found: list[Period]) -> str | None:
    """ "In nine months" of spent money is the first nine of the year, "in three" the last quarter that is over."""
    if not has_cue("spent", text[max(0, start - NEAR_TENSE) : start]):
        return iso
    count, over = int(iso[1:-1]), published.month - (published.day < REPORTED_FROM)
    if count == 3:
        last = over // 3 * 3 or 12
    elif count in (6, 9, over):
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
    "last_fiscal_year": _relative_year(-1, fiscal=True),
    "same_span": _same_span,
    "months_of_fiscal_year": _months_of_fiscal_year,
    "month": _month,
    "figure_of_half": _figure_of_half,
    "months_so_far": _months_so_far,
    "quarter": _over,
    "half": _over,
    "months": _over,
    "year_before": _year_before,
    "that_year": _that_year,
    "spent_months": _spent_months,
    "full_year": _full_year,
}
"""How the plain text around the words, the day of publication and the times before them settle what they say."""
