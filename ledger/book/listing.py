"""What a listing holds: what is chosen as a total chooses it, and why claims add nothing to a total."""

from dataclasses import replace
from datetime import date

import polars as pl

from ledger.book.cache import Derived
from ledger.book.names import names_in_claims
from ledger.book.query import chosen_commitments, document_rows, excluded_rows, rows_of, without_rate
from ledger.book.selection import wanted
from ledger.options import FILTERS, TotalOptions, Wanted
from ledger.total import converted, stages_from
from schemas import REPRESENTATIVE_REASONS, ExclusionReason

LISTS = (("actor", "actor"), ("recipient", "recipient"), ("field", "fields"))
BELOW = "below_the_least_stage"
"""Why a claim adds nothing that would count if a less firm stage were enough."""
ELSEWHERE = "outside_the_selection"
"""Why a claim adds nothing whose commitment the filters do not choose, though they choose the claim."""
FIRST, LAST = date.min, date.max
DAY = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
"""The day of a document, of its reading where it has none."""


def claims_chosen(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The rows of the claims that the filters choose, by what each says itself and by the day of its document."""
    return _chosen(rows_of(known), known, options)


def _chosen(rows: pl.DataFrame, known: Derived, options: TotalOptions) -> pl.DataFrame:
    tests: list[pl.Expr] = [pl.lit(value=True)]
    for name, column in LISTS:
        if (values := _values(getattr(options, name))) is not None:
            if name != "field":
                values = [given for value in values for given in names_in_claims(value, known)]
            tests.append(pl.col(column).list.eval(pl.element().is_in(values)).list.any().fill_null(value=False))
    if (values := _values(options.measure)) is not None:
        tests.append(pl.col("measure").is_in(values))
    if options.since is None and options.until is None:
        return rows.filter(*tests)
    days = known.documents.select("document_id", DAY.alias("day"))
    within = days.filter(pl.col("day").is_between(options.since or FIRST, options.until or LAST))
    return rows.filter(*tests).join(within.select("document_id"), on="document_id", how="semi", maintain_order="left")


def exclusions_chosen(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The rows of the claims that add nothing to a total in the currency of the options, of those that they choose."""
    return _chosen(excluded_rows(known, options.currency), known, options)


def commitments_chosen(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The commitments that the filters choose, whether they count or not; their days are those of a total."""
    found = wanted(known.resolution.commitments, replace(options, since=None, until=None))
    if options.since is None and options.until is None:
        return found
    dated = converted(*known.frames, replace(options, basis="commitments", deflators=None), rates=known.rates)
    between = pl.col("day").is_between(options.since or FIRST, options.until or LAST)
    ids = dated.filter(between).select("commitment_id").collect()
    return found.join(ids, on="commitment_id", how="semi", maintain_order="left")


def documents_chosen(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The documents of the days asked for; with other filters those that hold a claim which these choose."""
    rows = document_rows(known)
    days = DAY.is_between(options.since or FIRST, options.until or LAST)
    told = rows.filter(days) if options.since is not None or options.until is not None else rows
    if not options.changed(*(name for name in FILTERS if name not in ("since", "until"))):
        return told
    of_claims = claims_chosen(known, options).select("document_id").unique()
    return told.join(of_claims, on="document_id", how="semi", maintain_order="left")


def left_out(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """reason, claims: why claims that the filters choose add nothing to the total, the most frequent reason first.

    The reasons are those of `schemas.ExclusionReason`, BELOW for a stage less firm than the least one asked for, and
    ELSEWHERE. The last row, without a reason, is the number of all claims that the filters choose.
    """
    rows = claims_chosen(known, options)
    summed = chosen_commitments(known, options)["commitment_id"]
    missing = without_rate(known, options)["commitment_id"]
    stages = stages_from(options.stage_floor)
    said, commitment = pl.col("exclusion_reason"), pl.col("commitment")
    gives = said.is_null() | said.is_in([reason.value for reason in REPRESENTATIVE_REASONS])
    reason = (
        pl.when(gives & commitment.is_in(missing.implode())).then(pl.lit(ExclusionReason.UNCONVERTED.value))
        .when(gives & commitment.is_in(summed.implode())).then(None)
        .when(said.is_null() & ~pl.col("stage").is_in(stages)).then(pl.lit(BELOW))
        .otherwise(said.fill_null(ELSEWHERE))
    )  # fmt: skip
    reasons = rows.select(reason.alias("reason")).drop_nulls().group_by("reason").agg(pl.len().alias("claims"))
    ordered = reasons.sort(["claims", "reason"], descending=[True, False])
    return pl.concat([ordered, pl.DataFrame({"reason": [None], "claims": [rows.height]}, schema=ordered.schema)])


def _values(wanted_values: Wanted) -> list[str] | None:
    return None if wanted_values is None else [wanted_values] if isinstance(wanted_values, str) else list(wanted_values)


__all__ = [
    "BELOW",
    "ELSEWHERE",
    "claims_chosen",
    "commitments_chosen",
    "documents_chosen",
    "exclusions_chosen",
    "left_out",
]
