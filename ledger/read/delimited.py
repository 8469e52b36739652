"""Comma-, semicolon-, tab- and bar-separated text to articles, one for each row."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ledger.read.article import Read, ReadOptions
from ledger.read.decode import UndecodableError, decode
from ledger.read.rows import TableError, TextTable, articles_of, columns_of, record_of

DELIMITERS = ",;\t|"


def read_csv(raw: bytes, options: ReadOptions) -> Read:
    """The rows of a CSV as articles; the first row names the columns."""
    yield from articles_of(raw, options, csv_tables)


def csv_tables(raw: bytes, options: ReadOptions) -> Iterator[TextTable]:
    """The table in a CSV; raises TableError where the bytes are no text."""
    try:
        text = decode(raw)
    except UndecodableError as error:
        raise TableError("binary", f"is no CSV: {error}") from None
    csv.field_size_limit(max(options.limits.text_bytes, 131_072))
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = _checked(lines)
    columns = columns_of(next(header, (0, []))[1])
    if not columns:
        raise TableError("empty", "holds no row that names columns")
    yield TextTable(columns, ((number, record_of(columns, cells)) for number, cells in header if any(cells)))


def _checked(lines: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV by their number; raises TableError at the first that is none."""
    number = 0
    try:
        for cells in lines:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise TableError("broken", f"row {number + 1} is no CSV ({error}); export it again with quotes") from None


def _delimiter(text: str) -> str:
    """The mark between cells: the one that gives the first rows the same number of cells, and most of them."""

    def fit(mark: str) -> tuple[int, int]:
        rows = [*islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=mark), 20)]
        sizes = [len(cells) for cells in rows[:-1] or rows]
        return (sizes.count(sizes[0]) if sizes and sizes[0] > 1 else 0), (sizes[0] if sizes else 0)

    return max(DELIMITERS, key=fit)


__all__ = ["csv_tables", "read_csv"]
