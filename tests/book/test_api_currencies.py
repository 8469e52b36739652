"""The currencies that a workbook can be switched to: every one of the ledger that a rate converts to."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledger.book import Book

USUAL = {"USD", "EUR", "GBP", "JPY"}
LEDGERS = {
    "Norlund Energi will invest $20 million in a bridge.": USUAL,
    "Norlund Energi will invest 20 million Swedish kronor in a bridge.": {*USUAL, "SEK"},
    "Norlund Energi will invest Rs 1,200 crore in a bridge.\n\nKesto will invest CHF 3 million in a school.": {
        *USUAL, "INR", "CHF",
    },
    "Norlund Energi will invest $20 million in a bridge.\n\nKesto will invest 9 billion North Korean won in roads.": (
        USUAL
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("text", "offered"), LEDGERS.items(), ids=range(len(LEDGERS)))
def test_the_switch_offers_the_currencies_of_the_ledger(tmp_path: Path, text: str, offered: set[str]) -> None:
    (tmp_path / "a.txt").write_text(f"{text}\n", encoding="utf-8")
    book = Book.open(tmp_path / "a.ledger")
    book.ingest(tmp_path / "a.txt", attributor="fast")
    book.export(tmp_path / "a.xlsx")
    units = book.commitments.collect()["unit"].to_list()
    assert len(units) == text.count(" will invest "), units
    sheet = load_workbook(tmp_path / "a.xlsx", read_only=True)["Switches"]
    (said,) = [row[3] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] == "Currency shown"]
    assert set(said.split(", ")) == offered
