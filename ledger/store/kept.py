"""What was worked out from a ledger, kept beside its tables so that the next command need not work it out again.

It is a copy and never a source: whoever finds nothing, or finds it made by another program or from rows that are others now, works it out anew.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

FOLDER = "derived"
TEMPORARY = "making-"


class Kept:
    """Frames under a name, in `folder` of a ledger; the last that a `program` (a hash) kept is there, all others are cleared away."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder / FOLDER
        self.program = program

    def read(self) -> Mapping[str, pl.DataFrame] | None:
        """The frames that this program kept last, or None."""
        try:
            place = max(self.folder.glob(f"{self.program}-*"), key=lambda path: path.stat().st_mtime_ns, default=None)
            return (
                {file.stem: pl.read_parquet(file) for file in sorted(place.glob("*.parquet"))}
                if place is not None
                else None
            )
        except (OSError, pl.exceptions.PolarsError):
            return None  # cleared away meanwhile, or damaged: it can be made anew

    def write(self, state: str, frames: Mapping[str, pl.DataFrame]) -> None:
        """Keep `frames` as of `state`, all of them or nothing; where the folder cannot be written nothing is kept."""
        try:
            self.folder.mkdir(exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self.folder))
            for name, frame in frames.items():
                frame.write_parquet(made / f"{name}.parquet", compression="lz4")
            place = self.folder / f"{self.program}-{state}"
            if not place.exists():
                made.rename(place)
            for other in self.folder.iterdir():
                if other != place:
                    shutil.rmtree(other, ignore_errors=True)
        except OSError:
            return  # a ledger that may only be read, or another process that cleared away what was being made
