"""The workbook: its sheets, its types, its links, its bytes."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
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
    "Timeline",
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


@pytest.fixture(scope="module")
def live(made: Path) -> Any:
    """The workbook with its formulas."""
    return load_workbook(made)


@pytest.fixture(scope="module")
def last(made: Path) -> Any:
    """The workbook with the values that a program without formulas shows."""
    return load_workbook(made, data_only=True)


def test_sheets_stand_in_reading_order(live: Any) -> None:
    assert live.sheetnames == SHEETS


def test_numbers_are_numbers_and_dates_are_dates(live: Any) -> None:
    sheet = live["Claims"]
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


@pytest.mark.slow
def test_sums_of_many_rows_have_the_same_last_digit_each_time() -> None:
    book = frames(3_000)
    first, *others = (prepare(book, Switches(allocation="split")) for _ in range(5))
    for rows in others:
        for name in ("matrix", "by_year"):
            assert getattr(rows, name).equals(getattr(first, name)), name


def test_analyst_profile_has_tables_filters_frozen_headers_and_print_setup(live: Any) -> None:
    for sheet in live:
        if sheet.title == "Charts":
            continue
        assert sheet.freeze_panes == ("D5" if sheet.title == "Commitments" else "B5"), sheet.title
        assert all(table.autoFilter is not None for table in sheet.tables.values())
        assert len(sheet.tables) == 1
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.print_title_rows == "$3:$4"


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


@pytest.mark.slow
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


# What a reader sees ---------------------------------------------------------------------------------------------------

LACKING = re.compile(
    r"switch|yellow|\blive\b|import-decisions|--undecided|--contact|your (decision|review)", re.IGNORECASE
)
MONEY = {
    "Totals by actor": ("Low", "Stated", "High", "Pledged", "Approved", "Committed", "Disbursed"),
    "Totals by year and stage": ("All stages", "Pledged", "Cancelled"),
    "Timeline": ("All stages", "Pledged", "Cancelled"),
    "Actor by field": ("All fields", "Semiconductors", "Clean energy"),
    "Commitments": ("Amount", "Low", "Stated", "High"),
}
CODES = {
    "Commitments": ("Stage", "Measure", "Fields", "Why not counted", "Bound"),
    "Claims": ("Stage", "Measure", "Fields", "Exclusion reason", "Kind", "Section"),
    "Exclusions": ("Exclusion reason", "Measure", "Stage", "Because"),
    "Totals by field": ("Field",),
    "Shares": ("By", "Stage"),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("book") / "figures.xlsx"
    export(frames(60), path, profile="publication", currency="EUR")
    return load_workbook(path)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(min_row=4, values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_publication_profile_says_nothing_of_what_it_lacks(published: Any) -> None:
    told = [
        f"{sheet.title}!{cell.coordinate}: {cell.value}"
        for sheet in published
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and LACKING.search(cell.value)
    ]
    assert told == []


@pytest.mark.parametrize("name", MONEY)
def test_every_money_heading_names_currency_and_magnitude(live: Any, last: Any, published: Any, name: str) -> None:
    headings = [cell.value for cell in published[name][4]]
    assert {f"{label} (million EUR)" for label in MONEY[name]} <= set(headings)
    assert "Amounts are in million EUR" in published[name]["A2"].value
    for label in MONEY[name]:
        place = [cell.value for cell in live[name][4]].index(label) + 1
        assert "million" in live[name].cell(3, place).value
        assert "&Currency" in live[name].cell(3, place).value
        assert last[name].cell(3, place).value.endswith("million USD")


def test_every_caption_of_a_chart_names_currency_and_magnitude(live: Any, last: Any) -> None:
    charts = live["Charts"]
    captions = [cell.coordinate for row in charts.iter_rows(min_row=4) for cell in row if cell.value]
    assert len(captions) == len(charts._charts) == 3
    assert all('&BoundEnd&", million "&Currency' in charts[place].value for place in captions)
    assert all(last["Charts"][place].value.endswith(": stated, million USD") for place in captions)


def test_commitments_start_with_what_counts(live: Any, published: Any) -> None:
    assert [cell.value for cell in live["Commitments"][4]][:5] == [
        *("Counts", "Amount", "Actor", "Recipient", "Stage"),
    ]
    rows = rows_of(published["Commitments"])
    counts = [row["Counts"] for row in rows]
    assert counts == sorted(counts, reverse=True), "yes before no"
    for counted in ("yes", "no"):
        amounts = [row["Amount (million EUR)"] for row in rows if row["Counts"] == counted]
        assert amounts
        assert amounts == sorted(amounts, reverse=True)
    assert {row["Why not counted"] for row in rows if row["Counts"] == "yes"} == {"[z]"}
    assert {row["Why not counted"] for row in rows if row["Counts"] == "no"} == {"Cancelled", "Only rumoured"}


def test_rejected_commitments_come_last(tmp_path: Path) -> None:
    book = frames(60)
    largest = book.commitments.sort("value")["commitment_id"][-1]
    reason = pl.when(pl.col("commitment_id") == largest).then(pl.lit("rejected")).otherwise("exclusion_reason")
    export(
        replace(book, commitments=book.commitments.with_columns(reason.alias("exclusion_reason"))), tmp_path / "a.xlsx"
    )
    last = rows_of(load_workbook(tmp_path / "a.xlsx", data_only=True)["Commitments"])[-1]
    assert (last["Commitment id"], last["Counts"], last["Why not counted"]) == (largest, 0, "Rejected")


@pytest.mark.parametrize(("name", "labels"), CODES.items())
def test_people_read_labels_and_no_codes(last: Any, name: str, labels: tuple[str, ...]) -> None:
    rows = rows_of(last[name])
    for label in labels:
        said = {str(row[label]) for row in rows if row[label]}
        assert said, label
        assert not [word for word in said if "_" in word or not (word[0].isupper() or word[0] == "(")], label


def test_names_that_count_nothing_have_no_row(last: Any, published: Any) -> None:
    for name in ("Totals by actor", "Totals by field", "Totals by recipient", "Totals by year and stage", "Timeline"):
        label = published[name]["A4"].value
        rows = rows_of(published[name])
        assert all(row[label] not in (None, "", "[x]") for row in rows)
        if "Commitments" in rows[0]:
            assert all(row["Commitments"] for row in rows), name
        empty = [row for row in rows_of(last[name]) if row[label] is None]
        helpers = ("Key", "From", "Until", "Year number", "Open")
        assert all(value in (None, "") for row in empty for key, value in row.items() if key not in helpers), name


def test_times_have_no_microseconds(tmp_path: Path) -> None:
    book = frames(6)
    at = datetime(2026, 3, 4, 5, 6, 7, 891_011, tzinfo=UTC)
    documents = book.documents.with_columns(pl.lit(at).alias("retrieved_at"))
    export(replace(book, documents=documents), tmp_path / "a.xlsx")
    read = {row["Retrieved at"] for row in rows_of(load_workbook(tmp_path / "a.xlsx")["Documents"])}
    assert read == {datetime(2026, 3, 4, 5, 6, 7)}


def test_no_formula_is_newer_than_excel_2016(live: Any) -> None:
    formulas = {cell.value for sheet in live for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    used = {
        name for formula in formulas for name in re.findall(r"([A-Z][A-Z0-9.]+)\(", re.sub(r'"[^"]*"', "", formula))
    }
    known = (
        "ABS AND CHOOSE COUNT COUNTA COUNTIF COUNTIFS FIXED HYPERLINK IF INDEX INT LOWER MATCH MAX MOD N NOT ROWS SUM "
        "SUMIFS SUMPRODUCT TEXT"
    )
    assert used <= set(known.split())


def test_checks_are_summed_up_on_the_cover(last: Any) -> None:
    said = {row["About"]: row["This workbook"] for row in rows_of(last["Cover"])}["Checks"]
    results = [row["Result"] for row in rows_of(last["Checks"])]
    assert said.startswith(f"{results.count('OK')} of {len(results)} are OK, 0 differ")


@pytest.mark.parametrize("profile", ["analyst", "publication"])
def test_no_two_headers_of_a_table_are_the_same(live: Any, published: Any, profile: str) -> None:
    for sheet in live if profile == "analyst" else published:
        for table in sheet.tables.values():
            names = [column.name.casefold() for column in table.tableColumns]
            assert len(names) == len(set(names)), sheet.title
            assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[4]][: len(names)]
