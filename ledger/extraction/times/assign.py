"""The period over which or by which money flows: of the periods that a text says, the one that belongs to each sum.

A sum takes a period of its own sentence; failing that, the period of the sum that it continues, of the heading of its
list, of the next sentence about it, of the same sum elsewhere, or of a text about one year's money.
"""

from collections.abc import Sequence
from datetime import date

from ledger.extraction.times.anchor import year_of_undated
from ledger.extraction.times.columns import date_columns
from ledger.extraction.times.continued import continued_period, likened_period
from ledger.extraction.times.elsewhere import (
    date_changes,
    following_period,
    lead_period,
    list_leads,
    preceding_period,
    share_periods,
    title_period,
)
from ledger.extraction.times.find import find_periods
from ledger.extraction.times.own_sentence import own_period
from ledger.extraction.times.patterns import plain_bytes
from ledger.extraction.times.period import Period
from ledger.extraction.times.report import date_report
from ledger.extraction.times.sums import NONE, PLAN_RULES, SUMS_BACK, FigureMention, TextSums, group_mentions
from ledger.extraction.times.yearly import apply_year_of_text
from schemas import Section, Segment


def periods_of_sums(
    text: str, mentions: Sequence[FigureMention], segments: Sequence[Segment], published: date | None
) -> list[Period | None]:
    """The period of each mention, in text order; None for what is no money or has none.

    `segments` give the headings, lists and neighbouring sentences; without them only a sum's own sentence is read.
    """
    given: list[Period | None] = [None] * len(mentions)
    if not any(mention.money for mention in mentions):
        return given
    said = plain_bytes(text)
    anchor = published or year_of_undated(said, segments)
    found = find_periods(said, anchor)
    tabled = Section.TABLE_CELL in [part.section for part in segments]
    if not found and not tabled:
        return given
    sums = TextSums(said, found, group_mentions(said, mentions), segments, anchor)
    if tabled:
        date_columns(sums, anchor)
    assign_all(sums)
    for money, period in zip(sums.sums, sums.given, strict=True):
        for at in money.mentions:
            given[at] = period
    return given


def assign_all(doc: TextSums) -> None:
    """Give each sum its period, from the surest source to the least sure."""
    sentence, said = -1, NONE
    for at, money in enumerate(doc.sums):
        if money.sentence_start != sentence:
            sentence, said = money.sentence_start, doc.periods_in(money.sentence_start, money.sentence_end)
        if said and doc.given[at] is None:
            doc.given[at] = own_period(doc, at, money, said)
    if not doc.segments:
        return
    leads = list_leads(doc)
    planned = any(period.rule in PLAN_RULES for period in doc.found)
    for at, money in enumerate(doc.sums):
        if doc.given[at] is None:
            near = at - doc.last <= SUMS_BACK
            doc.given[at] = (
                (continued_period(doc, at, money) if near else None)
                or (lead_period(doc, leads, money) if leads else None)
                or following_period(doc, at, money)
                or (title_period(doc, at, money) if at == 0 else None)
                or (preceding_period(doc, at, money) if planned else None)
                or (likened_period(doc, at, money) if near else None)
            )
        if doc.given[at] is not None:
            doc.last = at
    if doc.last >= 0:
        date_changes(doc)
        share_periods(doc)
    date_report(doc)
    if doc.last < 0:
        return
    apply_year_of_text(doc)
