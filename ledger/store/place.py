"""Where a ledger may stand, and what may stand there before it is opened."""

import os
import re
from collections.abc import Collection
from pathlib import Path

from ledger.errors import DamagedError, StoreError
from ledger.store.checksums import FOLDER, REMEDY

UNFIT = re.compile("[\\[\\]|^\\\\\\x00-\\x1f\\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")
"""What no path of a Delta table may hold: the library takes it for part of an address, loses it, or wants UTF-8."""


def refuse_unfit(folder: Path) -> None:
    """Raise StoreError for a folder in which tables cannot stand."""
    if folder.parts[:1] == ("~",):
        raise StoreError(f"{str(folder)!r}: the shell does not expand a quoted ~; write the whole path")
    if found := UNFIT.search(str(folder.absolute())):
        raise StoreError(
            f"{str(folder.absolute())!r}: a ledger cannot stand below a folder with {found[0]!r} in its name; "
            "choose another place: ledger --ledger PATH"
        )


def refuse_other(folder: Path, own: Collection[str]) -> None:
    """Raise StoreError for a folder without a table of runs in which no ledger may begin.

    It holds other things than `own`, or a ledger whose runs are lost, or it was to be exchanged by a repair.
    """
    if not folder.exists():
        if repaired_folder(folder).exists():
            raise DamagedError(f"{folder}: a repair was interrupted; `ledger repair --yes` finishes it")
        return
    if not folder.is_dir() or any(entry.name not in own for entry in folder.iterdir()):
        raise StoreError(f"{folder}: not a ledger, and not empty; choose another place")
    commits = (int(record.stem) for record in folder.glob(f"{FOLDER}/*/*.json") if record.stem.isdecimal())
    if any(commits) or any(folder.glob("*/*.parquet")):
        raise DamagedError(f"{folder / 'runs'}: is missing, and with it the list of all runs; {REMEDY}")


def repaired_folder(folder: Path) -> Path:
    """Where a repair makes the new ledger, beside that in `folder`."""
    whole = Path(os.path.realpath(folder))
    return whole.with_name(f".{whole.name}.repaired")


__all__ = ["refuse_other", "refuse_unfit", "repaired_folder"]
