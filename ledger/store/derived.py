"""A cache of what was worked out from a ledger, beside its tables, so that the next command need not start from zero.

It is a copy and never a source: whoever finds nothing, or finds what another program made or what was made from other
rows, works it out again.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

FOLDER = "derived"
TEMPORARY = "making-"


class DerivedCache:
    """Frames by name in the folder `derived` of a ledger.

    Only the last frames are kept, and only those of one `program` (a hash); all others are cleared away.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder / FOLDER
        self.program = program

    def read(self) -> Mapping[str, pl.DataFrame] | None:
        """The frames that this program wrote last, or None."""
        try:
            found = self.folder.glob(f"{self.program}-*")
            last = max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
            if last is None:
                return None
            return {file.stem: pl.read_parquet(file) for file in sorted(last.glob("*.parquet"))}
        except (OSError, pl.exceptions.PolarsError):
            return None  # cleared away meanwhile, or damaged: it can be worked out again

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
            return  # a ledger that may only be read, or another process cleared away what was being written
