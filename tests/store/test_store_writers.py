"""Several writers at once, retried runs, and what killed ones leave behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.book.sealed import hash_problems
from ledger.store import Batch, Store
from tests.store.factory_store import MORNING, SCAN_PROBLEM, add, pledge

ROOT = Path(__file__).parents[2]
LATER = datetime(2126, 1, 1, tzinfo=UTC)


KILLED = """
import os, signal, sys
from ledger.store import Store
from ledger.store.table import Table
from tests.store.factory_store import SCAN_PROBLEM, add, pledge

address, kill_at, moment = sys.argv[1], int(sys.argv[2]), sys.argv[3]
write, calls = Table.append, []

def append(table, *arguments):
    calls.append(table.address)
    if len(calls) == kill_at and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = write(table, *arguments)
    if len(calls) == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

Table.append = append
add(Store.open(address), pledge(), pledge("Kesto", 40), pledge("Tessel", 7), problems=(SCAN_PROBLEM,))
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "book"), create=True)


def ids(store: Store) -> list[str]:
    return sorted(store.snapshot().claims.collect()["claim_id"])


def claim_ids(*names: tuple[str, int]) -> list[str]:
    return sorted(pledge(*name)[1][0].claim_id for name in names)


def killed(address: str, kill_at: int, moment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, address, str(kill_at), moment],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kill_at", [1, 2, 3, 4])
def test_kill_9_between_any_two_commits_loses_and_doubles_nothing(store: Store, kill_at: int, moment: str) -> None:
    add(store, pledge())
    assert add(store, pledge()).skipped == 1
    killed(store.address, kill_at, moment)
    whole = claim_ids(("Norlund", 300), ("Kesto", 40), ("Tessel", 7))
    assert ids(store) == (whole if (kill_at, moment) == (4, "after") else claim_ids(("Norlund", 300)))
    add(store, pledge(), pledge("Kesto", 40), pledge("Tessel", 7), problems=(SCAN_PROBLEM,))
    assert ids(store) == whole
    assert store.snapshot().problems.collect().height == 1
    assert not list(store.leftovers())


def test_a_run_killed_before_its_last_commit_is_invisible_and_its_retry_counts_once(store: Store) -> None:
    add(store, pledge())
    killed(store.address, 4, "before")
    assert ids(store) == claim_ids(("Norlund", 300))
    assert len(list(store.leftovers())) == 1
    retried = add(store, pledge(), pledge("Kesto", 40), pledge("Tessel", 7), problems=(SCAN_PROBLEM,))
    assert (retried.documents, retried.claims, retried.problems, retried.skipped) == (2, 2, 1, 1)
    assert store.snapshot().claims.collect().height == 3
    assert not list(store.leftovers())


def test_a_retry_that_reads_later_is_hashed_as_the_first_attempt_stored_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, claims = pledge()
    with monkeypatch.context() as patch:
        patch.setattr(store, "_append_run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            add(store, (article, claims))
    add(store, (article.model_copy(update={"retrieved_at": LATER}), claims))
    assert store.snapshot().documents.collect()["retrieved_at"].to_list() == [MORNING]
    assert list(hash_problems(store.snapshot())) == []


def leave_half(store: Store, monkeypatch: pytest.MonkeyPatch, *articles: tuple[str, int]) -> None:
    """Let a run die after its first table."""
    whole = [pledge(*article) for article in articles]
    with monkeypatch.context() as patch:
        patch.setattr(store.tables["claims"], "append_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            add(store, *whole)


def test_leftovers_of_other_inputs_are_swept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_half(store, monkeypatch, ("Kesto", 40), ("Tessel", 7))
    add(store, pledge("Kesto", 40))
    assert len(list(store.leftovers())) == 1
    assert store.sweep(MORNING) == 0, "what may still be at work is left alone"
    assert store.sweep(LATER) == 1
    assert not list(store.leftovers())
    assert ids(store) == claim_ids(("Kesto", 40))


def test_a_swept_run_can_be_run_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_half(store, monkeypatch, ("Kesto", 40))
    store.sweep(LATER)
    assert add(store, pledge("Kesto", 40)).claims == 1
    assert add(store, pledge("Kesto", 40)).skipped == 1
    assert store.snapshot().documents.collect().height == 1


def test_a_run_swept_while_it_works_starts_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    other, runs = Store.open(store.address), store.tables["runs"]
    commit, swept = runs.append_guarded, []

    def sweep_first(*arguments: object) -> bool:
        if not swept:
            swept.append(other.sweep(LATER))
        return commit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "append_guarded", sweep_first)
    assert add(store, pledge()).claims == 1
    assert swept == [1]
    assert ids(store) == claim_ids(("Norlund", 300))
    assert store.snapshot().documents.collect().height == 1


@pytest.mark.parametrize("mine", [(("Norlund", 300),), (("Norlund", 300), ("Kesto", 40))])
def test_two_writers_with_the_same_article_store_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, mine: tuple[tuple[str, int], ...]
) -> None:
    other, write = Store.open(store.address), store._write_parts
    runs = []

    def other_first(batch: Batch, run_id: str) -> Mapping[str, str]:
        hashes = write(batch, run_id)
        if not runs:
            runs.append(add(other, pledge(), pledge("Tessel", 7)))
        return hashes

    monkeypatch.setattr(store, "_write_parts", other_first)
    run = add(store, *(pledge(*article) for article in mine))
    assert (run.documents, run.skipped) == (len(mine) - 1, 1)
    assert runs[0].documents == 2
    assert ids(store) == claim_ids(*{*mine, ("Norlund", 300), ("Tessel", 7)})
    assert list(hash_problems(store.snapshot())) == []
    assert store.snapshot().documents.collect()["document_id"].is_unique().all()


@pytest.mark.slow
def test_processes_that_ingest_the_same_articles_at_the_same_time_store_them_once(store: Store) -> None:
    script = (
        "import sys; from ledger.store import Store; from tests.store.factory_store import add, pledge\n"
        "store = Store.open(sys.argv[1], create=True)\n"
        "for n in range(8): add(store, *(pledge('Norlund', 10 + m) for m in range(n, n + 3)))\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", script, store.address], cwd=ROOT) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert ids(store) == claim_ids(*(("Norlund", 10 + number) for number in range(10)))
    assert store.snapshot().documents.collect().height == 10
    assert store.history()["documents"].sum() == 10
    assert list(hash_problems(store.snapshot())) == []


def test_half_written_files_of_killed_writers_are_swept(store: Store) -> None:
    add(store, pledge())
    old, young = (Path(store.address) / "claims" / f"part-{name}.snappy.parquet#1" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    long_ago = (MORNING - timedelta(days=400)).timestamp()
    os.utime(old, (long_ago, long_ago))
    store.sweep(MORNING - timedelta(days=200))
    assert (old.exists(), young.exists()) == (False, True)


def test_compaction_changes_no_row(store: Store) -> None:
    for number in range(5):
        add(store, pledge("Norlund", 10 + number))
    before = store.snapshot().claims.sort("claim_id").collect()
    done = store.compact(LATER)
    assert (done.tables["claims"].joined, done.tables["claims"].made) == (5, 1)
    assert store.snapshot().claims.sort("claim_id").collect().equals(before)
    assert add(store, pledge("Norlund", 10)).skipped == 1
    assert list(hash_problems(store.snapshot())) == []
