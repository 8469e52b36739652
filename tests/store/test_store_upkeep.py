"""What compaction does, and what it and every writer must bear: listings that are behind, late rows, a broken disk."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from ledger.book import Book
from ledger.book.cache import derived_from_kept
from ledger.errors import DamagedError, StoreError
from ledger.store import Store, upkeep
from ledger.store.table import Table
from tests.store.factory_store import MORNING, add, batch, pledge

LATER = datetime(2126, 1, 1, tzinfo=UTC)
LONG_AGO = (MORNING - timedelta(days=400)).timestamp()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger of three runs."""
    store = Store.open(str(tmp_path_factory.mktemp("upkeep") / "book"), create=True)
    for number, name in enumerate(("Norlund", "Kesto", "Tessel")):
        add(store, pledge(name, 40 + number, day=9 - number))
    return store.address


@pytest.fixture
def store(made: str, tmp_path: Path) -> Store:
    return Store.open(str(shutil.copytree(made, tmp_path / "book")))


def rows(store: Store) -> list[str]:
    return sorted(store.snapshot().claims.collect()["claim_id"])


def test_compaction_tells_what_it_did_and_a_second_one_has_nothing_to_do(store: Store) -> None:
    before = rows(store)
    done = store.compact(LATER, 1)
    assert str(done.tables["claims"]) == "3 files joined into 1, checkpoint of version 5"
    assert {str(table) for table in store.compact(LATER, 1).tables.values()} == {"nothing to do"}
    assert rows(store) == before


@pytest.mark.parametrize("method", ["_take_turn", "_join", "_checkpoint"])
def test_two_compactions_at_once_double_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """delta-rs lets two writers join the same files, so that each row is there twice."""
    before, act, others = rows(store), getattr(Table, method), []

    def met(table: Table, *arguments: object) -> object:
        if table.address.endswith("claims") and not others:
            others.append(Store.open(store.address))
            others[0].compact(LATER)
        return act(table, *arguments)

    monkeypatch.setattr(Table, method, met)
    store.compact(LATER)
    assert others
    assert rows(Store.open(store.address)) == before
    names = store.tables["claims"].check(store.tables["claims"].handle())
    assert store.tables["claims"].rows_of(names)["claim_id"].sort().to_list() == before


def files_of(store: Store) -> dict[str, int]:
    return {
        name: len(store.tables[name].check(store.tables[name].handle())) for name in ("runs", "documents", "claims")
    }


def test_many_small_files_are_joined_before_a_run_is_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command opens all files, so that a ledger of a thousand mornings took seconds."""
    monkeypatch.setattr(upkeep, "MANY_FILES", 3)
    before = rows(store)
    run = add(store, pledge("Orrin", 43))
    assert run.documents == 1
    assert files_of(store) == {"runs": 2, "documents": 2, "claims": 2}
    assert set(before) < set(rows(store))
    proven = Book(Store.open(store.address)).prove(since=run.run_id, reread=False)
    assert (proven.problems, proven.unproven) == ((), ())


@pytest.mark.parametrize("method", ["_take_turn", "_join"])
def test_joining_is_left_to_another_writer(store: Store, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(upkeep, "MANY_FILES", 3)
    before, act, others = rows(store), getattr(Table, method), []

    def met(table: Table, *arguments: object) -> object:
        if table.address.endswith("claims") and not others:
            others.append(Store.open(store.address))
            add(others[0], pledge("Orrin", 43))
        return act(table, *arguments)

    monkeypatch.setattr(Table, method, met)
    add(store, pledge("Velora", 44))
    found = rows(Store.open(store.address))
    assert len(found) == len(set(found)) == len(before) + 2
    assert Book(Store.open(store.address)).prove(reread=False).problems == ()


def test_a_disk_that_is_full_while_files_are_joined_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MANY_FILES", 3)
    before = rows(store)
    with monkeypatch.context() as full:
        full.setattr(Table, "_join", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(StoreError, match=r"cannot join its files .*No space left"):
            add(store, pledge("Orrin", 43))
    assert rows(store) == before
    add(store, pledge("Orrin", 43))
    assert len(rows(store)) == len(before) + 1


def test_what_is_kept_is_believed_after_files_were_joined(store: Store) -> None:
    Book(store).resolution()
    store.compact(LATER, 1)
    again = Store.open(store.address)
    assert derived_from_kept(again, again.snapshot()).changed == 0
    store.tables["claims"].delete_run(store.history()["run_id"][0])
    assert not store.appended_only({"claims": 3})


def test_compaction_orders_documents_by_their_day(store: Store) -> None:
    store.compact(LATER)
    documents = store.tables["documents"]
    published = documents.rows_of(documents.check(documents.handle()))["published"]
    assert published.is_sorted()


def test_compaction_deletes_files_that_no_version_names(store: Store) -> None:
    orphan, young = (Path(store.address) / "claims" / f"part-{name}.snappy.parquet" for name in ("orphan", "young"))
    orphan.write_bytes(b"PAR1")
    young.write_bytes(b"PAR1")
    os.utime(orphan, (LONG_AGO, LONG_AGO))
    assert store.compact(LATER).tables["claims"].deleted == 1
    assert (orphan.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize(
    "left",
    ["claims/_delta_log/_commit_9.json.tmp", "checksums/claims/.9f", "derived/making-9/part", "claims/a.parquet#1"],
)
def test_compaction_deletes_what_killed_processes_left(store: Store, left: str) -> None:
    path = Path(store.address) / left
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    for one in (path, path.parent):
        os.utime(one, (LONG_AGO, LONG_AGO))
    assert store.compact(MORNING).temporaries == 1
    assert not path.exists()


def test_a_mark_of_a_run_that_wrote_nothing_is_taken_away(store: Store) -> None:
    (Path(store.address) / "running" / "0123456789abcdef").touch()
    store.compact(LATER)
    assert list(store.interrupted_runs()) == []


def test_a_listing_that_is_behind_doubles_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, behind = Table._opened, []

    def old(table: Table) -> DeltaTable:
        found = opened(table)
        if table.address.endswith("documents") and len(behind) < 3:
            behind.append(table.address)
            return DeltaTable(table.address, version=found.version() - 1)
        return found

    monkeypatch.setattr(Table, "_opened", old)
    assert add(store, pledge("Tessel", 42, day=7)).skipped == 1
    assert len(behind) == 3


def test_a_listing_that_stays_behind_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Table._opened
    monkeypatch.setattr("ledger.store.table.pause", lambda attempt: None)
    monkeypatch.setattr(
        Table, "_opened", lambda table: DeltaTable(table.address, version=max(opened(table).version() - 1, 0))
    )
    with pytest.raises(DamagedError, match="was written and is not listed"):
        store.snapshot()


def test_rows_that_arrive_after_their_run_was_given_up_are_no_damage(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store.tables["claims"], "append_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            add(store, pledge("Orrin", 9))
    before, (run_id,) = rows(store), store.leftovers()
    store.sweep(LATER)
    late = batch(pledge("Orrin", 9))
    store._write_parts(late, run_id)
    store._end(run_id)
    assert rows(store) == before
    assert store.sweep(LATER) == 1
    assert add(store, pledge("Orrin", 9)).claims == 1


@pytest.mark.parametrize("method", ["_checkpoint", "_join", "_take_turn"])
def test_a_broken_disk_is_told_in_a_line(store: Store, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    before = rows(store)
    with monkeypatch.context() as patch:
        patch.setattr(Table, method, broken)
        with pytest.raises(StoreError, match="cannot be compacted") as told:
            store.compact(LATER)
    assert "\n" not in str(told.value)
    store.compact(LATER)
    assert rows(store) == before
