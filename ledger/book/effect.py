"""What a decision changes: what it is about, before and after, and the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.book.query import rows_of, summed
from ledger.options import TotalOptions
from schemas import Decision, DecisionKind


@dataclass(frozen=True)
class Seen:
    """A state of what a decision is about."""

    rows: Sequence[dict[str, Any]]
    """Claims (`ledger.rows.claim_rows`) and commitments (`schemas.Commitment`) that the decision is about."""
    names: Sequence[tuple[str, Decimal]]
    """For a decision on names: each of them that is an actor, with its total in US dollars."""
    total: Decimal
    """What is counted, in US dollars."""


def seen(known: Derived, decision: Decision, before: Derived | None = None) -> Seen:
    """What `known` holds of what `decision` is about.

    A commitment that `known` does not have any more is told by those that hold its claims, as they were in `before`.
    """
    total = total_of(known)
    targets = [target for target in (decision.target, decision.other) if target is not None]
    if decision.kind is DecisionKind.ALIAS:
        return Seen((), _by_name(known, targets), total)
    rows = [row for target in targets for row in _rows(known, target, before or known)]
    return Seen(list({_id(row): row for row in rows}.values()), _by_name(known, [] if rows else targets), total)


def total_of(known: Derived) -> Decimal:
    """What is counted, in US dollars."""
    stated: Decimal = summed(known, TotalOptions())["stated"][0]
    return stated


def _by_name(known: Derived, names: Sequence[str]) -> list[tuple[str, Decimal]]:
    if not names:
        return []
    sums = summed(known, TotalOptions(by=("actor",))).filter(pl.col("actor").is_in(list(names)))
    stated = dict(sums.select("actor", "stated").iter_rows())
    return [(name, stated.get(name, Decimal(0))) for name in names]


def _id(row: dict[str, Any]) -> str:
    return str(row.get("claim_id") or row["commitment_id"])


def _rows(known: Derived, target: str, before: Derived) -> list[dict[str, Any]]:
    claims = rows_of(known).filter(pl.col("claim_id") == target)
    if claims.height:
        return claims.rows(named=True)
    members = before.resolution.memberships.filter(pl.col("commitment_id") == target)["claim_id"]
    now = known.resolution.memberships.filter(pl.col("claim_id").is_in(members.implode()))["commitment_id"].unique()
    commitments = known.resolution.commitments.filter(pl.col("commitment_id").is_in(now.implode()))
    if commitments.is_empty():
        return rows_of(known).filter(pl.col("claim_id").is_in(members.implode())).rows(named=True)
    return commitments.rows(named=True)


__all__ = ["Seen", "seen", "total_of"]
