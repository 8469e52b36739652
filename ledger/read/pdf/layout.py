"""The order in which a page is read: columns apart, and what runs across them in its place."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from statistics import median

from ledger.read.pdf.glyphs import Fragment

EDGE = 2.5
"""Points by which the left edges of lines of one column differ."""
LEAST_LINES = 3
"""Lines of the shortest column."""
PROSE_CHARS = 16
"""Code points of a full line of a column of prose; the cells of tables are shorter."""
PROSE_FILL = 0.5
"""Share of a column's width that a full line takes."""
FULL_SHARE = 0.3
"""Share of lines that are full in a column of prose with a list or table in it."""
STRONG_LINES = 8
STRONG_RUN = 0.25
"""Share of lines that begin in lower case, among at least `STRONG_LINES`, by which a column is one beyond doubt."""
LEAST_RUN = 0.15
"""The same share for a short column."""
SAME_ROW = 0.4
"""Times the size of the type by which lines of one row differ in height."""
MOST_COLUMNS = 8
MOST_EDGES = 16
"""Left edges, those of most lines first, of which one may be that of a column."""


@dataclass(slots=True)
class TextLine:
    """The fragments on one line of a region, from left to right."""

    cells: list[Fragment]

    @property
    def base(self) -> float:
        """Height of the line."""
        return self.cells[0].base


def regions(fragments: list[Fragment], depth: int = 0) -> list[list[Fragment]]:
    """The fragments of a page in stretches that are read from top to bottom, in reading order."""
    edge = _gutter(fragments) if depth < MOST_COLUMNS else None
    if edge is None:
        return [fragments] if fragments else []
    ordered: list[list[Fragment]] = []
    flat: list[Fragment] = []
    for across, band in _bands(fragments, edge):
        flat += across
        if not _is_columns(band, edge):
            flat += band
            continue
        ordered += regions(flat, depth + 1)
        flat = []
        ordered += regions([one for one in band if one.right <= edge], depth + 1)
        ordered += regions([one for one in band if one.right > edge], depth + 1)
    return [*ordered, *regions(flat, depth + 1)]


def _bands(fragments: list[Fragment], edge: float) -> list[tuple[list[Fragment], list[Fragment]]]:
    """From top to bottom: a fragment that runs across an edge, or none, and those beside the edge below it."""
    across = [one for one in fragments if one.left < edge - EDGE < one.right]
    across.sort(key=lambda one: -one.base)
    heights = [-one.base for one in across]
    bands: list[tuple[list[Fragment], list[Fragment]]] = [([], []), *(([one], []) for one in across)]
    for one in fragments:
        if not one.left < edge - EDGE < one.right:
            bands[bisect_left(heights, -one.base)][1].append(one)
    return bands


def _gutter(fragments: list[Fragment]) -> float | None:
    """The left edge of the second column, or null where there is one column only, or a table."""
    edges = Counter(round(one.left / EDGE) for one in fragments)
    leftmost = min((one.left for one in fragments), default=0.0)
    for edge in sorted(edge for edge, _ in edges.most_common(MOST_EDGES)):
        near = [one.left for one in fragments if abs(one.left - edge * EDGE) <= EDGE]
        if not near or min(near) <= leftmost + EDGE:
            continue
        if any(_is_columns(band, min(near)) for _, band in _bands(fragments, min(near))):
            return min(near)
    return None


def _is_columns(band: list[Fragment], edge: float) -> bool:
    """Whether prose stands on both sides of an edge, beside one another; the last column of a text may be short."""
    left = [one for one in band if one.right <= edge]
    right = [one for one in band if one.right > edge]
    first = [one for one in right if one.left - edge <= 8 * EDGE]
    if not first or not _is_prose(left) or not _is_worded(right):
        return False
    lowest = max(min(one.base for one in left), min(one.base for one in right))
    highest = min(max(one.base for one in left), max(one.base for one in right))
    if len(_full(left)) >= STRONG_LINES and _runs_on(left) >= STRONG_RUN:
        return highest >= lowest - LEAST_LINES * left[0].size
    beside = highest - lowest >= (LEAST_LINES - 1) * 0.9 * median(one.size for one in band)
    return beside and _is_prose(first) and max(_runs_on(left), _runs_on(first)) >= LEAST_RUN


def _full(column: list[Fragment]) -> list[Fragment]:
    """The lines of a column that are long and fill it: those of prose do, those of lists and tables seldom."""
    width = max(one.right for one in column) - min(one.left for one in column)
    return [one for one in column if len(one.text) >= PROSE_CHARS and one.right - one.left >= PROSE_FILL * width]


def _runs_on(column: list[Fragment]) -> float:
    """The share of full lines that begin in lower case: those of prose do, the cells of tables seldom."""
    full = _full(column)
    return sum(one.text[:1].islower() for one in full) / max(len(full), 1)


def _is_worded(column: list[Fragment]) -> bool:
    """Whether a column holds words rather than numbers."""
    words = "".join(one.text for one in column).replace(" ", "")
    return sum(char.isalpha() for char in words) >= 0.5 * len(words) and len(words) >= 6 * len(column)


def _is_prose(column: list[Fragment]) -> bool:
    """Whether lines are those of a column of prose, perhaps with a list in it: many fill it and hold letters."""
    full = _full(column) if column else []
    words = "".join(one.text for one in full).replace(" ", "")
    letters = sum(char.isalpha() for char in words)
    return len(full) >= max(LEAST_LINES, FULL_SHARE * len(column)) and letters >= 0.6 * len(words)


def rows(region: list[Fragment]) -> list[TextLine]:
    """The lines of a region from top to bottom."""
    found: list[TextLine] = []
    for one in sorted(region, key=lambda one: (-one.base, one.left)):
        if found and abs(found[-1].base - one.base) <= SAME_ROW * min(found[-1].cells[0].size, one.size):
            found[-1].cells.append(one)
        else:
            found.append(TextLine([one]))
    for row in found:
        row.cells.sort(key=lambda one: one.left)
    return found
