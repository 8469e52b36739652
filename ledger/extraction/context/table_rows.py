"""Tables: cells and short lines under a heading with the currency and magnitude of their numbers ("Donor | US$ m")."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from ledger.extraction.numbers.atoms import ONE
from ledger.extraction.numbers.grammar import (
    Finder,
    Money,
    any_of,
    before_forms,
    behind_forms,
    iso_codes,
    pattern,
    scales,
    units,
)
from ledger.extraction.numbers.nouns import counted_unit
from ledger.lexicons.load import joined, toml
from schemas import Segment

LONGEST_TABLE_LINE = 100
"""Characters of the longest line of words that can be a row or a heading; a row of cells may be as long again."""
LARGEST_UNSCALED = Decimal(1_000_000)
"""From here on a sum with its own sign is not in the thousands or millions of its table's heading."""


Run = list[tuple[int, int]]
"""Start and end of each of some neighbouring lines."""


@dataclass(frozen=True, slots=True)
class TableHeading:
    """What a heading says of the numbers below it."""

    money: Money
    factor: Decimal
    at_most: bool


@dataclass(frozen=True, slots=True)
class Column:
    """What the head of a column says of its cells; nothing where all fields are empty."""

    heading: TableHeading | None = None
    percent: bool = False
    unit: str = ""
    noun: str = ""
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line under a heading: its cells with their offsets, what heads its columns, and the heading over it."""

    label: str
    cells: tuple[tuple[int, int], ...]
    columns: tuple[Column, ...]
    heading: TableHeading | None

    def column_at(self, start: int) -> Column:
        """What heads the column of the cell at `start`; cells are counted from the right where some are missing."""
        if not self.columns:
            return Column()
        place = next((index for index, (_, end) in enumerate(self.cells) if start < end), len(self.cells) - 1)
        from_right = len(self.cells) - place
        return self.columns[-from_right] if from_right <= len(self.columns) else Column()


@cache
def _heading_source() -> bytes:
    """Magnitude and currency in either order, between separators: "(tln won, ...", "US$ m", "in billions of pesos"."""
    names = any_of(
        form for form in behind_forms() if form.islower() and form.isascii() and form[:1].isalpha() and len(form) > 2
    )
    forms = before_forms()
    signs = any_of(form for form in forms if not form[-1:].isalnum() and not forms[form].letter)
    codes = any_of(
        [code.encode() for code in iso_codes()] + [code.encode() for code in toml("currencies")["headings"]["codes"]]
    )
    magnitude = any_of(form for form in scales())
    return (
        rb"(?:^|[ (,/|:\t])(?:(?i:("
        + magnitude
        + rb"))(?:[ -]of)?[ -](?:(?i:("
        + names
        + rb"))|("
        + codes
        + rb")|("
        + signs
        + rb"))"
        rb"|(?:("
        + signs
        + rb")|("
        + codes
        + rb")|(?i:("
        + names
        + rb")))(?:(?: in |[ -])?(?i:("
        + magnitude
        + rb")))?)(?:$|[ ).,/|:\t])"
    )


@cache
def _headings() -> tuple[Finder, Any]:
    """What tells quickly whether a line may be a heading, and the pattern that takes it apart."""
    return Finder(pattern(_heading_source(), captures=False)), pattern(_heading_source())


def table_heading_of(line: str) -> TableHeading | None:
    """What a line says of the numbers below it, or None where it is no heading."""
    encoded = line.encode("latin-1")
    finder, groups = _headings()
    if finder.find(encoded)[0] < 0:
        return None
    match = groups.search(encoded)
    if match is None:
        return None
    first, name_a, code_a, sign_a, sign_b, code_b, name_b, last = match.groups()
    form = sign_a or sign_b or code_a or code_b
    money = before_forms().get(form) if form else behind_forms().get((name_a or name_b).lower())
    if money is None:
        return None
    magnitude = first or last
    factor = (scales().get(magnitude) or scales().get(magnitude.lower()) or ONE) if magnitude else ONE
    lower = line.lower()
    return TableHeading(money, factor, any(words in lower for words in toml("currencies")["headings"]["at_most"]))


def _cell_pattern(name: str) -> re.Pattern[str]:
    return re.compile(joined(toml("tables")[name]["pattern"]), re.IGNORECASE)


_SKIP, _PERCENT, _COUNT, PER_SHARE, OTHER_ROWS, _NOTE = map(
    _cell_pattern, ("skip", "percent", "count", "per_share", "other_rows", "note")
)
_CELL = re.compile(r"(?:(?! {2}| [/|] ?|[|\t]).)+")
_NUMBER_CELL = re.compile(r"[(+-]?\W{0,2}\d(?!\d{3}(?:[^\d.,]|$))")
_YEAR_CELL = re.compile(r"(?:(?:FY|Q[1-4]|H[12]|[1-4]Q|[1-9]M) ?'?(?:19|20)?\d\d|(?:19|20)\d\d)[EF]?", re.IGNORECASE)
YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
MARKS = re.compile(r"[*\x1d]+|\([a-z0-9]\)|\[[a-z0-9]{1,2}\]")


def has_breaks(words: str) -> bool:
    """Whether a line has what parts cells: a bar, a tab, wide gaps or slashes."""
    return "|" in words or "\t" in words or "  " in words or " / " in words


def _cells(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The offsets of the cells of a line, without the space around them."""
    if not has_breaks(text[start:end]):
        return ()
    found = []
    for match in _CELL.finditer(text, start, end):
        words = match.group()
        if words.strip(" -|/"):
            lead = len(words) - len(words.lstrip(" /"))
            found.append((match.start() + lead, match.start() + len(words.rstrip())))
        elif words.strip():
            found.append((match.start(), match.end()))
    return tuple(found)


@cache
def _column(cell: str) -> Column:
    """What the head of a column says."""
    if _SKIP.fullmatch(cell):
        return Column(skip=True)
    heading = table_heading_of(cell)
    if heading is not None:
        return Column(heading=heading)
    if _PERCENT.fullmatch(cell):
        return Column(percent=True)
    counted = _COUNT.fullmatch(cell)
    if counted is not None:
        return Column(noun=counted_unit(counted.group(1)))
    unit = units().get(cell.strip("()").encode("latin-1")) if len(cell) < 10 else None
    return Column(unit=unit.name) if unit is not None else Column()


def _is_head(text: str, cells: Sequence[tuple[int, int]]) -> bool:
    """Whether a line of cells heads columns: no cell but years is a number."""
    said = [MARKS.sub("", text[start:end]).strip() for start, end in cells]
    return len(said) > 1 and not any(_NUMBER_CELL.match(cell) and not _YEAR_CELL.fullmatch(cell) for cell in said)


class _Block:
    """The lines read so far that may belong to one table."""

    def __init__(self, text: str, with_money: frozenset[int]) -> None:
        self.text = text
        self.with_money = with_money
        self.heading: TableHeading | None = None
        self.columns: tuple[Column, ...] = ()
        self.rows: dict[int, Row] = {}
        self.unsaid: list[int] = []

    def take(self, start: int, end: int) -> None:
        """Read one line, as a heading, as heads of columns, or as a row."""
        cells = _cells(self.text, start, end)
        words = self.text[start:end]
        if cells and _is_head(self.text, cells):
            self._take_head(cells, start)
            return
        said = None if start in self.with_money else table_heading_of(words)
        if said is not None and not (cells and len(cells) > 1):
            self.heading = said
            if _NOTE.fullmatch(words.strip("(). ")) or _NOTE.match(words):
                self._take_note(said)
            else:
                self.columns = ()
            return
        label = self.text[slice(*cells[0])] if cells else words
        self.rows[start] = Row(label, cells, self.columns, self.heading)
        if self.heading is None:
            self.unsaid.append(start)

    def _take_head(self, cells: Sequence[tuple[int, int]], start: int) -> None:
        columns = tuple(_column(self.text[first:last]) for first, last in cells)
        headings = [column.heading for column in columns if column.heading is not None]
        if start in self.with_money:
            return
        if columns[0].heading is not None:
            # "| $ million | 2024 | 2023 |": the corner speaks for all columns
            self.heading, columns = columns[0].heading, (Column(), *columns[1:])
        elif headings and len(headings) == 1 and not self.heading and len(cells) == 2:
            self.heading = headings[0]
        elif not headings and not any(column != Column() for column in columns) and not self._years(cells):
            return
        self.columns = columns

    def _years(self, cells: Sequence[tuple[int, int]]) -> bool:
        return any(_YEAR_CELL.fullmatch(self.text[start:end]) for start, end in cells)

    def _take_note(self, heading: TableHeading) -> None:
        """Give the rows above a note what it says."""
        for start in self.unsaid:
            self.rows[start] = replace(self.rows[start], heading=heading)
        self.unsaid = []


def table_rows(
    text: str, runs: Sequence[Run], wanted: frozenset[int], with_money: frozenset[int] = frozenset()
) -> dict[int, Row]:
    """Start of a line → the row it is, in the `runs` that hold a line which starts at `wanted`.

    `with_money`: starts of lines with sums, which are no headings.
    """
    found: dict[int, Row] = {}
    for run in runs:
        if not wanted.isdisjoint([start for start, _ in run]):
            block = _Block(text, with_money)
            for start, end in run:
                block.take(start, end)
            found.update((start, row) for start, row in block.rows.items() if row.heading is not None or row.columns)
    return found


def table_runs(text: str, segments: Sequence[Segment]) -> list[Run]:
    """The spans of neighbouring segments, two and more, that are short or have cells; a long line of words parts them.

    The line of bars or dashes below the heads of a table is left out.
    """
    runs: list[Run] = [[]]
    for segment in segments:
        start, end = segment.start, segment.end
        size = end - start
        if size > LONGEST_TABLE_LINE and (size > 4 * LONGEST_TABLE_LINE or not has_breaks(text[start:end])):
            if runs[-1]:
                runs.append([])
        elif text[start] not in RULE or not RULE.issuperset(text[start:end]):
            runs[-1].append((start, end))
    return [run for run in runs if len(run) > 1]


RULE = frozenset("|:+=-_ \t")
"""What the line below the heads of a table is made of."""
