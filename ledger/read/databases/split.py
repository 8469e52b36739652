"""Which database a text was exported from, and its articles."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ledger.read.article import Article, ReadProblem
from ledger.read.databases.factiva import LEAST_CODES, coded, end_of, factiva_articles
from ledger.read.databases.nexis import nexis_articles, nexis_uni_articles
from ledger.read.databases.proquest import proquest_articles
from ledger.read.databases.words import labelled, labels, mark
from ledger.read.decode import UndecodableError, decode

SPLITTERS: Mapping[str, Callable[[Sequence[str]], Iterator[Article | ReadProblem]]] = {
    "factiva": factiva_articles,
    "nexis": nexis_articles,
    "nexis_uni": nexis_uni_articles,
    "proquest": proquest_articles,
}
LEAST_LABELS = 2
"""Different labels of a database that must stand in its export beside what parts its articles."""
BREAK = re.compile("[\f\v\x1c-\x1e]")
PARTS = re.compile("_{20}|do[ck]ument", re.IGNORECASE)
"""What parts the articles of every export holds one of these."""
HEADING = re.compile("^#{1,6} ", re.MULTILINE)
"""How readers of Word and RTF mark a heading, as the title of an article is one there."""
FACTIVA_HTML = re.compile(r"<(?:div|article)[^>]{0,200}\bclass=[\"']?[^\"'>]{0,80}\b[a-z]{2}Article\b")
FACTIVA_XML = re.compile(rb"<(?:\w+:)?(?:PPSResponse|ppsArticleResponse|ppsarticleResultSet)\b")
HEAD_BYTES = 8_192


def database_of(text: str) -> str | None:
    """The form of the export that a text is ("factiva", "nexis", "nexis_uni", "proquest"), or null for any other text.

    An export has lines that part its articles, and labels or codes that no article has.

    >>> database_of("3 of 40 DOCUMENTS\\n\\nVelora pays $3 million.\\n") is None
    True
    """
    if PARTS.search(text) is None:
        return None
    lines = _lines(text)
    for name, is_one in TESTS.items():
        if is_one(lines):
            return name
    return None


def database_articles(text: str) -> Iterator[Article | ReadProblem]:
    """The articles of an export in their order, and what does not fit; nothing for a text that is no export."""
    name = database_of(text)
    if name is not None:
        yield from SPLITTERS[name](_lines(text))


def markup_database_of(raw: bytes) -> str | None:
    """The form of an export in HTML or XML ("factiva_html", "factiva_xml"), or null."""
    if FACTIVA_XML.search(raw[:HEAD_BYTES]):
        return "factiva_xml"
    try:
        text = decode(raw) if b"Article" in raw else ""
    except UndecodableError:
        return None
    return "factiva_html" if FACTIVA_HTML.search(text) and _has_accession(text) else None


def markup_articles(raw: bytes) -> Iterator[Article | ReadProblem]:
    """The articles of an export in HTML or XML; nothing for bytes that are no export."""
    name = markup_database_of(raw)
    from ledger.read.databases.factiva_markup import factiva_html_articles, factiva_xml_articles  # noqa: PLC0415 - lxml

    if name == "factiva_xml":
        yield from factiva_xml_articles(raw)
    elif name == "factiva_html":
        yield from factiva_html_articles(decode(raw))


def _has_accession(text: str) -> bool:
    pieces = re.split(r"<[^>]{0,500}>", text)
    return any(mark("factiva_end", piece) for piece in pieces if len(piece) < 80) or "<b>HD</b>" in text


def _lines(text: str) -> list[str]:
    return HEADING.sub("", BREAK.sub("\n", text)).split("\n")


def _labels_of(lines: Sequence[str], database: str) -> set[str]:
    known = labels(database)
    return {found[0] for line in lines if (found := labelled(line, known))}


def _is_nexis(lines: Sequence[str]) -> bool:
    return any(mark("nexis_start", line) for line in lines) and (
        len(_labels_of(lines, "nexis") & {"length", "language", "tail", "author", "section"}) >= LEAST_LABELS
    )


def _is_nexis_uni(lines: Sequence[str]) -> bool:
    return any(mark("nexis_end", line) for line in lines) and len(_labels_of(lines, "nexis")) >= LEAST_LABELS


def _is_factiva(lines: Sequence[str]) -> bool:
    if not any(end_of(line) for line in lines):
        return False
    return any(mark("words", line) or mark("rights", line) for line in lines) or len(coded(lines)) >= LEAST_CODES


def _is_proquest(lines: Sequence[str]) -> bool:
    ruled = any(mark("proquest_rule", line) for line in lines)
    return (
        ruled and len(_labels_of(lines, "proquest") - {"title", "author", "beside", "url", "language"}) >= LEAST_LABELS
    )


TESTS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "proquest": _is_proquest,
    "nexis": _is_nexis,
    "nexis_uni": _is_nexis_uni,
    "factiva": _is_factiva,
}

__all__ = ["database_articles", "database_of", "markup_articles", "markup_database_of"]
