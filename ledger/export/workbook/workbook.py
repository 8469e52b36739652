"""The workbook: its sheets in order, written to a file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook

from ledger.export.frames import Frames
from ledger.export.groups import GroupsOfActors
from ledger.export.lexicon import export_words
from ledger.export.workbook.archive import discard, save_workbook
from ledger.export.workbook.charts import add_charts
from ledger.export.workbook.checks import checks_sheet
from ledger.export.workbook.choices import (
    choices_sheet,
    codes_sheet,
    define_names,
    offer_choices,
    switches_sheet,
)
from ledger.export.workbook.contents import contents_sheet, cover_sheet, dictionary_sheet, notes_sheet
from ledger.export.workbook.layout import MONEY, cell_formats, sheet_layout, unit_words
from ledger.export.workbook.prepare import WorkbookContext, prepare
from ledger.export.workbook.row_sheets import row_sheets
from ledger.export.workbook.sheet import SheetWriter, WorkbookSheet, write_heading
from ledger.export.workbook.switches import Switches
from ledger.export.workbook.total_sheets import total_sheets
from ledger.export.workbook.totals import LedgerTotals


def write_workbook(
    book: Frames,
    path: Path,
    profile: str,
    switches: Switches,
    totals: LedgerTotals | None,
    progress: Callable[[int], None],
    groups: GroupsOfActors | None = None,
) -> None:
    """Write one workbook; `progress` is called with the number of rows of each sheet."""
    context = WorkbookContext(book, prepare(book, switches, groups), profile, totals, groups)
    out = Workbook(write_only=True)
    try:
        _write_sheets(out, context, progress)
        if context.live:
            define_names(out, context)
        out.properties.title = book.info.get("title", export_words()["book"]["title"])
        out.properties.creator = "ledger"
        save_workbook(out, path)
    except BaseException:
        discard(out)
        raise


def _write_sheets(out: Workbook, context: WorkbookContext, progress: Callable[[int], None]) -> None:
    for sheet in all_sheets(context):
        writer = SheetWriter(out, sheet, context.profile, context.rows.switches)
        if sheet.layout.key == "switches":
            offer_choices(writer, context)
        writer.write()
        progress(sheet.frame.height)
        if sheet.layout.key == "by_year" and context.live:
            captions = add_charts(out, context.rows)
            write_heading(out, sheet_layout("charts", context.profile), context.rows.switches, captions)


def all_sheets(context: WorkbookContext) -> list[WorkbookSheet]:
    """The sheets of a workbook in order, without those that have no table (charts)."""
    sheets = [switches_sheet(context)] if context.live else []
    sheets += [*total_sheets(context), *row_sheets(context), codes_sheet(context), notes_sheet(context)]
    if context.live:
        sheets.append(choices_sheet(context))
    checks = checks_sheet(context)
    sheets = [cover_sheet(context, checks.frame), *sheets]
    if not context.live:
        sheets, checks = [published(sheet, context) for sheet in sheets], published(checks, context)
    sheets += [dictionary_sheet(context, [*sheets, checks]), checks]
    return [sheets[0], contents_sheet(context, sheets), *sheets[1:]]


def published(sheet: WorkbookSheet, context: WorkbookContext) -> WorkbookSheet:
    """A sheet whose headers name the currency and the magnitude of their amounts, and whose note what it holds."""
    currency, units = context.rows.switches.currency, export_words()["units"]
    said = [unit_words(column, currency) for column in sheet.layout.columns]
    columns = tuple(
        column if unit is None else replace(column, label=f"{column.label} ({unit})")
        for column, unit in zip(sheet.layout.columns, said, strict=True)
    )
    has_money = any(cell_formats()[column.format].unit in MONEY for column in columns)
    template = units["published" if has_money else "published_without_money"]
    note = template.format(currency=currency, note=sheet.layout.note).strip()
    return replace(sheet, layout=replace(sheet.layout, columns=columns, note=note))
