"""Ledgers that earlier versions of the program made, as they made them: they open, count, verify and go on.

`without-hashes.zip` was made before rows were hashed, `flat-hashes.zip` when a run held the hash of its sorted rows.
Both hold three articles in two runs, an empty file, a correction, an acceptance and a rate.
"""

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.book import Book
from ledger.book.ingest import now
from ledger.store import SCHEMA_VERSION
from ledger.store.migrate import schema_version
from tests.book.factory_book import reading
from tests.faults.factory_tampering import page_program
from tests.store.factory_store import pledge

LEDGERS = Path(__file__).parent / "ledgers"
NAMES = sorted(path.stem for path in LEDGERS.glob("*.zip"))
UNPROVEN = {"without-hashes": 3, "flat-hashes": 0}
"""Ledger → how many of its tables of runs, decisions and rates hold rows without a hash."""
STATED = Decimal(361604200)
"""What the ledgers come to in US dollars, as the program that made them said."""


@pytest.fixture(params=NAMES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with ZipFile(LEDGERS / f"{request.param}.zip") as archive:
        archive.extractall(tmp_path)
    return (tmp_path / "book").rename(tmp_path / request.param)


def test_an_old_ledger_opens_counts_and_goes_on(old: Path, tmp_path: Path) -> None:
    book = Book.open(old, create=False)
    assert {schema_version(table) for table in book.store.tables.values()} == {SCHEMA_VERSION}
    assert book.totals()["stated"].to_list() == [STATED]
    assert book.history().height == 2
    proof = book.prove(reread=False)
    assert proof.problems == ()
    assert len(proof.unproven) == UNPROVEN[old.name]
    book.add([reading(pledge())], now())
    book.store.compact(datetime(2126, 1, 1, tzinfo=UTC), 1)
    again = Book.open(old, create=False)
    assert again.prove(proof.head, reread=False).problems == ()
    assert again.rows("2").height == 4
    assert page_program().main(str(old), proof.head) == 0


def test_an_old_ledger_is_read_as_it_is_where_nothing_may_be_written(old: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in sorted(old.rglob("*")) if path.is_file()}
    book = Book.open(old, read_only=True)
    assert book.totals()["stated"].to_list() == [STATED]
    assert book.prove(reread=False).problems == ()
    assert {path: path.read_bytes() for path in sorted(old.rglob("*")) if path.is_file()} == before


def test_an_old_ledger_can_be_repaired(old: Path) -> None:
    shutil.rmtree(old / "problems")
    assert Book.repair(old, dry_run=False).steps != ()
    assert Book.open(old).totals()["stated"].to_list() == [STATED]
