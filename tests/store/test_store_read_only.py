"""A ledger that may only be read: it answers everything, and each write is refused in a line before it begins."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ledger
from ledger.book import Book
from ledger.book.ingest import now
from ledger.cli import run
from ledger.errors import StoreError
from ledger.store import derived
from tests.store.factory_store import pledge

CLAIM = pledge()[1][0].claim_id


@pytest.fixture(scope="module")
def whole(made_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read-only")
    shutil.copytree(made_book, folder / "book")
    (folder / "a.txt").write_text("Kesto will invest $300 million in Chile.\n")
    (folder / "own.csv").write_text("unit,to,on,rate\nXAU,USD,2026-01-05,3000\n")
    return folder


@pytest.fixture
def folder(whole: Path) -> Iterator[Path]:
    """The folder of the ledger, of which every byte must be the same afterwards."""
    before = contents(whole / "book")
    yield whole
    assert contents(whole / "book") == before


def contents(book: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(book.rglob("*")) if path.is_file()}


def test_everything_can_be_asked(folder: Path, tmp_path: Path) -> None:
    book = ledger.open(folder / "book", read_only=True)
    assert book.prove(reread=False).problems == ()
    assert book.totals()["commitments"].to_list() == [2]
    assert book.why(CLAIM).quotes
    assert [path.name for path in book.export(tmp_path / "book.csv")] == ["book.csv"]
    assert book.review().height > 0


@pytest.mark.parametrize(
    "write",
    [
        lambda book, folder: book.ingest(folder / "a.txt"),
        lambda book, folder: book.reextract(),
        lambda book, folder: book.decide("reject", CLAIM, author="Ana"),
        lambda book, folder: book.undo(author="Ana"),
        lambda book, folder: book.add_rates(folder / "own.csv"),
        lambda book, folder: book.store.compact(now()),
        lambda book, folder: book.store.sweep(now()),
    ],
)
def test_every_write_is_refused(folder: Path, write: Callable[[Book, Path], object]) -> None:
    with pytest.raises(StoreError, match="may only be read") as refused:
        write(ledger.open(folder / "book", read_only=True), folder)
    assert "\n" not in str(refused.value)


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no ledger here"):
        ledger.open(tmp_path / "book", read_only=True)
    assert not (tmp_path / "book").exists()


def test_read_only_on_the_command_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--ledger", str(folder / "book"), "--read-only"]
    assert run([*words, "totals"]) == 0
    assert run([*words, "verify", "--no-reread"]) == 0
    assert run([*words, "ingest", str(folder / "a.txt")]) == 4
    assert run([*words, "repair", "--yes"]) == 4
    assert capfd.readouterr().err.count("\n") == 2


def test_a_folder_without_rights_is_read_and_each_write_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who runs the tests may have all rights, so the file layer itself refuses here."""
    book = Book.open(folder / "book")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "mkdir", refuse)
    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(derived.tempfile, "mkdtemp", refuse)
    assert book.totals()["commitments"].to_list() == [2]
    with pytest.raises(StoreError, match="Permission denied"):
        book.ingest(folder / "a.txt")
