"""The year that a text without a day of publication is from: it tells what "this year" and "in March" mean."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from schemas import Section, Segment

YEAR = re.compile(
    rb"(?:\b(?P<word>[A-Za-z]+)[0-9]?,? |(?P<mark>[-/:(]) ?|[0-9], )(?P<year>(?:19|20)[0-9]{2})\b(?![-/.][0-9])"
)
"""A year with the word or mark before it."""
NO_YEARS_OF_TEXT = frozenset(
    {b"by", b"until", b"till", b"through", b"to", b"before", b"towards", b"since", b"from", b"and", b"cup", b"agenda"}
)
"""Words before a year that make it the end or start of something, or a part of a name."""
SAID_OFTEN = 2
"""Mentions of a year from which on a text may be from it."""


def year_of_undated(text: bytes, segments: Sequence[Segment]) -> date | None:
    """The last day of the year that a plain text is from, or None.

    That is the latest year which it says, apart from ends and starts, if its headline says it or the text repeats it.

    >>> year_of_undated(b"In 2019 ports grew. The harvest of 2019 was rich.", ())
    datetime.date(2019, 12, 31)
    """
    said: Counter[int] = Counter()
    headed = segments[0].end if segments and segments[0].section is Section.HEADLINE else 0
    in_headline: set[int] = set()
    for found in YEAR.finditer(text):
        if (found["word"] or found["mark"] or b"").lower() in NO_YEARS_OF_TEXT:
            continue
        year = int(found["year"])
        said[year] += 1
        if found.start() < headed:
            in_headline.add(year)
    latest = max(said, default=0)
    return date(latest, 12, 31) if said[latest] >= SAID_OFTEN or latest in in_headline else None
