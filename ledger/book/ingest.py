"""From sources to stored claims: what `Book.ingest`, `ledger.extract` and the command line share."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

import polars as pl

from ledger.book.progress import Done, Progress
from ledger.engine import OwnNames
from ledger.lexicons.names import Names
from ledger.options import Attributor, Source
from ledger.pipeline import Reading, reading_of, usable_attributor
from ledger.resolve import DESCRIBABLE
from ledger.store import LEFTOVER_AGE, Batch, Store
from ledger.tables import records_of
from ledger.version import VERSION
from schemas import Claim, Decision, Document, Problem, Run, Severity, stable_id

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
METADATA = DESCRIBABLE
"""What may be said of a document from outside."""
COPY = "copy"
"""The rule of a note that a source holds the words of a document that the ledger has."""


def now() -> datetime:
    """The moment, UTC: the one clock of the ledger."""
    return datetime.now(UTC)


def after(decisions: pl.DataFrame) -> datetime:
    """The moment, or that after the last of `decisions` where a clock was set back: what comes later has a later time.

    Decisions are replayed by their time, so that an undo must not stand before what it takes back.
    """
    last = decisions["at"].max()
    return now() if not isinstance(last, datetime) else max(now(), last + timedelta(microseconds=1))


def document_of(text: str, published: date | None = None, source: str = "text") -> Document:
    """A document of a text that came from no file; half a surrogate pair, which no text has, becomes U+FFFD."""
    text = LONE_SURROGATE.sub("\ufffd", text)
    return Document(
        document_id=stable_id("document", text),
        source=source,
        published=published,
        retrieved_at=now(),
        text=text,
        raw_sha256=sha256(text.encode()).hexdigest(),
    )


def user_names(file: Source | None) -> Names | None:
    """The lexicon's names with the user's before them; raises InputError where the file does not hold names."""
    own = OwnNames.of(file)
    return None if own is None else own.names


class Ingestion(Run):
    """What an ingestion added: its one run as stored, or the sum of its runs, of which `run_id` is the last one.

    Where nothing was stored `run_id` is "".
    """

    found: tuple[Problem, ...] = ()
    """The problems met, without notes, also those that the ledger knew; `problems` counts those added, with notes."""
    left_out: int = 0
    """What was to be read and became a problem: documents + skipped + left_out is all that was read."""
    described: tuple[Decision, ...] = ()
    """What was set of documents that the ledger had already."""
    runs: tuple[str, ...] = ()
    """The run_ids that were stored, in their order."""
    columns: tuple[str, ...] = ()
    """For each frame, in words, which of its columns was read as which field of an article, and which as none."""

    def __repr__(self) -> str:
        """What was added, and what was not."""
        told = f"{self.documents} documents, {self.claims} claims"
        beside = {"there already": self.skipped, "left out": self.left_out, "described": len(self.described)}
        return f"Ingestion({', '.join([told, *(f'{number} {name}' for name, number in beside.items() if number)])})"

    __str__ = __repr__

    @classmethod
    def none(cls, words: str, started: datetime) -> Self:
        """An ingestion that has added nothing yet."""
        return cls(
            run_id="",
            extractor_version=VERSION,
            lexicon_hash=words,
            started=started,
            ended=started,
            documents=0,
            claims=0,
            problems=0,
            skipped=0,
        )

    def with_run(self, run: Run | None, skipped: int, left_out: int, found: Iterable[Problem]) -> Self:
        """This and another run, or, where nothing of it was to be stored, how many documents were `skipped`."""
        changes: dict[str, Any] = {
            "left_out": self.left_out + left_out,
            "found": (*self.found, *(problem for problem in found if problem.severity is not Severity.NOTE)),
            "skipped": self.skipped + (skipped if run is None else run.skipped),
        }
        if run is not None:
            changes |= {name: getattr(self, name) + getattr(run, name) for name in ("documents", "claims", "problems")}
            changes["ended"] = run.ended
            if run.documents or run.problems:
                changes |= {"run_id": run.run_id, "runs": (*self.runs, run.run_id)}
        return self.model_copy(update=changes)


def store_readings(
    store: Store,
    readings: Iterable[Reading],
    started: datetime,
    progress: Progress | None = None,
    *,
    replacing: bool = False,
    words: str,
) -> Ingestion:
    """Store readings as one run, all or nothing; with `replacing` they are of documents that the ledger has.

    `words` is the hash of the words that they were read with, or "" where the caller made them.
    """
    documents: list[Document] = []
    claims: list[Claim] = []
    problems: list[Problem] = []
    left_out = 0
    for number, reading in enumerate(readings, 1):
        documents += () if reading.document is None else (reading.document,)
        claims += reading.claims
        problems += reading.problems
        left_out += reading.document is None and any(one.severity is Severity.ERROR for one in reading.problems)
        if progress is not None:
            progress(Done(number, problems=len(problems)))
    run = store.add(
        Batch.of(documents, claims, problems),
        extractor_version=VERSION,
        lexicon_hash=words,
        started=started,
        clock=now,
        replacing=replacing,
    )
    store.sweep(now() - LEFTOVER_AGE, ("documents",))
    return Ingestion.none(words, started).with_run(run, run.skipped, left_out, problems)


def known_documents(documents: pl.LazyFrame) -> Mapping[str, Mapping[str, Any]]:
    """document_id → source, run and metadata of each of the documents of a ledger."""
    columns = documents.select("document_id", "source", "run_id", *METADATA).collect()
    return {row["document_id"]: row for row in columns.iter_rows(named=True)}


def stored_documents(documents: pl.LazyFrame) -> Iterator[Document]:
    """The documents of the ledger as they were before they were stored, one after the other."""
    for row in documents.sort("document_id").collect().iter_slices(1):
        yield records_of(Document, row)[0].model_copy(update={"run_id": None})


def as_stored(readings: Iterable[Reading], stored: pl.LazyFrame) -> Iterator[Reading]:
    """`readings`, each with its document as it is stored: what people set of it is no part of its row."""
    rows = known_documents(stored)
    for reading in readings:
        if reading.document is None:
            yield reading
            continue
        facts = {name: rows[reading.document.document_id][name] for name in METADATA}
        yield replace(reading, document=reading.document.model_copy(update=facts))


def readings_of(
    entries: Iterable[Document | Problem], names: Names | None, attributor: Attributor
) -> Iterator[Reading]:
    """The readings of entries, by this process.

    Further copies of a document pass through unread, with a note of their source where that is another. Raises
    InputError where the installation is broken, before the first document is read.
    """
    how: Attributor | None = None
    sources: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, Document) and entry.document_id in sources:
            yield Reading(entry, (), tuple(copy_notes(entry, sources[entry.document_id])))
        elif isinstance(entry, Document):
            if how is None:
                how, told = usable_attributor(attributor, names)
                yield from (Reading(None, (), (problem,)) for problem in told)
            read = reading_of(entry, names, how)
            if read.document is not None:
                sources[entry.document_id] = entry.source
            yield read
        else:
            yield reading_of(entry)


def copy_notes(document: Document, source: str) -> Iterator[Problem]:
    """A note that a document came by another source than the one known, if it did."""
    if document.source != source:
        yield Problem(
            where=document.source,
            rule=COPY,
            message=f"holds the words of {source}, and adds nothing",
            severity=Severity.NOTE,
            document_id=document.document_id,
        )
