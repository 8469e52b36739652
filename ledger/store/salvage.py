"""What can be read of a damaged table: the rows of its sound files, and of the others those that prove themselves.

Where the log is whole it says which files are the table's. Where it is damaged, what is left of it says so, with the
records of checksums; a file that neither names is taken too, for no commit is known to have removed it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ledger.errors import DamagedError
from ledger.store.checksums import Checksums, log_name, regular
from ledger.store.damage import CHECKPOINT, fault
from ledger.store.hashes import ROW_HASH, row_hash
from ledger.store.table import Table, file_sizes
from schemas import stable_id

Size = tuple[int | None, int | None]
"""Bytes and rows of a file, where they are known."""


@dataclass(frozen=True)
class Salvage:
    """What is left of a table."""

    rows: pl.DataFrame
    """The rows that can be trusted, each once."""
    faults: tuple[str, ...]
    """What is wrong, one line a file."""
    lost: int | None
    """How many rows are lost; None where that is not known."""

    @property
    def whole(self) -> bool:
        """Whether no row is lost."""
        return self.lost == 0


def salvage(table: Table, key: Sequence[str]) -> Salvage:
    """What is left of a local table; `key` are the columns that tell its rows apart."""
    assert table.files is not None
    folder = table.files.table
    kept, faults = _readable_records(table.files.checksums), []
    files: Mapping[str, Size]
    lost: int | None = 0
    try:
        added = pl.DataFrame(table.handle().get_add_actions(flatten=True))
        files = {name: (size, rows) for name, size, rows in file_sizes(added)}
    except DamagedError as error:
        faults.append(str(error).partition("; ")[0])
        files, known = _left_of_log(folder, kept)
        lost = 0 if known else None
    frames = [pl.DataFrame(schema=table.schema)]
    for name, (size, rows) in files.items():
        if found := fault(folder / name, size, kept.get(name)):
            faults.append(f"{folder / name}: {found}")
            frames.append(_trusted(table, folder / name))
            lost = None if rows is None or lost is None else lost + rows - frames[-1].height
        else:
            frames.append(table.rows_of([name]))
    every = pl.concat(frames)
    once = every.unique(key, keep="first", maintain_order=True)
    if not faults and "run_id" in key and once.height < every.height:  # files joined by two programs at once
        faults.append(f"{folder}: {every.height - once.height:,} of its rows stand there once more")
    return Salvage(once, tuple(faults), lost)


def _left_of_log(folder: Path, recorded: Mapping[str, int]) -> tuple[Mapping[str, Size], bool]:
    """The files of a table whose log is damaged, as far as its log and its records of checksums still name them.

    Also whether each of its commits is known from one or the other.
    """
    files: dict[str, Size] = {}
    removed, seen = set(), {name for name in recorded if name.startswith("_delta_log/")}
    told = [action for path in _in_log(folder, f"*{CHECKPOINT}*parquet") for action in _checkpoint_actions(path)]
    for path in _in_log(folder, "*.json"):
        name = f"_delta_log/{path.name}"
        if fault(path, crc=recorded.get(name)) is None:
            told += [json.loads(line) for line in path.read_bytes().splitlines()]
            seen.add(name)
    for action in told:
        if add := action.get("add"):
            files[add["path"]] = (add["size"], json.loads(add.get("stats") or "{}").get("numRecords"))
            removed.discard(add["path"])
        if remove := action.get("remove"):
            removed.add(remove["path"])
    others = {name for name in recorded if "/" not in name} | {path.name for path in folder.glob("*.parquet")}
    files |= dict.fromkeys(sorted(others - files.keys()), (None, None))
    newest = max(seen | {f"_delta_log/{path.name}" for path in _in_log(folder, "*.json")}, default="")
    known = bool(seen) and all(log_name(version) in seen for version in range(int(newest[-25:-5]) + 1))
    return {name: size for name, size in files.items() if name not in removed}, known


def _in_log(folder: Path, pattern: str) -> list[Path]:
    return sorted((folder / "_delta_log").glob(pattern))


def _checkpoint_actions(path: Path) -> Iterator[Mapping[str, Any]]:
    if fault(path) is None:
        with pq.ParquetFile(path) as file:
            have = [name for name in ("add", "remove") if name in file.schema_arrow.names]
            yield from file.read(have).to_pylist()


def _readable_records(checksums: Checksums) -> Mapping[str, int]:
    """File → checksum, of the records that are not damaged themselves."""
    found: dict[str, int] = {}
    for version in checksums.versions():
        try:
            found |= checksums.record(version)
        except DamagedError:
            continue  # its files are tried for whether they can be read
    return found


def _trusted(table: Table, path: Path) -> pl.DataFrame:
    """The rows of a damaged file that prove themselves; none where it cannot be decoded."""
    rows = []
    try:
        with pq.ParquetFile(regular(path)) as file:
            for batch in file.iter_batches(batch_size=1):
                row = _row(batch)
                if row is not None and proves_itself(row):
                    rows.append(row)
    except (OSError, ValueError, TypeError, pa.ArrowException):
        pass  # what came before the damaged page is kept
    return pl.DataFrame(rows, schema=table.schema, orient="row")


def _row(batch: pa.RecordBatch) -> Mapping[str, Any] | None:
    try:
        return dict(batch.to_pylist()[0])
    except (ValueError, TypeError, IndexError):
        return None


def proves_itself(row: Mapping[str, Any]) -> bool:
    """Whether a row of a damaged file is the one that was written: it has its hash, or its text has its id."""
    for name in (ROW_HASH, "hash"):
        if row.get(name) is not None:
            return bool(row[name] == row_hash({key: value for key, value in row.items() if key != name}))
    text = row.get("text")
    return isinstance(text, str) and row.get("document_id") == stable_id("document", text)


__all__ = ["Salvage", "salvage"]
