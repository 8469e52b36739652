"""Listings in five formats: a table for people, and csv, jsonl, json and parquet for other programs."""

import csv
import io
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ledger.atomic import replacing
from ledger.errors import LedgerError
from ledger.money.amounts import plain

if TYPE_CHECKING:
    import polars as pl

Cell = Callable[[Mapping[str, Any]], str]
PIPED_WIDTH = 200
COLUMN = 12
"""Characters that a column needs to be readable."""
KEPT_WHOLE = frozenset({"claim", "commitment", "run", "amount", "measure", "stage", "low", "stated", "high"})
NOT_SAID = "(not said)"
"""What stands for an actor, recipient or field that no article names, as in the workbook."""
LEFT_OUT = ("source", "period", "fields", "recipient", "because")
"""Columns that a narrow terminal leaves out, in this order."""


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
) -> None:
    """Write all rows: the whole frame for other programs, and for people the `columns`.

    `columns` are heading → what it shows of a row, or None for the column of that name.
    """
    if form is ListingFormat.TABLE:
        _emit(
            output,
            lambda stream: stream.write(
                _table(frame, columns, title, to_file=output is not None).encode(errors="replace")
            ),
        )
    elif form is ListingFormat.CSV:
        _emit(output, lambda stream: _csv(frame, stream))
    elif form is ListingFormat.PARQUET:
        if output is None and sys.stdout.isatty():
            raise LedgerError("parquet cannot be shown in a terminal; add --output FILE, or pipe it")
        _emit(output, lambda stream: stream.write(_parquet(frame)))
    else:
        _emit(output, lambda stream: _json(frame, stream, lines=form is ListingFormat.JSONL))


def _parquet(frame: "pl.DataFrame") -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def write_text(words: str, output: Path | None) -> None:
    """Write plain text to a file, or to standard output."""
    _emit(output, lambda stream: stream.write(words.encode(errors="replace")))


def _emit(output: Path | None, write: Callable[[BinaryIO], object]) -> None:
    if output is None:
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

    lines = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        rows = csv.writer(lines)
        rows.writerow(frame.columns)
        for row in frame.iter_rows():
            rows.writerow(
                [plain_csv_text(text(value)) if isinstance(value, str | list | dict) else text(value) for value in row]
            )
    finally:
        lines.detach()  # the stream stays open


def _table(frame: "pl.DataFrame", columns: Mapping[str, Cell | None], title: str, *, to_file: bool) -> str:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - see text
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    terminal = sys.stdout.isatty() and not to_file
    written = io.StringIO()
    console = Console(
        file=written, force_terminal=terminal, width=shutil.get_terminal_size().columns if terminal else PIPED_WIDTH
    )
    shown = columns_that_fit(list(columns), console.width)
    left = [name for name in columns if name not in shown]
    caption = f"a wider terminal shows {', '.join(left)} too" if left else None
    table = Table(
        title=title or None,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    numeric = {name for name, dtype in frame.schema.items() if dtype.is_numeric()}
    for heading in shown:
        right = heading in numeric or heading == "amount"
        table.add_column(
            heading.replace("_", " "),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=heading in KEPT_WHOLE,
        )
    for row in frame.iter_rows(named=True):
        cells = (text(row[name]) if (cell := columns[name]) is None else cell(row) for name in shown)
        table.add_row(*(Text(one_line(words)) for words in cells))
    console.print(table) if frame.height else console.print(f"{title or 'rows'}: none", highlight=False)
    return written.getvalue()


def columns_that_fit(columns: list[str], width: int) -> list[str]:
    """The columns that a terminal of `width` characters has room for.

    >>> columns_that_fit(["claim", "source", "amount", "fields", "stage"], 50)
    ['claim', 'amount', 'fields', 'stage']
    """
    shown = list(columns)
    for name in LEFT_OUT:
        if len(shown) * COLUMN > width and name in shown:
            shown.remove(name)
    return shown


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
