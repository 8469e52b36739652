"""A file system and tables that go wrong: every write of a ledger passes a point at which something may happen."""

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from deltalake import DeltaTable

from ledger.store import table


class KilledError(BaseException):
    """The process is gone: nothing that follows is done."""


@dataclass
class Disk:
    """What happens to the writes of one step: the write number `at` meets the `fault`."""

    folder: Path
    at: int
    fault: str
    meanwhile: Callable[[], None]
    writes: int = 0
    met: str | None = None
    busy: bool = False

    def write(self, what: str, path: Path | None, act: Callable[[], Any], torn: Callable[[], None]) -> Any:
        """Do one write, or what goes wrong with it."""
        if self.busy:
            return act()
        self.writes += 1
        if self.writes != self.at:
            return act()
        self.met = f"{self.fault} at write {self.writes}, {what} {path.parent.name if path is not None else ''}".strip()
        match self.fault:
            case "killed before":
                raise KilledError
            case "killed after":
                act()
                raise KilledError
            case "torn":
                torn()
                raise KilledError
            case "disk full":
                raise OSError(errno.ENOSPC, "No space left on device")
            case "disk broken":
                raise OSError(errno.EIO, "Input/output error")
            case "done, but told as broken":
                act()
                raise OSError(errno.EIO, "Input/output error")
            case _:
                self.busy = True
                self.meanwhile()
                self.busy = False
                return act()


FAULTS = (
    "killed before",
    "killed after",
    "torn",
    "disk full",
    "disk broken",
    "done, but told as broken",
    "another writer",
    "swept meanwhile",
    "behind",
    "none",
)
"""What goes wrong. "behind" is a listing that misses the last commit."""


WRITES = ("write_bytes", "replace", "touch", "unlink", "rename")
"""The methods of paths that change a file system."""


@contextmanager
def faulty(disk: Disk) -> Iterator[None]:
    """Let the file system and the tables of a ledger go wrong as `disk` says, while the block runs."""
    with ExitStack() as patches:
        for name in WRITES:
            patches.enter_context(patch.object(Path, name, _path_write(disk, name)))
        for name in ("_take_turn", "_join", "_checkpoint"):
            patches.enter_context(patch.object(table.Table, name, _table_write(disk, name)))
        patches.enter_context(patch.object(table.Table, "_opened", _listing(disk)))
        patches.enter_context(patch.object(table, "write_deltalake", _commit(disk)))
        yield


def _path_write(disk: Disk, name: str) -> Callable[..., Any]:
    """A method of paths; torn, it writes half a file, or its rename is lost."""
    act = getattr(Path, name)

    def called(path: Path, *arguments: Any, **options: Any) -> Any:
        if disk.folder not in path.parents:
            return act(path, *arguments, **options)

        def torn() -> None:
            if name == "write_bytes":
                act(path, arguments[0][: len(arguments[0]) // 2])

        return disk.write(name, path, lambda: act(path, *arguments, **options), torn)

    return called


def _table_write(disk: Disk, name: str) -> Callable[..., Any]:
    """A method of tables that writes by Delta."""
    act = getattr(table.Table, name)
    return lambda one, *rest: disk.write(name.strip("_"), None, lambda: act(one, *rest), lambda: None)


def _commit(disk: Disk) -> Callable[..., Any]:
    """A commit of rows; torn, the rows are written, and the commit that names them is not."""
    act = getattr(table, "write_deltalake")  # noqa: B009 - the module only imports it

    def called(target: DeltaTable, *arguments: Any, **options: Any) -> Any:
        folder = Path(target.table_uri.removeprefix("file://"))

        def torn() -> None:
            before = target.version()
            act(target, *arguments, **options)
            (folder / f"_delta_log/{before + 1:020}.json").rename(folder / "_delta_log/_commit_torn.json.tmp")
            (folder / "part-torn.snappy.parquet#1").write_bytes(b"PAR1half")

        return disk.write("commit", folder / "_delta_log", lambda: act(target, *arguments, **options), torn)

    return called


def _listing(disk: Disk) -> Callable[..., DeltaTable]:
    """A table as it is opened; behind, it lacks the last commit."""
    act = table.Table._opened

    def called(one: table.Table) -> DeltaTable:
        found = act(one)
        if disk.fault != "behind" or disk.busy or found.version() == 0:
            return found
        disk.writes += 1
        if disk.writes != disk.at:
            return found
        disk.met = f"behind by one commit: {one.address.rpartition('/')[2]}"
        return DeltaTable(one.address, version=found.version() - 1)

    return called
