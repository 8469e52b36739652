"""Words and rules as data: TOML, CSV and JSON files beside this module, read once."""

from ledger.lexicons.load import csv_rows, lexicon_hash, toml

__all__ = ["csv_rows", "lexicon_hash", "toml"]
