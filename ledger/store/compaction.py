"""Compaction: small files are joined in the order that they are asked by, and what nothing needs is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.store.checksums import FOLDER as CHECKSUMS
from ledger.store.derived import FOLDER as DERIVED
from ledger.store.derived import TEMPORARY

ORDER: Mapping[str, Sequence[str]] = {"documents": ("published",), "claims": ("document_id",)}
"""Table → the columns that its rows are ordered by (Z-order).

Documents are asked for by the day of their publication; claims by their document, which has the day and the actors. The
actors of a claim are a list, whose smallest and largest name tell no reader which files to leave out.
"""
TEMPORARIES = (
    "*/*.parquet#*",  # a data file that was being written; Delta's vacuum does not know it
    "*/_delta_log/*.tmp*",
    "*/_delta_log/*.json#*",
    f"{CHECKSUMS}/*/.*",
    f"{DERIVED}/{TEMPORARY}*",
)
"""Files and folders of a local ledger that a killed process leaves half-written."""


@dataclass(frozen=True)
class Compacted:
    """What compaction did to one table."""

    joined: int
    """How many small files became others."""
    made: int
    """How many files they became."""
    deleted: int
    """How many files were deleted that nothing needed any more."""
    checkpoint: int | None
    """The version of which a checkpoint was written; None where there was one."""

    def __str__(self) -> str:
        """What was done, in a line."""
        told = [
            f"{self.joined:,} files joined into {self.made:,}" if self.joined else "",
            f"{self.deleted:,} unneeded file{'s' if self.deleted > 1 else ''} deleted" if self.deleted else "",
            f"checkpoint of version {self.checkpoint:,}" if self.checkpoint is not None else "",
        ]
        return ", ".join(filter(None, told)) or "nothing to do"


@dataclass(frozen=True)
class Compaction:
    """What compaction did to a ledger."""

    tables: Mapping[str, Compacted]
    runs_swept: int
    """How many runs had been interrupted, and were cleared away."""
    temporaries: int
    """How many half-written files were deleted."""


def sweep_temporaries(folder: Path, before: datetime) -> int:
    """Delete what killed processes left half-written in a local ledger before a moment; returns how many."""
    swept = 0
    for path in (path for pattern in TEMPORARIES for path in folder.glob(pattern)):
        try:
            if path.stat().st_mtime >= before.timestamp():
                continue
            inside = sorted(path.rglob("*"), reverse=True) if path.is_dir() else []
            for part in inside:
                part.unlink(missing_ok=True)
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue  # another process cleared it away
        swept += 1
    return swept


__all__ = ["ORDER", "Compacted", "Compaction", "sweep_temporaries"]
