"""A job of many runs whose driver or workers are killed at any moment loses nothing and doubles nothing."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.book import Book
from ledger.engine import Guard, document_batch
from tests.engine.factory_engine import QUICK, pledges

ROOT = Path(__file__).parents[2]
WRITES = 12
"""Those of the four runs of a job: documents, claims and the run itself."""
JOB = """
import os, signal, sys
from ledger.book import Book, bulk
from ledger.engine import ReadSettings, engines
from ledger.store.table import Table
from tests.engine.factory_engine import HERE

bulk.PORTION, bulk.BATCH_CHARACTERS = 4, 100
engines.WORTH_A_POOL = dict.fromkeys(engines.WORTH_A_POOL, 1)
bulk.ReadSettings = lambda *given, **more: ReadSettings(*given, **{**more, "reader": f"{HERE}:read_pledge"})
write, calls, kill_at = Table.append, [], int(sys.argv[2])

def append(table, *arguments):
    calls.append(table)
    if len(calls) == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    done = write(table, *arguments)
    if len(calls) == -kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

Table.append = append
Book.open("book").ingest("news", workers=int(sys.argv[1]), attributor="fast")
"""


def job(folder: Path, *, workers: int, kill_at: int = 10**6) -> int:
    """Run the job in a process of its own, killed before (or, below zero, after) one of its writes; its exit code."""
    command = [sys.executable, "-c", JOB, str(workers), str(kill_at)]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


def prepared(folder: Path) -> Path:
    (folder / "news").mkdir(parents=True)
    for document in pledges(14):
        (folder / document.source).write_text(document.text)
    return folder


def content(folder: Path) -> list[Any]:
    """The documents and claims, and what they come to."""
    book = Book.open(folder / "book", create=False)
    assert book.verify() == []
    documents = book.documents.drop("retrieved_at", "run_id").sort("document_id").collect()
    claims = book.claims.drop("run_id").sort("claim_id").collect()
    return [documents.rows(), claims.rows(), book.totals().rows()]


@pytest.mark.faults
@pytest.mark.parametrize("workers", [1, 2])
def test_a_driver_killed_at_any_write_loses_and_doubles_nothing(tmp_path: Path, workers: int) -> None:
    whole = prepared(tmp_path / "whole")
    assert job(whole, workers=workers) == 0
    killed = 0
    for kill_at in (*range(1, WRITES + 1), *range(-1, -WRITES - 1, -1)):
        folder = prepared(tmp_path / f"killed{kill_at}")
        code = job(folder, workers=workers, kill_at=kill_at)
        killed += code == -signal.SIGKILL
        assert job(folder, workers=workers) == 0
        assert content(folder) == content(whole), kill_at
    assert killed == 2 * WRITES


@pytest.mark.faults
def test_200_kills_of_drivers_and_workers_at_random_moments_lose_and_double_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "200"]
    done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_worker_that_is_killed_from_outside_is_replaced() -> None:
    documents = document_batch(pledges(3))
    with closing(Guard(QUICK)) as guard:
        whole = guard.read(documents)
        process = guard._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert guard.read(documents).equals(whole)
