"""Watched sources in a ledger: what each morning changes in the totals, and what a hint of a field comes to."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.book import Book, bulk
from ledger.book.review import HINT
from ledger.engine import engines
from ledger.errors import LedgerError
from tests.read.factory_site import PAGE, Site, fetcher, served

PLANT = "Siemens will invest $300 million in a plant in Norway, the company said.\n"
LOAN = "The World Bank approved a loan of $90 million to Kenya for rural roads.\n"


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "plant.txt").write_text(PLANT, encoding="utf-8")
    path = tmp_path / "morning.toml"
    path.write_text('[[source]]\nfolder = "incoming"\npublisher = "Northwire"\n', encoding="utf-8")
    return path


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as made:
        yield made


def test_each_morning_tells_what_changed(morning: Path, tmp_path: Path) -> None:
    book = Book.open(tmp_path / "book")
    first = book.watch(morning)
    pledge = Decimal(300_000_000)
    assert first.changes.rows() == [
        ("all", None, 0, pledge, pledge, 1),
        ("actor", "Siemens", 0, pledge, pledge, 1),
    ]
    assert book.documents.collect()["publisher"].to_list() == ["Northwire"]
    (tmp_path / "incoming" / "loan.txt").write_text(LOAN, encoding="utf-8")
    second = book.watch(morning)
    assert second.changes["actor"].to_list() == [None, "World Bank"]
    assert second.changes["change"].to_list() == [Decimal(90_000_000)] * 2
    [news] = second.news
    assert (len(news.new), news.known, news.problems, second.run.documents) == (1, 1, 0, 1)
    third = book.watch(morning)
    assert (third.changes.height, third.run.documents, third.run.skipped) == (0, 0, 0)
    assert book.verify() == []


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_is_new_is_one_run_whoever_reads(
    morning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 1)
    monkeypatch.setattr(engines, "WORTH_A_POOL", dict.fromkeys(engines.WORTH_A_POOL, 1))
    (tmp_path / "incoming" / "loans.csv").write_text(f"text\n{LOAN}{LOAN.replace('90', '70')}", encoding="utf-8")
    book = Book.open(tmp_path / "book")
    done = book.watch(morning, workers=workers)
    assert (done.run.documents, done.run.runs) == (3, tuple(book.history()["run_id"])), "a part of a file would be all"
    assert len(done.run.runs) == 1


@pytest.mark.slow
def test_a_hint_is_a_recorded_correction_where_no_word_says_a_field(morning: Path, tmp_path: Path) -> None:
    morning.write_text('[[source]]\nfolder = "incoming"\nfields = ["semiconductors"]\n', encoding="utf-8")
    (tmp_path / "incoming" / "loan.txt").write_text(LOAN, encoding="utf-8")
    book = Book.open(tmp_path / "book")
    done = book.watch(morning, author="Ana")
    fields = dict(book.rows().select("exact", "fields").iter_rows())
    assert fields["$300 million"] == ["semiconductors"]
    assert "semiconductors" not in fields["$90 million"], "the article says fields"
    [decision] = done.hinted
    assert (decision.author, decision.field, decision.note.startswith(HINT)) == ("Ana", "fields", True)
    assert "morning.toml" in decision.note
    assert book.review().height == 2, "nobody has looked at the claim"
    assert book.watch(morning).hinted == ()
    book.undo(author="Ana")
    assert dict(book.rows().select("exact", "fields").iter_rows())["$300 million"] == []
    assert book.verify() == []


@pytest.mark.slow
def test_addresses_are_asked_for_what_is_new_alone(site: Site, tmp_path: Path) -> None:
    address = site.page("/a", ETag='"1"')
    file = tmp_path / "morning.toml"
    file.write_text(f'[[source]]\npage = "{address}"\n', encoding="utf-8")
    book = Book.open(tmp_path / "book")
    assert book.watch(file, fetcher=fetcher()).run.documents == 1
    noted = tmp_path / "book" / "watched.json"
    assert json.loads(noted.read_bytes()) == {f"page {address}": {"etag": '"1"'}}
    again = Book.open(tmp_path / "book").watch(file, fetcher=fetcher())
    assert ([one.unchanged for one in again.news], again.run.skipped) == ([True], 0)
    noted.write_bytes(b"[{")
    book.watch(file, fetcher=fetcher())
    assert json.loads(noted.read_bytes()) == {f"page {address}": {"etag": '"1"'}}
    site.turn("/a", PAGE.replace(b"$3 million", b"$5 million"), ETag='"2"')
    later = book.watch(file, fetcher=fetcher())
    assert later.changes.rows()[0][2:5] == (3_000_000, 5_000_000, 2_000_000), "the later page takes its place"
    assert book.verify() == []


def test_a_wrong_currency_is_told_before_anything_is_read(morning: Path, tmp_path: Path) -> None:
    morning.write_text(f'currency = "shells"\n{morning.read_text()}', encoding="utf-8")
    book = Book.open(tmp_path / "book")
    with pytest.raises(LedgerError, match="not a valid currency"):
        book.watch(morning)
    assert book.history().is_empty()
