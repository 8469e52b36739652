"""Decisions read back from a workbook that people worked in.

Only the review columns are read. Ids and stamps are compared with the ledger; nothing else in the workbook is trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ledger.corrections import CORRECTABLE, corrected_value, revised
from ledger.errors import InputError, LedgerError
from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.reviewed_workbook import REVIEWED, ReviewCell, ReviewRow, reviewed_rows
from ledger.export.safe import ILLEGAL_TEXT
from ledger.export.workbook.stamps import stamps_of
from schemas import Decision, DecisionKind, stable_id

LONGEST = 2_000
"""Characters that a review cell may hold."""
ANCHOR = ("document_id", "exact", "prefix", "suffix")
CORRECTIONS = {f"review_{field}": field for field in CORRECTABLE}
"""Review column → the attribute that it corrects."""


@dataclass(frozen=True)
class RefusedCell:
    """A cell that was not taken."""

    cell: str
    """Address, such as Claims!S12."""
    reason: str
    """Why, and what helps."""


@dataclass(frozen=True)
class ImportedDecisions:
    """What was taken from a workbook's review columns."""

    decisions: tuple[Decision, ...]
    """New decisions, in the order of the sheets."""
    refused: tuple[RefusedCell, ...]
    """Cells that were not taken."""
    known: int = 0
    """Decisions that the ledger has already."""


@dataclass
class ReviewImport:
    """One pass over a workbook."""

    author: str
    moment: datetime
    known_ids: set[str]
    """decision_ids that are in the ledger or were read before."""
    stamps: Mapping[str, Mapping[str, str]]
    """Record → id → stamp of the ledger's rows."""
    anchors: Mapping[str, tuple[str | None, ...]]
    """claim_id → document, quote and context."""
    rows: Mapping[str, Mapping[str, dict[str, Any]]]
    """Record → id → the ledger's row, for the reviewed rows of the workbook."""
    decisions: list[Decision] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    """Rows decided on so far."""
    known: int = 0

    def add_row(self, row: ReviewRow) -> None:
        """Take or refuse a row, all of it or nothing."""
        parts, problems = _parts_of(row, self.rows[row.record].get(row.target))
        wanted = [self._decision(row, *part) for part in parts]
        new = [decision for decision in wanted if decision.decision_id not in self.known_ids]
        self.known += len(wanted) - len(new)
        if new and (stale := self._stale(row)):
            problems, new = [RefusedCell(row.at("stamp"), stale)], []
        self.refused += problems
        if not problems:
            self.decisions += new
            self.known_ids |= {decision.decision_id for decision in new}
            self.decided |= {decision.target for decision in new}

    def _stale(self, row: ReviewRow) -> str | None:
        if row.target in self.decided:
            return "the row is here twice with different decisions; keep one"
        stamp = self.stamps[row.record].get(row.target)
        if stamp is None:
            return f"no {row.record.lower()} {row.target!r} in this ledger"
        if stamp != row.stamp:
            return "the ledger has changed this row since the export; export again and decide on the new row"
        return None

    def _decision(self, row: ReviewRow, kind: DecisionKind, name: str | None, value: str | None, note: str) -> Decision:
        anchor = self.anchors.get(row.target, (None,) * len(ANCHOR))
        said = (kind, row.target, None, name, value, self.author, note, *anchor)
        return Decision(
            decision_id=stable_id("decision", *said),
            kind=kind,
            target=row.target,
            field=name,
            value=value,
            author=self.author,
            at=self.moment,
            note=note,
            **dict(zip(ANCHOR, anchor, strict=True)),
        )


def import_decisions(path: Path, frames: Frames, author: str, at: datetime) -> ImportedDecisions:
    """The decisions in the review columns of the workbook at `path`, made by `author` at `at` (UTC).

    They are checked against `frames`; what the ledger has already is not taken twice. A row is taken whole, or refused
    with the address of its cell: where its id is unknown, where the ledger's row has changed since the export, or where
    a correction does not fit (see `ledger.corrections`). Raises InputError where the file is not a workbook of this
    ledger.
    """
    if not author.strip():
        raise LedgerError("a decision needs an author: --author NAME")
    rows = list(reviewed_rows(path, frames.info.get("ledger")))
    stamps = {record: _stamps(frames, record) for record in REVIEWED}
    anchors = {row[0]: row[1:] for row in frames.claims.select("claim_id", *ANCHOR).iter_rows()}
    known_ids = set(frames.decisions["decision_id"])
    review = ReviewImport(author.strip(), at, known_ids, stamps, anchors, _ledger_rows(frames, rows))
    if rows and not any(row.target in stamps[row.record] for row in rows):
        raise InputError(f"{path}: none of its reviewed rows is in this ledger; it was exported from another one")
    for row in rows:
        review.add_row(row)
    return ImportedDecisions(tuple(review.decisions), tuple(review.refused), review.known)


def _ledger_rows(frames: Frames, rows: Sequence[ReviewRow]) -> Mapping[str, Mapping[str, dict[str, Any]]]:
    found: dict[str, Mapping[str, dict[str, Any]]] = {}
    for record, (key, column) in REVIEWED.items():
        wanted = [row.target for row in rows if row.record == record]
        known = frames.frame(key).filter(pl.col(column).is_in(wanted))
        found[record] = {row[column]: row for row in known.iter_rows(named=True)}
    return found


def _stamps(frames: Frames, record: str) -> Mapping[str, str]:
    key, column = REVIEWED[record]
    frame = frames.frame(key)
    return dict(zip(frame[column], stamps_of(record, frame), strict=True))


# Checking -----------------------------------------------------------------------------------------------------------


Part = tuple[DecisionKind, str | None, str | None, str]
"""Kind, field, value and note of a decision."""


def _parts_of(row: ReviewRow, known: dict[str, Any] | None) -> tuple[list[Part], list[RefusedCell]]:
    """The decisions in a row, and the cells that cannot be taken; `known` is the ledger's row, or None."""
    problems = [RefusedCell(cell.address, reason) for cell in row.cells.values() if (reason := _unfit(cell))]
    if problems:
        return [], problems
    text = {key: str(cell.value).strip() for key, cell in row.cells.items()}
    decision, note = text.get("review_decision", "").casefold(), text.get("review_note", "")
    if (refused := _contradiction(row, decision)) is not None:
        return [], [refused]
    parts, problems = _corrections(row, text, known, note)
    if decision:
        parts.append((DecisionKind(decision), None, None, note))
    return ([], problems) if problems else (parts, [])


def _contradiction(row: ReviewRow, decision: str) -> RefusedCell | None:
    """Why the cells of a row do not go together, or None."""
    corrected = [key for key in CORRECTIONS if key in row.cells]
    if decision and decision not in export_words()["codes"]["decision"]:
        return RefusedCell(row.at("review_decision"), f"{decision!r} is not a valid decision; choose accept or reject")
    if decision == DecisionKind.REJECT and corrected:
        return RefusedCell(row.at(corrected[0]), "a rejected row takes no corrections; empty one of the two")
    if not decision and not corrected:
        return RefusedCell(row.at("review_note"), "a note without a decision or a correction; choose accept or reject")
    return None


def _corrections(
    row: ReviewRow, text: Mapping[str, str], known: dict[str, Any] | None, note: str
) -> tuple[list[Part], list[RefusedCell]]:
    """The corrections in a row, each checked against the ledger's row as the ones before it leave it."""
    parts: list[Part] = []
    problems: list[RefusedCell] = []
    for key, name in CORRECTIONS.items():
        if key not in text:
            continue
        try:
            value = corrected_value(name, text[key], known)
            known = known if known is None else known | revised(known, name, value)
            parts.append((DecisionKind.CORRECT, name, value, note))
        except LedgerError as error:
            problems.append(RefusedCell(row.at(key), str(error)))
    return parts, problems


def _unfit(cell: ReviewCell) -> str | None:
    """Why the value of a cell cannot be taken, or None."""
    if cell.kind == "f":
        return "a formula; write the value itself"
    if cell.kind == "e":
        return f"the error {cell.value}; write the value itself"
    if isinstance(cell.value, bool | date | time | timedelta):
        return "neither text nor a number"
    if len(str(cell.value)) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    return "holds characters that no text has" if ILLEGAL_TEXT.search(str(cell.value)) else None
