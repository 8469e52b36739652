"""Exports of Factiva as HTML and XML."""

import re
from collections.abc import Collection, Iterator

from lxml import etree, html

from ledger.read.article import Article, ReadProblem
from ledger.read.databases.entries import Entry, article_of, counted
from ledger.read.databases.factiva import FACTS, MOST, field_codes, fill, take
from ledger.read.databases.words import count_of, language_of, mark

ARTICLE = re.compile(r"\b(?:article|[a-z]{2}Article)\b")
HEADLINE = re.compile(r"\b(?:[a-z]{2})?Headline\b", re.IGNORECASE)
PARAGRAPH = re.compile(r"\b\w*articleParagraph\b", re.IGNORECASE)
DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
XML_FACTS = {
    "author": "byline",
    "publisher": "sourceName",
    "section": "sectionName",
    "number": "accessionNo",
    "language": "baseLanguage",
    "words": "wordCount",
}
BLOCKS = frozenset({"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4", "td"})
UNSEEN = frozenset({"script", "style", "head"})


def factiva_html_articles(text: str) -> Iterator[Article | ReadProblem]:
    """The articles of an export of Factiva as HTML."""
    try:
        tree = html.fromstring(DECLARED.sub("", text))
    except etree.ParserError as error:
        yield ReadProblem(None, "unreadable", f"is no HTML that can be read ({error}); export it again")
        return
    found = [element for element in tree.iter("div", "article") if _is_article(element)]
    for number, element in enumerate(found, 1):
        entry = Entry(f"article {number} of {len(found)}")
        _fill(entry, element)
        yield from article_of(entry, "Factiva")
    outside = (line for line in lines_of(tree) if line)
    results = next((said for line in outside if (said := mark("factiva_found", line))), None)
    yield from counted(count_of(results["count"]) if results else None, len(found), at_most=MOST)


def _is_article(element: html.HtmlElement) -> bool:
    """Whether an element is a whole article: of its class, ended by its number, and inside no other one."""
    if ARTICLE.search(element.get("class") or "") is None:
        return False
    return not any(ARTICLE.search(above.get("class") or "") for above in element.iterancestors("div", "article"))


def _fill(entry: Entry, element: html.HtmlElement) -> None:
    rows = [row for row in element.iter("tr") if _code(row) is not None]
    if rows:
        for row in rows:
            _take_row(entry, row)
        _take_number(entry, element)
        return
    _take_number(entry, element)
    paragraphs = [part for part in element.iter("p", "div", "pre") if PARAGRAPH.search(part.get("class") or "")]
    titles = [part for part in element.iter("span", "div", "h1", "b") if HEADLINE.search(part.get("class") or "")]
    entry.title = _words(titles[0]) if titles and _words(titles[0]) else None
    body = [words for part in paragraphs if (words := _words(part)) and not mark("factiva_end", words)]
    lines = [line for line in lines_of(element, without=(*paragraphs, *titles[:1])) if not mark("factiva_end", line)]
    if not body:
        fill(entry, lines_of(element))
        return
    fill(entry, [line for line in (entry.title or "", *lines) if line])
    entry.paragraphs = body


def _code(row: html.HtmlElement) -> str | None:
    """The field code in the first cell of a row, or null."""
    cells = row.findall("td")
    code = _words(cells[0]).strip(":") if len(cells) > 1 else ""
    return code if code in field_codes() else None


def _take_row(entry: Entry, row: html.HtmlElement) -> None:
    cell, field = row.findall("td")[1], field_codes()[str(_code(row))]
    if field == "body":
        entry.paragraphs += [line for line in lines_of(cell) if line and not mark("factiva_end", line)]
    elif field in FACTS and (words := _words(cell)):
        take(entry, field, words)


def _take_number(entry: Entry, element: html.HtmlElement) -> None:
    found = next((said for line in lines_of(element) if (said := mark("factiva_end", line))), None)
    entry.number = entry.number or (found["number"] if found else None)


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())


def lines_of(element: html.HtmlElement, without: Collection[html.HtmlElement] = ()) -> list[str]:
    """The lines of an element as a reader sees them, each block on its own; elements in `without` are left out."""
    pieces: list[str] = []
    left, hidden = set(without), 0
    for event, part in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        unseen = part in left or part.tag in UNSEEN
        pieces += ["\n"] if part.tag in BLOCKS else []
        if event == "start":
            hidden += unseen
            pieces += [] if hidden else [_one_line(part.text)]
            continue
        hidden -= unseen and event == "end"
        pieces += [] if hidden or part is element else [_one_line(part.tail)]
    return [words for line in "".join(pieces).split("\n") if (words := " ".join(line.split()))]


def _one_line(text: str | None) -> str:
    return (text or "").replace("\n", " ")


# XML ------------------------------------------------------------------------------------------------------------------


def factiva_xml_articles(raw: bytes) -> Iterator[Article | ReadProblem]:
    """The articles of an answer of Factiva as XML; entities are not resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        tree = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        tree = None
    if tree is None:
        yield ReadProblem(None, "unreadable", "is no XML that can be read; export it again")
        return
    found = [
        element for element in tree.iter("{*}article") if element.find("{*}headline") is not None or _facts(element)
    ]
    for number, element in enumerate(found, 1):
        entry = Entry(f"article {number} of {len(found)}")
        for field, name in XML_FACTS.items():
            if words := _words_of(element, name):
                take(entry, field, words)
        entry.title = _words_of(element, "headline") or None
        take(entry, "published", _words_of(element, "publicationDate"))
        entry.language = language_of(_words_of(element, "baseLanguage"))
        for name in ("leadParagraph", "tailParagraphs"):
            entry.paragraphs += _paragraphs(element, name)
        yield from article_of(entry, "Factiva")
    counts = [
        said for element in tree.iter("{*}ppsarticleResultSet", "{*}articleResultSet") if (said := element.get("count"))
    ]
    yield from counted(count_of(counts[0]) if counts else None, len(found))


def _facts(element: etree._Element) -> bool:
    return element.find("{*}accessionNo") is not None


def _words_of(element: etree._Element, name: str) -> str:
    child = element.find(f"{{*}}{name}")
    return "" if child is None else _words(child)


def _paragraphs(element: etree._Element, name: str) -> list[str]:
    child = element.find(f"{{*}}{name}")
    if child is None:
        return []
    paragraphs = list(child.iter("{*}paragraph")) or [child]
    return [words for words in map(_words, paragraphs) if words]


__all__ = ["factiva_html_articles", "factiva_xml_articles", "lines_of"]
