"""Reading: files, folders and standard input as documents, with the metadata that their text gives."""

from ledger.read.sources import count_sources, read_documents

__all__ = ["count_sources", "read_documents"]
