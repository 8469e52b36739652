"""Charts of the totals, on a sheet of their own; they draw the cells that follow the switches."""

from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.page import PageMargins

from ledger.export.layout import ANALYST, FIRST_ROW, HEADER_ROW, Layout, layout, words
from ledger.export.prepare import Rows

TOP = 10
"""Bars of a chart."""
AXIS = '[>=1000000000]#,##0.0,,,\\ "bn";[>=1000000]#,##0.0,,\\ "m";#,##0'


@dataclass(frozen=True)
class Place:
    """Where a chart takes its bars from and where it stands."""

    sheet: Layout
    rows: int
    title: str
    anchor: str


def add_charts(out: Workbook, rows: Rows) -> None:
    """Add the sheet of charts to `out`: top actors, top fields, and years by stage."""
    given = words()["sheets"]["charts"]
    sheet: Any = out.create_sheet(given["name"])
    _set_up(sheet)
    for key, frame, anchor in (("by_actor", rows.by_actor, "A4"), ("by_field", rows.by_field, "K4")):
        form = layout(key, ANALYST)
        place = Place(form, min(frame.height, TOP), given[key], anchor)
        if frame.height:
            sheet.add_chart(_bars(out, place, form.index("shown")))
    if rows.by_year.height:
        sheet.add_chart(_stages(out, Place(layout("by_year", ANALYST), rows.by_year.height, given["by_year"], "A27")))


def _set_up(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area = "A1:T48"
    sheet.sheet_view.showGridLines = False


def _bars(out: Workbook, place: Place, column: int) -> BarChart:
    """Horizontal bars, the largest on top, each with its amount."""
    source = out[place.sheet.name]
    chart = BarChart()
    chart.type = "bar"
    chart.add_data(
        Reference(source, min_col=column, min_row=FIRST_ROW, max_row=FIRST_ROW + place.rows - 1), titles_from_data=False
    )
    chart.set_categories(Reference(source, min_col=1, min_row=FIRST_ROW, max_row=FIRST_ROW + place.rows - 1))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.legend = None
    chart.gapWidth = 40
    series = chart.series[0]
    series.graphicalProperties = GraphicalProperties(solidFill=words()["book"]["accent"])
    chart.y_axis.majorGridlines = None
    series.dLbls = DataLabelList(
        numFmt=AXIS, showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    _finished(chart, place)
    # Each bar bears its amount, so that the axis would say it twice.
    chart.y_axis.delete = True
    return chart


def _stages(out: Workbook, place: Place) -> BarChart:
    """Stacked columns, a year each, a band for each stage; the legend names the bands, so that colour is not needed."""
    source = out[place.sheet.name]
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "col", "stacked", 100
    first, last = place.sheet.index("pledged"), place.sheet.index("disbursed")
    chart.add_data(
        Reference(source, min_col=first, max_col=last, min_row=HEADER_ROW, max_row=FIRST_ROW + place.rows - 1),
        titles_from_data=True,
    )
    chart.set_categories(Reference(source, min_col=1, min_row=FIRST_ROW, max_row=FIRST_ROW + place.rows - 1))
    for series, colour in zip(chart.series, words()["book"]["stages"], strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
    chart.legend.position = "b"
    _finished(chart, place)
    chart.width = 37
    return chart


def _finished(chart: BarChart, place: Place) -> None:
    chart.title = place.title
    chart.x_axis.delete, chart.y_axis.delete = False, False
    chart.y_axis.number_format = AXIS
    chart.y_axis.title = words()["sheets"]["charts"]["axis"]
    chart.width, chart.height = 18, 10.5
    chart.anchor = place.anchor
