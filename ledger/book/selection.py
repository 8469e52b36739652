"""What of a ledger an export holds: its frames, filtered as totals are, with the rate of each commitment."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.export import Frames
from ledger.money.rates import quotes
from ledger.options import FILTERS, TotalOptions
from ledger.store import Snapshot
from ledger.total import converted
from ledger.version import VERSION

SHOWN = ("USD", "EUR", "GBP", "JPY")
"""Currencies that every export can be switched to, beside the one asked for and those of its commitments."""


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
    return Frames(
        documents=documents,
        claims=claims,
        commitments=commitments,
        memberships=memberships,
        decisions=snapshot.decisions,
        problems=snapshot.problems.collect(),
        runs=snapshot.runs,
        rates=_rates(known, options, commitments),
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


def _rates(known: Derived, options: TotalOptions, commitments: pl.DataFrame) -> pl.DataFrame:
    """The rates of `commitments` to each currency that they can be shown in.

    Columns are those of `schemas.Rate`, the commitment that a rate is of, and the day that a total sorts it under.
    """
    days = converted(*known.frames, options, rates=known.rates).select(
        "commitment_id", pl.col("currency").alias("unit"), "day"
    )
    placed = _of(days.collect(), commitments, "commitment_id").sort("commitment_id")
    wanted = placed.select("unit", pl.col("day").alias("on")).unique()
    units = wanted["unit"].unique().sort().to_list()
    codes = list(dict.fromkeys((options.currency, *SHOWN, *units)))
    found = {code: quotes(wanted, code, known.rates, options.rate_date).drop_nulls("rate") for code in codes}
    always = {options.currency, *SHOWN}
    offered = [code for code in codes if code in always or _converts(found[code], code, single=len(units) == 1)]
    named = [found[code].with_columns(pl.lit(code).alias("to")) for code in offered]
    priced = placed.join(pl.concat(named), left_on=["unit", "day"], right_on=["unit", "on"], maintain_order="left")
    dated = (pl.col("rate_on").alias("on"), pl.col("rate_source").alias("source"))
    return priced.select("commitment_id", "unit", "to", "rate", *dated, "day")


def _converts(rates: pl.DataFrame, code: str, *, single: bool) -> bool:
    """Whether anything but the currency itself is converted into it; a ledger of one currency needs no rate."""
    return single or (rates["unit"] != code).any()
