"""PDF to articles: glyphs, columns, paragraphs, tables, and what pages repeat left out."""

from ledger.read.pdf.reader import read_pdf

__all__ = ["read_pdf"]
