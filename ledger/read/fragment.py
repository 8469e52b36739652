"""A piece of HTML, as feeds and tables hold it, to blocks: paragraphs, headings, lists and rows; nothing around it."""

import re
from collections.abc import Iterator

from lxml import etree, html

from ledger.read.blocks import Block, BlockKind, block, clean, joined_blocks, row
from ledger.read.raised import raised

LEFT_OUT = frozenset(
    ("script", "style", "noscript", "template", "iframe", "form", "nav", "button", "svg", "head", "object", "select")
)
"""Elements whose words no reader of the article sees as part of it."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BLOCKS = ("p", "div", "section", "article", "blockquote", "figure", "figcaption", "ul", "ol", "dl", "dt", "dd", "li")
PAGE = ("pre", "hr", "header", "footer", "aside", "main", "body", "html", "center", "address")
TABLES = ("table", "caption", "tbody", "thead", "tfoot", "tr")
APART = HEADINGS.union(BLOCKS, PAGE, TABLES)
"""Elements that begin a line of their own."""
MARKUP = re.compile(
    r"<(?:/?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|table|td|tr|img|h[1-6])\b[^<>]{0,2000}/?>|!--)", re.IGNORECASE
)
ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{2,6}|#x[0-9a-fA-F]{2,5});")
DEEPEST = 180


def holds_markup(text: str) -> bool:
    """Whether words hold HTML: a tag that web pages have, or a character that HTML spells out.

    >>> holds_markup("It cost <b>$3</b>"), holds_markup("&euro;300&nbsp;million"), holds_markup("x < 3 & y > 4")
    (True, True, False)
    """
    return MARKUP.search(text) is not None or ENTITY.search(text) is not None


def fragment_text(source: str) -> str:
    """The text of a piece of HTML in house style; of words without markup, the words as they stand.

    >>> fragment_text("<p>It holds:</p><ul><li>a loan of &euro;3&nbsp;m</li></ul>")
    'It holds:\\n- a loan of €3\\xa0m\\n'
    """
    if not holds_markup(source):
        return source
    try:
        root = html.fragment_fromstring(source.replace("\0", ""), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return clean(source)
    return joined_blocks(_blocks(root))[0]


class _Lines:
    """The words of a line as they are gathered, and what the line is."""

    def __init__(self) -> None:
        self.words = ""
        self.kind = BlockKind.PARAGRAPH

    def cut(self, kind: BlockKind = BlockKind.PARAGRAPH) -> Iterator[Block]:
        """The block gathered so far, if any; the next one is of `kind`."""
        if clean(self.words):
            yield block(self.kind, self.words)
        self.words, self.kind = "", kind


def _blocks(root: etree._Element) -> Iterator[Block]:
    line = _Lines()
    yield from _walk(root, line, 0)
    yield from line.cut()


def _walk(element: etree._Element, line: _Lines, depth: int) -> Iterator[Block]:
    line.words += element.text or ""
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "table" and _is_table(child):
            yield from line.cut()
            yield from (row([_said(cell) for cell in cells]) for cells in _rows(child))
        elif tag == "br":
            yield from line.cut(line.kind if line.kind is BlockKind.HEADING else BlockKind.PARAGRAPH)
        elif tag == "sup":
            line.words += raised(_said(child), line.words)
        elif tag in APART:
            yield from _apart(child, tag, line, depth)
        elif tag and tag not in LEFT_OUT and depth < DEEPEST:
            yield from _walk(child, line, depth + 1)
        line.words += child.tail or ""


def _apart(child: etree._Element, tag: str, line: _Lines, depth: int) -> Iterator[Block]:
    """An element that stands on lines of its own; a paragraph that opens an item is the item."""
    inside = line.kind is BlockKind.ITEM and not clean(line.words)
    kind = BlockKind.ITEM if tag == "li" or inside else BlockKind.HEADING if tag in HEADINGS else BlockKind.PARAGRAPH
    yield from line.cut(kind)
    if depth < DEEPEST:
        yield from _walk(child, line, depth + 1)
    yield from line.cut()


def _said(element: etree._Element) -> str:
    """The words inside an element on one line; those on lines of their own are parted by a space."""
    apart = any(child.tag in APART or child.tag == "br" for child in element.iter())
    return clean((" " if apart else "").join(str(piece) for piece in element.itertext()))


def _rows(table: etree._Element) -> list[list[etree._Element]]:
    lines = [[cell for cell in line if cell.tag in ("td", "th")] for line in table.iter("tr")]
    return [cells for cells in lines if cells]


def _is_table(table: etree._Element) -> bool:
    """Whether a table holds data, not the layout of a page: several columns, no table inside, no long cell."""
    lines = _rows(table)
    if any(inner is not table for inner in table.iter("table")) or max(map(len, lines), default=0) < 2:
        return False
    return all(len(_said(cell)) <= 400 for cells in lines for cell in cells)


__all__ = ["fragment_text", "holds_markup"]
