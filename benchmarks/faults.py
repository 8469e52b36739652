"""What can go wrong while a ledger is written, by seeds: python -m benchmarks.faults --seeds 200.

Each seed does some things with a small ledger (read, decide, add rates, compact, open again), and lets one thing go
wrong in each: a kill before, in or after any write, a full or broken disk, a rename that is lost, half a file, a listing
that is behind, a clock that is set back, another writer or a sweep in between. A model in memory says what the ledger
must hold: what was done is there whole and once, what was not done is not there at all, and done again it is there.
`--seed N` does one seed again, and tells each step.
"""

import argparse
import errno
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
from deltalake import DeltaTable

from ledger.book.sealed import hash_problems
from ledger.errors import StoreError
from ledger.store import Batch, Store, table
from schemas import Claim, Decision, DecisionKind, Document

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2126, 1, 1, tzinfo=UTC)
STEPS = 4
"""Things that each seed does."""
Article = tuple[Document, tuple[Claim, ...]]


class KilledError(BaseException):
    """The process is gone: nothing that follows is done."""


@dataclass
class Model:
    """What a ledger must hold."""

    claims: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)
    rates: int = 0
    rejected: set[str] = field(default_factory=set)

    def copy(self) -> "Model":
        """The same, to go on from."""
        return Model(set(self.claims), set(self.documents), list(self.decisions), self.rates, set(self.rejected))

    def differences(self, store: Store) -> Iterator[str]:
        """What of a ledger is not as it must be, a line each."""
        seen = store.snapshot()
        found = {
            "claims": (sorted(seen.claims.collect()["claim_id"]), sorted(self.claims)),
            "documents": (sorted(seen.documents.collect()["document_id"]), sorted(self.documents)),
            "decisions": (seen.decisions["decision_id"].to_list(), self.decisions),
            "rates": (seen.rates.height, self.rates),
            "documents of runs": (seen.runs["documents"].sum(), len(self.documents)),
        }
        yield from (
            f"{name}: {there} is there, {right} is right" for name, (there, right) in found.items() if there != right
        )
        yield from (f"{problem.where}: {problem.message}" for problem in hash_problems(seen))


@dataclass
class Disk:
    """What happens to the writes of one step: the write number `at` meets the `fault`."""

    folder: Path
    at: int
    fault: str
    meanwhile: Callable[[], None]
    writes: int = 0
    met: str | None = None
    busy: bool = False

    def write(self, what: str, path: Path | None, act: Callable[[], Any], torn: Callable[[], None]) -> Any:
        """Do one write, or what goes wrong with it."""
        if self.busy:
            return act()
        self.writes += 1
        if self.writes != self.at:
            return act()
        self.met = f"{self.fault} at write {self.writes}, {what} {path.name if path is not None else ''}".strip()
        match self.fault:
            case "killed before":
                raise KilledError
            case "killed after":
                act()
                raise KilledError
            case "torn":
                torn()
                raise KilledError
            case "disk full":
                raise OSError(errno.ENOSPC, "No space left on device")
            case "disk broken":
                raise OSError(errno.EIO, "Input/output error")
            case "done, but told as broken":
                act()
                raise OSError(errno.EIO, "Input/output error")
            case _:
                self.busy = True
                self.meanwhile()
                self.busy = False
                return act()


FAULTS = (
    "killed before",
    "killed after",
    "torn",
    "disk full",
    "disk broken",
    "done, but told as broken",
    "another writer",
    "swept meanwhile",
    "behind",
    "none",
)
"""What goes wrong. "behind" is a listing that misses the last commit."""


@contextmanager
def faulty(disk: Disk) -> Iterator[None]:
    """Let the file system and the tables of a ledger go wrong as `disk` says, while the block runs."""
    kept = {name: getattr(Path, name) for name in ("write_bytes", "replace", "touch", "unlink", "rename")}

    def patched(name: str) -> Callable[..., Any]:
        def called(path: Path, *arguments: Any, **options: Any) -> Any:
            if disk.folder not in path.parents:
                return kept[name](path, *arguments, **options)

            def torn() -> None:
                if name == "write_bytes":
                    kept[name](path, arguments[0][: len(arguments[0]) // 2])

            return disk.write(name, path, lambda: kept[name](path, *arguments, **options), torn)

        return called

    written, handle = getattr(table, "write_deltalake"), table.Table.handle  # noqa: B009 - it is no part of the module

    def write(target: DeltaTable, *arguments: Any, **options: Any) -> Any:
        folder = Path(target.table_uri.removeprefix("file://"))

        def torn() -> None:  # the rows are written, and the commit that names them is not
            before = target.version()
            written(target, *arguments, **options)
            (folder / f"_delta_log/{before + 1:020}.json").rename(folder / "_delta_log/_commit_torn.json.tmp")
            (folder / "part-torn.snappy.parquet#1").write_bytes(b"PAR1half")

        return disk.write("commit", folder, lambda: written(target, *arguments, **options), torn)

    def behind(one: table.Table) -> DeltaTable:
        found = handle(one)
        disk.writes += disk.fault == "behind" and not disk.busy
        if disk.fault == "behind" and disk.writes == disk.at and found.version() > 0 and not disk.busy:
            disk.met = f"behind by one commit: {one.address.rpartition('/')[2]}"
            return DeltaTable(one.address, version=found.version() - 1)
        return found

    def counted(name: str) -> Callable[..., Any]:
        act = getattr(table.Table, name)
        return lambda one, *rest: disk.write(name.strip("_"), None, lambda: act(one, *rest), lambda: None)

    with ExitStack() as patches:
        for name in kept:
            patches.enter_context(patch.object(Path, name, patched(name)))
        for name in ("_join", "_checkpoint"):
            patches.enter_context(patch.object(table.Table, name, counted(name)))
        patches.enter_context(patch.object(table.Table, "handle", behind))
        patches.enter_context(patch.object(table, "write_deltalake", write))
        yield


@dataclass
class Seed:
    """One seed: its ledger, its model, and what it does."""

    number: int
    folder: Path
    articles: list[Article]
    say: Callable[[str], None]
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.number)  # noqa: S311 - it must be the same again
        self.model = Model()
        self.clock = START
        self.store = Store.open(str(self.folder))

    def now(self) -> datetime:
        """The clock, which is set back now and then."""
        back = self.random.random() < 0.2  # noqa: PLR2004
        self.clock += timedelta(hours=-self.random.randint(1, 50) if back else 1)
        return self.clock

    def run(self) -> list[str]:
        """What is wrong after the steps, each with the step; empty where nothing is."""
        for step in range(STEPS):
            name, act, after = self.random.choice(self.things())()
            disk = self.disk()
            self.say(f"{step + 1}. {name}")
            ended = self.attempt(act, disk)
            self.met[disk.fault if disk.met else "none"] += 1
            if wrong := self.judged(ended, disk, act, after):
                return [
                    f"seed {self.number}, step {step + 1}, {name}, {disk.met or 'nothing wrong'}: {line}"
                    for line in wrong
                ]
        return []

    def disk(self) -> Disk:
        """What goes wrong with the next step."""
        fault = self.random.choice(FAULTS)
        if fault == "none":
            return Disk(self.folder, 0, fault, lambda: None)
        meanwhile = self.other_writer if fault == "another writer" else self.other_sweep
        return Disk(self.folder, self.random.randint(1, 14), fault, meanwhile)

    def attempt(self, act: Callable[[Store], None], disk: Disk) -> str:
        """Do a thing while something goes wrong; how it ended."""
        try:
            with faulty(disk):
                act(self.store)
        except KilledError:
            self.store = Store.open(str(self.folder))
            return "killed"
        except StoreError as error:
            self.say(f"   told: {error}")
            self.store = Store.open(str(self.folder))
            return "refused"
        finally:
            self.say(f"   {disk.met or 'nothing goes wrong'}")
        return "done"

    def judged(self, ended: str, disk: Disk, act: Callable[[Store], None], after: Callable[[Model], None]) -> list[str]:
        """What of the ledger is not as it must be after a step; the model is then that of the step done."""
        before, done = self.model, self.model.copy()
        after(done)
        self.model = done
        if ended == "done":
            return list(done.differences(self.store))
        wrong = list(done.differences(self.store))
        if wrong and list(before.differences(self.store)):
            return [f"half done: {line}" for line in wrong]
        act(self.store)
        return [f"done again: {line}" for line in done.differences(self.store)]

    # What is done -----------------------------------------------------------------------------------------------------

    def things(self) -> list[Callable[[], tuple[str, Callable[[Store], None], Callable[[Model], None]]]]:
        """What a step may do: its name, the doing, and what the model is afterwards."""
        return [self.read, self.read, self.decide, self.add_rate, self.compact, self.open_again]

    def read(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        some = self.random.sample(self.articles, self.random.randint(1, 3))
        moment = self.now()

        def after(model: Model) -> None:
            model.documents |= {article.document_id for article, _ in some}
            model.claims |= {claim.claim_id for _, claims in some for claim in claims}

        return f"read {len(some)} articles", lambda store: add(store, some, moment), after

    def decide(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        moment = max([self.now(), *(self.last_decision or ())])
        self.last_decision = (moment + timedelta(seconds=9),)
        made = [
            Decision(
                decision_id=f"{self.random.getrandbits(64):016x}",
                kind=DecisionKind.ALIAS,
                target=f"Name {number}",
                other="Norlund",
                author="Ana",
                at=moment + timedelta(seconds=number),
            )
            for number in range(self.random.randint(1, 3))
        ]

        def after(model: Model) -> None:
            model.decisions += [decision.decision_id for decision in made]

        return f"keep {len(made)} decisions", lambda store: keep(store, made), after

    last_decision: tuple[datetime, ...] | None = None

    def add_rate(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        row = {
            "unit": "XAU",
            "to": "USD",
            "rate": Decimal(self.model.rates + 1),
            "on": date(2026, 1, 1),
            "source": "own",
        }
        rates = pl.DataFrame([row]).with_columns(pl.col("rate").cast(pl.Decimal(38, 15)))

        def after(model: Model) -> None:
            model.rates += 1

        return "keep a rate", lambda store: keep_rates(store, rates), after

    def compact(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        moment = self.random.choice([LATER, datetime.now(UTC)])
        return "compact", lambda store: compacted(store, moment), lambda _: None

    def open_again(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        def opened(_: Store) -> None:
            self.store = Store.open(str(self.folder))

        return "open again", opened, lambda _: None

    def other_writer(self) -> None:
        article = self.random.choice(self.articles)
        add(Store.open(str(self.folder)), [article], self.now())
        self.model.documents.add(article[0].document_id)
        self.model.claims |= {claim.claim_id for claim in article[1]}

    def other_sweep(self) -> None:
        Store.open(str(self.folder)).compact(LATER)


def add(store: Store, articles: list[Article], moment: datetime) -> None:
    batch = Batch.of([one for one, _ in articles], [claim for _, claims in articles for claim in claims], [])
    store.add(batch, extractor_version="0.1.0", lexicon_hash="0" * 64, started=moment, clock=lambda: moment)


def keep(store: Store, decisions: list[Decision]) -> None:
    store.add_decisions(decisions)


def keep_rates(store: Store, rates: pl.DataFrame) -> None:
    store.add_rates(rates)


def compacted(store: Store, moment: datetime) -> None:
    store.compact(moment)


def template(folder: Path) -> tuple[Path, list[Article]]:
    """An empty ledger to copy, and articles with their claims."""
    from tests.store.factory_store import pledge  # noqa: PLC0415 - benchmarks may use what the tests make

    names = ("Norlund", "Kesto", "Tessel", "Orrin", "Velora", "Ruvia")
    return Path(Store.open(str(folder / "empty"), create=True).address), [
        pledge(name, 10 + number) for number, name in enumerate(names)
    ]


def tried(numbers: list[int], say: Callable[[str], None] = lambda _: None) -> tuple[list[str], Mapping[str, int]]:
    """What is wrong after each of the seeds, and how often each fault was met."""
    wrong: list[str] = []
    met: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        empty, articles = template(Path(place))
        for number in numbers:
            folder = Path(place) / "book"
            shutil.copytree(empty, folder)
            seed = Seed(number, folder, articles, say)
            wrong += seed.run()
            met += seed.met
            shutil.rmtree(folder)
    return wrong, met


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds, from 0 on")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="one seed again, each step told")
    asked = parser.parse_args(arguments)
    began = time.process_time()
    one = asked.seed is not None
    numbers = [asked.seed] if one else list(range(asked.first, asked.first + asked.seeds))
    wrong, met = tried(numbers, print if one else lambda _: None)
    print("\n".join(wrong) or f"{len(numbers):,} seeds: nothing lost, nothing doubled, every hash right")
    for fault, times in sorted(met.items()):
        print(f"  {times:7,} × {fault}")
    print(f"{time.process_time() - began:.1f} s of processor time", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
