"""A ledger made once and copied for each test, and a shell that works on it."""

import shutil
from pathlib import Path

import pytest

from ledger.book import Book
from tests.book.factory_book import small_book
from tests.cli.factory_shell import Shell


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(small_book(tmp_path_factory.mktemp("made")).store.address)


@pytest.fixture
def book(made_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return Book.open(shutil.copytree(made_book, tmp_path / "book"))


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], book: Book) -> Shell:
    return Shell(capfd)
