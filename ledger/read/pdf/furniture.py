"""What pages repeat at their edges: running headers and footers, numbers of pages, printed addresses."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

from ledger.lexicons import load
from ledger.read.pdf.glyphs import Fragment, PageText

MARGIN = 0.12
"""Share of a page's height, at its top and its bottom, where headers and footers stand."""
EDGE = 0.06
"""Share of a page's height at which no body stands."""
HEAD = 0.08
"""Share of a page's height at its top in which a line by itself is its head."""
PLAIN = 1.05
"""Times the size of the body: larger words are a title."""
SMALLER = 0.9
"""Times the size of the body: words smaller than that at the very edge are no part of it."""
LEAST_PAGES = 2
SHARE = 0.3
"""A line that stands at the edge of so many pages, and of such a share, is a running one."""
LARGER = 1.15
"""The title that later pages repeat at their edges is set in larger type, and stays."""
LONGEST = 200
APART = 2.2
"""Times the size of the type: the gap between the body and the line of the page's edge above or below it."""
LEAST_HEIGHTS = 4
DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Pages:
    """The fragments of each page without what runs at the edges, the lines left out, and an address among them."""

    fragments: tuple[list[Fragment], ...]
    dropped: tuple[str, ...]
    url: str | None


@cache
def page_pattern(name: str) -> re.Pattern[str]:
    """A pattern of the lexicon for lines at the edges of pages."""
    return re.compile(load.joined(load.toml("pages")[name]["pattern"]), re.IGNORECASE)


def without_furniture(pages: Sequence[PageText]) -> Pages:
    """The fragments of pages without running headers and footers; each line left out is given once."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for page in edges for key in {_key(one) for one in page})
    sizes: dict[str, float] = {}
    for one in (one for page in edges for one in page):
        sizes[_key(one)] = min(sizes.get(_key(one), one.size), one.size)
    least = max(LEAST_PAGES, SHARE * len(pages))
    size = _usual_size(pages)
    dropped: dict[str, None] = {}
    left: list[list[Fragment]] = []
    url: str | None = None
    for page, words in zip(pages, edges, strict=True):
        gone: set[int] = set()
        for one in words:
            address = page_pattern("print_address").fullmatch(one.text)
            running = seen[_key(one)] >= least and one.size <= LARGER * sizes[_key(one)]
            small = _is_small_print(one, page, size) or _is_head(one, page, size)
            if running or address or small or _is_outermost_number(one, page):
                gone.add(id(one))
                dropped[one.text] = None
                url = url or (address["url"] if address else None)
        left.append([one for one in page.fragments if id(one) not in gone])
    return Pages(tuple(left), tuple(dropped), url)


def _edges(page: PageText) -> list[Fragment]:
    """The words that stand at the top and the bottom of a page."""
    low, high = MARGIN * page.height, (1 - MARGIN) * page.height
    return [one for one in page.fragments if one.text and (one.base < low or one.base > high)]


def _key(one: Fragment) -> str:
    """What running words have in common from page to page: all but their numbers."""
    return DIGITS.sub("#", one.text.lower()) if len(one.text) <= LONGEST else one.text


def _is_outermost_number(one: Fragment, page: PageText) -> bool:
    """Whether words are the number of a page, above or below everything else."""
    if not page_pattern("page_number").fullmatch(one.text):
        return False
    others = [other.base for other in page.fragments if abs(other.base - one.base) > one.size / 2]
    return not others or one.base < min(others) or one.base > max(others)


def _usual_size(pages: Sequence[PageText]) -> float:
    """The size of the type that most is set in."""
    sizes: Counter[float] = Counter()
    for one in (one for page in pages for one in page.fragments):
        sizes[round(one.size, 1)] += len(one.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_small_print(one: Fragment, page: PageText, size: float) -> bool:
    """Whether words in small type stand at the very edge of a page, where no body does, apart from what is within."""
    low, high = EDGE * page.height, (1 - EDGE) * page.height
    if one.size > SMALLER * size or low <= one.base <= high:
        return False
    inner = [other.base for other in page.fragments if low <= other.base <= high]
    return bool(inner) and min(abs(base - one.base) for base in inner) > APART * one.size


def _is_head(one: Fragment, page: PageText, size: float) -> bool:
    """Whether words in plain type stand alone in the head of a page, far above everything else."""
    if one.base < (1 - HEAD) * page.height or one.bold or one.size > PLAIN * size or one.text.endswith("."):
        return False
    others = [other.base for other in page.fragments if abs(other.base - one.base) > one.size / 2]
    return bool(others) and one.base - max(others) > APART * one.size


def bands(fragments: list[Fragment]) -> tuple[list[Fragment], list[Fragment], list[Fragment]]:
    """The words above the body of a page, the body, and those below it, as wide gaps part them."""
    heights = sorted({round(one.base, 1) for one in fragments}, reverse=True)
    if len(heights) < LEAST_HEIGHTS:
        return [], fragments, []
    size = median(one.size for one in fragments)
    top, bottom = heights[0], heights[-1]
    first = heights[1] if top - heights[1] > APART * size else top
    last = heights[-2] if heights[-2] - bottom > APART * size else bottom
    above = [one for one in fragments if one.base > first + 1 and one.size < LARGER * size]
    below = [one for one in fragments if one.base < last - 1 and one.size < LARGER * size]
    edge = {id(one) for one in (*above, *below)}
    return above, [one for one in fragments if id(one) not in edge], below
