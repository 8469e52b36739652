"""The published JSON Schemas (draft 2020-12), generated from the records; `schemas/json/` holds them as committed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schemas import RECORDS, Record
from schemas.examples import EXAMPLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[Record]) -> Mapping[str, Any]:
    """The JSON Schema of a record, with an example; amounts are numbers or decimal text, times ISO 8601.

    >>> json_schema(RECORDS[0])["title"]
    'Document'
    """
    made = model.model_json_schema(mode="validation")
    head = {"$schema": DIALECT, "$id": f"urn:figures-ledger:schema:{model.__name__}"}
    return {**head, **made, "examples": [EXAMPLES[model].model_dump(mode="json")]}


def schema_files() -> Mapping[str, str]:
    """File name → contents of the JSON Schema of every published record."""
    return {
        f"{model.__name__}.json": json.dumps(json_schema(model), indent=2, ensure_ascii=False) + "\n"
        for model in RECORDS
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write every JSON Schema into `folder`, made where it is missing; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, contents in schema_files().items():
        path = folder / name
        path.write_text(contents, encoding="utf-8", newline="\n")
        written.append(path)
    return written
