"""Listings in five formats: a table for people, and csv, jsonl, json and parquet for other programs."""

import csv
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ledger.atomic import replacing
from ledger.cli.table import Column, column, style, table_lines, wrapped
from ledger.errors import LedgerError
from ledger.lexicons.labels import label
from ledger.money.amounts import plain

if TYPE_CHECKING:
    import polars as pl

Cell = Callable[[Mapping[str, Any]], str]
PIPED_WIDTH = 200
NOT_SAID = "(not said)"
"""What stands for an actor, recipient or field that no article names, as in the workbook."""


@dataclass(frozen=True)
class Notes:
    """What stands below a table, for people alone."""

    total: Mapping[str, str] | None = None
    """A last row: column → text."""
    lines: Sequence[str] = ()
    """Sentences: what is left out, and why."""
    keep_empty: bool = False
    """Whether a column that says nothing in any row is shown all the same."""


NO_NOTES = Notes()
_EXCEL: ContextVar[bool] = ContextVar("excel", default=False)


@contextmanager
def for_excel(*, asked: bool) -> Iterator[None]:
    """Begin each CSV that is written meanwhile with a byte order mark, where `asked`."""
    token = _EXCEL.set(asked)
    try:
        yield
    finally:
        _EXCEL.reset(token)


class ListingFormat(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"


def show(
    frame: "pl.DataFrame",
    form: ListingFormat,
    *,
    columns: Mapping[str, Cell | None],
    output: Path | None = None,
    title: str = "",
    notes: Notes = NO_NOTES,
) -> None:
    """Write all rows: the whole frame for other programs, and for people the `columns`.

    `columns` are heading → what it shows of a row, or None for the column of that name; how each is laid out says
    `ledger/lexicons/listings.toml`.
    """
    if form is ListingFormat.TABLE:
        _emit(
            output,
            lambda stream: stream.write(
                _table(frame, columns, title, notes, to_file=is_file(output)).encode(errors="replace")
            ),
        )
    elif form is ListingFormat.CSV:
        _emit(output, lambda stream: _csv(frame, stream))
    elif form is ListingFormat.PARQUET:
        if not is_file(output) and sys.stdout.isatty():
            raise LedgerError("parquet cannot be shown in a terminal; add --output FILE, or pipe it")
        _emit(output, lambda stream: stream.write(_parquet(frame)))
    else:
        _emit(output, lambda stream: _json(frame, stream, lines=form is ListingFormat.JSONL))


def _parquet(frame: "pl.DataFrame") -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def write_text(words: str, output: Path | None) -> None:
    """Write plain text to a file, or to standard output; in a terminal no word is broken at its edge."""
    if not is_file(output) and sys.stdout.isatty():
        words = "\n".join(part for line in words.split("\n") for part in fitted(line, table_width(terminal=True)))
    _emit(output, lambda stream: stream.write(words.encode(errors="replace")))


def tell_fitted(line: str) -> None:
    """Tell a line on standard output; in a terminal no word is broken at its edge."""
    write_text(f"{line}\n", None)


def fitted(line: str, width: int) -> list[str]:
    """A line in lines of `width` characters, those behind the first set in by two more blanks than it is.

    >>> fitted("  [1] actor Norlund Energi", 18)
    ['  [1] actor', '    Norlund Energi']
    """
    blanks = line[: len(line) - len(line.lstrip())]
    first, *rest = wrapped(line.strip(), max(1, width - len(blanks) - 2)) if len(line) > width else [line.strip()]
    return [blanks + first, *(f"{blanks}  {part}" for part in rest)]


def is_file(output: Path | None) -> bool:
    """Whether a listing goes into a file; "-" is standard output."""
    return output is not None and str(output) != "-"


def _emit(output: Path | None, write: Callable[[BinaryIO], object]) -> None:
    if output is None or not is_file(output):
        sys.stdout.flush()
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with replacing(output, devices=True) as new_file, new_file.open("wb") as stream:
        write(stream)


def text(value: Any) -> str:
    """A value in one line: lists joined by "; ", numbers with their digits, nothing for null."""
    from ledger.rows import json_text  # noqa: PLC0415 - polars loads when there are rows, not for --help

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list | dict):
        return (
            "; ".join(value)
            if all(isinstance(part, str) for part in value) and isinstance(value, list)
            else json_text(value)
        )
    return str(value)  # text, whole numbers, and days, which are written as ISO 8601


def _json(frame: "pl.DataFrame", stream: BinaryIO, *, lines: bool) -> None:
    from ledger.rows import json_text  # noqa: PLC0415 - see text

    rows = (json_text(row) for row in frame.iter_rows(named=True))
    if lines:
        stream.writelines(f"{row}\n".encode(errors="replace") for row in rows)
    else:
        stream.write(b"[\n" + ",\n".join(rows).encode(errors="replace") + b"\n]\n")


def _csv(frame: "pl.DataFrame", stream: BinaryIO) -> None:
    from ledger.export.safe import plain_csv_text  # noqa: PLC0415 - see text

    encoding = "utf-8-sig" if _EXCEL.get() else "utf-8"
    lines = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="", write_through=True)
    try:
        rows = csv.writer(lines)
        rows.writerow(frame.columns)
        for row in frame.iter_rows():
            rows.writerow(
                [plain_csv_text(text(value)) if isinstance(value, str | list | dict) else text(value) for value in row]
            )
    finally:
        lines.detach()  # the stream stays open


def _table(
    frame: "pl.DataFrame", columns: Mapping[str, Cell | None], title: str, notes: Notes, *, to_file: bool
) -> str:
    terminal = sys.stdout.isatty() and not to_file
    lines = listing_lines(frame, columns, title, table_width(terminal=terminal), notes)
    return "\n".join(lines) + "\n"


def table_width(*, terminal: bool) -> int:
    """The characters of a line: those of the terminal; else what COLUMNS says, or enough for most tables."""
    if terminal:
        return shutil.get_terminal_size().columns
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isdecimal() and int(said) > 0 else PIPED_WIDTH


def listing_lines(
    frame: "pl.DataFrame", columns: Mapping[str, Cell | None], title: str, width: int, notes: Notes = NO_NOTES
) -> list[str]:
    """A title, the table of `frame` in `width` characters, and below it what is left out and why."""
    if not frame.height:
        lines = [f"{title or 'rows'}: none"]
    else:
        numeric = {name for name, dtype in frame.schema.items() if dtype.is_numeric()}
        rows = list(frame.iter_rows(named=True))
        every = [_column(name, cell, rows, right=name in numeric) for name, cell in columns.items()]
        made = [one for one in every if notes.keep_empty or any(one.cells)] or every
        table, left = table_lines(made, width, notes.total)
        lines = [*wrapped(title, width), "", *table] if title else table
        names = ", ".join(style(name).label or name.replace("_", " ") for name in left)
        room = [f"no room for {names}; a wider terminal or --format shows all"] if left else []
        notes = replace(notes, lines=[*room, *notes.lines])
        lines += [""] if notes.lines else []
    return [*lines, *(line for note in notes.lines for line in wrapped(note, width))]


def _column(name: str, cell: Cell | None, rows: Sequence[Mapping[str, Any]], *, right: bool) -> Column:
    codes = style(name).codes

    def told(row: Mapping[str, Any]) -> str:
        if cell is not None:
            return cell(row)
        value = row[name]
        if codes and isinstance(value, list):
            return "; ".join(label(codes, part) for part in value)
        return label(codes, value) if codes and isinstance(value, str) else text(value)

    return column(name, [one_line(told(row)) for row in rows], **({"right": True} if right else {}))


def one_line(words: str) -> str:
    """Words without line breaks and control characters, so that no article can steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in words)


def listed(parts: Iterable[str]) -> str:
    """Names in one cell."""
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """A number of things in words.

    >>> counted(1, "claim"), counted(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
