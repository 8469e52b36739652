"""The words of exports: sheets, columns, notes, code meanings."""

from collections.abc import Mapping
from typing import Any

from ledger.lexicons.load import toml


def export_words() -> Mapping[str, Any]:
    """The contents of `ledger/lexicons/export.toml`."""
    return toml("export")
