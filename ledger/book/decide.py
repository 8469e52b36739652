"""A person's decisions on claims, commitments and names, checked before they are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.book.query import find
from ledger.corrections import corrected_value, revised
from ledger.errors import LedgerError
from ledger.tables import records_of
from schemas import Decision, DecisionKind, stable_id

NEEDS_OTHER = frozenset({DecisionKind.SAME, DecisionKind.DIFFERENT, DecisionKind.PART_OF, DecisionKind.ALIAS})
ANCHOR = ("document_id", "exact", "prefix", "suffix")
SAME = ("kind", "target", "other", "field", "value", "author", "note")
"""Columns that two decisions share where one repeats the other."""


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
    value: str | None = None
    """Its right value, as a person writes it."""
    note: str = ""
    """Why."""


def decision_kind(kind: str) -> DecisionKind:
    """The kind of that name; raises LedgerError for any other word."""
    if kind not in set(DecisionKind):
        raise LedgerError(f"{kind!r} is not a valid decision; choose {', '.join(DecisionKind)}")
    return DecisionKind(kind)


def decisions_of(
    drafts: Iterable[DecisionDraft], known: Derived, standing: pl.DataFrame | None, *, author: str, at: datetime
) -> list[Decision]:
    """The decisions of `drafts`, checked one after the other against what the ledger holds.

    With `standing`, the decisions that the ledger has, one that repeats the latest on its target is given as it stands,
    and one that repeats an earlier one is made again.
    """
    rows: dict[str, dict[str, Any] | None] = {}
    made = []
    for draft in drafts:
        target, other = _whole(known, draft, draft.target), _whole(known, draft, draft.other)
        whole = replace(draft, target=target or "", other=other)
        if whole.target not in rows:
            rows[whole.target] = None if draft.kind is DecisionKind.ALIAS else _row_of(known, whole.target)
        row = rows[whole.target]
        decision = _repeated(make_decision(whole, author=author, at=at, row=row), standing)
        if row is not None and decision.field is not None and decision.value is not None:
            rows[whole.target] = row | revised(row, decision.field, decision.value)
        made.append(decision)
    return made


def make_decision(draft: DecisionDraft, *, author: str, at: datetime, row: dict[str, Any] | None = None) -> Decision:
    """The decision, anchored on the quote of `row` where it is a claim.

    `row` is the claim or commitment as it stands, with earlier corrections. Raises LedgerError where the draft lacks
    what its kind needs, or a correction does not fit the row.
    """
    kind, other = draft.kind, draft.other
    if (other is not None) != (kind in NEEDS_OTHER):
        needs = "another claim, commitment or name" if kind in NEEDS_OTHER else "nothing beside its target"
        raise LedgerError(f"{kind} needs {needs}: {kind} TARGET{' OTHER' if kind in NEEDS_OTHER else ''}")
    if not author.strip():
        raise LedgerError("a decision needs an author: --author NAME or the variable LEDGER_AUTHOR")
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


def _repeated(decision: Decision, standing: pl.DataFrame | None) -> Decision:
    """The decision, or the one that stands where it would only repeat it."""
    if standing is None:
        return decision
    before = standing.filter([pl.col(name).eq_missing(getattr(decision, name)) for name in SAME])
    if before.is_empty():
        return decision
    latest = standing.filter(pl.col("target") == decision.target).tail(1)
    if latest["decision_id"].to_list() == before.tail(1)["decision_id"].to_list():
        return records_of(Decision, before.tail(1))[0]
    parts: Sequence[object] = [getattr(decision, name) for name in (*SAME, *ANCHOR)]
    return decision.model_copy(update={"decision_id": stable_id("decision", *parts, before.height)})


def _row_of(known: Derived, target: str) -> dict[str, Any] | None:
    """The claim or commitment as it stands, with people's corrections; None for a name."""
    for frame, key in ((known.claims, "claim_id"), (known.resolution.commitments, "commitment_id")):
        row = next(frame.filter(pl.col(key) == target).iter_rows(named=True), None)
        if row is not None:
            return row
    return None


def _whole(known: Derived, draft: DecisionDraft, id: str | None) -> str | None:  # noqa: A002 - the user's word for it
    """The whole id, or the name as it is where the decision may be about names."""
    if id is None or draft.kind is DecisionKind.ALIAS:
        return id
    try:
        return find(known.resolution, id)[1]
    except LedgerError:
        if draft.kind is DecisionKind.DIFFERENT:
            return id
        raise
