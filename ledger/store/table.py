"""One Delta table of the ledger: created, read and appended to, with the conflicts of many writers settled here."""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from ledger.errors import DamagedError, StoreError
from ledger.store.checksums import REMEDY
from ledger.store.compaction import Compacted
from ledger.store.damage import TableFiles

ATTEMPTS = 60
"""How often a writer tries before it gives up; with its pauses that is about ten seconds."""
PAUSE = 0.005
"""Seconds of the first pause; each is longer by as much, up to LONGEST_PAUSE."""
LONGEST_PAUSE = 0.2
LOOKS = 20
"""How often a table is opened whose listing is behind what was written; with the pauses that is about two seconds."""
SMALL = 50 << 20
"""Bytes of a file that is joined with others."""
SCHEMA_PROPERTY = "ledger.schemaVersion"
CHECKPOINTS = {"delta.checkpointInterval": "10"}
"""Whoever opens a table reads its log from the last checkpoint on: of ten commits, and not of the hundred of Delta."""
TURN_PROPERTY = "ledger.joinedIn"
"""The version in which a writer last took its turn to join files."""
MOVES = frozenset({"OPTIMIZE", "SET TBLPROPERTIES", "VACUUM START", "VACUUM END"})
"""Operations of Delta that change files and properties, but no row."""


def pause(attempt: int) -> None:
    """Wait a little longer at each attempt, so that writers who collided spread out."""
    time.sleep(min(PAUSE * (attempt + 1), LONGEST_PAUSE))


def too_busy(address: str) -> StoreError:
    """The error of a writer that lost against others at every attempt."""
    return StoreError(f"{address}: too many others write at the same time; try again")


_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STACK = re.compile(r" 0: ")


def error_line(error: Exception) -> str:
    """The message of a storage library as one line, without its colour codes and without its stack."""
    return _STACK.split(" ".join(_COLOURS.sub("", str(error)).split()))[0]


def local_folder(address: str) -> Path | None:
    """The folder that an address names, or None where it is an object store's.

    >>> local_folder("file:///data/my%20docs/a.ledger"), local_folder("s3://bucket/a.ledger")
    (PosixPath('/data/my docs/a.ledger'), None)
    """
    scheme, found, rest = address.partition("://")
    if not found:
        return Path(address)
    return Path(unquote(rest)) if scheme == "file" else None


def file_sizes(added: pl.DataFrame) -> list[tuple[str, int, int | None]]:
    """Name, bytes and rows of the files that a log adds; another program may leave out the rows."""
    rows = added["num_records"] if "num_records" in added.columns else [None] * added.height
    return list(zip(added["path"], added["size_bytes"], rows, strict=True))


class Table:
    """A Delta table with the columns of `schema`.

    `address` is a path or any object-store URL that delta-rs knows; `options` are its storage options.
    """

    def __init__(
        self, address: str, schema: Mapping[str, pl.DataType], options: Mapping[str, str] | None = None
    ) -> None:
        self.address = address
        self.schema = dict(schema)
        self.options = dict(options) if options else None
        folder = local_folder(address)
        self.files = None if folder is None else TableFiles(folder)
        """The files of a local table, which are checked before they are read; an object store checks its own."""

    def exists(self) -> bool:
        """Whether there is a Delta table at the address; raises StoreError where the address cannot be asked."""
        try:
            return DeltaTable.is_deltatable(self.address, self.options)
        except (DeltaError, OSError) as error:
            raise StoreError(
                f"{self.address}: cannot be reached ({error_line(error)}); check the address and its storage options"
            ) from error

    def create(self, schema_version: int) -> None:
        """Make the table where it is missing; a table made by another writer at the same time is as good."""
        if self.exists():
            return
        try:
            made = DeltaTable.create(
                self.address,
                pl.DataFrame(schema=self.schema).to_arrow().schema,
                mode="ignore",
                name=f"figures ledger: {self.address.rpartition('/')[2]}",
                configuration={SCHEMA_PROPERTY: str(schema_version), **CHECKPOINTS},
                raise_if_key_not_exists=False,
                storage_options=self.options,
            )
            self._keep_checksums(made.version())
        except DeltaError as error:
            if not self.exists():
                raise StoreError(
                    f"{self.address}: cannot make the table ({error_line(error)}); check the address and your rights"
                ) from error
        except OSError as error:
            raise StoreError(
                f"{self.address}: cannot make the table ({error_line(error)}); check the address and your rights"
            ) from error

    def handle(self) -> DeltaTable:
        """The table as it is now; raises DamagedError where it is missing or broken."""
        newest = self.files.check_log() if self.files is not None else 0
        for attempt in range(LOOKS):
            found = self._opened()
            if found.version() >= newest:
                return found
            pause(attempt)
        raise DamagedError(f"{self.address}/_delta_log: version {newest} was written and is not listed; {REMEDY}")

    def _opened(self) -> DeltaTable:
        try:
            return DeltaTable(self.address, storage_options=self.options)
        except TableNotFoundError as error:
            raise DamagedError(f"{self.address}: this part of the ledger is missing; {REMEDY}") from error
        except (DeltaError, OSError, ValueError) as error:
            raise DamagedError(
                f"{self.address}/_delta_log: this part of the ledger cannot be read ({error_line(error)}); {REMEDY}"
            ) from error

    def rows(self, handle: DeltaTable | None = None) -> pl.LazyFrame:
        """All rows with exactly the record's columns; a column that an older table lacks is null.

        Raises DamagedError where a file of a local table is not as it was written.
        """
        table, folder = handle or self.handle(), local_folder(self.address)
        if folder is not None:
            return self._local_rows(table, folder)
        frame = pl.scan_delta(table)
        have = frame.collect_schema().names()
        columns = [
            pl.col(name) if name in have else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in self.schema.items()
        ]
        return frame.select(columns)

    def _local_rows(self, handle: DeltaTable, folder: Path) -> pl.LazyFrame:
        """The rows of a table in a folder. polars' own reader of Delta tables fails where a path holds a space or é."""
        names = self.check(handle)
        return self._scan(folder, names) if names else pl.LazyFrame(schema=self.schema)

    def _scan(self, folder: Path, names: Sequence[str]) -> pl.LazyFrame:
        return pl.scan_parquet(
            [folder / name for name in names],
            glob=False,
            schema=self.schema,
            missing_columns="insert",
            extra_columns="ignore",
            cast_options=pl.ScanCastOptions(missing_struct_fields="insert", extra_struct_fields="ignore"),
        )

    def rows_of(self, names: Sequence[str]) -> pl.DataFrame:
        """The rows of some files of a local table, whatever its log says; they must be sound."""
        assert self.files is not None
        return self._scan(self.files.table, names).collect()

    def check(self, handle: DeltaTable) -> list[str]:
        """The data files of the table as `handle` has it; raises DamagedError where one is not as it was written."""
        added = pl.DataFrame(handle.get_add_actions(flatten=True))
        if self.files is not None:
            self.files.check_data(file_sizes(added))
        return added["path"].to_list()

    def _keep_checksums(self, version: int, more: Iterable[str] = ()) -> None:
        """Keep the checksums of the commit that made `version` of the table, and of the files named in `more`."""
        if self.files is None:
            return
        try:
            self.files.checksums.keep(version, more)
        except OSError as error:
            raise StoreError(f"{self.address}: cannot keep checksums of it ({error.strerror or error})") from error

    def append(
        self,
        frame: pl.DataFrame,
        handle: DeltaTable,
        transactions: Mapping[str, int],
        note: Mapping[str, str] | None = None,
    ) -> bool:
        """Append `frame` in one commit; False where another writer was there first, and nothing is written.

        `transactions` are Delta application transactions: of two writers who started from the same version, only one
        can commit a given name.
        """
        properties = CommitProperties(
            app_transactions=[Transaction(name, version) for name, version in transactions.items()],
            custom_metadata=dict(note) if note else None,
        )
        try:
            write_deltalake(
                handle, frame.select(*self.schema), mode="append", schema_mode="merge", commit_properties=properties
            )
        except CommitFailedError:
            return False
        except (DeltaError, OSError) as error:
            raise StoreError(f"{self.address}: cannot write ({error_line(error)})") from error
        self._keep_checksums(handle.version())
        return True

    def append_once(self, frame: pl.DataFrame, run_id: str) -> bool:
        """Append the rows of a run; False where they are there already, so that a retried run adds nothing twice."""
        for attempt in range(ATTEMPTS):
            handle = self.handle()
            if handle.transaction_version(run_id) is not None:
                return False
            if self.append(frame, handle, {run_id: 1}, {"run_id": run_id}):
                return True
            pause(attempt)
        raise too_busy(self.address)

    def append_guarded(
        self, frame: pl.DataFrame, handle: DeltaTable, guard: str, also: Mapping[str, int] | None = None
    ) -> bool:
        """Append only if nobody passed the same `guard` since `handle` was read: compare and swap, as one commit."""
        return self.append(frame, handle, {guard: (handle.transaction_version(guard) or 0) + 1, **(also or {})})

    def delete_run(self, run_id: str) -> None:
        """Remove the rows of a run that was never committed."""
        for attempt in range(ATTEMPTS):
            try:
                handle = self.handle()
                before = handle.version()
                handle.delete(f"run_id = '{run_id}'")
                if handle.version() > before:
                    self._keep_checksums(handle.version())
            except CommitFailedError:
                pause(attempt)
            except (DeltaError, OSError) as error:
                raise StoreError(f"{self.address}: cannot write ({error_line(error)})") from error
            else:
                return
        raise too_busy(self.address)

    def set_property(self, name: str, value: str) -> None:
        """Set a property of the table; raises StoreError where it cannot be written."""
        handle = self.handle()
        try:
            handle.alter.set_table_properties({name: value}, raise_if_not_exists=False)
        except (DeltaError, OSError) as error:
            raise StoreError(
                f"{self.address}: made by an older program, and cannot be brought up to this one "
                f"({error_line(error)}); open it to be read alone: ledger --read-only"
            ) from error
        self._keep_checksums(handle.version())

    def written_at(self) -> Mapping[str, int]:
        """run_id → milliseconds since 1970 of its newest commit here, as far back as the table's log goes."""
        newest: dict[str, int] = {}
        for entry in self.handle().history():
            if (run_id := entry.get("run_id")) is not None:
                newest[run_id] = max(newest.get(run_id, 0), int(entry["timestamp"]))
        return newest

    def appended_only(self, since: int) -> bool:
        """Whether every commit since the version `since` appended the rows of a run, or left the rows as they were."""
        handle = self.handle()
        commits = handle.version() - since
        entries = handle.history(commits) if commits > 0 else []
        kept = (entry.get("run_id") is not None or entry.get("operation") in MOVES for entry in entries)
        return len(entries) == commits and all(kept)

    def compact(self, retention_hours: int, order: Sequence[str] = ()) -> Compacted:
        """Join small files, by `order` where it names columns, and write a checkpoint of the log.

        Then remove files, orphaned ones too, that no version younger than `retention_hours` needs.
        """
        for attempt in range(ATTEMPTS):
            handle = self.handle()
            self.check(handle)
            first = handle.version()
            try:
                if self.small_files(handle) > 1:
                    self._take_turn(handle)
                joined, made = self._join(handle, order)
                removed = handle.vacuum(retention_hours, dry_run=False, enforce_retention_duration=False, full=True)
                checkpoint = self._checkpoint(handle)
            except CommitFailedError:
                pause(attempt)
                continue
            except (DeltaError, OSError) as error:
                raise StoreError(f"{self.address}: cannot be compacted ({error_line(error)})") from error
            self._keep_checksums_since(first, handle)
            return Compacted(joined, made, len(removed), checkpoint)
        raise too_busy(self.address)

    def join_files(self, many: int) -> None:
        """Join small files where there are at least so `many`, unless another writer is doing so.

        Nothing is ordered or deleted, and large files stay as they are, so that it takes little time; `compact` does
        the rest.
        """
        handle = self.handle()
        if self.small_files(handle) < many:
            return
        self.check(handle)
        first = handle.version()
        try:
            self._take_turn(handle)
            self._join(handle, ())
        except CommitFailedError:
            return  # the next run finds what is left to join
        except (DeltaError, OSError) as error:
            raise StoreError(f"{self.address}: cannot join its files ({error_line(error)})") from error
        self._keep_checksums_since(first, handle)

    def _keep_checksums_since(self, first: int, handle: DeltaTable) -> None:
        """Keep the checksums of the commits after the version `first`, and of all files that the table has now."""
        for version in range(first + 1, handle.version()):
            self._keep_checksums(version)
        self._keep_checksums(handle.version(), pl.DataFrame(handle.get_add_actions(flatten=True))["path"])

    def small_files(self, handle: DeltaTable | None = None) -> int:
        """How many files are small enough to be joined."""
        sizes = pl.DataFrame((handle or self.handle()).get_add_actions(flatten=True))["size_bytes"]
        return sizes.filter(sizes < SMALL).len()

    def _take_turn(self, handle: DeltaTable) -> None:
        """Let the join fail that another writer has begun, and any commit: they try again.

        Two writers may join the same files at once, and delta-rs commits both, so that every row is there twice. Of all
        commits only one that changes the table's properties ends a join that was begun before it.
        """
        turn = {TURN_PROPERTY: str(handle.version() + 1)}
        handle.alter.set_table_properties(turn | CHECKPOINTS, raise_if_not_exists=False)
        self._keep_checksums(handle.version())

    def _join(self, handle: DeltaTable, order: Sequence[str]) -> tuple[int, int]:
        """Join the small files of a table, if there are several; returns how many there were, and what they became."""
        if self.small_files(handle) < 2:
            return 0, 0
        done = handle.optimize.z_order(order) if order else handle.optimize.compact()
        return done["numFilesRemoved"], done["numFilesAdded"]

    def _checkpoint(self, handle: DeltaTable) -> int | None:
        """Write a checkpoint of the log, where a local table has none of its version; returns the version."""
        version = handle.version()
        if self.files is not None and self.files.has_checkpoint(version):
            return None
        handle.create_checkpoint()
        return version
