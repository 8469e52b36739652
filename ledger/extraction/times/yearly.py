"""Texts about one year's money, such as a budget: their other sums are of that year."""

from collections import Counter

from ledger.extraction.times.elsewhere import is_former_value
from ledger.extraction.times.patterns import has_cue
from ledger.extraction.times.period import Period
from ledger.extraction.times.sums import COMING_RULES, TextSums, earlier
from schemas import Section

YEARLY_LEAST = 3
"""Sentences with a planned sum of one year, from which on a text may be about that year's money."""
YEARLY_SHARE = 0.4
"""Their share of all sentences with a dated sum."""
OPENING = 4
"""Segments at the head of a text in which it says whose year's money it is about."""


def apply_year_of_text(doc: TextSums) -> None:
    """Date the other sums of a text about one year's money, such as a budget, in that year."""
    year = _year_of_text(doc) if None in doc.given else None
    if year is None:
        return
    taken = {period for period in doc.given if period is not None}
    units = {
        money.amount[0]
        for money, period in zip(doc.sums, doc.given, strict=True)
        if period is not None and period.iso == year.iso
    }
    for at, money in enumerate(doc.sums):
        if doc.given[at] is None and (not units or money.amount[0] in units):
            said = doc.periods_in(money.sentence_start, money.sentence_end)
            if all(other.iso == year.iso or other in taken for other in said):
                doc.given[at] = earlier(year) if is_former_value(doc, at, money) else year


def _year_of_text(doc: TextSums) -> Period | None:
    """The year of a text about one year's money: that of its title's sum, of its budget, or of most of its sums."""
    told = [
        (money, period)
        for money, period in zip(doc.sums, doc.given, strict=True)
        if period is not None and period.iso.isdigit()
    ]
    headed = doc.segments[0].end if doc.segments[0].section is Section.HEADLINE else 0
    titled = (period for money, period in told if money.sentence_end <= headed and period.rule != "last_year")
    title = next(titled, None)
    if title is not None:
        return title
    headline = _year_of_head(doc)
    if headline is not None:
        return headline
    own = [
        (money, period)
        for money, period in told
        if money.sentence_start <= period.start < money.sentence_end and doc.is_planned(period)
    ]
    years = {(money.sentence_start, period.iso): period for money, period in own}
    sentences = {money.sentence_start for money, period in zip(doc.sums, doc.given, strict=True) if period is not None}
    for iso, count in Counter(iso for _, iso in years).most_common(1):
        if count >= YEARLY_LEAST and count >= YEARLY_SHARE * len(sentences):
            return next(period for period in years.values() if period.iso == iso)
    return None


def _year_of_head(doc: TextSums) -> Period | None:
    """The year of the budget that the head of a text is about."""
    for sentence in (sentence for part in doc.segments[:OPENING] for sentence in part.sentences):
        said = (
            period
            for period in doc.periods_in(sentence.start, sentence.end)
            if period.iso.isdigit() and period.rule not in COMING_RULES
        )
        year = next((period for period in said if doc.is_planned(period)), None)
        if year is not None and has_cue("yearly", doc.text[sentence.start : sentence.end]):
            return year
    return None
