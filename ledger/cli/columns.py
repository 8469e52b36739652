"""The columns of each table: heading → what it shows, or None for the column of that name."""

import re
from collections.abc import Mapping
from typing import Any

from ledger.cli.show import NOT_SAID, Cell, listed, text
from ledger.lexicons.labels import label
from ledger.money.amounts import row_words, scaled

ID = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{8}\b")


def short_id(name: str) -> Cell:
    """The first characters of an id, enough to name it."""
    return lambda row: str(row[name])[:8] if row[name] else ""


def list_cell(name: str) -> Cell:
    """A list in one cell; in words where it is empty."""
    return lambda row: listed(row[name] or ()) or NOT_SAID


def fields_cell(row: Mapping[str, Any]) -> str:
    """The fields by their labels; in words where there is none."""
    return "; ".join(label("field", code) for code in row["fields"] or ()) or NOT_SAID


def name_cell(name: str) -> Cell:
    """What a row of a total is of; in words where no article says it."""
    return lambda row: NOT_SAID if row[name] is None else label(name, text(row[name]))


def short_number(name: str) -> Cell:
    """An amount with its scale; "open" where there is no end."""
    return lambda row: scaled(row[name]) if row[name] is not None else "open"


def counted_or_why(row: Mapping[str, Any]) -> str:
    """Yes, or the reason why a row adds nothing to totals."""
    return "yes" if row["counted"] else label("exclusion_reason", text(row["exclusion_reason"]))


PLEDGE_COLUMNS: Mapping[str, Cell | None] = {
    "amount": row_words,
    "measure": None,
    "stage": None,
    "actor": list_cell("actor"),
    "recipient": list_cell("recipient"),
    "fields": fields_cell,
    "period": None,
}
"""What an article says of a pledge: columns of claims and of commitments."""


CLAIM_COLUMNS: Mapping[str, Cell | None] = {
    "claim": short_id("claim_id"),
    "source": lambda row: str(row["source"]).replace("\\", "/").rpartition("/")[2],
    "quote": lambda row: row["exact"],
    **PLEDGE_COLUMNS,
    "counted": counted_or_why,
}


def id_or_name(name: str) -> Cell:
    """The first characters of an id, or a name as it is."""
    return lambda row: ID.sub(r"\1", text(row[name]))


DECISION_COLUMNS: Mapping[str, Cell | None] = {
    "number": None,
    "decision": short_id("decision_id"),
    "at": None,
    "author": None,
    "kind": None,
    "target": id_or_name("target"),
    "other": id_or_name("other"),
    "field": None,
    "value": None,
    "note": None,
    "status": id_or_name("status"),
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
    "reason": lambda row: label("exclusion_reason", row["exclusion_reason"]),
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
