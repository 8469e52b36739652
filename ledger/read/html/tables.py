"""Tables of a page: which of them hold data, and their rows with the headings of columns that span others."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from ledger.read.html.words import Inline, clean, is_hidden

LONGEST_CELL = 200
"""Code points above which a cell holds prose, and its table lays out a page."""
MOST_SPANNED = 40
"""Columns or rows that one cell may span."""
INNER_BLOCKS = ("table", "ul", "ol", "article", "section", "h1", "h2", "form", "nav")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as a line with bars."""

    text: str
    linked: int
    is_head: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    words: str
    linked: int
    is_head: bool


def _own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def is_data(table: HtmlElement) -> bool:
    """Whether a table holds data in rows and columns; others lay out a page, and their cells are read as its parts."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(next(table.iterdescendants(tag), None) is not None for tag in INNER_BLOCKS):
        return False
    rows = [_cells(row) for row in _own_rows(table)]
    if len(rows) < 2 or max((len(row) for row in rows), default=0) < 2:
        return False
    return all(len(cell.text_content()) <= 4 * LONGEST_CELL for row in rows for cell in row) and (
        sum(len(cell.text_content()) > LONGEST_CELL for row in rows for cell in row) <= len(rows) // 4
    )


def _words(cell: HtmlElement) -> tuple[str, int]:
    """The words of a cell on one line, and how many are links."""
    inline = Inline()
    stack: list[tuple[HtmlElement, bool]] = [(cell, False)]
    while stack:
        element, left = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if left:
            inline.leave(element, tag)
            inline.add(" " if tag in ("p", "div", "br", "li") else None)
            inline.add(element.tail if element is not cell else None)
        elif not tag or (is_hidden(element, tag) and element is not cell):
            inline.add(element.tail)
        else:
            if tag != "br":
                inline.enter(element, tag)
            inline.add(element.text)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
    parts = list(inline.taken())
    return clean(" ".join(text for text, _ in parts).replace("|", "/")), sum(linked for _, linked in parts)


def _span(cell: HtmlElement, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return min(max(int(said), 1), MOST_SPANNED) if said.isdecimal() and len(said) < 4 else 1


def table_rows(table: HtmlElement) -> Iterator[Row]:
    """The rows of a table that hold words: "| Quay | 3 |".

    A heading that spans columns stands over each of them, and the label of several rows before each, so that every
    cell keeps its headings; a number stands once.
    """
    waiting: dict[int, tuple[int, _Cell]] = {}
    for row in _own_rows(table):
        line: list[_Cell] = []
        cells = _cells(row)
        in_head = row.getparent() is not None and row.getparent().tag == "thead"
        for element in cells:
            _take_waiting(waiting, line)
            words, linked = _words(element)
            cell = _Cell(words, linked, element.tag == "th")
            again = cell if cell.is_head or not any(letter.isdigit() for letter in words) else _Cell("", 0, False)
            for column in range(_span(element, "colspan")):
                if _span(element, "rowspan") > 1:
                    waiting[len(line)] = (_span(element, "rowspan") - 1, again)
                line.append(cell if column == 0 else again)
        _take_waiting(waiting, line)
        if any(cell.words for cell in line):
            text = "| " + " | ".join(cell.words for cell in line) + " |"
            is_head = in_head or (len(cells) > 1 and all(cell.tag == "th" for cell in cells))
            yield Row(text, sum(cell.linked for cell in line), is_head)


def _take_waiting(waiting: dict[int, tuple[int, _Cell]], line: list[_Cell]) -> None:
    """Put the cells of earlier rows that reach down here into their columns."""
    while len(line) in waiting:
        left, cell = waiting.pop(len(line))
        if left > 1:
            waiting[len(line)] = (left - 1, cell)
        line.append(cell)


__all__ = ["Row", "is_data", "table_rows"]
