"""The ledger on disk or in an object store: append-only tables, a run visible whole or not at all.

Delta commits one table at a time. So a run's rows are written first, each table once (an application transaction named
after the run), and the run's own row last; readers take only rows of committed runs. That last commit is a compare and
swap over all writers: whoever loses it looks at the ledger again and plans the run again, so that no document is stored
twice. What a killed run left behind is invisible, and is swept later.

Nothing is read from damaged files, and nothing is derived or swept where the tables do not agree with one another.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

import polars as pl
from deltalake import DeltaTable

from ledger.errors import DamagedError, StoreError
from ledger.store.agreement import RUNNING, disagreements
from ledger.store.batch import PROBLEM_KEY, Batch
from ledger.store.chain import CHAINED, COUNTED, Chain, linked
from ledger.store.checksums import FOLDER, REMEDY
from ledger.store.columns import PARTS, RECORDS, SCHEMAS, SEALS
from ledger.store.derived import FOLDER as DERIVED
from ledger.store.files import sealed_files
from ledger.store.hashes import ROW_HASH, row_hashes
from ledger.store.migrate import SCHEMA_VERSION, migrate
from ledger.store.moment import IN_TIME, in_order, rows_until, run_versions
from ledger.store.place import refuse_other, refuse_unfit
from ledger.store.snapshot import Snapshot, claims_by_document, last_readings
from ledger.store.table import ATTEMPTS, pause, too_busy
from ledger.store.tree import root_of
from ledger.store.upkeep import GUARD, Upkeep, abandoned
from ledger.store.watched import WATCHED
from ledger.tables import frame_of
from schemas import Decision, Run, stable_id

OWN = frozenset({*SCHEMAS, FOLDER, RUNNING, DERIVED, WATCHED})
"""What the folder of a ledger may hold."""


class Store(Upkeep):
    """An open ledger.

    `address` is a folder or any object-store URL that delta-rs knows, `options` its storage options.
    """

    @classmethod
    def is_at(cls, address: str) -> bool:
        """Whether there is a ledger at `address`; raises StoreError where it cannot be asked."""
        return cls(address).tables["runs"].exists()

    @classmethod
    def open(
        cls,
        address: str,
        *,
        create: bool = False,
        options: Mapping[str, str] | None = None,
        read_only: bool = False,
    ) -> Self:
        """The ledger at `address`, migrated to this program's schema; made there if `create`.

        With `read_only` nothing is ever written: an older ledger is read as it is. Raises StoreError where there is
        none, where something else is there, where a newer program made it, or where the path holds characters that
        Delta tables cannot bear.
        """
        store = cls(address, options, read_only=read_only)
        if store.folder is not None:
            refuse_unfit(store.folder)
        if store.tables["runs"].exists():
            migrate(store.tables, read_only=read_only)
            return store
        if store.folder is not None:
            refuse_other(store.folder, OWN)
        if not create or read_only:
            raise StoreError(f"{address}: no ledger here; `ledger --ledger {address} ingest PATH` makes one")
        for table in store.tables.values():
            table.create(SCHEMA_VERSION)
        return store

    # Reading ----------------------------------------------------------------------------------------------------------

    def snapshot(self, as_of: datetime | str | None = None, *, agreed: bool = True) -> Snapshot:
        """The ledger now, or as it was at `as_of`, a time or a version (`ledger.store.moment`).

        Runs are read first, so that all their rows are there to be read. Raises LedgerError for an unknown version,
        DamagedError where a file is damaged, and unless `agreed` is false where the tables do not agree.
        """
        handles = {name: self.tables[name].handle() for name in ("runs", "decisions", "rates", *PARTS)}
        key = (as_of, *(handle.version() for handle in handles.values()))
        if self._last is None or self._last[0] != key:
            self._last = (key, self._read(handles, as_of))
        else:
            for name, handle in handles.items():
                self.tables[name].check(handle)
        found = self._last[1]
        if agreed and found.disagreements:
            first, more = found.disagreements[0], len(found.disagreements) - 1
            others = f", and {more:,} more like this" if more else ""
            raise DamagedError(f"{self.address}: {first.where}: {first.message}{others}; {REMEDY}")
        return found

    def _read(self, handles: Mapping[str, DeltaTable], as_of: datetime | str | None) -> Snapshot:
        chains = {name: self._chain(name, handles[name]) for name in CHAINED}
        ordered = {name: in_order(chains[name], *keys) for name, keys in IN_TIME.items()}
        rows = {name: self.tables[name].rows(handles[name]) for name in PARTS}
        problems = tuple(disagreements(ordered["runs"], rows, self.address, self._may_leave_rows))
        kept = ordered if as_of is None else rows_until(chains, ordered, as_of)
        runs, decisions, rates = (kept[name].select(*RECORDS[name]) for name in CHAINED)
        decisions = decisions.unique("decision_id", keep="first", maintain_order=True)
        versions = {name: handles[name].version() for name in ("documents", "claims")}
        committed = runs["run_id"].to_list()
        written = {name: frame.filter(pl.col("run_id").is_in(committed)) for name, frame in rows.items()}
        state = stable_id(*committed, *decisions["decision_id"], rates.height)
        return Snapshot(
            runs=runs,
            decisions=decisions,
            rates=rates,
            state=state,
            versions=versions,
            written=written,
            disagreements=problems,
            chains=chains,
            **{name: rows.drop(ROW_HASH) for name, rows in last_readings(runs, written).items()},
        )

    def _may_leave_rows(self, unknown: Collection[str]) -> Collection[str]:
        """Of runs that the table of runs lacked, those that are at work or were killed, or are committed meanwhile."""
        if self._running is None:
            return unknown
        running = self._running.names()  # before the runs are read again: a run is committed before it ends
        runs = self.tables["runs"].handle()
        committed = set(self.tables["runs"].rows(runs).select("run_id").collect()["run_id"])
        # Rows of a run that was given up may still arrive after they were swept.
        late = {run_id for run_id in unknown if runs.transaction_version(abandoned(run_id)) is not None}
        return running | committed | late

    def _chain(self, name: str, handle: DeltaTable) -> Chain:
        return Chain(self.tables[name].rows(handle).collect(), handle.transaction_version(COUNTED))

    def appended_only(self, since: Mapping[str, int]) -> bool:
        """Whether nothing but runs has changed the tables since they had these versions."""
        return all(self.tables[name].appended_only(number) for name, number in since.items())

    def history(self) -> pl.DataFrame:
        """The committed runs, earliest first, each with the `version` of the ledger when it was stored."""
        return self.history_of(self.snapshot())

    def history_of(self, seen: Snapshot) -> pl.DataFrame:
        """The runs of a snapshot; see `history`."""
        versions = run_versions(seen.chains, in_order(seen.chains["runs"], *IN_TIME["runs"]))
        told = [".".join(map(str, numbers.values())) for numbers in versions]
        ordered = in_order(seen.chains["runs"], *IN_TIME["runs"]).select("run_id", pl.Series("version", told))
        return seen.runs.join(ordered, on="run_id", how="left", maintain_order="left")

    # Writing ----------------------------------------------------------------------------------------------------------

    def add(
        self,
        batch: Batch,
        *,
        extractor_version: str,
        lexicon_hash: str,
        started: datetime,
        clock: Callable[[], datetime],
        replacing: bool = False,
    ) -> Run:
        """Store what is new in `batch` as one run, all of it or nothing.

        A run that adds nothing is returned but not stored. With `replacing` the batch holds documents that the ledger
        has: where their claims differ now, they replace the earlier reading, which is still seen as of earlier days.
        """
        self.require_writable()
        self.snapshot()  # nothing is added to a damaged ledger
        self.join_files("runs")
        batch = batch.distinct()
        for attempt in range(ATTEMPTS):
            runs = self.tables["runs"].handle()
            fresh, replaced = self._changed(batch, runs) if replacing else (self._fresh(batch, runs), "")
            digest = "" if fresh.is_empty() else fresh.digest()
            run_id = self._run_id(runs, extractor_version, lexicon_hash, digest, *([replaced] if replaced else []))
            hashes = self._write_parts(fresh, run_id)
            run = Run(
                run_id=run_id,
                extractor_version=extractor_version,
                lexicon_hash=lexicon_hash,
                started=started,
                ended=clock(),
                documents=fresh.documents.height,
                claims=fresh.claims.height,
                problems=fresh.problems.height,
                skipped=fresh.skipped,
            )
            if fresh.is_empty():
                return run
            if self._append_run(run, hashes, runs):
                self._end(run_id)
                return run
            pause(attempt)
        raise too_busy(self.address)

    def _fresh(self, batch: Batch, runs: DeltaTable) -> Batch:
        committed = self.tables["runs"].rows(runs).select("run_id").collect()["run_id"].to_list()
        ids = batch.documents["document_id"].to_list()
        is_committed = pl.col("run_id").is_in(committed)
        known = (
            self.tables["documents"]
            .rows()
            .filter(pl.col("document_id").is_in(ids) & is_committed)
            .select("document_id")
            .collect()
        )
        problems = pl.DataFrame(schema={name: pl.String() for name in PROBLEM_KEY})
        if not batch.problems.is_empty():
            problems = self.tables["problems"].rows().filter(is_committed).select(PROBLEM_KEY).collect()
        return batch.without(known, problems)

    def _changed(self, batch: Batch, runs: DeltaTable) -> tuple[Batch, str]:
        """The documents of `batch` whose claims differ from those stored, and a name for what they replace."""
        committed = in_order(self._chain("runs", runs), *IN_TIME["runs"])
        ids = batch.documents["document_id"].to_list()
        ours = pl.col("document_id").is_in(ids) & pl.col("run_id").is_in(committed["run_id"].to_list())
        written = {name: self.tables[name].rows().filter(ours).drop(ROW_HASH) for name in ("documents", "claims")}
        current = last_readings(committed, written)
        before, after = claims_by_document(current["claims"].collect()), claims_by_document(batch.claims)
        none = batch.claims.clear()
        same = [key for key in ids if before.get(key, none).equals(after.get(key, none))]
        known = pl.DataFrame({"document_id": same}, schema={"document_id": pl.String()})
        problems = self._fresh(replace(batch, documents=batch.documents.clear()), runs).problems
        fresh = batch.without(known, problems.clear())
        rows = (
            current["documents"]
            .join(fresh.documents.lazy(), on="document_id", how="semi")
            .select("document_id", "run_id")
            .collect()
        )
        return replace(fresh, problems=problems), stable_id("anew", *rows.sort("document_id").rows())

    def _run_id(self, runs: DeltaTable, *inputs: str) -> str:
        """The id of a run over `inputs`: the first that no sweep has abandoned.

        Rows of an abandoned run may still arrive, so that its id is not used again.
        """
        return next(
            run_id
            for attempt in range(ATTEMPTS)
            if runs.transaction_version(abandoned(run_id := stable_id("run", *inputs, attempt))) is None
        )

    def _write_parts(self, batch: Batch, run_id: str) -> Mapping[str, str]:
        """Write the rows of a run, unless an attempt that was killed did; returns the hashes of what is stored."""
        if self._running is not None and not batch.is_empty():
            try:
                self._running.begin(run_id)
            except OSError as error:
                raise StoreError(f"{self.address}: cannot write ({error.strerror or error})") from error
        hashes = {}
        for name, frame in (("documents", batch.documents), ("claims", batch.claims), ("problems", batch.problems)):
            rows = frame.with_columns(run_id=pl.lit(run_id))
            found = row_hashes(rows)
            if not rows.is_empty() and not self.tables[name].append_once(rows.with_columns(found), run_id):
                found = row_hashes(self.tables[name].rows().filter(run_id=run_id).collect())
            hashes[f"{name}_hash"] = root_of(found)
        return hashes

    def _append_run(self, run: Run, hashes: Mapping[str, str], handle: DeltaTable) -> bool:
        """Commit a run at the end of the chain as `handle` shows it; False where another writer was there first."""
        ends = {f"{name}_hash": self._chain(name, self.tables[name].handle()).end[1] for name in ("decisions", "rates")}
        said = pl.DataFrame([{**hashes, **ends, **sealed_files(self.tables)}], schema=SEALS)
        return self._append_linked("runs", pl.concat([frame_of(Run, [run]), said], how="horizontal"), handle)

    def _append_linked(self, name: str, rows: pl.DataFrame, handle: DeltaTable) -> bool:
        new = linked(self._chain(name, handle), rows)
        return self.tables[name].append_guarded(new, handle, GUARD, {COUNTED: new["position"][-1]})

    def add_decisions(self, decisions: Sequence[Decision]) -> Sequence[Decision]:
        """Append the decisions that are not there yet (by id), in their order, in one commit; returns those added."""
        self.require_writable()
        self.snapshot()  # as in `add`
        self.join_files("decisions")
        table = self.tables["decisions"]
        for attempt in range(ATTEMPTS):
            handle = table.handle()
            seen = set(table.rows(handle).select("decision_id").collect()["decision_id"])
            made = {decision.decision_id: decision for decision in decisions if decision.decision_id not in seen}
            new = sorted(made.values(), key=lambda decision: decision.at)
            if not new or self._append_linked("decisions", frame_of(Decision, new), handle):
                return new
            pause(attempt)
        raise too_busy(self.address)

    def add_rates(self, rates: pl.DataFrame) -> int:
        """Append the user's rates (columns of `schemas.Rate`) that are not there yet; returns how many were new."""
        self.require_writable()
        self.snapshot()  # as in `add`
        self.join_files("rates")
        table = self.tables["rates"]
        for attempt in range(ATTEMPTS):
            handle = table.handle()
            typed = rates.select(pl.col(name).cast(kind) for name, kind in RECORDS["rates"].items())
            new = typed.unique(maintain_order=True).join(
                table.rows(handle).collect(), on=typed.columns, how="anti", maintain_order="left"
            )
            if new.is_empty() or self._append_linked("rates", new, handle):
                return new.height
            pause(attempt)
        raise too_busy(self.address)
