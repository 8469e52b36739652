"""The files of a local ledger as one hash: where it is the same, no row has changed, and no row need be hashed again.

A run says in `files_at` at which versions the tables of its rows stood when it was stored, and in `files_hash` the root
of the tree over the SHA-256 of all their files then, those of earlier runs too. Both are part of the run's own hash.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from deltalake import DeltaTable

from ledger.store.checksums import digest
from ledger.store.columns import PARTS
from ledger.store.table import Table
from ledger.store.tree import root_of


def sealed_files(tables: Mapping[str, Table]) -> dict[str, str | None]:
    """`files_hash` and `files_at` of the tables as they stand; nulls where a file has no record of its SHA-256."""
    handles = {name: tables[name].handle() for name in PARTS}
    lines: list[str] = []
    for name, handle in handles.items():
        files = tables[name].files
        digests: Mapping[str, str] = {} if files is None else files.checksums.digests()
        for path in active(handle):
            if path not in digests:
                return {"files_hash": None, "files_at": None}
            lines.append(f"{name}/{path} {digests[path]}")
    return {
        "files_hash": root_of(lines),
        "files_at": ".".join(str(handle.version()) for handle in handles.values()),
    }


def files_unchanged(tables: Mapping[str, Table], run: Mapping[str, Any]) -> bool:
    """Whether every file that the tables had when a run was stored is there and has the bytes that it had.

    False too where files were joined since (`ledger compact`), or where the run says nothing of its files.
    """
    if run["files_hash"] is None or run["files_at"] is None:
        return False
    lines = []
    for name, version in zip(PARTS, map(int, run["files_at"].split(".")), strict=True):
        files = tables[name].files
        if files is None:
            return False
        then = files.checksums.digests(version).keys()
        lines += [
            f"{name}/{path} {digest(files.table / path)}" for path in active(tables[name].handle()) if path in then
        ]
    return root_of(lines) == str(run["files_hash"])


def active(handle: DeltaTable) -> list[str]:
    """The data files of a table, within its folder."""
    return [str(path) for path in pl.DataFrame(handle.get_add_actions(flatten=True))["path"]]


__all__ = ["files_unchanged", "sealed_files"]
