"""One sheet of a workbook: a title, a note, a row of headers and a table of typed cells and live formulas."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from ledger.export.lexicon import export_words
from ledger.export.safe import CELL_LIMIT, cut_column, xml_column
from ledger.export.workbook.archive import StreamedRows
from ledger.export.workbook.cells import (
    CellValue,
    LiveFormula,
    cell_xml,
    sheet_address,
    single_cell,
    value_text,
)
from ledger.export.workbook.content import WorkbookSheet, formula_of
from ledger.export.workbook.layout import (
    ANALYST,
    FIRST_ROW,
    HEADER_ROW,
    PUBLICATION,
    UNITS_ROW,
    SheetColumn,
    SheetLayout,
    cell_formats,
    unit_words,
)
from ledger.export.workbook.styles import Styles
from ledger.export.workbook.switches import Switches

WIDTH_SAMPLE = 500
"""Rows whose text sets the widths of columns."""
PERCENT = "percent"
"""The kind of figure whose amounts have a format of their own, of the same name."""
A4 = 9
PAGE_WIDTH = 220.0
"""Characters across a printed page."""
EMPTY_COLUMN = 8.43
"""Characters across a column that holds nothing."""
NOTE_CHARACTER = 0.85
"""How wide a character of the note is."""
LINE_HEIGHT = 15
MAX_LINES = 6
CONTENTS = "Contents"
LONGEST_TITLE, LONGEST_PROMPT = 32, 255
"""Characters of what a selected cell shows."""


class SheetWriter:
    """Writes one `WorkbookSheet` into a workbook."""

    def __init__(self, book: Workbook, sheet: WorkbookSheet, profile: str, switches: Switches) -> None:
        self.sheet, self.profile, self.layout, self.switches = sheet, profile, sheet.layout, switches
        self.out: Any = (
            book[self.layout.name] if self.layout.name in book.sheetnames else book.create_sheet(self.layout.name)
        )
        self.styles = Styles(self.out)
        self._sample = sheet.complete(sheet.frame.head(WIDTH_SAMPLE).with_row_index("row", offset=FIRST_ROW))
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
        for index, column in enumerate(self.layout.columns, 1):
            out.column_dimensions[get_column_letter(index)].width = self._widths[column.key]
        out.page_setup.orientation = "landscape"
        out.page_setup.paperSize = A4
        out.page_setup.fitToWidth, out.page_setup.fitToHeight = 1, 0
        out.sheet_properties.pageSetUpPr.fitToPage = True
        out.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        out.print_title_rows = f"{HEADER_ROW if self.profile == PUBLICATION else UNITS_ROW}:{HEADER_ROW}"
        out.print_area = (
            f"A1:{get_column_letter(self._printed())}{self.sheet.last_row + (1 if self.sheet.total else 0)}"
        )
        if self.profile == ANALYST:
            out.freeze_panes = f"{get_column_letter(self.layout.frozen + 1)}{FIRST_ROW}"
        out.sheet_view.showGridLines = False
        rows = f"A{FIRST_ROW}:{get_column_letter(len(self.layout.columns))}{self.sheet.last_row}"
        for formula, font in self.sheet.looks:
            rule = Rule(type="expression", formula=[formula], dxf=DifferentialStyle(font=font))
            out.conditional_formatting.add(rows, rule)

    def _printed(self) -> int:
        """Number of columns, from the left, that a landscape page holds in a readable size; the rest is not printed."""
        used, printed = 0.0, 0
        note = min(len(self.layout.note) * NOTE_CHARACTER, PAGE_WIDTH)
        for column in self.layout.columns:
            used += self._widths[column.key]
            if (used > PAGE_WIDTH and printed) or (column.helper and used > note):
                return printed
            printed += 1
        # The note runs over the empty columns to the right of a narrow table.
        return printed + max(ceil((note - used) / EMPTY_COLUMN), 0)

    def _width(self, column: SheetColumn) -> float:
        cell_format = cell_formats()[column.format]
        words = re.findall(r"\(.*?\)|\S+", column.label)  # a unit in brackets stays together
        base = max(column.width or cell_format.width, max(len(word) for word in words) + 5.0)
        has_fixed_width = bool(cell_format.right or cell_format.input or cell_format.link or column.width)
        if has_fixed_width or column.key not in self._sample.columns:
            return base
        longest = self._sample.select(pl.col(column.key).cast(pl.String, strict=False).str.len_chars().max()).item()
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
            TableColumn(id=index, name=column.label) for index, column in enumerate(self.layout.columns, 1)
        ]
        if self.profile == ANALYST:
            table.autoFilter = AutoFilter(ref=table.ref)
        self.out.tables.add(table)

    def _validate(self) -> None:
        """Tell beside each review cell what may be written there, and offer a list; other words are not forbidden."""
        for index, column in enumerate(self.layout.columns, 1):
            if not cell_formats()[column.format].input or self.layout.key == "switches":
                continue
            rule = DataValidation(
                type="list" if column.choices is not None else None,
                formula1=choice_name(column.choices) if column.choices is not None else None,
                allow_blank=True,
                showErrorMessage=False,
                showInputMessage=True,
                promptTitle=column.label[:LONGEST_TITLE],
                prompt=" ".join(column.about.split())[:LONGEST_PROMPT],
            )
            rule.add(f"{get_column_letter(index)}{FIRST_ROW}:{get_column_letter(index)}{self.sheet.last_row}")
            self.out.data_validations.append(rule)

    def heading(self) -> Iterator[str]:
        """The rows above the headers: title, note, link to the contents."""
        yield self._heading_row(1, "title", self.layout.title, height=24)
        yield self._heading_row(2, "note", self.layout.note)
        link = LiveFormula(f'HYPERLINK("{sheet_address(CONTENTS, "A1")}","{CONTENTS}")', CONTENTS)
        yield self._heading_row(UNITS_ROW, "link", link, more="".join(self._units()))

    def _heading_row(self, row: int, look: str, value: CellValue, height: int | None = None, more: str = "") -> str:
        tall = f' ht="{height}" customHeight="1"' if height else ""
        return f'<row r="{row}"{tall}>{self._text_cell(row, 1, look, "text", value)}{more}</row>'

    def _units(self) -> Iterator[str]:
        """What the amounts of each column are in, above its header; in the publication profile the header says it."""
        for index, column in enumerate(self.layout.columns, 1):
            said = unit_words(column, self.switches.currency, self.switches.bound_end)
            if said is None or self.profile == PUBLICATION:
                continue
            live = unit_words(column, '"&Currency&"', '"&BoundEnd&"')
            value = said if live == said else LiveFormula(f'"{live}"', said)
            yield self._text_cell(UNITS_ROW, index, "unit", column.format, value)

    def caption_row(self, row: int, cells: Mapping[int, CellValue]) -> str:
        """A row of captions: column → text."""
        told = [self._text_cell(row, index, "caption", "text", value) for index, value in sorted(cells.items())]
        return f'<row r="{row}">{"".join(told)}</row>'

    def _blocks(self) -> Iterator[str]:
        yield from self.heading()
        headers = [
            self._text_cell(HEADER_ROW, index, "header", column.format, column.label)
            for index, column in enumerate(self.layout.columns, 1)
        ]
        yield f'<row r="{HEADER_ROW}" ht="32" customHeight="1">{"".join(headers)}</row>'
        for block in self.sheet.blocks():
            yield "".join(self._rows(block))
        if self.sheet.total:
            yield self._total_row()

    def _line_count(self, schema: pl.Schema) -> pl.Expr:
        """Lines of text that each row needs, at most `MAX_LINES`: wrapped cells are not cut."""
        needed = [pl.lit(1, pl.Int64)]
        for column in self.layout.columns:
            if cell_formats()[column.format].wrap and schema.get(column.key) == pl.String():
                length = pl.col(column.key).str.len_chars().fill_null(0)
                needed.append((length / (self._widths[column.key] - 2.0)).ceil().cast(pl.Int64))
        return pl.max_horizontal(needed).clip(1, MAX_LINES)

    def _rows(self, block: pl.DataFrame) -> pl.Series:
        """The finished rows of a block.

        The steps are separate queries: an expression inside another one would be planned again each time.
        """
        height = (self._line_count(block.schema) * LINE_HEIGHT).cast(pl.String).alias("height")
        texts = self._escaped(block.select(pl.col("row").cast(pl.String), height, *self._texts(block.schema)))
        head = [pl.lit('<row r="'), pl.col("row"), pl.lit('" customHeight="1" ht="'), pl.col("height"), pl.lit('">')]
        cells = [
            piece
            for index, column in enumerate(self.layout.columns, 1)
            for piece in self._cell(index, column, block.schema, texts.columns)
        ]
        return texts.select(pl.concat_str([*head, *cells, pl.lit("</row>")])).to_series()

    def _texts(self, schema: pl.Schema) -> Iterator[pl.Expr]:
        """The text of each column's values ("v …"), formulas ("f …") and, where rows differ in it, style ("s …")."""
        for column in self.layout.columns:
            if column.key in schema:
                yield value_text(schema[column.key], pl.col(column.key)).alias(f"v {column.key}")
            formula = formula_of(self.sheet, column)
            if formula is not None:
                yield formula.alias(f"f {column.key}")
            if (style := self._own_style(column)) is not None:
                yield style.alias(f"s {column.key}")

    def _own_style(self, column: SheetColumn) -> pl.Expr | None:
        """The number of each cell's style, where the rows of a column differ in it."""
        whole = cell_formats()[column.format].whole
        if whole is None:
            return None
        style = (
            pl.when(pl.col(column.key) % 1 == 0)
            .then(pl.lit(str(self.styles.of(whole))))
            .otherwise(pl.lit(str(self.styles.of(column.format))))
        )
        if not column.by_kind:
            return style
        return (
            pl.when(pl.col("kind").str.to_lowercase() == PERCENT)
            .then(pl.lit(str(self.styles.of(PERCENT))))
            .otherwise(style)
        )

    def _escaped(self, texts: pl.DataFrame) -> pl.DataFrame:
        """`texts` cut to what a cell holds, and escaped; a text has no more UTF-16 code units than UTF-8 bytes."""
        lengths = texts.select(pl.all().str.len_bytes().max()).row(0, named=True)
        cut = export_words()["book"]["cut"]
        long = [
            cut_column(pl.col(name), cut)
            for name, longest in lengths.items()
            if name.startswith("v ") and (longest or 0) > CELL_LIMIT
        ]
        return texts.with_columns(long).with_columns(xml_column(pl.col("^[vf] .*$")))

    def _cell(self, index: int, column: SheetColumn, schema: pl.Schema, texts: Sequence[str]) -> Iterator[pl.Expr]:
        """The pieces of a column's cells: the address, the style, and what stands in them."""
        own_style = f"s {column.key}" in texts
        yield pl.lit(f'<c r="{get_column_letter(index)}')
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

    def _blank(self, column: SheetColumn) -> str | None:
        """What a published cell says in index of nothing."""
        if self.profile != PUBLICATION:
            return None
        book = export_words()["book"]
        blank: str = book["inapplicable"] if column.key in book["inapplicable_columns"] else book["missing"]
        return blank

    def _text_cell(self, row: int, index: int, look: str, cell_format: str, value: CellValue) -> str:
        return single_cell(f"{get_column_letter(index)}{row}", self.styles.of(cell_format, look), value)

    def _total_row(self) -> str:
        row = self.sheet.last_row + 1
        cells = [
            self._text_cell(row, index, "total", column.format, self.sheet.total.get(column.key))
            for index, column in enumerate(self.layout.columns, 1)
        ]
        return f'<row r="{row}">{"".join(cells)}</row>'


def choice_name(choices: str) -> str:
    """The defined name of the cells that list a kind of choice."""
    return f"{choices.capitalize()}Choices"


def write_heading(
    book: Workbook, layout: SheetLayout, switches: Switches, below: Mapping[int, Mapping[int, CellValue]]
) -> None:
    """Write title, note and the link to the contents on a sheet without a table (the charts), and captions.

    `below` are row → column → caption.
    """
    writer = SheetWriter(book, WorkbookSheet(layout, pl.DataFrame()), ANALYST, switches)
    rows = [writer.caption_row(row, cells) for row, cells in sorted(below.items())]
    writer.out._writer = StreamedRows(writer.out, [*writer.heading(), *rows])
    writer.out._writer.write_top()


__all__ = ["SheetWriter", "WorkbookSheet", "write_heading"]
