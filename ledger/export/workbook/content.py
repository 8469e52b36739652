"""A sheet before it is written: its layout, its rows in blocks, and what is live in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from openpyxl.styles import Font

from ledger.export.display import labelled
from ledger.export.workbook.cells import CellValue, formula_text
from ledger.export.workbook.layout import FIRST_ROW, SheetColumn, SheetLayout

BLOCK_ROWS = 500
"""Rows that are turned into XML at a time."""


@dataclass
class WorkbookSheet:
    """A sheet before it is written: its layout, its rows (columns named by key) and a total row."""

    layout: SheetLayout
    frame: pl.DataFrame
    """The values; for a live column the last value."""
    formulas: Mapping[str, pl.Expr] = field(default_factory=dict)
    """SheetColumn → an expression over `frame` and `row` that gives each row's formula, without its equals sign.

    It replaces the formula of the layout; where it is null the plain value stands.
    """
    add_columns: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    """Adds columns block by block."""
    total: Mapping[str, CellValue] = field(default_factory=dict)
    """The row below the table."""
    looks: Sequence[tuple[str, Font]] = ()
    """Formulas that tell, of the first row, which rows have another font."""

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The rows, `BLOCK_ROWS` at a time, with `row`, their row on the sheet."""
        for block in self.frame.with_row_index("row", offset=FIRST_ROW).iter_slices(BLOCK_ROWS):
            yield self.complete(block)

    def complete(self, block: pl.DataFrame) -> pl.DataFrame:
        """`block` with every column, labels in the place of codes."""
        full = block if self.add_columns is None else self.add_columns(block)
        coded = [column for column in self.layout.columns if column.codes and column.key in full.columns]
        return full.with_columns([labelled(full[column.key], str(column.codes)) for column in coded])

    @property
    def filled_rows(self) -> int:
        """The number of rows that show something; a name that nothing counts for leaves its row empty."""
        return self.frame["name"].count() if "name" in self.frame.columns else self.frame.height

    @property
    def last_row(self) -> int:
        """Last row of the table; a table has at least one."""
        return FIRST_ROW + max(self.frame.height, 1) - 1


def formula_of(sheet: WorkbookSheet, column: SheetColumn) -> pl.Expr | None:
    """The text of a live column's formula for each row, or None for a plain column."""
    own = sheet.formulas.get(column.key)
    if own is None and column.formula:
        return formula_text(column.formula, sheet.layout)
    return own


def cell_values(sheet: WorkbookSheet) -> Iterator[tuple[Any, ...]]:
    """The cells of a sheet's table as values, formulas as text, as a plain writer takes them."""
    for block in sheet.blocks():
        yield from block.select(
            [_cell_value(sheet, column, block.schema) for column in sheet.layout.columns]
        ).iter_rows()


def _cell_value(sheet: WorkbookSheet, column: SheetColumn, schema: pl.Schema) -> pl.Expr:
    formula = formula_of(sheet, column)
    if formula is not None:
        return (pl.lit("=") + formula).alias(column.key)
    if column.key not in schema:
        return pl.lit(None, pl.String).alias(column.key)
    value = pl.col(column.key)
    return value.dt.replace_time_zone(None) if isinstance(schema[column.key], pl.Datetime) else value
