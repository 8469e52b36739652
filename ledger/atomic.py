"""Files written beside their place and moved there when complete, so that the old one is never lost."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from ledger.errors import OutputError

if sys.platform != "win32":
    import fcntl

WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def replacing(path: Path, *, devices: bool = False) -> Iterator[Path]:
    """A new file beside `path` to write to; at the end of the block it takes the place of `path`.

    If the block fails, `path` stays as it was and the new file is removed. A symbolic link stays a link. With
    `devices`, a device or pipe is given as it is. Raises OutputError if a folder or a special file is in the way, if
    the file is read-only, or if it cannot be written.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_of(path, target)
        if mode is not None and not stat.S_ISREG(mode):
            if not devices:
                raise OutputError(f"{path}: not a regular file; choose another name")
            yield path
            return
        beside = target.with_name(f".ledger-{uuid4().hex}.part")
        opened = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        try:
            if sys.platform != "win32":
                _remove_leftovers(target.parent, opened)
            yield beside
            if mode is not None:
                beside.chmod(stat.S_IMODE(mode))
            _sync(beside)
            beside.replace(target)
            with suppress(OSError):  # not every system can sync a folder; the file is in its place
                _sync(target.parent)
        finally:
            os.close(opened)
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it where they are missing; raises OutputError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(f"{folder}: a file is in the way of this folder; choose another name") from error
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror})") from error


def _mode_of(path: Path, target: Path) -> int | None:
    """Type and permissions of what is at `target`, or None where there is nothing."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path}: a folder is in the way; choose another name")
    if stat.S_ISREG(mode) and not mode & WRITABLE:
        raise OutputError(f"{path}: the file is read-only; choose another name, or make it writable")
    return mode


def _remove_leftovers(folder: Path, own: int) -> None:
    """Remove what killed programs left in `folder`; a new file is locked while it is written, as `own` is from now."""
    with suppress(OSError):  # a file system without locks keeps its leftovers
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    for leftover in folder.glob(".ledger-*.part"):
        with suppress(OSError):  # in use, or removed by another program
            opened = os.open(leftover, os.O_RDWR)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink()
            finally:
                os.close(opened)


def _sync(path: Path) -> None:
    """Wait until what was written to a file or folder is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
