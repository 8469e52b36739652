"""The workbook's layout as its lexicon gives it: formats, sheets and columns, typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import schemas
from ledger.lexicons.load import toml

ANALYST = "analyst"
PUBLICATION = "publication"
PROFILES = (ANALYST, PUBLICATION)
HEADER_ROW = 4
"""Row of the column headers on every sheet: title, note and a line of links stand above."""
FIRST_ROW = HEADER_ROW + 1


@dataclass(frozen=True)
class Format:
    """How a cell looks and is typed."""

    name: str
    number: str
    width: float
    wrap: bool = False
    right: bool = False
    link: bool = False
    input: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a sheet; `formula` has {key} for the cell of that column in the same row."""

    key: str
    label: str
    format: str
    about: str
    formula: str | None = None
    width: float | None = None
    choices: str | None = None
    by_kind: bool = False
    profile: str | None = None


@dataclass(frozen=True)
class Layout:
    """One sheet: its name, its table's name and its columns in order."""

    key: str
    name: str
    title: str
    note: str
    table: str
    columns: tuple[Column, ...]

    def index(self, key: str) -> int:
        """Place of the column `key`, from 1; raises KeyError."""
        for place, column in enumerate(self.columns, 1):
            if column.key == key:
                return place
        raise KeyError(f"{self.name} has no column {key}")


@cache
def words() -> Mapping[str, Any]:
    """The export lexicon."""
    return toml("export")


@cache
def formats() -> Mapping[str, Format]:
    """Format name → format."""
    return {name: Format(name=name, **given) for name, given in words()["formats"].items()}


def layout(key: str, profile: str, extra: Sequence[Column] = ()) -> Layout:
    """The sheet `key` for a profile, with `extra` columns at its end; the publication profile has no formulas."""
    given = words()["sheets"][key]
    columns = (*_columns(given), *extra)
    if profile == PUBLICATION:
        columns = tuple(replace(column, formula=None) for column in columns if column.profile != ANALYST)
    return Layout(key, given["name"], given["title"], given.get("note", ""), given.get("table", key), columns)


def _columns(given: Mapping[str, Any]) -> tuple[Column, ...]:
    source = words()["sheets"][given["like"]] if "like" in given else given
    described = _descriptions(given.get("record"))
    labels, about = given.get("labels", {}), given.get("about", {})
    return tuple(
        Column(
            **{
                **entry,
                "label": labels.get(entry["key"], entry["label"]),
                "about": about.get(entry["key"], entry.get("about") or described.get(entry["key"], "")),
            }
        )
        for entry in source.get("columns", ())
    )


def _descriptions(record: str | None) -> Mapping[str, str]:
    if record is None:
        return {}
    return {name: field.description or "" for name, field in getattr(schemas, record).model_fields.items()}
