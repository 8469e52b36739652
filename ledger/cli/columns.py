"""The columns of each table: heading → what it shows, or None for the column of that name."""

from collections.abc import Mapping
from typing import Any

from ledger.cli.show import NOT_SAID, Cell, listed, text
from ledger.money.amounts import row_words, scaled


def short_id(name: str) -> Cell:
    """The first characters of an id, enough to name it."""
    return lambda row: str(row[name])[:8] if row[name] else ""


def list_cell(name: str) -> Cell:
    """A list in one cell; in words where it is empty."""
    return lambda row: listed(row[name] or ()) or NOT_SAID


def name_cell(name: str) -> Cell:
    """What a row of a total is of; in words where no article says it."""
    return lambda row: NOT_SAID if row[name] is None else text(row[name])


def short_number(name: str) -> Cell:
    """An amount with its scale; "open" where there is no end."""
    return lambda row: scaled(row[name]) if row[name] is not None else "open"


def counted_or_why(row: Mapping[str, Any]) -> str:
    """Yes, or the reason why a row adds nothing to totals."""
    return "yes" if row["counted"] else text(row["exclusion_reason"])


PLEDGE_COLUMNS: Mapping[str, Cell | None] = {
    "amount": row_words,
    "measure": None,
    "stage": None,
    "actor": list_cell("actor"),
    "recipient": list_cell("recipient"),
    "fields": list_cell("fields"),
    "period": None,
}
"""What an article says of a pledge: columns of claims and of commitments."""


CLAIM_COLUMNS: Mapping[str, Cell | None] = {
    "claim": short_id("claim_id"),
    "source": lambda row: str(row["source"]).replace("\\", "/").rpartition("/")[2][:28],
    "quote": lambda row: row["exact"],
    **PLEDGE_COLUMNS,
    "counted": counted_or_why,
}

DECISION_COLUMNS: Mapping[str, Cell | None] = {
    "decision": short_id("decision_id"),
    "at": None,
    "author": None,
    "kind": None,
    "target": lambda row: text(row["target"])[:40],
    "other": lambda row: text(row["other"])[:40],
    "field": None,
    "value": lambda row: text(row["value"])[:40],
    "note": None,
    "status": None,
}

COMMITMENT_COLUMNS: Mapping[str, Cell | None] = {
    "commitment": short_id("commitment_id"),
    **PLEDGE_COLUMNS,
    "first_reported": None,
    "documents": None,
    "counted": counted_or_why,
}

EXCLUSION_COLUMNS: Mapping[str, Cell | None] = {
    "claim": short_id("claim_id"),
    "quote": lambda row: row["exact"],
    "amount": row_words,
    "measure": None,
    "actor": list_cell("actor"),
    "reason": lambda row: row["exclusion_reason"],
    "because": None,
}


RUN_COLUMNS: Mapping[str, Cell | None] = {
    "version": None,
    "run": short_id("run_id"),
    "ended": lambda row: f"{row['ended']:%Y-%m-%d %H:%M:%S}Z",
    "documents": None,
    "claims": None,
    "problems": None,
    "skipped": None,
    "extractor_version": None,
}
