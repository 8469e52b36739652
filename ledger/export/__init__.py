"""Workbooks, tables and standard formats made from a ledger's frames; review decisions read back from a workbook."""

from ledger.export.frames import Frames
from ledger.export.groups import ActorGroups, GroupsOfActors, groups_of, read_groups
from ledger.export.plot import totals_chart
from ledger.export.review import Asked, AskedRow, RefusedCell, asked_rows
from ledger.export.safe import plain_csv_text, web_address
from ledger.export.site import QUOTE, Site, SiteTables, publish_site
from ledger.export.write import export

__all__ = [
    "QUOTE",
    "ActorGroups",
    "Asked",
    "AskedRow",
    "Frames",
    "GroupsOfActors",
    "RefusedCell",
    "Site",
    "SiteTables",
    "asked_rows",
    "export",
    "groups_of",
    "plain_csv_text",
    "publish_site",
    "read_groups",
    "totals_chart",
    "web_address",
]
