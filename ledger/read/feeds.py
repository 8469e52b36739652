"""Feeds (RSS and Atom) to articles: an article for each entry, its HTML as text."""

import io
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import feedparser

from ledger.read.article import Article, Part, Read, ReadOptions, ReadProblem
from ledger.read.blocks import clean
from ledger.read.days import day_of
from ledger.read.fragment import fragment_text

DAYS = ("published", "updated", "created")
DECLARED_WITHIN = 65_536
"""Bytes in which a feed may declare entities."""
BROKEN = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What feedparser raises on bytes that are no feed."""
REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{6,})|([0-9]{7,}));?")
"""A reference to a character that may lie beyond the last one."""
WEB = ("http://", "https://")


def read_feed(raw: bytes, options: ReadOptions) -> Read:
    """The entries of a feed in its order; a problem where it is none, and for each entry without words."""
    if b"<!ENTITY" in raw[:DECLARED_WITHIN]:
        yield ReadProblem(None, "entities", "declares entities of its own, which may grow without end; fetch it again")
        return
    try:
        feed: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(REFERENCE.sub(_within_range, raw)), sanitize_html=False, resolve_relative_uris=False
        )
    except (
        ValueError,
        ArithmeticError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        AssertionError,
    ) as error:
        line = " ".join(str(error).split())[:100] or type(error).__name__
        yield ReadProblem(None, "broken", f"is no feed that can be read ({line}); fetch it again")
        return
    entries = feed.get("entries", [])
    if not entries:
        yield ReadProblem(None, "broken", "holds no entries of RSS or Atom; name the address of the feed itself")
        return
    publisher = options.publisher or _words(feed.get("feed", {}).get("title"))
    language = _language(feed.get("feed", {}).get("language"))
    for number, entry in enumerate(entries[: options.limits.members], 1):
        yield _entry(entry, f"entry {number}", publisher, language, options.url or "")
    if len(entries) > options.limits.members:
        message = f"holds more than {options.limits.members:,} entries; the others are left out"
        yield ReadProblem(None, "too_many_entries", message)
    if feed.get("bozo") and not isinstance(feed.get("bozo_exception"), feedparser.CharacterEncodingOverride):
        line = " ".join(str(feed.get("bozo_exception")).split())[:100]
        yield ReadProblem(None, "broken", f"the feed is not well formed ({line}); entries may be missing")


def _within_range(reference: re.Match[bytes]) -> bytes:
    """A reference as it is, or one to the replacement character where there is no such character."""
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip(b"0")[:9]  # more digits are beyond the last one anyway
    return reference[0] if int(digits or b"0", 16 if hexadecimal else 10) <= sys.maxunicode else b"&#xFFFD;"


def _entry(
    entry: dict[str, Any], place: str, publisher: str | None, language: str | None, base: str
) -> Article | ReadProblem:
    title = _words(entry.get("title"))
    body = _body(entry)
    if not body.strip() and title is None:
        return ReadProblem(place, "empty", "the entry holds no words")
    text = body if title is None or body.lstrip("# ").startswith(title) else f"# {title}\n\n{body}"
    text = text.strip() + "\n"
    link = _address(str(entry.get("link") or "").strip(), base)
    return Article(
        text,
        title=title,
        publisher=_words((entry.get("source") or {}).get("title")) or publisher,
        author=_words(entry.get("author")),
        published=next((day for key in DAYS if (day := day_of(dict.get(entry, key))) is not None), None),
        url=link,
        language=_language((entry.get("title_detail") or {}).get("language")) or language,
        number=place,
        parts=(Part(0, len(text), place),),
    )


def _address(link: str, base: str) -> str | None:
    """Where an entry leads to, from the address of its feed; null where that is no web address."""
    try:
        whole = urljoin(base, link)
    except ValueError:
        return None
    return whole if link and whole.startswith(WEB) else None


def _body(entry: Mapping[str, Any]) -> str:
    """The content of an entry, or its summary where that says more."""
    values = [str(one.get("value") or "") for one in entry.get("content") or ()]
    texts = [fragment_text(value) for value in (*values, str(entry.get("summary") or ""))]
    return max(texts, key=lambda text: len(text.strip()), default="")


def _words(said: object) -> str | None:
    """A title or name in plain words, its markup read."""
    return clean(fragment_text(str(said)).removeprefix("# ")) or None if said else None


def _language(said: object) -> str | None:
    """The first part of a language tag where it is one of ISO 639-1, or null."""
    tag = str(said or "").replace("_", "-").partition("-")[0].lower()
    return tag if len(tag) == 2 and tag.isalpha() else None


__all__ = ["read_feed"]
