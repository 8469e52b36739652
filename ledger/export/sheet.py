"""One sheet of a workbook: a title, a note, a row of headers and a table of typed cells, live formulas with their last values among them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from ledger.export.archive import StreamedRows
from ledger.export.layout import ANALYST, FIRST_ROW, HEADER_ROW, PUBLICATION, Column, Format, Layout, formats, words
from ledger.export.safe import CELL_LIMIT, clean_column, cut_column, xml_column

SAMPLE = 500
"""Rows whose text sets the widths of columns."""
BLOCK = 500
"""Rows that are turned into XML at a time."""
KINDS = {"percent": "percent", "quantity": "number", "count": "number"}
"""Kind of a figure → format of its amounts; money keeps the column's own."""
PLACE = re.compile(r"\{(\w+)\}")
A4 = 9
PAGE_WIDTH = 220.0
"""Characters across a printed page."""
LINE_HEIGHT = 15
MAX_LINES = 6
CONTENTS = "Contents"
CHOICES = {"decision": "DecisionCodes", "stage": "StageCodes", "field": "FieldCodes"}
"""Kind of choice → defined name of the cells that list it."""


@dataclass(frozen=True)
class Live:
    """A formula, without its equals sign, and its last known value."""

    formula: str
    last: str | float


@dataclass
class Sheet:
    """A sheet under way: its layout, its rows (columns named by key) and what stands around them.

    `frame` holds the values, and for a live column its last value. `formulas` replaces a column's formula by an expression over `frame` and
    `row` that gives each row's own formula text, without its equals sign; where it is null the plain value stands. `detail` adds columns
    block by block. `total` is a line below the table.
    """

    layout: Layout
    frame: pl.DataFrame
    formulas: Mapping[str, pl.Expr] = field(default_factory=dict)
    detail: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    total: Mapping[str, "str | float | Live"] = field(default_factory=dict)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The rows, some thousand at a time, with `row`, their row on the sheet."""
        for block in self.frame.with_row_index("row", offset=FIRST_ROW).iter_slices(BLOCK):
            yield self.detailed(block)

    def detailed(self, block: pl.DataFrame) -> pl.DataFrame:
        """`block` with every column."""
        return block if self.detail is None else self.detail(block)

    @property
    def last_row(self) -> int:
        """Row of the table's last line; a table has at least one."""
        return FIRST_ROW + max(self.frame.height, 1) - 1


class Styles:
    """Style numbers of a workbook, made once for each look."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._made = sheet, dict[tuple[str, str], int]()

    def of(self, name: str, look: str = "cell") -> int:
        """Number of the style of format `name`; `look` is cell, header, title, note, link or total."""
        if (name, look) not in self._made:
            self._made[name, look] = _style(self._sheet, formats()[name], look)
        return self._made[name, look]


def _style(sheet: Any, form: Format, look: str) -> int:
    cell = WriteOnlyCell(sheet)
    book = words()["book"]
    cell.font = _font(form, look)
    if look in ("cell", "total"):
        cell.number_format = form.number
        cell.alignment = _aligned(form, "top", wrap=form.wrap)
        # The mark that Excel sets when a person types an apostrophe: an edited cell stays text.
        cell.quotePrefix = form.number == "@" and not form.link
    if look == "header":
        cell.alignment = _aligned(form, "center", wrap=True)
        cell.fill = PatternFill("solid", fgColor=book["accent"])
    if look == "total":
        cell.border = Border(top=Side(style="thin"), bottom=Side(style="double"))
    if form.input and look == "cell":
        cell.fill = PatternFill("solid", fgColor=book["input"])
    number: int = cell.style_id
    return number


def _aligned(form: Format, vertical: Literal["top", "center"], *, wrap: bool) -> Alignment:
    """Numbers to the right; text to the left, a step away from the number beside it."""
    if form.right:
        return Alignment(vertical=vertical, wrap_text=wrap, horizontal="right")
    return Alignment(vertical=vertical, wrap_text=wrap, horizontal="left", indent=1)


def _font(form: Format, look: str) -> Font:
    book = words()["book"]
    if look == "title":
        return Font(name=book["font"], size=16, bold=True, color=book["accent"])
    if look == "note":
        return Font(name=book["font"], size=10, italic=True, color="595959")
    if look == "header":
        return Font(name=book["font"], size=11, bold=True, color="FFFFFF")
    if form.link or look == "link":
        return Font(name=book["font"], size=11, color="0563C1", underline="single")
    return Font(name=book["font"], size=11, bold=look == "total")


def link(sheet: str, first: str, last: str | None = None) -> str:
    """The address part of an internal link, as it stands between a formula's quotation marks."""
    return f"#{quote_sheetname(sheet)}!{first}" + (f":{last}" if last else "")


def compiled(formula: str, layout: Layout) -> pl.Expr:
    """The text of `formula` for each row: {key} becomes the cell of that column in the row `row`; {rates} the row's rate columns."""
    parts: list[pl.Expr] = []
    at = 0
    for found in PLACE.finditer(formula):
        parts.append(pl.lit(formula[at : found.start()]))
        letter = get_column_letter(layout.index(found[1]))
        parts += [pl.lit(f"${letter}"), pl.col("row").cast(pl.String)]
        at = found.end()
    return pl.concat_str([*parts, pl.lit(formula[at:])])


def value_text(dtype: pl.DataType, value: pl.Expr) -> pl.Expr:
    """A value's text inside `<v>`; decimals keep every digit, days count from Excel's first, texts are clean but neither cut nor escaped."""
    if isinstance(dtype, pl.Decimal):
        text = value.cast(pl.String)
        return (
            pl.when(text.str.contains(".", literal=True))
            .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
            .otherwise(text)
        )
    if dtype == pl.Date:
        return (value.cast(pl.Int32) + 25_569).cast(pl.String)
    if isinstance(dtype, pl.Datetime):
        return (value.dt.replace_time_zone(None).dt.epoch("s") / 86_400 + 25_569).round(6).cast(pl.String)
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))
    return value.cast(pl.String) if dtype.is_numeric() else clean_column(value.cast(pl.String))


def is_text(dtype: pl.DataType) -> bool:
    """Whether cells of this type hold text; truth values are the words yes and no."""
    return not (dtype.is_numeric() or dtype.is_temporal())


def cell_xml(dtype: pl.DataType, text: pl.Expr, formula: pl.Expr | None, blank: str | None = None) -> pl.Expr:
    """What stands in each row's cell behind the number of its style, from texts ready for XML.

    A null formula leaves the plain value, a null value the text `blank` or a blank cell that keeps its style.
    """
    words_before, words_after = ('" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
    before, after = (words_before, words_after) if is_text(dtype) else ('"><v>', "</v></c>")
    empty = '"/>' if blank is None else f'" t="inlineStr"><is><t>{blank}</t></is></c>'
    filled = pl.concat_str([pl.lit(before), text, pl.lit(after)])
    plain = pl.when(text.is_null() | (text == "")).then(pl.lit(empty)).otherwise(filled)
    if formula is None:
        return plain
    cached = pl.concat_str([pl.lit("</f><v>"), text, pl.lit("</v></c>")]).fill_null("</f></c>")
    live = pl.concat_str([pl.lit(f'" t="{"str" if is_text(dtype) else "n"}"><f>'), formula, cached])
    return pl.when(formula.is_null()).then(plain).otherwise(live)


def formula_of(sheet: Sheet, column: Column) -> pl.Expr | None:
    """The text of a live column's formula for each row, or None for a plain column."""
    own = sheet.formulas.get(column.key)
    if own is None and column.formula:
        return compiled(column.formula, sheet.layout)
    return own


def cell_values(sheet: Sheet) -> Iterator[tuple[Any, ...]]:
    """The cells of a sheet's table as values, formulas as text: what a plain writer would be given."""
    for block in sheet.blocks():
        yield from block.select(
            [_cell_value(sheet, column, block.schema) for column in sheet.layout.columns]
        ).iter_rows()


def _cell_value(sheet: Sheet, column: Column, schema: pl.Schema) -> pl.Expr:
    formula = formula_of(sheet, column)
    if formula is not None:
        return (pl.lit("=") + formula).alias(column.key)
    if column.key not in schema:
        return pl.lit(None, pl.String).alias(column.key)
    value = pl.col(column.key)
    return value.dt.replace_time_zone(None) if isinstance(schema[column.key], pl.Datetime) else value


class SheetWriter:
    """Writes one `Sheet` into a workbook."""

    def __init__(self, book: Workbook, sheet: Sheet, profile: str) -> None:
        self.sheet, self.profile, self.layout = sheet, profile, sheet.layout
        self.out: Any = (
            book[self.layout.name] if self.layout.name in book.sheetnames else book.create_sheet(self.layout.name)
        )
        self.styles = Styles(self.out)
        self._sample = sheet.detailed(sheet.frame.head(SAMPLE).with_row_index("row", offset=FIRST_ROW))
        self._widths = {column.key: self._width(column) for column in self.layout.columns}

    def write(self) -> None:
        """Set the sheet up and hand its rows to the stream; they are made when the workbook is saved."""
        self._set_up()
        self._table()
        self._validate()
        self.out._writer = StreamedRows(self.out, self._blocks())
        self.out._writer.write_top()

    def _set_up(self) -> None:
        out = self.out
        for place, column in enumerate(self.layout.columns, 1):
            out.column_dimensions[get_column_letter(place)].width = self._widths[column.key]
        out.page_setup.orientation = "landscape"
        out.page_setup.paperSize = A4
        out.page_setup.fitToWidth, out.page_setup.fitToHeight = 1, 0
        out.sheet_properties.pageSetUpPr.fitToPage = True
        out.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        out.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        out.print_area = (
            f"A1:{get_column_letter(self._printed())}{self.sheet.last_row + (1 if self.sheet.total else 0)}"
        )
        if self.profile == ANALYST:
            out.freeze_panes = f"B{FIRST_ROW}"
        out.sheet_view.showGridLines = False

    def _printed(self) -> int:
        """Number of columns, from the left, that a landscape page holds in a readable size; the rest is for the screen."""
        room = PAGE_WIDTH
        for place, column in enumerate(self.layout.columns, 1):
            room -= self._widths[column.key]
            if room < 0:
                return max(place - 1, 1)
        return len(self.layout.columns)

    def _width(self, column: Column) -> float:
        form = formats()[column.format]
        base = max(column.width or form.width, max(len(word) for word in column.label.split()) + 5.0)
        if form.right or form.input or column.width or form.link or column.key not in self._sample.columns:
            return base
        longest = self._sample.select(
            pl.col(column.key).cast(pl.String, strict=False).str.len_chars().quantile(0.9)
        ).item()
        return max(min(len(column.label) + 5.0, base), min(base, (longest or 0) + 4.0))

    def _table(self) -> None:
        last = get_column_letter(len(self.layout.columns))
        table = Table(
            displayName=self.layout.table, name=self.layout.table, ref=f"A{HEADER_ROW}:{last}{self.sheet.last_row}"
        )
        table.tableStyleInfo = TableStyleInfo(
            name="TableStyleLight1" if self.profile == PUBLICATION else "TableStyleLight9", showRowStripes=True
        )
        table.tableColumns = [
            TableColumn(id=place, name=column.label) for place, column in enumerate(self.layout.columns, 1)
        ]
        if self.profile == ANALYST:
            table.autoFilter = AutoFilter(ref=table.ref)
        self.out.tables.add(table)

    def _validate(self) -> None:
        for place, column in enumerate(self.layout.columns, 1):
            if column.choices is None:
                continue
            # A list of fields may hold several codes, so that the list offers and does not forbid.
            rule = DataValidation(
                type="list",
                formula1=CHOICES[column.choices],
                allow_blank=True,
                showErrorMessage=column.choices != "field",
            )
            rule.add(f"{get_column_letter(place)}{FIRST_ROW}:{get_column_letter(place)}{self.sheet.last_row}")
            self.out.data_validations.append(rule)

    def heading(self) -> Iterator[str]:
        """The lines above the headers: title, note, the way back."""
        yield self._line(1, [("title", self.layout.title)], height=24)
        yield self._line(2, [("note", self.layout.note)])
        yield self._line(
            3, [("link", Live(f'HYPERLINK("{link(CONTENTS, "A1")}","Back to contents")', "Back to contents"))]
        )

    def _blocks(self) -> Iterator[str]:
        yield from self.heading()
        headers = [
            self._text_cell(HEADER_ROW, place, "header", column.format, column.label)
            for place, column in enumerate(self.layout.columns, 1)
        ]
        yield f'<row r="{HEADER_ROW}" ht="32" customHeight="1">{"".join(headers)}</row>'
        for block in self.sheet.blocks():
            yield "".join(self._rows(block))
        if self.sheet.total:
            yield self._total_line()

    def _lines(self, schema: pl.Schema) -> pl.Expr:
        """Lines of text that each row needs: wrapped cells are never cut by their row, up to `MAX_LINES`."""
        needed = [pl.lit(1, pl.Int64)]
        for column in self.layout.columns:
            if formats()[column.format].wrap and schema.get(column.key) == pl.String():
                length = pl.col(column.key).str.len_chars().fill_null(0)
                needed.append((length / (self._widths[column.key] - 2.0)).ceil().cast(pl.Int64))
        return pl.max_horizontal(needed).clip(1, MAX_LINES)

    def _rows(self, block: pl.DataFrame) -> pl.Series:
        """The finished rows of a block. The steps stand apart, so that none holds another's expressions: these would be planned anew each time."""
        height = (self._lines(block.schema) * LINE_HEIGHT).cast(pl.String).alias("height")
        texts = self._escaped(block.select(pl.col("row").cast(pl.String), height, *self._texts(block.schema)))
        head = [pl.lit('<row r="'), pl.col("row"), pl.lit('" customHeight="1" ht="'), pl.col("height"), pl.lit('">')]
        cells = [
            piece
            for place, column in enumerate(self.layout.columns, 1)
            for piece in self._cell(place, column, block.schema, texts.columns)
        ]
        return texts.select(pl.concat_str([*head, *cells, pl.lit("</row>")])).to_series()

    def _texts(self, schema: pl.Schema) -> Iterator[pl.Expr]:
        """Of each column the text of its values ("v …"), its formulas ("f …") and, where rows differ in it, its style ("s …")."""
        for column in self.layout.columns:
            if column.key in schema:
                yield value_text(schema[column.key], pl.col(column.key)).alias(f"v {column.key}")
            formula = formula_of(self.sheet, column)
            if formula is not None:
                yield formula.alias(f"f {column.key}")
            if column.by_kind:
                styles = {kind: str(self.styles.of(name)) for kind, name in KINDS.items()}
                yield (
                    pl.col("kind")
                    .replace_strict(styles, default=str(self.styles.of(column.format)), return_dtype=pl.String)
                    .alias(f"s {column.key}")
                )

    def _escaped(self, texts: pl.DataFrame) -> pl.DataFrame:
        """`texts` cut to what a cell holds and escaped; no text has more code units in UTF-16 than bytes in UTF-8."""
        bytes_ = texts.select(pl.all().str.len_bytes().max()).row(0, named=True)
        cut = words()["book"]["cut"]
        long = [
            cut_column(pl.col(name), cut)
            for name, most in bytes_.items()
            if name.startswith("v ") and (most or 0) > CELL_LIMIT
        ]
        return texts.with_columns(long).with_columns(xml_column(pl.col("^[vf] .*$")))

    def _cell(self, place: int, column: Column, schema: pl.Schema, texts: Sequence[str]) -> Iterator[pl.Expr]:
        """The pieces of a column's cells: the address, the style, and what stands in them."""
        own_style = f"s {column.key}" in texts
        yield pl.lit(f'<c r="{get_column_letter(place)}')
        yield pl.col("row")
        yield pl.lit('" s="' if own_style else f'" s="{self.styles.of(column.format)}')
        if own_style:
            yield pl.col(f"s {column.key}")
        value, formula = (pl.col(name) if name in texts else None for name in (f"v {column.key}", f"f {column.key}"))
        yield cell_xml(
            schema.get(column.key, pl.String()),
            pl.lit(None, pl.String) if value is None else value,
            formula,
            self._blank(column),
        )

    def _blank(self, column: Column) -> str | None:
        """What a published cell says in place of nothing."""
        if self.profile != PUBLICATION:
            return None
        book = words()["book"]
        blank: str = book["inapplicable"] if column.key in book["inapplicable_columns"] else book["missing"]
        return blank

    def _line(self, row: int, cells: list[tuple[str, "str | Live"]], height: int | None = None) -> str:
        tall = f' ht="{height}" customHeight="1"' if height else ""
        return f'<row r="{row}"{tall}>{"".join(self._text_cell(row, place, look, "text", value) for place, (look, value) in enumerate(cells, 1))}</row>'

    def _text_cell(self, row: int, place: int, look: str, form: str, value: "str | float | Live | None") -> str:
        head = f'<c r="{get_column_letter(place)}{row}" s="{self.styles.of(form, look)}"'
        if isinstance(value, Live):
            kind = "str" if isinstance(value.last, str) else "n"
            return f'{head} t="{kind}"><f>{escape(value.formula)}</f><v>{escape(str(value.last))}</v></c>'
        if value is None or value == "":
            return f"{head}/>"
        if isinstance(value, str):
            return f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        return f"{head}><v>{value!r}</v></c>"

    def _total_line(self) -> str:
        row = self.sheet.last_row + 1
        cells = [
            self._text_cell(row, place, "total", column.format, self.sheet.total.get(column.key))
            for place, column in enumerate(self.layout.columns, 1)
        ]
        return f'<row r="{row}">{"".join(cells)}</row>'


def write_plain_lines(book: Workbook, form: Layout) -> None:
    """Put title, note and the way back on a sheet that has no table (the charts)."""
    writer = SheetWriter(book, Sheet(form, pl.DataFrame()), ANALYST)
    writer.out._writer = StreamedRows(writer.out, writer.heading())
    writer.out._writer.write_top()
