"""Numbers in tables, read by the heads of their columns, rows and tables."""

import re
from collections.abc import Sequence

from ledger.extraction.context.bounds import set_bound
from ledger.extraction.context.table_rows import (
    LARGEST_UNSCALED,
    LONGEST_TABLE_LINE,
    MARKS,
    OTHER_ROWS,
    PER_SHARE,
    YEAR,
    Column,
    Row,
    TableHeading,
    has_breaks,
    table_rows,
    table_runs,
)
from ledger.extraction.numbers.atoms import COUNT, MONEY, ONE, PERCENT, QUANTITY, Atom
from ledger.extraction.numbers.grammar import (
    scales,
)
from ledger.extraction.numbers.numerals import EXACT, stored
from schemas import Bound, Section, Segment

FURNITURE = Section.FURNITURE


def rows_among_furniture(text: str, segments: Sequence[Segment]) -> Sequence[Segment]:
    """The segments with the rows of tables that were taken for furniture ("Sales | 412") as cells of tables."""
    doubtful = frozenset(
        segment.start
        for segment in segments
        if segment.section is FURNITURE
        and (text[segment.end - 1].isdigit() or text[segment.end - 1] in ")|%")
        and segment.end - segment.start <= LONGEST_TABLE_LINE
        and _ROW_END.search(text, segment.start, segment.end)
    )
    found = doubtful.intersection(table_rows(text, table_runs(text, segments), doubtful)) if doubtful else doubtful
    if not found:
        return segments
    return [
        segment.model_copy(update={"section": Section.TABLE_CELL, "sentences": ()})
        if segment.start in found
        else segment
        for segment in segments
    ]


_ROW_END = re.compile(r"(?:[|\t]| {2}| / ) ?[(-]?\d[\d,.' ]*\)?%? ?\|?$")


def apply_table_headings(text: str, atoms: list[Atom], segments: Sequence[Segment]) -> None:
    """Make bare numbers of rows money, shares, quantities or counts, as the heads of their table say."""
    runs = table_runs(text, segments)
    lines = frozenset([start for run in runs for start, _ in run])
    bare = [
        atom
        for atom in atoms
        if atom.sentence.segment.start in lines
        and (atom.kind is None or atom.kind is MONEY or atom.tail == " m")
        and atom.digits
        and _may_be_cell(text, atom)
    ]
    if not bare:
        return
    with_money = frozenset(atom.sentence.segment.start for atom in atoms if atom.kind is MONEY and atom.factor != ONE)
    wanted = frozenset(atom.sentence.segment.start for atom in bare)
    rows = table_rows(text, runs, wanted, with_money)
    for atom in bare:
        row = rows.get(atom.sentence.segment.start)
        if row is not None:
            _read_cell(text, atom, row)


def _may_be_cell(text: str, atom: Atom) -> bool:
    """Whether the atom is a number at the end of a short line or cell, without a unit of its own."""
    line = atom.sentence.segment
    size = line.end - line.start
    if size > 4 * LONGEST_TABLE_LINE:
        return False
    if atom.kind is not None and not (atom.kind is QUANTITY and atom.tail == " m"):
        own_sign = atom.kind is MONEY and atom.factor == ONE and not text[atom.end : atom.end + 2].strip(" |\t*)")
        return own_sign and has_breaks(text[line.start : line.end])
    rest = text[atom.end : min(line.end, atom.end + 12)].lstrip(" )")
    if rest and rest[0] not in "|+-(/\t*\x1d[" and rest not in (".", "%") and text[atom.end : atom.end + 2] != "  ":
        return False
    long = size > LONGEST_TABLE_LINE or YEAR.fullmatch(atom.digits)
    return not long or has_breaks(text[line.start : line.end])


def _read_cell(text: str, atom: Atom, row: Row) -> None:
    """Read a number by the heads of its column, its row and its table."""
    span = _whole_cell(text, atom, row)
    if span is None:
        return
    column = row.column_at(atom.start)
    if (row.cells and len(row.cells) > 1 and atom.start < row.cells[0][1] and not column.heading) or column.skip:
        _drop(atom)
    elif atom.kind is None and (column.percent or column.unit or column.noun):
        _name(atom, column)
        _sign(text, atom, span)
    elif YEAR.fullmatch(atom.digits) and not column.heading:
        return
    else:
        heading = column.heading or row.heading
        if heading is not None and not (row.cells and OTHER_ROWS.fullmatch(row.label)):
            _price(text, atom, heading, span, shared=PER_SHARE.fullmatch(row.label) is not None)


def _whole_cell(text: str, atom: Atom, row: Row) -> tuple[int, int] | None:
    """The span of the number with its sign or brackets where it is all of its cell, or ends a line without cells."""
    start, end = atom.start, atom.end
    if text[start - 1 : start] in ("(", "-") and start:
        start -= 1
    if text[start] == "(" and text[end : end + 1] == ")":
        end += 1
    elif text[start] == "(":
        start += 1
    if row.cells:
        cell = next(((first, last) for first, last in row.cells if first <= atom.start < last), None)
        if cell is None:
            return None
        before, behind = text[cell[0] : start], MARKS.sub("", text[end : cell[1]])
        if atom.kind is QUANTITY:
            behind = behind.removeprefix(" m")
        if before.strip() and len(row.cells) > 1 and cell != row.cells[-1]:
            return None
        return None if behind.strip(" .%+-|") and not behind.lstrip().startswith("(") else (start, end)
    rest = text[atom.end : atom.sentence.segment.end].strip()
    return (start, end) if not rest or rest[0] in "|+-(/)" or rest == "." or atom.kind is QUANTITY else None


def _drop(atom: Atom) -> None:
    """Mark a number that is no figure: a note, a lot, a year."""
    atom.rules.append(DROPPED)


DROPPED = "table_number"
"""The rule that refuses the numbers of lots, notes and years in a table."""


def _name(atom: Atom, column: Column) -> None:
    kind = PERCENT if column.percent else QUANTITY if column.unit else COUNT
    atom.kind, atom.unit = kind, "percent" if column.percent else column.unit or column.noun
    atom.rules.append("table_column")


def _sign(text: str, atom: Atom, span: tuple[int, int]) -> None:
    """The sign of a cell: brackets or a minus."""
    if text[span[0]] in "(-" and span[0] < atom.start:
        atom.value = -abs(atom.value)
        atom.start, atom.end = span[0], span[1]
        atom.rules.append("negative_cell")


def _price(text: str, atom: Atom, heading: TableHeading, span: tuple[int, int], *, shared: bool) -> None:
    """Make the atom a sum in the heading's currency and magnitude; sums per share are never scaled."""
    if atom.kind is MONEY and (atom.money is None or not set(atom.money.codes) & set(heading.money.codes)):
        return
    if atom.kind is MONEY and abs(atom.value) >= LARGEST_UNSCALED:
        return
    factor = ONE if shared else atom.factor if atom.factor != ONE else heading.factor
    if atom.kind is QUANTITY:
        factor, atom.end = scales()[b"m"], atom.number_end + len(atom.tail)
        span = (span[0], atom.end)
    value = stored(EXACT.multiply(atom.raw, factor))
    if value is None:
        return
    money = atom.money if atom.kind is MONEY else heading.money
    atom.kind, atom.money, atom.factor, atom.value, atom.unit = MONEY, money, factor, value, ""
    atom.rules.append("table_heading")
    if shared:
        atom.per = "share"
    _sign(text, atom, span)
    set_bound(atom, Bound.AT_MOST if heading.at_most else Bound.EXACT)
