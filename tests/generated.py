"""Write anew, or compare, every committed file that is generated: `python -m tests.generated [--compare]`."""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zipfile import ZipFile

from openpyxl import load_workbook

from ledger.book import Book
from ledger.export.workbook.layout import HEADER_ROW
from schemas.publish import write_schemas
from tests.cli.factory_tables import write_tables

ROOT = Path(__file__).resolve().parents[1]
MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""When the committed workbook was made, as it tells."""
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
TIMED_LINES = re.compile(r"As of|Ledger|The ledger's total, .*, (?!USD)[A-Z]{3}, .*")
"""Lines that differ from run to run.

A ledger is named by its first run; an article without a day has that of its reading, with its rate.
"""
TIMED = re.compile(r"Retrieved at|Run id|Rate of|Rate source|Year|[A-Z]{3} rate")
"""Columns that do so."""
TIMED_SHEETS = ("Exchange rates",)
MASK = "[time]"


def write_book(path: Path) -> None:
    """The workbook of the seed articles, at a fixed moment; `make demo` writes the same at its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    clocks = (patch(f"ledger.book.{module}.now", lambda: MOMENT) for module in ("query", "reading", "ingest"))
    with tempfile.TemporaryDirectory() as folder, chdir(ROOT), ExitStack() as stack:
        for clock in clocks:
            stack.enter_context(clock)
        book = Book.open(Path(folder) / "seeds.ledger")
        book.ingest("seeds", attributor="fast")  # its numbers are the same on every processor
        book.export(path)


def file_differences(committed: Path, fresh: Path) -> Iterator[str]:
    """Names of the files that differ, are missing or are left over."""
    names = {path.relative_to(folder) for folder in (committed, fresh) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(names):
        a, b = committed / name, fresh / name
        if not (a.is_file() and b.is_file() and a.read_bytes() == b.read_bytes()):
            yield str(name)


def book_differences(committed: Path, fresh: Path) -> Iterator[str]:
    """Cells that differ (formulas and last values, times masked), and parts of the package that do, as styles."""
    if not committed.is_file():
        yield "is missing"
        return
    for last_values in (False, True):
        yield from _cell_differences(cells(committed, last_values=last_values), cells(fresh, last_values=last_values))
    yield from _cell_differences(_parts(committed), _parts(fresh))


def _cell_differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        f"{place}: {one.get(place)!r:.80}, not {other.get(place)!r:.80}"
        for place in {**one, **other}
        if one.get(place) != other.get(place)
    )


def cells(path: Path, *, last_values: bool = False) -> dict[str, Any]:
    """Address → value of every cell of a workbook, times masked."""
    book = load_workbook(path, read_only=True, data_only=last_values)
    try:
        return {
            f"{sheet.title}!{address}": value for sheet in book.worksheets for address, value in _sheet_cells(sheet)
        }
    finally:
        book.close()


def _sheet_cells(sheet: Any) -> Iterator[tuple[str, Any]]:
    heads: tuple[Any, ...] = ()
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        heads = row if number == HEADER_ROW else heads
        timed_line = sheet.title in TIMED_SHEETS or bool(TIMED_LINES.fullmatch(str(row[0] if row else "")))
        for place, value in enumerate(row):
            head = str(heads[place]) if place < len(heads) else ""
            is_timed = number > HEADER_ROW and (TIMED.fullmatch(head) or (timed_line and place))
            yield f"R{number}C{place + 1}", MASK if is_timed and value is not None else value


def _parts(path: Path) -> dict[str, bytes]:
    """Name → contents of every part of the package but its sheets: properties, styles, tables, drawings, charts."""
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist() if not SHEET.fullmatch(name)}


def _write_schemas(folder: Path) -> None:
    write_schemas(folder)


Generated = tuple[str, Callable[[Path], None], Callable[[Path, Path], Iterator[str]]]
GENERATED: tuple[Generated, ...] = (
    ("schemas/json", _write_schemas, file_differences),
    ("exports/figures.xlsx", write_book, book_differences),
    ("tests/cli/goldens", write_tables, file_differences),
)
MOST_TOLD = 20


def stale() -> Iterator[str]:
    """What of the committed files is not what its generator writes."""
    for place, write, differences in GENERATED:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / Path(place).name
            write(fresh)
            yield from (f"{place}: {difference}" for difference in differences(ROOT / place, fresh))


def main() -> int:
    """Exit code 1 where a committed file is not what its generator writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compare", action="store_true")
    if not parser.parse_args().compare:
        for place, write, _ in GENERATED:
            write(ROOT / place)
        return 0
    found = list(stale())
    for line in found[:MOST_TOLD]:
        sys.stderr.write(f"not what `make generate` writes: {line}\n")
    if len(found) > MOST_TOLD:
        sys.stderr.write(f"and {len(found) - MOST_TOLD} more differences\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
