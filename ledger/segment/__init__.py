"""Segmentation: a text as headlines, paragraphs, list items, table rows, captions and furniture, with sentences."""

from ledger.segment.segments import segment

__all__ = ["segment"]
