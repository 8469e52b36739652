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


# What changed in the totals -------------------------------------------------------------------------------------------

SUMS = ("low", "stated", "high", "commitments")


def changes_between(before: Derived, after: Derived, currency: str) -> pl.DataFrame:
    """What differs in the totals of two states: that of all first, then those by actor, the largest change first.

    of (all or actor), actor (null where no article says it), before and after (stated, in `currency`), change, and
    commitments (how many more).
    """
    return changed(_sums(before, currency), _sums(after, currency))


def _sums(known: Derived, currency: str) -> pl.DataFrame:
    """The totals of all, and by actor."""
    nobody = pl.lit(None, pl.String()).alias("actor")
    of_all = summed(known, TotalOptions(currency=currency)).select(pl.lit("all").alias("of"), nobody, *SUMS)
    by_actor = summed(known, TotalOptions(by=("actor",), currency=currency))
    return pl.concat([of_all, by_actor.select(pl.lit("actor").alias("of"), "actor", *SUMS)])


def changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The rows of two totals (of, actor, low, stated, high, commitments) that differ; see `changes_between`.

    >>> row = {"of": "actor", "actor": "Velora", "low": 1, "stated": 2, "high": 3, "commitments": 1}
    >>> was, new = pl.DataFrame([row]), pl.DataFrame([row, row | {"actor": "Kesto", "stated": 4}])
    >>> changed(was, new).rows()
    [('actor', 'Kesto', 0, 4, 4, 1)]
    """
    both = before.join(after, on=["of", "actor"], how="full", suffix="_new", nulls_equal=True, coalesce=True)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in SUMS)
    was, is_now = ({name: pl.col(f"{name}{end}").fill_null(0) for name in SUMS} for end in ("", "_new"))
    told = both.filter(differs).select(
        "of",
        "actor",
        was["stated"].alias("before"),
        is_now["stated"].alias("after"),
        (is_now["stated"] - was["stated"]).alias("change"),
        (is_now["commitments"] - was["commitments"]).alias("commitments"),
    )
    largest = pl.col("change").abs()
    return told.sort(pl.col("of") != "all", -largest, "actor", nulls_last=True)


__all__ = ["Seen", "changes_between", "seen", "total_of"]
