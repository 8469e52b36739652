"""A ledger at earlier versions, in the order of its commits whatever the clocks said."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.book import ingest as ingestion
from ledger.book.ingest import now
from ledger.errors import LedgerError
from ledger.store import Store
from tests.book.factory_book import reading
from tests.store.factory_store import MORNING, add, pledge

RATES = "unit,to,on,rate,source\nXAU,USD,2026-01-05,3000,own\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two runs, between them a decision and a rate, and a decision at the end."""
    folder = tmp_path_factory.mktemp("versions")
    (folder / "own.csv").write_text(RATES)
    made = Book.open(folder / "book")
    made.add([reading(pledge())], now())
    made.decide("reject", pledge()[1][0].claim_id, author="Ana")
    made.add_rates(folder / "own.csv")
    made.add([reading(pledge("Kesto", 40))], now())
    made.undo(author="Ana")
    return made


@pytest.mark.parametrize(
    ("version", "claims", "counted", "rates"),
    [
        ("0", 0, 0, 0),
        pytest.param("1", 1, 1, 0, marks=pytest.mark.slow),
        ("1.0.0", 1, 1, 0),
        ("1.1.0", 1, 0, 0),
        pytest.param("1.1.1", 1, 0, 1, marks=pytest.mark.slow),
        ("2", 2, 1, 1),
        pytest.param("2.1.1", 2, 1, 1, marks=pytest.mark.slow),
        ("2.2.1", 2, 2, 1),
        (None, 2, 2, 1),
    ],
)
def test_every_query_answers_for_a_version(
    book: Book, version: str | None, claims: int, counted: int, rates: int
) -> None:
    rows = book.rows(version)
    assert (rows.height, rows["counted"].sum()) == (claims, counted)
    assert book.snapshot(version).rates.height == rates
    assert book.resolution(version).commitments["counted"].sum() == counted
    assert book.exclusions(version).height == claims - counted
    assert book.documents_told(version).height == claims
    assert book.decisions_told(version).height == book.snapshot(version).decisions.height
    assert book.totals(as_of=version)["commitments"].sum() == counted


def test_history_shows_the_versions(book: Book) -> None:
    assert book.history()["version"].to_list() == ["1.0.0", "2.1.1"]
    assert book.history("1")["version"].to_list() == ["1.0.0"]


def test_a_head_is_a_version_and_is_proven(book: Book, tmp_path: Path) -> None:
    book = Book.open(shutil.copytree(book.store.address, tmp_path / "book"))
    head = book.prove().head
    book.add([reading(pledge("Tessel", 7))], now())
    assert book.rows(head).height == 2
    with pytest.raises(LedgerError, match="not a head of this ledger"):
        book.rows(head[:-1] + ("0" if head[-1] != "0" else "1"))


@pytest.mark.parametrize("version", ["", "x", "3", "2.9.0", "-1", "1.0", "1.0.0.0"])
def test_what_is_no_version_is_told(book: Book, version: str) -> None:
    with pytest.raises(LedgerError, match="write one that `ledger history` shows") as told:
        book.rows(version)
    assert "\n" not in str(told.value)


def test_a_clock_set_back_changes_no_order(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "book"), create=True)
    for day, name in enumerate(["Norlund", "Kesto", "Tessel"]):
        add(store, pledge(name, 40 + day), at=MORNING - timedelta(days=day))
    assert store.history()["documents"].to_list() == [1, 1, 1]
    assert store.history()["version"].to_list() == ["1.0.0", "2.0.0", "3.0.0"]


def test_an_undo_follows_its_decision_whatever_the_clock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book.open(tmp_path / "book")
    book.add([reading(pledge())], now())
    book.decide("reject", pledge()[1][0].claim_id, author="Ana")
    assert book.rows()["counted"].to_list() == [False]
    monkeypatch.setattr(ingestion, "now", lambda: MORNING - timedelta(days=900))
    book.undo(author="Ana")
    assert book.rows()["counted"].to_list() == [True]
    assert book.decisions["at"].is_sorted()
