"""Many writers at once, and a writer that is killed at any moment: nothing is lost, and nothing is there twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.book import Book

ROOT = Path(__file__).parents[2]
WRITERS, RUNS = 4, 50
KILLS = 200
NAMES = ("Kesto", "Norlund", "Tessel", "Orrin", "Velora", "Ruvia", "Sandmar", "Halvor", "Brenna", "Corvia")
WRITER = """
import sys
from ledger.store import Store
from tests.store.factory_store import add, pledge
store, first, runs = Store.open(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for number in range(runs):  # half of the articles are another writer's too
    add(store, pledge("Norlund", 1000 * first + number), pledge("Kesto", 1 + number))
"""
INGEST = """
import json, os, random, signal, sys, time
from pathlib import Path
from benchmarks.kills import child, ended, has_worked
from ledger.book import Book

kills, folder = int(sys.argv[1]), Path("articles")
articles, chance = sorted(folder.glob("*.txt")), random.Random(18)

def ingest(some):
    def work():
        Book.open("book").ingest(some, attributor="fast")
        return time.process_time()
    return work

def proven():
    book = Book.open("book")
    rows = book.rows()
    faults = [problem.message for problem in book.prove(reread=False).problems]
    return [sorted(rows["source"].to_list()), faults, len(list(book.store.leftovers()))]

status, whole = ended(*child(ingest(articles[:1])))
assert status == 0
known = {articles[0].name}
table = {"killed": 0, "before": 0, "stored": 0, "leftovers": 0}
while table["killed"] < kills:
    some = chance.sample(articles, 3)
    pid, ends = child(ingest(some))
    moment = whole * max(chance.random() for _ in range(4))  # writing comes last
    has_worked(pid, moment)
    os.kill(pid, signal.SIGKILL)
    status, _ = ended(pid, ends)
    table["killed"] += status == -signal.SIGKILL
    status, (sources, faults, left) = ended(*child(proven))
    found = [Path(source).name for source in sources]
    assert status == 0 and not faults, faults
    assert len(found) == len(set(found)), found
    assert set(found) in (known, known | {path.name for path in some}), (known, found)
    table["stored" if set(found) != known else "before"] += 1
    table["leftovers"] = left
    known = set(found)
    print(table, file=sys.stderr, flush=True)
    if len(known) == len(articles):
        Path("book").rename(f"book-{table['killed']}")
        assert ended(*child(ingest(articles[:1])))[0] == 0
        known = {articles[0].name}
assert ended(*child(ingest(articles)))[0] == 0
print(json.dumps(table))
"""


@pytest.mark.faults
def test_four_writers_of_fifty_runs_each_lose_and_double_nothing(tmp_path: Path) -> None:
    book = Book.open(tmp_path / "book")
    words = [sys.executable, "-c", WRITER, book.store.address]
    writers = [subprocess.Popen([*words, str(number), str(RUNS)], cwd=ROOT) for number in range(1, WRITERS + 1)]
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    claims = book.claims.collect()
    assert claims["claim_id"].is_unique().all()
    assert claims.height == WRITERS * RUNS + RUNS
    assert book.history()["documents"].sum() == claims.height
    assert book.prove(reread=False).problems == ()


@pytest.mark.faults
def test_an_ingestion_killed_at_200_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        text = f"{name} will invest ${10 + number} million in a battery plant in Chile by 2030, it said.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", INGEST, str(KILLS)],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["killed"] == KILLS
    undisturbed = Book.open(tmp_path / "undisturbed")
    undisturbed.ingest(folder, attributor="fast")
    book = Book.open(tmp_path / "book")
    assert book.totals(by="actor").equals(undisturbed.totals(by="actor"))
    assert book.verify() == []
