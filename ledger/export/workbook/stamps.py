"""Fingerprints of rows, which tell on import whether the ledger has changed a row since the export."""

from typing import Any

import polars as pl

from schemas import stable_id

_AMOUNT = ("unit", "value", "lower", "upper", "bound")
_ATTRIBUTES = ("measure", "stage", "actor", "recipient", "fields", "period")
STAMPED_COLUMNS = {
    "Claim": ("claim_id", "exact", "kind", *_AMOUNT, *_ATTRIBUTES),
    "Commitment": ("commitment_id", *_AMOUNT, *_ATTRIBUTES),
}
"""Record → the columns that a reviewer sees and can correct."""


def stamps_of(record: str, frame: pl.DataFrame) -> list[str]:
    """The fingerprint of each row of a frame of claims or commitments; `record` is Claim or Commitment."""
    columns = STAMPED_COLUMNS[record]
    return [stable_id(*(_as_text(value) for value in row)) for row in frame.select(columns).iter_rows()]


def _as_text(value: Any) -> str:
    """A value as text, the same for equal values: names and codes stand for their structs."""
    if isinstance(value, list):
        return "; ".join(
            str(item.get("name", item.get("code"))) if isinstance(item, dict) else str(item) for item in value
        )
    return str(value)
