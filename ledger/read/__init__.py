"""Reading: files, folders and standard input as documents, with the metadata that their text gives."""

from ledger.read.sources import read_documents

__all__ = ["read_documents"]
