"""A ledger made once and copied for each test."""

from pathlib import Path

import pytest

from tests.book.factory_book import small_book


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(small_book(tmp_path_factory.mktemp("made")).store.address)
