"""Text from articles is never run: not in a workbook, not in CSV, not on a page."""

import csv
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from factory_export import frames
from lxml import html
from openpyxl import load_workbook

from ledger.export import Frames, export, plain_csv_text, web_address
from ledger.export.safe import CELL_LIMIT, ILLEGAL, csv_column, cut_column, illegal_count

GIVEN = tomllib.loads((Path(__file__).parent / "injection.toml").read_text(encoding="utf-8"))
PAYLOADS: list[str] = GIVEN["payloads"]
RUNS = re.compile(r"^\s*[=+\-@＝＋－＠|%]|^[\t\r\n]")


def poisoned() -> Frames:
    """Frames with a payload in every text that comes from articles or people."""
    size = len(PAYLOADS)
    base = frames(size * 3)
    texts = pl.Series("text", PAYLOADS)
    spread = [PAYLOADS[place % size] for place in range(base.claims.height)]
    documents = base.documents.with_columns(
        title=texts,
        publisher=texts,
        author=texts,
        source=texts,
        text=texts + base.documents["text"],
        url=pl.Series([*GIVEN["addresses"], *[None] * (size - len(GIVEN["addresses"]))], dtype=pl.String),
    )
    claims = base.claims.with_columns(prefix=pl.Series(spread), suffix=pl.Series(spread))
    commitments = base.commitments.with_columns(
        actor=pl.Series([[spread[place], "Kesto"] for place in range(base.commitments.height)])
    )
    memberships = base.memberships.with_columns(because=pl.Series(spread))
    return replace(base, documents=documents, claims=claims, commitments=commitments, memberships=memberships)


def test_the_table_is_long_enough() -> None:
    assert len(PAYLOADS) >= 30


@pytest.mark.parametrize("profile", ["analyst", "publication"])
def test_a_workbook_holds_payloads_as_plain_text(tmp_path: Path, profile: str) -> None:
    export(poisoned(), tmp_path / "a.xlsx", profile=profile)
    book = load_workbook(tmp_path / "a.xlsx")
    texts = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not any(mark in cell.value for mark in ("evil", "cmd|", "1+1", "calc", "alert")), (
                        cell.coordinate
                    )
                elif isinstance(cell.value, str):
                    texts.add(cell.value)
                assert cell.hyperlink is None
    for payload in PAYLOADS:
        shown = re.sub(ILLEGAL, "", payload.replace("\r", "\n"))
        assert shown in texts


def test_addresses_never_become_links(tmp_path: Path) -> None:
    assert [address for address in GIVEN["addresses"] if web_address(address)] == []
    export(poisoned(), tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["Documents"]
    links = [cell.value for row in sheet.iter_rows(min_row=5) for cell in row if cell.data_type == "f"]
    assert links == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_csv_cell_is_never_run(payload: str) -> None:
    made = plain_csv_text(payload)
    assert not RUNS.search(made)
    assert re.sub(ILLEGAL, "", payload) in made
    assert pl.DataFrame({"text": [payload]}).select(csv_column(pl.col("text"))).item() == made


def test_csv_files_hold_no_running_cell(tmp_path: Path) -> None:
    made = export(poisoned(), tmp_path / "package")
    made += export(poisoned(), tmp_path / "rows.csv")
    for path in made:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as lines:
                assert [
                    cell for row in csv.reader(lines) for cell in row if RUNS.search(cell) and not _is_number(cell)
                ] == []


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def test_a_page_runs_nothing(tmp_path: Path) -> None:
    book = poisoned()
    for place in range(book.documents.height):
        one = replace(book, documents=book.documents[place : place + 1])
        export(one, tmp_path / "a.html")
        page = html.document_fromstring((tmp_path / "a.html").read_text(encoding="utf-8"))
        assert page.xpath("//script | //img | //svg | //iframe | //link | //object") == []
        assert [name for element in page.iter() for name in element.attrib if name.startswith("on")] == []
        assert all(re.match("#|https?://", link) for link in page.xpath("//a/@href"))


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Orrin Labs", "$2.9 billion", "3% of sales", "a = b", "¥920bn", "–5 points", "x@y", ""):
        assert plain_csv_text(text) == text


def test_illegal_characters_are_removed_and_counted(tmp_path: Path) -> None:
    book = poisoned()
    assert illegal_count(book.documents) > 0
    export(book, tmp_path / "a.xlsx")
    cover = dict(load_workbook(tmp_path / "a.xlsx")["Cover"].iter_rows(min_row=5, max_col=2, values_only=True))
    removed = sum(illegal_count(frame) for frame in (book.documents.drop("text"), book.claims, book.memberships))
    assert str(cover["Characters removed"]).startswith(f"{removed:,}")


@pytest.mark.parametrize(
    ("text", "length"), [("a" * 40_000, CELL_LIMIT), ("a" * CELL_LIMIT, CELL_LIMIT), ("😀" * 20_000, CELL_LIMIT)]
)
def test_long_text_fits_a_cell(text: str, length: int) -> None:
    made: Any = pl.DataFrame({"text": [text]}).select(cut_column(pl.col("text"), " … [cut]")).item()
    assert len(made.encode("utf-16-le")) // 2 <= length
    assert made.endswith("[cut]") == (len(text.encode("utf-16-le")) // 2 > CELL_LIMIT)
