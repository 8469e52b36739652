"""A cache of what was worked out from a ledger, beside its tables, so that the next command need not start from zero.

It is a copy and never a source: whoever finds nothing, or finds what another program made, what was made from other
rows, or what is not as it was written, works it out again. A seal says what it was made from and what it is.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

from ledger.store.chain import HEAD
from ledger.store.checksums import NoFileError, regular

FOLDER = "derived"
TEMPORARY = "making-"
SEAL = "seal.json"
"""The file that holds the head of the ledger that a copy was made from, and the SHA-256 of each of its files."""


class DerivedCache:
    """Frames by name in the folder `derived` of a ledger.

    Only the last frames are kept, and only those of one `program` (a hash); all others are cleared away.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder / FOLDER
        self.program = program

    def read(self) -> tuple[str, Mapping[str, pl.DataFrame]] | None:
        """The head that this program's last frames were made from, and the frames; None where they are not whole."""
        try:
            place = self._last()
            if place is None or faults(place):
                return None
            head = json.loads((place / SEAL).read_bytes())["made_of"]
            return head, {file.stem: pl.read_parquet(file) for file in sorted(place.glob("*.parquet"))}
        except (OSError, pl.exceptions.PolarsError):
            return None  # cleared away meanwhile, or it may not be read: it can be worked out again

    def changed_files(self) -> list[str]:
        """Files of this program's last frames that are not as they were written, each with what is wrong."""
        try:
            place = self._last()
            found = [] if place is None else faults(place)
        except OSError:
            return []  # cleared away meanwhile, or it may not be read: nobody uses it then
        return found if place is None or place.exists() else []

    def write(self, state: str, head: str, frames: Mapping[str, pl.DataFrame]) -> None:
        """Keep `frames` as of `state`, all of them or nothing; where the folder cannot be written nothing is kept."""
        made: Path | None = None
        try:
            self.folder.mkdir(exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self.folder))
            hashes = {}
            for name, frame in frames.items():
                frame.write_parquet(held := BytesIO(), compression="lz4")
                hashes[f"{name}.parquet"] = sha256(held.getbuffer()).hexdigest()
                (made / f"{name}.parquet").write_bytes(held.getbuffer())
            (made / SEAL).write_text(json.dumps({"made_of": head, "files": hashes}, indent=1), encoding="utf-8")
            place = self.folder / f"{self.program}-{state}"
            shutil.rmtree(place, ignore_errors=True)  # one that is not whole, or the same again
            made.rename(place)
            for other in self.folder.iterdir():
                if other != place:
                    shutil.rmtree(other, ignore_errors=True)
        except OSError:  # a full disk, a ledger that may only be read, or another process that cleared this away
            if made is not None:
                shutil.rmtree(made, ignore_errors=True)

    def _last(self) -> Path | None:
        found = self.folder.glob(f"{self.program}-*")
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def faults(place: Path) -> list[str]:
    """What in a folder of frames is not as its seal says; raises OSError where it cannot be read."""
    try:
        sealed = json.loads(regular(place / SEAL).read_bytes())
        files, head = dict(sealed["files"]), HEAD.fullmatch(sealed["made_of"])
    except (FileNotFoundError, NoFileError, ValueError, TypeError, KeyError):
        head = None
    if head is None:
        return [f"{SEAL} is missing or damaged"]
    there = {path.name for path in place.iterdir()} - {SEAL}
    return [
        *(f"{name} is missing" for name in sorted(files.keys() - there)),
        *(f"{name} is not of it" for name in sorted(there - files.keys())),
        *(
            f"{name} was changed"
            for name in sorted(files.keys() & there)
            if not (place / name).is_file() or sha256((place / name).read_bytes()).hexdigest() != files[name]
        ),
    ]
