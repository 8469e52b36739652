"""Sums that words or the layout keep apart, whatever the model thinks of them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from ledger.lexicons.load import toml
from ledger.relate.sums import ROWS, Sum, is_cost, is_running

Pair = tuple[int, int]
"""Places of two sums."""
REACH = 9
"""Words before a sum in which it is looked for what comes beside it."""
DEBT_REACH = 5
"""Words between a price without debt and the one with it, and behind that one, at most."""
_WITH_DEBT = re.compile(r"^(?:including|inclusive of|with|counting) (?:[a-z]+ ){0,2}debt\b")
_FIRST = re.compile(
    r"^the (?:first|second|third|larger|smaller|bigger|other)(?: one)?(?: ,)? (?:which |that )?(?:will |would |is to )?"
    r"(?:costs?|costing|worth|take|takes|needs?)\b(?: [a-z]+){0,2}$"
)
"""What leads to a sum for one of several things, from the start of its sentence."""
_SEVERAL = frozenset({"§", "two", "three", "four", "five", "six", "seven", "eight", "several", "both"})
"""Words of a sentence that tells of several things; a counted number has a mark."""
FAR = 2
"""Segments between a sum and the one that it comes on top of, at most."""


@cache
def _beside() -> re.Pattern[str]:
    """Words before a sum beside which another is: "on top of the", "in addition to"."""
    words = "|".join(toml("relate")["beside"]["words"])
    return re.compile(rf"(?:^| )(?:{words})(?: [a-z’'-]+){{0,4}}$")


def unlike_pairs(sums: Sequence[Sum]) -> frozenset[Pair]:
    """The pairs of equal amounts that tell two pledges, in the order of the text.

    They are two of one sentence, and two rows of one list or table.
    A text that repeats an amount so soon repeats it because it is another's: "Kenya gets $5 million and Malawi $5
    million".
    """
    return frozenset(
        (a, b)
        for a, one in enumerate(sums)
        for b in range(a + 1, len(sums))
        if one.value == sums[b].value and one.claim.unit == sums[b].claim.unit and _side_by_side(one, sums[b])
    )


def _side_by_side(one: Sum, other: Sum) -> bool:
    rows = one.group == other.group and one.section in ROWS and other.section in ROWS
    return one.sentence == other.sentence or rows


def payer_pairs(sums: Sequence[Sum]) -> frozenset[Pair]:
    """The pairs of sums that two payers give side by side, in the order of the text.

    Each payer is named before its own sum in one sentence ("Norway will give $15 million, and Chile has given €6
    million"), or the second one is said to pay itself, beside the first ("Chile itself will pay €6 million").
    """
    return frozenset(
        (a, b) for a, one in enumerate(sums) for b in range(a + 1, len(sums)) if _of_two_payers(one, sums[b])
    )


def _of_two_payers(one: Sum, other: Sum) -> bool:
    first, second = one.claim.actor, other.claim.actor
    if len(first) != 1 or len(second) != 1 or not one.actors.isdisjoint(other.actors):
        return False
    if _any_of("own").search(f" {' '.join(other.words[max(0, other.at - REACH) : other.at])} "):
        return other.segment - one.segment <= FAR and not (is_running(one) or is_cost(one))
    if one.sentence != other.sentence:
        return False
    if not (first[0].start < one.claim.start < second[0].start < other.claim.start):
        return False
    between = f" {' '.join(one.words[one.at + 1 : other.at])} "
    around = f"{between}{' '.join(other.words[other.at + 1 : other.at + 1 + REACH])} "
    return _any_of("joining").search(between) is not None and _any_of("holding").search(around) is None


@cache
def _any_of(words: str) -> re.Pattern[str]:
    """What finds one of the words of a list of `[payers]`."""
    return re.compile("(?<= )(?:" + "|".join(map(re.escape, toml("relate")["payers"][words])) + ")(?= )")


def beside_pairs(sums: Sequence[Sum]) -> frozenset[Pair]:
    """The pairs of which the first sum comes on top of the second: they are not the same, and neither holds the other.

    A sum is compared with the one before it in its sentence, else with the next one there, else with those of the
    sentence before; and with what tells the same amounts again.
    """
    found = set()
    for at, one in enumerate(sums):
        if _beside().search(" ".join(one.words[max(0, one.at - REACH) : one.at])):
            for other in _partners(sums, at):
                value, unit = sums[other].value, sums[other].claim.unit
                again = (k for k, each in enumerate(sums) if each.value == value and each.claim.unit == unit)
                found |= {(k, at) for k in again if k != at}
    return frozenset(found)


def _partners(sums: Sequence[Sum], at: int) -> Iterator[int]:
    """The sums that the one at `at`, which is known, is told beside."""
    one = sums[at]
    for near in (at - 1, at + 1):
        if 0 <= near < len(sums) and sums[near].sentence == one.sentence:
            yield near
            return
    before = at - 1
    while before >= 0 and sums[before].sentence == sums[at - 1].sentence and one.segment - sums[before].segment <= FAR:
        yield before
        before -= 1


def debt_pairs(sums: Sequence[Sum]) -> Iterator[Pair]:
    """The price of a takeover without debt and the one with it: "for $4 billion, or $6 billion including debt"."""
    for at, (one, other) in enumerate(pairwise(sums)):
        between = one.words[one.at + 1 : other.at]
        behind = other.words[other.at + 1 : other.at + 1 + DEBT_REACH]
        beside = one.sentence == other.sentence and one.claim.unit == other.claim.unit and one.value < other.value
        if beside and len(between) <= DEBT_REACH and "or" in between and _WITH_DEBT.search(" ".join(behind)):
            price = one.value, one.claim.unit  # the headline's, which the sentence tells again
            yield next(k for k, each in enumerate(sums) if (each.value, each.claim.unit) == price), at + 1


def first_of_several(sums: Sequence[Sum]) -> Iterator[Pair]:
    """A sum for one of several things, and that for all: "two mills for $4 billion. The first costs $3 billion"."""
    for at, one in enumerate(sums):
        if _FIRST.search(" ".join(one.words[: one.at])):
            for other in range(at - 1, -1, -1):
                whole = sums[other]
                if one.segment - whole.segment > FAR:
                    break
                alike = whole.claim.unit == one.claim.unit and whole.value > one.value and whole.actors & one.actors
                if alike and not _SEVERAL.isdisjoint(whole.words):
                    yield at, other
                    break


def award_pairs(sums: Sequence[Sum]) -> frozenset[Pair]:
    """The pairs of sums that two receivers are awarded, each in a paragraph of its own, in the order of the text."""
    awarded = {one.segment: one.recipients for one in reversed(sums) if _is_award(one)}
    return frozenset(
        (a, b)
        for a, one in enumerate(sums)
        for b in range(a + 1, len(sums))
        if one.segment in awarded
        and sums[b].segment in awarded
        and awarded[one.segment].isdisjoint(awarded[sums[b].segment])
    )


def _is_award(one: Sum) -> bool:
    before = f" {' '.join(one.words[max(0, one.at - REACH) : one.at])} "
    return len(one.recipients) == 1 and _any_of("awarded").search(before) is not None


def separate_pairs(sums: Sequence[Sum]) -> frozenset[Pair]:
    """The pairs of which the second sum stands in a sentence that opens with "separately", the first before it."""
    opened = {one.sentence for one in sums if " ".join(one.words[:4]).startswith(_openers())}
    return frozenset(
        (a, b)
        for b, other in enumerate(sums)
        if other.sentence in opened
        for a in range(b)
        if sums[a].sentence != other.sentence
    )


@cache
def _openers() -> tuple[str, ...]:
    return tuple(toml("relate")["separate"]["openers"])
