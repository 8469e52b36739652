"""Tables as CSV, Parquet, JSON Lines and a Frictionless data package."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ledger.export.frames import MODELS, Frames
from ledger.export.safe import csv_column
from ledger.rows import claim_rows, json_text
from schemas import Record

PRIMARY = {
    "documents": "document_id",
    "claims": "claim_id",
    "commitments": "commitment_id",
    "memberships": "claim_id",
    "decisions": "decision_id",
    "runs": "run_id",
}
FOREIGN = {
    "claims": {"document_id": ("documents", "document_id")},
    "memberships": {"claim_id": ("claims", "claim_id"), "commitment_id": ("commitments", "commitment_id")},
}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def ledger_rows(book: Frames) -> pl.DataFrame:
    """One row a claim as `ledger claims` lists them, with the same columns in the same order."""
    rows = claim_rows(book.frame("claims").lazy(), book.documents.lazy(), book.frame("memberships").lazy())
    return rows.collect()


def flat(frame: pl.DataFrame) -> pl.DataFrame:
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


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` as UTF-8 CSV (RFC 4180): nested columns flat, text quoted and never run by a spreadsheet, decimals without padding."""
    path.write_bytes(_csv_bytes(frame))


def _csv_bytes(frame: pl.DataFrame) -> bytes:
    shown = flat(frame)
    texts = [csv_column(pl.col(name)).alias(name) for name, kind in shown.schema.items() if kind == pl.String()]
    buffer = io.BytesIO()
    shown.with_columns(texts).write_csv(buffer, quote_style="non_numeric", line_terminator="\r\n")
    return buffer.getvalue()


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` as Parquet with its nested columns."""
    frame.write_parquet(path, compression="zstd", statistics=True)


def write_jsonl(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` as JSON Lines: amounts as numbers, days as ISO 8601."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json_text(row) + "\n" for row in frame.iter_rows(named=True))


# ------------------------------------------------------------------------------------------------------------------------------ data package


def write_package(book: Frames, folder: Path) -> list[Path]:
    """Write a Frictionless data package: a CSV for each table and datapackage.json, its table schemas generated from the records."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in MODELS:
        made.append(folder / f"{name}.csv")
        write_csv(book.frame(name), made[-1])
    made.append(folder / "datapackage.json")
    made[-1].write_text(json.dumps(descriptor(book), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return made


def descriptor(book: Frames) -> dict[str, Any]:
    """The datapackage.json of a ledger (Data Package 2.0)."""
    described: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "figures-ledger",
        "title": book.info.get("title", "Investment and commitment figures"),
        "description": book.info.get("filters", "Every claim and commitment of the ledger."),
        "version": book.info.get("version", "0"),
    }
    if "as_of" in book.info:
        described["created"] = book.info["as_of"]
    return {**described, "resources": [_resource(name, model) for name, model in MODELS.items()]}


def _resource(name: str, model: type[Record]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": list(_fields(name, model)), "missingValues": [""]}
    if name in PRIMARY:
        schema["primaryKey"] = [PRIMARY[name]]
    if name in FOREIGN:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": table, "fields": [other]}}
            for column, (table, other) in FOREIGN[name].items()
        ]
    return {
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
        "description": (model.__doc__ or "").splitlines()[0],
        "schema": schema,
    }


def _fields(table: str, model: type[Record]) -> Iterator[dict[str, Any]]:
    schema = model.model_json_schema(mode="serialization")
    for name, info in model.model_fields.items():
        field: dict[str, Any] = {
            "name": name,
            "type": field_type(Frames().frame(table).schema[name]),
            "description": info.description or "",
        }
        constraints: dict[str, Any] = {}
        if info.is_required() and not _nullable(schema["properties"][name]):
            constraints["required"] = field["type"] != "string"
        codes = _codes(schema, schema["properties"][name])
        if codes:
            constraints["enum"] = codes
        yield {**field, "constraints": constraints} if constraints else field


def _nullable(given: Mapping[str, Any]) -> bool:
    return any(option.get("type") == "null" for option in given.get("anyOf", ()))


def _codes(schema: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """The codes of a field whose value is one of an enum."""
    for option in (given, *given.get("anyOf", ())):
        if "$ref" in option:
            found = schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
            return list(found.get("enum", ()))
    return []


def field_type(kind: pl.DataType) -> str:
    """The Table Schema type of a column as CSV has it."""
    if kind == pl.Date():
        return "date"
    if isinstance(kind, pl.Datetime):
        return "datetime"
    if kind == pl.Boolean():
        return "boolean"
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else "string"
