"""A Frictionless data package: a CSV for each table and a description generated from the records."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl

from ledger.atomic import make_folder, replacing
from ledger.export.frames import MODELS, Frames
from ledger.export.lexicon import export_words
from ledger.export.tables import write_csv
from schemas import Record

PRIMARY_KEYS = {
    "documents": "document_id",
    "claims": "claim_id",
    "commitments": "commitment_id",
    "memberships": "claim_id",
    "decisions": "decision_id",
    "runs": "run_id",
}
FOREIGN_KEYS = {
    "claims": {"document_id": ("documents", "document_id")},
    "memberships": {"claim_id": ("claims", "claim_id"), "commitment_id": ("commitments", "commitment_id")},
}
PACKAGE_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def write_package(book: Frames, folder: Path) -> list[Path]:
    """Write a Frictionless data package into `folder`: a CSV for each table and a datapackage.json.

    Files take their places when all of them are complete, datapackage.json last.
    """
    description = folder / "datapackage.json"
    text = json.dumps(descriptor(book), ensure_ascii=False, indent=2) + "\n"
    tables = {folder / f"{name}.csv": book.frame(name) for name in MODELS}
    make_folder(folder)
    with ExitStack() as files:  # ends in reverse order
        files.enter_context(replacing(description)).write_text(text, encoding="utf-8")
        for path, frame in tables.items():
            write_csv(frame, files.enter_context(replacing(path)))
    return [*tables, description]


def descriptor(book: Frames) -> dict[str, Any]:
    """The datapackage.json of a ledger (Data Package 2.0)."""
    filters, limits = book.info.get("filters", "none"), export_words()["limits"]
    scope = "Every claim and commitment of the ledger." if filters == "none" else f"Filtered by {filters}."
    described: dict[str, Any] = {
        "$schema": PACKAGE_PROFILE,
        "name": "figures-ledger",
        "title": book.info.get("title", "Investment and commitment figures"),
        "description": "\n".join([scope, "", f"{limits['topic']}:", "", *(f"- {item}" for item in limits["items"])]),
        "version": book.info.get("version", "0"),
    }
    if "as_of" in book.info:
        described["created"] = book.info["as_of"]
    return {**described, "resources": [_resource(name, model) for name, model in MODELS.items()]}


def _resource(name: str, model: type[Record]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": list(_fields(name, model)), "missingValues": [""]}
    if name in PRIMARY_KEYS:
        schema["primaryKey"] = [PRIMARY_KEYS[name]]
    if name in FOREIGN_KEYS:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": table, "fields": [other]}}
            for column, (table, other) in FOREIGN_KEYS[name].items()
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
