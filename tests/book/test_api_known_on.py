"""Totals as a reader of all documents published by a day would have them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.book.ingest import now
from schemas import Stage
from tests.book.factory_book import reading
from tests.store.factory_store import claim_in, document, pledge

ANNOUNCED, DROPPED, READ = date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 7)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A pledge, its cancellation eighteen days later, and an article without a day."""
    dropped = document(
        "Norlund no longer says that it will invest $300 million in clean energy in Arvania.\n",
        source="news/dropped.txt",
        published=DROPPED,
    )
    end = claim_in(dropped, "$300 million", Decimal(300_000_000), "Norlund", "Arvania", stage=Stage.CANCELLED)
    text = "Tessel will invest $20 million in clean energy in Arvania.\n"
    undated = document(text, source="news/tessel.txt", published=None, retrieved_at=datetime(2026, 4, 7, 9, tzinfo=UTC))
    said = claim_in(undated, "$20 million", Decimal(20_000_000), "Tessel", "Arvania")
    made = Book.open(tmp_path_factory.mktemp("known") / "book")
    made.add(map(reading, (pledge(day=2), (dropped, (end,)), (undated, (said,)))), now())
    return made


@pytest.mark.parametrize(
    ("day", "millions", "stages"),
    [
        (date(2026, 3, 1), 0, []),
        (ANNOUNCED, 300, ["pledged"]),
        (date(2026, 3, 19), 300, ["pledged"]),
        (DROPPED, 0, ["cancelled"]),
        (READ, 20, ["cancelled", "pledged"]),
        (None, 20, ["cancelled", "pledged"]),
    ],
)
def test_a_total_knows_what_was_published_by_its_day(
    book: Book, day: date | None, millions: int, stages: list[str]
) -> None:
    assert book.totals(as_known_on=day)["stated"].item() == millions * 10**6
    why = book.why_total(as_known_on=day, stage_floor="cancelled")
    assert sorted(row["stage"] for row in why.commitments) == stages


def test_an_export_holds_only_what_was_published_and_says_so(book: Book, tmp_path: Path) -> None:
    [path] = book.export(tmp_path / "rows.jsonl", as_known_on=ANNOUNCED)
    assert path.read_text(encoding="utf-8").count('"source"') == 1


def test_what_was_published_and_what_was_recorded_are_asked_together(book: Book) -> None:
    assert book.totals(as_known_on=READ, as_of=date(2020, 1, 1))["commitments"].item() == 0
