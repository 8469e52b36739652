"""What can go wrong while a ledger is written, by seeds: python -m benchmarks.faults --seeds 200.

Each seed does some things with a small ledger (read, decide, add rates, compact, open again), and lets one thing go
wrong in each: a kill before, in or after any write, a full or broken disk, a rename that is lost, half a file, a
listing that is behind, a clock that is set back, another writer or a sweep in between. A model in memory says what the
ledger must hold: what was done is there whole and once, what was not done is not there at all, and done again it is
there. Seeds of odd numbers join the files of their tables before each run, as large ledgers do. `--seed N` does one
seed again, and tells each step.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from benchmarks.faulty import FAULTS, Disk, KilledError, faulty
from ledger.book.sealed import hash_problems
from ledger.errors import StoreError
from ledger.store import Batch, Store, upkeep
from schemas import Claim, Decision, DecisionKind, Document

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2126, 1, 1, tzinfo=UTC)
STEPS = 2
"""Things that each seed does."""
WRITES = {"read": 12, "compact": 24}
"""About how many writes a thing does; others do three."""
JOINS = 28
"""About how many more writes a thing does that joins files first."""
Article = tuple[Document, tuple[Claim, ...]]


@dataclass
class Model:
    """What a ledger must hold."""

    claims: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    decisions: list[str] = field(default_factory=list)
    rates: int = 0

    def copy(self) -> "Model":
        """The same, to go on from."""
        return Model(set(self.claims), set(self.documents), list(self.decisions), self.rates)

    def differences(self, found: Mapping[str, Any]) -> list[str]:
        """What of a ledger, as `found_in` tells it, is not as it must be, a line each."""
        right = {
            "claims": sorted(self.claims),
            "documents": sorted(self.documents),
            "decisions": self.decisions,
            "rates": self.rates,
            "documents of runs": len(self.documents),
            "hashes": [],
        }
        return [
            f"{name}: {found[name]} is there, {value} is right" for name, value in right.items() if found[name] != value
        ]


def found_in(store: Store) -> Mapping[str, Any]:
    """What a ledger holds, and what its hashes show."""
    seen = store.snapshot()
    return {
        "claims": sorted(seen.claims.collect()["claim_id"]),
        "documents": sorted(seen.documents.collect()["document_id"]),
        "decisions": seen.decisions["decision_id"].to_list(),
        "rates": seen.rates.height,
        "documents of runs": seen.runs["documents"].sum(),
        "hashes": [f"{problem.where}: {problem.message}" for problem in hash_problems(seen)],
    }


@dataclass
class Seed:
    """One seed: its ledger, its model, and what it does."""

    number: int
    folder: Path
    articles: list[Article]
    model: Model
    say: Callable[[str], None]
    faults: Sequence[str] = FAULTS
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.number)  # noqa: S311 - it must be the same again
        self.clock = START
        self.store = Store.open(str(self.folder))

    def now(self) -> datetime:
        """The clock, which is set back now and then."""
        back = self.random.random() < 0.2
        self.clock += timedelta(hours=-self.random.randint(1, 50) if back else 1)
        return self.clock

    @property
    def joins(self) -> bool:
        """Whether files are joined before each run."""
        return self.number % 2 == 1

    def run(self) -> list[str]:
        """What is wrong after the steps, each with the step; empty where nothing is."""
        with patch.object(upkeep, "MANY_FILES", 2 if self.joins else upkeep.MANY_FILES):
            return self.steps()

    def steps(self) -> list[str]:
        """Do the steps; see `run`."""
        for step in range(STEPS):
            name, act, after = self.random.choice(self.things())()
            verb = name.split()[0]
            disk = self.disk(WRITES.get(verb, 3) + JOINS * (self.joins and verb == "read"))
            self.say(f"{step + 1}. {name}")
            ended = self.attempt(act, disk)
            self.met[disk.fault if disk.met else "none"] += 1
            if wrong := self.judged(ended, act, after):
                return [
                    f"seed {self.number}, step {step + 1}, {name}, {disk.met or 'nothing wrong'}: {line}"
                    for line in wrong
                ]
        return []

    def disk(self, writes: int) -> Disk:
        """What goes wrong with the next step."""
        fault = self.random.choice(self.faults)
        if fault == "none":
            return Disk(self.folder, 0, fault, lambda: None)
        meanwhile = self.other_writer if fault == "another writer" else self.other_sweep
        return Disk(self.folder, self.random.randint(1, writes), fault, meanwhile)

    def attempt(self, act: Callable[[Store], None], disk: Disk) -> str:
        """Do a thing while something goes wrong; how it ended."""
        try:
            with faulty(disk):
                act(self.store)
        except KilledError:
            self.store = Store.open(str(self.folder))
            return "killed"
        except StoreError as error:
            self.say(f"   told: {str(error).replace(str(self.folder), 'ledger')}")
            self.store = Store.open(str(self.folder))
            return "refused"
        finally:
            self.say(f"   {disk.met or 'nothing goes wrong'}")
        return "done"

    def judged(self, ended: str, act: Callable[[Store], None], after: Callable[[Model], None]) -> list[str]:
        """What of the ledger is not as it must be after a step; the model is then that of the step done."""
        before, done = self.model, self.model.copy()
        after(done)
        self.model = done
        try:
            found = found_in(self.store)
            wrong = done.differences(found)
            if ended == "done":
                return wrong
            if wrong and before.differences(found):
                return [f"half done: {line}" for line in wrong]
            act(self.store)
            return [f"done again: {line}" for line in done.differences(found_in(self.store))]
        except StoreError as error:
            return [str(error)]

    # What is done -----------------------------------------------------------------------------------------------------

    def things(self) -> list[Callable[[], tuple[str, Callable[[Store], None], Callable[[Model], None]]]]:
        """What a step may do: its name, the doing, and what the model is afterwards."""
        return [self.read, self.read, self.read, self.decide, self.add_rate, self.compact, self.open_again]

    def read(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        """Store one to three articles, some perhaps known."""
        some = self.random.sample(self.articles, self.random.randint(1, 3))
        moment = self.now()

        def after(model: Model) -> None:
            model.documents |= {article.document_id for article, _ in some}
            model.claims |= {claim.claim_id for _, claims in some for claim in claims}

        return f"read {len(some)} articles", lambda store: add(store, some, moment), after

    def decide(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        """Keep decisions, as an imported workbook does."""
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
        """Keep a rate."""
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
        """Compact, and at times take everything unfinished for dead."""
        moment = self.random.choice([LATER, datetime.now(UTC)])
        return "compact", lambda store: compacted(store, moment), lambda _: None

    def open_again(self) -> tuple[str, Callable[[Store], None], Callable[[Model], None]]:
        """Open the ledger anew."""

        def opened(_: Store) -> None:
            self.store = Store.open(str(self.folder))

        return "open again", opened, lambda _: None

    def other_writer(self) -> None:
        """Another process stores an article."""
        article = self.random.choice(self.articles)
        add(Store.open(str(self.folder)), [article], self.now())
        self.model.documents.add(article[0].document_id)
        self.model.claims |= {claim.claim_id for claim in article[1]}

    def other_sweep(self) -> None:
        """Another process takes everything unfinished for dead, and compacts."""
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


def template(folder: Path) -> tuple[Path, list[Article], Model]:
    """A ledger of one article to copy, articles with their claims, and what the ledger holds."""
    from tests.store.factory_store import pledge  # noqa: PLC0415 - benchmarks may use what the tests make

    names = ("Norlund", "Kesto", "Tessel", "Orrin", "Velora", "Ruvia")
    articles = [pledge(name, 10 + number) for number, name in enumerate(names)]
    store = Store.open(str(folder / "begun"), create=True)
    add(store, articles[:1], START)
    (document, claims), *_ = articles
    return Path(store.address), articles, Model({claim.claim_id for claim in claims}, {document.document_id})


def tried(
    numbers: Sequence[int], say: Callable[[str], None] = lambda _: None, faults: Sequence[str] = FAULTS
) -> tuple[list[str], Mapping[str, int]]:
    """What is wrong after each of the seeds, and how often each of the faults was met."""
    wrong: list[str] = []
    met: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        begun, articles, model = template(Path(place))
        for number in numbers:
            folder = Path(place) / "book"
            shutil.copytree(begun, folder)
            seed = Seed(number, folder, articles, model.copy(), say, faults)
            wrong += seed.run()
            met += seed.met
            shutil.rmtree(folder)
    return wrong, met


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds, from 0 on")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="one seed again, each step told")
    parser.add_argument("--fault", choices=FAULTS, help="let nothing else go wrong")
    asked = parser.parse_args(arguments)
    began = time.process_time()
    one = asked.seed is not None
    numbers = [asked.seed] if one else list(range(asked.first, asked.first + asked.seeds))
    wrong, met = tried(numbers, print if one else lambda _: None, [asked.fault] if asked.fault else FAULTS)
    print("\n".join(wrong) or f"{len(numbers):,} seeds: nothing lost, nothing doubled, every hash right")
    for fault, times in sorted(met.items()):
        print(f"  {times:7,} × {fault}")
    print(f"{time.process_time() - began:.1f} s of processor time", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
