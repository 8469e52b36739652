"""The period of a sum in its own sentence: the next behind it, else the last before it, unless it dates the news."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from ledger.extraction.times.patterns import gap_pattern, has_cue
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import NEAR_NAME, NEAR_VERB, NEWS_RULES, MoneySum, TextSums, earlier, start_of

CONVERSION, BREAK, BREAK_BEFORE = gap_pattern("conversion"), gap_pattern("behind"), gap_pattern("before")
CLAUSE, GROWN = gap_pattern("clause"), gap_pattern("grown")
NAME = re.compile(rb" [A-Z][a-z]")
BARE = re.compile(rb" ?[,(/] ?")
NEXT = 6
"""Periods behind a sum that are tried for it."""
NEAR_AFTER = 110
"""Code points between a sum and a period behind it; conversions between the two do not count."""
NEAR_BEFORE = 120
"""Code points between a period and a sum behind it."""
NEAR_OWNER = 90
"""Code points between an earlier sum and a period that is then taken for that sum's."""
NEAR_DATE = 30
"""Code points before a period in which a verb of the news is looked for ("announced in 2023")."""
OWN_VERB = 14
"""Code points before a period in which the verb that it dates stands straight before it ("founded in")."""
NEAR_CLAUSE = 40
"""Code points before a period in which a relative clause that it dates begins ("a depot that opened in")."""
MONTH_RULES = frozenset({"in_month", "relative_month"})
"""Rules of months, which are periods only beside a verb of money that moved."""
BARE_RULES = frozenset({"bare_length", "long_adjective", "bare_month"})
"""Rules whose words are the period of a sum only where they touch it."""


def _bare(gap: bytes) -> bytes:
    """What stands between a figure and a time, without the same money in another currency."""
    return CONVERSION.sub(b" ", gap) if b"(" in gap or b" or " in gap else gap


def own_period(doc: TextSums, at: int, money: MoneySum, said: Sequence[Period]) -> Period | None:
    """The period of a sum among those `said` in its sentence: the next one behind it, else the last one before it."""
    following = next(
        (other.start for other in doc.sums[at + 1 : at + 3] if doc.text[other.start - 1 : other.start] != b"("),
        money.sentence_end,
    )
    first = bisect_left(said, money.start, key=start_of)
    for period in said[first : first + NEXT]:
        if period.start < money.end:
            continue
        if period.start > following or period.start - money.end > 3 * NEAR_AFTER:
            break
        gap = _bare(doc.text[money.end : period.start])
        if len(gap) > NEAR_AFTER or (period.rule in BARE_RULES and not BARE.fullmatch(gap)) or BREAK.search(gap):
            break
        if not _dates_news(doc, money, period):
            return period
    before = said[first - 1] if first and said[first - 1].end <= money.start else None
    if before is None or not _is_before(doc, at, money, before):
        return None
    return earlier(before) if GROWN.search(doc.text[before.end : money.start]) else before


def _is_before(doc: TextSums, at: int, money: MoneySum, period: Period) -> bool:
    """Whether a period before a sum is that of the sum: nothing parts the two, and no earlier sum has it."""
    if money.start - period.end > NEAR_BEFORE or period.rule in ("bare_length", "bare_month"):
        return False
    if period.rule == "long_adjective":
        return money.start - period.end <= len(", ") and not has_cue(
            "debt", doc.text[money.end : money.end + NEAR_NAME]
        )
    last = doc.sums[at - 1] if at and doc.sums[at - 1].sentence_start == money.sentence_start else None
    if (
        last is not None
        and last.end > period.start - NEAR_OWNER
        and (last.end > period.start or not BREAK.search(doc.text, last.end, period.start))
    ):
        return False
    gap = _bare(doc.text[period.end : money.start])
    return not BREAK_BEFORE.search(gap) and not _dates_news(doc, money, period)


def _dates_news(doc: TextSums, money: MoneySum, period: Period) -> bool:
    """Whether the period is that of the news ("in 2023 it announced $3 billion"), not that of the money."""
    text, floor = doc.text, money.sentence_start
    if period.rule not in NEWS_RULES or (
        period.rule not in MONTH_RULES and text[period.start : period.start + 4].lower() == b"for "
    ):
        return False
    behind = period.start >= money.end
    if behind:
        head, gap = text[max(floor, money.start - NEAR_VERB) : money.start], text[money.end : period.start]
    else:
        head, gap = text[max(floor, period.start - NEAR_DATE) : period.start], text[period.end : money.start]
    if period.rule == "by_month" and NAME.match(text, period.end):
        return True
    words = head + b" | " + gap
    if period.rule == "in_year" and _is_to_come(doc, period, words):
        return has_cue("opens", words)
    if _is_of_news(doc, head, gap, period, beside=period.start - money.end in (0, 1)):
        return not has_cue("raised", head if behind else gap)
    return _dates_clause(head, gap, behind=behind)


def _dates_clause(head: bytes, gap: bytes, *, behind: bool) -> bool:
    """Whether a period belongs to the verb straight before it: "a depot that opened in May", "founded in 1987"."""
    if not behind:
        own = head[-OWN_VERB:]
        return has_cue("told", own) and not has_cue("moved", own)
    clause = CLAUSE.search(gap[-NEAR_CLAUSE:])
    return clause is not None and not has_cue("moved", clause[0])


def _is_listed(doc: TextSums, period: Period) -> bool:
    """Whether a month is one of several spans of a year ("$2bn in Q1, $5bn by June")."""
    at = bisect_left(doc.starts, period.start)
    last = doc.found[at - 1] if at else None
    return last is not None and last.rule in ("quarter", "by_month") and period.start - last.end < NEAR_BEFORE


def _is_to_come(doc: TextSums, period: Period, words: bytes) -> bool:
    """Whether a year was yet to come when the text was written: by the day of publication, else by the words."""
    if doc.year and period.iso[:4] != doc.year:
        return period.iso > doc.year
    return has_cue("to_come", words)


def _is_of_news(doc: TextSums, head: bytes, gap: bytes, period: Period, *, beside: bool) -> bool:
    """Whether the words before and between a sum and a period say what was announced then, and not what was paid."""
    if doc.text[period.end : period.end + 6] == b" alone" or (
        beside and period.rule == "by_month" and _is_listed(doc, period)
    ):
        return False
    words = head + b" | " + gap
    if has_cue("moved_in_month" if period.rule in MONTH_RULES else "moved", words):
        return has_cue("told", gap) and not has_cue("moved", gap)
    return (
        period.rule in MONTH_RULES
        or period.rule == "by_month"
        or (period.rule == "in_year" and not beside)
        or has_cue("told", words)
    )
