"""Texts that report on the money of one month, quarter, run of months or fiscal year: their sums are of that span."""

from decimal import Decimal

from ledger.extraction.times.patterns import has_cue
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import MoneySum, TextSums
from schemas import Section

SPAN_RULES = frozenset(
    {
        "in_month",
        "bare_month",
        "quarter",
        "quarters_by_month",
        "half_year",
        "spent_in_months",
        "first_months_of_year",
        "months_to_month",
        "first_months_of_fiscal_year",
        "year_short_year",
    }
)
"""Rules whose words name a span of months that a text may report on."""
OPENING = 5
"""Segments at the head of a text in which the first sum of a report stands."""
NEAR_OTHER = 110
"""Code points behind a sum in which another period is one of its own."""
LEAST_SUMS = 3
"""Sums from which on a text may be a report."""


def date_report(doc: TextSums) -> None:
    """Date the other sums of a report on one span: parts of its first sum, told without another time."""
    if len(doc.sums) < LEAST_SUMS or SPAN_RULES.isdisjoint([period.rule for period in doc.found]):
        return
    lead = _lead(doc)
    if lead is None:
        return
    span, first = lead
    for at, period in enumerate(doc.given):
        if period is not None and period.rule == "year_to_date" and period.iso == span.iso[:4]:
            doc.given[at] = period._replace(iso=f"{span.iso[:4]}-01/{span.iso[-7:]}")
    wholes = _amounts(doc.sums[first])
    listed = _listed(doc)
    for at, money in enumerate(doc.sums):
        if doc.given[at] is None and (at == first or _is_part(doc, money, span, wholes, listed)):
            doc.given[at] = span


def _lead(doc: TextSums) -> tuple[Period, int] | None:
    """The span that a text reports on, and the first sum below its headline."""
    head = doc.segments[0]
    headed = head.end if head.section is Section.HEADLINE else 0
    first = next((at for at, money in enumerate(doc.sums) if money.start >= headed), None)
    if first is None or doc.sums[first].start > doc.segments[min(OPENING, len(doc.segments)) - 1].end:
        return None
    money, period = doc.sums[first], doc.given[first]
    if period is not None:
        is_span = _is_span(doc, period)
        told = doc.text[money.sentence_start : money.sentence_end]
        return (period, first) if is_span and (has_cue("report", told) or _reports(doc, headed)) else None
    spans = [period for period in doc.periods_in(head.start, headed) if _is_span(doc, period)]
    return (spans[0], first) if len(spans) == 1 and _reports(doc, headed) else None


def _is_span(doc: TextSums, period: Period) -> bool:
    """Whether a period is a span of months that is over or for which money is set aside."""
    return (
        period.rule in SPAN_RULES
        and "-" in period.iso
        and (_is_planned(doc, period) or (doc.month != "" and period.iso[-7:] <= doc.month))
    )


def _reports(doc: TextSums, headed: int) -> bool:
    return headed > 0 and has_cue("report", doc.text[doc.segments[0].start : headed])


def _amounts(money: MoneySum) -> dict[str, Decimal]:
    """The amount of a sum in each currency in which it is told."""
    return {unit: value for unit, value in (money.amount, *money.said_again) if isinstance(value, Decimal)}


def _listed(doc: TextSums) -> frozenset[int]:
    """Starts of the sentences that are headlines of other stories."""
    return frozenset(
        sentence.start for part in doc.segments if part.section is Section.HEADLINE_LIST for sentence in part.sentences
    )


def _is_part(doc: TextSums, money: MoneySum, span: Period, wholes: dict[str, Decimal], listed: frozenset[int]) -> bool:
    """Whether a sum may be a part of the first one, and its sentence says nothing of another time."""
    amounts = _amounts(money)
    if money.sentence_start in listed or not any(
        unit in wholes and value <= wholes[unit] for unit, value in amounts.items()
    ):
        return False
    said = doc.periods_in(money.sentence_start, money.sentence_end)
    if any(period.iso != span.iso and period.start - money.end < NEAR_OTHER for period in said):
        return False
    head = doc.text[money.sentence_start : money.start]
    return not has_cue("other_time", doc.text[money.sentence_start : money.sentence_end]) and (
        _is_planned(doc, span) or not has_cue("ahead", head)
    )


def _is_planned(doc: TextSums, span: Period) -> bool:
    """Whether the span is one for which money is set aside, such as a fiscal year."""
    return span.rule == "year_short_year" or (doc.is_planned(span) and span.rule != "in_month")
