"""Bytes of any known format to documents: the reader of the format, what is enclosed, limits, and the facts of each."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath, PurePosixPath

from ledger.files import shown
from ledger.read.article import LIMITS, Article, Enclosed, ReadLimits, ReadOptions, ReadProblem
from ledger.read.databases import with_exports
from ledger.read.formats import Format, Refusal, Sample, format_of, reader_of
from ledger.read.given import Rows, Text
from ledger.read.metadata import text_metadata
from ledger.read.rows import TextTable, articles_of
from ledger.read.sidecar import GivenMetadata, Sidecar
from ledger.read.worker import Worker
from schemas import Document, Problem, Severity, TextPart, stable_id

UNKNOWN = Article("")
NOTHING_GIVEN = GivenMetadata()
EMPTY = Refusal("empty", "holds no words; remove it, or save the article again")
PLAIN = "text/plain"
"""The media type of what a program gives."""
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Bytes:
    """Something that was read in: its bytes, and what is known of it from outside."""

    source: str
    """The name that it was given by, or the path inside its archive."""
    raw: bytes
    names: tuple[str, ...] = ()
    """Names that a table of metadata may use, the most exact first."""
    media_type: str | None = None
    """What its source says it is, as in the header of an answer."""
    known: Article = UNKNOWN
    """What encloses it, or its address, says of it; its own words go first."""
    depth: int = 0
    """How many archives or messages it lies in."""


@dataclass
class Spent:
    """What the files enclosed in one source have come to so far."""

    members: int = 0
    size: int = 0


@dataclass
class DocumentReader:
    """Makes documents of bytes; readers of foreign formats run in processes that end with `close`."""

    retrieved_at: datetime
    options: GivenMetadata = NOTHING_GIVEN
    """What holds for every document unless its own row of the table says otherwise."""
    sidecar: Sidecar = field(default_factory=Sidecar)
    mapping: Mapping[str, str] = field(default_factory=dict)
    limits: ReadLimits = LIMITS
    workers: dict[int, Worker] = field(default_factory=dict)
    """Depth → the process that reads there; that of an archive waits while its files are read."""

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers.values():
            worker.close()

    def documents(self, item: Bytes, spent: Spent | None = None) -> Iterator[Document | Problem]:
        """The documents in `item` and in what it encloses, in order; what cannot be read becomes a problem."""
        spent = spent or Spent()
        said = (item.media_type or "").partition(";")[0].strip().lower() or None
        if not item.raw.strip():
            yield _problem(item, EMPTY)
            return
        entry = format_of(Sample(item.raw, PurePath(item.names[-1] if item.names else "").name, said))
        if isinstance(entry, Refusal):
            yield _problem(item, entry)
            return
        yield from self._found(self._read(entry, item), entry.media_type, item, spent, self.limits.members)

    def text(self, given: Text) -> Document | Problem:
        """The document of a text; what is known of it goes before what holds for all."""
        words = LONE_SURROGATE.sub("\ufffd", given.text)
        row = GivenMetadata(given.title, given.publisher, given.published, given.url)
        return self._document(Article(words), PLAIN, Bytes(given.source, words.encode()), row)

    def rows(self, given: Rows) -> Iterator[Document | Problem]:
        """The documents in the rows of a table, counted from 1; a program may give any number of them."""
        options = ReadOptions(given.name, dict(self.mapping), replace(self.limits, members=sys.maxsize))
        tables = [TextTable(given.columns, enumerate(given.rows(), 1))]
        found = articles_of(b"", options, lambda *_: tables)
        yield from self._found(found, PLAIN, Bytes(given.name, b""), Spent(), sys.maxsize)

    def known(self, given: Document) -> Document | Problem:
        """A document that is one already, with what holds for all where it does not say."""
        said = _together(self.options, GivenMetadata(given.title, given.publisher, given.published, given.url))
        if not given.text.strip():
            return _problem(Bytes(given.source, b""), EMPTY)
        return given.model_copy(update=said._asdict())

    def _found(
        self, read: Iterator[Article | Enclosed | ReadProblem], media_type: str, item: Bytes, spent: Spent, most: int
    ) -> Iterator[Document | Problem]:
        """The documents of what a reader found in `item`, so many at `most`."""
        number = 0
        for found in read:
            if isinstance(found, ReadProblem):
                where = item.source if found.place is None else f"{item.source}: {shown(found.place)}"
                yield Problem(where=where, rule=found.rule, message=found.message, severity=found.severity)
            elif isinstance(found, Enclosed):
                yield from self._enclosed(found, item, spent)
            else:
                number += 1
                if number > most:
                    limit = f"{most:,} articles, more than are read of one file; split it"
                    yield _problem(item, Refusal("too_many", f"holds over {limit}"))
                    return
                yield self._document(found, media_type, item)

    def _read(self, entry: Format, item: Bytes) -> Iterator[Article | Enclosed | ReadProblem]:
        options = ReadOptions(
            name=PurePath(item.names[-1]).name if item.names else "",
            mapping=dict(self.mapping),
            limits=self.limits,
            url=item.known.url,
            media_type=item.media_type,
            publisher=item.known.publisher,
        )
        if not entry.apart:
            return reader_of(entry.reader)(item.raw, options)
        return with_exports(self.workers.setdefault(item.depth, Worker()).read(entry, item.raw, options))

    def _enclosed(self, found: Enclosed, item: Bytes, spent: Spent) -> Iterator[Document | Problem]:
        name = shown(found.name.replace("\\", "/"))
        spent.members += 1
        spent.size += len(found.raw)
        inner = Bytes(
            f"{item.source}/{name}",
            found.raw,
            (f"{item.source}/{name}", *(f"{outer}/{name}" for outer in item.names), name, PurePosixPath(name).name),
            found.media_type,
            Article("", found.title, found.publisher, found.author, found.published, found.url),
            item.depth + 1,
        )
        fault = self._over(name, inner, spent)
        if fault is not None:
            yield _problem(inner, fault)
        else:
            yield from self.documents(inner, spent)

    def _over(self, name: str, inner: Bytes, spent: Spent) -> Refusal | None:
        """The limit that an enclosed file exceeds, or null."""
        limits = self.limits
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", name):
            return Refusal("outside_archive", "has a path that leads out of its archive; pack it again without")
        if inner.depth > limits.depth:
            return Refusal("too_deep", f"lies in more than {limits.depth} archives or messages; unpack it and name it")
        if len(inner.raw) > limits.member_bytes:
            return Refusal("too_large", f"holds more than {limits.member_bytes >> 20} MiB; unpack it and split it")
        if spent.members > limits.members:
            return Refusal("too_many", f"is past the first {limits.members:,} files of its archive; split the archive")
        if spent.size > limits.expanded_bytes:
            return Refusal(
                "too_large", f"is past the first {limits.expanded_bytes >> 20} MiB of its archive; split the archive"
            )
        return None

    def _document(
        self, article: Article, media_type: str, item: Bytes, row: GivenMetadata | None = None
    ) -> Document | Problem:
        """The document of an article; `row` is what is known of it alone, where that is no row of the sidecar."""
        text = LONE_SURROGATE.sub("\ufffd", article.text)
        size = len(text.encode())
        source = item.source if article.number is None else f"{item.source}#{shown(article.number)}"
        if not text.strip():
            return _problem(replace(item, source=source), EMPTY)
        if size > self.limits.text_bytes:
            message = f"holds more than {self.limits.text_bytes >> 20} MiB of text; split it"
            return _problem(replace(item, source=source), Refusal("too_large", message))
        said = _together(self.options, self.sidecar.of(source, *item.names) if row is None else row)
        facts, outer = text_metadata(text), item.known
        return Document(
            document_id=stable_id("document", text),
            source=source,
            media_type=media_type,
            title=said.title or article.title or outer.title or facts.title,
            publisher=said.publisher or article.publisher or outer.publisher or facts.publisher,
            author=article.author or outer.author or facts.author,
            published=said.published or article.published or outer.published or facts.published,
            url=said.url or _web_address(article.url) or _web_address(outer.url),
            language=article.language,
            retrieved_at=self.retrieved_at,
            text=text,
            raw_sha256=sha256(item.raw or text.encode()).hexdigest(),
            number=article.number,
            parts=_parts(article, text),
        )


def _parts(article: Article, text: str) -> tuple[TextPart, ...] | None:
    """The places that the stretches of a text came from; null where its source has none to tell."""
    inside = [part for part in article.parts if 0 <= part.start < part.end <= len(text)]
    return tuple(TextPart(start=part.start, end=part.end, place=part.place) for part in inside) or None


def _web_address(url: str | None) -> str | None:
    return url if url is not None and url.startswith(("http://", "https://")) else None


def _problem(item: Bytes, refusal: Refusal) -> Problem:
    return Problem(where=item.source, rule=refusal.rule, message=refusal.message, severity=Severity.ERROR)


def _together(options: GivenMetadata, row: GivenMetadata) -> GivenMetadata:
    """A file's own row takes precedence over an option that holds for all files."""
    return GivenMetadata(
        row.title, row.publisher or options.publisher, row.published or options.published, row.url or options.url
    )


__all__ = ["Bytes", "DocumentReader"]
