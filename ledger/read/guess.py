"""What columns a table would be read by, told before the run."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path

from ledger.errors import InputError
from ledger.files import read_file, shown
from ledger.read.article import ReadOptions
from ledger.read.formats import Format, Sample, format_of
from ledger.read.given import Rows
from ledger.read.rows import SAMPLE_ROWS, TableError, TextTable, column_fault, guess_in_words

TABLES = {
    "csv": "ledger.read.delimited:csv_tables",
    "jsonl": "ledger.read.json_lines:json_tables",
    "parquet": "ledger.read.parquet:parquet_tables",
    "excel": "ledger.read.excel:excel_tables",
}
"""For each format with columns the function that opens its tables."""


def guess_of(name: str, raw: bytes, options: ReadOptions) -> str | None:
    """The columns that a format's reader would read, in words; null where the format has none or the file is broken.

    >>> guess_of("csv", b"headline,body\\nMill,It cost $3 million.\\n", ReadOptions())
    "text from 'body', title from 'headline'"
    """
    if name not in TABLES:
        return None
    module, _, function = TABLES[name].partition(":")
    try:
        return guess_in_words(getattr(import_module(module), function)(raw, options), options)
    except TableError:
        return None


def frame_guess(table: Rows, mapping: Mapping[str, str]) -> str:
    """The columns that a program's table is read by, in words; raises InputError where it has none of text.

    >>> frame_guess(Rows("frame", ("body",), lambda: iter([{"body": "It cost $3 million."}])), {"text": "body"})
    "frame: text from 'body'"
    """
    options = ReadOptions(table.name, mapping)
    sample = [*islice(table.rows(), SAMPLE_ROWS)]
    if sample and (fault := column_fault(table.columns, sample, options)) is not None:
        named = ", ".join(table.columns[:20]) + (", …" if len(table.columns) > 20 else "")
        raise InputError(f"{table.name} {fault}; name one by mapping={{'text': COLUMN}} (its columns: {named})")
    return f"{table.name}: {guess_in_words([TextTable(table.columns, enumerate(sample, 1))], options)}"


def guesses(paths: Iterable[str], mapping: Mapping[str, str] | None = None) -> Iterator[str]:
    """A line for each table among the files that are named: which columns would be read; "-" and folders are left out.

    A workbook is opened by a package that may fail hard, so that it is left to the process that reads it.
    """
    for path in paths:
        try:
            raw = read_file(path)
        except InputError:
            continue  # a folder, standard input, or what the run itself tells of
        entry = format_of(Sample(raw, Path(path).name))
        if raw and isinstance(entry, Format) and entry.name != "excel":
            words = guess_of(entry.name, raw, ReadOptions(Path(path).name, mapping or {}))
            if words:
                yield f"{shown(path)}: {words}"


__all__ = ["TABLES", "frame_guess", "guess_of", "guesses"]
