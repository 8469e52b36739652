"""What a page says of its article: JSON-LD NewsArticle first, then OpenGraph and its like, then what its lines say."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from ledger.read.html.words import clean

ARTICLES = ("article", "posting", "report")
"""Ends of the types of schema.org that are articles: NewsArticle, ReportageNewsArticle, BlogPosting, Report."""
PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.publication",
    "dc.date.issued", "dc.date", "dcterms.date", "dcterms.created", "citation_publication_date", "parsely-pub-date",
    "sailthru.date", "publishdate", "pubdate", "publish-date", "publication_date", "article.published", "date",
)  # fmt: skip
AUTHOR_META = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
SITE_META = ("og:site_name", "publisher", "dc.publisher", "application-name", "al:iphone:app_name")
TITLE_META = ("og:title", "twitter:title", "dc.title", "headline", "parsely-title", "sailthru.title")
LATEST = "2100-01-01"
"""The last day that a page may be of: the day of reading would make the same page give different facts."""
MOST_NODES = 5_000
"""Objects of JSON-LD that are looked through."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of its article; null where it does not."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    language: str | None = None
    is_free: bool | None = None
    """False where the page says that the article is for subscribers (schema.org isAccessibleForFree)."""
    body: str | None = None
    """The words of the article as the page's data give them (schema.org articleBody)."""


def page_facts(tree: HtmlElement, url: str | None = None) -> PageFacts:
    """What the page at `url` says of its article."""
    data = _article(tree)
    meta = _meta(tree)
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)").strip()
    address = _text(data.get("url")) or _address(data.get("mainEntityOfPage"))
    free = data.get("isAccessibleForFree")
    return PageFacts(
        title=_title(tree, _text(data.get("headline")) or _text(data.get("name")) or _first(meta, TITLE_META)),
        author=_names(data.get("author")) or _author(meta, tree),
        publisher=_names(data.get("publisher")) or _first(meta, SITE_META),
        published=_published(data, meta, tree),
        url=_absolute((canonical, meta.get("og:url"), address), url),
        language=_language(data, meta, tree),
        is_free=None if free is None else str(free).lower() not in ("false", "http://schema.org/false"),
        body=data["articleBody"] if isinstance(data.get("articleBody"), str) else None,
    )


# JSON-LD --------------------------------------------------------------------------------------------------------------


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The objects of the page's JSON-LD, nested ones too."""
    left: list[Any] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text:
            words = script.text.strip().removeprefix("<!--").removesuffix("-->")
            try:
                left.append(json.loads(words, strict=False))
            except (ValueError, RecursionError):  # a page's data may be broken: its other words remain
                continue
    for _ in range(MOST_NODES):
        if not left:
            return
        node = left.pop(0)
        if isinstance(node, list):
            left[:0] = node
        elif isinstance(node, dict):
            yield node
            left += [
                value for key, value in node.items() if key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
            ]


def _article(tree: HtmlElement) -> Mapping[str, Any]:
    """The first article of the page's JSON-LD, or nothing."""
    for node in _nodes(tree):
        kinds = node.get("@type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if isinstance(kind, str) and kind.rpartition("/")[2].lower().endswith(ARTICLES):
                return node
    return {}


def _text(value: Any) -> str | None:
    """A value as words on one line, or null."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return _line(value) if isinstance(value, str) else None


def _line(words: str) -> str | None:
    """Words on one line, with what entities are left in them read."""
    if "&" in words and ";" in words:
        words = unescape(words)
    return " ".join(clean(words).split()) or None


def _names(value: Any) -> str | None:
    """The names of people or organisations, joined by commas."""
    each = value if isinstance(value, list) else [value]
    names = [name for one in each if (name := _text(one)) and len(name) <= LONGEST_NAME and not name.startswith("http")]
    return ", ".join(dict.fromkeys(names)) or None


def _address(value: Any) -> str | None:
    said = value.get("@id") or value.get("url") if isinstance(value, dict) else value
    return said if isinstance(said, str) else None


# Head and body --------------------------------------------------------------------------------------------------------


def _meta(tree: HtmlElement) -> Mapping[str, str]:
    """Name or property in lower case → content, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(meta: Mapping[str, str], names: Iterable[str]) -> str | None:
    found = next((meta[name] for name in names if name in meta and not meta[name].startswith(("http", "@"))), None)
    return _line(found) if found else None


def _title(tree: HtmlElement, said: str | None) -> str | None:
    """The title as readers see it: the first heading that is like the one that the data say, else what they say."""
    shown = [words for one in tree.iter("h1") if (words := " ".join(clean(one.text_content()).split()))]
    if said is None:
        named = next(tree.iter("title"), None)
        said = _without_site(" ".join(clean(named.text_content()).split())) if named is not None else ""
        said = shown[0] if len(shown) == 1 else said
    wanted = set(said.lower().split())
    alike = next((one for one in shown if 2 * len(wanted & set(one.lower().split())) > len(wanted)), None)
    return alike or said or None


def _without_site(title: str) -> str:
    """A page's title without the name of the site behind it."""
    for bar in (" | ", " -- ", " — ", " – ", " - ", " · ", " :: "):
        head, found, tail = title.rpartition(bar)
        if found and len(head) > len(tail) and len(tail) <= 40:
            return head.strip()
    return title


def _author(meta: Mapping[str, str], tree: HtmlElement) -> str | None:
    said = _first(meta, AUTHOR_META)
    if said is None:
        linked = tree.xpath("//a[@rel='author'] | //*[@itemprop='author']")
        said = _line(linked[0].text_content()) if linked else None
    return said.removeprefix("By ").removeprefix("by ") if said and len(said) <= LONGEST_NAME else None


def _day(words: str) -> date | None:
    """The day of an ISO 8601 time, as its own clock says."""
    try:
        return date.fromisoformat(words.strip()[:10].replace("/", "-"))
    except ValueError:
        return None


def _published(data: Mapping[str, Any], meta: Mapping[str, str], tree: HtmlElement) -> date | None:
    said = [_text(data.get("datePublished")), *(meta.get(name) for name in PUBLISHED_META)]
    said += [one.get("datetime") or one.get("content") for one in tree.xpath("//*[@itemprop='datePublished']")]
    said += [one.get("datetime") for one in tree.xpath("//article//time[@datetime] | //main//time[@datetime]")[:3]]
    found = next((day for words in said if words and (day := _day(words)) is not None), None)
    if found is not None:
        return found
    # A tree, never a text: htmldate would fetch a text that is an address.
    try:
        guess = find_date(copy(tree), extensive_search=False, original_date=True, max_date=LATEST)
    except Exception:  # noqa: BLE001 - a page at which the guesser fails has no day that it could guess
        return None
    return _day(guess) if guess else None


def _language(data: Mapping[str, Any], meta: Mapping[str, str], tree: HtmlElement) -> str | None:
    said = (_text(data.get("inLanguage")), tree.get("lang"), meta.get("og:locale"), meta.get("content-language"))
    for words in said:
        code = (words or "").strip().lower().replace("_", "-").partition("-")[0]
        if len(code) == 2 and code.isalpha():
            return code
    return None


def _absolute(said: Iterable[str | None], url: str | None) -> str | None:
    """The first address of those said that is http or https, or the page's own."""
    for words in said:
        try:
            whole = urljoin(url or "", words.strip()) if words else ""
            fits = urlsplit(whole).scheme in ("http", "https") and bool(urlsplit(whole).netloc)
        except ValueError:
            continue
        if fits:
            return whole
    return url


__all__ = ["PageFacts", "page_facts"]
