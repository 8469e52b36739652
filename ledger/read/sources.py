"""Files, folders, standard input and bytes to documents; what cannot be read becomes a Problem that names it."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from ledger.errors import InputError
from ledger.files import read_file, read_stream, shown
from ledger.lexicons import load
from ledger.read.decode import UndecodableError, decode
from ledger.read.metadata import text_metadata
from ledger.read.sidecar import GivenMetadata, Sidecar, checked_url, read_sidecar
from schemas import Document, Problem, Severity, stable_id

Source = str | PathLike[str] | bytes
STANDARD_INPUT = "-"
PLAIN_TEXT = "text/plain"

SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PAR1", "a Parquet file"),
)
"""First bytes of files that are no plain text."""


@dataclass(frozen=True)
class _Item:
    """Something to read: the name it was given by, other names that a sidecar may use, and where its bytes are."""

    source: str
    names: tuple[str, ...]
    media_type: str
    path: Path | None = None
    raw: bytes | None = None


def _suffixes() -> dict[str, str]:
    known: dict[str, str] = load.toml("read")["suffixes"]
    return known


def _file(path: Path, folder: Path | None) -> _Item:
    within = path.relative_to(folder) if folder else path
    names = tuple(shown(name).removeprefix("./") for name in (path.as_posix(), within.as_posix(), path.name))
    return _Item(shown(path.as_posix()), names, _suffixes().get(path.suffix.lower(), PLAIN_TEXT), path)


def _not_read(path: Path, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(where=shown(path.as_posix()), rule="unreadable", message=message, severity=severity)


def is_ledger(folder: Path) -> bool:
    """Whether a folder is a ledger, whose files are no articles."""
    return (folder / "runs" / "_delta_log").is_dir()


def _folder(folder: Path, leave: Path | None) -> Iterator[_Item | Problem]:
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
            message=f"no files in it; put articles there ({', '.join(_suffixes())})",
        )
    top = os.path.realpath(folder)
    for path in sorted(found, key=lambda path: path.as_posix()):
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top):
            yield _not_read(path, "is a link that leads out of the folder; name that file itself")
        elif path.suffix.lower() in _suffixes():
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


def _items(source: Source, leave: Path | None) -> Iterator[_Item | Problem]:
    if isinstance(source, bytes):
        yield _Item("bytes", ("bytes",), PLAIN_TEXT, raw=source)
    elif os.fspath(source) == STANDARD_INPUT:
        yield _Item(STANDARD_INPUT, (STANDARD_INPUT,), PLAIN_TEXT)
    elif Path(source).is_dir():
        yield from _folder(Path(source), leave)
    else:
        yield _file(Path(source), None)


def _bytes(item: _Item, stdin: BinaryIO | None) -> bytes:
    if item.raw is not None:
        return item.raw
    if item.path is not None:
        return read_file(item.path)
    return read_stream(stdin or sys.stdin.buffer, "standard input")


def _document(item: _Item, raw: bytes, said: GivenMetadata, retrieved_at: datetime) -> Document | Problem:
    kind = next((name for signature, name in SIGNATURES if raw.startswith(signature)), None)
    if kind is not None:
        return Problem(
            where=item.source,
            rule="binary",
            message=f"is {kind}, not plain text; save the article's words as .txt in UTF-8",
        )
    try:
        text = decode(raw)
    except UndecodableError as error:
        return Problem(where=item.source, rule="binary", message=str(error))
    if not text.strip():
        return Problem(where=item.source, rule="empty", message="holds no words; remove it, or save the article again")
    facts = text_metadata(text)
    return Document(
        document_id=stable_id("document", text),
        source=item.source,
        media_type=item.media_type,
        title=said.title or facts.title,
        publisher=said.publisher or facts.publisher,
        author=facts.author,
        published=said.published or facts.published,
        url=said.url,
        retrieved_at=retrieved_at,
        text=text,
        raw_sha256=sha256(raw).hexdigest(),
    )


def _together(options: GivenMetadata, row: GivenMetadata) -> GivenMetadata:
    """A file's own row takes precedence over an option that holds for all files."""
    return GivenMetadata(
        row.title, row.publisher or options.publisher, row.published or options.published, row.url or options.url
    )


def _existing(sources: Source | Iterable[Source]) -> list[Source]:
    if not isinstance(sources, str | bytes | PathLike | Iterable):
        raise InputError(f"{sources!r} is not a source; give paths, or the bytes of an article")
    given = [sources] if isinstance(sources, str | bytes | PathLike) else list(sources)
    for source in given:
        if not isinstance(source, str | bytes | PathLike):
            raise InputError(f"{source!r} is not a source; give paths, or the bytes of an article")
        if not isinstance(source, bytes):
            _check_path(os.fspath(source))
    return given


def _check_path(source: str | bytes) -> None:
    if isinstance(source, bytes):
        raise InputError("a path of bytes is not read; give it as text, or the bytes of the article themselves")
    if not source.strip():
        raise InputError("an empty name is no source; name a file or folder, such as . for this folder")
    if source == STANDARD_INPUT:
        return
    try:
        there, ledger = os.path.lexists(source), is_ledger(Path(source))
    except (OSError, ValueError):
        there, ledger = False, False
    if not there:
        raise InputError(f"{shown(source)}: no such file or folder")
    if ledger:
        raise InputError(f"{shown(source)}: is a ledger, not articles; name the folder of the articles")


def _read(
    given: list[Source], sidecar: Sidecar, options: GivenMetadata, retrieved_at: datetime, stdin: BinaryIO | None
) -> Iterator[Document | Problem]:
    for source in given:
        for item in _items(source, sidecar.path):
            if isinstance(item, Problem):
                yield item
                continue
            said = _together(options, sidecar.of(*item.names))
            try:
                raw = _bytes(item, stdin)
            except InputError as error:
                message = str(error).removeprefix(f"{item.source}: ")
                yield Problem(where=item.source, rule="unreadable", message=message)
                continue
            yield _document(item, raw, said, retrieved_at)
    yield from sidecar.unused()


def read_documents(
    sources: Source | Iterable[Source],
    *,
    retrieved_at: datetime,
    published: date | None = None,
    publisher: str | None = None,
    source_url: str | None = None,
    metadata: str | PathLike[str] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Document | Problem]:
    """The documents of files, folders (their .txt and .md files, sorted), "-" (standard input) and bytes, in order.

    `retrieved_at` is the time of reading, UTC. `published`, `publisher` and `source_url` hold for every source; a row
    of the CSV at `metadata` (columns file, title, publisher, published, url) holds for one file and takes precedence;
    both take precedence over the text's own words. A file that is empty, binary or unreadable becomes a Problem.
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
    return _read(given, sidecar, options, retrieved_at, stdin)
