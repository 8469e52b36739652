"""The one function that reads: a record batch of documents in, a record batch of what they say out, row by row.

It takes and returns Arrow, so that any engine that maps record batches can run it, and it reads each document by
itself: how documents are put into batches, and who reads which, changes no row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl
import pyarrow as pa

from ledger.files import read_words
from ledger.lexicons.load import lexicon_hash
from ledger.lexicons.names import Names, names_from
from ledger.models.files import models_hash
from ledger.options import Attributor, Source
from ledger.pipeline import Reading
from ledger.process import named
from ledger.tables import frame_of, record_schema, records_of
from schemas import Claim, Document, Problem

MEBIBYTE = 1024 * 1024
READING: Mapping[str, pl.DataType] = {
    "document_id": pl.String(),
    "read": pl.Boolean(),
    "claims": pl.List(pl.Struct(record_schema(Claim))),
    "problems": pl.List(pl.Struct(record_schema(Problem))),
}
"""The columns of what was read, one row a document; `read` is false where it was left out, and `problems` tell why."""
PIPELINE = "ledger.pipeline:reading_of"
LONG = 100_000
"""Characters of a text that has twice the time of a short one."""


class OwnNames(NamedTuple):
    """A file of names, as it was read: other machines may not have it."""

    place: Path
    """Where it was, for messages."""
    words: str
    """Its contents, TOML."""

    @classmethod
    def of(cls, file: Source | None) -> Self | None:
        """The names of a file; raises InputError where it cannot be read or does not hold names."""
        if file is None:
            return None
        read = cls(Path(file), read_words(Path(file), "TOML"))
        names_from(read.words, read.place)
        return read

    @property
    def names(self) -> Names:
        """The lexicon's names with these before them; raises InputError where they are no names."""
        return names_from(self.words, self.place)


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What documents are read with, and how much one of them may take in a process of its own."""

    attributor: Attributor
    own_names: OwnNames | None = None
    """The user's own names."""
    words: str = ""
    """The hash that the words and models of every process must have, or "" where it is not asked."""
    seconds: float = 120.0
    """Processor time of a document of up to a few pages; one of 100,000 characters has twice as much, and so on."""
    memory_bytes: int = 4096 * MEBIBYTE
    """Memory beyond that of the program itself, where the system can hold a process to it."""
    reader: str = PIPELINE
    """The function that reads a document, as "module:function"."""

    @property
    def names(self) -> Names | None:
        """The lexicon's names with the user's before them, or null for those of the lexicon alone."""
        return None if self.own_names is None else self.own_names.names

    def seconds_for(self, characters: int) -> float:
        """The processor time that a text of so many characters may take."""
        return self.seconds * (1 + characters / LONG)


def words_hash(names: OwnNames | None = None) -> str:
    """SHA-256 over all that a run reads with: lexicons, models, and the user's own names where there are any."""
    return sha256((lexicon_hash() + models_hash() + ("" if names is None else names.words)).encode()).hexdigest()


def document_batch(documents: Sequence[Document]) -> pa.RecordBatch:
    """Documents as a record batch with the columns of `schemas.Document`."""
    return _whole(frame_of(Document, documents).to_arrow())


def read_batch(
    documents: pa.RecordBatch, settings: ReadSettings, begun: Callable[[int], None] = lambda _: None
) -> pa.RecordBatch:
    """What documents (columns of `schemas.Document`) say: the columns of `READING`, in their order.

    `begun` is called with the place of each document before it is read. Raises InputError where the attributor needs a
    package that is not installed.
    """
    read, names = named(settings.reader), settings.names
    readings: list[Reading] = []
    given = records_of(Document, pl.DataFrame(pl.from_arrow(documents)))
    for place, document in enumerate(given):
        begun(place)
        readings.append(read(document, names, settings.attributor))
    return reading_batch([document.document_id for document in given], readings)


def reading_batch(documents: Sequence[str], readings: Sequence[Reading]) -> pa.RecordBatch:
    """Readings of documents (document_ids) as a record batch with the columns of `READING`."""
    claims = frame_of(Claim, [claim for reading in readings for claim in reading.claims])
    problems = frame_of(Problem, [problem for reading in readings for problem in reading.problems])
    return pa.RecordBatch.from_arrays(
        [
            pa.array(documents, pa.large_string()),
            pa.array([reading.document is not None for reading in readings], pa.bool_()),
            _lists([len(reading.claims) for reading in readings], claims),
            _lists([len(reading.problems) for reading in readings], problems),
        ],
        names=list(READING),
    )


def _lists(lengths: Sequence[int], rows: pl.DataFrame) -> pa.Array:
    """The rows as lists of structs, so many to each."""
    offsets = [0]
    for length in lengths:
        offsets.append(offsets[-1] + length)
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), rows.to_struct("").to_arrow())


def _whole(table: pa.Table) -> pa.RecordBatch:
    """A table as one batch."""
    [batch] = table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
    return batch


__all__ = ["READING", "OwnNames", "ReadSettings", "document_batch", "read_batch", "reading_batch", "words_hash"]
