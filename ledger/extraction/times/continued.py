"""The period of an earlier sum, which a sum shares as a part of it, a share of it, or a rival plan for it."""

from bisect import bisect_right
from decimal import Decimal

from ledger.extraction.times.patterns import cue_pattern, has_cue
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import LONGEST_REST, NEAR_NAME, SUMS_BACK, MoneySum, TextSums, surest

NEAR_RANK = 60
"""Code points before a sum in which its rank or rivalry is said ("Laos came first with")."""
LONGEST_COLON = 120
"""Code points between a whole and a part of it in one sentence."""


def continued_period(doc: TextSums, at: int, money: MoneySum) -> Period | None:
    """The period of the sum before, where this is a part of it or goes on with its parts."""
    before = doc.sums[at - 1]
    if money.sentence_start == before.sentence_start:
        return doc.pass_on(at, _going_on(doc, at, money, before))
    head = doc.text[money.sentence_start : money.start]
    if cue_pattern("outer_part").match(doc.text, money.end) or has_cue("named_sum", head[-NEAR_NAME:]):
        return doc.pass_on(at, _surest_of(doc, max(at - SUMS_BACK, 0), at))
    if money.sentence_start - before.sentence_end > 2 or not cue_pattern("part").match(doc.text, money.sentence_start):
        return None
    return doc.pass_on(at, _surest_of(doc, _first(doc, at, before.sentence_start), at))


def _first(doc: TextSums, at: int, floor: int) -> int:
    """The earliest of the few sums before one that stand behind `floor`."""
    first = at
    while first and at - first < SUMS_BACK and doc.sums[first - 1].sentence_start >= floor:
        first -= 1
    return first


def likened_period(doc: TextSums, at: int, money: MoneySum) -> Period | None:
    """The period of a nearby sum that this is a share of ("Laos came first with …") or a rival plan for."""
    if money.start - doc.sums[at - 1].end > LONGEST_REST:
        return None
    head = doc.text[max(money.sentence_start, money.start - NEAR_RANK) : money.start]
    budget = doc.given[doc.last]
    if budget is not None and budget.rule == "year_budget" and has_cue("outlay", head):
        return budget
    rival = has_cue("rival", head)
    ranked = not rival and (
        has_cue("ranked", head) or cue_pattern("rest").match(doc.text, money.sentence_start) is not None
    )
    if not rival and not ranked:
        return None
    part = bisect_right(doc.parts, money.start) - 1
    first = _first(doc, at, doc.parts[max(part - ranked, 0)])
    like = [
        period
        for other in range(first, at)
        if (period := doc.given[other]) is not None and _is_like(doc, other, money, rival=rival)
    ]
    return doc.pass_on(at, surest(like))


def _is_like(doc: TextSums, other: int, money: MoneySum, *, rival: bool) -> bool:
    """Whether this sum may rival an earlier one, of similar size, or be a share of it; a yardstick is neither."""
    (unit, value), (other_unit, whole) = money.amount, doc.sums[other].amount
    if (
        unit != other_unit
        or not isinstance(value, Decimal)
        or not isinstance(whole, Decimal)
        or doc.is_yardstick(other)
    ):
        return False
    return 2 * max(value, whole) <= 5 * min(value, whole) if rival else value < whole


def _surest_of(doc: TextSums, first: int, after: int) -> Period | None:
    """The surest of the times of some sums."""
    return surest(
        [period for at in range(first, after) if (period := doc.given[at]) is not None and not doc.is_yardstick(at)]
    )


def _going_on(doc: TextSums, at: int, money: MoneySum, before: MoneySum) -> Period | None:
    """The time of an earlier sum in the sentence of which this is a part, or of the part before it."""
    gap = doc.text[before.end : money.start].rstrip()
    if len(gap) < LONGEST_COLON and has_cue("inner_part", gap):
        whole = at - 1
        while (
            whole
            and at - whole < SUMS_BACK
            and doc.is_yardstick(whole)
            and doc.sums[whole - 1].sentence_start == money.sentence_start
        ):
            whole -= 1
        return doc.given[whole]
    period = doc.given[at - 1]
    if period is None:
        return None
    if money.sentence_start <= period.start and period.end <= before.start:
        goes_on = b":" in doc.text[period.end : before.start]
    elif before.end <= period.start and period.end <= money.start:
        goes_on = gap.endswith(b"(")
    else:
        goes_on = doc.passed_on[at - 1] or cue_pattern("part").match(doc.text, money.sentence_start) is not None
    return period if goes_on else None
