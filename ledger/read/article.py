"""What a reader makes of bytes: articles, the places their text came from, enclosed files, and problems."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas import Severity

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of one source is read; what exceeds a limit becomes a problem that names it."""

    text_bytes: int = 20 * MEBIBYTE
    """Bytes of the longest text, in UTF-8."""
    expanded_bytes: int = 256 * MEBIBYTE
    """Bytes that one archive may hold when it is unpacked, all its files together."""
    member_bytes: int = 32 * MEBIBYTE
    """Bytes of the largest file in an archive or message, unpacked."""
    expansion: int = 200
    """Times its own size that a file of an archive may unpack to."""
    members: int = 10_000
    """Files in an archive, messages in a mailbox, entries of a feed, rows of a table, records of a web archive."""
    depth: int = 3
    """Archives and messages within one another."""
    pages: int = 2_000
    """Pages of a PDF."""
    seconds: float = 60.0
    """Time for one file, after which its reader is ended."""
    memory_bytes: int = 4096 * MEBIBYTE
    """Memory of a reader of foreign formats, where the system can hold it to that."""


LIMITS = ReadLimits()
"""The limits where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader is told beside the bytes."""

    name: str = ""
    """The file's name, without its folder."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field of an article (text, title, published, url, publisher, author) → column of a table."""
    limits: ReadLimits = LIMITS
    url: str | None = None
    """The address that the bytes came from, http or https, or null."""
    media_type: str | None = None
    """The media type that the source said, with its parameters ("text/html; charset=iso-8859-1"), or null."""
    publisher: str | None = None
    """Who publishes the source, as is known from outside, or null."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a stretch of an article's text came from: offsets into the text, and the place in the source."""

    start: int
    """First code point."""
    end: int
    """Code point after the last one."""
    place: str
    """Words for a person: "p. 4", "entry 3", "row 17", "table 2", "attachment a.pdf"."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a reader found it; what the source does not say is null.

    Its text has line endings \\n, blank lines between paragraphs, list items "- …", rows of tables "| a | b |" and
    headings "# …".
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    language: str | None = None
    """ISO 639-1 code."""
    number: str | None = None
    """The article's own number in its source: an accession number, "2 of 40", "row 17"."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside a source, to be read as one of its own; what the source knows of it stands for what it lacks."""

    name: str
    """Its name inside the source, with folders parted by "/"."""
    raw: bytes
    media_type: str | None = None
    """The media type that the source says it has, or null."""
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """Something of a source that could not be read, in one line with the remedy."""

    place: str | None
    """The place within the source ("p. 4", "article 7"), or null for the whole of it."""
    rule: str
    """Name of the check that found it."""
    message: str
    severity: Severity = Severity.ERROR
    """An error where something was left out, a warning where it only looks unusual."""


Read = Iterator[Article | Enclosed | ReadProblem]
"""What a reader yields, in the order of the source."""
Reader = Callable[[bytes, ReadOptions], Read]
"""A pure function from bytes: no file, no network, no clock. It never raises for what bytes may hold."""

__all__ = ["LIMITS", "Article", "Enclosed", "Part", "Read", "ReadLimits", "ReadOptions", "ReadProblem", "Reader"]
