"""The reviewed rows of a workbook that comes from anywhere: it may be damaged, huge, or no workbook at all."""

import re
import stat
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ledger.errors import InputError
from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import ANALYST, HEADER_ROW, SheetLayout, sheet_layout

REVIEWED = {"Claim": ("claims", "claim_id"), "Commitment": ("commitments", "commitment_id")}
"""Record → its sheet and frame, and the column of its id."""
NEEDED = {"id", "stamp", "review_decision"}
"""Columns without which a sheet cannot be read."""
HEADER_ROWS = 2 * HEADER_ROW
"""Rows from the top that may hold the headers: people insert a row or two above them."""
MOST_ROWS = 1_048_576
MOST_COLUMNS = 1_000
"""Columns from the left that may hold a header."""
MOST_BYTES = 4 * 1024**3
"""What a workbook may unpack to: some 250,000 claims."""
MOST_RATIO = 200
"""How much more a large part of a workbook may unpack to than it takes in the file; ours unpack to 10 to 40 times."""
LARGE_PART = 64 * 1024**2
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of an old workbook (.xls), and of one with a password."""
ESCAPED_CONTROL = re.compile(r"_x00([01][0-9A-Fa-f])_")
"""A control character as Excel writes it: a line break in a cell, pasted from elsewhere, becomes _x000D_."""


class ReviewCell(NamedTuple):
    """A review cell with its address."""

    address: str
    value: Any
    kind: str
    """Excel's type of the value: n a number, s text, b a truth value, d a date, e an error, f a formula."""
    number_format: str = "General"
    """How the cell shows a number."""


@dataclass(frozen=True)
class ReviewRow:
    """A row with something in its review columns."""

    record: str
    target: str
    stamp: str
    cells: Mapping[str, ReviewCell]

    def at(self, key: str) -> str:
        """Address of the cell of `key`, or of the row's first cell that is not empty."""
        return self.cells[key].address if key in self.cells else next(iter(self.cells.values())).address


def reviewed_rows(path: Path, ledger: str | None) -> Iterator[ReviewRow]:
    """The rows of the workbook at `path` that have something in their review columns, sheet by sheet.

    `ledger` is the id of the ledger that reads them, or None. Raises InputError, in one line, where the file is not a
    workbook, is damaged or too large, was exported from another ledger, or has lost its sheets or columns.
    """
    _check_file(path)
    with path.open("rb") as stream, warnings.catch_warnings():  # openpyxl leaves a damaged file open
        warnings.simplefilter("ignore")  # openpyxl warns of what it does not read, such as pictures
        with _told_as_damage(path):
            reader = _SheetReader(stream, read_only=True, data_only=False, keep_links=False)
            reader.read()
        try:
            _check_ledger(path, reader.wb, ledger)
            for record, sheet, layout in _review_sheets(path, reader):
                yield from _sheet_rows(path, sheet, record, layout)
        finally:
            reader.wb.close()


class _SheetReader(ExcelReader):
    """Reads worksheets; a chart sheet keeps its place among them but is not read."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.charts: set[str] = set()

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """Keep the place of a chart sheet, which defined names are counted by."""
        self.charts.add(sheet.name)
        book: Any = self.wb
        book._sheets.append(ReadOnlyWorksheet(book, sheet.name, rel.target, self.shared_strings))


# The file -------------------------------------------------------------------------------------------------------------


@contextmanager
def _told_as_damage(path: Path) -> Iterator[None]:
    """Tell whatever openpyxl raises as damage of the file; nothing else may run inside."""
    try:
        yield
    except Exception as error:  # a damaged part leads openpyxl to exceptions of every kind
        kind = type(error).__name__
        raise InputError(f"{path}: not a workbook that can be read ({kind}); open it and save it as .xlsx") from error


def _check_file(path: Path) -> None:
    """Raises InputError unless `path` is a zip file that does not unpack to more than a workbook does."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: not a file; give a workbook")
        with path.open("rb") as file:
            is_ole = file.read(len(OLE_MARK)) == OLE_MARK
        if is_ole:
            raise InputError(f"{path}: an old workbook, or one with a password; save it as .xlsx without a password")
        with ZipFile(path) as package:
            parts = package.infolist()
    except (OSError, ValueError, BadZipFile, NotImplementedError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise InputError(f"{path}: not a workbook that can be read ({reason}); save it as .xlsx") from error
    bomb = any(part.file_size > max(LARGE_PART, part.compress_size * MOST_RATIO) for part in parts)
    if bomb or sum(part.file_size for part in parts) > MOST_BYTES:
        limit = f"{MOST_BYTES // 1024**3} GB"
        raise InputError(
            f"{path}: unpacks to more than a reviewed workbook may ({limit}, or {MOST_RATIO} times its size)"
        )


def _check_ledger(path: Path, book: Any, ledger: str | None) -> None:
    name = export_words()["sheets"]["cover"]["name"]
    if ledger is None or name not in book.sheetnames:
        return
    for row in _rows_of(path, book[name], first=HEADER_ROW + 1, last=10 * HEADER_ROW, columns=2):
        values = [cell.value for cell in row]
        if values[:1] == ["Ledger"] and values[1:] not in ([ledger], ["not given"], []):
            other = str(values[1])[:80]
            raise InputError(f"{path}: a workbook of another ledger ({other!r}, this one is {ledger!r})")


def _review_sheets(path: Path, reader: _SheetReader) -> list[tuple[str, Any, SheetLayout]]:
    """Record, sheet and layout of each sheet for review."""
    book, listed = reader.wb, [sheet.name for sheet in reader.parser.sheets]
    layouts = {record: sheet_layout(key, ANALYST) for record, (key, _) in REVIEWED.items()}
    names = [layout.name for layout in layouts.values()]
    for name in names:
        if name in listed and name not in book.sheetnames:
            raise InputError(f"{path}: the sheet {name} is damaged; export again")
    found = [(record, layout) for record, layout in layouts.items() if layout.name in book.sheetnames]
    if not found:
        raise InputError(f"{path}: no sheet {' or '.join(names)}; export the analyst profile and decide there")
    for _, layout in found:
        if layout.name in reader.charts:
            raise InputError(f"{path}: the sheet {layout.name} has no cells (it is a chart); export again")
    return [(record, book[layout.name], layout) for record, layout in found]


# Rows -----------------------------------------------------------------------------------------------------------------


def _rows_of(path: Path, sheet: Any, *, first: int, last: int, columns: int) -> Iterator[Sequence[Any]]:
    """The rows of a sheet, cut to `columns` whatever size the sheet claims to have."""
    with _told_as_damage(path):
        rows = iter(sheet.iter_rows(min_row=first, max_row=last, max_col=columns))
    while True:
        with _told_as_damage(path):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _sheet_rows(path: Path, sheet: Any, record: str, layout: SheetLayout) -> Iterator[ReviewRow]:
    header, columns = _columns(path, sheet, record, layout)
    width = max(columns) + 1
    for row in _rows_of(path, sheet, first=header + 1, last=MOST_ROWS, columns=width):
        found = _review_row(record, layout.name, row, columns)
        if found is not None:
            yield found


def _columns(path: Path, sheet: Any, record: str, layout: SheetLayout) -> tuple[int, Mapping[int, str]]:
    """The row of the headers, and index → key of the columns that are read."""
    labels = {column.label: column.key for column in layout.columns if column.key.startswith("review_")}
    labels |= {column.label: "stamp" for column in layout.columns if column.key == "stamp"}
    id_label = next(column.label for column in layout.columns if column.key == REVIEWED[record][1])
    labels[id_label] = "id"
    for number, row in enumerate(_rows_of(path, sheet, first=1, last=HEADER_ROWS, columns=MOST_COLUMNS), 1):
        texts = {index: cell.value for index, cell in enumerate(row) if isinstance(cell.value, str)}
        columns = {index: labels[text] for index, text in texts.items() if text in labels}
        if set(columns.values()) >= NEEDED:
            return number, columns
    lost = f"{id_label}, Row stamp or Your decision"
    raise InputError(f"{path}: the sheet {layout.name} has lost its columns {lost}; export again")


def _review_row(record: str, sheet: str, row: Sequence[Any], columns: Mapping[int, str]) -> ReviewRow | None:
    found = {key: row[index] for index, key in columns.items() if index < len(row)}
    cells = {
        key: ReviewCell(f"{sheet}!{cell.coordinate}", _plain(cell.value), cell.data_type, cell.number_format)
        for key, cell in found.items()
        if key.startswith("review_") and cell.value is not None and str(_plain(cell.value)).strip()
    }
    if not cells:
        return None
    target, stamp = (str(found[key].value or "") if key in found else "" for key in ("id", "stamp"))
    return ReviewRow(record, target, stamp, cells)


def _plain(value: Any) -> Any:
    """A value with control characters as themselves; line breaks are spaces."""
    if not isinstance(value, str):
        return value
    text = ESCAPED_CONTROL.sub(lambda found: chr(int(found[1], 16)), value)
    return " ".join(text.splitlines()) if any(mark in text for mark in "\r\n") else text
