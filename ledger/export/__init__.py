"""Workbooks, tables and standard formats made from a ledger's frames; review decisions read back from a workbook."""

from ledger.export.frames import Frames
from ledger.export.review import Asked, AskedRow, RefusedCell, asked_rows
from ledger.export.safe import plain_csv_text, web_address
from ledger.export.site import QUOTE, Site, SiteTables, publish_site
from ledger.export.write import export

__all__ = [
    "QUOTE",
    "Asked",
    "AskedRow",
    "Frames",
    "RefusedCell",
    "Site",
    "SiteTables",
    "asked_rows",
    "export",
    "plain_csv_text",
    "publish_site",
    "web_address",
]
