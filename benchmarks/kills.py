"""Kill a job of many runs at random moments, its driver or a worker: python -m benchmarks.kills --kills 200.

Two processes read articles written from templates, and the driver stores them in runs of eight. One kill of three
(SIGKILL) ends the driver, the others one of its workers, each at a random moment of the driver's work. After each job
the ledger must hold all that it held before, each article once, and prove right. The same command goes on, until all
articles are there: then the ledger must hold the claims, and come to the totals, of one that nothing disturbed. The
next kills have a new ledger.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.scale import written
from ledger.book import Book, bulk
from ledger.engine import engines
from ledger.errors import LedgerError

ARTICLES = 64
RUN, TOGETHER = 8, 3_000
"""Articles of a run, and characters of those that a worker reads at once."""
WORKERS = 2
AMONG = ("driver", "worker", "worker")
"""Who is killed, each as often as the others."""
TOLD = 3
"""The exit code of a job that ended with an error for its user."""
LEAVING = 600
"""Seconds in which the workers of a driver that was killed end; they only end what they read."""


def child(work: Callable[[], Any]) -> tuple[int, int]:
    """A process that works, and where its answer can be read.

    It is forked, since to start one takes longer than the work; nothing of Delta or polars may have run here before.
    """
    ends, begins = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ends)
        code = 1
        try:
            os.write(begins, json.dumps(work()).encode())
            code = 0
        except LedgerError as error:
            print(error, file=sys.stderr)
            code = TOLD
        except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(begins)
    return pid, ends


def ended(pid: int, ends: int) -> tuple[int, Any]:
    """How a `child` ended, and its answer, or null where it gave none."""
    with os.fdopen(ends, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


def worked(pid: int) -> float | None:
    """Seconds of processor time of a process so far, which a busy machine does not change; null where it ended."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if parts[0] == "Z" else (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def has_worked(pid: int, seconds: float) -> bool:
    """Wait until a process has worked so long; false where it ended before."""
    while (so_far := worked(pid)) is not None and so_far < seconds:
        time.sleep(0.005)
    return so_far is not None


def children(pid: int) -> list[int]:
    """The processes that the threads of a process started, and that run."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, path.read_text(encoding="utf-8").split())
        except (FileNotFoundError, ProcessLookupError):  # the thread ended
            continue
    return sorted(one for one in found if worked(one) is not None)


def job(folder: Path) -> float:
    """Ingest the articles of a folder into its ledger; processor time of the driver."""
    Book.open(folder / "book").ingest(folder / "news", workers=WORKERS, attributor="fast")
    return time.process_time()


def content(folder: Path) -> dict[str, Any]:
    """The articles of a ledger, its claims, what they come to, and what `verify` finds wrong."""
    book = Book.open(folder / "book")
    return {
        "articles": sorted(book.documents.collect()["document_id"]),
        "claims": sha256(repr(book.claims.drop("run_id").sort("claim_id").collect().rows()).encode()).hexdigest(),
        "totals": repr(book.totals(by="actor").sort("actor").rows()),
        "wrong": [problem.message for problem in book.prove(reread=False).problems],
    }


@dataclass
class Trial:
    """A ledger whose jobs are killed, and what came of it."""

    folder: Path
    chance: random.Random
    table: dict[str, Counter[str]] = field(default_factory=lambda: {victim: Counter() for victim in AMONG})
    known: list[str] = field(default_factory=list)
    """The articles of the ledger."""

    def __post_init__(self) -> None:
        shutil.copytree(self.folder / "news", self.folder / "whole" / "news")
        code, seconds = ended(*child(lambda: job(self.folder / "whole")))
        assert code == 0
        self.whole = float(seconds)
        self.right = ended(*child(lambda: content(self.folder / "whole")))[1]

    def run(self, kills: int) -> None:
        """Kill so often, and then let the job end."""
        while (left := kills - sum(counts["kills"] for counts in self.table.values())) > 0:
            victim = self.chance.choice(AMONG)
            pid, ends = child(lambda: job(self.folder))
            killed = self.driver_killed(pid) if victim == "driver" else self.workers_killed(pid, left)
            code, _ = ended(pid, ends)
            assert code in (0, TOLD, -signal.SIGKILL), code
            self.table[victim] += Counter(kills=killed, jobs=1, told=code == TOLD)
            self.judge(victim)
            print({name: dict(counts) for name, counts in self.table.items()}, file=sys.stderr, flush=True)
        assert ended(*child(lambda: job(self.folder)))[0] == 0
        self.judge("worker")

    def driver_killed(self, pid: int) -> int:
        """Kill the driver once, if it does not end before; how often it was killed."""
        if not has_worked(pid, self.whole * self.chance.random()):
            return 0
        workers = children(pid)
        os.kill(pid, signal.SIGKILL)
        late = time.monotonic() + LEAVING
        while any(worked(worker) is not None for worker in workers):
            assert time.monotonic() < late, "a worker outlives its driver"
            time.sleep(0.05)
        return 1

    def workers_killed(self, pid: int, most: int) -> int:
        """Kill workers at random moments while the driver runs; how many."""
        killed, moment = 0, 0.0
        while killed < most and has_worked(pid, moment := moment + self.whole * self.chance.random() / 4):
            if workers := children(pid):
                os.kill(self.chance.choice(workers), signal.SIGKILL)
                killed += 1
        return killed

    def judge(self, victim: str) -> None:
        """Count what is wrong with the ledger after a job."""
        code, found = ended(*child(lambda: content(self.folder)))
        assert code == 0
        counts, articles = self.table[victim], found["articles"]
        counts["lost"] += len(set(self.known) - set(articles))
        counts["doubled"] += len(articles) - len(set(articles))
        counts["wrong"] += bool(found["wrong"])
        self.known = articles
        if articles == self.right["articles"]:
            counts["whole"] += 1
            counts["other"] += found["claims"] != self.right["claims"] or found["totals"] != self.right["totals"]
            shutil.rmtree(self.folder / "book")
            self.known = []


LINES = {
    "kills": "kills",
    "jobs": "jobs that were disturbed",
    "told": "of those, ended with a message",
    "lost": "articles lost",
    "doubled": "articles twice",
    "wrong": "jobs after which `verify` was not right",
    "whole": "ledgers that came to hold all",
    "other": "of those, with other claims or totals",
}
BAD = ("lost", "doubled", "wrong", "other")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=18)
    asked = parser.parse_args(arguments)
    bulk.PORTION, bulk.BATCH_CHARACTERS = RUN, TOGETHER
    engines.WORTH_A_POOL = dict.fromkeys(engines.WORTH_A_POOL, 1)
    with tempfile.TemporaryDirectory() as place:
        written(Path(place) / "news", ARTICLES)
        trial = Trial(Path(place), random.Random(asked.seed))  # noqa: S311 - it must be the same again
        trial.run(asked.kills)
    print(f"{'':42}{'driver':>8}{'worker':>8}")
    for name, words in LINES.items():
        print(f"{words:42}{trial.table['driver'][name]:8}{trial.table['worker'][name]:8}")
    return int(any(counts[name] for counts in trial.table.values() for name in BAD))


if __name__ == "__main__":
    sys.exit(main())
