"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) to articles, one for each row of their sheets."""

import io
import re
from collections.abc import Iterator
from typing import Any

import python_calamine

from ledger.read.article import Read, ReadOptions
from ledger.read.rows import TableError, TextTable, articles_of, broken, columns_of, record_of
from ledger.read.zipped import ZipError, Zipped, opened, unpacked

CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
MOST_CELLS = 20_000_000
"""Cells that a sheet of a workbook spans at most, empty ones included."""


def read_excel(raw: bytes, options: ReadOptions) -> Read:
    """The rows of the sheets of a workbook as articles; the first row of a sheet that is filled names the columns."""
    yield from articles_of(raw, options, excel_tables)


def excel_tables(raw: bytes, options: ReadOptions) -> Iterator[TextTable]:
    """The sheets of a workbook that hold rows; raises TableError where it is broken, encrypted or too large."""
    if raw.startswith(b"PK"):
        try:
            _check_sheets(opened(raw, options.limits))
        except ZipError as fault:
            raise TableError(fault.problem.rule, fault.problem.message) from None
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in _sheets(book)]
    except python_calamine.PasswordError:
        raise TableError("encrypted", "is protected by a password; save it without one") from None
    except (python_calamine.CalamineError, OSError, ValueError, RuntimeError) as error:
        raise broken("workbook", error) from None
    for name, lines in sheets:
        filled = [
            (number, cells) for number, cells in enumerate(lines, 1) if any(cell not in ("", None) for cell in cells)
        ]
        if len(filled) > 1:
            columns = columns_of(filled[0][1])
            yield TextTable(columns, ((number, record_of(columns, cells)) for number, cells in filled[1:]), name)


def _check_sheets(zipped: Zipped) -> None:
    """Raise TableError where a sheet spans more cells than are read, however few of them are filled."""
    for member in zipped.members:
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            columns = rows = 1
            for found in CELL.finditer(unpacked(zipped, member)):
                columns, rows = max(columns, _column_number(found[1])), max(rows, int(found[2]))
            if columns * rows > MOST_CELLS:
                message = f"a sheet spans more than {MOST_CELLS:,} cells; delete the empty rows and columns around it"
                raise TableError("too_large", message)


def _column_number(letters: bytes) -> int:
    """The number of a column by its letters, from 1."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _sheets(book: Any) -> list[str]:
    """The names of the sheets that hold cells, not charts."""
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]


__all__ = ["excel_tables", "read_excel"]
