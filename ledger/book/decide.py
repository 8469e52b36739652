"""A person's decisions on claims, commitments and names, checked before they are kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.book.ingest import LONE_SURROGATE
from ledger.book.names import known_name
from ledger.book.query import SHORTEST_ID, find
from ledger.book.said import Meaning
from ledger.corrections import LONGEST_NAME, LONGEST_TEXT, corrected_value, revised
from ledger.errors import LedgerError
from ledger.resolve import standing
from ledger.resolve.standing import NEEDS_OTHER
from ledger.tables import records_of
from schemas import Decision, DecisionKind, stable_id

ANCHOR = ("document_id", "exact", "prefix", "suffix")
SAME = ("kind", "target", "other", "field", "value", "author", "note")
"""Columns that two decisions share where one repeats the other."""
ID = re.compile(r"[0-9a-f]{4,}")
"""What may be an id or the beginning of one."""


@dataclass(frozen=True)
class DecisionDraft:
    """A decision before it is checked against the ledger."""

    kind: DecisionKind
    target: str
    """A claim_id, a commitment_id, a unique prefix of one, or a name."""
    other: str | None = None
    """The other one, for same, different, part_of and alias."""
    field: str | None = None
    """Which attribute a correction sets."""
    value: str | Decimal | float | None = None
    """Its right value, as a person writes it."""
    note: str = ""
    """Why."""


def decision_kind(kind: str) -> DecisionKind:
    """The kind of that name; raises LedgerError for any other word."""
    if not isinstance(kind, str) or kind not in set(DecisionKind):
        raise LedgerError(f"{kind!r} is not a valid decision; choose {', '.join(DecisionKind)}")
    return DecisionKind(kind)


def checked_author(author: str) -> str:
    """Who decides; raises LedgerError where that is no name."""
    if not isinstance(author, str) or not author.strip():
        raise LedgerError("a decision needs an author: --author NAME or the variable LEDGER_AUTHOR")
    if len(author) > LONGEST_NAME or not author.isprintable():
        raise LedgerError(f"the author {author[:40]!r} is not a valid name; write up to {LONGEST_NAME} characters")
    return author


def _check_texts(draft: DecisionDraft) -> None:
    """Refuse what cannot be kept as text: another type, half a surrogate pair, a text without end."""
    for name, said, longest in (
        ("target", draft.target, LONGEST_NAME),
        ("other", draft.other, LONGEST_NAME),
        ("note", draft.note, LONGEST_TEXT),
    ):
        if said is None and name == "other":
            continue
        if not isinstance(said, str):
            raise LedgerError(f"the {name} {said!r} is not text")
        if len(said) > longest or (name != "note" and not (said.isprintable() and said.strip())):
            raise LedgerError(f"the {name} {said[:40]!r} is not valid; write 1 to {longest:,} printable characters")
        if LONE_SURROGATE.search(said):
            raise LedgerError(f"the {name} {said[:40]!r} holds characters that no text has")


def decisions_of(
    drafts: Iterable[DecisionDraft], known: Derived, before: pl.DataFrame | None, *, author: str, at: datetime
) -> list[Decision]:
    """The decisions of `drafts`, checked one after the other against what the ledger holds.

    With `before`, the decisions that were made so far, one that repeats the latest on its target is given as it stands,
    and one that repeats an earlier one is made again.
    """
    deciding = Deciding(known, author, at)
    return [deciding.made(draft, before) for draft in drafts]


@dataclass
class Deciding:
    """Decisions that one person makes one after the other, each checked against what those before it leave."""

    known: Derived
    author: str
    at: datetime
    """When the first is made; each that follows is a microsecond later, for they are replayed in order of time."""
    rows: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """Claim or commitment → its row with the corrections so far."""
    number: int = 0

    def __post_init__(self) -> None:
        self.meaning = Meaning(self.known)

    def made(self, draft: DecisionDraft, before: pl.DataFrame | None = None) -> Decision:
        """The next decision; raises LedgerError where it does not fit the ledger.

        With `before`, one that repeats the latest on its target is given as it stands.
        """
        whole = self.whole(draft)
        row = self.rows.get(whole.target) if whole.kind is not DecisionKind.ALIAS else None
        at = self.at + timedelta(microseconds=self.number)
        decision = _repeated(make_decision(whole, author=self.author, at=at, row=row), before)
        if row is not None and decision.field is not None and decision.value is not None:
            self.rows[whole.target] = row | revised(row, decision.field, decision.value)
        self.number += 1
        return decision

    def row(self, target: str) -> dict[str, Any] | None:
        """The claim or commitment as the decisions so far leave it; None for a name."""
        if target not in self.rows:
            self.rows[target] = _row_of(self.known, target)
        return self.rows[target]

    def whole(self, draft: DecisionDraft) -> DecisionDraft:
        """The draft with whole ids, names in the ledger's spelling, and a value that a correction keeps."""
        _check_texts(draft)
        if decision_kind(draft.kind) is DecisionKind.DESCRIBE:
            raise LedgerError("what is known of a document has its own verb: ledger documents set DOCUMENT")
        target, other = _whole(self.known, draft, draft.target), _whole(self.known, draft, draft.other)
        row = None if draft.kind is DecisionKind.ALIAS or target is None else self.row(target)
        is_correction = draft.kind is DecisionKind.CORRECT
        value = self.meaning.of(draft.field, draft.value, row) if is_correction else draft.value
        return replace(draft, target=target or "", other=other, value=value)


def make_decision(draft: DecisionDraft, *, author: str, at: datetime, row: dict[str, Any] | None = None) -> Decision:
    """The decision, anchored on the quote of `row` where it is a claim.

    `row` is the claim or commitment as it stands, with earlier corrections. Raises LedgerError where the draft lacks
    what its kind needs, or a correction does not fit the row.
    """
    kind, other = draft.kind, draft.other
    if kind is DecisionKind.UNDO:
        raise LedgerError("a decision is taken back by its own verb: ledger undo DECISION")
    if (other is not None) != (kind in NEEDS_OTHER):
        needs = "another claim, commitment or name" if kind in NEEDS_OTHER else "nothing beside its target"
        raise LedgerError(f"{kind} needs {needs}: {kind} TARGET{' OTHER' if kind in NEEDS_OTHER else ''}")
    if other is not None and other == draft.target:
        raise LedgerError(f"{kind} needs two, and {other} is {draft.target} itself; name another one")
    checked_author(author)
    if kind is not DecisionKind.CORRECT and (draft.field is not None or draft.value is not None):
        raise LedgerError(
            f"{kind} takes no field and no value; a correction does: correct TARGET --field FIELD --value VALUE"
        )
    value = corrected_value(draft.field, draft.value, row) if kind is DecisionKind.CORRECT else None
    anchor = {name: row[name] if row is not None and "exact" in row else None for name in ANCHOR}
    parts = (kind, draft.target, other, draft.field, value, author, draft.note, *anchor.values())
    return Decision(
        decision_id=stable_id("decision", *parts),
        kind=kind,
        target=draft.target,
        other=other,
        field=draft.field,
        value=value,
        author=author,
        at=at,
        note=draft.note,
        **anchor,
    )


def _repeated(decision: Decision, made: pl.DataFrame | None) -> Decision:
    """The decision, or the one that stands where it would only repeat it; `made` are all that were made before."""
    if made is None:
        return decision
    before = made.filter([pl.col(name).eq_missing(getattr(decision, name)) for name in SAME])
    if before.is_empty():
        return decision
    in_force = standing(made).in_force
    again = in_force.filter(pl.col("decision_id").is_in(before["decision_id"].implode())).tail(1)
    latest = in_force.filter(pl.col("target") == decision.target).tail(1)
    if again.height and latest["decision_id"].to_list() == again["decision_id"].to_list():
        return records_of(Decision, again)[0]
    parts: Sequence[object] = [getattr(decision, name) for name in (*SAME, *ANCHOR)]
    return decision.model_copy(update={"decision_id": stable_id("decision", *parts, before.height)})


def undo_of(
    made: pl.DataFrame,
    id: str | int | None,  # noqa: A002 - the user's word for it
    *,
    author: str,
    at: datetime,
    note: str,
) -> Decision:
    """The decision that takes back `id` (its number, or a unique prefix), or without one the latest that stands.

    `made` are all decisions of the ledger; nothing else of it is read. Raises LedgerError where there is none to take
    back.
    """
    known = standing(made)
    if id is None:
        if known.in_force.is_empty():
            raise LedgerError("no decision stands that could be taken back; see `ledger decisions`")
        id = str(known.in_force["decision_id"][-1])  # noqa: A001 - the user's word for it
    elif isinstance(id, int) or re.fullmatch(r"[1-9][0-9]{0,5}", id):
        id = _numbered(made, id)  # noqa: A001 - the user's word for it
    draft = DecisionDraft(DecisionKind.UNDO, id, note=note)
    _check_texts(draft)
    if len(id) < SHORTEST_ID:
        raise LedgerError(f"{id!r} is too short for an id; write at least {SHORTEST_ID} characters of it")
    ids = made["decision_id"].drop_nulls()
    fits = ids.filter(ids.str.starts_with(id)).unique().sort().to_list()
    whole = id if id in fits else fits[0] if len(fits) == 1 else None
    if whole is None:
        told = f"fits {len(fits)} decisions; write more of it" if fits else "no decision has this id"
        raise LedgerError(f"{id}: {told}; see `ledger decisions`")
    if whole in known.undone:
        raise LedgerError(f"{whole}: was taken back already, by {known.undone[whole]}; undo that one to let it stand")
    times = made.filter((pl.col("kind") == DecisionKind.UNDO.value) & (pl.col("target") == whole)).height
    name = stable_id("decision", DecisionKind.UNDO, whole, checked_author(author), note, times)
    return Decision(decision_id=name, kind=DecisionKind.UNDO, target=whole, author=author, at=at, note=note)


def _numbered(made: pl.DataFrame, said: str | int) -> str:
    """The id of the decision of that number, or the beginning of an id that looks like one."""
    number = int(said)
    if 1 <= number <= made.height:
        return str(made["decision_id"][number - 1])
    if len(str(said)) < SHORTEST_ID:
        told = f"there are {made.height}" if made.height else "there is none"
        raise LedgerError(f"no decision has the number {said}; {told}, see `ledger decisions`")
    return str(said)


def _row_of(known: Derived, target: str) -> dict[str, Any] | None:
    """The claim or commitment as it stands, with people's corrections; None for a name."""
    for frame, key in ((known.claims, "claim_id"), (known.resolution.commitments, "commitment_id")):
        row = next(frame.filter(pl.col(key) == target).iter_rows(named=True), None)
        if row is not None:
            return row
    return None


def _whole(known: Derived, draft: DecisionDraft, said: str | None) -> str | None:
    """The whole id; or the name in the ledger's spelling, where the decision may be about names."""
    if said is None:
        return None
    if draft.kind is DecisionKind.ALIAS:
        return known_name(said, known, anywhere=said == draft.other)
    try:
        return find(known.resolution, said)[1]
    except LedgerError:
        if draft.kind is DecisionKind.DIFFERENT and not ID.fullmatch(said):
            return known_name(said, known)
        raise
