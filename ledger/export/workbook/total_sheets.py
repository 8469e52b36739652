"""The totals sheets: by actor, field, recipient and group, actors by fields, years and months by stage."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
from openpyxl.styles import Font

from ledger.export.lexicon import export_words
from ledger.export.workbook.cells import CellValue, LiveFormula
from ledger.export.workbook.layout import ANALYST, FIRST_ROW, SheetColumn, sheet_layout
from ledger.export.workbook.links import count_text, rows_link
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.shares import GROUP
from ledger.export.workbook.sheet import WorkbookSheet
from ledger.export.workbook.totals import STAGES, counting
from ledger.lexicons.labels import heading

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
    groups = [] if context.groups is None else [_totals_by(context, GROUP), _group_members(context)]
    return [
        _totals_by(context, "actor"),
        *groups,
        _totals_by(context, "field"),
        _actor_by_field(context),
        _totals_by(context, "recipient"),
        _totals_by_year(context),
        _timeline(context),
    ]


def grand_totals(context: WorkbookContext) -> Mapping[str, float]:
    """low, stated, high, open and shown of all commitments together."""
    commitments = context.rows.commitments
    return {name: float(commitments[name].sum() or 0) for name in ("low", "stated", "high", "open", "shown")}


def _totals_by(context: WorkbookContext, dimension: str) -> WorkbookSheet:
    totals = context.rows.totals[dimension].with_columns(count_text("row").alias("link"))
    frame = counting(totals, live=context.live)
    layout = sheet_layout(f"by_{dimension}", context.profile)
    if not context.live:
        shared = export_words()["sheets"][layout.key]["published"].get(context.rows.switches.allocation, layout.note)
        return WorkbookSheet(replace(layout, note=shared), frame, total=_total_row(context))
    link = rows_link(sheet_layout("shares", ANALYST), "first_row", "last_row", pl.col("link"))
    return WorkbookSheet(layout, frame, {"link": link}, total=_total_row(context))


def _total_row(context: WorkbookContext) -> dict[str, CellValue]:
    values = {**grand_totals(context), "commitments": int(context.rows.commitments["counts"].sum())}
    total: dict[str, CellValue] = {"name": "Total"}
    for name, column in SUMMED.items():
        formula = f"SUM(Commitments[{column}])"
        value: float | str = values[name]
        if name == "high":
            formula = f'IF(SUM(Commitments[Open end])>0,"",{formula})'
            value = ("" if context.live else export_words()["book"]["inapplicable"]) if values["open"] else value
        total[name] = LiveFormula(formula, value) if context.live else value
    return total


def _group_members(context: WorkbookContext) -> WorkbookSheet:
    rows = [] if context.groups is None else context.groups.rows()
    schema = dict.fromkeys(("group", "member", "actor", "others"), pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return WorkbookSheet(sheet_layout("group_members", context.profile), frame)


def _actor_by_field(context: WorkbookContext) -> WorkbookSheet:
    formula, matrix = export_words()["sheets"]["matrix"]["field_formula"], context.rows.matrix
    counts = context.rows.totals["actor"].select("key", "commitments")
    frame = counting(matrix.join(counts, on="key", how="left", maintain_order="left"), live=context.live)
    of_fields = context.rows.totals["field"]
    fields = of_fields if context.live else of_fields.filter(pl.col("commitments") > 0)
    extra = [
        SheetColumn(
            code,
            label,
            "sparse" if context.live else "shown",
            f"The actor's share for {label}.",
            formula.format(code=code) if context.live else None,
        )
        for code, label in fields.select("code", "name").iter_rows()
    ]
    key = SheetColumn("key", "Key", "code", "Key of the actor in the Shares table.", profile=ANALYST, helper=True)
    return WorkbookSheet(sheet_layout("matrix", context.profile, [*extra, key]), frame)


def _totals_by_year(context: WorkbookContext) -> WorkbookSheet:
    layout = sheet_layout("by_year", context.profile)
    frame = counting(context.rows.by_year, live=context.live)
    total: dict[str, CellValue] = {"name": "Total"}
    for column in layout.columns[1:8]:
        value = float(frame[column.key].sum() or 0)
        total[column.key] = LiveFormula(f"SUM(ByYear[{column.label}])", value) if context.live else value
    return WorkbookSheet(layout, frame, total=total)


def _timeline(context: WorkbookContext) -> WorkbookSheet:
    formula = export_words()["sheets"]["timeline"]["stage_formula"]
    layout = sheet_layout("timeline", context.profile)
    stages = {stage: formula.format(stage=heading("stage", stage)) for stage in STAGES} if context.live else {}
    columns = tuple(replace(column, formula=stages.get(column.key, column.formula)) for column in layout.columns)
    frame, total = counting(context.rows.timeline, live=context.live), dict[str, CellValue](name="Total")
    whole = export_words()["sheets"]["timeline"]["whole_quarter"]
    for column in columns[2:9]:
        value = float(frame.filter(pl.col("month") == whole)[column.key].sum() or 0)
        summed = f'SUMIFS(Timeline[{column.label}],Timeline[Month],"{whole}")'
        total[column.key] = LiveFormula(summed, value) if context.live else value
    looks = [(f'$B{FIRST_ROW}="{whole}"', Font(bold=True))]
    return WorkbookSheet(replace(layout, columns=columns), frame, total=total, looks=looks)
