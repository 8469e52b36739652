"""A person's work in an exported workbook."""

from pathlib import Path
from typing import Any

from openpyxl import load_workbook


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet's table."""
    header, *rows = load_workbook(path)[sheet].iter_rows(min_row=4, values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def write(path: Path, sheet: str, column: str, key: str, **words: Any) -> None:
    """Write `words` into the row whose `column` holds `key`, as a person does in a spreadsheet, and save it."""
    book = load_workbook(path)
    header = [cell.value for cell in book[sheet][4]]
    places = [row[0].row for row in book[sheet].iter_rows(min_row=5) if str(row[header.index(column)].value) == key]
    for label, value in words.items():
        book[sheet].cell(row=places[0], column=header.index(label.replace("_", " ")) + 1).value = value
    book.save(path)
