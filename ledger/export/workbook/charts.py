"""Charts of the totals on a sheet of their own; they follow the switches."""

from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.page import PageMargins

from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import ANALYST, FIRST_ROW, HEADER_ROW, SheetLayout, sheet_layout
from ledger.export.workbook.prepare import WorkbookRows

MAX_BARS = 10
AXIS_FORMAT = '[>=1000000000]#,##0.0,,,\\ "bn";[>=1000000]#,##0.0,,\\ "m";#,##0'


@dataclass(frozen=True)
class ChartSpec:
    """The rows that a chart draws, its title and the cell of its upper left corner."""

    layout: SheetLayout
    rows: int
    title: str
    anchor: str


def add_charts(out: Workbook, rows: WorkbookRows) -> None:
    """Add the sheet of charts to `out`: top actors, top fields, and years by stage."""
    given = export_words()["sheets"]["charts"]
    sheet: Any = out.create_sheet(given["name"])
    _set_up_page(sheet)
    for key, frame, anchor in (("by_actor", rows.totals["actor"], "A4"), ("by_field", rows.totals["field"], "K4")):
        layout = sheet_layout(key, ANALYST)
        spec = ChartSpec(layout, min(frame.height, MAX_BARS), given[key], anchor)
        if frame.height:
            sheet.add_chart(_bars(out, spec, layout.index("shown")))
    if rows.by_year.height:
        spec = ChartSpec(sheet_layout("by_year", ANALYST), rows.by_year.height, given["by_year"], "A27")
        sheet.add_chart(_stages(out, spec))


def _set_up_page(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area = "A1:T48"
    sheet.sheet_view.showGridLines = False


def _bars(out: Workbook, spec: ChartSpec, column: int) -> BarChart:
    """Horizontal bars, the largest on top, each with its amount."""
    source = out[spec.layout.name]
    chart = BarChart()
    chart.type = "bar"
    chart.add_data(
        Reference(source, min_col=column, min_row=FIRST_ROW, max_row=FIRST_ROW + spec.rows - 1), titles_from_data=False
    )
    chart.set_categories(Reference(source, min_col=1, min_row=FIRST_ROW, max_row=FIRST_ROW + spec.rows - 1))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.legend = None
    chart.gapWidth = 40
    series = chart.series[0]
    series.graphicalProperties = GraphicalProperties(solidFill=export_words()["book"]["accent"])
    chart.y_axis.majorGridlines = None
    series.dLbls = DataLabelList(
        numFmt=AXIS_FORMAT, showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    _set_up_chart(chart, spec)
    # Each bar is labelled with its amount, so that an axis would repeat it.
    chart.y_axis.delete = True
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
    chart.width = 37
    return chart


def _set_up_chart(chart: BarChart, spec: ChartSpec) -> None:
    chart.title = spec.title
    chart.x_axis.delete, chart.y_axis.delete = False, False
    chart.y_axis.number_format = AXIS_FORMAT
    chart.y_axis.title = export_words()["sheets"]["charts"]["axis"]
    chart.width, chart.height = 18, 10.5
    chart.anchor = spec.anchor
