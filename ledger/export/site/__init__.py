"""A static site made from a ledger's frames: plain pages and one stylesheet, without a script or an outside request."""

from ledger.export.site.site import QUOTE, Site, SiteTables, publish_site

__all__ = ["QUOTE", "Site", "SiteTables", "publish_site"]
