"""The layout of the workbook, read from its lexicon: cell formats, sheets and columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import schemas
from ledger.export.lexicon import export_words

ANALYST = "analyst"
PUBLICATION = "publication"
PROFILES = (ANALYST, PUBLICATION)
HEADER_ROW = 4
"""Row of the column headers on every sheet: title, note, and a line with a link and the units stand above."""
UNITS_ROW = HEADER_ROW - 1
FIRST_ROW = HEADER_ROW + 1


@dataclass(frozen=True)
class CellFormat:
    """The number format and look of a cell."""

    name: str
    number: str
    width: float
    wrap: bool = False
    right: bool = False
    link: bool = False
    input: bool = False
    unit: str | None = None
    """What amounts are in, a key of [units]; None for what is no amount."""
    whole: str | None = None
    """The format of whole numbers, where these have another one."""


@dataclass(frozen=True)
class SheetColumn:
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
    helper: bool = False
    """Whether formulas alone read it: it stands at the end, and is not printed with what comes after it."""
    codes: str | None = None
    """The vocabulary of its codes, whose labels are shown."""


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: its name, its table's name and its columns in order."""

    key: str
    name: str
    title: str
    note: str
    table: str
    columns: tuple[SheetColumn, ...]
    frozen: int = 1
    """Columns from the left that stay in sight."""

    def index(self, key: str) -> int:
        """Index of the column `key`, from 1; raises KeyError."""
        for index, column in enumerate(self.columns, 1):
            if column.key == key:
                return index
        raise KeyError(f"{self.name} has no column {key}")


@cache
def cell_formats() -> Mapping[str, CellFormat]:
    """Format name → format."""
    formats = export_words()["formats"]
    return {name: CellFormat(name=name, **given) for name, given in formats.items() if name != "says"}


def sheet_layout(key: str, profile: str, extra: Sequence[SheetColumn] = ()) -> SheetLayout:
    """The sheet `key` for a profile, with `extra` columns at its end; the publication profile has no formulas."""
    given = export_words()["sheets"][key]
    columns = tuple(column for column in (*_columns(given), *extra) if column.profile in (None, profile))
    words = {**given, **given.get("published", {})} if profile == PUBLICATION else given
    if profile == PUBLICATION:
        columns = tuple(replace(column, formula=None) for column in columns)
    table, frozen = given.get("table", key), given.get("frozen", 1)
    return SheetLayout(key, given["name"], words["title"], words.get("note", ""), table, columns, frozen)


MONEY = ("money", "shown")
"""Units of amounts in the currency shown."""


def unit_words(column: SheetColumn, currency: str, end: str | None = None) -> str | None:
    """What the amounts of a column are in; None where it holds none.

    `currency` is that of the sheet, and `end` the end of the interval, where that is to be said.
    """
    unit = cell_formats()[column.format].unit
    if unit is None:
        return None
    said: str = export_words()["units"][MONEY[0] if unit in MONEY and end is None else unit]
    return said.format(currency=currency, end=end)


def _columns(given: Mapping[str, Any]) -> tuple[SheetColumn, ...]:
    source = export_words()["sheets"][given["like"]] if "like" in given else given
    described = _descriptions(given.get("record"))
    labels, about = given.get("labels", {}), given.get("about", {})
    return tuple(
        SheetColumn(
            **{
                **entry,
                "label": labels.get(entry["key"], entry["label"]),
                "about": about.get(entry["key"], entry.get("about") or described.get(entry["key"], "")),
            }
        )
        for entry in _entries(source)
    )


def _entries(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The columns of a sheet as the lexicon has them; `use` stands for columns that several sheets have."""
    for entry in given.get("columns", ()):
        if "use" in entry:
            yield from export_words()[entry["use"]]["columns"]
        else:
            yield entry


def _descriptions(record: str | None) -> Mapping[str, str]:
    if record is None:
        return {}
    return {name: field.description or "" for name, field in getattr(schemas, record).model_fields.items()}
