"""The time over which or by which money flows: found once a sentence, then given to the figures that it governs.

A period is an ISO 8601 duration ("P2Y"), a year ("2026"), a month ("2025-02") or an interval ("2025/2029", "/2030" = by 2030).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import re2

from ledger.lexicons import load

PLAIN = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\u202f": " ", "\n": " "})
"""Quotes, dashes and spaces as the patterns have them, one for one so that offsets hold."""

TIME_WORD = re.compile(r"20[0-9]{2}|19[5-9][0-9]|\b(?:years?|months?|decades?|quarter|half|FY|[1-4]Q|Q[1-4]|H[12]|Christmas|December|January|in [JFMASOND])")
LENGTH = re.compile(r"([a-z0-9]+)(?:(?: to | or |-)([a-z0-9]+))?[ -](?:fiscal |financial |calendar )?(year|month|decade|quarter|week)")


@dataclass(frozen=True, slots=True)
class Period:
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


def _year(groups: Groups, published: date) -> int:
    said = next((groups[name] for name in ("year", "year2", "year3", "year4", "end") if groups.get(name)), None)
    short = next((groups[name] for name in ("short", "short2") if groups.get(name)), None)
    return int(said) if said else 2000 + int(short) if short else published.year


def _number(words: str) -> int | None:
    return int(words) if words.isdigit() else load.toml("times")["numbers"].get(words)


def _month(words: str) -> int:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return names.index(words[:3].lower()) + 1


UNITS = {"year": (1, "Y"), "decade": (10, "Y"), "month": (1, "M"), "quarter": (3, "M"), "week": (1, "W")}


def _length(_groups: Groups, said: str, _published: date) -> str | None:
    found = [match.groups() for match in LENGTH.finditer(said)]
    numbers = [(_number(last or first) or _number(first), unit) for first, last, unit in found]
    count, unit = next(((count, unit) for count, unit in numbers if count), (1 if "decade" in said or " year" in said else None, "decade" if "decade" in said else "year"))
    if count is None or "several" in said or "half a" in said:
        return None
    times, letter = UNITS[unit]
    return f"P{count * times}{letter}"


def _interval(groups: Groups, _said: str, _published: date) -> str | None:
    start, end = groups["start"], groups["end"]
    return f"{start}/{end}" if start and end and start < end else None


def _short_interval(groups: Groups, _said: str, _published: date) -> str | None:
    start, short = str(groups["start"]), str(groups["short"])
    return f"{start}/{start[:2]}{short}" if start[2:] < short else None


def _months(groups: Groups, said: str, published: date) -> str | None:
    year = published.year - 1 if "last year" in said else _year(groups, published)
    last = _month(groups["to"] or "") if groups["to"] else _number(groups["count"] or "")
    return f"{year}-01/{year}-{last:02}" if last and 1 < last <= 12 else None


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
    if not any(groups[name] for name in ("year", "year2", "year3", "year4", "short", "short2")) and number * 3 - 2 > published.month:
        year -= said != "" and not said.isdigit() and number * 3 - 2 > published.month + 3
    return f"{year}-{3 * number - 2:02}/{year}-{3 * number:02}"


def _in_month(groups: Groups, _said: str, published: date) -> str | None:
    month = _month(groups["month"] or "")
    year = _year(groups, published) if groups["year"] else published.year - (month > published.month)
    return f"{year}-{month:02}"


READERS: dict[str, Reader] = {
    "length": _length,
    "one_year": lambda _groups, _said, _published: "P1Y",
    "end": lambda groups, _said, published: f"/{_year(groups, published)}",
    "end_of_decade": lambda _groups, _said, published: f"/{published.year // 10 * 10 + 10}",
    "end_of_this_year": lambda _groups, _said, published: f"/{published.year}",
    "end_of_next_year": lambda _groups, _said, published: f"/{published.year + 1}",
    "interval": _interval,
    "short_interval": _short_interval,
    "months": _months,
    "half": _half,
    "quarter": _quarter,
    "year": lambda groups, _said, published: f"{_year(groups, published)}",
    "this_year": lambda _groups, _said, published: f"{published.year}",
    "next_year": lambda _groups, _said, published: f"{published.year + 1}",
    "last_year": lambda _groups, _said, published: f"{published.year - 1}",
    "this_fiscal_year": lambda _groups, _said, published: f"{published.year}",
    "next_fiscal_year": lambda _groups, _said, published: f"{published.year + 1}",
    "month": _in_month,
}
"""How the groups of a rule, the words found and the day of publication make a period; null where they make none."""

ANCHORED = frozenset(reads for reads in READERS if "year" in reads and reads not in ("year", "one_year")) | {"end_of_decade", "months", "half", "quarter", "month"}
"""Readers that need the day of publication."""


def _filled(pattern: str) -> str:
    parts = load.toml("times")["parts"]
    for name in ("within", "year", "number", "month", "unit", "ordinal"):
        pattern = pattern.replace(f"{{{name}}}", parts[name])
    return pattern.replace("{month}", parts["month"])


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Name, reader and pattern of each rule, compiled to read words that the finder has found."""
    return tuple((rule["name"], rule["reads"], re.compile(_filled(rule["pattern"]), re.IGNORECASE)) for rule in load.toml("times")["rule"])


@cache
def _finder() -> re2._Regexp:
    """All rules as one automaton that finds the longest words from the left."""
    options = re2.Options()
    options.longest_match = True
    options.case_sensitive = False
    options.never_capture = True
    options.max_mem = 64 << 20
    every = "|".join(re.sub(r"\(\?P<[a-z0-9]+>", "(?:", _filled(rule["pattern"])) for rule in load.toml("times")["rule"])
    return re2.compile(rf"\b(?:{every})\b", options)


def _read(words: str, start: int, end: int, published: date | None) -> Period | None:
    for name, reads, pattern in _rules():
        found = pattern.fullmatch(words)
        if found is None:
            continue
        if published is None and reads in ANCHORED and not any(group for key, group in found.groupdict().items() if key.startswith(("year", "short"))):
            return None
        iso = READERS[reads](found.groupdict(), words.lower(), published or date.min)
        return Period(iso, start, end, name) if iso else None
    return None


@lru_cache(maxsize=64)
def periods(text: str, sentence_start: int, sentence_end: int, published: date | None) -> tuple[Period, ...]:
    """The times that a sentence says, in order; relative ones ("this year") by the day of publication, and left out where it is null.

    >>> [period.iso for period in periods("It pays $3 million over five years, by 2030.", 0, 44, None)]
    ['P5Y', '/2030']
    """
    sentence = text[sentence_start:sentence_end]
    if not TIME_WORD.search(sentence):
        return ()
    sentence = sentence.translate(PLAIN)
    found = [(match.start(), match.end()) for match in _finder().finditer(sentence)]
    read = (_read(sentence[start:end], sentence_start + start, sentence_start + end, published) for start, end in found)
    return tuple(period for period in read if period is not None)


AMOUNT = re.compile(r"[$€£¥₹₩][0-9]|\b(?:Rs|USD|EUR|RM|NT|HK)\.? ?[0-9]|[0-9] ?-?(?:billion|million|trillion|bn|mn|tn|bln|mln|tln|crore|lakh|[bm]n?\b)", re.IGNORECASE)
CONVERSION = re.compile(r"\([^()]*\)|,? (?:or|that is|i\.e\.) [^,;.]{0,40}[0-9][^,;]{0,24},?")
BREAK = re.compile(r"[;:]|\. [A-Z]| (?:while|whereas|but|on top of|compared with|against|up from|down from|versus|vs\.?|after|although|since) |, (?:and|after|which|who) ")
NEAR_AFTER = 110
NEAR_BEFORE = 120
TELLING = frozenset({"in_year", "in_month", "this_year", "last_year", "quarter", "half_year"})
"""Rules whose words are as often the day of the news as the time of the money."""


@cache
def _cue(key: str) -> re.Pattern[str]:
    return re.compile(load.toml("times")["cues"][key], re.IGNORECASE)


def _bare(gap: str) -> str:
    """What stands between a figure and a time, without the same money in another currency."""
    return CONVERSION.sub(" ", gap)


def _is_told(text: str, figure_start: int, figure_end: int, period: Period) -> bool:
    """Whether the time is that of the news ("in 2023 it announced $3 billion"), not that of the money."""
    if period.rule not in TELLING:
        return False
    if period.start >= figure_end:
        words = text[max(0, figure_start - 40) : figure_start] + text[figure_end : period.start]
    else:
        words = text[period.end : figure_start]
    moved = _cue("moved").search(words) is not None
    return not moved if period.rule == "in_month" else _cue("told").search(words) is not None and not moved


def period_for(text: str, figure_start: int, figure_end: int, found: tuple[Period, ...]) -> Period | None:
    """The time among those of its sentence that governs a figure, or null where none does."""
    if not found:
        return None
    after = before = None
    for period in found:
        if period.start >= figure_end:
            gap = _bare(text[figure_end : period.start])
            if len(gap) <= NEAR_AFTER and not AMOUNT.search(gap) and not BREAK.search(gap) and not _is_told(text, figure_start, figure_end, period):
                after = period
            break
    for period in reversed(found):
        if period.end <= figure_start:
            gap = _bare(text[period.end : figure_start])
            if len(gap) <= NEAR_BEFORE and not AMOUNT.search(gap) and not _is_told(text, figure_start, figure_end, period):
                before = period
            break
    return after or before
