"""Files, folders, standard input and bytes to documents; what cannot be read becomes a Problem that names it."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from ledger.arguments import shown as shown_value
from ledger.errors import InputError
from ledger.files import read_file, read_stream, shown
from ledger.read.article import LIMITS, Article, ReadLimits
from ledger.read.documents import LONE_SURROGATE, Bytes, DocumentReader
from ledger.read.fetch import Fetcher, FetchError
from ledger.read.formats import suffixes
from ledger.read.given import Rows, Text
from ledger.read.sidecar import GivenMetadata, checked_url, read_sidecar
from schemas import Document, Problem, Severity, stable_id

Source = str | PathLike[str] | bytes | Text | Rows | Document
GIVEN = (str, bytes, PathLike, Text, Rows, Document)
STANDARD_INPUT = "-"
REMEDY = "paths, addresses, the bytes of files, texts as ledger.Text(…), documents, or frames"
MOST_WORDS = 4
"""Words of a name that is no file's; more are taken for an article in the place of its name."""
MOST_SHOWN = 200
"""Characters of a name that are shown where it is no file's."""
PASSWORD = re.compile("//[^/?#]*@")
"""The name and password in an address, which are neither sent nor stored."""


@dataclass(frozen=True)
class Item:
    """Something to read: the name it was given by, other names that a sidecar may use, and where its bytes are."""

    source: str
    names: tuple[str, ...]
    path: Path | None = None
    raw: bytes | None = None
    address: str | None = None
    given: Text | Rows | Document | None = None
    """What is no bytes: a program gave it."""


def _file(path: Path, folder: Path | None) -> Item:
    within = path.relative_to(folder) if folder else path
    names = tuple(shown(name).removeprefix("./") for name in (path.as_posix(), within.as_posix(), path.name))
    return Item(shown(path.as_posix()), names, path)


def _not_read(path: Path, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(where=shown(path.as_posix()), rule="unreadable", message=message, severity=severity)


def is_ledger(folder: Path) -> bool:
    """Whether a folder is a ledger, whose files are no articles."""
    return (folder / "runs" / "_delta_log").is_dir()


def items_in(folder: Path, leave: Path | None = None) -> Iterator[Item | Problem]:
    """The articles under a folder in the order of their names.

    Hidden files, ledgers and `leave` are passed over. Links are followed to files inside the folder alone: what lies
    elsewhere was not asked for.
    """
    problems: list[Problem] = []
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        problems.append(_not_read(Path(error.filename), f"cannot be read ({error.strerror})"))

    for where, folders, files in os.walk(folder, onerror=unreadable):
        inside = sorted(name for name in folders if not name.startswith(".") and not is_ledger(Path(where, name)))
        linked = [Path(where, name) for name in inside if Path(where, name).is_symlink()]
        problems.extend(_not_read(path, "is a link to a folder; name that folder itself") for path in linked)
        folders[:] = [name for name in inside if Path(where, name) not in linked]
        found += [Path(where, name) for name in files if not name.startswith(".")]
    yield from problems
    left = _identity(leave) if leave is not None else None
    found = [path for path in found if left is None or _identity(path) != left]
    if not found and not problems:
        yield Problem(
            where=shown(folder.as_posix()),
            rule="empty_folder",
            message=f"no files in it; put articles there ({', '.join(sorted(suffixes()))})",
        )
    top = os.path.realpath(folder)
    for path in sorted(found, key=lambda path: path.as_posix()):
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top):
            yield _not_read(path, "is a link that leads out of the folder; name that file itself")
        elif path.name.lower().endswith(tuple(suffixes())):
            yield _file(path, folder)
        else:
            suffix = shown(path.suffix) or "no suffix"
            message = f"left aside: {suffix} is not read in a folder; name the file itself, or save it as .txt"
            yield _not_read(path, message, Severity.WARNING)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from all others; None for a link that leads nowhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _items(source: Source, leave: Path | None) -> Iterator[Item | Problem]:
    if isinstance(source, bytes):
        yield Item("bytes", ("bytes",), raw=source)
    elif isinstance(source, Text | Rows | Document):
        name = source.name if isinstance(source, Rows) else source.source
        yield Item(name, (), given=source)
    elif os.fspath(source) == STANDARD_INPUT:
        yield Item(STANDARD_INPUT, (STANDARD_INPUT,))
    elif is_address(source):
        name = PASSWORD.sub("//", shown(source))
        yield Item(name, (name,), address=os.fspath(source))
    elif Path(source).is_dir():
        yield from items_in(Path(source), leave)
    else:
        yield _file(Path(source), None)


def _bytes(item: Item, stdin: BinaryIO | None, fetcher: Fetcher) -> Bytes:
    """The bytes of an item; raises InputError where they cannot be had."""
    if item.address is not None:
        answer = fetcher.fetch(item.address)
        return Bytes(item.source, answer.raw, item.names, answer.media_type, Article("", url=answer.url))
    if item.raw is not None:
        return Bytes(item.source, item.raw, item.names)
    if item.path is not None:
        return Bytes(item.source, read_file(item.path), item.names)
    return Bytes(item.source, read_stream(stdin or sys.stdin.buffer, "standard input"), item.names)


def _existing(sources: Source | Iterable[Source]) -> list[Source]:
    given = [sources] if isinstance(sources, GIVEN) or not isinstance(sources, Iterable) else list(sources)
    for source in given:
        if not isinstance(source, GIVEN):
            raise InputError(f"sources={shown_value(source)} is not valid; give {REMEDY}")
        if isinstance(source, Document):
            _check_document(source)
        elif isinstance(source, str | PathLike):
            _check_path(os.fspath(source))
    return given


def _check_document(given: Document) -> None:
    """Refuse a document that no reader could have made."""
    if LONE_SURROGATE.search(given.text):
        raise InputError(f"{given.source}: its text holds half of a character; give it as ledger.Text(…)")
    if given.document_id != stable_id("document", given.text):
        raise InputError(f"{given.source}: its document_id is not the hash of its text; give it as ledger.Text(…)")


def is_address(source: object) -> bool:
    """Whether a source is a web address, to be fetched, and no path.

    >>> is_address("https://courier.example/1"), is_address("news/1.html")
    (True, False)
    """
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def _check_path(source: str | bytes) -> None:
    if isinstance(source, bytes):
        raise InputError("a path of bytes is not read; give it as text, or the bytes of the article themselves")
    if not source.strip():
        raise InputError("an empty name is no source; name a file or folder, such as . for this folder")
    if source == STANDARD_INPUT or is_address(source):
        return
    try:
        there, ledger = os.path.lexists(source), is_ledger(Path(source))
    except (OSError, ValueError):
        there, ledger = False, False
    if not there:
        words = len(source.split()) > MOST_WORDS or "\n" in source
        remedy = "; words themselves are read from - (standard input), in Python from ledger.Text(…)" if words else ""
        raise InputError(f"{shown(source)[:MOST_SHOWN]}: no such file or folder{remedy}")
    if ledger:
        raise InputError(f"{shown(source)}: is a ledger, not articles; name the folder of the articles")


def _read(
    given: list[Source],
    reader: DocumentReader,
    stdin: BinaryIO | None,
    fetcher: Fetcher,
    opened: Callable[[], None],
) -> Iterator[Document | Problem]:
    with closing(reader):
        for source in given:
            for item in _items(source, reader.sidecar.path):
                if isinstance(item, Problem):
                    yield item
                    continue
                opened()
                if item.given is not None:
                    yield from _given(item.given, reader)
                    continue
                reader.sidecar.of(*item.names)  # its row is used, whatever comes of it
                try:
                    found = _bytes(item, stdin, fetcher)
                except FetchError as error:
                    yield Problem(where=item.source, rule=error.rule, message=str(error))
                    continue
                except InputError as error:
                    message = str(error).removeprefix(f"{item.source}: ")
                    yield Problem(where=item.source, rule="unreadable", message=message)
                    continue
                yield from reader.documents(found)
        yield from reader.sidecar.unused()


def _given(given: Text | Rows | Document, reader: DocumentReader) -> Iterator[Document | Problem]:
    """The documents of what a program gave."""
    if isinstance(given, Rows):
        yield from reader.rows(given)
    else:
        yield reader.text(given) if isinstance(given, Text) else reader.known(given)


def count_sources(sources: Source | Iterable[Source], metadata: str | PathLike[str] | None = None) -> int:
    """How many files, addresses and others there are to read in `sources`, each of which may hold several articles."""
    leave = None if metadata is None else Path(metadata)
    return sum(isinstance(item, Item) for source in _existing(sources) for item in _items(source, leave))


def read_documents(
    sources: Source | Iterable[Source],
    *,
    retrieved_at: datetime,
    published: date | None = None,
    publisher: str | None = None,
    source_url: str | None = None,
    metadata: str | PathLike[str] | None = None,
    mapping: Mapping[str, str] | None = None,
    limits: ReadLimits | None = None,
    stdin: BinaryIO | None = None,
    allow_private_addresses: bool = False,
    fetcher: Fetcher | None = None,
    opened: Callable[[], None] = lambda: None,
) -> Iterator[Document | Problem]:
    """The documents of files, folders, http(s) addresses, "-" (standard input), bytes and what programs give, in order.

    What a file is, its content and its name decide (`ledger.read.formats`); in a folder, the files with a suffix of a
    known format are read, sorted by name. `mapping` says which column of a table is which field of an article.
    Addresses are fetched one after the other (by `fetcher` where one is given), and those of hosts that are not public
    alone where `allow_private_addresses` says so. `opened` is called for each of the files, addresses and others that
    `count_sources` counts, before it is read.

    `retrieved_at` is the time of reading, UTC. `published`, `publisher` and `source_url` hold for every source; a row
    of the CSV at `metadata` (columns file, title, publisher, published, url) holds for one file and takes precedence;
    both take precedence over the text's own words. What is empty, of no known format or unreadable becomes a Problem.
    Raises InputError, before anything is read, where a source does not exist or the sidecar or the address is not
    valid.

    >>> from datetime import UTC
    >>> at = datetime(2025, 1, 2, tzinfo=UTC)
    >>> [document] = read_documents(b"Mill opens\\n\\nIt cost $3 million.", retrieved_at=at)
    >>> document.title
    'Mill opens'
    """
    given = _existing(sources)
    options = GivenMetadata(
        None, publisher, published, checked_url(source_url, "source address") if source_url else None
    )
    sidecar = read_sidecar(Path(metadata) if metadata is not None else None)
    reader = DocumentReader(retrieved_at, options, sidecar, dict(mapping or {}), limits or LIMITS)
    return _read(given, reader, stdin, fetcher or Fetcher(allow_private=allow_private_addresses), opened)
