"""The period that the column of a table, or the first cell of a row, names: "| Item | 2024 | 2025 |"."""

import re
from bisect import bisect_left
from datetime import date
from functools import cache, lru_cache

from ledger.extraction.times.find import filled
from ledger.extraction.times.period import Period
from ledger.extraction.times.readers import ANCHORED, READERS
from ledger.extraction.times.sums import TextSums
from ledger.lexicons import load
from schemas import Section, Segment

CELL_END = re.compile(rb" *\| *| *\t *| {2,}")
RULE_LINE = re.compile(rb"[-|:+=_ ]+")
COLUMN_RULE = "table_column"
"""The rule of a period that a column or row of a table names."""
LONGEST_CELL = 24
"""Code points of the longest cell that names a period."""

Cell = tuple[int, int]


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (rule["reads"], re.compile(filled(rule["pattern"]), re.IGNORECASE)) for rule in load.toml("times")["column"]
    )


@lru_cache(maxsize=1024)
def column_period(words: bytes, published: date | None) -> str | None:
    """The period that a whole cell names, or None.

    >>> column_period(b"FY25", None), column_period(b"Total", None)
    ('2025', None)
    """
    said = words.decode("latin-1")
    for reads, pattern in _patterns():
        found = pattern.fullmatch(said)
        if found is not None:
            groups = found.groupdict()
            dated = any(year for key, year in groups.items() if key.startswith(("year", "short", "start")))
            if published is not None or dated or reads not in ANCHORED:
                return READERS[reads](groups, said.lower(), published or date.min)
    return None


def _cells(text: bytes, row: Segment) -> list[Cell]:
    """Start and end of each cell of a row, from the left; marks at its ends make no cells."""
    cells, start = [], row.start
    for found in CELL_END.finditer(text, row.start, row.end):
        if found.start() > row.start:
            cells.append((start, found.start()))
        start = found.end()
    if start < row.end:
        cells.append((start, row.end))
    return cells


def _named(text: bytes, cell: Cell, published: date | None) -> Period | None:
    start, end = cell
    iso = column_period(text[start:end], published) if end - start <= LONGEST_CELL else None
    return Period(iso, start, end, COLUMN_RULE) if iso is not None else None


def date_columns(doc: TextSums, published: date | None) -> None:
    """Give each sum in a table the period that its column names, else that of the first cell of its row."""
    header: list[Period | None] = []
    starts = [money.start for money in doc.sums]
    for part in doc.segments:
        if part.section is not Section.TABLE_CELL:
            if not RULE_LINE.fullmatch(doc.text, part.start, part.end):
                header = []
            continue
        cells = _cells(doc.text, part)
        low, high = bisect_left(starts, part.start), bisect_left(starts, part.end)
        if low == high:
            named = [_named(doc.text, cell, published) for cell in cells]
            header = named if any(named[1:]) else header
            continue
        _date_row(doc, range(low, high), cells, header, _named(doc.text, cells[0], published))


def _date_row(doc: TextSums, sums: range, cells: list[Cell], header: list[Period | None], own: Period | None) -> None:
    """Give the sums of one row the periods of their columns, where there are as many, else the one at its head.

    A row with a single sum is a record, and the year at its head may date something else.
    """
    fits = len(header) == len(cells)
    series = own if len(sums) > 1 else None
    for at in sums:
        money = doc.sums[at]
        column = next((index for index, (start, end) in enumerate(cells) if start <= money.start < end), 0)
        doc.given[at] = (header[column] if fits else None) or series
