"""Decisions replayed: what people said, in the order in which they said it, a later decision overruling an earlier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas import DecisionKind, stable_id

OF_ONE = frozenset({DecisionKind.ACCEPT, DecisionKind.REJECT, DecisionKind.CORRECT})
"""Decisions about one claim or one commitment."""
Row = Mapping[str, Any]
"""A row with the columns of the record Decision."""


@dataclass(frozen=True)
class Correction:
    """An attribute that a person set."""

    field: str
    """Its name."""
    value: str
    """The corrected value, as `ledger.corrections` keeps it."""
    decision_id: str
    """The decision."""


@dataclass(frozen=True)
class CommitmentDecision:
    """A decision about a whole commitment."""

    claim_id: str
    """The claim that the commitment was named by: the decision holds for whatever commitment has it now."""
    kind: DecisionKind
    """accept, reject or correct."""
    correction: Correction | None
    """What a correction sets."""
    decision_id: str
    """The decision."""


@dataclass(frozen=True)
class ReplayedDecisions:
    """What all decisions together come to."""

    rejected: dict[str, str] = field(default_factory=dict)
    """claim_id → the decision that rejects it."""
    accepted: frozenset[str] = frozenset()
    """claim_ids that a person accepted."""
    corrections: dict[str, tuple[Correction, ...]] = field(default_factory=dict)
    """claim_id → its corrections, earliest first."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Name → the name that it is an alias of."""
    same: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are one commitment, with the decision."""
    different: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are two commitments, with the decision."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """claim_id of a part, claim_id of its whole, and the decision."""
    different_names: frozenset[frozenset[str]] = frozenset()
    """Pairs of names that are not one."""
    on_commitments: tuple[CommitmentDecision, ...] = ()
    """Decisions about whole commitments, earliest first."""

    @property
    def corrected(self) -> dict[str, tuple[Correction, ...]]:
        """claim_id → its corrections, of those that a person corrected or accepted; none where only accepted."""
        return {**dict.fromkeys(self.accepted, ()), **self.corrections}

    @property
    def paired_claims(self) -> list[str]:
        """The claim_ids that decisions join or keep apart, sorted."""
        return sorted({claim for a, b, _ in (*self.same, *self.different) for claim in (a, b)})


def commitment_id_of(claim_id: str) -> str:
    """The id of the commitment whose earliest claim is `claim_id`."""
    return stable_id("commitment", claim_id)


def replay_decisions(decisions: pl.DataFrame | None, claims: pl.DataFrame) -> ReplayedDecisions:
    """`decisions` (columns of the record Decision) replayed by time.

    A target is a claim_id, a commitment_id or a name; a decision about a commitment holds for all its claims together.
    A claim that was extracted again under another id is found by the document and the quote that the decision keeps.
    A decision about something that is not in `claims` waits and does nothing, and so does one about a document.
    """
    if decisions is None or decisions.is_empty():
        return ReplayedDecisions()
    replay = _Replay(_Targets(claims, decisions))
    about_claims = decisions.filter(pl.col("kind") != DecisionKind.DESCRIBE.value)
    for row in about_claims.sort("at", "decision_id").iter_rows(named=True):
        replay.apply(row)
    return replay.result()


@dataclass
class _Replay:
    """What the decisions so far come to."""

    targets: "_Targets"
    rejected: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    corrections: dict[str, tuple[Correction, ...]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], tuple[DecisionKind, str]] = field(default_factory=dict)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    different_names: set[frozenset[str]] = field(default_factory=set)
    on_commitments: list[CommitmentDecision] = field(default_factory=list)

    def apply(self, row: Row) -> None:
        """Take the next decision."""
        kind, target = DecisionKind(row["kind"]), self.targets.claim(row["target"], row)
        if kind is DecisionKind.ALIAS:
            self._without_alias(lambda name, _: name == row["other"])
            self.aliases[row["target"]] = row["other"]
            self.different_names.discard(frozenset((row["target"], row["other"])))
        elif kind is DecisionKind.DIFFERENT and target is None:
            self._without_alias(lambda name, end: {name, end} == {row["target"], row["other"]})
            self.different_names.add(frozenset((row["target"], row["other"])))
        elif target is None:
            return
        elif kind in OF_ONE:
            self._on_one(kind, target, row)
        else:
            self._on_pair(kind, target, row)

    def _without_alias(self, unwanted: Callable[[str, str], bool]) -> None:
        self.aliases = {name: end for name, end in self.aliases.items() if not unwanted(name, end)}

    def _on_one(self, kind: DecisionKind, claim: str, row: Row) -> None:
        by, correcting = row["decision_id"], kind is DecisionKind.CORRECT
        correction = Correction(row["field"] or "", row["value"] or "", by) if correcting else None
        if self.targets.is_commitment(row["target"]):
            self.on_commitments.append(CommitmentDecision(claim, kind, correction, by))
        elif kind is DecisionKind.REJECT:
            self.rejected[claim] = by
            self.accepted.discard(claim)
        elif kind is DecisionKind.ACCEPT:
            self.accepted.add(claim)
            self.rejected.pop(claim, None)
        elif correction is not None:
            self.corrections[claim] = (*self.corrections.get(claim, ()), correction)

    def _on_pair(self, kind: DecisionKind, claim: str, row: Row) -> None:
        other = self.targets.claim(row["other"], None) if row["other"] is not None else None
        if other is None:
            return
        if kind is DecisionKind.PART_OF:
            self.parts[claim] = (other, row["decision_id"])
        else:
            self.pairs[min(claim, other), max(claim, other)] = (kind, row["decision_id"])

    def result(self) -> ReplayedDecisions:
        """What they come to."""
        return ReplayedDecisions(
            rejected=self.rejected,
            accepted=frozenset(self.accepted),
            corrections=self.corrections,
            aliases={name: _last_name(name, self.aliases) for name in self.aliases},
            same=self._pairs_of(DecisionKind.SAME),
            different=self._pairs_of(DecisionKind.DIFFERENT),
            parts=tuple((part, whole, by) for part, (whole, by) in sorted(self.parts.items())),
            different_names=frozenset(self.different_names),
            on_commitments=tuple(self.on_commitments),
        )

    def _pairs_of(self, wanted: DecisionKind) -> tuple[tuple[str, str, str], ...]:
        return tuple((a, b, by) for (a, b), (kind, by) in sorted(self.pairs.items()) if kind is wanted)


def _last_name(name: str, aliases: dict[str, str]) -> str:
    """The name at the end of a chain of aliases; a circle is followed once."""
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
        quoting = decisions.filter(pl.col("target").is_in(missing) & pl.col("document_id").is_not_null())
        quoted = claims.filter(pl.col("document_id").is_in(quoting["document_id"].unique().implode()))
        self.quotes = list(quoted.select("claim_id", "document_id", "exact", "prefix", "suffix").iter_rows(named=True))

    def claim(self, target: str, decision: Row | None) -> str | None:
        """The claim_id that `target` names, or None where it is a name or not in the ledger."""
        if target in self.known:
            return target
        if target in self.first:
            return self.first[target]
        return self._by_quote(decision) if decision and decision["document_id"] and decision["exact"] else None

    def is_commitment(self, target: str) -> bool:
        """Whether `target` is the id of a commitment."""
        return target not in self.known and target in self.first

    def _by_quote(self, decision: Row) -> str | None:
        alike = [
            quote
            for quote in self.quotes
            if quote["document_id"] == decision["document_id"] and quote["exact"] == decision["exact"]
        ]
        if len(alike) > 1:
            alike = [q for q in alike if q["prefix"] == decision["prefix"] and q["suffix"] == decision["suffix"]]
        return str(alike[0]["claim_id"]) if len(alike) == 1 else None


__all__ = ["CommitmentDecision", "Correction", "ReplayedDecisions", "commitment_id_of", "replay_decisions"]
