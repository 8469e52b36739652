"""Tables as CSV, Parquet and JSON Lines."""

import io
from codecs import BOM_UTF8
from pathlib import Path

import polars as pl

from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.safe import csv_column
from ledger.rows import claim_rows, json_text


def ledger_rows(book: Frames) -> pl.DataFrame:
    """One row for each claim, as `ledger claims` lists them, with the same columns in the same order."""
    rows = claim_rows(book.frame("claims").lazy(), book.documents.lazy(), book.frame("memberships").lazy())
    return rows.collect()


def flat_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with nested columns as text: lists of text joined by "; ", anything deeper as JSON; times as ISO 8601."""
    return frame.with_columns(
        [
            _flat_column(frame[name])
            for name, kind in frame.schema.items()
            if kind.is_nested() or isinstance(kind, pl.Datetime)
        ]
    )


def _flat_column(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    if isinstance(column.dtype, pl.List) and column.dtype.inner == pl.String():
        return column.list.join("; ")
    texts = [None if value is None else json_text(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def write_csv(frame: pl.DataFrame, path: Path, *, excel: bool = False) -> None:
    """Write `frame` as UTF-8 CSV (RFC 4180), for `excel` with a byte order mark.

    Nested columns are flat, text is quoted and never run by a spreadsheet, decimals have no padding.
    """
    path.write_bytes((BOM_UTF8 if excel else b"") + _csv_bytes(frame))


def _csv_bytes(frame: pl.DataFrame) -> bytes:
    shown = flat_columns(frame)
    texts = [csv_column(pl.col(name)).alias(name) for name, kind in shown.schema.items() if kind == pl.String()]
    buffer = io.BytesIO()
    shown.with_columns(texts).write_csv(buffer, quote_style="non_numeric", line_terminator="\r\n")
    return buffer.getvalue()


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` as Parquet with its nested columns, and in its metadata what it does not say.

    Raises OSError where the disk is full.
    """
    limits = export_words()["limits"]
    note = {limits["topic"]: " ".join(limits["items"])}
    try:
        frame.write_parquet(path, compression="zstd", statistics=True, metadata=note)
    except pl.exceptions.ComputeError as error:  # "underlying IO error: No space left on device"
        raise OSError(str(error)) from error


def write_jsonl(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` as JSON Lines: amounts as numbers, days as ISO 8601."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json_text(row) + "\n" for row in frame.iter_rows(named=True))
