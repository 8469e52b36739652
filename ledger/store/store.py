"""The ledger on disk or in an object store: append-only tables, a run visible whole or not at all.

Delta commits one table at a time. So a run's rows are written first, each table once (an application transaction named
after the run), and the run's own row last; readers take only rows of committed runs. That last commit is a compare and
swap over all writers: whoever loses it looks at the ledger again and plans the run again, so that no document is stored
twice. What a killed run left behind is invisible, and is swept later.

Nothing is read from damaged files, and nothing is derived or swept where the tables do not agree with one another.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import polars as pl
from deltalake import DeltaTable

from ledger.errors import DamagedError, StoreError
from ledger.store.agreement import RUNNING, RunningRuns, disagreements
from ledger.store.batch import PROBLEM_KEY, Batch
from ledger.store.chain import CHAINED, COUNTED, Chain, linked
from ledger.store.checksums import FOLDER, REMEDY
from ledger.store.columns import PARTS, RECORDS, SCHEMAS, SEALS
from ledger.store.derived import FOLDER as DERIVED
from ledger.store.hashes import ROW_HASH, row_hashes, set_hash
from ledger.store.migrate import SCHEMA_VERSION, migrate
from ledger.store.place import refuse_other, refuse_unfit
from ledger.store.restore import rehashed
from ledger.store.salvage import Salvage, salvage
from ledger.store.snapshot import Snapshot, claims_by_document, last_readings
from ledger.store.table import ATTEMPTS, Table, local_folder, pause, too_busy
from ledger.store.watched import WATCHED
from ledger.tables import frame_of
from schemas import Decision, Run, stable_id

OWN = frozenset({*SCHEMAS, FOLDER, RUNNING, DERIVED, WATCHED})
"""What the folder of a ledger may hold."""

GUARD = "ledger"
"""The transaction that every writer of a table passes, so that of two writers at once only one commits."""
KEEP_HOURS = 168
"""Files that no version younger than a week needs are deleted: long enough for whoever still reads them."""
LEFTOVER_AGE = timedelta(hours=1)
"""A run that has not committed for so long is taken to be dead."""


class Store:
    """An open ledger.

    `address` is a folder or any object-store URL that delta-rs knows, `options` its storage options.
    """

    def __init__(self, address: str, options: Mapping[str, str] | None = None) -> None:
        folder = local_folder(address)
        self.address = address.rstrip("/") if folder is None else str(folder)
        self.tables = {name: Table(f"{self.address}/{name}", schema, options) for name, schema in SCHEMAS.items()}
        self._last: tuple[object, Snapshot] | None = None
        self._running = None if folder is None else RunningRuns(folder)

    @property
    def folder(self) -> Path | None:
        """The folder of a local ledger, or None for one in an object store."""
        return local_folder(self.address)

    @classmethod
    def is_at(cls, address: str) -> bool:
        """Whether there is a ledger at `address`; raises StoreError where it cannot be asked."""
        return cls(address).tables["runs"].exists()

    @classmethod
    def open(cls, address: str, *, create: bool = False, options: Mapping[str, str] | None = None) -> Self:
        """The ledger at `address`, migrated to this program's schema; made there if `create`.

        Raises StoreError where there is none, where something else is there, where a newer program made it, or
        where the path holds characters that Delta tables cannot bear.
        """
        store = cls(address, options)
        if store.folder is not None:
            refuse_unfit(store.folder)
        if store.tables["runs"].exists():
            migrate(store.tables)
            return store
        if store.folder is not None:
            refuse_other(store.folder, OWN)
        if not create:
            raise StoreError(f"{address}: no ledger here; `ledger --ledger {address} ingest PATH` makes one")
        for table in store.tables.values():
            table.create(SCHEMA_VERSION)
        return store

    # Reading ----------------------------------------------------------------------------------------------------------

    def snapshot(self, as_of: datetime | None = None, *, agreed: bool = True) -> Snapshot:
        """The ledger now, or as it was at `as_of`; runs are read first, so that all their rows are there to be read.

        Raises DamagedError where a file is damaged, and unless `agreed` is false where the tables do not agree.
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

    def _read(self, handles: Mapping[str, DeltaTable], as_of: datetime | None) -> Snapshot:
        chains = {name: self._chain(name, handles[name]) for name in CHAINED}
        runs, decisions, rates = (chains[name].rows.select(*RECORDS[name]) for name in CHAINED)
        runs = runs.sort("ended", "run_id")
        decisions = decisions.sort("at", "decision_id").unique("decision_id", keep="first").sort("at", "decision_id")
        rows = {name: self.tables[name].rows(handles[name]) for name in PARTS}
        problems = tuple(disagreements(runs, rows, self.address, self._may_leave_rows))
        if as_of is not None:
            runs, decisions = runs.filter(pl.col("ended") <= as_of), decisions.filter(pl.col("at") <= as_of)
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
        return running | set(self.tables["runs"].rows().select("run_id").collect()["run_id"])

    def _chain(self, name: str, handle: DeltaTable) -> Chain:
        return Chain(self.tables[name].rows(handle).collect(), handle.transaction_version(COUNTED))

    def appended_only(self, since: Mapping[str, int]) -> bool:
        """Whether nothing but runs has changed the tables since they had these versions."""
        return all(self.tables[name].appended_only(number) for name, number in since.items())

    def history(self) -> pl.DataFrame:
        """The committed runs, earliest first."""
        return self.snapshot().runs

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
        self.snapshot()  # nothing is added to a damaged ledger
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
        committed = self.tables["runs"].rows(runs).collect().sort("ended", "run_id")
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
            hashes[f"{name}_hash"] = set_hash(found)
        return hashes

    def _append_run(self, run: Run, hashes: Mapping[str, str], handle: DeltaTable) -> bool:
        """Commit a run at the end of the chain as `handle` shows it; False where another writer was there first."""
        ends = {f"{name}_hash": self._chain(name, self.tables[name].handle()).end[1] for name in ("decisions", "rates")}
        said = pl.DataFrame([{**hashes, **ends}], schema=SEALS)
        return self._append_linked("runs", pl.concat([frame_of(Run, [run]), said], how="horizontal"), handle)

    def _append_linked(self, name: str, rows: pl.DataFrame, handle: DeltaTable) -> bool:
        new = linked(self._chain(name, handle), rows)
        return self.tables[name].append_guarded(new, handle, GUARD, {COUNTED: new["position"][-1]})

    def _end(self, run_id: str) -> None:
        if self._running is not None:
            self._running.end(run_id)

    def add_decisions(self, decisions: Sequence[Decision]) -> Sequence[Decision]:
        """Append the decisions that are not there yet (by id), in their order, in one commit; returns those added."""
        self.snapshot()  # as in `add`
        table = self.tables["decisions"]
        for attempt in range(ATTEMPTS):
            handle = table.handle()
            seen = set(table.rows(handle).select("decision_id").collect()["decision_id"])
            new = list(
                {decision.decision_id: decision for decision in decisions if decision.decision_id not in seen}.values()
            )
            if not new or self._append_linked("decisions", frame_of(Decision, new), handle):
                return new
            pause(attempt)
        raise too_busy(self.address)

    def add_rates(self, rates: pl.DataFrame) -> int:
        """Append the user's rates (columns of `schemas.Rate`) that are not there yet; returns how many were new."""
        self.snapshot()  # as in `add`
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

    # Maintenance ------------------------------------------------------------------------------------------------------

    def leftovers(self, names: Sequence[str] = PARTS) -> Iterator[str]:
        """run_ids of rows that no committed run owns, sorted."""
        found: set[str] = set()
        for name in names:
            found |= set(self.tables[name].rows().select(pl.col("run_id").unique()).collect()["run_id"])
        yield from sorted(found - set(self.tables["runs"].rows().select("run_id").collect()["run_id"]))

    def sweep(self, before: datetime, names: Sequence[str] = PARTS) -> int:
        """Clear what runs killed before `before` left behind; returns how many runs.

        A run that is still alive starts again under another id. Raises DamagedError, and clears nothing, where the
        tables do not agree.
        """
        self.snapshot()
        limit = before.timestamp() * 1000
        swept = 0
        for run_id in self.leftovers(names):
            newest = max((self.tables[name].written_at().get(run_id, 0) for name in PARTS), default=0)
            if newest < limit and self._abandon(run_id):
                for name in PARTS:
                    self.tables[name].delete_run(run_id)
                self._end(run_id)
                swept += 1
        self._sweep_temporaries(before)
        return swept

    def _abandon(self, run_id: str) -> bool:
        """Bar `run_id` from ever being committed; False where it was committed meanwhile."""
        runs = self.tables["runs"]
        nothing = pl.DataFrame(schema=runs.schema)
        for attempt in range(ATTEMPTS):
            handle = runs.handle()
            if run_id in set(runs.rows(handle).select("run_id").collect()["run_id"]):
                return False
            if handle.transaction_version(abandoned(run_id)) is not None or runs.append_guarded(
                nothing, handle, GUARD, {abandoned(run_id): 1}
            ):
                return True
            pause(attempt)
        raise too_busy(self.address)

    def _sweep_temporaries(self, before: datetime) -> None:
        """Remove half-written files of killed writers, which Delta's own vacuum does not find ("….parquet#1")."""
        if self.folder is None:
            return
        for path in self.folder.glob("*/*.parquet#*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)

    def compact(
        self, now: datetime, keep_hours: int = KEEP_HOURS, leftover_age: timedelta = LEFTOVER_AGE
    ) -> Mapping[str, Mapping[str, Any]]:
        """Sweep leftovers, join small files, and delete unneeded files older than `keep_hours`.

        Returns what was done to each table.
        """
        swept = self.sweep(now - leftover_age)
        done = {name: table.compact(keep_hours) for name, table in self.tables.items()}
        self._last = None  # it may be pinned to files that are gone now
        return {name: {**metrics, "runs_swept": swept if name == "documents" else 0} for name, metrics in done.items()}

    # Repair -----------------------------------------------------------------------------------------------------------

    def salvage(self, keys: Mapping[str, Sequence[str]]) -> Mapping[str, Salvage]:
        """What is left of each table of a local ledger; `keys` are the columns that tell its rows apart."""
        return {name: salvage(self.tables[name], key) for name, key in keys.items()}

    def interrupted_runs(self) -> Sequence[str]:
        """The runs that began and are neither committed nor swept, sorted."""
        return sorted(self._running.names()) if self._running is not None else []

    def restore(self, tables: Mapping[str, pl.DataFrame], changed: Collection[str]) -> None:
        """Write the tables of another ledger into the empty one here.

        The runs `changed` have other rows than they stored; no later run is given the name of one of them.
        """
        for name, rows in rehashed(tables, changed).items():
            also = {abandoned(run_id): 1 for run_id in changed} if name == "runs" else {}
            if name in CHAINED and rows["position"].max() is not None:
                also[COUNTED] = int(str(rows["position"].max()))
            table = self.tables[name]
            if rows.height and not table.append_guarded(rows, table.handle(), GUARD, also):
                raise too_busy(self.address)


def abandoned(run_id: str) -> str:
    """Name of the application transaction that bars a run from being committed."""
    return f"given up {run_id}"
