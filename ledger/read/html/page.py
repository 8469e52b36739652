"""A page to its article: its words in the order of the page, its facts, and a problem for what is no article."""

import codecs
import re
from collections.abc import Iterator, Sequence
from copy import copy

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction

from ledger.read.article import Article, Part, Read, ReadOptions, ReadProblem
from ledger.read.decode import LINE_ENDING, UndecodableError, decode
from ledger.read.html.blocks import LINKED, Block, BlockKind, blocks_of, normal
from ledger.read.html.choice import SUM, Choice, Vote, choose
from ledger.read.html.metadata import PageFacts, page_facts
from ledger.read.html.surroundings import says
from schemas import Severity

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
WESTERN = frozenset({"iso8859-1", "ascii", "latin-1"})
"""Character sets that pages name when they mean cp1252."""
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no page may hold, and its parsers fail at."""
NO_CHARACTER_CODE = re.compile(
    "&#(?:0*(?:[0-8]|11|12|1[4-9]|2[0-9]|3[01]|6553[45])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef]));?(?![0-9a-f])",
    re.IGNORECASE,
)
"""The same, written as a number."""
SHORT = 1_500
"""Code points below which the article of a page that asks for a subscription is taken for its beginning alone."""
DATA_SHARE = 2
"""Times the words that a page shows that its data must hold, for these to be taken."""
FEW = 40
"""Letters and digits of the shortest article, unless it holds a sum."""
SHOWN = 3
"""Sums that are shown of what was left out."""
RELATED = "Related stories:"
"""The heading under which the headlines of other stories stand, so that they are told from the article."""
TRAFILATURA_LINES = ("p", "head", "item", "cell", "quote", "ab", "code", "fw")


def read_html(raw: bytes, options: ReadOptions) -> Read:
    """The article of a page, with a warning where figures of the page were left out, or the problem that it has none.

    The text holds the page's own words: headings "# …", items "- …", rows "| … |", captions "Caption: …", and at its
    end, under a heading, the headlines of other stories within the article's part of the page. A part of the result
    is the path of a block's element.
    """
    tree = _tree(raw, options.media_type)
    if tree is None:
        yield ReadProblem(None, "no_article", "holds no words that a reader sees; save the page again")
        return
    facts = page_facts(tree, options.url)
    blocks = blocks_of(_body(tree))
    choice = choose(blocks, _first_vote(tree), _second_vote(tree), facts.title)
    fault = _fault(blocks, choice, facts)
    body = _data_body(choice, facts) if fault is None or fault.rule == "no_article" else None
    if fault is not None and body is None:
        yield fault
        return
    text, parts = _written(choice, blocks, facts, tree) if body is None else _from_data(body, facts)
    yield Article(
        text,
        title=facts.title,
        publisher=facts.publisher,
        author=facts.author,
        published=facts.published,
        url=facts.url,
        language=facts.language,
        parts=parts,
    )
    yield from _left_out(choice)


# Parsing --------------------------------------------------------------------------------------------------------------


def _markup(raw: bytes, media_type: str | None) -> str:
    """The page as text: UTF-8 where it is valid, else what its server or the page itself says."""
    try:
        return LINE_ENDING.sub("\n", raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    said = CHARSET.search(media_type or "") or CHARSET.search(raw[:2048].decode("ascii", "replace"))
    if said is not None and not raw.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        try:
            name = codecs.lookup(said.group(1)).name
            return LINE_ENDING.sub("\n", raw.decode("cp1252" if name in WESTERN else name))
        except (LookupError, UnicodeError, ValueError):
            pass
    try:
        return decode(raw)
    except UndecodableError:
        return raw.decode("utf-8", "replace")


def _tree(raw: bytes, media_type: str | None) -> HtmlElement | None:
    """The page as a tree, or null where there is nothing in it."""
    markup = NO_CHARACTER.sub(" ", NO_CHARACTER_CODE.sub(" ", _markup(raw, media_type))).encode("utf-8", "replace")
    try:
        return document_fromstring(markup, parser=HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True))
    except ParserError:
        return None


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree.find("body")
    return tree if body is None else body


# Votes ----------------------------------------------------------------------------------------------------------------


def _first_vote(tree: HtmlElement) -> Vote:
    """What trafilatura takes for the article."""
    try:
        found = bare_extraction(copy(tree), include_comments=False, include_formatting=True, with_metadata=False)
    except Exception:  # noqa: BLE001 - an extractor that fails at a page has no vote: the other stands in
        return Vote(())
    body = getattr(found, "body", None)
    if body is None:
        return Vote(())
    return Vote("".join(element.itertext()) for element in body.iter(TRAFILATURA_LINES))


def _second_vote(tree: HtmlElement) -> Vote:
    """What resiliparse takes for the article."""
    markup = tostring(tree, encoding="unicode")
    return Vote(extract_plain_text(markup, main_content=True, alt_texts=False, comments=False).split("\n"))


# Pages that are no article --------------------------------------------------------------------------------------------


def _fault(blocks: Sequence[Block], choice: Choice, facts: PageFacts) -> ReadProblem | None:
    """Why a page is no article, or null."""
    body = sum(len(block.text) for block in choice.article if not says("paywall", block.text))
    consent = sum(len(block.text) for block in blocks if says("consent", block.text))
    shown = sum(len(block.text) for block in blocks)
    letters = sum(len(block.norm) for block in choice.article)
    if consent and body <= SHORT and (consent >= 0.5 * body or (shown <= 2 * SHORT and letters < FEW)):
        message = "is a page that asks for consent or a check, not the article; open it in your browser and save it"
        return ReadProblem(None, "consent_page", message)
    walled = facts.is_free is False or any(says("paywall", block.text) for block in blocks)
    if walled and body < SHORT:
        message = (
            "shows no more than the beginning to readers without a subscription; save it as one who has read it all"
        )
        return ReadProblem(None, "paywall", message)
    if letters and sum(block.linked for block in choice.article) >= LINKED * letters and len(choice.article) > SHOWN:
        message = "is a list of links to articles and no article; name the pages that it leads to"
        return ReadProblem(None, "no_article", message)
    if letters < FEW and not any(SUM.search(block.text) for block in choice.article):
        return ReadProblem(
            None, "no_article", "holds no article that can be told from the page; save its words as .txt"
        )
    return None


def _data_body(choice: Choice, facts: PageFacts) -> str | None:
    """The words of the article in the page's data, where a script would have shown most of them; null elsewhere."""
    if not facts.body or facts.is_free is False:
        return None
    words = facts.body
    if "</" in words:
        words = str(document_fromstring(f"<div>{words}</div>").xpath("string()"))
    shown = sum(len(block.norm) for block in choice.article)
    return words if len(normal(words)) > max(DATA_SHARE * shown, FEW) else None


def _from_data(body: str, facts: PageFacts) -> tuple[str, tuple[Part, ...]]:
    """The text of an article that stands in the page's data alone."""
    lines = [" ".join(line.split()) for line in body.split("\n")]
    head = [f"# {facts.title}"] if facts.title else []
    text = "\n\n".join([*head, *(line for line in lines if line)]) + "\n"
    return text, (Part(0, len(text) - 1, "schema.org articleBody"),)


# Text -----------------------------------------------------------------------------------------------------------------


def _written(
    choice: Choice, blocks: Sequence[Block], facts: PageFacts, tree: HtmlElement
) -> tuple[str, tuple[Part, ...]]:
    """The text of the article, and the element that each of its blocks came from."""
    root = tree.getroottree()
    pieces: list[str] = []
    parts: list[Part] = []
    at = 0
    before: Block | None = None
    for block, words in _lines(choice, blocks, facts):
        gap = "" if not pieces else "\n" if _together(before, block) else "\n\n"
        pieces += [gap, words]
        at += len(gap)
        if block is not None:
            path = root.getpath(block.own)
            parts.append(Part(at, at + len(words), f"{block.place} {path}" if block.place else path))
        at += len(words)
        before = block
    return "".join(pieces) + "\n", tuple(parts)


def _together(before: Block | None, block: Block | None) -> bool:
    """Whether a block follows the one before without an empty line: the items of a list, the rows of a table."""
    if before is None or block is None:
        return before is block is None
    kinds = (BlockKind.ITEM, BlockKind.ROW)
    if block.kind not in kinds or before.kind is not block.kind:
        return False
    return block.kind is BlockKind.ITEM or before.own is block.own


def _lines(choice: Choice, blocks: Sequence[Block], facts: PageFacts) -> Iterator[tuple[Block | None, str]]:
    """Each block with its words as the text has them; null for lines that the page's data gave."""
    title = facts.title and normal(facts.title)
    if title and not any(block.kind is BlockKind.HEADING and block.norm == title for block in choice.article[:6]):
        shown = next((block for block in blocks if block.kind is BlockKind.HEADING and block.norm == title), None)
        yield shown, f"# {facts.title}"
        if shown is not None:
            choice.left_out[:] = [block for block in choice.left_out if block is not shown]
    for at, block in enumerate(choice.article):
        words = " ".join(block.text.split("\n")) if block.kind is not BlockKind.PARAGRAPH else block.text
        if block.kind is BlockKind.HEADING:
            yield block, f"{'#' * block.level} {words}"
        elif block.kind is BlockKind.ITEM:
            yield block, f"- {words}"
        elif block.kind is BlockKind.CAPTION:
            yield block, f"Caption: {words}"
        elif block.kind is BlockKind.ROW and block.head and _begins_table(choice.article, at):
            yield block, f"{words}\n|{'---|' * (words.count('|') - 1)}"
        else:
            yield block, words
    if choice.other_stories:
        yield None, RELATED
        seen: set[str] = set()
        for block in choice.other_stories:
            if block.norm not in seen:
                seen.add(block.norm)
                yield None, f"- {' '.join(block.text.split())}"


def _begins_table(blocks: Sequence[Block], at: int) -> bool:
    return at == 0 or blocks[at - 1].own is not blocks[at].own or blocks[at - 1].kind is not BlockKind.ROW


def _left_out(choice: Choice) -> Iterator[ReadProblem]:
    """A warning where sums stand on the page that are not in the text and in no part that surrounds an article."""
    taken = "\n".join(block.norm for block in choice.article)
    left = [
        block for block in choice.left_out if SUM.search(block.text) and not block.is_link and block.norm not in taken
    ]
    if left:
        shown = "; ".join(f"“{block.text[:80]}”" for block in left[:SHOWN])
        message = (
            f"{len(left)} stretches with figures stand on the page outside its article and were not read ({shown}); "
            "where they belong to it, save the article's words as .txt"
        )
        yield ReadProblem(None, "figures_outside_article", message, Severity.WARNING)


__all__ = ["read_html"]
