"""Which blocks of a page are its article: two extractors vote, and what stands between their blocks is recovered.

Extractors lose lists, tails of paragraphs and words in elements that they do not know. So they only vote: the words are
those of the page itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ledger.read.html.blocks import Block, BlockKind, normal
from ledger.read.html.surroundings import Around, around, says

GRAM = 4
"""Words that two texts must share on end."""
COVERED = 0.5
"""The share of a block's runs of words that a vote must have."""
WHOLE = 12
"""Letters and digits from which on a block counts as voted for where it stands within a line of the vote."""
ROOT_SHARE = 0.85
"""The article's root is the innermost element that holds this share of what was voted for."""
WRAPPER_SHARE = 0.5
"""What holds more than this share of what was voted for surrounds nothing, whatever it is called."""
BEFORE_TITLE = 12
"""Blocks of an article among which its title is looked for."""
LINK_WORDS = 3
TELLING = 120
"""Letters and digits of a paragraph without a sum that is taken beside the article on the word of the second vote."""
SUM = re.compile(
    r"(?:[$€£¥₹₩₽]|\b(?:USD|EUR|GBP|JPY|CHF|INR|Rs\.?|A\$|C\$)) ?[0-9]"
    r"|\b[0-9][0-9.,  ]*(?: ?%| ?(?:per ?cent|(?:m|b|tr)illion|bn|mn|crore|lakh|euros?|dollars?|pounds?|yen|yuan)\b)",
    re.IGNORECASE,
)
"""A sum of money or a share."""


class Vote:
    """The words that an extractor took for the article."""

    def __init__(self, lines: Iterable[str]) -> None:
        said = [line for line in lines if line.strip()]
        self._lines = {normal(line) for line in said}
        self._whole = "\n".join(self._lines_in_order(said))
        self._grams = {gram for line in said for gram in _grams(line)}

    @staticmethod
    def _lines_in_order(said: Sequence[str]) -> list[str]:
        return [normal(line) for line in said]

    def __call__(self, block: Block) -> bool:
        """Whether a block is among them."""
        if not block.norm:
            return False
        if block.norm in self._lines or (len(block.norm) >= WHOLE and block.norm in self._whole):
            return True
        grams = list(_grams(block.text))
        return len(grams) > 2 and sum(gram in self._grams for gram in grams) >= COVERED * len(grams)


def _grams(text: str) -> Iterable[tuple[str, ...]]:
    words = [word for part in text.split() if (word := normal(part))]
    return (tuple(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1))


@dataclass(slots=True)
class Choice:
    """The blocks of a page by what they are, each in the order of the page."""

    article: list[Block] = field(default_factory=list)
    other_stories: list[Block] = field(default_factory=list)
    """Headlines of other stories that stand within the article's part of the page."""
    left_out: list[Block] = field(default_factory=list)
    """What belongs neither to the article nor, by name and vote, to what surrounds it."""


def choose(blocks: Sequence[Block], first: Vote, second: Vote, title: str | None = None) -> Choice:
    """The blocks that are the article with this title.

    It is what `first` took, as far as that does not surround an article; what stands between, or what `second` took
    too, is recovered.
    """
    voted = [first(block) for block in blocks]
    if not any(voted):
        voted = [second(block) for block in blocks]
    if not any(voted):  # a page of few words
        voted = [not block.is_link for block in blocks]
    weights = _weights(blocks, voted)
    total = sum(len(block.norm) for block, vote in zip(blocks, voted, strict=True) if vote)
    kinds = _kinds(blocks, weights, total)
    kept = [vote and kind in (None, Around.ASIDE) for vote, kind in zip(voted, kinds, strict=True)]
    root = _root(blocks, kept)
    ends = _ends(blocks, kept, title)
    inner = [
        (root is not None and root in block.above) or (ends is not None and ends[0] <= at < ends[1])
        for at, block in enumerate(blocks)
    ]
    taken = [
        keep
        or (kind in (None, Around.ASIDE) and inside and ends is not None and _is_recovered(block, at, ends, second))
        for at, (block, kind, keep, inside) in enumerate(zip(blocks, kinds, kept, inner, strict=True))
    ]
    choice = _sorted(blocks, kinds, voted, inner, _with_whole_lists(blocks, kinds, taken))
    choice.article = _without_repeats(_from_title(choice.article, title))
    return choice


def _with_whole_lists(blocks: Sequence[Block], kinds: Sequence[Around | None], taken: Sequence[bool]) -> Sequence[bool]:
    """What is taken, with the other items and rows of each list and table of which one is."""
    lists = {_list_of(block) for block, take in zip(blocks, taken, strict=True) if take} - {None}
    return [
        take or (kind in (None, Around.ASIDE) and _list_of(block) in lists and not block.is_link)
        for block, kind, take in zip(blocks, kinds, taken, strict=True)
    ]


def _list_of(block: Block) -> HtmlElement | None:
    """The list or table of data that a block is an item or row of, or null."""
    if block.kind not in (BlockKind.ITEM, BlockKind.ROW):
        return None
    return next((one for one in reversed(block.above) if one.tag in ("ul", "ol", "dl", "table")), None)


def _sorted(
    blocks: Sequence[Block],
    kinds: Sequence[Around | None],
    voted: Sequence[bool],
    inner: Sequence[bool],
    taken: Sequence[bool],
) -> Choice:
    """The blocks by what they are; `inner` are those in the article's part of the page."""
    choice = Choice()
    for block, kind, vote, inside, take in zip(blocks, kinds, voted, inner, taken, strict=True):
        if kind is Around.SURROUNDINGS:
            if vote and not says("offer", block.text):  # its name and the vote contradict each other
                choice.left_out.append(block)
            continue
        if kind is Around.OTHER_STORIES:
            if inside and _is_headline(block):
                choice.other_stories.append(block)
        elif take:
            choice.article.append(block)
        else:
            choice.left_out.append(block)
    return choice


def _weights(blocks: Sequence[Block], voted: Sequence[bool]) -> dict[HtmlElement, int]:
    """Element → letters of what was voted for in it."""
    weights: dict[HtmlElement, int] = {}
    for block, vote in zip(blocks, voted, strict=True):
        if vote:
            for element in block.above:
                weights[element] = weights.get(element, 0) + len(block.norm)
    return weights


def _kinds(blocks: Sequence[Block], weights: dict[HtmlElement, int], total: int) -> list[Around | None]:
    """What each block is beside the article, by the elements above it; a list of links to other pages by its links."""
    known: dict[HtmlElement, Around | None] = {}
    kinds: list[Around | None] = []
    linked = _link_lists(blocks)
    for block in blocks:
        found: set[Around] = set()
        for element in block.above:
            if element not in known:
                wrapper = weights.get(element, 0) > WRAPPER_SHARE * total
                known[element] = None if wrapper else around(element)
            kind = known[element]
            if kind is not None:
                found.add(kind)
        kinds.append(_strongest(found, block, linked))
    return kinds


def _strongest(found: set[Around], block: Block, linked: set[HtmlElement]) -> Around | None:
    if Around.OTHER_STORIES in found:
        return Around.OTHER_STORIES
    if Around.SURROUNDINGS in found:
        return Around.SURROUNDINGS
    if any(element in linked for element in block.above) or _leads_elsewhere(block):
        return Around.OTHER_STORIES
    return Around.ASIDE if Around.ASIDE in found else None


def _leads_elsewhere(block: Block) -> bool:
    """Whether a paragraph or subheading is one link to another page, as between the paragraphs of an article."""
    free = block.kind is BlockKind.PARAGRAPH or (block.kind is BlockKind.HEADING and block.level > 1)
    return free and block.is_link and len(block.text.split()) > LINK_WORDS


def _link_lists(blocks: Sequence[Block]) -> set[HtmlElement]:
    """The lists of a page of which nearly every item is a link of several words."""
    items: dict[HtmlElement, list[bool]] = {}
    for block in blocks:
        for element in block.above:
            if element.tag in ("ul", "ol"):
                items.setdefault(element, []).append(block.is_link and len(block.text.split()) >= LINK_WORDS)
    return {element for element, links in items.items() if len(links) > 1 and sum(links) >= 0.8 * len(links)}


def _is_headline(block: Block) -> bool:
    return block.is_link and len(block.text.split()) >= LINK_WORDS


def _root(blocks: Sequence[Block], kept: Sequence[bool]) -> HtmlElement | None:
    """The innermost element that holds most of what was kept."""
    weights = _weights(blocks, kept)
    total = sum(len(block.norm) for block, keep in zip(blocks, kept, strict=True) if keep)
    heavy = [element for element, weight in weights.items() if weight >= ROOT_SHARE * total]
    return max(heavy, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)


def _ends(blocks: Sequence[Block], kept: Sequence[bool], title: str | None) -> tuple[int, int, int] | None:
    """Where the article begins, with its title or its first kept block, where that one stands, and the last."""
    places = [at for at, keep in enumerate(kept) if keep]
    if not places:
        return None
    first, wanted = places[0], normal(title or "")
    above = range(max(0, first - BEFORE_TITLE), first)
    start = next((at for at in above if blocks[at].kind is BlockKind.HEADING and blocks[at].norm == wanted), first)
    return start, first, places[-1]


def _is_recovered(block: Block, at: int, ends: tuple[int, int, int], second: Vote) -> bool:
    """Whether a block that the first vote lost is the article's: between kept ones, or with a sum beside them."""
    if (block.is_link and block.kind is not BlockKind.ROW) or says("offer", block.text):
        return False
    if ends[0] <= at < ends[-1]:
        return True
    return SUM.search(block.text) is not None or (second(block) and len(block.norm) >= TELLING)


def _from_title(blocks: list[Block], title: str | None) -> list[Block]:
    """The blocks from the heading with the title on; what stands before it holds links and names of sections."""
    wanted = normal(title or "")
    at = next((at for at, block in enumerate(blocks[:BEFORE_TITLE]) if wanted and block.norm == wanted), 0)
    return [block for block in blocks[:at] if SUM.search(block.text) and not block.is_link] + blocks[at:]


def _without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without those whose words stand in another one: pulled quotes, and the same text for small screens."""
    whole = "\n".join(block.norm for block in blocks)
    seen: set[str] = set()
    kept: list[Block] = []
    for block in blocks:
        telling = len(block.norm) >= WHOLE and block.kind in (BlockKind.PARAGRAPH, BlockKind.CAPTION)
        if telling and (block.norm in seen or (_is_pulled(block) and whole.count(block.norm) > 1)):
            continue
        seen.add(block.norm)
        kept.append(block)
    return kept


def _is_pulled(block: Block) -> bool:
    return any(element.tag in ("aside", "blockquote", "figure") for element in block.above)


__all__ = ["SUM", "Choice", "Vote", "choose"]
