"""What a person may choose from: the Switches, Code lists and Choices sheets, their names and drop-down lists."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import polars as pl
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.export.display import display
from ledger.export.lexicon import export_words
from ledger.export.workbook.commitment_rows import rows_at
from ledger.export.workbook.layout import FIRST_ROW, sheet_layout
from ledger.export.workbook.prepare import WorkbookContext
from ledger.export.workbook.sheet import SheetWriter, WorkbookSheet, choice_name
from ledger.lexicons.currencies import rough_rates
from ledger.lexicons.labels import heading
from schemas import Bound, ExclusionReason, FieldCode, Measure, Stage

CODE_LISTS = {
    "bound": Bound,
    "exclusion_reason": ExclusionReason,
    "field": FieldCode,
    "measure": Measure,
    "stage": Stage,
}
LONGEST_LIST = 253
"""Characters of a drop-down list; of a longer one the beginning is offered, and the rest may be typed."""
MOST_NAMES, MOST_COMMITMENTS = 5_000, 1_000
"""Names and commitments that a drop-down list offers at most."""
ID_LENGTH = 12
"""Characters of an id that a list shows."""
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
    """Name the cells of the switches and of the choices, which formulas and drop-down lists refer to."""
    switches = quote_sheetname(export_words()["sheets"]["switches"]["name"])
    for row, (switch, _, _) in enumerate(_switches(context), FIRST_ROW):
        for name, column in ((switch["choice"], "B"), (switch["number"], "C")):
            out.defined_names[name] = DefinedName(name, attr_text=f"{switches}!${column}${row}")
    sheet, layout = choices_sheet(context), sheet_layout("choices", context.profile)
    name = quote_sheetname(layout.name)
    for choices in sheet.frame.columns:
        column = get_column_letter(layout.index(choices))
        last = FIRST_ROW + max(sheet.frame[choices].count(), 1) - 1
        cells = f"{name}!${column}${FIRST_ROW}:${column}${last}"
        out.defined_names[choice_name(choices)] = DefinedName(choice_name(choices), attr_text=cells)


# Review ---------------------------------------------------------------------------------------------------------------


def choices_sheet(context: WorkbookContext) -> WorkbookSheet:
    """The Choices sheet: what the drop-down lists of the review columns offer, a column for each list."""
    words, book = export_words(), context.book
    own = book.commitments["unit"].unique().sort().to_list()
    lists: dict[str, list[str]] = {
        "decision": list(words["codes"]["decision"]),
        "measure": [code.value.replace("_", " ").capitalize() for code in Measure],
        "stage": [code.value.capitalize() for code in Stage],
        "field": sorted(words["codes"]["field"].values()),
        "unit": list(dict.fromkeys([*own, *rough_rates()])),
        "period": list(words["review"]["periods"]),
        "name": _known_names(book.commitments),
        "commitment": _known_commitments(context),
    }
    longest = max(map(len, lists.values()))
    padded = {name: [*offered, *[None] * (longest - len(offered))] for name, offered in lists.items()}
    frame = pl.DataFrame(padded, schema=dict.fromkeys(lists, pl.String))
    return WorkbookSheet(sheet_layout("choices", context.profile), frame)


def _known_names(commitments: pl.DataFrame) -> list[str]:
    """The names that commitments have most often, from A."""
    named = pl.concat([commitments[role].explode(empty_as_null=False) for role in ("actor", "recipient")]).drop_nulls()
    often = named.alias("name").value_counts().sort("count", "name", descending=[True, False])
    return sorted(often["name"].head(MOST_NAMES).to_list(), key=str.casefold)


def _known_commitments(context: WorkbookContext) -> list[str]:
    """The largest commitments, each with the beginning of its id, its amount and its parties."""
    first = context.rows.commitments.head(MOST_COMMITMENTS)
    rows = rows_at(context.book.commitments, first["commitment_index"])
    told = rows.select("commitment_id", display(rows).alias("amount"), "actor", "recipient")
    return [
        f"{commitment[:ID_LENGTH]} {amount}, {', '.join(actor) or '…'} → {', '.join(recipient) or '…'}"
        for commitment, amount, actor, recipient in told.iter_rows()
    ]
