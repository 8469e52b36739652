"""The words of a page's lines: spaces, entities, superscripts, hidden elements."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

SILENT = frozenset(
    {"applet", "area", "audio", "base", "button", "canvas", "datalist", "del", "embed", "head", "iframe", "input"}
    | {"link", "map", "meta", "meter", "noembed", "noframes", "noscript", "object", "option", "optgroup", "param"}
    | {"progress", "s", "script", "select", "source", "strike", "style", "svg", "template", "textarea", "title"}
    | {"track", "video"}
)
"""Elements that hold no words of the page, or words that are struck out."""
NONE_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
"""Hyphens and spaces of no width, which part words where a line may end."""
SPACES = re.compile(r"[ \t\r\n\f\v\u0085\u2028\u2029]+")
NO_BREAK = re.compile("(?<![0-9])\u00a0|\u00a0(?![0-9])")
"""A space that does not break, but for one between digits, which is a mark of thousands."""
MARK = re.compile(
    r"\s*(?:[\[(]\s*(?:[0-9]{1,3}|[a-z])\s*[\])]|[0-9]{1,3}(?:\s*,\s*[0-9]{1,3})*|[*†‡§¶#]{1,3}|[a-f])\s*"
)
"""What a note's mark above the line looks like."""
UNIT = re.compile(r"(?:^|[^A-Za-z])(?:[kcm]?m|ft|yd|in)$")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
BREAK = "\n"


def is_hidden(element: HtmlElement, tag: str) -> bool:
    """Whether an element shows no words."""
    if tag in SILENT or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return style is not None and NONE_SHOWN.search(style) is not None


def _leads_on(link: HtmlElement) -> bool:
    """Whether a link leads to another page, and not to a place on this one or to a program."""
    target = (link.get("href") or "").strip().lower()
    return bool(target) and not target.startswith(("#", "javascript:", "mailto:", "tel:"))


class Inline:
    """Gathers the words of a block, with what of them is links."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, bool]] = []
        self._links = 0
        self._raised: list[int] = []

    def enter(self, element: HtmlElement, tag: str) -> None:
        """An element begins."""
        if tag == "a" and _leads_on(element):
            self._links += 1
        elif tag == "sup":
            self._raised.append(len(self._pieces))
        elif tag == "br":
            self._pieces.append((BREAK, self._links > 0))
        elif tag == "q":
            self._pieces.append(("“", self._links > 0))

    def leave(self, element: HtmlElement, tag: str) -> None:
        """An element ends."""
        if tag == "a" and _leads_on(element):
            self._links -= 1
        elif tag == "sup" and self._raised:
            over = (element.tail or "").lstrip().startswith(("/", "⁄"))
            self._raise(self._raised.pop(), over=over, power=next(element.iter("a"), None) is None)
        elif tag == "q":
            self._pieces.append(("”", self._links > 0))

    def _raise(self, since: int, *, over: bool, power: bool) -> None:
        """Make of raised words a power or what stands `over` a line, or drop a note: "€3bn¹" is not 31 billion."""
        words = "".join(piece for piece, _ in self._pieces[since:])
        if over:
            self._pieces.insert(since, (" ", False))
            return
        if MARK.fullmatch(words) is None:
            return
        before = "".join(piece for piece, _ in self._pieces[max(0, since - 3) : since]).rstrip()
        del self._pieces[since:]
        if not power:
            return
        if words.strip() in ("2", "3") and UNIT.search(before):
            self._pieces.append((words.strip().translate(RAISED), False))
        elif words.strip().isdecimal() and before.endswith("10"):
            self._pieces.append((f"^{words.strip()}", False))

    def add(self, text: str | None) -> None:
        """Words of the element at hand."""
        if text:
            self._pieces.append((SPACES.sub(" ", INVISIBLE.sub("", text)), self._links > 0))

    def taken(self) -> Iterator[tuple[str, int]]:
        """The words gathered, and how many of them are links, parted where two line breaks stand; they are let go."""
        pieces, self._pieces, self._raised = self._pieces, [], []
        part: list[tuple[str, bool]] = []
        broken = False
        for piece, linked in pieces:
            if piece == BREAK and broken:
                yield from _joined(part)
                part, broken = [], False
            else:
                broken = piece == BREAK or (broken and not piece.strip())
                part.append((piece, linked))
        yield from _joined(part)


def _joined(part: list[tuple[str, bool]]) -> Iterator[tuple[str, int]]:
    lines = "".join(piece for piece, _ in part).split(BREAK)
    text = BREAK.join(line for line in (clean(line) for line in lines) if line)
    if text:
        yield text, sum(letters(piece) for piece, linked in part if linked)


def letters(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(letter.isalnum() for letter in text)


def clean(line: str) -> str:
    """A line with its spaces made one, and without those at its ends."""
    return SPACES.sub(" ", NO_BREAK.sub(" ", line)).strip()


__all__ = ["Inline", "clean", "is_hidden", "letters"]
