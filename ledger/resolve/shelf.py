"""Frames that are put away until they are needed again: in memory, or in files of a temporary folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import polars as pl

from ledger.errors import LedgerError


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell in a line where a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise LedgerError(
            f"{path.parent}: cannot keep what is resolved there ({error.strerror or error}); "
            "set TMPDIR to a folder with more room"
        ) from error


class Shelf:
    """Frames by name and number.

    They are kept in memory until one is parted into files; from then on all are files, and take no memory. The files
    are gone when the `with` block ends.
    """

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._frames: dict[tuple[str, int], pl.DataFrame | Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def parted(self, name: str, rows: pl.LazyFrame, numbers: pl.DataFrame) -> Sequence[pl.LazyFrame]:
        """`rows` in files by the `slice` that `numbers` give to their document_id; one frame for each, from 0 on."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="ledger-resolve-")
        folder, last = Path(self._folder.name) / name, numbers["slice"].max()
        assert isinstance(last, int)
        numbered = rows.join(numbers.lazy(), on="document_id")
        by_slice = pl.PartitionBy(folder, key="slice", include_key=False)
        with _told(folder):
            numbered.sink_parquet(by_slice, compression="lz4", mkdir=True, engine="streaming")
        made = [folder / f"slice={number}" for number in range(last + 1)]
        return [pl.scan_parquet(path / "*.parquet") if path.exists() else numbered.clear() for path in made]

    def put(self, name: str, number: int, frame: pl.DataFrame) -> None:
        """Put a frame away."""
        if self._folder is None:
            self._frames[name, number] = frame
            return
        path = Path(self._folder.name) / f"{name}-{number}.arrow"
        with _told(path):
            frame.write_ipc(path, compression="lz4")
        self._frames[name, number] = path

    def take(self, name: str, number: int) -> pl.DataFrame:
        """The frame of a name and number, which is not kept any longer."""
        kept = self._frames.pop((name, number))
        if isinstance(kept, pl.DataFrame):
            return kept
        frame = pl.read_ipc(kept)
        kept.unlink()
        return frame

    def count(self, name: str) -> int:
        """How many frames there are of a name."""
        return sum(kept == name for kept, _ in self._frames)

    def take_all(self, name: str) -> Iterator[pl.DataFrame]:
        """The frames of a name by their numbers, none of which is kept any longer."""
        for number in sorted(number for kept, number in self._frames if kept == name):
            yield self.take(name, number)


__all__ = ["Shelf"]
