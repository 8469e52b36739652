"""The time over which or by which money flows: of the times that a text says, the one that governs each sum.

A sum takes a time of its own sentence; failing that, the time of the sum that it continues, of the heading of its list, of the sentence that
goes on about it, of the same sum elsewhere, or of a text that is about one year's money.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from ledger.extraction.times.words import Period, has, plain, times, year_earlier
from ledger.lexicons import load
from schemas import Section, Segment, Sentence

CONVERSION = re.compile(
    rb"\([^()]*\)|\((?!of which|including|with )[^()]*$|,? (?:or|that is|i\.e\.) [^,;.]{0,40}[0-9][^,;]{0,24},?"
)
BREAK = re.compile(
    rb"[;:]|\. [A-Z]|, (?:and .{12}|(?:after|who) )"
    rb"| (?:while|whereas|but|on top of|compared with|against|up from|down from|versus|vs\.?|after|although|since|when) "
)
BREAK_BEFORE = re.compile(
    rb";|: .{30}|\. [A-Z]|, (?:and|after|or|then|compared) | and (?:another |some |about )?$"
    rb"| (?:on top of|in addition to|compared with|against|including|while|whereas|when|after|but) "
)
SAME_MONEY = re.compile(
    rb"\)? ?\(?,? ?(?:\(|or |that is |i\.e\. |worth |= ?)"
    rb"(?:about |around |roughly |some |nearly |almost |just under |over |more than |approximately |up to |a bit over )*"
)
BARE = re.compile(rb" ?[,(/] ?")
CHANGE = re.compile(
    rb",? (?P<to>to|from) (?:about |around |roughly |some |nearly |almost |over |more than |up to |a record |an earlier |a )*"
)
NEXT = 6
"""Times behind a sum of which one may govern it."""
NONE: Sequence[Period] = ()
NEAR_AGAIN = 40
NEAR_AFTER = 110
NEAR_BEFORE = 120
NEAR_OWNER = 90
NEAR_VERB = 80
NEAR_DATE = 30
REACH = 6
NEAR_NAME = 36
NEAR_RANK = 60
LONGEST_REST = 400
TELLING = frozenset(
    {"in_year", "in_month", "last_year", "quarter", "half_year", "this_year", "that_year", "year_before"}
)
"""Rules whose words are as often the day of the news as the time of the money."""
PLANNED = frozenset({"year_budget", "some_year_plan"})
"""Rules whose words name a plan and its time together."""
BARE_RULES = frozenset({"bare_length", "long_adjective"})
"""Rules whose words are the time of a sum only where they touch it."""
COMING = frozenset({"this_year", "next_year", "this_fiscal_year", "next_fiscal_year"})
"""Rules whose words tell a year that is not over."""
LISTED = frozenset({Section.LIST_ITEM, Section.TABLE_CELL})
YEARLY_LEAST = 3
YEARLY_SHARE = 0.4
OPENING = 4
"""Segments at the head of a text in which it says whose year's money it is about."""


class FigureMention(NamedTuple):
    """A figure as far as its time is concerned."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    money: bool
    amount: tuple[str, object]
    """Unit and value, to know the same sum elsewhere in the text."""


@cache
def _opener(key: str) -> re.Pattern[bytes]:
    """A cue to be matched at a place of the plain text; plain `re`, for re2 would need a copy of the rest of the text."""
    return re.compile(plain(load.toml("times")["cues"][key]), re.IGNORECASE)


def governing(
    text: str, mentions: Sequence[FigureMention], segments: Sequence[Segment], published: date | None
) -> list[Period | None]:
    """The time that governs each mention of money (in order of the text), or null.

    `segments` give the headings, lists and neighbouring sentences; without them only a sum's own sentence is read.
    """
    given: list[Period | None] = [None] * len(mentions)
    if not any(one.money for one in mentions):
        return given
    said = plain(text)
    found = times(said, published)
    if not found:
        return given
    sums = _Sums(said, found, _grouped(said, mentions), segments, published)
    sums.settle()
    for one, period in zip(sums.sums, sums.given, strict=True):
        for at in one.mentions:
            given[at] = period
    return given


@dataclass(slots=True)
class _Sum:
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

    def add(self, at: int, one: FigureMention) -> None:
        """Take a mention of the same money in."""
        self.end = one.end
        self.mentions.append(at)
        self.said_again += (one.amount,)


def _grouped(text: bytes, mentions: Sequence[FigureMention]) -> list[_Sum]:
    """The sums of money, mentions of the same money beside each other joined."""
    sums: list[_Sum] = []
    for at, one in enumerate(mentions):
        if not one.money:
            continue
        last = sums[-1] if sums else None
        beside = last is not None and last.sentence_start == one.sentence_start and one.start - last.end < NEAR_AGAIN
        if last is not None and beside and SAME_MONEY.fullmatch(text, last.end, one.start):
            last.add(at, one)
        else:
            sums.append(_Sum(one.start, one.end, one.sentence_start, one.sentence_end, one.amount, [at]))
    for whole in sums:
        if len(whole.mentions) > 1 and text[whole.end : whole.end + 1] == b")":
            whole.end += 1
    return sums


def _bare(gap: bytes) -> bytes:
    """What stands between a figure and a time, without the same money in another currency."""
    return CONVERSION.sub(b" ", gap) if b"(" in gap or b" or " in gap else gap


class _Sums:
    """The sums of one text and the times given to them."""

    def __init__(
        self, text: bytes, found: list[Period], sums: list[_Sum], segments: Sequence[Segment], published: date | None
    ) -> None:
        self.text, self.found, self.sums, self.segments = text, found, sums, segments
        self.year = str(published.year) if published is not None else ""
        """Years above this one are yet to come."""
        self.given: list[Period | None] = [None] * len(sums)
        self.passed_on = [False] * len(sums)
        """Whether a sum's time is that of the sum before it."""
        self.last = -REACH - 1
        """The last sum so far that has a time."""
        self.starts = [period.start for period in found]
        self.parts = [part.start for part in segments] if found else []
        self.said: dict[int, Sequence[Period]] = {}

    def settle(self) -> None:
        """Give each sum its time, from the surest source to the least sure."""
        sentence, said = -1, NONE
        for at, one in enumerate(self.sums):
            if one.sentence_start != sentence:
                sentence, said = one.sentence_start, self._in(one.sentence_start, one.sentence_end)
            if said:
                self.given[at] = self._own(at, one, said)
        if not self.segments:
            return
        leads = self._leads()
        planned = any(period.rule in PLANNED for period in self.found)
        for at, one in enumerate(self.sums):
            if self.given[at] is None:
                near = at - self.last <= REACH
                self.given[at] = (
                    (self._continued(at, one) if near else None)
                    or (self._from_lead(leads, one) if leads else None)
                    or self._from_next(at, one)
                    or (self._from_previous(at, one) if planned else None)
                    or (self._likened(at, one) if near else None)
                )
            if self.given[at] is not None:
                self.last = at
        if self.last < 0:
            return
        self._change_back()
        self._shared()
        self._by_year()

    def _in(self, start: int, end: int) -> Sequence[Period]:
        """The times said in a sentence."""
        known = self.said.get(start)
        if known is None:
            low = bisect_left(self.starts, start)
            if low == len(self.starts) or self.starts[low] >= end:
                return NONE
            high = bisect_left(self.starts, end, low)
            known = self.found[low : high - 1 if self.found[high - 1].end > end else high]
            self.said[start] = known
        return known

    # --- in its own sentence --------------------------------------------------------------------------------------------------------------

    def _own(self, at: int, one: _Sum, said: Sequence[Period]) -> Period | None:
        """The time in a sum's own sentence that governs it: the next one behind it, else the last one before it."""
        following = next(
            (other.start for other in self.sums[at + 1 : at + 3] if self.text[other.start - 1 : other.start] != b"("),
            one.sentence_end,
        )
        first = bisect_left(said, one.start, key=_start)
        for period in said[first : first + NEXT]:
            if period.start < one.end:
                continue
            if period.start > following or period.start - one.end > 3 * NEAR_AFTER:
                break
            gap = _bare(self.text[one.end : period.start])
            if len(gap) > NEAR_AFTER or (period.rule in BARE_RULES and not BARE.fullmatch(gap)) or BREAK.search(gap):
                break
            if not self._is_told(one, period):
                return period
        before = said[first - 1] if first and said[first - 1].end <= one.start else None
        return before if before is not None and self._is_before(at, one, before) else None

    def _is_before(self, at: int, one: _Sum, period: Period) -> bool:
        """Whether a time before a sum governs it: nothing parts the two, and no earlier sum has it."""
        if one.start - period.end > NEAR_BEFORE or period.rule == "bare_length":
            return False
        if period.rule == "long_adjective":
            return one.start - period.end <= len(", ") and not has("debt", self.text[one.end : one.end + NEAR_NAME])
        last = self.sums[at - 1] if at and self.sums[at - 1].sentence_start == one.sentence_start else None
        if (
            last is not None
            and last.end > period.start - NEAR_OWNER
            and (last.end > period.start or not BREAK.search(self.text, last.end, period.start))
        ):
            return False
        gap = _bare(self.text[period.end : one.start])
        return not BREAK_BEFORE.search(gap) and not self._is_told(one, period)

    def _is_told(self, one: _Sum, period: Period) -> bool:
        """Whether the time is that of the news ("in 2023 it announced $3 billion"), not that of the money."""
        text, floor = self.text, one.sentence_start
        if period.rule not in TELLING or text[period.start : period.start + 4].lower() == b"for ":
            return False
        if period.start >= one.end:
            head, gap = text[max(floor, one.start - NEAR_VERB) : one.start], text[one.end : period.start]
        else:
            head, gap = text[max(floor, period.start - NEAR_DATE) : period.start], text[period.end : one.start]
        words = head + b" | " + gap
        if period.rule == "in_year" and self._is_to_come(period, words):
            return has("opens", words)
        return self._is_of_news(head, gap, period, beside=period.start - one.end in (0, 1))

    def _is_to_come(self, period: Period, words: bytes) -> bool:
        """Whether a year was yet to come when the text was written: by the day of the news, or by its words where that day is not known."""
        if self.year and period.iso[:4] != self.year:
            return period.iso > self.year
        return has("to_come", words)

    def _is_of_news(self, head: bytes, gap: bytes, period: Period, *, beside: bool) -> bool:
        """Whether the words before and between a sum and a time tell what was announced or agreed then, and not what was paid."""
        if self.text[period.end : period.end + 6] == b" alone":
            return False
        words = head + b" | " + gap
        if has("moved_in_month" if period.rule == "in_month" else "moved", words):
            return has("told", gap) and not has("moved", gap)
        return period.rule == "in_month" or (period.rule == "in_year" and not beside) or has("told", words)

    # --- from the sum before ----------------------------------------------------------------------------------------------------------------

    def _continued(self, at: int, one: _Sum) -> Period | None:
        """The time of the sum before, where this is a part of it, goes on with its parts, or is another wish or plan for it."""
        before = self.sums[at - 1]
        if one.sentence_start == before.sentence_start:
            return self._passed(at, self._going_on(at, one, before))
        head = self.text[one.sentence_start : one.start]
        if _opener("outer_part").match(self.text, one.end) or has("named_sum", head[-NEAR_NAME:]):
            return self._passed(at, self._surest(max(at - REACH, 0), at))
        if one.sentence_start - before.sentence_end > 2 or not _opener("part").match(self.text, one.sentence_start):
            return None
        return self._passed(at, self._surest(self._first(at, before.sentence_start), at))

    def _first(self, at: int, floor: int) -> int:
        """The earliest of the few sums before one that stand behind `floor`."""
        first = at
        while first and at - first < REACH and self.sums[first - 1].sentence_start >= floor:
            first -= 1
        return first

    def _likened(self, at: int, one: _Sum) -> Period | None:
        """The time of a sum near by that this is a share of ("Laos came first with …") or that another plan or wish competes with."""
        if one.start - self.sums[at - 1].end > LONGEST_REST:
            return None
        head = self.text[max(one.sentence_start, one.start - NEAR_RANK) : one.start]
        budget = self.given[self.last]
        if budget is not None and budget.rule == "year_budget" and has("outlay", head):
            return budget
        rival = has("rival", head)
        ranked = not rival and (has("ranked", head) or _opener("rest").match(self.text, one.sentence_start) is not None)
        if not rival and not ranked:
            return None
        part = bisect_right(self.parts, one.start) - 1
        first = self._first(at, self.parts[max(part - ranked, 0)])
        like = [
            period
            for other in range(first, at)
            if (period := self.given[other]) is not None and self._is_like(other, one, rival=rival)
        ]
        return self._passed(at, _surest(like))

    def _is_like(self, other: int, one: _Sum, *, rival: bool) -> bool:
        """Whether an earlier sum is one that this may rival, of like size, or be a share of, and not what another is measured by."""
        (unit, value), (other_unit, whole) = one.amount, self.sums[other].amount
        if (
            unit != other_unit
            or not isinstance(value, Decimal)
            or not isinstance(whole, Decimal)
            or self._is_yardstick(other)
        ):
            return False
        return 2 * max(value, whole) <= 5 * min(value, whole) if rival else value < whole

    def _is_yardstick(self, at: int) -> bool:
        one = self.sums[at]
        return has("yardstick", self.text[max(one.sentence_start, one.start - NEAR_NAME) : one.start])

    def _passed(self, at: int, period: Period | None) -> Period | None:
        self.passed_on[at] = period is not None
        return period

    def _surest(self, first: int, after: int) -> Period | None:
        """The surest of the times of some sums."""
        return _surest(
            [
                period
                for at in range(first, after)
                if (period := self.given[at]) is not None and not self._is_yardstick(at)
            ]
        )

    def _going_on(self, at: int, one: _Sum, before: _Sum) -> Period | None:
        """The time of an earlier sum in the sentence of which this is a part, or of the part before it."""
        gap = self.text[before.end : one.start].rstrip()
        if len(gap) < 120 and has("inner_part", gap):
            whole = at - 1
            while (
                whole
                and at - whole < REACH
                and self._is_yardstick(whole)
                and self.sums[whole - 1].sentence_start == one.sentence_start
            ):
                whole -= 1
            return self.given[whole]
        period = self.given[at - 1]
        if period is None:
            return None
        if one.sentence_start <= period.start and period.end <= before.start:
            goes_on = b":" in self.text[period.end : before.start]
        elif before.end <= period.start and period.end <= one.start:
            goes_on = gap.endswith(b"(")
        else:
            goes_on = self.passed_on[at - 1] or _opener("part").match(self.text, one.sentence_start) is not None
        return period if goes_on else None

    def _change_back(self) -> None:
        """A plan "raised from $3 billion to $4 billion" keeps its time; money that "rises from" a sum left that a year before."""
        for at in range(1, len(self.sums)):
            before, one = self.sums[at - 1], self.sums[at]
            if before.sentence_start != one.sentence_start or (self.given[at] is None) == (self.given[at - 1] is None):
                continue
            change = CHANGE.fullmatch(self.text, before.end, one.start)
            said = self.text[max(one.sentence_start, before.start - NEAR_VERB) : before.start]
            if change is None or not (
                change["to"] == b"from" or said.lower().endswith((b" from ", b" from about ", b" from some "))
            ):
                continue
            old, new = (at, at - 1) if change["to"] == b"from" else (at - 1, at)
            if has("revised", said):
                self.given[at] = self.given[at - 1] = self.given[at] or self.given[at - 1]
            elif self.given[new] is not None and has("grown", said):
                self.given[old] = _earlier(self.given[new])

    # --- from elsewhere ---------------------------------------------------------------------------------------------------------------------

    def _leads(self) -> dict[int, Segment]:
        """For each list item and table row, by the start of its sentences, the heading or sentence over its list."""
        leads: dict[int, Segment] = {}
        first: Segment | None = None
        for part in self.segments:
            if first is None or part.group != first.group:
                first = part
            elif part.section in LISTED and first.section in (Section.HEADLINE, Section.PARAGRAPH):
                leads.update({sentence.start: first for sentence in part.sentences})
        return leads

    def _from_lead(self, leads: Mapping[int, Segment], one: _Sum) -> Period | None:
        lead = leads.get(one.sentence_start)
        if lead is None or not lead.sentences:
            return None
        said = self._in(lead.sentences[-1].start, lead.sentences[-1].end)
        return said[0] if len(said) == 1 else None

    def _from_next(self, at: int, one: _Sum) -> Period | None:
        """The time of the sentence behind a sum's, where that tells of the same sum: "They would run for seven years."."""
        low = bisect_left(self.starts, one.sentence_end)
        if low == len(self.starts) or self.starts[low] > one.sentence_end + LONGEST_REST:
            return None
        if at + 1 < len(self.sums) and self.sums[at + 1].start < self.starts[low]:
            return None
        part = bisect_right(self.parts, one.start) - 1
        following = self._sentence_behind(part, one.sentence_end)
        if following is None or not _opener("anaphor").match(self.text, following.start):
            return None
        return next((period for period in self._in(following.start, following.end) if period.rule not in TELLING), None)

    def _sentence_behind(self, part: int, end: int) -> Sentence | None:
        """The first sentence of a segment, or of the one behind it, that begins at or behind `end`."""
        for piece in self.segments[part : part + 2]:
            at = bisect_left(piece.sentences, end, key=_start)
            if at < len(piece.sentences):
                return piece.sentences[at]
        return None

    def _from_previous(self, at: int, one: _Sum) -> Period | None:
        """The time of a budget or plan that the sentence before tells of without a sum: "The board passed the 2026 budget. It is to spend …"."""
        low = bisect_left(self.starts, one.sentence_start)
        if not low or self.found[low - 1].rule not in PLANNED:
            return None
        part = self.segments[bisect_right(self.parts, one.start) - 1]
        behind = bisect_left(part.sentences, one.sentence_start, key=_start)
        before = part.sentences[behind - 1] if behind else None
        if before is None or (at and self.sums[at - 1].end > before.start):
            return None
        said = self._in(before.start, before.end)
        if len(said) != 1:
            return None
        return _earlier(said[0]) if self._is_left(at, one) else said[0]

    def _shared(self) -> None:
        """Give a sum without a time that of the same sum elsewhere in the text, where all that have one agree."""
        told: dict[tuple[str, object], set[str]] = {}
        first: dict[tuple[str, object], Period] = {}
        if None not in self.given:
            return
        for one, period in zip(self.sums, self.given, strict=True):
            if period is not None and (period.rule not in TELLING or self._is_planned(period)):
                for amount in (one.amount, *one.said_again):
                    told.setdefault(amount, set()).add(period.iso)
                    first.setdefault(amount, period)
        if not told:
            return
        for at, one in enumerate(self.sums):
            if self.given[at] is None:
                known = (amount for amount in (one.amount, *one.said_again) if len(told.get(amount, ())) == 1)
                self.given[at] = next((first[amount] for amount in known), None)

    # --- texts about one year's money -------------------------------------------------------------------------------------------------------

    def _is_planned(self, period: Period) -> bool:
        """Whether a year is one that money is planned for, not one that something was told in."""
        return (
            period.rule in COMING
            or period.rule == "year_budget"
            or self.text[period.start : period.start + 4].lower() == b"for "
        )

    def _year_of_text(self) -> Period | None:
        """The year of a text about one year's money: said with the sum of its title, of its budget at the head, or of most of its sums."""
        told = [
            (one, period)
            for one, period in zip(self.sums, self.given, strict=True)
            if period is not None and period.iso.isdigit()
        ]
        headed = self.segments[0].end if self.segments[0].section is Section.HEADLINE else 0
        titled = (period for one, period in told if one.sentence_end <= headed and period.rule != "last_year")
        title = next(titled, None)
        if title is not None:
            return title
        headline = self._year_of_head()
        if headline is not None:
            return headline
        own = [
            (one, period)
            for one, period in told
            if one.sentence_start <= period.start < one.sentence_end and self._is_planned(period)
        ]
        years = {(one.sentence_start, period.iso): period for one, period in own}
        sentences = {
            one.sentence_start for one, period in zip(self.sums, self.given, strict=True) if period is not None
        }
        for iso, count in Counter(iso for _, iso in years).most_common(1):
            if count >= YEARLY_LEAST and count >= YEARLY_SHARE * len(sentences):
                return next(period for period in years.values() if period.iso == iso)
        return None

    def _year_of_head(self) -> Period | None:
        """The year of the budget that the head of a text is about."""
        for sentence in (sentence for part in self.segments[:OPENING] for sentence in part.sentences):
            said = (
                period
                for period in self._in(sentence.start, sentence.end)
                if period.iso.isdigit() and period.rule not in COMING
            )
            year = next((period for period in said if self._is_planned(period)), None)
            if year is not None and has("yearly", self.text[sentence.start : sentence.end]):
                return year
        return None

    def _by_year(self) -> None:
        """Give the other sums of a text that is about one year's money, such as a budget, that year."""
        year = self._year_of_text() if None in self.given else None
        if year is None:
            return
        taken = {period for period in self.given if period is not None}
        units = {
            one.amount[0]
            for one, period in zip(self.sums, self.given, strict=True)
            if period is not None and period.iso == year.iso
        }
        for at, one in enumerate(self.sums):
            if self.given[at] is None and (not units or one.amount[0] in units):
                said = self._in(one.sentence_start, one.sentence_end)
                if all(other.iso == year.iso or other in taken for other in said):
                    self.given[at] = _earlier(year) if self._is_left(at, one) else year

    def _is_left(self, at: int, one: _Sum) -> bool:
        """Whether a sum is the one that another rose or fell from: "more than triples, from $3 billion to $10 billion"."""
        following = self.sums[at + 1] if at + 1 < len(self.sums) else None
        if following is None or self.text[one.start - 6 : one.start].lower() != b" from ":
            return False
        change = CHANGE.fullmatch(self.text, one.end, following.start)
        return (
            change is not None
            and change["to"] == b"to"
            and not has("revised", self.text[max(one.sentence_start, one.start - NEAR_VERB) : one.start])
        )


def _surest(told: Sequence[Period]) -> Period | None:
    """The last of some times, one that is surely of the money before one that may be of the news."""
    return next((period for period in reversed(told) if period.rule not in TELLING), told[-1] if told else None)


def _start(one: Period | Sentence) -> int:
    return one.start


def _earlier(period: Period | None) -> Period | None:
    iso = year_earlier(period.iso) if period is not None else None
    return period._replace(iso=iso, rule="year_before") if period is not None and iso is not None else None


__all__ = ["FigureMention", "Period", "governing"]
