"""Amounts in one currency: each with its rate, the rate's day and its source; what has no rate is listed, never dropped."""

from pathlib import Path
from typing import Unpack

import polars as pl

from ledger.errors import InputError, LedgerError
from ledger.files import read_file
from ledger.money.rates import RATE, Rates, quotes
from ledger.options import RateDate, TotalArguments, TotalOptions
from schemas import COMMITMENT_MEASURES, ExclusionReason, Kind

Frame = pl.DataFrame | pl.LazyFrame
AMOUNT = pl.Decimal(38, 6)
COMMITTING = sorted(measure.value for measure in COMMITMENT_MEASURES)
FACES = [
    ExclusionReason.RUMOURED.value,
    ExclusionReason.CANCELLED.value,
    ExclusionReason.PART_OF.value,
    ExclusionReason.CUMULATIVE.value,
]
"""The reasons that only the claim which gives its commitment's amount can have."""
NEVER = [ExclusionReason.REJECTED.value, ExclusionReason.STATISTIC.value]
"""The reasons by which a person takes a commitment with all its claims out of every total."""
ROW = ["commitment_id", "claim_ids", "actor", "recipient", "fields", "measure", "stage", "currency", "part_of", "reason", "day", "day_basis",
       "value", "lower", "upper"]  # fmt: skip


def converted(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    options: TotalOptions | None = None,
    *,
    rates: Rates | None = None,
    links: pl.LazyFrame | None = None,
    **given: Unpack[TotalArguments],
) -> pl.LazyFrame:
    """Every commitment (or claim of a commitment) with its amount in the currency of the options.

    The frames have the columns of the records Commitment, Membership, Claim and Document. Of the options, as a record
    or one by one, currency, basis, rate_date and deflators are read. Added are `day` (of the announcement), `day_basis`
    ("published", or "ingested" where the article has no date), `rate`, `rate_on`, `rate_source` (null where no rate is
    known), and `low`, `stated`, `high`; `high` is null where the amount is open. `links` are those of `links_of`, where
    a caller has them already.
    """
    asked = options or TotalOptions.of(**given)
    dated = _dated(documents)
    linked = links_of(memberships, claims) if links is None else links
    by_claim = asked.basis == "claims"
    money = claims.lazy().filter(pl.col("kind") == Kind.MONEY.value)
    units = (money if by_claim else commitments.lazy()).select("unit").unique()
    wanted = units.join(dated.select(pl.col("day").alias("on")).unique(), how="cross").collect()
    priced = quotes(wanted, asked.currency, rates, asked.rate_date).rename({"unit": "currency", "on": "day"})
    factor = pl.col("rate")
    if asked.deflators is not None:
        table = asked.deflators if isinstance(asked.deflators, pl.DataFrame) else read_deflators(Path(asked.deflators))
        priced = _deflated(priced, table)
        factor = (factor / pl.col("index") * pl.lit(100, RATE)).cast(RATE)
    rows = _claim_rows(memberships, claims, dated) if by_claim else _commitment_rows(commitments, linked, dated)
    return rows.join(priced.lazy(), on=["currency", "day"], how="left", nulls_equal=True).with_columns(
        _amount(pl.col("lower").fill_null(0), factor).alias("low"),
        _amount(pl.col("value"), factor).alias("stated"),
        _amount(pl.col("upper"), factor).alias("high"),
    )


def _dated(documents: Frame) -> pl.LazyFrame:
    """document_id, day, day_basis: the day of each document, of its reading where it has none."""
    basis = pl.when(pl.col("published").is_null()).then(pl.lit("ingested")).otherwise(pl.lit("published"))
    day = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
    return documents.lazy().select("document_id", day.alias("day"), basis.alias("day_basis"))


def read_deflators(path: Path) -> pl.DataFrame:
    """A table of deflators from a CSV with the columns year and index; raises InputError where it is not one."""
    try:
        table = pl.read_csv(read_file(path), infer_schema=False)
        return table.select(pl.col("year").cast(pl.Int32), pl.col("index").cast(RATE))
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path}: not a table of deflators (year, index): {str(error).splitlines()[0]}") from error


def _amount(said: pl.Expr, factor: pl.Expr) -> pl.Expr:
    return (said * factor).cast(AMOUNT)


def _deflated(priced: pl.DataFrame, deflators: pl.DataFrame) -> pl.DataFrame:
    if not {"year", "index"} <= set(deflators.columns):
        raise LedgerError("deflators need the columns year and index (100 in the base year)")
    table = deflators.select(pl.col("year").cast(pl.Int32), pl.col("index").cast(RATE))
    joined = (
        priced.with_columns(pl.col("day").dt.year().alias("year"))
        .join(table, on="year", how="left", maintain_order="left")
        .drop("year")
    )
    return joined.with_columns(pl.when(pl.col("index").is_not_null()).then("rate"))


def links_of(memberships: Frame, claims: Frame) -> pl.LazyFrame:
    """commitment_id, document_id, face: the document of each claim of a commitment, and whether the claim gives the commitment's amount."""
    face = (pl.col("counted") | pl.col("exclusion_reason").is_in(FACES)).fill_null(value=False).alias("face")
    placed = memberships.lazy().filter(pl.col("commitment_id").is_not_null()).select("claim_id", "commitment_id", face)
    return placed.join(claims.lazy().select("claim_id", "document_id"), on="claim_id").select(
        "commitment_id", "document_id", "face"
    )


def _commitment_rows(commitments: Frame, links: pl.LazyFrame, dated: pl.LazyFrame) -> pl.LazyFrame:
    days = links.filter("face").join(dated, on="document_id").drop("document_id", "face")
    return (
        commitments.lazy()
        .join(days, on="commitment_id", how="left")
        .rename({"unit": "currency", "exclusion_reason": "reason", "claims": "claim_ids"})
        .select(ROW)
    )


def _claim_rows(memberships: Frame, claims: Frame, dated: pl.LazyFrame) -> pl.LazyFrame:
    money = claims.lazy().filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    never = pl.col("exclusion_reason").is_in(NEVER).fill_null(value=False)
    kept = memberships.lazy().filter(pl.col("commitment_id").is_not_null() & ~never).select("claim_id", "commitment_id")
    named = money.select(
        "claim_id", "document_id", "measure", "stage", "value", "lower", "upper", pl.col("unit").alias("currency"),
        *(pl.col(role).list.eval(pl.element().struct.field("name")).list.unique(maintain_order=True) for role in ("actor", "recipient")),
        pl.col("fields").list.eval(pl.element().struct.field("code")).list.unique(maintain_order=True),
        pl.lit(None, pl.String).alias("part_of"), pl.when(pl.col("stage").is_in(["rumoured", "cancelled"])).then("stage").alias("reason"),
        pl.concat_list("claim_id").alias("claim_ids"),
    )  # fmt: skip
    return named.join(kept, on="claim_id").join(dated, on="document_id", how="left").select(ROW)


def unconverted(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    *,
    currency: str = "USD",
    rates: Rates | None = None,
    rate_date: RateDate = "announcement",
) -> pl.DataFrame:
    """The counted commitments that no rate converts into `currency`: commitment_id, actor, recipient, currency, value, day, day_basis."""
    rows = converted(commitments, memberships, claims, documents, currency=currency, rates=rates, rate_date=rate_date)
    missing = rows.filter(pl.col("rate").is_null() & pl.col("reason").is_null())
    return (
        missing.select("commitment_id", "actor", "recipient", "currency", "value", "day", "day_basis")
        .sort("commitment_id")
        .collect()
    )
