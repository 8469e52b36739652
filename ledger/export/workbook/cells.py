"""Cells as XML: values, live formulas with their last values, and the addresses of links."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname

from ledger.export.safe import clean_column, xml_text
from ledger.export.workbook.layout import SheetLayout

KEY = re.compile(r"\{(\w+)\}")
"""A column's key in a formula of the lexicon."""


EXCEL_EPOCH = 25_569
"""1970-01-01 as the number of a day."""


@dataclass(frozen=True)
class LiveFormula:
    """A formula, without its equals sign, and its last known value."""

    text: str
    value: str | float


def sheet_address(sheet: str, first: str, last: str | None = None) -> str:
    """The address part of an internal link, as it stands between a formula's quotation marks."""
    return f"#{quote_sheetname(sheet)}!{first}" + (f":{last}" if last else "")


def formula_text(formula: str, layout: SheetLayout) -> pl.Expr:
    """The text of `formula` for each row: {key} becomes the cell of that column in the row `row`."""
    parts: list[pl.Expr] = []
    end = 0
    for found in KEY.finditer(formula):
        letter = get_column_letter(layout.index(found[1]))
        parts += [pl.lit(f"{formula[end : found.start()]}${letter}"), pl.col("row").cast(pl.String)]
        end = found.end()
    return pl.concat_str([*parts, pl.lit(formula[end:])])


def value_text(dtype: pl.DataType, value: pl.Expr) -> pl.Expr:
    """A value's text inside `<v>`: decimals keep every digit, days are counted from 1899-12-30.

    Texts lose illegal characters; they are neither cut nor escaped yet.
    """
    if isinstance(dtype, pl.Decimal):
        text = value.cast(pl.String)
        return (
            pl.when(text.str.contains(".", literal=True))
            .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
            .otherwise(text)
        )
    if dtype == pl.Date:
        return (value.cast(pl.Int32) + EXCEL_EPOCH).cast(pl.String)
    if isinstance(dtype, pl.Datetime):
        return (value.dt.replace_time_zone(None).dt.epoch("s") / 86_400 + EXCEL_EPOCH).cast(pl.String)
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))
    return value.cast(pl.String) if dtype.is_numeric() else clean_column(value.cast(pl.String))


def is_text(dtype: pl.DataType) -> bool:
    """Whether cells of this type hold text; truth values are written yes and no."""
    return not (dtype.is_numeric() or dtype.is_temporal())


def cell_xml(dtype: pl.DataType, text: pl.Expr, formula: pl.Expr | None, blank: str | None = None) -> pl.Expr:
    """The rest of each row's cell, after the number of its style; `text` is escaped.

    A null formula leaves the plain value; a null value leaves `blank`, or an empty cell that keeps its style.
    """
    in_string = ('" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
    before, after = in_string if is_text(dtype) else ('"><v>', "</v></c>")
    empty = '"/>' if blank is None else f'" t="inlineStr"><is><t>{blank}</t></is></c>'
    filled = pl.concat_str([pl.lit(before), text, pl.lit(after)])
    plain = pl.when(text.is_null() | (text == "")).then(pl.lit(empty)).otherwise(filled)
    if formula is None:
        return plain
    cached = pl.concat_str([pl.lit("</f><v>"), text, pl.lit("</v></c>")]).fill_null("</f></c>")
    live = pl.concat_str([pl.lit(f'" t="{"str" if is_text(dtype) else "n"}"><f>'), formula, cached])
    return pl.when(formula.is_null()).then(plain).otherwise(live)


CellValue = str | float | LiveFormula | None
"""What a single cell holds."""


def single_cell(address: str, style: int, value: CellValue) -> str:
    """One cell as XML."""
    head = f'<c r="{address}" s="{style}"'
    if isinstance(value, LiveFormula):
        kind = "str" if isinstance(value.value, str) else "n"
        return f'{head} t="{kind}"><f>{escape(value.text)}</f><v>{xml_text(str(value.value))}</v></c>'
    if value is None or value == "":
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{xml_text(value)}</t></is></c>'
    return f"{head}><v>{value!r}</v></c>"
