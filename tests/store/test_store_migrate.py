"""Ledgers of other program versions."""

from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from ledger.errors import StoreError
from ledger.store import SCHEMA_VERSION, Store, migrate
from ledger.store.columns import SCHEMAS
from ledger.store.table import SCHEMA_PROPERTY, Table
from tests.store.factory_store import add, pledge


def set_version(address: str, version: int) -> None:
    for part in SCHEMAS:
        DeltaTable(Path(address) / part).alter.set_table_properties(
            {SCHEMA_PROPERTY: str(version)}, raise_if_not_exists=False
        )


@pytest.fixture
def address(tmp_path: Path) -> str:
    store = Store.open(str(tmp_path / "book"), create=True)
    add(store, pledge())
    return store.address


def test_a_newer_ledger_is_refused(address: str) -> None:
    set_version(address, SCHEMA_VERSION + 1)
    with pytest.raises(StoreError, match="newer program"):
        Store.open(address)


def test_a_foreign_delta_table_is_refused(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "book" / "runs", pl.DataFrame({"run_id": ["mine"]}))
    with pytest.raises(StoreError, match="not part of a ledger"):
        Store.open(str(tmp_path / "book"))


def test_an_older_ledger_is_brought_up_step_by_step(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, str]] = []
    steps = {
        SCHEMA_VERSION + n: lambda table, n=n: seen.append((n, table.address.rpartition("/")[2])) for n in range(2)
    }
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", SCHEMA_VERSION + 2)
    monkeypatch.setattr(migrate, "MIGRATIONS", steps)
    assert Store.open(address).snapshot().claims.collect().height == 1
    assert [name for step, name in seen if step == 0][-1] == "runs"
    assert len(seen) == 2 * len(SCHEMAS)
    seen.clear()
    Store.open(address)
    assert not seen


def test_a_migration_that_was_killed_goes_on(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def step(table: Table) -> None:
        if "claims" in table.address and not done.count("broken"):
            done.append("broken")
            raise KeyboardInterrupt
        done.append(table.address.rpartition("/")[2])

    monkeypatch.setattr(migrate, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrate, "MIGRATIONS", {SCHEMA_VERSION: step})
    with pytest.raises(KeyboardInterrupt):
        Store.open(address)
    Store.open(address)
    assert sorted(done) == sorted({*done}), "no table is migrated twice"


def test_a_column_that_is_new_reads_as_null_and_can_be_written(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(address)
    documents = store.tables["documents"]
    documents.schema["archive_url"] = pl.String()
    assert store.snapshot().documents.collect()["archive_url"].to_list() == [None]
    frame = documents.rows().collect().with_columns(archive_url=pl.lit("https://example.org"))
    assert documents.append(frame, documents.handle(), {})
    assert set(documents.rows().collect()["archive_url"]) == {None, "https://example.org"}
