"""The workbook: its sheets, its types, its links, its bytes."""

from datetime import datetime
from pathlib import Path

import pytest
from factory_export import frames
from openpyxl import load_workbook

from ledger.errors import LedgerError
from ledger.export import export
from ledger.export.workbook.prepare import prepare
from ledger.export.workbook.switches import Switches

SHEETS = [
    "Cover",
    "Contents",
    "Switches",
    "Totals by actor",
    "Totals by field",
    "Actor by field",
    "Totals by recipient",
    "Totals by year and stage",
    "Charts",
    "Commitments",
    "Shares",
    "Claims",
    "Documents",
    "Exclusions",
    "Decisions",
    "Problems",
    "Exchange rates",
    "Code lists",
    "Notes",
    "Choices",
    "Data dictionary",
    "Checks",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "figures.xlsx"
    assert export(frames(60), path) == [path]
    return path


def test_sheets_stand_in_reading_order(made: Path) -> None:
    assert load_workbook(made).sheetnames == SHEETS


def test_numbers_are_numbers_and_dates_are_dates(made: Path) -> None:
    sheet = load_workbook(made)["Claims"]
    header = [cell.value for cell in sheet[4]]
    row = dict(zip(header, [cell.value for cell in sheet[6]], strict=True))
    assert isinstance(row["Value"], int | float)
    assert isinstance(row["Published"], datetime)
    assert row["Exact words"].startswith("$")


def test_same_frames_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    export(frames(30), one)
    export(frames(30), two)
    assert one.read_bytes() == two.read_bytes()


def test_sums_of_many_rows_have_the_same_last_digit_each_time() -> None:
    book = frames(3_000)
    first, *others = (prepare(book, Switches(allocation="split")) for _ in range(5))
    for rows in others:
        for name in ("matrix", "by_year"):
            assert getattr(rows, name).equals(getattr(first, name)), name


def test_analyst_profile_has_tables_filters_frozen_headers_and_print_setup(made: Path) -> None:
    for sheet in load_workbook(made):
        if sheet.title == "Charts":
            continue
        assert sheet.freeze_panes == "B5", sheet.title
        assert all(table.autoFilter is not None for table in sheet.tables.values())
        assert len(sheet.tables) == 1
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.print_title_rows == "$4:$4"


def test_unknown_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="analyst or publication"):
        export(frames(3), tmp_path / "a.xlsx", profile="fancy")


def test_an_empty_ledger_makes_a_workbook(tmp_path: Path) -> None:
    export(frames(0), tmp_path / "empty.xlsx")
    assert load_workbook(tmp_path / "empty.xlsx").sheetnames == SHEETS


def test_publication_profile_follows_the_checklist(tmp_path: Path) -> None:
    export(frames(30), tmp_path / "p.xlsx", profile="publication")
    book = load_workbook(tmp_path / "p.xlsx")
    assert "Switches" not in book.sheetnames
    assert {"Contents", "Notes"} <= set(book.sheetnames)
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert sheet.freeze_panes is None
        assert not sheet.merged_cells.ranges
        assert [table.autoFilter for table in sheet.tables.values()] == [None]
        assert sheet["A1"].value
        live = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert all(formula.startswith("=HYPERLINK(") for formula in live)
    header, *rows = book["Claims"].iter_rows(min_row=4, values_only=True)
    assert all(value is not None for row in rows for value in row[: len(header)])


def test_a_ledger_too_long_for_a_sheet_is_cut_by_year(tmp_path: Path) -> None:
    book = frames(90)
    fixed = ("Code lists", "Choices", "Data dictionary")
    made = export(book, tmp_path / "long.xlsx", row_limit=140)
    assert len(made) > 1
    claims, commitments = list[str](), list[str]()
    for path in made:
        part = load_workbook(path)
        assert "A sheet holds 140 rows" in dict(part["Cover"].iter_rows(min_row=5, max_col=2, values_only=True))["Part"]
        for sheet, ids in (("Claims", claims), ("Commitments", commitments)):
            header = [cell.value for cell in part[sheet][4]]
            place = header.index(f"{sheet.removesuffix('s')} id")
            ids += [row[place] for row in part[sheet].iter_rows(min_row=5, values_only=True) if row[place]]
        assert all(sheet.max_row <= 140 for sheet in part if sheet.title not in fixed)
    assert sorted(claims) == sorted(book.claims["claim_id"])
    assert sorted(commitments) == sorted(book.commitments["commitment_id"])
