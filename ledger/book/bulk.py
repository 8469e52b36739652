"""Articles to stored runs, portion by portion: what is new is read by an engine, and each portion is one run.

A portion is cut by the articles alone, never by time or by who reads them, so that the same articles make the same runs
anywhere. What is stored is there already for the next portion, and for the next job: a job that was ended goes on where
it stopped.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa

from ledger.book.describe import DocumentFacts, Told
from ledger.book.ingest import Ingestion, copy_notes, known_documents, now
from ledger.book.progress import Done, Progress
from ledger.engine import Cluster, Engine, Local, OwnNames, ReadSettings, document_batch, in_order, words_hash
from ledger.options import Attributor
from ledger.pipeline import chosen_attributor, usable_attributor
from ledger.resolve import standing, with_facts
from ledger.store import LEFTOVER_AGE, Batch, Store
from ledger.tables import frame_of, records_of
from ledger.version import VERSION
from schemas import Claim, Document, Problem, Severity

PORTION = 1_000
"""Articles of a run, at most: what a job that is killed reads again."""
PORTION_CHARACTERS = 16_000_000
"""Characters of the new articles of a run, but for the last one."""
BATCH_CHARACTERS = 50_000
"""Characters of the articles that are given to a worker at once, but for the last one."""
ENDED = "reading_ended"
"""The rule of a problem that tells of a document which ended the process that read it."""


class Workforce(NamedTuple):
    """Who reads."""

    workers: int | None = None
    """Processes of this machine; null for one a core."""
    cluster: str | None = None
    """The address of a Dask cluster that reads instead."""

    def engine(self, settings: ReadSettings) -> Engine:
        """Those who read, ready to begin; raises InputError where the cluster does not answer."""
        return Local(settings, self.workers) if self.cluster is None else Cluster(settings, self.cluster)


@dataclass
class Entries:
    """How many articles there are, as far as is known while they are read."""

    sources: int | None = None
    """Files, addresses and others that are to be read; null where they were not counted."""
    opened: int = 0
    """How many of them were opened."""
    met: int = 0
    """Articles, and problems in their place, that came of them."""

    def is_opened(self) -> None:
        """One more source is being read."""
        self.opened += 1

    def counted(self, entries: Iterable[Document | Problem]) -> Iterator[Document | Problem]:
        """`entries`, counted while they pass."""
        for entry in entries:
            self.met += isinstance(entry, Document) or entry.severity is Severity.ERROR
            yield entry

    @property
    def total(self) -> int | None:
        """The articles that came so far, and one for each source that was not opened yet."""
        return None if self.sources is None else self.met + self.sources - self.opened


@dataclass
class Portion:
    """Some articles, in their order: those to be read, and what is known of the others."""

    new: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """What could not be read, and the copies that have another source."""
    there: int = 0
    """Articles that the ledger has."""
    copies: int = 0
    """Further copies of an article that is new."""
    left_out: int = 0
    """What was to be read and became a problem."""
    read: list[pa.RecordBatch] = field(default_factory=list)
    """What was read, with the columns of `ledger.engine.READING`."""

    @property
    def characters(self) -> int:
        """Characters of the new articles."""
        return sum(len(document.text) for document in self.new)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The new articles, in batches of about as many characters."""
        batch: list[Document] = []
        size = 0
        for document in self.new:
            batch.append(document)
            size += len(document.text)
            if size >= BATCH_CHARACTERS:
                yield document_batch(batch)
                batch, size = [], 0
        if batch:
            yield document_batch(batch)

    def stored(self) -> Batch:
        """What of it is to be stored; an article at which a stage failed is not, so that it is read again."""
        documents = frame_of(Document, self.new)
        claims, problems = frame_of(Claim, []), frame_of(Problem, self.problems)
        if self.read:
            rows = pl.concat([pl.DataFrame(pl.from_arrow(batch)) for batch in self.read])
            documents = documents.join(rows.filter("read"), on="document_id", how="semi", maintain_order="left")
            claims = _unlisted(rows["claims"], claims)
            problems = pl.concat([problems, _unlisted(rows["problems"], problems)])
        return Batch(documents, claims, problems, skipped=self.there + self.copies)


def _unlisted(lists: pl.Series, like: pl.DataFrame) -> pl.DataFrame:
    """The structs of all lists as rows, with the columns of `like`."""
    return lists.filter(lists.list.len() > 0).explode().struct.unnest().cast(like.schema)


@dataclass
class Intake:
    """Sorts articles into those that the ledger has and those that are new."""

    store: Store | None
    """The ledger, or null for one that is yet to be made."""
    told: Told
    whole: bool = False
    """Whether all articles are one portion, for a source that must be stored whole or not at all."""
    facts: list[DocumentFacts] = field(default_factory=list)
    """What is said of articles that the ledger had before, and differs."""
    own_runs: set[str] = field(default_factory=set)
    """The runs of this job."""
    coming: dict[str, str] = field(default_factory=dict)
    """document_id → source of the articles that are new and not yet stored."""

    def portions(self, entries: Iterable[Document | Problem]) -> Iterator[Portion]:
        """The articles in portions; each is sorted when it is asked for."""
        some: list[Document | Problem] = []
        size = 0
        for entry in entries:
            some.append(entry)
            size += len(entry.text) if isinstance(entry, Document) else 0
            if not self.whole and (len(some) >= PORTION or size >= PORTION_CHARACTERS):
                yield self._sorted(some)
                some, size = [], 0
        if some:
            yield self._sorted(some)

    def _sorted(self, entries: list[Document | Problem]) -> Portion:
        portion = Portion()
        known = self._known(entries)
        before = {name: row for name, row in known.items() if row["run_id"] not in self.own_runs}
        for entry in self.told.noted(entries, before, self.facts):
            if isinstance(entry, Problem):
                portion.problems.append(entry)
                portion.left_out += entry.severity is Severity.ERROR
            elif (row := known.get(entry.document_id)) is not None:
                portion.there += 1
                portion.problems += copy_notes(entry, str(row["source"]))
            elif (source := self.coming.get(entry.document_id)) is not None:
                portion.copies += 1
                portion.problems += copy_notes(entry, source)
            else:
                self.coming[entry.document_id] = entry.source
                portion.new.append(entry)
        return portion

    def _known(self, entries: Iterable[Document | Problem]) -> Mapping[str, Mapping[str, Any]]:
        """document_id → source, run and metadata of those that the ledger has."""
        ids = [entry.document_id for entry in entries if isinstance(entry, Document)]
        if self.store is None or not ids:
            return {}
        seen = self.store.snapshot()
        ours = seen.documents.filter(pl.col("document_id").is_in(ids))
        return known_documents(with_facts(ours, standing(seen.decisions).in_force))

    def is_risky(self, portion: Portion) -> bool:
        """Whether one of the new articles ended a process before."""
        if self.store is None or not portion.new:
            return False
        ids = [document.document_id for document in portion.new]
        ended = self.store.snapshot().problems.filter(pl.col("document_id").is_in(ids), rule=ENDED)
        return not ended.select("rule").collect().is_empty()

    def is_stored(self, documents: Iterable[str]) -> None:
        """Note which articles (document_ids) are stored: from now on the ledger knows them.

        One that failed stays among those that come, so that its copies are no other case, whenever they are met.
        """
        for document in documents:
            self.coming.pop(document, None)


class Job:
    """The ingestion of articles into a ledger."""

    def __init__(
        self, store: Store, intake: Intake, attributor: Attributor, names: OwnNames | None, workforce: Workforce
    ) -> None:
        self._store, self._intake, self._workforce = store, intake, workforce
        self._attributor, self._names, self._words = attributor, names, words_hash(names)
        self._engine: Engine | None = None

    def run(
        self,
        documents: Iterable[Document | Problem],
        entries: Entries,
        started: datetime,
        progress: Progress | None = None,
    ) -> Ingestion:
        """Read `documents`, counted by `entries`, and store them, a portion at a time.

        Raises InputError where the installation is broken, before the first article is read.
        """
        self._sum = Ingestion.none(self._words, started)
        done = 0
        try:
            for portion, last, read in self._read(entries.counted(documents)):
                if read is not None:
                    portion.read.append(read)
                    done += read.num_rows
                if last:
                    self._keep(portion, started)
                    done += portion.there + portion.copies + portion.left_out
                if progress is not None:
                    progress(Done(done, entries.total, len(self._sum.found)))
        finally:
            if self._engine is not None:
                self._engine.close()
        self._store.sweep(now() - LEFTOVER_AGE, ("documents",))
        return self._sum

    def _read(self, entries: Iterable[Document | Problem]) -> Iterator[tuple[Portion, bool, pa.RecordBatch | None]]:
        """Each portion with each of its batches as it was read, in order, and whether that is its last one."""
        portions = self._intake.portions(entries)
        for portion in portions:
            if portion.new:
                engine = self._begun(portion)
                rest = _followed(portion, portions)
                tagged = (((one, last), batch) for one in rest for last, batch in self._expected(engine, one))
                yield from ((one, last, read) for (one, last), read in in_order(engine, tagged))
            else:
                yield portion, True, None

    def _begun(self, first: Portion) -> Engine:
        """The engine, tried on a sentence; where the attributor has to be another, the portion says so."""
        names = None if self._names is None else self._names.names
        how, told = usable_attributor(self._attributor, names)
        first.problems[:0] = told
        settings = ReadSettings(chosen_attributor(how), self._names, words=self._words)
        self._engine = self._workforce.engine(settings)
        return self._engine

    def _expected(self, engine: Engine, portion: Portion) -> Iterator[tuple[bool, pa.RecordBatch | None]]:
        engine.expect(portion.characters, risky=self._intake.is_risky(portion))
        batches = list(portion.batches()) or [None]
        yield from ((batch is batches[-1], batch) for batch in batches)

    def _keep(self, portion: Portion, started: datetime) -> None:
        """Store a portion as one run, and add it to the sum."""
        batch = portion.stored()
        failed = len(portion.new) - batch.documents.height
        run = None
        if not batch.is_empty():
            run = self._store.add(
                batch, extractor_version=VERSION, lexicon_hash=self._words, started=started, clock=now
            )
            self._intake.own_runs.add(run.run_id)
        self._intake.is_stored(batch.documents["document_id"])
        problems = records_of(Problem, batch.problems)
        self._sum = self._sum.with_run(run, batch.skipped, portion.left_out + failed, problems)


class Preview(NamedTuple):
    """What an ingestion would come to."""

    new: int
    """Articles that would be read."""
    characters: int
    """Their length."""
    there: int
    """Articles that the ledger has."""
    copies: int
    """Further copies of the new ones."""
    left_out: int
    """What cannot be read."""
    found: tuple[Problem, ...]
    """The problems met, without notes."""


def previewed(
    intake: Intake, documents: Iterable[Document | Problem], entries: Entries, progress: Progress | None = None
) -> Preview:
    """What would be read of `documents`, counted by `entries`."""
    new = characters = there = copies = left_out = 0
    found: list[Problem] = []
    for portion in intake.portions(entries.counted(documents)):
        new, characters = new + len(portion.new), characters + portion.characters
        there, copies, left_out = there + portion.there, copies + portion.copies, left_out + portion.left_out
        found += (problem for problem in portion.problems if problem.severity is not Severity.NOTE)
        if progress is not None:
            progress(Done(new + there + copies + left_out, entries.total, len(found)))
    return Preview(new, characters, there, copies, left_out, tuple(found))


def _followed(first: Portion, rest: Iterator[Portion]) -> Iterator[Portion]:
    yield first
    yield from rest


__all__ = ["Entries", "Intake", "Job", "Portion", "Preview", "Workforce", "previewed"]
