"""A copy of the small ledger for each test, and a shell that works on it."""

import shutil
from pathlib import Path

import pytest

from ledger.book import Book
from tests.cli.factory_shell import Shell


@pytest.fixture
def book(made_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return Book.open(shutil.copytree(made_book, tmp_path / "book"))


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], book: Book) -> Shell:
    return Shell(capfd)
