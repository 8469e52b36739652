"""Charts of the totals on a sheet of their own; they follow the switches."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.page import PageMargins

from ledger.export.lexicon import export_words
from ledger.export.workbook.cells import CellValue, LiveFormula
from ledger.export.workbook.layout import ANALYST, FIRST_ROW, HEADER_ROW, UNITS_ROW, SheetLayout, sheet_layout
from ledger.export.workbook.prepare import WorkbookRows

MAX_BARS = 10
AXIS_FORMAT = "#,##0.0"
PLOT_AREA = "plotArea"
PLOT: dict[str, Any] = {
    "layoutTarget": "inner", "xMode": "edge", "yMode": "edge", "x": 0.3, "y": 0.03, "w": 0.55, "h": 0.85,
}  # fmt: skip
"""Where the bars are drawn, as parts of the chart's width and height: names stand to the left, amounts to the right."""
PLACES = {"by_actor": (4, 1), "by_field": (4, 11), "by_year": (27, 1)}
"""Chart → row and column of its caption, below which it stands."""


@dataclass(frozen=True)
class ChartSpec:
    """The rows that a chart draws, and the cell of its upper left corner."""

    layout: SheetLayout
    rows: int
    anchor: str


Captions = dict[int, dict[int, CellValue]]
"""Row → column → the caption of the chart below it."""


def add_charts(out: Workbook, rows: WorkbookRows) -> Captions:
    """Add the sheet of charts to `out`: top actors, top fields, and years by stage; returns their captions.

    A caption is a cell, not the title of its chart, so that it follows the switches in every program.
    """
    given = export_words()["sheets"]["charts"]
    sheet: Any = out.create_sheet(given["name"])
    _set_up_page(sheet)
    drawn = {"by_actor": rows.totals["actor"], "by_field": rows.totals["field"], "by_year": rows.by_year}
    captions: Captions = {}
    for key, (row, column) in PLACES.items():
        counted = drawn[key].filter(pl.col("commitments") > 0).height
        if not counted:
            continue
        layout, anchor = sheet_layout(key, ANALYST), f"{get_column_letter(column)}{row + 1}"
        if key == "by_year":
            sheet.add_chart(_stages(out, ChartSpec(layout, drawn[key].height, anchor)))
        else:
            sheet.add_chart(_bars(out, ChartSpec(layout, min(counted, MAX_BARS), anchor), layout.index("shown")))
        captions.setdefault(row, {})[column] = _caption(given[key], rows)
    return captions


def _caption(title: str, rows: WorkbookRows) -> CellValue:
    """A chart's title with what its amounts are in."""
    unit = export_words()["units"]["shown"]
    said = f"{title}: {unit.format(currency=rows.switches.currency, end=rows.switches.bound_end)}"
    live = unit.format(currency='"&Currency&"', end='"&BoundEnd&"')
    return LiveFormula(f'"{title}: {live}"', said)


def _set_up_page(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area = "A1:T49"
    sheet.sheet_view.showGridLines = False


def _bars(out: Workbook, spec: ChartSpec, column: int) -> BarChart:
    """Horizontal bars, the largest on top, each with its amount."""
    source = out[spec.layout.name]
    chart = BarChart()
    chart.type = "bar"
    chart.add_data(
        Reference(source, min_col=column, min_row=FIRST_ROW, max_row=FIRST_ROW + spec.rows - 1), titles_from_data=False
    )
    unit = f"{quote_sheetname(spec.layout.name)}!${get_column_letter(column)}${UNITS_ROW}"
    chart.series[0].tx = SeriesLabel(strRef=StrRef(unit))
    chart.set_categories(Reference(source, min_col=1, min_row=FIRST_ROW, max_row=FIRST_ROW + spec.rows - 1))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.legend.position = "b"
    chart.gapWidth = 40
    series = chart.series[0]
    series.graphicalProperties = GraphicalProperties(solidFill=export_words()["book"]["accent"])
    chart.y_axis.majorGridlines = None
    series.dLbls = DataLabelList(
        numFmt=AXIS_FORMAT, showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    _set_up_chart(chart, spec)
    # Each bar is labelled with its amount, so that an axis would repeat it; the labels get room to the right.
    chart.y_axis.delete = True
    chart.layout = Layout(ManualLayout(**PLOT))
    return chart


def _stages(out: Workbook, spec: ChartSpec) -> BarChart:
    """Stacked columns, one for each year, with a band for each stage that the legend names."""
    source = out[spec.layout.name]
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "col", "stacked", 100
    first, last = spec.layout.index("pledged"), spec.layout.index("disbursed")
    chart.add_data(
        Reference(source, min_col=first, max_col=last, min_row=HEADER_ROW, max_row=FIRST_ROW + spec.rows - 1),
        titles_from_data=True,
    )
    chart.set_categories(Reference(source, min_col=1, min_row=FIRST_ROW, max_row=FIRST_ROW + spec.rows - 1))
    for series, colour in zip(chart.series, export_words()["book"]["stages"], strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
    chart.legend.position = "b"
    _set_up_chart(chart, spec)
    chart.width = 33
    return chart


def _untitled(tree: Any) -> Any:
    """A chart's XML without the title that Excel makes of the name of a single series: the caption is a cell."""
    (plot,) = (node for node in tree.iter() if str(node.tag).endswith(PLOT_AREA))
    plot.addprevious(plot.makeelement(str(plot.tag).replace(PLOT_AREA, "autoTitleDeleted"), {"val": "1"}))
    return tree


def _set_up_chart(chart: Any, spec: ChartSpec) -> None:
    write = chart._write
    chart._write = lambda: _untitled(write())
    chart.x_axis.delete, chart.y_axis.delete = False, False
    chart.y_axis.number_format = AXIS_FORMAT
    chart.width, chart.height = 16, 10.5
    chart.anchor = spec.anchor
