"""What reads articles into an open ledger, and what is known of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from os import fspath
from pathlib import Path

import polars as pl

from ledger.arguments import as_day, checked, checked_but
from ledger.book.bulk import Entries, Intake, Job, Preview, Workforce, previewed
from ledger.book.describe import INGESTION, DocumentFacts, Told, descriptions
from ledger.book.given import Sources, given_sources, mapping_given
from ledger.book.ingest import (
    Ingestion,
    after,
    as_stored,
    now,
    readings_of,
    store_readings,
    stored_documents,
    user_names,
)
from ledger.book.progress import Progress
from ledger.book.stored import StoredBook
from ledger.engine import OwnNames, words_hash
from ledger.money.rates import read_own
from ledger.options import ACCURATE, Day, Source, attributor_of
from ledger.pipeline import Reading
from ledger.read import count_sources, read_documents
from ledger.resolve import DESCRIBABLE
from ledger.store import Store
from schemas import Decision


class ReadingBook(StoredBook):
    """Reading articles."""

    @checked_but("sources")
    def ingest(
        self,
        sources: Sources,
        *,
        metadata: Source | None = None,
        published: Day | None = None,
        publisher: str | None = None,
        source_url: str | None = None,
        mapping: Mapping[str, str] | str | None = None,
        allow_private_addresses: bool = False,
        names: Source | None = None,
        attributor: str | None = None,
        workers: int | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        author: str = INGESTION,
    ) -> Ingestion:
        """Read `sources` and store what is new, 1,000 articles a run.

        A text or path (`str` or `Path`) names a file, a folder, a web address or "-" (standard input), and is never an
        article itself; words are given as `ledger.Text`. `bytes` are those of a file, whose content says what it is. A
        frame (polars, pandas, anything that gives itself as Arrow) has an article a row; a `Document` is taken as it
        is. A list may hold any of these.

        Each run is stored whole or not at all, and what a job that was ended has stored is there already for the next
        one. The same text again adds nothing but its source. `mapping` says which column of a table is which field of
        an article ({"text": "body"}, or "text=body,title=headline"); what it does not say is guessed, and for frames
        `columns` of the result tells it. `metadata` is a CSV (columns file, title, publisher, published, url).
        `published` (a date or "2025-03-04"), `publisher` and `source_url` hold for all sources: they go before what an
        article or a row says, and after what a `Text` or `Document` says of itself. What they and `metadata` say of an
        article that is there already is set as `describe` does, by `author`. `names` is a TOML file with your own
        names. Addresses of hosts that are not public are refused unless allowed. Many articles are read by `workers`
        processes, one a core where none is said, or by a Dask `cluster` ("tcp://host:8786"); the rows are the same.

        Raises InputError where a source does not exist or is none, a frame has no column of text, `names` is not valid
        or the cluster does not answer; a file that cannot be read becomes a Problem, and the rest goes on.
        """
        self.store.require_writable()
        started, own, day = now(), OwnNames.of(names), as_day(published)
        columns = mapping_given(mapping)
        given, told = given_sources(sources, columns)
        entries = Entries(None if progress is None else count_sources(given, metadata))
        documents = read_documents(
            given,
            retrieved_at=started,
            metadata=metadata,
            published=day,
            publisher=publisher,
            source_url=source_url,
            mapping=columns,
            allow_private_addresses=allow_private_addresses,
            opened=entries.is_opened,
        )
        intake = Intake(self.store, Told.of(day, publisher, source_url, metadata))
        job = Job(self.store, intake, attributor_of(attributor), own, Workforce(workers, cluster))
        done = job.run(documents, entries, started, progress)
        described = self._describe(intake.facts, author, names, progress) if intake.facts else ()
        return done.model_copy(update={"described": tuple(described), "columns": tuple(told)})

    @staticmethod
    @checked_but("sources")
    def preview(
        path: Source,
        sources: Sources,
        *,
        metadata: Source | None = None,
        published: Day | None = None,
        publisher: str | None = None,
        source_url: str | None = None,
        mapping: Mapping[str, str] | str | None = None,
        allow_private_addresses: bool = False,
        progress: Progress | None = None,
    ) -> Preview:
        """What `ingest` of `sources` would find new, in the ledger at `path` or one yet to be made; nothing is stored.

        The options are those of `ingest`.
        """
        day, columns = as_day(published), mapping_given(mapping)
        given, _ = given_sources(sources, columns)
        entries = Entries(None if progress is None else count_sources(given, metadata))
        documents = read_documents(
            given,
            retrieved_at=now(),
            metadata=metadata,
            published=day,
            publisher=publisher,
            source_url=source_url,
            mapping=columns,
            allow_private_addresses=allow_private_addresses,
            opened=entries.is_opened,
        )
        told = Told.of(day, publisher, source_url, metadata)
        store = Store.open(fspath(path)) if Store.is_at(fspath(path)) else None
        return previewed(Intake(store, told), documents, entries, progress)

    @checked
    def describe(
        self,
        facts: DocumentFacts | Iterable[DocumentFacts],
        *,
        author: str,
        names: Source | None = None,
        progress: Progress | None = None,
    ) -> Sequence[Decision]:
        """Set the day, publisher or address of documents that are there, each as a decision; returns those made.

        What a document has already is not set again. An article whose day changes is read again, for "next year" and
        "so far" mean others then; `names` is a TOML file with your own names for that. `undo` takes back what was set.
        Raises LedgerError for an unknown document, or a value that does not fit.
        """
        given = [facts] if isinstance(facts, DocumentFacts) else list(facts)
        return self._describe(given, author, names, progress)

    def _describe(
        self, facts: Sequence[DocumentFacts], author: str, names: Source | None, progress: Progress | None
    ) -> Sequence[Decision]:
        documents = self.documents.select("document_id", "source", *DESCRIBABLE).collect()
        made = descriptions(facts, documents, self.decisions, author=author, at=after(self.decisions))
        self.store.add_decisions(made)
        dated = [decision.target for decision in made if decision.field == "published"]
        self.read_again(dated, names=names, progress=progress)
        return made

    @checked
    def read_again(
        self, documents: Collection[str], *, names: Source | None = None, progress: Progress | None = None
    ) -> None:
        """Read some documents (document_ids) again, as they were read and with what is known of them now.

        Documents whose claims were given by another program stay as they are.
        """
        if not documents:
            return
        seen, started = self.store.snapshot(), now()
        given = seen.runs.filter(lexicon_hash="").select("run_id").lazy()
        mine = self.documents.filter(pl.col("document_id").is_in(list(documents))).join(given, on="run_id", how="anti")
        by_network = seen.claims.filter(attributor=ACCURATE).select("document_id").unique()
        parts = {"auto": mine.join(by_network, on="document_id", how="semi")}
        parts["fast"] = mine.join(by_network, on="document_id", how="anti")
        own = user_names(names)
        readings = chain.from_iterable(
            readings_of(stored_documents(some), own, attributor_of(how)) for how, some in parts.items()
        )
        kept = as_stored(readings, seen.documents)
        store_readings(self.store, kept, started, progress, replacing=True, words=words_hash(OwnNames.of(names)))

    @checked
    def reextract(
        self, *, names: Source | None = None, attributor: str | None = None, progress: Progress | None = None
    ) -> Ingestion:
        """Read every stored document again with this program; claims that changed take the place of the earlier ones.

        `names` is a TOML file with your own names, which is not kept: without it the documents are read without them.
        Decisions stay: they find their claims by the quote. Earlier claims can still be seen `as_of` an earlier day.
        """
        self.store.require_writable()
        started, how = now(), (user_names(names), attributor_of(attributor))
        readings = as_stored(readings_of(stored_documents(self.documents), *how), self.store.snapshot().documents)
        return store_readings(
            self.store, readings, started, progress, replacing=True, words=words_hash(OwnNames.of(names))
        )

    @checked
    def add(self, readings: Iterable[Reading], started: datetime) -> Ingestion:
        """Store readings that you made as one run, all or nothing; `verify` does not read their texts again."""
        return store_readings(self.store, readings, started, words="")

    @checked
    def add_rates(self, file: Source) -> int:
        """Keep your own rates (a CSV with the columns unit, to, on, rate and optionally source); how many were new."""
        return self.store.add_rates(read_own(Path(file)))
