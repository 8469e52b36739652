"""Decisions applied: claims and commitments as people corrected, accepted and rejected them."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from ledger.errors import LedgerError
from ledger.resolve.decisions import CommitmentDecision, ReplayedDecisions
from ledger.tables import record_schema
from schemas import Bound, Claim, DecisionKind, Measure, Stage, stable_id

NUMBERS = ("value", "lower", "upper")
NAMES = ("actor", "recipient")
CODES = {"bound": Bound, "measure": Measure, "stage": Stage}
TEXTS = ("unit", "period")


def corrected_claims(claims: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`claims` as people corrected and accepted them; raises LedgerError where a correction does not fit its field."""
    changes = {**{claim: {} for claim in replayed.accepted}, **replayed.corrections}
    if not changes:
        return claims
    decided = pl.col("claim_id").is_in(list(changes))
    rows = [
        _corrected_claim(row, changes[row["claim_id"]], accepted=row["claim_id"] in replayed.accepted)
        for row in claims.filter(decided).iter_rows(named=True)
    ]
    corrected = pl.DataFrame(rows, schema=record_schema(Claim), orient="row").select(claims.columns)
    return pl.concat([claims.filter(~decided), corrected], how="vertical")


def apply_decisions(rows: pl.DataFrame, mentions: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`rows` of commitments as people decided them.

    Added are `rejected_by` (a decision) and, as the texts have them, `text_unit` and `text_upper`. A decision about a
    commitment holds for all its claims together, and for claims that join them later.
    """
    told = rows.with_columns(
        pl.lit(None, pl.String).alias("rejected_by"),
        pl.col("unit").alias("text_unit"),
        pl.col("upper").alias("text_upper"),
    )
    by_cluster = _by_cluster(mentions, replayed)
    if not by_cluster:
        return told
    decided = pl.col("cluster").is_in(list(by_cluster))
    new = [
        _decided_commitment(row, by_cluster[row["cluster"]], replayed.aliases)
        for row in told.filter(decided).iter_rows(named=True)
    ]
    return pl.concat([told.filter(~decided), pl.DataFrame(new, schema=told.schema, orient="row")]).sort("cluster")


def _by_cluster(mentions: pl.DataFrame, replayed: ReplayedDecisions) -> dict[int, list[CommitmentDecision]]:
    """Cluster → the decisions about its commitment, earliest first."""
    named = pl.col("claim_id").is_in([decision.claim_id for decision in replayed.of_commitments])
    cluster_of = dict(mentions.filter(named).select("claim_id", "cluster").iter_rows())
    found: dict[int, list[CommitmentDecision]] = {}
    for decision in replayed.of_commitments:
        if decision.claim_id in cluster_of:
            found.setdefault(cluster_of[decision.claim_id], []).append(decision)
    return found


def _decided_commitment(
    row: dict[str, Any], decisions: list[CommitmentDecision], aliases: dict[str, str]
) -> dict[str, Any]:
    changes: dict[str, str] = {}
    new = dict(row)
    for decision in decisions:
        if decision.kind is DecisionKind.REJECT:
            new["rejected_by"] = decision.decision_id
        elif decision.kind is DecisionKind.ACCEPT:
            new |= {"rejected_by": None, "confidence": 1.0}
        elif decision.field is not None and decision.value is not None:
            changes[decision.field] = decision.value
    new = _corrected_commitment(new, changes, aliases)
    if (new["unit"], new["value"]) != (row["unit"], row["value"]):
        new["dollars"] = None  # the texts' amount no longer tells whether the commitment fits into its whole
    return new


def _corrected_claim(row: dict[str, Any], changes: dict[str, str], *, accepted: bool) -> dict[str, Any]:
    new = dict(row)
    for attribute, text in changes.items():
        try:
            new.update(_change(new, attribute, text))
        except (ValueError, InvalidOperation) as error:
            raise LedgerError(f"claim {row['claim_id']}: {text!r} is not a valid {attribute}") from error
    new |= _ends_unless(changes, new)
    committing = Measure(new["measure"]).is_commitment
    new["stage"] = (new["stage"] or Stage.PLEDGED.value) if committing else None
    if accepted:
        new["confidence"], new["review"] = 1.0, []
    return new


def _corrected_commitment(row: dict[str, Any], changes: dict[str, str], aliases: dict[str, str]) -> dict[str, Any]:
    new = dict(row)
    for attribute, text in changes.items():
        try:
            if attribute in NAMES:
                new[attribute] = [aliases.get(name, name) for name in _parts(text)]
            elif attribute == "fields":
                new[attribute] = list(_parts(text))
            elif text or attribute != "stage":  # a commitment always has a stage
                new.update(_change(new, attribute, text))
        except (ValueError, InvalidOperation) as error:
            raise LedgerError(f"commitment {row['commitment_id']}: {text!r} is not a valid {attribute}") from error
    return new | _ends_unless(changes, new)


def _change(row: dict[str, Any], attribute: str, text: str) -> dict[str, Any]:
    if attribute in NUMBERS:
        return {attribute: Decimal(text) if text else None}
    if attribute in NAMES:
        return {attribute: [_name(name, row) for name in _parts(text)]}
    if attribute == "fields":
        return {"fields": [{"code": code, "exact": row["exact"], **_evidence(row)} for code in _parts(text)]}
    if attribute in CODES:
        return {attribute: None if attribute == "stage" and not text else CODES[attribute](text).value}
    if attribute in TEXTS:
        return {attribute: text or None}
    choices = ", ".join((*NUMBERS, "unit", *CODES, *NAMES, "fields", "period"))
    raise LedgerError(f"{attribute!r} is not a valid field of a correction; choose {choices}")


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())


def _name(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "id": stable_id(name), "said": row["exact"], "type": "other", **_evidence(row)}


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    """Where a corrected attribute stands in the text: at the figure itself, by a person's decision."""
    return {"start": row["start"], "end": row["end"], "rule": "decision", "confidence": 1.0}


def _ends_unless(changes: dict[str, str], row: dict[str, Any]) -> dict[str, Decimal | None]:
    """The ends that a corrected value or bound gives, without those that are corrected themselves."""
    if not changes.keys() & {"value", "bound"} or row["bound"] == Bound.RANGE:
        return {}
    value, bound = row["value"], Bound(row["bound"])
    open_above, open_below = bound in (Bound.MORE_THAN, Bound.AT_LEAST), bound in (Bound.LESS_THAN, Bound.AT_MOST)
    ends = {"lower": None if open_below else value, "upper": None if open_above else value}
    return {end: amount for end, amount in ends.items() if end not in changes}


__all__ = ["apply_decisions", "corrected_claims"]
