"""What keeps a ledger in order: its leftovers are swept, its files joined, and what is damaged is read for a repair."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from ledger.errors import StoreError
from ledger.store.agreement import RunningRuns
from ledger.store.chain import CHAINED, COUNTED
from ledger.store.columns import PARTS, SCHEMAS
from ledger.store.compaction import ORDER, Compaction, sweep_temporaries
from ledger.store.restore import rehashed
from ledger.store.salvage import Salvage, salvage
from ledger.store.snapshot import Snapshot
from ledger.store.table import ATTEMPTS, Table, local_folder, pause, too_busy

GUARD = "ledger"
"""The transaction that every writer of a table passes, so that of two writers at once only one commits."""
KEEP_HOURS = 168
"""Files that no version younger than a week needs are deleted: long enough for whoever still reads them."""
LEFTOVER_AGE = timedelta(hours=1)
"""A run that has not committed for so long is taken to be dead."""

MANY_FILES = 50
"""Small files of a table from which on they are joined before a run is stored: each is opened by every command."""


class Upkeep(ABC):
    """The tables of a ledger at `address`, which may be `read_only`; `options` are those of an object store."""

    def __init__(self, address: str, options: Mapping[str, str] | None = None, *, read_only: bool = False) -> None:
        folder = local_folder(address)
        self.address = address.rstrip("/") if folder is None else str(folder)
        self.read_only = read_only
        self.tables = {name: Table(f"{self.address}/{name}", schema, options) for name, schema in SCHEMAS.items()}
        self._last: tuple[object, Snapshot] | None = None
        self._running = None if folder is None else RunningRuns(folder)

    @property
    def folder(self) -> Path | None:
        """The folder of a local ledger, or None for one in an object store."""
        return local_folder(self.address)

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """The ledger as it stands; raises DamagedError where it is damaged."""

    def require_writable(self) -> None:
        """Raise StoreError where the ledger was opened to be read alone."""
        if self.read_only:
            raise StoreError(f"{self.address}: may only be read, for it was opened so; leave out read-only to write")

    # Leftovers --------------------------------------------------------------------------------------------------------

    def leftovers(self, names: Sequence[str] = PARTS) -> Iterator[str]:
        """run_ids of rows that no committed run owns, sorted."""
        found: set[str] = set()
        for name in names:
            found |= set(self.tables[name].rows().select(pl.col("run_id").unique()).collect()["run_id"])
        yield from sorted(found - self._committed())

    def _committed(self) -> set[str]:
        return set(self.tables["runs"].rows().select("run_id").collect()["run_id"])

    def sweep(self, before: datetime, names: Sequence[str] = PARTS) -> int:
        """Clear what runs killed before `before` left behind; returns how many runs.

        A run that is still alive starts again under another id. Raises DamagedError, and clears nothing, where the
        tables do not agree.
        """
        self.require_writable()
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

    def _sweep_temporaries(self, before: datetime) -> int:
        try:
            return 0 if self.folder is None else sweep_temporaries(self.folder, before)
        except OSError as error:
            raise StoreError(f"{self.address}: cannot delete half-written files ({error.strerror or error})") from error

    def _sweep_marks(self, before: datetime) -> None:
        """Forget runs that began before `before` and left no rows, or are committed though they could not say so."""
        if self._running is None:
            return
        marks = self._running.begun_before(before)
        rows = set(self.leftovers()) if marks else set()
        for run_id in sorted(marks - rows):
            self._abandon(run_id)
            self._end(run_id)

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

    def _end(self, run_id: str) -> None:
        if self._running is not None:
            self._running.end(run_id)

    def join_files(self, name: str) -> None:
        """Join the files of a table where there are many; of all that runs write, where there are many of runs.

        Another writer may do so at the same time, and is left to it. The table of runs comes last, so that a process
        which is killed before leaves the rest to the next one.
        """
        if self.tables[name].small_files() >= MANY_FILES:
            for each in (*PARTS, name) if name == "runs" else (name,):
                self.tables[each].join_files(MANY_FILES)

    def compact(
        self, now: datetime, keep_hours: int = KEEP_HOURS, leftover_age: timedelta = LEFTOVER_AGE
    ) -> Compaction:
        """Sweep leftovers, join small files, write checkpoints, and delete unneeded files older than `keep_hours`."""
        self.require_writable()
        self.snapshot()  # nothing is deleted from a damaged ledger
        temporaries = self._sweep_temporaries(now - leftover_age)
        swept = self.sweep(now - leftover_age)
        self._sweep_marks(now - leftover_age)
        done = {name: table.compact(keep_hours, ORDER.get(name, ())) for name, table in self.tables.items()}
        self._last = None  # it may be pinned to files that are gone now
        return Compaction(done, swept, temporaries)

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


__all__ = ["GUARD", "KEEP_HOURS", "LEFTOVER_AGE", "Upkeep", "abandoned"]
