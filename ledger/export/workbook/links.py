"""Links inside the workbook and to articles, as formulas."""

import polars as pl
from openpyxl.utils import get_column_letter

from ledger.export.workbook.cells import sheet_address
from ledger.export.workbook.layout import SheetLayout

SELECTED_COLUMNS = 8
"""Columns, from the left, that a link to rows selects."""


def link_formula(address: pl.Expr, text: pl.Expr) -> pl.Expr:
    """A link with `text` to an address in the workbook."""
    return pl.concat_str([pl.lit('HYPERLINK("'), address, pl.lit('","'), text, pl.lit('")')])


def rows_link(sheet: SheetLayout, first: str, last: str, text: pl.Expr) -> pl.Expr:
    """A link to the rows `first` to `last` (columns of row numbers) of a sheet; null where there are none."""
    letter = get_column_letter(min(len(sheet.columns), SELECTED_COLUMNS))
    address = pl.concat_str(
        [
            pl.lit(sheet_address(sheet.name, "A")),
            pl.col(first).cast(pl.String),
            pl.lit(f":{letter}"),
            pl.col(last).cast(pl.String),
        ]
    )
    return pl.when(pl.col(first).is_not_null()).then(link_formula(address, text))


def web_link(sheet: SheetLayout, column: str, url: str, text: str) -> pl.Expr:
    """A link to the address in the same row's `column`, where `url` has one: no address is written into a formula."""
    cell = pl.concat_str([pl.lit(f"${get_column_letter(sheet.index(column))}"), pl.col("row").cast(pl.String)])
    formula = pl.concat_str([pl.lit("HYPERLINK("), cell, pl.lit(f',"{text}")')])
    return pl.when(pl.col(url).is_not_null()).then(formula)


def count_text(noun: str) -> pl.Expr:
    """How many rows a link leads to (first_row to last_row): "1 claim", "3 claims"."""
    count = pl.col("last_row") - pl.col("first_row") + 1
    ending = pl.when(count == 1).then(pl.lit(f" {noun}")).otherwise(pl.lit(f" {noun}s"))
    return pl.concat_str([count.cast(pl.String), ending])
