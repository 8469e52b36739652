"""Workbooks, tables and standard formats made from a ledger's frames; review decisions read back from a workbook."""

from ledger.export.frames import Frames
from ledger.export.review import ImportedDecisions, RefusedCell, import_decisions
from ledger.export.safe import plain_csv_text, web_address
from ledger.export.write import export

__all__ = [
    "Frames",
    "ImportedDecisions",
    "RefusedCell",
    "export",
    "import_decisions",
    "plain_csv_text",
    "web_address",
]
