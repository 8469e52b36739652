"""A small ledger, made once in each process and worked out once: tests read it, or copy it to write in it."""

from pathlib import Path

import pytest

from ledger.book import Book
from tests.book.factory_book import small_book


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the ledger; what its claims come to is kept in it, so that each copy only reads that."""
    book = small_book(tmp_path_factory.mktemp("made"))
    book.derived()
    return Path(book.store.address)


@pytest.fixture(scope="session")
def small(made_book: Path) -> Book:
    """The ledger itself, only to be asked."""
    return Book.open(made_book, read_only=True)
