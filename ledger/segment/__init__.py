"""Text → segments: headline, headline list, paragraph, list item, table cell, caption, furniture, each with its sentences."""

from ledger.segment.segments import segment

__all__ = ["segment"]
