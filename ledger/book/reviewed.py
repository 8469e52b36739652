"""Decisions that people wrote into the review columns of a workbook: a row is taken whole, or refused by its cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.book.cache import Derived
from ledger.book.decide import Deciding, DecisionDraft, checked_author
from ledger.book.selection import review_frames
from ledger.corrections import corrected_value
from ledger.errors import LedgerError
from ledger.export import Asked, AskedRow, RefusedCell, asked_rows
from schemas import Decision, DecisionKind

IS = "="
"""Stands between a name and the one that it is another name of, where a row has several names."""


@dataclass(frozen=True)
class ImportedDecisions:
    """What was taken from a workbook's review columns."""

    decisions: tuple[Decision, ...]
    """New decisions, in the order of the sheets."""
    refused: tuple[RefusedCell, ...]
    """Cells that were not taken."""
    known: int = 0
    """Decisions that the ledger has already."""
    undone: int = 0
    """How many of these were taken back since, and stay so."""


def taken_from(workbook: Path, known: Derived, *, author: str, at: datetime) -> ImportedDecisions:
    """The decisions in the review columns of the workbook, made by `author` at `at` (UTC).

    They are checked as those of the command line are; what the ledger has already is not taken twice. A row is taken
    whole, or refused with the address of its cell: where its id is unknown, where the ledger's row has changed since
    the export, or where a value does not fit. Raises InputError where the file is not a workbook of this ledger.
    """
    return taken_of(asked_rows(workbook, review_frames(known)), known, author=author, at=at)


def taken_of(rows: Iterable[AskedRow], known: Derived, *, author: str, at: datetime) -> ImportedDecisions:
    """The decisions that rows ask for; see `taken_from`."""
    deciding = Deciding(known, checked_author(author).strip(), at)
    taking = _Taking(deciding, _Made.of(deciding))
    for row in rows:
        taking.add(row)
    return ImportedDecisions(tuple(taking.decisions), tuple(taking.refused), taking.known, taking.undone)


@dataclass
class _Taking:
    """One pass over a workbook."""

    deciding: Deciding
    made: "_Made"
    decisions: list[Decision] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    """Rows decided on so far."""
    known: int = 0
    undone: int = 0

    def add(self, row: AskedRow) -> None:
        """Take or refuse a row, all of it or nothing."""
        if row.refused:
            self.refused += row.refused
            return
        every = [part for asked in row.asked for part in self._parts(row, asked)]
        again = [self._again(row, asked) for asked in every]
        self.known += sum(found is not None for found in again)
        self.undone += sum(found is not None and found not in self.made.in_force for found in again)
        new = [asked for asked, found in zip(every, again, strict=True) if found is None]
        if not new:
            return
        if (stale := self._stale(row)) is not None:
            self.refused.append(RefusedCell(row.stamp, stale))
            return
        made, problems = self._decided(row, new)
        self.refused += problems
        self.decisions += made
        if made:
            self.decided.add(row.target)

    def _parts(self, row: AskedRow, asked: Asked) -> list[Asked]:
        """What a cell asks for, one attribute at a time: "at least $50 million" sets a value and a bound."""
        if asked.kind is not DecisionKind.CORRECT or asked.field != "value":
            return [asked]
        parts = self.deciding.meaning.parts(asked.field, asked.said, self.deciding.row(row.target))
        return [replace(asked, field=name, said=said) for name, said in parts]

    def _stale(self, row: AskedRow) -> str | None:
        if row.target in self.decided:
            return "the row is here twice with different decisions; keep one"
        return row.stale

    def _decided(self, row: AskedRow, new: Sequence[Asked]) -> tuple[list[Decision], list[RefusedCell]]:
        """The decisions of a row, or what is wrong with its cells; one wrong cell leaves the whole row as it was."""
        made: list[Decision] = []
        problems: list[RefusedCell] = []
        before = dict(self.deciding.rows)
        for asked in new:
            try:
                made.append(self.deciding.made(self._draft(row, asked)))
            except LedgerError as error:
                problems.append(RefusedCell(asked.cell, str(error)))
        if problems:
            self.deciding.rows = before
            made = []
        return made, problems

    def _draft(self, row: AskedRow, asked: Asked) -> DecisionDraft:
        """What a cell asks for as a decision; raises LedgerError where it names nothing that is known."""
        if asked.kind is DecisionKind.CORRECT:
            return DecisionDraft(asked.kind, row.target, field=asked.field, value=asked.said, note=row.note)
        if asked.kind is not DecisionKind.ALIAS:
            return DecisionDraft(asked.kind, row.target, asked.said or None, note=row.note)
        name, other = _aliased(asked.said)
        names = _names(self.deciding.row(row.target))
        if name is None and len(names) != 1:
            told = f"the row has {len(names)} actors" if names else "the row has no actor"
            raise LedgerError(f"{told}; write both names, the one that is another's first: Big Blue {IS} IBM")
        return DecisionDraft(asked.kind, name or names[0], other, note=row.note)

    # What was decided before ------------------------------------------------------------------------------------------

    def _again(self, row: AskedRow, asked: Asked) -> str | None:
        """The decision_id of the decision that the cell only repeats, or None."""
        if asked.kind is DecisionKind.ALIAS:
            return self.made.alias(asked.said, row.note, _names(self.deciding.row(row.target)))
        before = self.made.on(asked.kind, row.target, asked.field, row.note)
        if not before:
            return None
        if asked.kind is DecisionKind.CORRECT:
            kept = self._kept(row, asked)
            return next((one["decision_id"] for one in before if one["value"] in kept), None)
        return next((one["decision_id"] for one in before if (one["other"] or "").startswith(asked.said)), None)

    def _kept(self, row: AskedRow, asked: Asked) -> list[str]:
        """What the ledger may have kept of a cell: what it means now, and what it says."""
        known = self.deciding.row(row.target)
        meant = self.deciding.meaning.of(asked.field, asked.said, known)
        return [*_kept(asked.field, meant, known), *_kept(asked.field, asked.said, known)]


@dataclass(frozen=True)
class _Made:
    """The decisions of one person so far."""

    decisions: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
    """Kind and target → the decisions, earliest first."""
    aliases: Sequence[Mapping[str, Any]]
    in_force: frozenset[str]
    """decision_id of those that stand."""
    spelled: Callable[[str], str]
    """A name as the ledger spells it."""

    @classmethod
    def of(cls, deciding: Deciding) -> "_Made":
        """Those of the reviewer."""
        rows = deciding.known.snapshot.decisions.filter(author=deciding.author).rows(named=True)
        by_target: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in rows:
            by_target.setdefault((row["kind"], row["target"]), []).append(row)
        standing = frozenset(deciding.known.standing.in_force["decision_id"])
        aliases = [row for row in rows if row["kind"] == DecisionKind.ALIAS.value]
        return cls(by_target, aliases, standing, deciding.meaning.name)

    def on(self, kind: DecisionKind, target: str, name: str | None, note: str) -> list[Mapping[str, Any]]:
        """The decisions of a kind on a target and, for a correction, on its attribute."""
        made = self.decisions.get((kind.value, target), ())
        return [one for one in made if one["field"] == name and one["note"] == note]

    def alias(self, said: str, note: str, names: Sequence[str]) -> str | None:
        """The decision_id of the alias that a cell of a row with those names only repeats, or None."""
        name, other = _aliased(said)
        ends = {other, self.spelled(other)}
        begins = {name, self.spelled(name)} if name is not None else None
        for one in self.aliases:
            meant = (
                one["target"] in begins if begins is not None else not {one["target"], one["other"]}.isdisjoint(names)
            )
            if meant and one["other"] in ends and one["note"] == note:
                return str(one["decision_id"])
        return None


def _kept(field: str | None, said: Any, row: Mapping[str, Any] | None) -> list[str]:
    """What a correction keeps of a text, if it takes it."""
    try:
        return [corrected_value(field, said, row)]
    except LedgerError:
        return []


def _aliased(said: str) -> tuple[str | None, str]:
    """The name that is another's, where the cell says it, and the other one."""
    name, mark, other = said.partition(IS)
    return (name.strip(), other.strip()) if mark else (None, said)


def _names(row: Mapping[str, Any] | None) -> list[str]:
    """The actors of a claim or a commitment."""
    named = row["actor"] if row is not None else []
    return list(dict.fromkeys(one if isinstance(one, str) else one["name"] for one in named))
