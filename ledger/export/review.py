"""What people ask for in the review columns of a workbook.

Only the review columns are read. Ids and stamps are compared with the ledger; nothing else in the workbook is trusted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.corrections import decided_as
from ledger.errors import InputError, LedgerError
from ledger.export.frames import Frames
from ledger.export.review_cells import cell_text
from ledger.export.reviewed_workbook import REVIEWED, ReviewRow, reviewed_rows
from ledger.export.workbook.stamps import stamps_of
from schemas import DecisionKind

NOTE, DECISION = "review_note", "review_decision"
CORRECTIONS = ("unit", "value", "measure", "stage", "actor", "recipient", "fields", "period")
"""Attributes with a review column, in the order in which they are set: an amount is checked in the corrected unit."""
PAIRS = {
    "review_same": DecisionKind.SAME,
    "review_different": DecisionKind.DIFFERENT,
    "review_part_of": DecisionKind.PART_OF,
}
"""Review column → what is decided of the row and the one that the column names."""
ALIAS = "review_alias"
ID = re.compile(r"#?([0-9a-f]{4,16})(?![0-9a-z])", re.IGNORECASE)
"""An id, or its beginning, at the head of a cell: what a drop-down list offers goes on in words."""


@dataclass(frozen=True)
class RefusedCell:
    """A cell that was not taken."""

    cell: str
    """Address, such as Claims!S12."""
    reason: str
    """Why, and what helps."""


@dataclass(frozen=True)
class Asked:
    """What one review cell asks for."""

    cell: str
    """Its address."""
    kind: DecisionKind
    """What is decided."""
    said: str = ""
    """The value of a correction, the id or the name, as the person wrote it."""
    field: str | None = None
    """What a correction sets."""


@dataclass(frozen=True)
class AskedRow:
    """What the review columns of one row ask for."""

    target: str
    """The id of the claim or commitment."""
    stamp: str
    """Address of its stamp, or of its first review cell."""
    note: str
    """The person's reason."""
    asked: Sequence[Asked]
    """In the order in which they are to be decided."""
    refused: Sequence[RefusedCell]
    """Cells that cannot be taken, and with them the row."""
    stale: str | None
    """Why nothing new may be decided on the row, or None."""


def asked_rows(path: Path, book: Frames) -> Iterator[AskedRow]:
    """What people ask for in the review columns of the workbook at `path`, row by row, sheet by sheet.

    Its ids and stamps are compared with those of `book`. Raises InputError where the file is not a workbook of this
    ledger.
    """
    rows = list(reviewed_rows(path, book.info.get("ledger")))
    stamps = {record: _stamps(book, record) for record in REVIEWED}
    decided = set(book.decisions["target"])
    if rows and not any(row.target in stamps[row.record] or row.target in decided for row in rows):
        raise InputError(f"{path}: none of its reviewed rows is in this ledger; it was exported from another one")
    for row in rows:
        found = asked_row(row, stamps[row.record])
        if found is not None:
            yield found


def _stamps(book: Frames, record: str) -> Mapping[str, str]:
    key, column = REVIEWED[record]
    frame = book.frame(key)
    return dict(zip(frame[column], stamps_of(record, frame), strict=True))


def asked_row(row: ReviewRow, stamps: Mapping[str, str]) -> AskedRow | None:
    """What a row asks for, or None where its review cells hold blanks only; `stamps` are those of the ledger by id."""
    text: dict[str, str] = {}
    refused: list[RefusedCell] = []
    for key, cell in row.cells.items():
        try:
            text[key] = cell_text(cell, key)
        except LedgerError as error:
            refused.append(RefusedCell(cell.address, str(error)))
    said = {key: words for key, words in text.items() if words}
    if not said and not refused:
        return None
    asked = list(_asked(row, said, refused)) if not refused else []
    stale = _stale(row, stamps.get(row.target))
    return AskedRow(row.target, row.at("stamp"), said.get(NOTE, ""), asked, refused, stale)


def _stale(row: ReviewRow, stamp: str | None) -> str | None:
    if stamp is None:
        return f"no {row.record.lower()} {row.target!r} in this ledger"
    if stamp != row.stamp:
        return "the ledger has changed this row since the export; export again and decide on the new row"
    return None


def _asked(row: ReviewRow, said: Mapping[str, str], refused: list[RefusedCell]) -> Iterator[Asked]:
    """What a row asks for; cells that cannot be taken are added to `refused`."""
    decision = None
    if DECISION in said:
        try:
            decision = DecisionKind(decided_as(said[DECISION]))
        except LedgerError as error:
            refused.append(RefusedCell(row.at(DECISION), str(error)))
            return
    if (contradiction := _contradiction(row, said, decision)) is not None:
        refused.append(contradiction)
    for name in CORRECTIONS:
        if (key := f"review_{name}") in said:
            yield Asked(row.at(key), DecisionKind.CORRECT, said[key], name)
    for key, kind in PAIRS.items():
        if key in said and (found := ID.match(said[key])) is not None:
            yield Asked(row.at(key), kind, found[1].casefold())
        elif key in said:
            told = f"{said[key][:40]!r} is no id; write its first characters, four or more"
            refused.append(RefusedCell(row.at(key), told))
    if ALIAS in said:
        yield Asked(row.at(ALIAS), DecisionKind.ALIAS, said[ALIAS])
    if decision is not None:
        yield Asked(row.at(DECISION), decision)


def _contradiction(row: ReviewRow, said: Mapping[str, str], decision: DecisionKind | None) -> RefusedCell | None:
    """Why the cells of a row do not go together, or None."""
    others = [key for key in said if key not in (NOTE, DECISION, ALIAS)]
    if decision is DecisionKind.REJECT and others:
        return RefusedCell(row.at(others[0]), "a rejected row takes no corrections; empty one of the two")
    if decision is None and not others and ALIAS not in said:
        return RefusedCell(row.at(NOTE), "a note without a decision or a correction; choose accept or reject")
    return None
