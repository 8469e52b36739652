"""Lines of a region to paragraphs, headings and items of lists, told by gaps, edges, type and bullets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ledger.read.blocks import BULLET, BlockKind
from ledger.read.pdf.glyphs import Fragment
from ledger.read.pdf.hyphens import join_lines
from ledger.read.pdf.layout import TextLine
from ledger.read.pdf.tables import CellTable, with_tables

SAME_SIZE = 0.12
"""Share by which the type of one paragraph's lines differs in size."""
LARGER = 1.12
"""Times the size of the body from which on short lines are a heading."""
SMALLER = 0.86
"""Times the size of the body below which lines are notes."""
NEAR = 12
"""Lines above and below that tell where the lines of a column end."""
LONGEST_HEADING = 200
INDENT = 0.7
"""Times the size by which the first line of a paragraph stands in."""
ENDS = (".", "!", "?", ":", ".”", '."', ".)", "?”", "!”", ".’", ";")
OPEN_LEADING = 1.2
"""Times the leading: a wider gap parts paragraphs."""
USUAL_LEADING = 1.25
"""Times the size of the type, where no two lines tell their leading."""


@dataclass(frozen=True, slots=True)
class Type:
    """What the body of a document is set in: size and leading in points, whether it is bold, and its words."""

    size: float
    leading: float
    bold: bool
    known: frozenset[str] = frozenset()


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; `note` where their type is smaller than the body's, or they stand at the edge."""

    kind: BlockKind
    text: str
    size: float
    note: bool = False
    room: float = 0.0
    """Letters that would have fitted behind the last line."""
    indented: bool = False
    """Whether the first line stands in."""
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class _Lines:
    """The lines of a paragraph as they are gathered."""

    lines: list[Fragment]
    item: bool
    edge: float
    """Left edge of the words behind a bullet, or of the first line."""
    right: float
    """Right edge that the last line could have reached."""


def line_of(row: TextLine) -> Fragment:
    """A row as one fragment."""
    first, last = row.cells[0], row.cells[-1]
    text = " ".join(one.text for one in row.cells)
    size = max(row.cells, key=lambda one: len(one.text)).size
    return Fragment(first.left, last.right, first.base, size, all(one.bold for one in row.cells), text)


def body_type(regions: Sequence[Sequence[TextLine]], known: frozenset[str]) -> Type:
    """What most of a document is set in."""
    lines = [line_of(row) for region in regions for row in region]
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 4) / 4] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    gaps: Counter[float] = Counter()
    for region in regions:
        right = max((row.cells[-1].right for row in region), default=0.0)
        for above, below in pairwise(line_of(row) for row in region):
            full = above.right >= right - 6 * size and abs(above.size - size) <= SAME_SIZE * size
            if full and 0.8 * size < above.base - below.base < 3 * size:
                gaps[round((above.base - below.base) * 2) / 2] += 1
    return Type(size, gaps.most_common(1)[0][0] if gaps else USUAL_LEADING * size, bold, known)


def paragraphs(region: Sequence[TextLine], body: Type) -> list[Paragraph]:
    """The paragraphs of a region in order, and the rows of its tables."""
    found: list[Paragraph] = []
    left = min((line.cells[0].left for line in region), default=0.0)
    edges = _right_edges(region)
    widest = max(edges.values(), default=0.0)
    run: _Lines | None = None
    for here in with_tables(region):
        if isinstance(here, CellTable):
            found += [*([_closed(run, left, body)] if run else []), *_rows(here, body)]
            run = None
            continue
        line = line_of(here)
        right = edges.get(round(line.base, 2), widest)
        if run is None or _parted(run, line, right, body):
            if run is not None:
                found.append(_closed(run, left, body))
            run = _begun(line, right)
        else:
            run.lines.append(line)
            run.right = right
    return [*found, *([_closed(run, left, body)] if run else [])]


def _right_edges(region: Sequence[TextLine]) -> dict[float, float]:
    """Height of a line → the right edge that it and the lines near it in type of the same size reach."""
    lines = [line_of(line) for line in region]
    edges: dict[float, float] = {}
    for at, line in enumerate(lines):
        near = lines[max(0, at - NEAR) : at + NEAR + 1]
        alike = (one.right for one in near if abs(one.size - line.size) <= SAME_SIZE * line.size)
        edges[round(line.base, 2)] = max(alike, default=line.right)
    return edges


def _rows(table: CellTable, body: Type) -> list[Paragraph]:
    return [Paragraph(BlockKind.ROW, "", body.size, cells=cells) for cells in table.rows]


def _begun(line: Fragment, right: float) -> _Lines:
    mark = BULLET.match(line.text)
    width = (line.right - line.left) / max(len(line.text), 1)
    return _Lines([line], mark is not None, line.left + (mark.end() * width if mark else 0.0), right)


def _parted(run: _Lines, line: Fragment, right: float, body: Type) -> bool:
    """Whether a line begins a paragraph of its own."""
    last = run.lines[-1]
    if _is_apart(last, line, body) or (BULLET.match(line.text) and (run.item or last.text.endswith((*ENDS, ",")))):
        return True
    if run.item:
        return line.left < run.edge - 2 * INDENT * line.size and _could_go_on(last, line, right)
    if line.size > LARGER * body.size:
        return False
    indented = line.left > last.left + INDENT * line.size
    return (indented and len(run.lines) > 1 and last.text.endswith(ENDS)) or _could_go_on(last, line, right)


def _is_apart(last: Fragment, line: Fragment, body: Type) -> bool:
    """Whether a wide gap, or other type, stands between two lines."""
    leading = body.leading
    if last.size > LARGER * body.size:
        leading = max(leading, USUAL_LEADING * last.size)
    elif last.size < SMALLER * body.size:
        leading = min(leading, USUAL_LEADING * last.size)
    if not 0 <= last.base - line.base <= OPEN_LEADING * leading or abs(line.size - last.size) > SAME_SIZE * last.size:
        return True
    return line.bold != last.bold and (line.text[:1].isupper() or last.text.endswith(ENDS))


def _could_go_on(last: Fragment, line: Fragment, right: float) -> bool:
    """Whether a line ended although the next word would have fitted on it: a paragraph's end."""
    if not last.text.endswith(ENDS) and (line.text[:1].islower() or last.text[-1:] in ",-–"):
        return False
    word = len(line.text.split(" ", 1)[0]) + 1
    width = (line.right - line.left) / max(len(line.text), 1)
    return last.right + word * width < right - line.size


def _closed(run: _Lines, left: float, body: Type) -> Paragraph:
    text = ""
    for line in run.lines:
        text = join_lines(text, line.text, body.known) if text else line.text
    size = max(line.size for line in run.lines)
    last = run.lines[-1]
    loud = size >= LARGER * body.size or (all(line.bold for line in run.lines) and not body.bold)
    heading = loud and len(text) <= LONGEST_HEADING and not text.endswith((".", ";", ",")) and not run.item
    kind = BlockKind.ITEM if run.item else BlockKind.HEADING if heading else BlockKind.PARAGRAPH
    indented = run.lines[0].left > left + INDENT * size
    width = (last.right - last.left) / max(len(last.text), 1)
    room = (run.right - last.right) / max(width, 0.1)
    return Paragraph(kind, text, size, size < SMALLER * body.size, room, indented)
