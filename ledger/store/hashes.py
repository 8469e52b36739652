"""Hashes of rows: whoever has the tables can prove that a row is the one that was written.

What is hashed is the row as canonical JSON, which any language can make from the Parquet files: null members left out,
keys sorted, no spaces, amounts as decimal text with all their places, days and times as ISO 8601. `docs/verifying.md`
says it in full.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import polars as pl

ROW_HASH = "row_hash"
"""The column of documents, claims and problems that holds the hash of the row's other columns."""


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of a row as canonical JSON.

    >>> row = {"unit": "USD", "value": Decimal("2.50"), "period": None}
    >>> row_hash(row) == sha256(b'{"unit":"USD","value":"2.50"}').hexdigest()
    True
    """
    return sha256(_canonical(_without_nulls(dict(row))).encode()).hexdigest()


def canonical_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as JSON has it, with the same hash: what was null is left out, amounts and times are text."""
    found: Mapping[str, Any] = json.loads(_canonical(_without_nulls(dict(row))))
    return found


def row_hashes(frame: pl.DataFrame) -> pl.Series:
    """The hash of each row's columns other than `row_hash`, in the order of the rows."""
    rows = frame.drop(ROW_HASH, strict=False).iter_rows(named=True)
    return pl.Series(ROW_HASH, [row_hash(row) for row in rows], dtype=pl.String())


def set_hash(hashes: Iterable[str]) -> str:
    """SHA-256 of row hashes in sorted order, joined by line feeds: the hash of a set of rows, in whatever order.

    >>> set_hash(["b", "a"]) == set_hash(["a", "b"])
    True
    """
    return sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _without_nulls(value: Any) -> Any:
    # `type(…) is`, not isinstance: this runs for each part of each claim that is stored.
    kind = type(value)
    if kind is dict:
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if kind is list else value


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical text for {value!r}")


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode
