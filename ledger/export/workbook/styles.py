"""Styles of cells, each made once for a workbook."""

from typing import Any, Literal

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import CellFormat, cell_formats


class Styles:
    """Style numbers of a workbook, made once for each look."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._made = sheet, dict[tuple[str, str], int]()

    def of(self, name: str, look: str = "cell") -> int:
        """Number of the style of format `name`; `look` is cell, header, unit, title, note, caption, link or total."""
        if (name, look) not in self._made:
            self._made[name, look] = _style(self._sheet, cell_formats()[name], look)
        return self._made[name, look]


def _style(sheet: Any, cell_format: CellFormat, look: str) -> int:
    cell = WriteOnlyCell(sheet)
    book = export_words()["book"]
    cell.font = _font(cell_format, look)
    if look in ("cell", "total"):
        cell.number_format = cell_format.number
        cell.alignment = _aligned(cell_format, "top", wrap=cell_format.wrap)
        # The mark that Excel sets when a person types an apostrophe: an edited cell stays text.
        cell.quotePrefix = cell_format.number == "@" and not cell_format.link
    if look == "unit":
        cell.alignment = _aligned(cell_format, "center", wrap=False)
    if look == "header":
        cell.alignment = _aligned(cell_format, "center", wrap=True)
        cell.fill = PatternFill("solid", fgColor=book["accent"])
    if look == "total":
        cell.border = Border(top=Side(style="thin"), bottom=Side(style="double"))
    if cell_format.input and look == "cell":
        cell.fill = PatternFill("solid", fgColor=book["input"])
        line = Side(style="hair", color=book["input_line"])
        cell.border = Border(left=line, right=line, top=line, bottom=line)
    number: int = cell.style_id
    return number


def _aligned(cell_format: CellFormat, vertical: Literal["top", "center"], *, wrap: bool) -> Alignment:
    """Numbers to the right; text to the left, a step away from the number beside it."""
    if cell_format.right:
        return Alignment(vertical=vertical, wrap_text=wrap, horizontal="right")
    return Alignment(vertical=vertical, wrap_text=wrap, horizontal="left", indent=1)


def _font(cell_format: CellFormat, look: str) -> Font:
    book = export_words()["book"]
    accent = book["accent"]
    looks: dict[str, dict[str, Any]] = {
        "title": {"size": 16, "bold": True, "color": accent},
        "note": {"size": 10, "italic": True, "color": "595959"},
        "header": {"bold": True, "color": "FFFFFF"},
        "unit": {"size": 9, "bold": True, "color": accent},
        "caption": {"size": 12, "bold": True, "color": accent},
        "link": {"color": "0563C1", "underline": "single"},
        "total": {"bold": True},
        "cell": {},
    }
    is_link = cell_format.link and look in ("cell", "total")
    return Font(**{"name": book["font"], "size": 11, **looks["link" if is_link else look]})
