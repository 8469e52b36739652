"""Decisions: people's words, replayed in order over the claims before and while they are resolved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from ledger.errors import LedgerError
from ledger.tables import record_schema
from schemas import Bound, Claim, DecisionKind, Measure, Stage, stable_id

NUMBERS = ("value", "lower", "upper")
NAMES = ("actor", "recipient")
OF_ONE = frozenset({DecisionKind.ACCEPT, DecisionKind.REJECT, DecisionKind.CORRECT})
"""What is said of one claim or one commitment."""


@dataclass(frozen=True)
class Word:
    """What a person says of a whole commitment."""

    claim_id: str
    """The claim that the commitment was named by: whatever commitment holds it is meant."""
    kind: DecisionKind
    """accept, reject or correct."""
    field: str | None
    """The attribute that a correction sets."""
    value: str | None
    """Its right value as text."""
    decision_id: str
    """The decision."""


@dataclass(frozen=True)
class Verdicts:
    """What the decisions come to once all of them are replayed."""

    rejected: dict[str, str] = field(default_factory=dict)
    """claim_id → the decision that rejects it."""
    accepted: frozenset[str] = frozenset()
    """claim_ids that a person accepted."""
    corrections: dict[str, dict[str, str]] = field(default_factory=dict)
    """claim_id → attribute → its right value as text."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Name → the name that it is an alias of."""
    same: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are one commitment, with the decision."""
    different: tuple[tuple[str, str, str], ...] = ()
    """Pairs of claim_ids that are two commitments, with the decision."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """claim_id of a part, claim_id of its whole, and the decision."""
    words: tuple[Word, ...] = ()
    """What was said of whole commitments, in the order of time."""


def commitment_id_of(claim_id: str) -> str:
    """The id of the commitment whose earliest claim is `claim_id`."""
    return stable_id("commitment", claim_id)


def replayed(decisions: pl.DataFrame | None, claims: pl.DataFrame) -> Verdicts:
    """`decisions` (columns of the record Decision) replayed by time; a later word overrules an earlier one on the same thing.

    A target is a claim_id, a commitment_id or a name; what is said of a commitment is of all its claims together. A claim that was extracted anew
    under another id is found again by the document and the quote that the decision keeps. A decision on something that is not in `claims` waits and
    does nothing.
    """
    if decisions is None or decisions.is_empty():
        return Verdicts()
    find = _Targets(claims, decisions)
    rejected: dict[str, str] = {}
    accepted: set[str] = set()
    corrections: dict[str, dict[str, str]] = {}
    aliases: dict[str, str] = {}
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    parts: dict[str, tuple[str, str]] = {}
    words: list[Word] = []
    for row in decisions.sort("at", "decision_id").iter_rows(named=True):
        kind, target = DecisionKind(row["kind"]), find.claim(row["target"], row)
        other = find.claim(row["other"], None) if row["other"] is not None else None
        if kind is DecisionKind.ALIAS:
            aliases = {name: end for name, end in aliases.items() if name != row["other"]} | {
                row["target"]: row["other"]
            }
        elif kind is DecisionKind.DIFFERENT and target is None:
            aliases = {name: end for name, end in aliases.items() if {name, end} != {row["target"], row["other"]}}
        elif target is None:
            continue
        elif kind in OF_ONE and find.is_commitment(row["target"]):
            words.append(Word(target, kind, row["field"], row["value"], row["decision_id"]))
        elif kind is DecisionKind.REJECT:
            rejected[target] = row["decision_id"]
            accepted.discard(target)
        elif kind is DecisionKind.ACCEPT:
            accepted.add(target)
            rejected.pop(target, None)
        elif kind is DecisionKind.CORRECT:
            corrections.setdefault(target, {})[row["field"]] = row["value"]
        elif other is not None and kind is DecisionKind.PART_OF:
            parts[target] = (other, row["decision_id"])
        elif other is not None:
            pairs[min(target, other), max(target, other)] = (kind.value, row["decision_id"])
    told = {
        kind: tuple((a, b, by) for (a, b), (said, by) in sorted(pairs.items()) if said == kind)
        for kind in ("same", "different")
    }
    ends = {name: _end_of(name, aliases) for name in aliases}
    wholes = tuple((part, whole, by) for part, (whole, by) in sorted(parts.items()))
    return Verdicts(
        rejected, frozenset(accepted), corrections, ends, told["same"], told["different"], wholes, tuple(words)
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

    def claim(self, target: str, decision: dict[str, Any] | None) -> str | None:
        """The claim_id that `target` names, or null where it is a name or not in the ledger."""
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


def corrected(claims: pl.DataFrame, verdicts: Verdicts) -> pl.DataFrame:
    """`claims` with what people corrected; raises LedgerError where a correction does not fit its attribute."""
    changed = {**{claim: {} for claim in verdicts.accepted}, **verdicts.corrections}
    if not changed:
        return claims
    touched = claims.filter(pl.col("claim_id").is_in(list(changed)))
    rows = [
        _corrected_row(row, changed[row["claim_id"]], row["claim_id"] in verdicts.accepted)
        for row in touched.iter_rows(named=True)
    ]
    mended = pl.DataFrame(rows, schema=record_schema(Claim), orient="row")
    return pl.concat(
        [claims.filter(~pl.col("claim_id").is_in(list(changed))), mended.select(claims.columns)], how="vertical"
    )


def _corrected_row(row: dict[str, Any], changes: dict[str, str], accepted: bool) -> dict[str, Any]:
    new = dict(row)
    for attribute, text in changes.items():
        try:
            new.update(_change(new, attribute, text))
        except (ValueError, InvalidOperation) as error:
            raise LedgerError(f"claim {row['claim_id']}: {text!r} is no {attribute}") from error
    if changes.keys() & {"value", "bound"}:
        new.update({end: amount for end, amount in _ends(new).items() if end not in changes})
    committing = Measure(new["measure"]).is_commitment
    new["stage"] = (new["stage"] or Stage.PLEDGED.value) if committing else None
    if accepted:
        new["confidence"], new["review"] = 1.0, []
    return new


def _change(row: dict[str, Any], attribute: str, text: str) -> dict[str, Any]:
    if attribute in NUMBERS:
        return {attribute: Decimal(text) if text else None}
    if attribute in NAMES:
        return {attribute: [_name(name, row) for name in _split(text)]}
    if attribute == "fields":
        evidence = {
            "start": row["start"],
            "end": row["end"],
            "exact": row["exact"],
            "rule": "decision",
            "confidence": 1.0,
        }
        return {"fields": [{"code": code} | evidence for code in _split(text)]}
    if attribute not in ("unit", "bound", "measure", "stage", "period"):
        raise LedgerError(
            f"no attribute {attribute!r}: correct value, lower, upper, unit, bound, measure, stage, actor, recipient, fields or period"
        )
    checked = {"bound": Bound, "measure": Measure, "stage": Stage}.get(attribute, str)(text)
    return {attribute: str(checked) or None}


def amended(row: dict[str, Any], changes: dict[str, str], aliases: dict[str, str]) -> dict[str, Any]:
    """A row of commitments with what people corrected; raises LedgerError where a correction does not fit its attribute."""
    new = dict(row)
    for attribute, text in changes.items():
        try:
            if attribute in NAMES:
                new[attribute] = [aliases.get(name, name) for name in _split(text)]
            elif attribute == "fields":
                new[attribute] = list(_split(text))
            elif text or attribute != "stage":  # a commitment is always in some stage
                new.update(_change(new, attribute, text))
        except (ValueError, InvalidOperation) as error:
            raise LedgerError(f"commitment {row['commitment_id']}: {text!r} is no {attribute}") from error
    if changes.keys() & {"value", "bound"}:
        new.update({end: amount for end, amount in _ends(new).items() if end not in changes})
    return new


def _split(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())


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


def _ends(row: dict[str, Any]) -> dict[str, Decimal | None]:
    value, bound = row["value"], Bound(row["bound"])
    if bound is Bound.RANGE:
        return {"lower": row["lower"], "upper": row["upper"]}
    open_above, open_below = bound in (Bound.MORE_THAN, Bound.AT_LEAST), bound in (Bound.LESS_THAN, Bound.AT_MOST)
    return {"lower": None if open_below else value, "upper": None if open_above else value}


__all__ = ["Verdicts", "Word", "amended", "commitment_id_of", "corrected", "replayed"]
