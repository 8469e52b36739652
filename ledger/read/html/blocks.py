"""The visible blocks of a page in order: headings, paragraphs, items of lists, rows of tables, captions."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from lxml.html import HtmlElement

from ledger.read.html.tables import is_data, table_rows
from ledger.read.html.words import Inline, is_hidden

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"}
    | {"li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "ul"}
) | frozenset(HEADINGS)
"""Elements that begin on a line of their own."""


LINKED = 0.8
"""The share of letters and digits in links from which on a block is a link."""


class BlockKind(StrEnum):
    """What a block is by its element."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CAPTION = "caption"


@dataclass(slots=True)
class Block:
    """A stretch of words that a reader of the page sees as one."""

    kind: BlockKind
    text: str
    """Its words, spaces made one; line breaks of `<br>` as \\n."""
    above: tuple[HtmlElement, ...]
    """The elements that it stands in, the outermost first; the last is its own."""
    level: int = 0
    """1 to 6 of a heading."""
    linked: int = 0
    """How many of its letters and digits are links."""
    head: bool = False
    """Whether it is the row of a table's column headings."""
    place: str | None = None
    """Where it stands, for a person: "table 2, row 3"."""
    norm: str = field(default="", compare=False)
    """Its letters and digits alone, in lower case: what texts are compared by."""

    def __post_init__(self) -> None:
        self.norm = self.norm or normal(self.text)

    @property
    def own(self) -> HtmlElement:
        """The element whose words these are."""
        return self.above[-1]

    @property
    def is_link(self) -> bool:
        """Whether nearly all its words are links."""
        return self.linked >= LINKED * max(len(self.norm), 1)


NO_WORD = re.compile(r"[\W_]+")


def normal(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return NO_WORD.sub("", text).casefold()


def blocks_of(body: HtmlElement) -> list[Block]:
    """The visible blocks under an element, in the order of the page."""
    walk = _Walk()
    walk.run(body)
    return walk.blocks


def _tag(element: HtmlElement) -> str:
    return element.tag if isinstance(element.tag, str) else ""


class _Walk:
    """A walk through a page without recursion: pages nest as deep as their makers like."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.above: list[HtmlElement] = []
        self.inline = Inline()
        self.tables = 0

    def run(self, body: HtmlElement) -> None:
        """Go through the page."""
        stack: list[tuple[HtmlElement, bool]] = [(body, False)]
        while stack:
            element, left = stack.pop()
            tag = _tag(element)
            if left:
                self._leave(element, tag)
            elif not tag or is_hidden(element, tag):
                self.inline.add(element.tail if element is not body else None)
            elif tag == "table" and is_data(element):
                self._flush()
                self._table(element)
                self.inline.add(element.tail)
            else:
                self._enter(element, tag)
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))
        self._flush()

    def _enter(self, element: HtmlElement, tag: str) -> None:
        if tag in BLOCKS:
            self._flush()
            self.above.append(element)
        self.inline.enter(element, tag)
        self.inline.add(element.text)

    def _leave(self, element: HtmlElement, tag: str) -> None:
        self.inline.leave(element, tag)
        if tag in BLOCKS:
            self._flush()
            self.above.pop()
        self.inline.add(element.tail if self.above else None)

    def _flush(self) -> None:
        """Make blocks of the words gathered so far: two line breaks part paragraphs."""
        for text, linked in self.inline.taken():
            kind, level = self._kind()
            self.blocks.append(Block(kind, text, tuple(self.above), level, linked))

    def _kind(self) -> tuple[BlockKind, int]:
        for element in reversed(self.above):
            tag = _tag(element)
            if tag in HEADINGS:
                return BlockKind.HEADING, HEADINGS[tag]
            if tag in ("li", "dt", "dd"):
                return BlockKind.ITEM, 0
            if tag in ("figcaption", "caption"):
                return BlockKind.CAPTION, 0
            if tag not in ("p", "div", "span"):
                break
        return BlockKind.PARAGRAPH, 0

    def _table(self, table: HtmlElement) -> None:
        self.tables += 1
        above = (*self.above, table)
        for caption in table.iterchildren("caption"):
            words = " ".join("".join(caption.itertext()).split())
            if words:
                self.blocks.append(Block(BlockKind.PARAGRAPH, words, above, place=f"table {self.tables}"))
        for number, row in enumerate(table_rows(table), 1):
            place = f"table {self.tables}, row {number}"
            self.blocks.append(Block(BlockKind.ROW, row.text, above, linked=row.linked, head=row.is_head, place=place))


__all__ = ["LINKED", "Block", "BlockKind", "blocks_of", "normal"]
