"""What is asked of a ledger, over what its claims and decisions come to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from ledger.book.cache import Derived
from ledger.book.ingest import COPY, now
from ledger.book.why import Why, quote_of
from ledger.errors import LedgerError
from ledger.lexicons.currencies import currency_codes
from ledger.money.rates import Rates, quotes
from ledger.options import Moment, TotalOptions
from ledger.resolve import Resolution
from ledger.rows import claim_rows
from ledger.total import converted, exclusions, selected, totals, unconverted

Tables = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]
"""Commitments, memberships, claims and documents."""
SHOWN_FITS = 3
"""Ids that are told where several fit."""
SHORTEST_ID = 4
"""Characters of an id that a person must write at least."""


def in_known_currency(options: TotalOptions) -> TotalOptions:
    """The options with their currency as an ISO 4217 code; raises LedgerError for any other text."""
    return options.but(currency=known_currency(options.currency))


def known_currency(code: str) -> str:
    """The ISO 4217 code, in capitals; raises LedgerError for any other text."""
    codes = currency_codes(code.strip())
    if len(codes) != 1:
        raise LedgerError(f"{code!r} is not a valid currency; write its ISO 4217 code, such as USD or EUR")
    return codes[0]


def moment_of(known: Derived, as_of: Moment) -> date | datetime:
    """When `known` was so: the day or time asked for, of a version that of its last run or decision, or now."""
    if not isinstance(as_of, str):
        return as_of or now()
    seen = known.snapshot
    times = [*seen.runs["ended"].to_list(), *seen.decisions["at"].to_list()]
    return max((time for time in times if time is not None), default=now())


def rows_of(known: Derived) -> pl.DataFrame:
    """The claims as flat rows, with people's corrections, their document and where each went."""
    return claim_rows(known.claims.lazy(), known.documents.lazy(), known.resolution.memberships.lazy()).collect()


def document_rows(known: Derived) -> pl.DataFrame:
    """The documents without their text, with all their sources and the number of their claims, by source."""
    notes = known.snapshot.problems.filter(rule=COPY).select("document_id", pl.col("where").alias("other"))
    others = notes.unique().sort("other").group_by("document_id", maintain_order=True).agg("other").collect()
    numbers = known.claims.group_by("document_id").len("claims").with_columns(pl.col("claims").cast(pl.Int64))
    joined = known.documents.drop("text").join(others, on="document_id", how="left")
    told = joined.join(numbers, on="document_id", how="left").with_columns(
        pl.concat_list("source", pl.col("other").fill_null([])).alias("sources"), pl.col("claims").fill_null(0)
    )
    return told.drop("other").sort("source", "document_id")


def excluded_rows(known: Derived, currency: str) -> pl.DataFrame:
    """The rows of the claims that add nothing to a total in `currency`, each with its reason."""
    left = exclusions(*known.frames, currency=known_currency(currency), rates=known.rates)
    rows = rows_of(known)
    reasons = left.select("claim_id", "exclusion_reason", "because")
    told = rows.drop("exclusion_reason", "because").join(reasons, on="claim_id", maintain_order="left")
    return told.select(rows.columns)


def summed(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The totals of `ledger.total.totals`."""
    return totals(*known.frames, in_known_currency(options), rates=known.rates)


def without_rate(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The counted commitments that no rate converts."""
    asked = in_known_currency(options)
    return unconverted(*known.frames, currency=asked.currency, rates=known.rates, rate_date=asked.rate_date)


def chosen_commitments(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The commitments that a total sums, the largest first, each with its amounts in the currency and the rate."""
    return summed_commitments(known.frames, known.rates, in_known_currency(options))


def summed_commitments(tables: Tables, rates: Rates, options: TotalOptions) -> pl.DataFrame:
    """The commitments of `tables` that a total sums, as `chosen_commitments` gives them."""
    asked = options.but(by=(), allocation="split", basis="commitments", deflators=None)
    rows = selected(converted(*tables, asked, rates=rates), asked)
    columns = ("commitment_id", "low", "stated", "high", "rate", "rate_on", "rate_source", "currency")
    ranked = rows.select(columns).sort("stated", "commitment_id", descending=[True, False], nulls_last=True)
    return ranked.collect()


def summands(known: Derived, options: TotalOptions) -> list[dict[str, Any]]:
    """What a total adds up, as it is hashed: each commitment, its claims, what it is counted with, and the currency."""
    rows = chosen_commitments(known, options).filter(pl.col("stated").is_not_null())
    claims = known.resolution.commitments.select("commitment_id", pl.col("claims").list.sort())
    said = rows.select("commitment_id", "stated", "currency").join(claims, on="commitment_id", maintain_order="left")
    return said.rows(named=True)


def used_rates(known: Derived, options: TotalOptions) -> pl.DataFrame:
    """The rates by which the commitments are converted: unit, on, rate, rate_on, rate_source."""
    asked = in_known_currency(options)
    rows = converted(*known.frames, asked, rates=known.rates)
    wanted = rows.select(pl.col("currency").alias("unit"), pl.col("day").alias("on")).unique().collect()
    return quotes(wanted, asked.currency, known.rates, asked.rate_date)


def in_dollars(known: Derived, rows: pl.DataFrame) -> pl.Series:
    """The amounts of `rows` (columns unit and value) in US dollars of the latest rates, as floats to sort by.

    What is not money, or has no rate, is null.
    """
    units = rows.select("unit").unique().with_columns(pl.lit(None, pl.Date).alias("on"))
    rates = quotes(units, "USD", known.rates, "latest").select("unit", "rate")
    priced = rows.select("unit", "value").join(rates, on="unit", how="left", maintain_order="left")
    return priced.select(pl.col("value").cast(pl.Float64) * pl.col("rate").cast(pl.Float64)).to_series()


def find(resolution: Resolution, id: str) -> tuple[str, str]:  # noqa: A002 - the user's word for it
    """What an id, or a unique prefix of one, stands for: ("claim" or "commitment", the whole id).

    Raises LedgerError where it fits nothing or more than one thing.
    """
    if len(id) < SHORTEST_ID:
        raise LedgerError(f"{id!r} is too short for an id; write at least {SHORTEST_ID} characters of it")
    fits = [
        (kind, whole)
        for kind in ("claim", "commitment")
        for whole in _beginning_with(resolution.memberships[f"{kind}_id"], id)
    ]
    if not fits:
        raise LedgerError(f"{id}: no claim or commitment has this id; see `ledger claims`")
    exact = [fit for fit in fits if fit[1] == id]
    if len(fits) > 1 and not exact:
        some = ", ".join(whole for _, whole in fits[:SHOWN_FITS])
        more = ", …" if len(fits) > SHOWN_FITS else ""
        raise LedgerError(f"{id}: fits {len(fits)} ids ({some}{more}); write more of it")
    return exact[0] if exact else fits[0]


def _beginning_with(ids: pl.Series, start: str) -> list[str]:
    return ids.filter(ids.str.starts_with(start).fill_null(value=False)).unique().sort().to_list()


def why_of_id(known: Derived, id: str) -> Why:  # noqa: A002 - the user's word for it
    """The quotes behind a claim or commitment; raises LedgerError for an unknown id."""
    kind, whole = find(known.resolution, id)
    if kind == "claim":
        return _why(known, kind, whole, known.resolution.commitments.clear(), [whole])
    commitment = known.resolution.commitments.filter(pl.col("commitment_id") == whole)
    members = known.resolution.memberships.filter(pl.col("commitment_id") == whole)["claim_id"].to_list()
    return _why(known, kind, whole, commitment, members)


def why_of_total(known: Derived, options: TotalOptions) -> Why:
    """The commitments that a total sums, the largest first, with their quotes."""
    found = chosen_commitments(known, options).select("commitment_id")
    commitments = found.join(known.resolution.commitments, on="commitment_id", maintain_order="left")
    return _why(known, "total", "", commitments, commitments["claims"].explode().to_list())


def _why(
    known: Derived,
    kind: str,
    id: str,  # noqa: A002 - the user's word for it
    commitments: pl.DataFrame,
    claim_ids: Sequence[str],
) -> Why:
    rows = rows_of(known).filter(pl.col("claim_id").is_in(list(claim_ids)))
    wanted = known.documents.filter(pl.col("document_id").is_in(rows["document_id"].unique().to_list()))
    texts = dict(wanted.select("document_id", "text").iter_rows())
    quoted = [quote_of(row, texts[row["document_id"]]) for row in rows.iter_rows(named=True)]
    return Why(kind, id, commitments.rows(named=True), quoted)
