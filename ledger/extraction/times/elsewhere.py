"""The period of a sum said elsewhere: in the heading of its list, in a neighbouring sentence, or with the same sum."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from ledger.extraction.times.patterns import cue_pattern, has_cue
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import (
    CHANGE_GAP,
    LONGEST_REST,
    NEAR_VERB,
    NEWS_RULES,
    PLAN_RULES,
    MoneySum,
    TextSums,
    earlier,
    start_of,
)
from schemas import Section, Segment, Sentence

LIST_SECTIONS = frozenset({Section.LIST_ITEM, Section.TABLE_CELL})


def list_leads(doc: TextSums) -> dict[int, Segment]:
    """For each list item and table row, by the start of its sentences, the heading or sentence over its list."""
    leads: dict[int, Segment] = {}
    first: Segment | None = None
    for part in doc.segments:
        if first is None or part.group != first.group:
            first = part
        elif part.section in LIST_SECTIONS and first.section in (Section.HEADLINE, Section.PARAGRAPH):
            leads.update({sentence.start: first for sentence in part.sentences})
    return leads


def lead_period(doc: TextSums, leads: Mapping[int, Segment], money: MoneySum) -> Period | None:
    """The period of the heading or sentence over the list that a sum stands in."""
    lead = leads.get(money.sentence_start)
    if lead is None or not lead.sentences:
        return None
    said = doc.periods_in(lead.sentences[-1].start, lead.sentences[-1].end)
    return said[0] if len(said) == 1 else None


def following_period(doc: TextSums, at: int, money: MoneySum) -> Period | None:
    """The period of the next sentence, where that is about the same sum: "They would run for seven years."."""
    low = bisect_left(doc.starts, money.sentence_end)
    if low == len(doc.starts) or doc.starts[low] > money.sentence_end + LONGEST_REST:
        return None
    if at + 1 < len(doc.sums) and doc.sums[at + 1].start < doc.starts[low]:
        return None
    part = bisect_right(doc.parts, money.start) - 1
    following = _sentence_behind(doc, part, money.sentence_end)
    if following is None or not cue_pattern("anaphor").match(doc.text, following.start):
        return None
    return next(
        (period for period in doc.periods_in(following.start, following.end) if period.rule not in NEWS_RULES), None
    )


def _sentence_behind(doc: TextSums, part: int, end: int) -> Sentence | None:
    """The first sentence of a segment, or of the one behind it, that begins at or behind `end`."""
    for piece in doc.segments[part : part + 2]:
        at = bisect_left(piece.sentences, end, key=start_of)
        if at < len(piece.sentences):
            return piece.sentences[at]
    return None


def title_period(doc: TextSums, at: int, money: MoneySum) -> Period | None:
    """The period of the sum in a headline where the paragraph below has one length or end, and no sum of its own."""
    head, lead = doc.segments[0], doc.segments[1] if len(doc.segments) > 1 else None
    if head.section is not Section.HEADLINE or lead is None or lead.section is not Section.PARAGRAPH:
        return None
    following = doc.sums[at + 1].start if at + 1 < len(doc.sums) else len(doc.text)
    if money.end > head.end or following < lead.end:
        return None
    said = [period for period in doc.periods_in(lead.start, lead.end) if period.rule not in NEWS_RULES]
    return said[0] if len(said) == 1 and said[0].iso.startswith(("P", "/")) else None


def preceding_period(doc: TextSums, at: int, money: MoneySum) -> Period | None:
    """The period of a plan named by the sentence before without a sum: "It passed the 2026 budget. It will spend …"."""
    low = bisect_left(doc.starts, money.sentence_start)
    if not low or doc.found[low - 1].rule not in PLAN_RULES:
        return None
    part = doc.segments[bisect_right(doc.parts, money.start) - 1]
    behind = bisect_left(part.sentences, money.sentence_start, key=start_of)
    before = part.sentences[behind - 1] if behind else None
    if before is None or (at and doc.sums[at - 1].end > before.start):
        return None
    said = doc.periods_in(before.start, before.end)
    if len(said) != 1:
        return None
    return earlier(said[0]) if is_former_value(doc, at, money) else said[0]


def is_former_value(doc: TextSums, at: int, money: MoneySum) -> bool:
    """Whether a sum is the one that another rose or fell from: "more than triples, from $3 billion to $10 billion"."""
    following = doc.sums[at + 1] if at + 1 < len(doc.sums) else None
    if following is None or doc.text[money.start - 6 : money.start].lower() != b" from ":
        return False
    change = CHANGE_GAP.fullmatch(doc.text, money.end, following.start)
    return (
        change is not None
        and change["to"] == b"to"
        and not has_cue("revised", doc.text[max(money.sentence_start, money.start - NEAR_VERB) : money.start])
    )


def share_periods(doc: TextSums) -> None:
    """Give a sum without a period that of the same sum elsewhere in the text, where all that have one agree."""
    told: dict[tuple[str, object], set[str]] = {}
    first: dict[tuple[str, object], Period] = {}
    if None not in doc.given:
        return
    for money, period in zip(doc.sums, doc.given, strict=True):
        if (
            period is not None
            and period.rule != "table_column"
            and (period.rule not in NEWS_RULES or doc.is_planned(period))
        ):
            for amount in (money.amount, *money.said_again):
                told.setdefault(amount, set()).add(period.iso)
                first.setdefault(amount, period)
    if not told:
        return
    for at, money in enumerate(doc.sums):
        if doc.given[at] is None:
            known = (amount for amount in (money.amount, *money.said_again) if len(told.get(amount, ())) == 1)
            doc.given[at] = next((first[amount] for amount in known), None)


def date_changes(doc: TextSums) -> None:
    """Date both sums of a change: a plan "raised from $3bn to $4bn" keeps its period, money "rose from" last year's."""
    for at in range(1, len(doc.sums)):
        before, money = doc.sums[at - 1], doc.sums[at]
        if before.sentence_start != money.sentence_start or (doc.given[at] is None) == (doc.given[at - 1] is None):
            continue
        change = CHANGE_GAP.fullmatch(doc.text, before.end, money.start)
        said = doc.text[max(money.sentence_start, before.start - NEAR_VERB) : before.start]
        if change is None or not (
            change["to"] == b"from" or said.lower().endswith((b" from ", b" from about ", b" from some "))
        ):
            continue
        old, new = (at, at - 1) if change["to"] == b"from" else (at - 1, at)
        if has_cue("revised", said):
            doc.given[at] = doc.given[at - 1] = doc.given[at] or doc.given[at - 1]
        elif doc.given[new] is not None and has_cue("grown", said):
            doc.given[old] = earlier(doc.given[new])
