"""What a person may choose from: the Switches and Code lists sheets, their defined names and drop-down lists."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import polars as pl
from openpyxl import Workbook
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import FIRST_ROW, sheet_layout
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.sheet import SheetWriter, WorkbookSheet
from ledger.lexicons.labels import heading
from schemas import Bound, ExclusionReason, FieldCode, Measure, Stage

CODE_LISTS = {
    "bound": Bound,
    "exclusion_reason": ExclusionReason,
    "field": FieldCode,
    "measure": Measure,
    "stage": Stage,
}
CODE_COLUMN = "B"
"""SheetColumn of the codes on the Code lists sheet."""
LISTED_NAMES = {"DecisionCodes": "decision", "StageCodes": "stage", "FieldCodes": "field"}
"""Defined name → the code list that it holds."""
LONGEST_LIST = 253
"""Characters of a drop-down list; of a longer one the beginning is offered, and the rest may be typed."""
SWITCH_SCHEMA = {
    "label": pl.String,
    "choice": pl.String,
    "number": pl.Int64,
    "choices": pl.String,
    "meaning": pl.String,
    "formula": pl.String,
}


def switches_sheet(context: WorkbookContext) -> WorkbookSheet:
    """The Switches sheet; `number` is the index of a choice, which other formulas read."""
    rows = []
    for switch, choices, setting in _switches(context):
        listed = ",".join(f'"{choice}"' for choice in choices)
        base = int(switch["base"])
        formula = f"MATCH({switch['choice']},{{{listed}}},0)" + ("-1" if base == 0 else "")
        number = choices.index(setting) + base
        rows.append((switch["label"], setting, number, ", ".join(choices), switch["meaning"], formula))
    frame = pl.DataFrame(rows, schema=SWITCH_SCHEMA, orient="row")
    return WorkbookSheet(sheet_layout("switches", context.profile), frame, {"number": pl.col("formula")})


def offer_choices(writer: SheetWriter, context: WorkbookContext) -> None:
    """Give each switch a drop-down list of its choices."""
    for row, (_, choices, _) in enumerate(_switches(context), FIRST_ROW):
        offered = ",".join(choices)
        fits = len(offered) <= LONGEST_LIST
        offered = offered if fits else offered[: offered.rindex(",", 0, LONGEST_LIST)]
        rule = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=False, showErrorMessage=fits)
        rule.add(f"B{row}")
        writer.out.data_validations.append(rule)


def _switches(context: WorkbookContext) -> list[tuple[Mapping[str, str], Sequence[str], str]]:
    """Each switch of the lexicon with its choices and its first setting."""
    settings = asdict(context.rows.switches)
    return [
        (switch, switch["choices"] or context.rows.currencies, settings[switch["key"]])
        for switch in export_words()["switches"]
    ]


def codes_sheet(context: WorkbookContext) -> WorkbookSheet:
    """The Code lists sheet."""
    schema = {"list": pl.String, "code": pl.String, "meaning": pl.String}
    frame = pl.DataFrame(_code_rows(), schema=schema, orient="row")
    labels = [heading(name, code) for name, code in frame.select("list", "code").iter_rows()]
    frame = frame.with_columns(pl.Series("label", labels, dtype=pl.String))
    return WorkbookSheet(sheet_layout("codes", context.profile), frame)


def _code_rows() -> list[tuple[str, str, str]]:
    rows = []
    for name, codes in CODE_LISTS.items():
        meanings = export_words()["codes"].get(name, {})
        rows += [(name, code.value, meanings.get(code.value, code.value.replace("_", " "))) for code in codes]
    return rows + [("decision", code, meaning) for code, meaning in export_words()["codes"]["decision"].items()]


def define_names(out: Workbook, context: WorkbookContext) -> None:
    """Name the cells of the switches and of the code lists, which formulas and drop-down lists refer to."""
    switches = quote_sheetname(export_words()["sheets"]["switches"]["name"])
    for row, (switch, _, _) in enumerate(_switches(context), FIRST_ROW):
        for name, column in ((switch["choice"], "B"), (switch["number"], "C")):
            out.defined_names[name] = DefinedName(name, attr_text=f"{switches}!${column}${row}")
    codes = quote_sheetname(export_words()["sheets"]["codes"]["name"])
    for name, listed in LISTED_NAMES.items():
        rows = [row for row, (code_list, _, _) in enumerate(_code_rows(), FIRST_ROW) if code_list == listed]
        cells = f"{codes}!${CODE_COLUMN}${rows[0]}:${CODE_COLUMN}${rows[-1]}"
        out.defined_names[name] = DefinedName(name, attr_text=cells)
