"""What of a ledger an export holds: its frames, filtered as totals are, with the rate of each commitment."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.export import Frames
from ledger.options import FILTERS, TotalOptions
from ledger.store import Snapshot
from ledger.total import converted
from ledger.version import VERSION

SHOWN = ("USD", "EUR", "GBP", "JPY")
"""Currencies that an export can be switched between, beside the one asked for."""


def filter_words(options: TotalOptions) -> str:
    """The filters, and what else changes which commitments count, in one line, for a cover."""
    changed = options.changed(*FILTERS, "as_known_on", "undecided")
    return "; ".join(f"{name} {_words(value)}" for name, value in changed.items()) or "none"


def _words(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ", ".join(_values(value))


def _values(wanted: str | Collection[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else [str(value) for value in wanted]


def wanted(commitments: pl.DataFrame, options: TotalOptions) -> pl.DataFrame:
    """The commitments that the filters choose, whether they count or not."""
    tests: list[pl.Expr] = [pl.lit(value=True)]
    for name, column in (("actor", "actor"), ("recipient", "recipient"), ("field", "fields")):
        if (values := getattr(options, name)) is not None:
            tests.append(pl.col(column).list.eval(pl.element().is_in(_values(values))).list.any())
    if options.measure is not None:
        tests.append(pl.col("measure").is_in(_values(options.measure)))
    if options.since is not None:
        tests.append(pl.col("first_reported") >= options.since)
    if options.until is not None:
        tests.append(pl.col("first_reported") <= options.until)
    return commitments.filter(*tests)


def exported_frames(known: Derived, options: TotalOptions, info: Mapping[str, str]) -> Frames:
    """The frames of an export: with filters the commitments they choose, their claims and the documents of these.

    `options` have a known currency; `info` is text for the cover, see `ledger.export.Frames`.
    """
    snapshot = known.snapshot
    commitments, memberships = known.resolution.commitments, known.resolution.memberships
    claims, documents = known.claims, known.documents
    if options.changed(*FILTERS):
        commitments = wanted(commitments, options)
        memberships = _of(memberships, commitments, "commitment_id")
        claims = _of(claims, memberships, "claim_id")
        documents = _of(documents, claims, "document_id")
    each = [_rates(known, options.but(currency=code)) for code in dict.fromkeys((options.currency, *SHOWN))]
    return Frames(
        documents=documents,
        claims=claims,
        commitments=commitments,
        memberships=memberships,
        decisions=snapshot.decisions,
        problems=snapshot.problems.collect(),
        runs=snapshot.runs,
        rates=_of(pl.concat(each), commitments, "commitment_id"),
        info={"filters": filter_words(options), "version": VERSION, **ledger_name(snapshot), **info},
    )


def _of(frame: pl.DataFrame, others: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows of `frame` whose `key` is among `others`."""
    return frame.join(others.select(key), on=key, how="semi", maintain_order="left")


def review_frames(known: Derived) -> Frames:
    """What a workbook's review columns are checked against."""
    return Frames(
        documents=known.documents,
        claims=known.claims,
        commitments=known.resolution.commitments,
        memberships=known.resolution.memberships,
        decisions=known.snapshot.decisions,
        info=ledger_name(known.snapshot),
    )


def ledger_name(snapshot: Snapshot) -> dict[str, str]:
    """What tells this ledger from others: its first run, once it has one."""
    runs = snapshot.runs.sort("started", "run_id")["run_id"].to_list()
    return {"ledger": runs[0]} if runs else {}


def _rates(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The columns of `schemas.Rate`, the commitment that each rate is of, and the day that a total sorts it under."""
    rows = converted(*known.frames, options, rates=known.rates).filter(pl.col("rate").is_not_null())
    chosen = rows.select(
        "commitment_id",
        pl.col("currency").alias("unit"),
        pl.lit(options.currency).alias("to"),
        "rate",
        pl.col("rate_on").alias("on"),
        pl.col("rate_source").alias("source"),
        "day",
    )
    return chosen.sort("commitment_id").collect()
