"""Decisions applied: claims and commitments as people corrected, accepted and rejected them."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from ledger.corrections import revised
from ledger.errors import LedgerError
from ledger.resolve.decisions import CommitmentDecision, Correction, ReplayedDecisions
from ledger.resolve.tossups import DECIDED
from ledger.tables import record_schema
from schemas import Claim, DecisionKind, Measure, Problem, Stage, stable_id

NAMES = ("actor", "recipient")
CORRECTION_FITS = "correction_fits"
"""The rule that is broken by a correction which is left aside."""


def apply_corrections(row: dict[str, Any], corrections: Sequence[Correction]) -> tuple[dict[str, Any], list[Problem]]:
    """`row` after `corrections` in order, names and fields as text; and a Problem for each that does not fit.

    A correction that does not fit (older version, other program, tampering) changes nothing.
    """
    new, problems = dict(row), []
    for correction in corrections:
        try:
            new.update(revised(new, correction.field, correction.value))
        except LedgerError as error:
            where = f"decision {correction.decision_id}"
            problems.append(Problem(where=where, rule=CORRECTION_FITS, message=str(error)))
    return new, problems


def corrected_claims(claims: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`claims` as people corrected and accepted them; a correction that does not fit its claim is left aside."""
    corrections = replayed.corrected
    if not corrections:
        return claims
    decided = pl.col("claim_id").is_in(list(corrections))
    rows = [
        _corrected_claim(row, corrections[row["claim_id"]], accepted=row["claim_id"] in replayed.accepted)
        for row in claims.filter(decided).iter_rows(named=True)
    ]
    corrected = pl.DataFrame(rows, schema=record_schema(Claim), orient="row").select(claims.columns)
    return pl.concat([claims.filter(~decided), corrected], how="vertical")


def apply_decisions(rows: pl.DataFrame, mentions: pl.DataFrame, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`rows` of commitments as people decided them.

    Added are `rejected_by` (a decision) and, as the texts have them, `text_unit` and `text_upper`. A decision about a
    commitment holds for all its claims together, and for claims that join them later.
    """
    marked = rows.with_columns(
        pl.lit(None, pl.String).alias("rejected_by"),
        pl.col("unit").alias("text_unit"),
        pl.col("upper").alias("text_upper"),
    )
    by_cluster = _by_cluster(mentions, replayed)
    if not by_cluster:
        return marked
    decided = pl.col("cluster").is_in(list(by_cluster))
    new = [
        _decided_commitment(row, by_cluster[row["cluster"]], replayed.aliases)
        for row in marked.filter(decided).iter_rows(named=True)
    ]
    return pl.concat([marked.filter(~decided), pl.DataFrame(new, schema=marked.schema, orient="row")]).sort("cluster")


def _by_cluster(mentions: pl.DataFrame, replayed: ReplayedDecisions) -> dict[int, list[CommitmentDecision]]:
    """Cluster → the decisions about its commitment, earliest first."""
    named = pl.col("claim_id").is_in([decision.claim_id for decision in replayed.on_commitments])
    cluster_of = dict(mentions.filter(named).select("claim_id", "cluster").iter_rows())
    found: dict[int, list[CommitmentDecision]] = {}
    for decision in replayed.on_commitments:
        if decision.claim_id in cluster_of:
            found.setdefault(cluster_of[decision.claim_id], []).append(decision)
    return found


def _decided_commitment(
    row: dict[str, Any], decisions: list[CommitmentDecision], aliases: dict[str, str]
) -> dict[str, Any]:
    corrections = [decision.correction for decision in decisions if decision.correction is not None]
    new, _ = apply_corrections(row, corrections)
    for role in {correction.field for correction in corrections} & {*NAMES}:
        new[role] = list(dict.fromkeys(aliases.get(name, name) for name in new[role]))
    for decision in decisions:
        if decision.kind is DecisionKind.REJECT:
            new["rejected_by"] = decision.decision_id
        elif decision.kind is DecisionKind.ACCEPT:
            new |= {"rejected_by": None, "confidence": DECIDED, "class_confidence": DECIDED}
    if any(correction.field == "measure" for correction in corrections):
        new["class_confidence"] = DECIDED
    if (new["unit"], new["value"]) != (row["unit"], row["value"]):
        new["dollars"] = None  # the texts' amount no longer tells whether the commitment fits into its whole
    return new


def _corrected_claim(row: dict[str, Any], corrections: Sequence[Correction], *, accepted: bool) -> dict[str, Any]:
    new, _ = apply_corrections(row, corrections)
    for role in NAMES:
        new[role] = [_name(name, row) if isinstance(name, str) else name for name in new[role]]
    new["fields"] = [_tag(code, row) if isinstance(code, str) else code for code in new["fields"]]
    committing = Measure(new["measure"]).is_commitment
    new["stage"] = (new["stage"] or Stage.PLEDGED.value) if committing else None
    if accepted or any(correction.field == "measure" for correction in corrections):
        new["class_confidence"] = DECIDED
    if accepted:
        new["confidence"], new["review"] = DECIDED, []
    return new


def _name(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "id": stable_id(name), "said": row["exact"], "type": "other", **_evidence(row)}


def _tag(code: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "exact": row["exact"], **_evidence(row)}


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    """Where a corrected attribute stands in the text: at the figure itself, by a person's decision."""
    return {"start": row["start"], "end": row["end"], "rule": "decision", "confidence": DECIDED}


__all__ = ["apply_corrections", "apply_decisions", "corrected_claims"]
