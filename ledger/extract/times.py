"""The time over which or by which money flows: found once a sentence, then given to the figures that it governs.

A period is an ISO 8601 duration ("P2Y"), a year ("2026"), a month ("2025-02") or an interval ("2025/2029", "/2030" = by 2030).
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import re2

from ledger.lexicons import load
from schemas import Section, Segment

PLAIN = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\u202f": " ", "\n": " "})
"""Quotes, dashes and spaces as the patterns have them, one for one so that offsets hold."""

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


LONGEST_TERM = 15
"""Years above which "for 40 years" is how long a loan or a mine runs, not how long the money flows."""
UNITS = {"year": (1, "Y"), "decade": (10, "Y"), "month": (1, "M"), "quarter": (3, "M"), "week": (1, "W")}


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
    "length_to_year": _length_to_year,
    "two_years": lambda _groups, _said, published: f"{published.year}/{published.year + 1}",
    "one_year": lambda _groups, _said, _published: "P1Y",
    "end": lambda groups, _said, published: f"/{_year(groups, published)}",
    "end_of_decade": lambda _groups, _said, published: f"/{published.year // 10 * 10 + 10}",
    "end_of_this_year": lambda _groups, _said, published: f"/{published.year}",
    "end_of_next_year": lambda _groups, _said, published: f"/{published.year + 1}",
    "interval": _interval,
    "since": lambda groups, _said, published: f"{groups['start']}/{published.year}" if int(str(groups["start"])) < published.year else None,
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

ANCHORED = frozenset(reads for reads in READERS if ("year" in reads or reads == "since") and reads not in ("year", "one_year", "length_to_year")) | {
    "end_of_decade",
    "months",
    "half",
    "quarter",
    "month",
}
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


def _april(iso: str, words: str, sentence: str) -> str:
    """A fiscal year as the twelve months from April where the money beside it is of a country whose fiscal years begin then."""
    if not iso[:1].isdigit() or not _cue("fiscal").search(sentence) or not _cue("april").search(sentence):
        return iso
    first, _, last = iso.partition("/")
    if len(first) != 4 or (last and int(last) != int(first) + 1):
        return iso
    ends = not last and not words.lower().startswith(("this", "in this", "next", "the current")) and _cue("named_by_end").search(sentence)
    year = int(first) - 1 if ends else int(first)
    return f"{year}-04/{year + 1}-03"


@lru_cache(maxsize=4096)
def _read(words: str, published: date | None) -> tuple[str, str] | None:
    """What words found by the finder say, and the name of the rule that reads them; null where they say no time."""
    for name, reads, pattern in _rules():
        found = pattern.fullmatch(words)
        if found is None:
            continue
        groups = found.groupdict()
        if published is None and reads in ANCHORED and not any(said for key, said in groups.items() if key.startswith(("year", "short"))):
            return None
        iso = READERS[reads](groups, words.lower(), published or date.min)
        return (iso, name) if iso else None
    return None


@cache
def _words_of_time() -> tuple[str, ...]:
    return tuple(load.toml("times")["prefilter"]["words"])


@lru_cache(maxsize=64)
def periods(text: str, sentence_start: int, sentence_end: int, published: date | None) -> tuple[Period, ...]:
    """The times that a sentence says, in order; relative ones ("this year") by the day of publication, and left out where it is null.

    >>> [period.iso for period in periods("It pays $3 million over five years, by 2030.", 0, 44, None)]
    ['P5Y', '/2030']
    """
    sentence = text[sentence_start:sentence_end]
    if not any(word in sentence for word in _words_of_time()):
        return ()
    sentence = sentence.translate(PLAIN) if not sentence.isascii() else sentence
    found = []
    for match in _finder().finditer(sentence):
        words = match.group()
        said = _read(words, published)
        if said is not None:
            found.append(Period(_april(said[0], words, sentence), sentence_start + match.start(), sentence_start + match.end(), said[1]))
    return tuple(found)


AMOUNT = re2.compile(
    r"(?i)[$€£¥₹₩][0-9]|\b(?:Rs|USD|EUR|RM|NT|HK)\.? ?[0-9]|[0-9] ?-?(?:billion|million|trillion|bn|mn|tn|bln|mln|tln|crore|lakh|[bm]n?\b)"
)
CONVERSION = re.compile(r"\([^()]*\)|\((?!of which|including|with )[^()]*$|,? (?:or|that is|i\.e\.) [^,;.]{0,40}[0-9][^,;]{0,24},?")
BREAK = re2.compile(
    r"[;:]|\. [A-Z]| (?:while|whereas|but|on top of|compared with|against|up from|down from|versus|vs\.?|after|although|since|when) "
    r"|, (?:and|after|who) "
)
BREAK_BEFORE = re2.compile(
    r";|: .{30}|\. [A-Z]|, (?:and|after|or|then|compared) | and (?:another |some |about )?$"
    r"| (?:on top of|in addition to|compared with|against|including|while|whereas|when|after|but) "
)
SAME_MONEY = re.compile(
    r" ?\(?,? ?(?:\(|or |that is |i\.e\. |worth |= ?)"
    r"(?:about |around |roughly |some |nearly |almost |just under |over |more than |approximately |up to |a bit over )*"
)
BARE = re.compile(r" ?[,(/] ?")
NEAR_AFTER = 110
NEAR_BEFORE = 120
NEAR_OWNER = 90
NEAR_VERB = 80
REACH = 6
NEAR_NAME = 36
LONGEST_REST = 400
TELLING = frozenset({"in_year", "in_month", "last_year", "quarter", "half_year", "this_year"})
"""Rules whose words are as often the day of the news as the time of the money."""


@cache
def _cue(key: str) -> re2._Regexp:
    """A cue to be searched for in a piece of text."""
    return re2.compile(f"(?i){load.toml('times')['cues'][key]}")


@cache
def _opener(key: str) -> re.Pattern[str]:
    """A cue to be matched at a place of the whole text; plain `re`, for re2 would copy the text at each call."""
    return re.compile(load.toml("times")["cues"][key], re.IGNORECASE)


def _bare(gap: str) -> str:
    """What stands between a figure and a time, without the same money in another currency."""
    return CONVERSION.sub(" ", gap) if "(" in gap or " or " in gap else gap


def _is_told(text: str, floor: int, figure_start: int, figure_end: int, period: Period) -> bool:
    """Whether the time is that of the news ("in 2023 it announced $3 billion"), not that of the money."""
    if period.rule not in TELLING or text[period.start : period.start + 4].lower() == "for ":
        return False
    if period.start >= figure_end:
        words = text[max(floor, figure_start - NEAR_VERB) : figure_start] + " | " + text[figure_end : period.start]
    else:
        words = text[max(floor, period.start - 30) : period.start] + " | " + text[period.end : figure_start]
    if text[period.end : period.end + 6] == " alone" or _cue("moved_in_month" if period.rule == "in_month" else "moved").search(words):
        return False
    beside = period.start - figure_end in (0, 1)
    return period.rule == "in_month" or (period.rule == "in_year" and not beside) or _cue("told").search(words) is not None


def _after(text: str, floor: int, start: int, end: int, found: tuple[Period, ...]) -> Period | None:
    """The next time behind a figure that is not that of the news, where nothing parts the two."""
    next_one = bisect_left(found, end, key=lambda period: period.start)
    for period in found[next_one : next_one + 3]:
        if period.start - end > 3 * NEAR_AFTER:
            return None
        gap = _bare(text[end : period.start])
        if len(gap) > NEAR_AFTER or (period.rule == "bare_length" and not BARE.fullmatch(gap)) or AMOUNT.search(gap) or BREAK.search(gap):
            return None
        if not _is_told(text, floor, start, end, period):
            return period
    return None


def _before(text: str, floor: int, start: int, end: int, found: tuple[Period, ...]) -> Period | None:
    """The last time before a figure, where nothing parts the two and no earlier figure has it."""
    at = bisect_right(found, start, key=lambda period: period.end)
    period = found[at - 1] if at else None
    if period is None or start - period.end > NEAR_BEFORE or period.rule == "bare_length":
        return None
    gap = _bare(text[period.end : start])
    if AMOUNT.search(gap) or BREAK_BEFORE.search(gap) or _is_told(text, floor, start, end, period):
        return None
    owner = text[max(floor, period.start - NEAR_OWNER) : period.start]
    amounts = [found.end() for found in AMOUNT.finditer(owner)]
    return None if amounts and not BREAK.search(owner[amounts[-1] :]) else period


def period_for(text: str, sentence_start: int, figure_start: int, figure_end: int, found: tuple[Period, ...]) -> Period | None:
    """The time among those of its sentence that governs a figure, or null where none does."""
    if not found:
        return None
    return _after(text, sentence_start, figure_start, figure_end, found) or _before(text, sentence_start, figure_start, figure_end, found)


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure as far as its time is concerned."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    money: bool
    amount: tuple[str, object]
    """Unit and value, to know the same sum elsewhere in the text."""


def governing(text: str, mentions: Sequence[Mention], segments: Sequence[Segment], published: date | None) -> list[Period | None]:
    """The time that governs each mention of money (in order of the text), or null: said in its sentence, or taken from the sum that it belongs to.

    Beyond its own sentence a sum of money takes the time of the heading of its list, of the sum that it is another currency or a part of, of
    the sentence that goes on about it, and of the same sum told elsewhere.
    """
    given = [
        period_for(text, one.sentence_start, one.start, one.end, periods(text, one.sentence_start, one.sentence_end, published))
        if one.money
        else None
        for one in mentions
    ]
    if published is None and not any(given):
        return given
    if not segments:
        return given
    leads = _leads(segments)
    for at, one in enumerate(mentions):
        if one.money and given[at] is None:
            given[at] = (
                _continued(text, mentions, given, at)
                or _from_lead(text, leads, one, published)
                or _from_next(text, one, segments, published)
                or _from_previous(text, mentions, at, segments, published)
            )
    _shared(text, mentions, given)
    _by_year(text, mentions, given, segments, published)
    return given


def _continued(text: str, mentions: Sequence[Mention], given: list[Period | None], at: int) -> Period | None:
    """The time of the money before, where this is the same money or a part of it."""
    one = mentions[at]
    back = next((back for back in range(at - 1, -1, -1) if mentions[back].money), None)
    if back is None:
        return None
    before = mentions[back]
    if one.sentence_start == before.sentence_start:
        return given[back] if _goes_on(text, one, before, given[back]) else None
    if _opener("outer_part").match(text, one.end) or _cue("named_sum").search(text[max(one.sentence_start, one.start - NEAR_NAME) : one.start]):
        return _surest(given[max(back - REACH + 1, 0) : back + 1])
    if one.sentence_start - before.sentence_end > 2 or not _opener("part").match(text, one.sentence_start):
        return None
    first = back
    while first and back - first < REACH and mentions[first - 1].sentence_start == before.sentence_start:
        first -= 1
    return _surest(given[first : back + 1])


def _surest(given: Sequence[Period | None]) -> Period | None:
    """The last of some times, one that is surely of the money before one that may be of the news."""
    told = [period for period in reversed(given) if period is not None]
    return next((period for period in told if period.rule not in TELLING), told[0] if told else None)


def _goes_on(text: str, one: Mention, before: Mention, period: Period | None) -> bool:
    """Whether a sum is the same money as the one before it in its sentence, a part of it, or the next of the parts."""
    if period is None:
        return False
    gap = text[before.end : one.start]
    if (len(gap) < 40 and SAME_MONEY.fullmatch(gap)) or (len(gap) < 120 and _cue("inner_part").search(gap)):
        return True
    if one.sentence_start <= period.start and period.end <= before.start:
        return ":" in text[period.end : before.start]
    if before.end <= period.start and period.end <= one.start:
        return gap.endswith("(")
    return _opener("part").match(text, one.sentence_start) is not None


def _leads(segments: Sequence[Segment]) -> dict[int, Segment]:
    """For each list item and table row, by the start of its segment, the heading or sentence over its list."""
    leads: dict[int, Segment] = {}
    first: Segment | None = None
    for part in segments:
        if first is None or part.group != first.group:
            first = part
        elif part.section in (Section.LIST_ITEM, Section.TABLE_CELL) and first.section in (Section.HEADLINE, Section.PARAGRAPH):
            leads.update({sentence.start: first for sentence in part.sentences})
    return leads


def _from_lead(text: str, leads: dict[int, Segment], one: Mention, published: date | None) -> Period | None:
    lead = leads.get(one.sentence_start)
    if lead is None or not lead.sentences:
        return None
    found = periods(text, lead.sentences[-1].start, lead.sentences[-1].end, published)
    return found[0] if len(found) == 1 else None


def _from_next(text: str, one: Mention, segments: Sequence[Segment], published: date | None) -> Period | None:
    """The time of the sentence behind a mention's, where that tells of the same sum: "They would run for seven years."."""
    at = bisect_right(segments, one.start, key=lambda part: part.start) - 1
    sentences = (*segments[at].sentences, *(segments[at + 1].sentences[:1] if at + 1 < len(segments) else ())) if at >= 0 else ()
    following = next((sentence for sentence in sentences if sentence.start >= one.sentence_end), None)
    if following is None or not _opener("anaphor").match(text, following.start):
        return None
    found = [period for period in periods(text, following.start, following.end, published) if period.rule not in TELLING]
    if (
        not found
        or AMOUNT.search(text[following.start : min(found[0].end, following.start + LONGEST_REST)])
        or AMOUNT.search(text[one.end : min(one.sentence_end, one.end + LONGEST_REST)])
    ):
        return None
    return found[0]


def _from_previous(text: str, mentions: Sequence[Mention], at: int, segments: Sequence[Segment], published: date | None) -> Period | None:
    """The time of a budget or plan that the sentence before tells of without a sum: "The board passed the 2026 budget. It is to spend …"."""
    one = mentions[at]
    if at and mentions[at - 1].sentence_start == one.sentence_start and mentions[at - 1].money:
        return None
    part = segments[bisect_right(segments, one.start, key=lambda part: part.start) - 1]
    before = next((sentence for sentence in reversed(part.sentences) if sentence.end <= one.sentence_start), None)
    if before is None or AMOUNT.search(text[max(before.start, before.end - LONGEST_REST) : before.end]):
        return None
    found = periods(text, before.start, before.end, published)
    return found[0] if len(found) == 1 and found[0].rule in PLANNED else None


PLANNED = frozenset({"year_budget", "some_year_plan"})
"""Rules whose words name a plan and its time together."""

YEARLY_LEAST = 3
YEARLY_SHARE = 0.4
OPENING = 4
"""Segments at the head of a text in which it says whose year's money it is about."""


COMING = frozenset({"this_year", "next_year", "this_fiscal_year", "next_fiscal_year"})
"""Rules whose words tell a year that is not over."""


def _is_planned(text: str, period: Period) -> bool:
    """Whether a year is one that money is planned for, not one that something was told in."""
    return period.rule in COMING or period.rule == "year_budget" or text[period.start : period.start + 4].lower() == "for "


def _year_of_text(text: str, segments: Sequence[Segment], published: date | None, told: Sequence[tuple[Mention, Period]]) -> Period | None:
    """The year of a text about one year's money: said with the sum of its title, of its budget at the head, or of most of its sums."""
    years = [period for _, period in told if len(period.iso) == 4 and _is_planned(text, period)]
    headed = segments[0].end if segments[0].section is Section.HEADLINE else 0
    titled = (period for one, period in told if one.sentence_end <= headed and len(period.iso) == 4 and period.rule != "last_year")
    title = next(titled, None)
    if title is not None:
        return title
    opening = (sentence for part in segments[:OPENING] for sentence in part.sentences)
    for sentence in (sentence for sentence in opening if _cue("yearly").search(text[sentence.start : sentence.end])):
        for period in periods(text, sentence.start, sentence.end, published):
            if len(period.iso) == 4 and period.rule not in COMING and _is_planned(text, period):
                return period
    for iso, count in Counter(period.iso for period in years).most_common(1):
        if count >= YEARLY_LEAST and count >= YEARLY_SHARE * len(told):
            return next(period for period in years if period.iso == iso)
    return None


def _by_year(text: str, mentions: Sequence[Mention], given: list[Period | None], segments: Sequence[Segment], published: date | None) -> None:
    """Give the other sums of a text that is about one year's money, such as a budget, that year."""
    told = [(one, period) for one, period in zip(mentions, given, strict=True) if one.money and period is not None]
    year = _year_of_text(text, segments, published, told)
    if year is None:
        return
    taken = {period for _, period in told}
    open_to: dict[int, bool] = {}
    for at, one in enumerate(mentions):
        if one.money and given[at] is None:
            if one.sentence_start not in open_to:
                said = periods(text, one.sentence_start, one.sentence_end, published)
                open_to[one.sentence_start] = all(other.iso == year.iso or other in taken for other in said)
            if open_to[one.sentence_start]:
                given[at] = year


def _shared(text: str, mentions: Sequence[Mention], given: list[Period | None]) -> None:
    """Give a sum without a time that of the same sum elsewhere in the text, where all that have one agree."""
    told: dict[tuple[str, object], set[str]] = {}
    first: dict[tuple[str, object], Period] = {}
    for one, period in zip(mentions, given, strict=True):
        if one.money and period is not None:
            told.setdefault(one.amount, set()).add(period.iso)
            first.setdefault(one.amount, period)
    for at, one in enumerate(mentions):
        if one.money and given[at] is None and len(told.get(one.amount, ())) == 1:
            given[at] = first[one.amount]
    for at, one in enumerate(mentions):
        if at and one.money and given[at] is None and one.sentence_start == mentions[at - 1].sentence_start:
            gap = text[mentions[at - 1].end : one.start]
            if len(gap) < 40 and SAME_MONEY.fullmatch(gap):
                given[at] = given[at - 1]
