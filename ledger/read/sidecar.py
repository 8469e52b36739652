"""The metadata sidecar: a CSV with a row for each file, which takes precedence over what the text says of itself."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ledger.errors import InputError
from ledger.files import read_file
from ledger.read.decode import UndecodableError, text_of
from schemas import Problem, Severity

SIDECAR_COLUMNS = ("file", "title", "publisher", "published", "url")
"""The columns that a sidecar may have; all but `file` may be left out or left empty."""


class GivenMetadata(NamedTuple):
    """Metadata that the user gives for a document; None where none is given."""

    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None


def checked_url(url: str, where: str) -> str:
    """The address itself; raises InputError where it is not http or https."""
    if not url.startswith(("http://", "https://")):
        raise InputError(f"{where}: {url!r} is no http or https address")
    return url


@dataclass
class Sidecar:
    """The rows of a sidecar by file, and which of them were used."""

    path: Path | None = None
    rows: dict[str, GivenMetadata] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def of(self, *names: str) -> GivenMetadata:
        """What is said of the document that goes by one of `names`, the most exact name first."""
        for name in names:
            if name in self.rows:
                self.used.add(name)
                return self.rows[name]
        return GivenMetadata()

    def unused(self) -> Iterator[Problem]:
        """A problem for each row whose file was not among those read."""
        for name in self.rows:
            if name not in self.used:
                message = (
                    f"line {self.lines[name]} names {name!r}, which is not among the files read; "
                    "correct the name or remove the row"
                )
                yield Problem(
                    where=str(self.path),
                    rule="metadata_without_file",
                    message=message,
                    text=name,
                    severity=Severity.WARNING,
                )


def _published(said: str, where: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise InputError(f"{where}: {said!r} is no date; write it as YYYY-MM-DD") from None


def _said(row: dict[str, str], where: str) -> GivenMetadata:
    url = row.get("url") or None
    return GivenMetadata(
        title=row.get("title") or None,
        publisher=row.get("publisher") or None,
        published=_published(row.get("published", ""), where),
        url=checked_url(url, where) if url else None,
    )


def _header(path: Path, names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in SIDECAR_COLUMNS]
    if unknown:
        raise InputError(f"{path}, line 1: unknown column {unknown[0]!r}; a sidecar has {', '.join(SIDECAR_COLUMNS)}")
    if "file" not in names or len(set(names)) != len(names):
        raise InputError(f"{path}, line 1: a sidecar has a column 'file', and no column twice")
    return names


def read_sidecar(path: Path | None) -> Sidecar:
    """The sidecar at `path`, empty where that is None; raises InputError, with the line, for what is not valid."""
    if path is None:
        return Sidecar()
    try:
        # The line breaks of articles are not those of a CSV: a cell may hold U+0085 or U+2028.
        lines = csv.reader(io.StringIO(text_of(read_file(path)), newline=""), strict=True)
        names = _header(path, [name.strip().lower() for name in next(lines, [])])
        sidecar = Sidecar(path)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                _take(
                    sidecar, f"{path}, line {lines.line_num}", names, [cell.strip() for cell in cells], lines.line_num
                )
    except (UndecodableError, csv.Error) as error:
        raise InputError(f"{path}: is no CSV ({error})") from None
    return sidecar


def _take(sidecar: Sidecar, where: str, names: list[str], cells: list[str], line: int) -> None:
    if len(cells) > len(names):
        raise InputError(
            f"{where}: {len(cells)} cells under {len(names)} columns; put quotes around a cell that holds a comma"
        )
    row = dict(zip(names, cells, strict=False))
    file = row["file"].replace("\\", "/").removeprefix("./")
    if not file:
        raise InputError(f"{where}: no file is named")
    if file in sidecar.rows:
        raise InputError(f"{where}: {file!r} stands in line {sidecar.lines[file]} already")
    sidecar.rows[file] = _said(row, where)
    sidecar.lines[file] = line
