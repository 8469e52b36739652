"""What is wrong with the files of a local table: lost, cut or changed ones are told by name, in one line."""

import stat
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.errors import DamagedError
from ledger.store.checksums import REMEDY, Checksums, added_files, checksum, log_name

CHECKPOINT = ".checkpoint."
HINT = "_last_checkpoint"
"""The file that names the last checkpoint."""


class TableFiles:
    """The files of a table in the folder `table`, each checked once and again when it was written anew."""

    def __init__(self, table: Path) -> None:
        self.table = table
        self.checksums = Checksums(table)
        self._sound: dict[str, tuple[int, ...]] = {}

    def check_log(self) -> int:
        """The newest version that is known; raises DamagedError where a commit is lost or damaged, the last one too."""
        known = self.checksums.versions()
        recorded = {version: self.checksums.record(version) for version in known}
        try:
            names = {path.name for path in (self.table / "_delta_log").iterdir()}
        except OSError as error:
            raise self._damaged("_delta_log", _told(error), "all that this table held") from None
        present = {int(name[:20]) for name in names if name[:20].isdecimal() and name[20:] == ".json"}
        covered = max((int(name[:20]) for name in names if CHECKPOINT in name and name[:20].isdecimal()), default=-1)
        newest = max({*present, *known, covered}, default=-1)
        for version in range(covered + 1, newest + 1):
            if version not in present:
                raise self._damaged(log_name(version), "is missing", "a commit of this table")
        for version in sorted(present):
            name = log_name(version)
            self._check(name, recorded.get(version, {}).get(name), "a commit of this table")
        for name in sorted(names):
            place = f"_delta_log/{name}"
            if CHECKPOINT in name and name[:20].isdecimal():
                self._check(place, recorded.get(int(name[:20]), {}).get(place), "earlier commits of this table")
        if HINT in names and not (self.table / "_delta_log" / HINT).is_file():  # a pipe would be waited for without end
            raise self._damaged(f"_delta_log/{HINT}", "is no file", "the way to earlier commits of this table")
        return newest

    def has_checkpoint(self, version: int) -> bool:
        """Whether there is a checkpoint of a version of the table."""
        return any((self.table / "_delta_log").glob(f"{version:020}{CHECKPOINT}*"))

    def check_data(self, files: Iterable[tuple[str, int, int | None]]) -> None:
        """Raise DamagedError where one of the data `files` (name, bytes, rows) is not as it was written."""
        kept = self.checksums.all()
        for name, size, rows in files:
            lost = "rows of this table" if rows is None else f"{rows:,} row{'' if rows == 1 else 's'} of this table"
            self._check(name, kept.get(name), lost, size)

    def _check(self, name: str, crc: int | None, lost: str, size: int | None = None) -> None:
        try:
            status = (self.table / name).stat()
        except OSError as error:
            raise self._damaged(name, _told(error), lost) from None
        seen = (status.st_size, status.st_mtime_ns, status.st_ino)
        if self._sound.get(name) == seen:
            return
        if found := fault(self.table / name, size, crc):
            raise self._damaged(name, found, lost)
        self._sound[name] = seen

    def _damaged(self, name: str, fault: str, lost: str) -> DamagedError:
        return DamagedError(f"{self.table / name}: {fault}, and with it {lost}; {REMEDY}")


def fault(path: Path, size: int | None = None, crc: int | None = None) -> str | None:
    """What is wrong with a file of a table, in words, or None.

    It has `size` bytes and the checksum `crc` where they are known; without a checksum it is read for a try.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "is no file"
        if size is not None and status.st_size != size:
            return f"holds {status.st_size:,} of {size:,} bytes"
        if crc is not None:
            return None if checksum(path) == crc else "was changed after it was written"
        if path.suffix == ".json":
            added_files(path.read_bytes())
        else:
            with pq.ParquetFile(path) as file:
                for _ in file.iter_batches():
                    pass
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        return _told(error)
    return None


def _told(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    return "cannot be read" if not isinstance(error, OSError) else f"cannot be read ({error.strerror or 'damaged'})"


__all__ = ["TableFiles", "fault"]
