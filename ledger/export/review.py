"""Decisions read back from a workbook that people worked in.

Only the review columns are read. Ids and stamps are compared with the ledger; nothing else in the workbook is trusted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import polars as pl
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ledger.corrections import CORRECTABLE, corrected_value, revised
from ledger.errors import InputError, LedgerError
from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.safe import ILLEGAL_TEXT
from ledger.export.workbook.layout import ANALYST, HEADER_ROW, SheetLayout, sheet_layout
from ledger.export.workbook.stamps import stamps_of
from schemas import Decision, DecisionKind, stable_id

REVIEWED = {"Claim": ("claims", "claim_id"), "Commitment": ("commitments", "commitment_id")}
"""Record → its sheet and frame, and the column of its id."""
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


class ReviewCell(NamedTuple):
    """A review cell with its address."""

    address: str
    value: Any
    is_formula: bool


@dataclass(frozen=True)
class ReviewRow:
    """A row with something in its review columns."""

    record: str
    target: str
    stamp: str
    cells: Mapping[str, ReviewCell]

    def at(self, key: str) -> str:
        """Address of the cell of `key`, or of the row's first cell that is not empty."""
        return self.cells[key].address if key in self.cells else next(iter(self.cells.values())).address


@dataclass
class ReviewImport:
    """One pass over a workbook."""

    frames: Frames
    author: str
    moment: datetime
    stamps: Mapping[str, Mapping[str, str]]
    """Record → id → stamp of the ledger's rows."""
    anchors: Mapping[str, tuple[str | None, ...]]
    """claim_id → document, quote and context."""
    rows: Mapping[str, Mapping[str, dict[str, Any]]]
    """Record → id → the ledger's row, of the rows that stand in the workbook."""
    decisions: list[Decision] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    known: int = 0

    def add_row(self, row: ReviewRow) -> None:
        """Take or refuse a row, all of it or nothing."""
        parts, problems = _parts_of(row, self.rows[row.record].get(row.target))
        wanted = [self._decision(row, *part) for part in parts]
        before = set(self.frames.decisions["decision_id"]) | {decision.decision_id for decision in self.decisions}
        new = [decision for decision in wanted if decision.decision_id not in before]
        self.known += len(wanted) - len(new)
        if new and (stale := self._stale(row)):
            problems, new = [RefusedCell(row.at("stamp"), stale)], []
        self.refused += problems
        self.decisions += [] if problems else new

    def _stale(self, row: ReviewRow) -> str | None:
        if any(decision.target == row.target for decision in self.decisions):
            return "the row stands here twice and says different things; keep one"
        stamp = self.stamps[row.record].get(row.target)
        if stamp is None:
            return f"no {row.record.lower()} {row.target!r} in this ledger"
        return (
            None
            if stamp == row.stamp
            else "the ledger has moved on since this row was exported; export again and decide on the new row"
        )

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
    rows = list(_rows(path, frames))
    stamps = {record: _stamps(frames, record) for record in REVIEWED}
    anchors = {row[0]: row[1:] for row in frames.claims.select("claim_id", *ANCHOR).iter_rows()}
    review = ReviewImport(frames, author.strip(), at, stamps, anchors, _ledger_rows(frames, rows))
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


# Reading ------------------------------------------------------------------------------------------------------------


def _rows(path: Path, frames: Frames) -> Iterator[ReviewRow]:
    book = _opened(path)
    try:
        _same_ledger(path, book, frames)
        found = [record for record, (key, _) in REVIEWED.items() if sheet_layout(key, ANALYST).name in book.sheetnames]
        if not found:
            raise InputError(f"{path}: no sheet Claims or Commitments; export the analyst profile and decide there")
        for record in found:
            form = sheet_layout(REVIEWED[record][0], ANALYST)
            yield from _sheet_rows(path, book[form.name], record, form)
    finally:
        book.close()


def _opened(path: Path) -> Any:
    try:
        return load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise InputError(
            f"{path}: not a workbook that can be read ({type(error).__name__}); save it as .xlsx"
        ) from error


def _same_ledger(path: Path, book: Any, frames: Frames) -> None:
    mine, name = frames.info.get("ledger"), export_words()["sheets"]["cover"]["name"]
    if mine is None or name not in book.sheetnames:
        return
    for row in book[name].iter_rows(min_row=HEADER_ROW + 1, max_col=2, max_row=HEADER_ROW + 40, values_only=True):
        if len(row) == 2 and row[0] == "Ledger" and row[1] not in (mine, "not given"):
            raise InputError(f"{path}: a workbook of another ledger ({str(row[1])[:80]!r}, this one is {mine!r})")


def _sheet_rows(path: Path, sheet: Any, record: str, form: SheetLayout) -> Iterator[ReviewRow]:
    id_label = next(column.label for column in form.columns if column.key == REVIEWED[record][1])
    labels = {
        column.label: column.key for column in form.columns if column.key.startswith("review_") or column.key == "stamp"
    }
    labels[id_label] = "id"
    places: dict[int, str] = {}
    for number, row in enumerate(sheet.iter_rows(max_row=1_048_576), 1):
        if not places:
            places = (
                {place: labels[cell.value] for place, cell in enumerate(row) if cell.value in labels}
                if number <= 2 * HEADER_ROW
                else {}
            )
            if places and not {"id", "stamp", "review_decision"} <= set(places.values()):
                places = {}
            if not places and number > 2 * HEADER_ROW:
                lost = f"{id_label}, Row stamp or Your decision"
                raise InputError(f"{path}: the sheet {form.name} has lost its columns {lost}; export again")
            continue
        taken = _row(record, form.name, row, places)
        if taken is not None:
            yield taken


def _row(record: str, sheet: str, row: Sequence[Any], places: Mapping[int, str]) -> ReviewRow | None:
    found = {key: row[place] for place, key in places.items() if place < len(row)}
    cells = {
        key: ReviewCell(f"{sheet}!{cell.coordinate}", cell.value, cell.data_type == "f")
        for key, cell in found.items()
        if key.startswith("review_") and cell.value is not None and str(cell.value).strip()
    }
    if not cells:
        return None
    target, stamp = (str(found[key].value or "") if key in found else "" for key in ("id", "stamp"))
    return ReviewRow(record, target, stamp, cells)


# Judging ------------------------------------------------------------------------------------------------------------


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
    if cell.is_formula:
        return "a formula; write the value itself"
    if isinstance(cell.value, bool | datetime):
        return "neither text nor a number"
    if len(str(cell.value)) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    return "holds characters that no text has" if ILLEGAL_TEXT.search(str(cell.value)) else None
