"""Reading: files, folders and standard input as documents, with the metadata that their text gives."""

from ledger.read.given import Rows, Text
from ledger.read.guess import frame_guess
from ledger.read.sources import REMEDY, count_sources, read_documents

__all__ = ["REMEDY", "Rows", "Text", "count_sources", "frame_guess", "read_documents"]
