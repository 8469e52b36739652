"""The formats that are read: how each is known by its content and its name, and which reader it has.

A format is one entry of `FORMATS`. Its reader is loaded when a file first needs it, so that a package that only one
format needs may be missing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from mimetypes import MimeTypes
from pathlib import PurePath

import filetype

from ledger.lexicons import load
from ledger.process import named
from ledger.read import looks
from ledger.read.article import Reader
from ledger.read.databases import database_of, markup_database_of
from ledger.read.decode import UndecodableError, decode

PLAIN_TEXT = "text/plain"
NOT_READ = "not_read"
"""The rule of a file whose kind has no reader."""

OWN_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
"""First bytes that the library does not know, or that must be right even in a file that is cut."""
MARKED = frozenset(kind for _, kind in OWN_SIGNATURES)
"""What these bytes begin, even where they could be read as text."""
TYPES_BY_NAME = MimeTypes()
"""Media types by suffix, those of Python alone: a system's own list would make reading depend on the machine."""
ARTICLE_TYPES = (PLAIN_TEXT, "text/markdown")
"""Media types whose suffix says that a file holds plain text."""

HTML_START = re.compile(
    r"(?:\s|\ufeff|<!--.{0,4000}?-->|<\?xml[^>]{0,400}\?>)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|style|link|div|article|main|section|header|table|p|h[1-6]|a"
    r"|span|ul|ol|center|font|noscript|iframe|img|nav|figure|blockquote)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a web page, or a piece of one, begins."""
XML_START = re.compile(
    r"(?:\s|\ufeff)*(?:<\?xml\b.{0,1000}?\?>)?(?:\s|<!--.{0,4000}?-->|<![^>]{0,400}>)*<([\w:.-]+)", re.DOTALL
)
"""How a file of XML begins; the group is the name of its first element."""
CLOSING_TAG = re.compile(
    r"</(?:p|div|script|style|td|tr|table|li|ul|ol|a|span|h[1-6]|article|section|head|body)\s*>", re.IGNORECASE
)
TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
MARKUP_SHARE, MARKUP_SHARE_MARKDOWN = 0.05, 0.3
"""A text with a greater share of tags than this is a web page; Markdown may hold some."""
MARKUP_LEAST = 3
"""Closing tags that a text must have to be a web page."""


@dataclass(frozen=True)
class Sample:
    """The bytes of a file and its name, looked at from all sides; each look is made once."""

    raw: bytes
    name: str = ""
    media_type: str | None = None
    """The media type that its source said, without parameters, or null."""

    @cached_property
    def suffix(self) -> str:
        """The suffix of the name in lower case, with its dot."""
        return PurePath(self.name).suffix.lower()

    @cached_property
    def text(self) -> str | None:
        """The bytes as text, or null where they are none."""
        try:
            return decode(self.raw)
        except UndecodableError:
            return None

    @cached_property
    def signature(self) -> str | None:
        """The media type that the first bytes tell, or null."""
        start = self.raw[:1024].lstrip()
        own = next((kind for mark, kind in OWN_SIGNATURES if start.startswith(mark)), None)
        found = None if own else filetype.guess(self.raw[:8192])
        return own or (str(found.mime) if found is not None else None)

    @cached_property
    def xml_root(self) -> str | None:
        """The name of the first element where the file is XML, without its prefix, or null."""
        if self.text is None or not self.text.rstrip().endswith(">"):
            return None
        found = XML_START.match(self.text[:20_000])
        return found.group(1).rpartition(":")[2] if found else None


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read."""

    name: str
    label: str
    """What a person calls such a file, with its article: "a web page"."""
    suffixes: tuple[str, ...]
    media_type: str
    reader: str
    """Module and function, "ledger.read.html:read_html"; loaded when it is first needed."""
    looks: Callable[[Sample], bool]
    """Whether a file is of this format, by its content, and by its name where the content does not tell."""
    options: tuple[str, ...] = ()
    """Options of the command line that this format heeds beside those of all formats."""
    extra: str | None = None
    """The extra whose packages it needs, or null where they come with every installation."""
    apart: bool = True
    """Whether it is read in a process of its own, which can be ended."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not read, in one line with what can be done."""

    rule: str
    message: str


def _is_page(sample: Sample) -> bool:
    """Whether a file is a web page: it begins like one, or is full of tags, whatever its name."""
    text = sample.text
    if text is None or "<" not in text:
        return False
    if HTML_START.match(text[:20_000]) is not None and sample.suffix not in (".md", ".markdown"):
        return True
    said = sample.media_type in ("text/html", "application/xhtml+xml") or sample.suffix in PAGE_SUFFIXES
    if said and TAG.search(text[:200_000]) is not None:
        return True
    head = text[:200_000]
    if len(CLOSING_TAG.findall(head)) < MARKUP_LEAST:
        return False
    share = MARKUP_SHARE_MARKDOWN if sample.suffix in (".md", ".markdown") else MARKUP_SHARE
    return sum(len(tag) for tag in TAG.findall(head)) > share * len(head)


def _is_markdown(sample: Sample) -> bool:
    return sample.suffix in (".md", ".markdown") and _is_text(sample)


def _is_text(sample: Sample) -> bool:
    """Whether a file is plain text: its bytes are, they begin like no markup, and its name claims nothing else."""
    return (
        sample.text is not None
        and sample.signature not in MARKED
        and sample.xml_root is None
        and _other_type(sample) is None
        and _claimed(sample) is None
    )


def _claimed(sample: Sample) -> Format | None:
    """The format of bytes that a file's name claims, where its content is text, or null."""
    return next((entry for entry in FORMATS if sample.suffix in entry.suffixes and entry.name in PACKED), None)


def _other_type(sample: Sample) -> str | None:
    """The media type that a file's name claims where that is no plain text, or null."""
    if not sample.suffix or sample.suffix in suffixes():
        return None
    said = TYPES_BY_NAME.guess_type(f"a{sample.suffix}")[0]
    return None if said in ARTICLE_TYPES else said


PACKED = ("pdf", "docx", "excel", "parquet", "zip", "warc")
"""Formats that are no text: a text under such a name is a download that went wrong."""


def _is_database_markup(sample: Sample) -> bool:
    return sample.text is not None and markup_database_of(sample.raw) is not None


def _is_database(sample: Sample) -> bool:
    return _is_text(sample) and database_of(str(sample.text)) is not None


PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")

OFFICE = "formats"
"""The extra with the packages that foreign formats need."""
MAPPED = ("--map",)
"""The option that names the columns of a table."""
FORMATS: Sequence[Format] = (
    Format("pdf", "a PDF", (".pdf",), "application/pdf", "ledger.read.pdf:read_pdf", looks.is_pdf, extra=OFFICE),
    Format(
        "docx",
        "a Word document",
        (".docx", ".docm", ".dotx"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "ledger.read.docx:read_docx",
        looks.is_docx,
        extra=OFFICE,
    ),
    Format(
        "rtf", "Rich Text Format", (".rtf",), "application/rtf", "ledger.read.rtf:read_rtf", looks.is_rtf, extra=OFFICE
    ),
    Format(
        "excel",
        "a workbook",
        looks.WORKBOOKS,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ledger.read.excel:read_excel",
        looks.is_excel,
        MAPPED,
        OFFICE,
    ),
    Format(
        "parquet",
        "a Parquet file",
        (".parquet",),
        "application/vnd.apache.parquet",
        "ledger.read.parquet:read_parquet",
        looks.is_parquet,
        MAPPED,
    ),
    Format("zip", "a zip archive", (".zip",), "application/zip", "ledger.read.archives:read_zip", looks.is_zip),
    Format(
        "warc",
        "a web archive",
        (".warc", ".warc.gz"),
        "application/warc",
        "ledger.read.warc:read_warc",
        looks.is_warc,
        extra=OFFICE,
    ),
    Format("mbox", "a mailbox", (".mbox",), "application/mbox", "ledger.read.mail:read_mailbox", looks.is_mailbox),
    Format("mail", "a message", (".eml",), "message/rfc822", "ledger.read.mail:read_mail", looks.is_mail),
    Format(
        "feed",
        "a feed",
        (".rss", ".atom", ".xml"),
        "application/rss+xml",
        "ledger.read.feeds:read_feed",
        looks.is_feed,
        extra=OFFICE,
    ),
    Format(
        "jsonl",
        "JSON Lines",
        (".jsonl", ".ndjson", ".json"),
        "application/jsonl",
        "ledger.read.json_lines:read_json_lines",
        looks.is_json_lines,
        MAPPED,
    ),
    Format("csv", "a CSV", (".csv", ".tsv"), "text/csv", "ledger.read.delimited:read_csv", looks.is_csv, MAPPED),
    Format(
        "factiva",
        "an export of Factiva in HTML or XML",
        (),
        "text/html",
        "ledger.read.databases.reader:read_database_markup",
        _is_database_markup,
    ),
    Format("html", "a web page", PAGE_SUFFIXES, "text/html", "ledger.read.html:read_html", _is_page),
    Format(
        "markdown",
        "Markdown",
        (".md", ".markdown"),
        "text/markdown",
        "ledger.read.text:read_text",
        _is_markdown,
        apart=False,
    ),
    Format(
        "database",
        "an export of Factiva, Nexis or ProQuest as text",
        (),
        PLAIN_TEXT,
        "ledger.read.databases.reader:read_database",
        _is_database,
        apart=False,
    ),
    Format("text", "plain text", (".txt", ".text"), PLAIN_TEXT, "ledger.read.text:read_text", _is_text, apart=False),
)
"""What is read, in the order in which a file is tried: the most particular first, plain text last."""


def suffixes() -> frozenset[str]:
    """The suffixes of all formats, in lower case with their dots: what is read in a folder."""
    return frozenset(suffix for entry in FORMATS for suffix in entry.suffixes)


def format_of(sample: Sample) -> Format | Refusal:
    """The format of a file, or why it is not read.

    >>> format_of(Sample(b"<p>A mill opens.</p>", "mill.txt")).name
    'html'
    """
    found = next((entry for entry in FORMATS if entry.looks(sample)), None)
    return found or refusal_of(sample)


def refusal_of(sample: Sample) -> Refusal:
    """Why no reader reads a file, and what can be done.

    >>> refusal_of(Sample(b"\\x89PNG\\r\\n\\x1a\\n", "chart.png")).message
    'is a picture, which is not read; run text recognition over it and save the words as .txt'
    """
    remedy = "save the article's words as .txt in UTF-8"
    if sample.xml_root is not None and sample.text is not None:
        return Refusal(
            NOT_READ, f"is XML of a kind that is not read (its first element is {sample.xml_root}); {remedy}"
        )
    claimed = _claimed(sample)
    if claimed is not None and sample.text is not None:
        return Refusal(NOT_READ, f"is named {sample.suffix} but is not {claimed.label}; download or export it again")
    kind = sample.signature if sample.text is None or sample.signature in MARKED else _other_type(sample)
    if kind is None:
        return Refusal("binary", "the bytes are no text; save the article as plain text in UTF-8")
    rule = next((rule for rule in load.toml("read")["refused"] if kind.startswith(rule["media_type"])), None)
    label = str(rule["label"]) if rule else f"a file of the type {kind}"
    return Refusal(NOT_READ, f"is {label}, which is not read; {rule['remedy'] if rule else remedy}")


def reader_of(reader: str) -> Reader:
    """The function that "module:function" names; raises ModuleNotFoundError where a package it needs is missing."""
    return named(reader)  # type: ignore[no-any-return]


def lacking(entry: Format) -> str | None:
    """The package that the reader of a format lacks, or null where it can be used."""
    try:
        reader_of(entry.reader)
    except ModuleNotFoundError as error:
        return error.name or "a package"
    return None


def missing(entry: Format, package: str | None) -> Refusal:
    """The refusal of a file whose reader lacks a package."""
    extra = f"figures-ledger[{entry.extra}]" if entry.extra else "figures-ledger"
    return Refusal("package_missing", f"is {entry.label}; to read it, install '{extra}' ({package} is missing)")


__all__ = ["FORMATS", "Format", "Refusal", "Sample", "format_of", "lacking", "missing", "reader_of", "suffixes"]
