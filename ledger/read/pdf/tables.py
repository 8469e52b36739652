"""Rows of tables among the lines of a region, told by gaps that lines have in common."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ledger.read.blocks import BULLET
from ledger.read.pdf.glyphs import Fragment
from ledger.read.pdf.layout import TextLine

LEAST_ROWS = 2
"""Lines with several cells from which on they are a table."""
ROW_GAP = 3.2
"""Times the size of the type: lines further apart are no neighbours in a table."""
SHARED_GAP = 0.4
"""Times the size: the width of a gap that neighbouring rows have in common."""
WRAP_GAP = 1.5
"""Times the size: a line so near may go on with the cell above."""
NUMBER = re.compile(
    r"[^\w]*[A-Z]{0,3}[$€£¥₹]?\s?[-+(]?[0-9][0-9.,\s]*[%)]?\s?(?:bn|m|mn|tn|k|million|billion|trillion)?\)?"
)
MARK = re.compile(r"(?:[•●▪‣◦■□►▶➤✓✔»·\uf0b7\uf0a7\uf0fc–—*-]|\(?[0-9]{1,2}[.)]|\(?[a-z]\))")


@dataclass(frozen=True, slots=True)
class CellTable:
    """Rows of cells in reading order, each row as long as the others."""

    rows: tuple[tuple[str, ...], ...]


def with_tables(lines: Sequence[TextLine]) -> list[TextLine | CellTable]:
    """The lines of a region with those that form a table taken together."""
    lines = [_glued(line) for line in lines]
    found: list[TextLine | CellTable] = []
    at = 0
    while at < len(lines):
        end = _end(lines, at)
        if sum(len(line.cells) > 1 for line in lines[at:end]) >= LEAST_ROWS:
            found.append(_table(lines[at:end]))
            at = end
        else:
            found.append(lines[at])
            at += 1
    return found


def _glued(line: TextLine) -> TextLine:
    """The line with the mark of an item joined to its words."""
    first, *others = line.cells
    if not others or not MARK.fullmatch(first.text) or NUMBER.fullmatch(others[0].text):
        return line
    glued = Fragment(first.left, others[0].right, others[0].base, others[0].size, others[0].bold, "")
    glued.text = f"{first.text} {others[0].text}"
    return TextLine([glued, *others[1:]])


def _end(lines: Sequence[TextLine], at: int) -> int:
    """The index after the table that begins at a line, or the line itself where none does."""
    if len(lines[at].cells) < 2:
        return at
    end = at + 1
    for here in range(at + 1, len(lines)):
        gap = lines[here - 1].base - lines[here].base
        if gap > ROW_GAP * lines[here].cells[0].size:
            break
        if len(lines[here].cells) > 1:
            if not _aligned(lines[end - 1], lines[here]):
                break
            end = here + 1
        elif not _fits_a_cell(lines[here].cells[0], lines[at : here + 1]):
            break
    trailing = end
    while trailing < len(lines) and _wraps(lines, trailing, at):
        trailing += 1
    return trailing


def _gaps(line: TextLine) -> list[tuple[float, float]]:
    return [(one.right, other.left) for one, other in pairwise(line.cells)]


def _aligned(above: TextLine, below: TextLine) -> bool:
    """Whether two lines have a gap in common; those of justified prose stand at random."""
    least = SHARED_GAP * below.cells[0].size
    return any(min(one[1], other[1]) - max(one[0], other[0]) >= least for one in _gaps(above) for other in _gaps(below))


def _wraps(lines: Sequence[TextLine], here: int, at: int) -> bool:
    """Whether a line below the last row goes on with one of its cells."""
    if len(lines[here].cells) > 1 or lines[here - 1].base - lines[here].base > WRAP_GAP * lines[here].cells[0].size:
        return False
    cell = lines[here].cells[0]
    return _fits_a_cell(cell, lines[at : here + 1]) and (cell.text[0].islower() or _column(cell, lines[at:here]) > 0)


def _column(cell: Fragment, lines: Sequence[TextLine]) -> int:
    return _nearest(cell, _columns(lines))


def _fits_a_cell(cell: Fragment, lines: Sequence[TextLine]) -> bool:
    """Whether a line alone is as narrow as a cell of the lines with several."""
    several = [line for line in lines if len(line.cells) > 1]
    widest = max(one.right - one.left for line in several for one in line.cells)
    limit = min(line.cells[1].left for line in several)
    inside = any(abs(one.left - cell.left) < cell.size for line in several for one in line.cells)
    return inside and (cell.right - cell.left <= 1.2 * widest or cell.right < limit)


def _columns(lines: Sequence[TextLine]) -> list[tuple[float, float]]:
    """The spans of the columns: those of the cells in rows that have as many as most."""
    several = [line for line in lines if len(line.cells) > 1]
    usual = median(len(line.cells) for line in several)
    spans = sorted((one.left, one.right) for line in several if len(line.cells) >= usual for one in line.cells)
    columns = [spans[0]]
    for left, right in spans[1:]:
        if left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _nearest(cell: Fragment, columns: list[tuple[float, float]]) -> int:
    """The column that a cell shares most width with, or the nearest one."""
    return max(range(len(columns)), key=lambda at: min(cell.right, columns[at][1]) - max(cell.left, columns[at][0]))


def _table(lines: Sequence[TextLine]) -> CellTable:
    columns = _columns(lines)
    found: list[list[str]] = []
    for at, line in enumerate(lines):
        cells = [""] * len(columns)
        for one in line.cells:
            column = _nearest(one, columns)
            cells[column] = f"{cells[column]} {one.text}".strip()
        gap = lines[at - 1].base - line.base if at else float("inf")
        if found and gap <= WRAP_GAP * line.cells[0].size and _goes_on(found[-1], cells):
            found[-1] = [f"{above} {below}".strip() for above, below in zip(found[-1], cells, strict=True)]
        else:
            found.append(cells)
    return CellTable(tuple(_with_labels(found)))


def _goes_on(above: list[str], cells: list[str]) -> bool:
    """Whether a line goes on with the cells of the row above: no number in it, and no label or one in lower case."""
    said = [cell for cell in cells if cell]
    if any(NUMBER.fullmatch(cell) for cell in said) or BULLET.match(said[0]):
        return False
    return (not cells[0] and bool(above[0])) or (len(said) == 1 and bool(cells[0]) and cells[0][0].islower())


def _with_labels(found: list[list[str]]) -> list[tuple[str, ...]]:
    """The rows, a label alone joined with the row below that goes on with it in lower case."""
    whole: list[tuple[str, ...]] = []
    for cells in found:
        above = whole[-1] if whole else ()
        if above and above[0] and not any(above[1:]) and cells[0][:1].islower():
            whole[-1] = (f"{above[0]} {cells[0]}", *cells[1:])
        else:
            whole.append(tuple(cells))
    return whole


__all__ = ["CellTable", "with_tables"]
