"""Periods as ISO 8601 text: what a valid one looks like."""

import re

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
DURATION = (
    rf"P(?=[0-9T])(?:{NUMBER}Y)?(?:{NUMBER}M)?(?:{NUMBER}W)?(?:{NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{NUMBER}H)?(?:{NUMBER}M)?(?:{NUMBER}S)?)?"
)
DAY = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
PERIOD = re.compile(
    rf"(?:{DURATION}|{DAY}|(?P<since>{DAY})?/(?P<until>{DAY})|{DAY}/|{DAY}/{DURATION}|{DURATION}/{DAY})"
)
"""ISO 8601-1:2019: a duration, a year, month or day, or an interval; an interval open at one end leaves it out, as in
EDTF."""


def period_fault(period: str) -> str | None:
    """What is wrong with a period, or None.

    >>> period_fault("2025/2029"), period_fault("soon")
    (None, "'soon' is not a valid ISO 8601 duration, year or interval")
    """
    form = PERIOD.fullmatch(period)
    if form is None:
        return f"{period!r} is not a valid ISO 8601 duration, year or interval"
    since, until = form["since"], form["until"]
    return f"the interval {period!r} ends before it begins" if since and until and until[:4] < since[:4] else None
