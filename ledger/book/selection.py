"""What of a ledger an export holds: its frames, filtered as totals are, with the rate of each commitment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import polars as pl

from ledger.export import Frames
from ledger.money.rates import RateDate, Rates
from ledger.resolve import Resolution
from ledger.store import Snapshot
from ledger.total import converted
from ledger.version import VERSION

SHOWN = ("USD", "EUR", "GBP", "JPY")
"""Currencies that an export can be switched between, beside the one asked for."""


@dataclass(frozen=True)
class Filters:
    """Which commitments are wanted; None wants all."""

    measure: Sequence[str] | None = None
    field: Sequence[str] | None = None
    actor: Sequence[str] | None = None
    recipient: Sequence[str] | None = None
    since: date | None = None
    until: date | None = None

    def any(self) -> bool:
        """Whether anything is filtered."""
        return self != Filters()

    def words(self) -> str:
        """The filters in one line, for a cover."""
        return (
            "; ".join(
                f"{part.name} {_said(value)}"
                for part in fields(self)
                if (value := getattr(self, part.name)) is not None
            )
            or "none"
        )

    def of(self, commitments: pl.DataFrame) -> pl.DataFrame:
        """The commitments (columns of `schemas.Commitment`) that are wanted."""
        tests: list[pl.Expr] = [pl.lit(value=True)]
        lists: Mapping[str, Sequence[str] | None] = {
            "actor": self.actor,
            "recipient": self.recipient,
            "fields": self.field,
        }
        tests += [
            pl.col(name).list.eval(pl.element().is_in(list(wanted))).list.any()
            for name, wanted in lists.items()
            if wanted is not None
        ]
        if self.measure is not None:
            tests.append(pl.col("measure").is_in(list(self.measure)))
        if self.since is not None:
            tests.append(pl.col("first_reported") >= self.since)
        if self.until is not None:
            tests.append(pl.col("first_reported") <= self.until)
        return commitments.filter(*tests)


def _said(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ", ".join(str(part) for part in value)


def frames_of(
    snapshot: Snapshot,
    claims: pl.DataFrame,
    documents: pl.DataFrame,
    resolution: Resolution,
    rates: Rates,
    *,
    filters: Filters,
    currency: str,
    rate_date: RateDate,
    info: Mapping[str, str],
) -> Frames:
    """The frames of an export. With filters: the commitments wanted, their claims and the documents of these; without: everything."""
    known = (resolution.commitments, resolution.memberships, claims, documents)
    commitments, memberships = resolution.commitments, resolution.memberships
    if filters.any():
        commitments = filters.of(commitments)
        memberships = memberships.join(
            commitments.select("commitment_id"), on="commitment_id", how="semi", maintain_order="left"
        )
        claims = claims.join(memberships.select("claim_id"), on="claim_id", how="semi", maintain_order="left")
        documents = documents.join(claims.select("document_id"), on="document_id", how="semi", maintain_order="left")
    each = [_rates(known, code, rates, rate_date) for code in dict.fromkeys((currency, *SHOWN))]
    return Frames(
        documents=documents,
        claims=claims,
        commitments=commitments,
        memberships=memberships,
        decisions=snapshot.decisions,
        problems=snapshot.problems.collect(),
        runs=snapshot.runs,
        rates=pl.concat(each).join(
            commitments.select("commitment_id"), on="commitment_id", how="semi", maintain_order="left"
        ),
        info={"filters": filters.words(), "version": VERSION, **ledger_name(snapshot), **info},
    )


def ledger_name(snapshot: Snapshot) -> dict[str, str]:
    """What tells this ledger from others: its first run, once it has one."""
    runs = snapshot.runs.sort("started", "run_id")["run_id"].to_list()
    return {"ledger": runs[0]} if runs else {}


def _rates(known: tuple[pl.DataFrame, ...], currency: str, rates: Rates, rate_date: RateDate) -> pl.DataFrame:
    """The columns of `schemas.Rate`, the commitment that each rate is of, and the day that a total sorts it under."""
    rows = converted(*known, currency=currency, rates=rates, rate_date=rate_date).filter(pl.col("rate").is_not_null())
    chosen = rows.select(
        "commitment_id",
        pl.col("currency").alias("unit"),
        pl.lit(currency).alias("to"),
        "rate",
        "rate_on",
        "rate_source",
        "day",
    )
    return chosen.rename({"rate_on": "on", "rate_source": "source"}).sort("commitment_id").collect()
