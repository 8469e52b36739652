"""The sums of money of a text, what each is called besides, and the periods given to them so far."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledger.extraction.times.patterns import gap_pattern, has_cue
from ledger.extraction.times.period import Period, year_earlier
from schemas import Segment, Sentence

SAME_MONEY, CHANGE_GAP = gap_pattern("same_money"), gap_pattern("change")
NONE: Sequence[Period] = ()
"""No periods."""
NEAR_AGAIN = 40
"""Code points between two mentions of the same money ("¥920 billion, or about $6.1bn")."""
NEAR_NAME = 36
"""Code points beside a sum that name it or measure another by it ("the total of", "compared with the")."""
NEAR_VERB = 80
"""Code points before a sum in which its verb is looked for."""
SUMS_BACK = 6
"""Sums back to which a sum may point."""
LONGEST_REST = 400
"""Code points between a sum and the sentence or sum that goes on about it."""
NEWS_RULES = frozenset(
    {
        "in_year",
        "in_month",
        "relative_month",
        "last_year",
        "quarter",
        "half_year",
        "this_year",
        "that_year",
        "year_before",
    }
    | {"by_month", "same_span"}
)
"""Rules whose words are as often the date of the news as the period of the money."""
PLAN_RULES = frozenset({"year_budget", "some_year_plan"})
"""Rules whose words name a plan and its time together."""
COMING_RULES = frozenset({"this_year", "next_year", "this_fiscal_year", "next_fiscal_year"})
"""Rules whose words name a year that is not over."""


class FigureMention(NamedTuple):
    """What the search for periods needs of a figure."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    money: bool
    amount: tuple[str, object]
    """Unit and value, to know the same sum elsewhere in the text."""


@dataclass(slots=True)
class MoneySum:
    """A sum of money with what else its sentence calls it: another currency in brackets, or behind "or"."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    amount: tuple[str, object]
    mentions: list[int]
    """Which of the text's mentions are this sum."""
    said_again: tuple[tuple[str, object], ...] = ()
    """The same money in other currencies."""

    def add(self, at: int, mention: FigureMention) -> None:
        """Add a mention of the same money."""
        self.end = mention.end
        self.mentions.append(at)
        self.said_again += (mention.amount,)


def group_mentions(text: bytes, mentions: Sequence[FigureMention]) -> list[MoneySum]:
    """The sums of money, mentions of the same money beside each other joined."""
    sums: list[MoneySum] = []
    for at, mention in enumerate(mentions):
        if not mention.money:
            continue
        last = sums[-1] if sums else None
        beside = (
            last is not None and last.sentence_start == mention.sentence_start and mention.start - last.end < NEAR_AGAIN
        )
        if last is not None and beside and SAME_MONEY.fullmatch(text, last.end, mention.start):
            last.add(at, mention)
        else:
            sums.append(
                MoneySum(mention.start, mention.end, mention.sentence_start, mention.sentence_end, mention.amount, [at])
            )
    for whole in sums:
        if len(whole.mentions) > 1 and text[whole.end : whole.end + 1] == b")":
            whole.end += 1
    return sums


class TextSums:
    """The sums of one text, the periods found in it, and the periods given to the sums so far."""

    def __init__(
        self,
        text: bytes,
        found: list[Period],
        sums: list[MoneySum],
        segments: Sequence[Segment],
        published: date | None,
    ) -> None:
        self.text, self.found, self.sums, self.segments = text, found, sums, segments
        self.year = str(published.year) if published is not None else ""
        """Years above this one are yet to come."""
        self.month = f"{published.year}-{published.month:02}" if published is not None else ""
        """Months above this one are yet to come."""
        self.given: list[Period | None] = [None] * len(sums)
        self.passed_on = [False] * len(sums)
        """Whether a sum has its period from the sum before it."""
        self.last = -SUMS_BACK - 1
        """The last sum so far that has a period."""
        self.starts = [period.start for period in found]
        self.parts = [part.start for part in segments] if found else []
        self.said: dict[int, Sequence[Period]] = {}

    def periods_in(self, start: int, end: int) -> Sequence[Period]:
        """The periods said in a sentence."""
        known = self.said.get(start)
        if known is None:
            low = bisect_left(self.starts, start)
            if low == len(self.starts) or self.starts[low] >= end:
                return NONE
            high = bisect_left(self.starts, end, low)
            known = self.found[low : high - 1 if self.found[high - 1].end > end else high]
            self.said[start] = known
        return known

    def is_yardstick(self, at: int) -> bool:
        """Whether a sum is what another is measured by ("against the $3 billion of last year")."""
        money = self.sums[at]
        return has_cue("yardstick", self.text[max(money.sentence_start, money.start - NEAR_NAME) : money.start])

    def pass_on(self, at: int, period: Period | None) -> Period | None:
        """Note whether a sum has its period from the sum before it, and return that period."""
        self.passed_on[at] = period is not None
        return period

    def is_planned(self, period: Period) -> bool:
        """Whether a year is one that money is planned for, not one that something was told in."""
        return (
            period.rule in COMING_RULES
            or period.rule == "year_budget"
            or self.text[period.start : period.start + 4].lower() == b"for "
        )


def surest(told: Sequence[Period]) -> Period | None:
    """The last of some periods that is surely of the money, else the last one."""
    return next((period for period in reversed(told) if period.rule not in NEWS_RULES), told[-1] if told else None)


def start_of(found: Period | Sentence) -> int:
    """The first code point, as a key of a bisection."""
    return found.start


def earlier(period: Period | None) -> Period | None:
    """The same period a year before, or None where it is a length or an end."""
    iso = year_earlier(period.iso) if period is not None else None
    return period._replace(iso=iso, rule="year_before") if period is not None and iso is not None else None
