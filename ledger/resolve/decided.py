"""Decisions of people, replayed in order over the claims before and while they are resolved."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ledger.corrections import revised
from ledger.errors import LedgerError
from ledger.tables import record_schema
from schemas import Claim, DecisionKind, Measure, Problem, Stage, stable_id

NAMES = ("actor", "recipient")
OF_ONE = frozenset({DecisionKind.ACCEPT, DecisionKind.REJECT, DecisionKind.CORRECT})
"""Decisions on one claim or one commitment."""
CORRECTION_FITS = "correction_fits"
"""The rule that a correction breaks which is left aside."""


@dataclass(frozen=True)
class Correction:
    """An attribute that a person set."""

    field: str
    """Its name."""
    value: str
    """Its right value, as `ledger.corrections` keeps it."""
    decision_id: str
    """The decision."""


@dataclass(frozen=True)
class CommitmentDecision:
    """A decision on a whole commitment."""

    claim_id: str
    """The claim that the commitment was named by: whatever commitment holds it is meant."""
    kind: DecisionKind
    """accept, reject or correct."""
    correction: Correction | None
    """What a correction sets."""
    decision_id: str
    """The decision."""


@dataclass(frozen=True)
class ReplayedDecisions:
    """What the decisions come to once all of them are replayed."""

    rejected: dict[str, str] = field(default_factory=dict)
    """claim_id → the decision that rejects it."""
    accepted: frozenset[str] = frozenset()
    """claim_ids that a person accepted."""
    corrections: dict[str, tuple[Correction, ...]] = field(default_factory=dict)
    """claim_id → what was corrected, in the order of time."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Name → the name that it is an alias of."""
    same: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are one commitment, with the decision."""
    different: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are two commitments, with the decision."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """claim_id of a part, claim_id of its whole, and the decision."""
    on_commitments: tuple[CommitmentDecision, ...] = ()
    """Decisions on whole commitments, in the order of time."""


def commitment_id_of(claim_id: str) -> str:
    """The id of the commitment whose earliest claim is `claim_id`."""
    return stable_id("commitment", claim_id)


def replayed(decisions: pl.DataFrame | None, claims: pl.DataFrame) -> ReplayedDecisions:
    """`decisions` (columns of the record Decision) replayed by time; a later one overrules an earlier one.

    A target is a claim_id, a commitment_id or a name; a decision on a commitment is on all its claims together. A claim
    that was extracted again under another id is found by the document and the quote that the decision keeps. A decision
    on something that is not in `claims` waits and does nothing.
    """
    if decisions is None or decisions.is_empty():
        return ReplayedDecisions()
    replay = _Replay(_Targets(claims, decisions))
    for row in decisions.sort("at", "decision_id").iter_rows(named=True):
        replay.take(row)
    return replay.result()


class _Replay:
    """The decisions taken so far."""

    def __init__(self, find: "_Targets") -> None:
        self.find = find
        self.rejected: dict[str, str] = {}
        self.accepted: set[str] = set()
        self.corrections: dict[str, tuple[Correction, ...]] = {}
        self.aliases: dict[str, str] = {}
        self.pairs: dict[tuple[str, str], tuple[str, str]] = {}
        self.parts: dict[str, tuple[str, str]] = {}
        self.on_commitments: list[CommitmentDecision] = []

    def take(self, row: dict[str, Any]) -> None:
        """Take the next decision."""
        kind, target, name, other = DecisionKind(row["kind"]), row["target"], row["decision_id"], row["other"]
        claim = self.find.claim(target, row)
        if kind is DecisionKind.ALIAS:
            self.aliases.pop(other, None)
            self.aliases[target] = other
        elif kind is DecisionKind.DIFFERENT and claim is None:
            self.aliases = {alias: end for alias, end in self.aliases.items() if {alias, end} != {target, other}}
        elif claim is not None and kind in OF_ONE:
            self._take_of_one(kind, claim, row)
        elif claim is not None and (whole := self.find.claim(other, None)) is not None:
            if kind is DecisionKind.PART_OF:
                self.parts[claim] = (whole, name)
            else:
                self.pairs[min(claim, whole), max(claim, whole)] = (kind.value, name)

    def _take_of_one(self, kind: DecisionKind, claim: str, row: dict[str, Any]) -> None:
        name = row["decision_id"]
        correction = Correction(row["field"] or "", row["value"] or "", name) if kind is DecisionKind.CORRECT else None
        if self.find.is_commitment(row["target"]):
            self.on_commitments.append(CommitmentDecision(claim, kind, correction, name))
        elif kind is DecisionKind.REJECT:
            self.rejected[claim] = name
            self.accepted.discard(claim)
        elif kind is DecisionKind.ACCEPT:
            self.accepted.add(claim)
            self.rejected.pop(claim, None)
        elif correction is not None:
            self.corrections[claim] = (*self.corrections.get(claim, ()), correction)

    def result(self) -> ReplayedDecisions:
        """What they come to."""
        pairs = {
            kind: tuple((a, b, by) for (a, b), (said, by) in sorted(self.pairs.items()) if said == kind)
            for kind in ("same", "different")
        }
        return ReplayedDecisions(
            self.rejected,
            frozenset(self.accepted),
            self.corrections,
            {name: _end_of(name, self.aliases) for name in self.aliases},
            pairs["same"],
            pairs["different"],
            tuple((part, whole, by) for part, (whole, by) in sorted(self.parts.items())),
            tuple(self.on_commitments),
        )


def _end_of(name: str, aliases: dict[str, str]) -> str:
    seen = {name}
    while name in aliases and aliases[name] not in seen:
        name = aliases[name]
        seen.add(name)
    return name


class _Targets:
    """Finds the claim that a decision is about."""

    def __init__(self, claims: pl.DataFrame, decisions: pl.DataFrame) -> None:
        wanted = set(decisions["target"].to_list()) | set(decisions["other"].drop_nulls().to_list())
        ids = claims.select("claim_id")
        self.known: set[str] = set(ids.filter(pl.col("claim_id").is_in(wanted))["claim_id"].to_list())
        missing = wanted - self.known
        self.first: dict[str, str] = (
            {commitment_id_of(claim): claim for claim in ids["claim_id"].to_list()} if missing else {}
        )
        documents = decisions.filter(pl.col("target").is_in(missing) & pl.col("document_id").is_not_null())[
            "document_id"
        ].unique()
        quoted = claims.filter(pl.col("document_id").is_in(documents.implode()))
        self.quotes = list(quoted.select("claim_id", "document_id", "exact", "prefix", "suffix").iter_rows(named=True))

    def claim(self, target: str | None, decision: dict[str, Any] | None) -> str | None:
        """The claim_id that `target` names, or null where it is a name or not in the ledger."""
        if target is None:
            return None
        if target in self.known:
            return target
        if target in self.first:
            return self.first[target]
        return self._by_quote(decision) if decision and decision["document_id"] and decision["exact"] else None

    def is_commitment(self, target: str) -> bool:
        """Whether `target` is the id of a commitment."""
        return target not in self.known and target in self.first

    def _by_quote(self, decision: dict[str, Any]) -> str | None:
        alike = [
            quote
            for quote in self.quotes
            if quote["document_id"] == decision["document_id"] and quote["exact"] == decision["exact"]
        ]
        if len(alike) > 1:
            alike = [q for q in alike if q["prefix"] == decision["prefix"] and q["suffix"] == decision["suffix"]]
        return str(alike[0]["claim_id"]) if len(alike) == 1 else None


def corrected(claims: pl.DataFrame, decided: ReplayedDecisions) -> pl.DataFrame:
    """`claims` with what people corrected; a correction that does not fit its claim is left aside, see `after`."""
    changed = {**dict.fromkeys(decided.accepted, ()), **decided.corrections}
    if not changed:
        return claims
    touched = claims.filter(pl.col("claim_id").is_in(list(changed)))
    rows = [
        _corrected_row(row, changed[row["claim_id"]], row["claim_id"] in decided.accepted)
        for row in touched.iter_rows(named=True)
    ]
    new = pl.DataFrame(rows, schema=record_schema(Claim), orient="row")
    return pl.concat(
        [claims.filter(~pl.col("claim_id").is_in(list(changed))), new.select(claims.columns)], how="vertical"
    )


def _corrected_row(row: dict[str, Any], steps: Iterable[Correction], accepted: bool) -> dict[str, Any]:
    new, _ = after(row, steps)
    for role in NAMES:
        if role in new.keys() & {step.field for step in steps}:
            new[role] = [_name(name, row) if isinstance(name, str) else name for name in new[role]]
    new["fields"] = [_tag(code, row) if isinstance(code, str) else code for code in new["fields"]]
    committing = Measure(new["measure"]).is_commitment
    new["stage"] = (new["stage"] or Stage.PLEDGED.value) if committing else None
    if accepted:
        new["confidence"], new["review"] = 1.0, []
    return new


def after(row: dict[str, Any], steps: Iterable[Correction]) -> tuple[dict[str, Any], list[Problem]]:
    """`row` after `steps` in order, names and fields as text; and the steps that do not fit, which change nothing."""
    new, left = dict(row), []
    for step in steps:
        try:
            new.update(revised(new, step.field, step.value))
        except LedgerError as error:
            left.append(Problem(where=f"decision {step.decision_id}", rule=CORRECTION_FITS, message=str(error)))
    return new, left


def amended(row: dict[str, Any], steps: Iterable[Correction], aliases: dict[str, str]) -> dict[str, Any]:
    """A row of commitments with what people corrected; a correction that does not fit is left aside, see `after`."""
    steps = list(steps)
    new, _ = after(row, steps)
    for role in NAMES:
        if role in {step.field for step in steps}:
            new[role] = list(dict.fromkeys(aliases.get(name, name) for name in new[role]))
    return new


def _name(name: str, row: dict[str, Any]) -> dict[str, Any]:
    place = {"start": row["start"], "end": row["end"]}
    return {
        "name": name,
        "id": stable_id(name),
        "said": row["exact"],
        "type": "other",
        "rule": "decision",
        "confidence": 1.0,
    } | place


def _tag(code: str, row: dict[str, Any]) -> dict[str, Any]:
    place = {"start": row["start"], "end": row["end"], "exact": row["exact"]}
    return {"code": code, "rule": "decision", "confidence": 1.0} | place


__all__ = [
    "CommitmentDecision",
    "Correction",
    "ReplayedDecisions",
    "after",
    "amended",
    "commitment_id_of",
    "corrected",
    "replayed",
]
