"""Parquet files to articles, one for each row."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.read.article import MEBIBYTE, Read, ReadOptions
from ledger.read.rows import Record, TableError, TextTable, articles_of, broken, flat


def read_parquet(raw: bytes, options: ReadOptions) -> Read:
    """The rows of a Parquet file as articles."""
    yield from articles_of(raw, options, parquet_tables)


def parquet_tables(raw: bytes, options: ReadOptions) -> Iterator[TextTable]:
    """The table of a Parquet file; raises TableError where it is broken or unpacks to too much."""
    try:
        file = pq.ParquetFile(pa.BufferReader(raw))
        size = sum(file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups))
        columns = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError, KeyError, RuntimeError) as error:
        raise broken("Parquet file", error) from None
    if size > options.limits.expanded_bytes:
        raise TableError(
            "expansion", f"unpacks to more than {options.limits.expanded_bytes // MEBIBYTE:,} MiB; split it"
        )
    yield TextTable(columns, _parquet_rows(file))


def _parquet_rows(file: pq.ParquetFile) -> Iterator[tuple[int, Record]]:
    number = 0
    try:
        for batch in file.iter_batches(batch_size=1_000):
            for row in batch.to_pylist():
                number += 1
                yield number, flat(row)
    except (pa.ArrowException, OSError, ValueError, KeyError, RuntimeError, OverflowError) as error:
        raise broken("Parquet file", error) from None


__all__ = ["parquet_tables", "read_parquet"]
