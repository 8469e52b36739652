"""The comparison of the committed workbook with a fresh one: it sees a changed cell or part, and no time."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from ledger.export.workbook.archive import save_workbook
from ledger.export.workbook.layout import HEADER_ROW
from tests.generated import MASK, book_differences, cells


def made(path: Path, *, actor: str = "Norlund", moment: str = "2026-11-21", title: str = "") -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Claims")
    for _ in range(HEADER_ROW - 1):
        sheet.append([None])
    for row in (("Actor", "Retrieved at"), (actor, moment), ("As of", moment)):
        sheet.append(row)
    book.properties.title = title
    save_workbook(book, path)
    return path


def test_times_are_masked(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a.xlsx"), made(tmp_path / "b.xlsx", moment="2027-01-01")
    assert list(book_differences(one, other)) == []
    assert list(cells(one).values()).count(MASK) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [({"actor": "Kesto"}, "Claims!R5C1: 'Norlund', not 'Kesto'"), ({"title": "Mine"}, "docProps/core.xml")],
)
def test_a_change_is_told(tmp_path: Path, change: dict[str, str], told: str) -> None:
    found = list(book_differences(made(tmp_path / "a.xlsx"), made(tmp_path / "b.xlsx", **change)))
    assert found
    assert all(told in line for line in found)


def test_a_missing_workbook_is_told(tmp_path: Path) -> None:
    assert list(book_differences(tmp_path / "none.xlsx", made(tmp_path / "b.xlsx"))) == ["is missing"]
