"""The totals sheets: by actor, field and recipient, actors by fields, and years by stage."""

from collections.abc import Mapping

import polars as pl

from ledger.export.lexicon import export_words
from ledger.export.workbook.cells import CellValue, LiveFormula
from ledger.export.workbook.layout import ANALYST, SheetColumn, sheet_layout
from ledger.export.workbook.links import count_text, rows_link
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.sheet import WorkbookSheet

SUMMED = {
    "low": "Low",
    "stated": "Stated",
    "high": "High",
    "open": "Open end",
    "shown": "Shown",
    "commitments": "Counts",
}
"""SheetColumn of a totals sheet → the column of Commitments that its total row sums."""


def total_sheets(context: WorkbookContext) -> list[WorkbookSheet]:
    """The totals sheets in order."""
    return [
        _totals_by(context, "actor"),
        _totals_by(context, "field"),
        _actor_by_field(context),
        _totals_by(context, "recipient"),
        _totals_by_year(context),
    ]


def grand_totals(context: WorkbookContext) -> Mapping[str, float]:
    """low, stated, high, open and shown of all commitments together."""
    commitments = context.rows.commitments
    return {name: float(commitments[name].sum() or 0) for name in ("low", "stated", "high", "open", "shown")}


def _totals_by(context: WorkbookContext, dimension: str) -> WorkbookSheet:
    frame = context.rows.totals[dimension].with_columns(count_text("row").alias("link"))
    formulas = {}
    if context.live:
        formulas["link"] = rows_link(sheet_layout("shares", ANALYST), "first_row", "last_row", pl.col("link"))
    layout = sheet_layout(f"by_{dimension}", context.profile)
    return WorkbookSheet(layout, frame, formulas, total=_total_row(context))


def _total_row(context: WorkbookContext) -> dict[str, CellValue]:
    values = {**grand_totals(context), "commitments": int(context.rows.commitments["counts"].sum())}
    total: dict[str, CellValue] = {"name": "Total"}
    for name, column in SUMMED.items():
        formula = f"SUM(Commitments[{column}])"
        value: float | str = values[name]
        if name == "high":
            formula = f'IF(SUM(Commitments[Open end])>0,"",{formula})'
            value = "" if values["open"] else value
        total[name] = LiveFormula(formula, value) if context.live else value
    return total


def _actor_by_field(context: WorkbookContext) -> WorkbookSheet:
    formula = export_words()["sheets"]["matrix"]["field_formula"]
    codes = [name for name in context.rows.matrix.columns if name not in ("name_rank", "name", "key", "total")]
    extra = [
        SheetColumn(
            code,
            code,
            "amount",
            f"The actor's share for {code}.",
            formula.format(code=code) if context.live else None,
            width=15.0,
        )
        for code in codes
    ]
    key = SheetColumn("key", "Key", "code", "Key of the actor in the Shares table.", profile=ANALYST)
    return WorkbookSheet(sheet_layout("matrix", context.profile, [*extra, key]), context.rows.matrix)


def _totals_by_year(context: WorkbookContext) -> WorkbookSheet:
    layout = sheet_layout("by_year", context.profile)
    total: dict[str, CellValue] = {"name": "Total"}
    for column in layout.columns[1:]:
        value = float(context.rows.by_year[column.key].sum() or 0)
        total[column.key] = LiveFormula(f"SUM(ByYear[{column.label}])", value) if context.live else value
    return WorkbookSheet(layout, context.rows.by_year, total=total)
