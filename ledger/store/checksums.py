"""Checksums of the files of a local table, beside the tables: damage is told before anything is read from it.

Neither Parquet nor Delta notices a flipped bit, and a table whose last commits are lost looks like an older one. So
each commit of this program leaves a record: the checksum of its log file and of the files that it added, as
`checksums/TABLE/VERSION.json`. What another program commits has no record, and is only tried whether it can be read.
"""

import errno
import json
import stat
import zlib
from collections.abc import Iterable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from ledger.errors import DamagedError

FOLDER = "checksums"
REMEDY = "put back a copy of it, or see what `ledger repair` can rebuild"
BLOCK = 1 << 20
"""Bytes that are read at a time."""


Sums = tuple[int, str | None]
"""CRC-32 and SHA-256 of a file."""


class NoFileError(OSError):
    """Something in a ledger that should be a file and is none."""


def regular(path: Path) -> Path:
    """The path itself; raises OSError where it is no regular file: whoever opens a pipe waits without end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise NoFileError(errno.EINVAL, "is no file", str(path))
    return path


def checksum(path: Path) -> int:
    """CRC-32 of a file: any flipped bit changes it, and it is read as fast as the disk; raises OSError."""
    value = 0
    with regular(path).open("rb") as file:
        while block := file.read(BLOCK):
            value = zlib.crc32(block, value)
    return value


def digest(path: Path) -> str:
    """SHA-256 of a file: no one can make another file with the same; raises OSError."""
    with regular(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sums(path: Path) -> Sums:
    """Both of them, in one reading; raises OSError."""
    value, sha = 0, sha256()
    with regular(path).open("rb") as file:
        while block := file.read(BLOCK):
            value = zlib.crc32(block, value)
            sha.update(block)
    return value, sha.hexdigest()


def log_name(version: int) -> str:
    """The log file of a version of a table, within the table's folder."""
    return f"_delta_log/{version:020}.json"


def added_files(log: bytes) -> list[str]:
    """The files that a log file adds; raises ValueError where it is none."""
    actions = [json.loads(line) for line in log.splitlines()]
    if not actions or not all(isinstance(action, dict) for action in actions):
        raise ValueError("holds no actions")
    return [action["add"]["path"] for action in actions if "add" in action]


class Checksums:
    """The records of one table in the folder `table` of a local ledger."""

    def __init__(self, table: Path) -> None:
        self.table = table
        self.folder = table.parent / FOLDER / table.name
        self._known: dict[int, Mapping[str, Sums]] = {}

    def versions(self) -> list[int]:
        """The versions of the table that have a record, in order."""
        return sorted(int(path.stem) for path in self.folder.glob("*.json") if path.stem.isdecimal())

    def record(self, version: int) -> Mapping[str, int]:
        """File within the table's folder → its checksum; raises DamagedError where the record is damaged itself."""
        return {name: crc for name, (crc, _) in self._record(version).items()}

    def digests(self, until: int | None = None) -> Mapping[str, str]:
        """File → SHA-256, of the records up to a version; those of earlier programs have none."""
        versions = [version for version in self.versions() if until is None or version <= until]
        found = (item for version in versions for item in self._record(version).items())
        return {name: sha for name, (_, sha) in found if sha is not None}

    def _record(self, version: int) -> Mapping[str, "Sums"]:
        if version not in self._known:
            path = self.folder / f"{version:020}.json"
            try:
                self._known[version] = _parsed(regular(path).read_bytes())
            except (OSError, ValueError):
                raise DamagedError(f"{path}: this record of checksums was damaged; {REMEDY}") from None
        return self._known[version]

    def all(self) -> Mapping[str, int]:
        """File → checksum of all records."""
        return {name: value for version in self.versions() for name, value in self.record(version).items()}

    def keep(self, version: int, more: Iterable[str] = ()) -> None:
        """Keep the checksums of what the commit `version` wrote, and of the files named in `more`; raises OSError."""
        log = self.table / log_name(version)
        checkpoints = log.parent.glob(f"{version:020}.checkpoint*.parquet")
        names = {log_name(version), *added_files(regular(log).read_bytes()), *more}
        names |= {f"{log.parent.name}/{path.name}" for path in checkpoints}
        self._known[version] = {name: sums(self.table / name) for name in sorted(names)}
        written = json.dumps(self._known[version]).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{uuid4().hex}"
        beside.write_bytes(written + b"\n%d\n" % zlib.crc32(written))
        beside.replace(self.folder / f"{version:020}.json")


def _parsed(record: bytes) -> Mapping[str, Sums]:
    """The checksums of a record, of an earlier program as bare numbers; raises ValueError where it was changed."""
    written, own = record.splitlines()
    if zlib.crc32(written) != int(own):
        raise ValueError("does not fit its own checksum")
    return {str(name): _sums(value) for name, value in json.loads(written).items()}


def _sums(value: Any) -> Sums:
    return (value, None) if isinstance(value, int) else (int(value[0]), str(value[1]))


__all__ = ["FOLDER", "REMEDY", "Checksums", "added_files", "checksum", "digest", "log_name"]
