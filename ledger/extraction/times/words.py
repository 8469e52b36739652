"""The words that say a time, and the time that they say: found in one pass over a text, read one distinct wording at a time.

A time is an ISO 8601 duration ("P2Y"), a year ("2026"), a month ("2025-02") or an interval ("2025/2029", "/2030" = by 2030).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

import re2

from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.grammar import Finder
from ledger.lexicons import load

SPACED = bytes.maketrans(b"\n\x1e", b" -")
"""Line ends as spaces and long dashes as hyphens, as the patterns have them."""

LENGTH = re.compile(
    r"([a-z0-9]+)(?:(?: to | or |-)([a-z0-9]+))?[ -](?:fiscal |financial |calendar )?(year|month|decade|quarter|week|season)"
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


Groups = Mapping[str, str | None]
Reader = Callable[[Groups, str, date], str | None]


def plain(text: str) -> bytes:
    """`text` as the patterns have it, one byte for each code point so that offsets hold."""
    return fold(text).translate(SPACED)


def finder(source: str, *, longest: bool = False) -> Finder:
    """Finds a pattern in plain text, letter case ignored; the first alternative from the left, or the longest."""
    options = re2.Options()
    options.longest_match = longest
    options.case_sensitive = False
    options.never_capture = True
    options.max_mem = 64 << 20 if longest else 8 << 20
    options.encoding = re2.Options.Encoding.LATIN1
    return Finder(re2.compile(plain(source), options=options))


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
    if not last or not first < last <= 12:
        return None
    year = published.year - 1 if "last year" in said else _year(groups, published)
    return f"{year}-{first:02}/{year}-{last:02}"


def _months_to_month(groups: Groups, said: str, published: date) -> str | None:
    """Some months to a month: the last ones that are over, or those of the year said."""
    count = _number(groups["count"]) if groups["count"] else 3 if "quarter" in said else 6
    month = _month(groups["month"] or "")
    if not count or count > 12:
        return None
    year = _year(groups, published) if groups["year"] else published.year - (month > published.month)
    first = month - count + 1
    return f"{year if first > 0 else year - 1}-{(first - 1) % 12 + 1:02}/{year}-{month:02}"


def _half(groups: Groups, _said: str, published: date) -> str | None:
    second = groups["half"] == "second" or groups["digit"] == "2"
    year = _year(groups, published)
    return f"{year}-07/{year}-12" if second else f"{year}-01/{year}-06"


def _quarter(groups: Groups, _said: str, published: date) -> str | None:
    said = groups["ordinal"] or groups["digit"] or groups["digit2"] or ""
    number = int(said) if said.isdigit() else load.toml("times")["ordinals"].get(said)
    if number is None:
        return None
    year = _year(groups, published)
    return f"{year}-{3 * number - 2:02}/{year}-{3 * number:02}"


def _in_month(groups: Groups, _said: str, published: date) -> str | None:
    month = _month(groups["month"] or "")
    year = _year(groups, published) if groups["year"] else published.year - (month > published.month)
    return f"{year}-{month:02}"


def _end_of_month(groups: Groups, _said: str, published: date) -> str | None:
    """By the end of a month: that month where it has begun, else by its next coming."""
    month = _month(groups["month"] or "")
    return (
        f"{published.year}-{month:02}" if month == published.month else f"/{published.year + (month < published.month)}"
    )


READERS: dict[str, Reader] = {
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
    "half",
    "quarter",
    "month",
    "spent_months",
}
"""Readers that need the day of publication."""


def _filled(source: str) -> str:
    parts = load.toml("times")["parts"]
    for name in ("within", "year", "number", "month", "unit", "ordinal"):
        source = source.replace(f"{{{name}}}", parts[name])
    return source.replace("{month}", parts["month"])


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Name, reader and pattern of each rule, compiled to read words that the finder has found."""
    return tuple(
        (rule["name"], rule["reads"], re.compile(_filled(rule["pattern"]), re.IGNORECASE))
        for rule in load.toml("times")["rule"]
    )


@cache
def _finder() -> Finder:
    """All rules as one automaton that finds the longest words from the left."""
    every = "|".join(
        re.sub(r"\(\?P<[a-z0-9]+>", "(?:", _filled(rule["pattern"])) for rule in load.toml("times")["rule"]
    )
    return finder(rf"\b(?:{every})\b", longest=True)


@lru_cache(maxsize=8192)
def _read(words: bytes, published: date | None) -> tuple[str, str, str] | None:
    """What words found by the finder say, the name of the rule that reads them and its reader; null where they say no time."""
    said = words.decode("latin-1")
    for name, reads, source in _rules():
        found = source.fullmatch(said)
        if found is None:
            continue
        groups = found.groupdict()
        if (
            published is None
            and reads in ANCHORED
            and not any(year for key, year in groups.items() if key.startswith(("year", "short")))
        ):
            return None
        iso = READERS[reads](groups, said.lower(), published or date.min)
        if iso:
            return iso, name, reads
    return None


def times(text: bytes, published: date | None) -> list[Period]:
    """The times that a plain text says, in order; relative ones ("this year") by the day of publication, and left out where it is null."""
    find = _finder().find
    found: list[Period] = []
    start, end = find(text)
    while start >= 0:
        read = _read(text[start:end], published)
        if read is not None:
            iso, rule, reads = read
            if published is not None and reads in AROUND:
                iso = AROUND[reads](text, start, end, iso, published, found) or ""
            if iso:
                found.append(Period(iso, start, end, rule))
        start, end = find(text, end)
    return found


def periods(text: str, sentence_start: int, sentence_end: int, published: date | None) -> tuple[Period, ...]:
    """The times that a sentence says, in order.

    >>> [period.iso for period in periods("It pays $3 million over five years, by 2030.", 0, 44, None)]
    ['P5Y', '/2030']
    """
    found = times(plain(text), published)
    return tuple(period for period in found if sentence_start <= period.start and period.end <= sentence_end)


# --- times that depend on what stands around them ---------------------------------------------------------------------------------------

NEAR = 160
"""Code points before and behind in which what tells a country, or past from future, is looked for."""


@cache
def cue(key: str) -> Finder:
    """A cue to be searched for in a piece of plain text."""
    return finder(load.toml("times")["cues"][key])


def has(key: str, words: bytes) -> bool:
    """Whether a piece of plain text holds a cue."""
    return cue(key).find(words)[0] >= 0


def _near(text: bytes, start: int, end: int) -> bytes:
    return text[max(0, start - NEAR) : end + NEAR]


def year_earlier(iso: str) -> str | None:
    """The same span a year before; null for lengths and ends.

    >>> year_earlier("2025-01/2025-03"), year_earlier("P3Y")
    ('2024-01/2024-03', None)
    """
    if not iso[:1].isdigit():
        return None
    return "/".join(f"{int(part[:4]) - 1}{part[4:]}" for part in iso.split("/"))


Around = Callable[[bytes, int, int, str, date, list[Period]], str | None]


@cache
def _fiscal_starts() -> tuple[tuple[Finder, int, bool], ...]:
    """Cue of a country, the month in which its fiscal years begin, and whether "fiscal 2026" is the one that ends in 2026."""
    entries = load.toml("times")["fiscal"]
    return tuple((finder(entry["near"]), entry["month"], entry["named_by_end"]) for entry in entries)


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
    known = _fiscal_start(near) if has("fiscal", near) else None
    first, _, last = iso.partition("/")
    if known is None or len(first) != 4 or (last and int(last) != int(first) + 1):
        return iso
    month, named_by_end = known
    return _twelve_months(int(first) - (named_by_end and not last), month)


def _relative_year(shift: int, *, fiscal: bool) -> Around:
    def read(text: bytes, start: int, end: int, iso: str, published: date, _found: list[Period]) -> str | None:
        near = _near(text, start, end)
        known = _fiscal_start(near) if fiscal or has("fiscal", near) else None
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
    """A quarter, half or run of months without a year: last year's where it is not over yet and nothing says that it is to come."""
    words = text[start:end]
    said = words[-2:].isdigit() or b"this year" in words or b"last year" in words
    if said or int(iso[-2:]) < published.month or has("to_come", text[max(0, start - NEAR_TENSE) : end + NEAR_TENSE]):
        return iso
    return year_earlier(iso)


NEAR_TENSE = 80


def _year_before(text: bytes, start: int, end: int, iso: str, _published: date, found: list[Period]) -> str | None:
    """The time before the one that was said last, if that was said close by."""
    last = found[-1] if found and start - found[-1].end < NEAR else None
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
    first = found[0] if found and found[0].end < HEAD else None
    return (
        first.iso
        if first is not None and text[first.start : first.start + 2].lower() in (b"fy", b"fi") and first.iso.isdigit()
        else iso
    )


HEAD = 300
"""Code points at the head of a text in which a report names its year."""


def _spent_months(text: bytes, start: int, _end: int, iso: str, published: date, _found: list[Period]) -> str | None:
    """ "In nine months" of money that was spent: the first nine of the year; "in three": the last quarter that is over."""
    if not has("spent", text[max(0, start - NEAR_TENSE) : start]):
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
    return None if has("runs", text[max(0, start - 24) : start]) else iso


AROUND: dict[str, Around] = {
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
