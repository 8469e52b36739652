"""Bytes → documents: plain text and Markdown files, folders of them, standard input; with what they say of themselves."""

from ledger.read.sources import read_documents

__all__ = ["read_documents"]
