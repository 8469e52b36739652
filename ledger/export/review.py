"""Decisions read back from a workbook that people worked in.

Only the review columns are read; ids and stamps are compared with the ledger, and nothing else in the workbook is believed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ledger.errors import InputError, LedgerError
from ledger.export.frames import Frames
from ledger.export.layout import ANALYST, HEADER_ROW, Layout, layout, words
from ledger.export.prepare import stamps_of
from ledger.export.safe import ILLEGAL_TEXT
from schemas import Decision, DecisionKind, FieldCode, Stage, stable_id

REVIEWED = {"Claim": ("claims", "claim_id"), "Commitment": ("commitments", "commitment_id")}
"""Record → its sheet and frame, and the column of its id."""
LONGEST = 2_000
"""Characters that a review cell may hold."""
ANCHOR = ("document_id", "exact", "prefix", "suffix")
PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Refused:
    """A cell whose word was not taken."""

    cell: str
    """Address, such as Claims!S12."""
    reason: str
    """Why, and what helps."""


@dataclass(frozen=True)
class Taken:
    """What a workbook's review columns say."""

    decisions: tuple[Decision, ...]
    """New decisions, in the order of the sheets."""
    refused: tuple[Refused, ...]
    """Cells that were not taken."""
    known: int = 0
    """Decisions that the ledger has already."""


@dataclass(frozen=True)
class Cell:
    """A review cell with its address."""

    address: str
    value: Any
    is_formula: bool


@dataclass(frozen=True)
class Row:
    """A row with words in its review columns."""

    record: str
    target: str
    stamp: str
    cells: Mapping[str, Cell]

    def at(self, key: str) -> str:
        """Address of the cell of `key`, or of the row's first cell with words."""
        return self.cells[key].address if key in self.cells else next(iter(self.cells.values())).address


@dataclass
class Reading:
    """One pass over a workbook."""

    frames: Frames
    author: str
    moment: datetime
    stamps: Mapping[str, Mapping[str, str]]
    """Record → id → stamp of the ledger's rows."""
    anchors: Mapping[str, tuple[str | None, ...]]
    """claim_id → document, quote and context."""
    decisions: list[Decision] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    known: int = 0

    def take(self, row: Row) -> None:
        """Take or refuse what `row` says, all of it or nothing."""
        said, problems = _said(row)
        wanted = [self._decision(row, *words_said) for words_said in said]
        before = set(self.frames.decisions["decision_id"]) | {decision.decision_id for decision in self.decisions}
        new = [decision for decision in wanted if decision.decision_id not in before]
        self.known += len(wanted) - len(new)
        if new and (stale := self._stale(row)):
            problems, new = [Refused(row.at("stamp"), stale)], []
        self.refused += problems
        self.decisions += [] if problems else new

    def _stale(self, row: Row) -> str | None:
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

    def _decision(self, row: Row, kind: DecisionKind, name: str | None, value: str | None, note: str) -> Decision:
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


def import_decisions(path: Path, frames: Frames, author: str, at: datetime) -> Taken:
    """The decisions in the review columns of the workbook at `path`, checked against `frames`, said by `author` at `at` (UTC).

    What the ledger has already (`frames.decisions`) is not taken twice. A row is taken whole or refused with the address of its cell: where its id
    is unknown, where the ledger's row has changed since the export, or where a word is none of the choices. Raises InputError where the file is no
    workbook of a ledger, or of another ledger.
    """
    if not author.strip():
        raise LedgerError("a decision needs an author: --author NAME")
    rows = list(_rows(path, frames))
    stamps = {record: _stamps(frames, record) for record in REVIEWED}
    anchors = {row[0]: row[1:] for row in frames.claims.select("claim_id", *ANCHOR).iter_rows()}
    reading = Reading(frames, author.strip(), at, stamps, anchors)
    if rows and not any(row.target in stamps[row.record] for row in rows):
        raise InputError(f"{path}: none of its reviewed rows is in this ledger; it was exported from another one")
    for row in rows:
        reading.take(row)
    return Taken(tuple(reading.decisions), tuple(reading.refused), reading.known)


def _stamps(frames: Frames, record: str) -> Mapping[str, str]:
    key, column = REVIEWED[record]
    frame = frames.frame(key)
    return dict(zip(frame[column], stamps_of(record, frame), strict=True))


# ---------------------------------------------------------------------------------------------------------------------------------- reading


def _rows(path: Path, frames: Frames) -> Iterator[Row]:
    book = _opened(path)
    try:
        _same_ledger(path, book, frames)
        found = [record for record, (key, _) in REVIEWED.items() if layout(key, ANALYST).name in book.sheetnames]
        if not found:
            raise InputError(f"{path}: no sheet Claims or Commitments; export the analyst profile and decide there")
        for record in found:
            form = layout(REVIEWED[record][0], ANALYST)
            yield from _sheet_rows(path, book[form.name], record, form)
    finally:
        book.close()


def _opened(path: Path) -> Any:
    try:
        return load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise InputError(f"{path}: no workbook that can be read ({type(error).__name__}); save it as .xlsx") from error


def _same_ledger(path: Path, book: Any, frames: Frames) -> None:
    mine, name = frames.info.get("ledger"), words()["sheets"]["cover"]["name"]
    if mine is None or name not in book.sheetnames:
        return
    for row in book[name].iter_rows(min_row=HEADER_ROW + 1, max_col=2, max_row=HEADER_ROW + 40, values_only=True):
        if len(row) == 2 and row[0] == "Ledger" and row[1] not in (mine, "not given"):
            raise InputError(f"{path}: a workbook of another ledger ({str(row[1])[:80]!r}, this one is {mine!r})")


def _sheet_rows(path: Path, sheet: Any, record: str, form: Layout) -> Iterator[Row]:
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
                raise InputError(
                    f"{path}: the sheet {form.name} has lost its columns {id_label}, Row stamp or Your decision; export again"
                )
            continue
        taken = _row(record, form.name, row, places)
        if taken is not None:
            yield taken


def _row(record: str, sheet: str, row: Sequence[Any], places: Mapping[int, str]) -> Row | None:
    found = {key: row[place] for place, key in places.items() if place < len(row)}
    cells = {
        key: Cell(f"{sheet}!{cell.coordinate}", cell.value, cell.data_type == "f")
        for key, cell in found.items()
        if key.startswith("review_") and cell.value is not None and str(cell.value).strip()
    }
    if not cells:
        return None
    target, stamp = (str(found[key].value or "") if key in found else "" for key in ("id", "stamp"))
    return Row(record, target, stamp, cells)


# ---------------------------------------------------------------------------------------------------------------------------------- judging


def _said(row: Row) -> tuple[list[tuple[DecisionKind, str | None, str | None, str]], list[Refused]]:
    """What a row says (kind, field, value, note), and what of it cannot be taken."""
    problems = [Refused(cell.address, reason) for cell in row.cells.values() if (reason := _unfit(cell))]
    if problems:
        return [], problems
    text = {key: str(cell.value).strip() for key, cell in row.cells.items()}
    note, decision = text.get("review_note", ""), text.get("review_decision", "").casefold()
    corrections = [key for key in CORRECTIONS if key in text]
    if decision and decision not in words()["review"]["decision"]:
        return [], [Refused(row.at("review_decision"), f"{decision!r} is neither accept nor reject")]
    if decision == DecisionKind.REJECT and corrections:
        return [], [Refused(row.at(corrections[0]), "a rejected row takes no corrections; empty one of the two")]
    if not decision and not corrections:
        return [], [
            Refused(
                row.at("review_note"), "a note without a decision or a correction; choose accept or reject beside it"
            )
        ]
    said: list[tuple[DecisionKind, str | None, str | None, str]] = []
    for key in corrections:
        name, check = CORRECTIONS[key]
        try:
            said.append((DecisionKind.CORRECT, name, check(text[key]), note))
        except ValueError as error:
            problems.append(Refused(row.at(key), str(error)))
    if decision:
        said.append((DecisionKind(decision), None, None, note))
    return ([], problems) if problems else (said, [])


def _unfit(cell: Cell) -> str | None:
    if cell.is_formula:
        return "a formula; write the value itself"
    if isinstance(cell.value, bool | datetime):
        return "neither text nor a number"
    if len(str(cell.value)) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    return "holds characters that no text has" if ILLEGAL_TEXT.search(str(cell.value)) else None


def _amount(text: str) -> str:
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number; write it in digits, such as 2900000000") from None
    if not number.is_finite() or number < 0 or number >= Decimal(10) ** 32:
        raise ValueError(f"{text!r} is no amount that a ledger holds")
    if number != number.quantize(PLACES):
        raise ValueError(f"{text!r} has more than six decimals")
    return format(number.normalize(), "f")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _names(text: str) -> str:
    parts = _parts(text)
    if not parts:
        raise ValueError("no name; write one, or several joined by a semicolon")
    return "; ".join(parts)


def _codes(known: Sequence[str], one: bool, text: str) -> str:
    parts = _parts(text)
    wrong = [part for part in parts if part not in known]
    if wrong or not parts:
        raise ValueError(f"{wrong[0] if wrong else text!r} is none of {', '.join(known)}")
    if one and len(parts) > 1:
        raise ValueError(f"{text!r}: only one can hold")
    return "; ".join(parts)


CORRECTIONS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "review_value": ("value", _amount),
    "review_actor": ("actor", _names),
    "review_fields": ("fields", partial(_codes, tuple(code.value for code in FieldCode), False)),
    "review_stage": ("stage", partial(_codes, tuple(stage.value for stage in Stage), True)),
}
"""Review column → the attribute that it corrects and the check of its words."""
