"""Amounts in one currency: each with its rate, the rate's day and source; amounts without a rate stay, without one."""

from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Unpack

import polars as pl

from ledger.arguments import AnyFrame
from ledger.errors import InputError
from ledger.files import read_file
from ledger.money.arithmetic import LARGEST_RATE, PLAIN_ROOM, product, within_limits
from ledger.money.rates import Rates, quotes
from ledger.options import RateDate, Source, TotalArguments, TotalOptions
from ledger.tables import AMOUNT, RATE, polars_frame
from schemas import COMMITMENT_MEASURES, REPRESENTATIVE_REASONS, ExclusionReason, Kind, Stage

Frame = pl.DataFrame | pl.LazyFrame
COMMITTING = sorted(measure.value for measure in COMMITMENT_MEASURES)
LEAST_INDEX = Decimal("0.000001")
"""The least price index; less would make amounts that no column holds."""
REPRESENTATIVE = sorted(reason.value for reason in REPRESENTATIVE_REASONS)
DECIDED_REASONS = [ExclusionReason.REJECTED.value, ExclusionReason.STATISTIC.value]
"""The reasons of commitments that a person took out of every total with all their claims."""
ROW = [
    "commitment_id", "claim_ids", "actor", "recipient", "fields", "measure", "stage", "currency", "part_of", "reason",
    "day", "day_basis", "value", "lower", "upper", "not_itemised",
]  # fmt: skip


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
    known), `low`, `stated`, `high` (null where the amount is open); `not_itemised` is converted too. `links` are those
    of `commitment_documents`, where a caller has them already.
    """
    asked = (options or TotalOptions()).but(**given)
    dated = _dated(documents)
    linked = commitment_documents(memberships, claims) if links is None else links
    by_claim = asked.basis == "claims"
    money = claims.lazy().filter(pl.col("kind") == Kind.MONEY.value) if by_claim else commitments.lazy()
    days = dated.select(pl.col("day").alias("on")).unique()
    wanted = money.select("unit").unique().join(days, how="cross").collect()
    priced = quotes(wanted, asked.currency, rates, asked.rate_date).rename({"unit": "currency", "on": "day"})
    factored = priced.with_columns(pl.col("rate").alias("factor"))
    if asked.deflators is not None:
        factored = _deflated(priced, deflators_of(asked.deflators))
    rows = _claim_rows(memberships, claims, dated) if by_claim else _commitment_rows(commitments, linked, dated)
    joined = rows.join(factored.lazy(), on=["currency", "day"], how="left", nulls_equal=True)
    return joined.with_columns(_interval(wide=_is_wide(money, factored["factor"]))).drop("factor")


def _is_wide(money: pl.LazyFrame, factors: pl.Series) -> bool:
    """Whether a plain product of an amount and a factor may not fit."""
    amounts = pl.col("value", "lower", "upper").cast(pl.Float64).abs().max()
    largest = money.select(pl.max_horizontal(amounts)).collect().item()
    factor = factors.cast(pl.Float64).max()
    return isinstance(factor, float) and (largest or 0.0) * factor >= PLAIN_ROOM


def _interval(*, wide: bool) -> list[pl.Expr]:
    """low, stated, high, not_itemised: the amounts times the factor; null where one is too large for a ledger."""
    said = {"low": pl.col("lower").fill_null(0), "stated": pl.col("value"), "high": pl.col("upper")}
    said["not_itemised"] = pl.col("not_itemised")
    fits = within_limits(*said.values())
    return [
        product(pl.when(fits).then(amount), pl.col("factor"), wide=wide).alias(name) for name, amount in said.items()
    ]


def _dated(documents: Frame) -> pl.LazyFrame:
    """document_id, day, day_basis: the day of each document, of its reading where it has none."""
    basis = pl.when(pl.col("published").is_null()).then(pl.lit("ingested")).otherwise(pl.lit("published"))
    day = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
    return documents.lazy().select("document_id", day.alias("day"), basis.alias("day_basis"))


def deflators_of(given: Source | AnyFrame) -> pl.DataFrame:
    """The table of deflators, year and index; raises InputError where it is not one."""
    if isinstance(given, str | PathLike):
        return read_deflators(Path(given))
    table = polars_frame("deflators", given)
    try:
        return table.select(pl.col("year").cast(pl.Int32), pl.col("index").cast(RATE))
    except pl.exceptions.PolarsError:
        raise InputError("deflators need the columns year and index (100 in the base year); give numbers") from None


def read_deflators(path: Path) -> pl.DataFrame:
    """A table of deflators from a CSV with the columns year and index; raises InputError where it is not one."""
    try:
        table = pl.read_csv(read_file(path), infer_schema=False)
        return table.select(pl.col("year").cast(pl.Int32), pl.col("index").cast(RATE))
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path}: not a table of deflators (year, index): {str(error).splitlines()[0]}") from error


def _deflated(priced: pl.DataFrame, deflators: pl.DataFrame) -> pl.DataFrame:
    """`priced` with `factor`, the rate in constant prices; rate and factor are null where the year has no index."""
    if (deflators["index"] < LEAST_INDEX).any():
        raise InputError(f"deflators need an index of at least {LEAST_INDEX} (100 in the base year)")
    year = pl.col("day").dt.year().alias("year")
    joined = priced.with_columns(year).join(deflators, on="year", how="left", maintain_order="left").drop("year")
    factor = (pl.col("rate") / pl.col("index") * pl.lit(100, RATE)).cast(RATE)
    factored = joined.with_columns(factor.alias("factor"))
    usable = (pl.col("factor") <= LARGEST_RATE).fill_null(value=False)
    return factored.with_columns(pl.when(usable).then(name).alias(name) for name in ("rate", "factor"))


def commitment_documents(memberships: Frame, claims: Frame) -> pl.LazyFrame:
    """commitment_id, document_id, representative: the document of each claim of a commitment.

    `representative` tells whether the claim gives the commitment's amount.
    """
    representative = pl.col("counted") | pl.col("exclusion_reason").is_in(REPRESENTATIVE)
    placed = (
        memberships.lazy()
        .filter(pl.col("commitment_id").is_not_null())
        .select("claim_id", "commitment_id", representative.fill_null(value=False).alias("representative"))
    )
    return placed.join(claims.lazy().select("claim_id", "document_id"), on="claim_id").select(
        "commitment_id", "document_id", "representative"
    )


def _commitment_rows(commitments: Frame, links: pl.LazyFrame, dated: pl.LazyFrame) -> pl.LazyFrame:
    days = links.filter("representative").join(dated, on="document_id").drop("document_id", "representative")
    return (
        commitments.lazy()
        .join(days, on="commitment_id", how="left")
        .rename({"unit": "currency", "exclusion_reason": "reason", "claims": "claim_ids"})
        .select(ROW)
    )


def _claim_rows(memberships: Frame, claims: Frame, dated: pl.LazyFrame) -> pl.LazyFrame:
    money = claims.lazy().filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    said = pl.col("exclusion_reason")
    decided = said.is_in(DECIDED_REASONS).fill_null(value=False)
    undecided = (said == ExclusionReason.UNDECIDED.value).any().over("commitment_id").alias("undecided")
    members = memberships.lazy().filter(pl.col("commitment_id").is_not_null() & ~decided).with_columns(undecided)
    reason = (
        pl.when("undecided").then(pl.lit(ExclusionReason.UNDECIDED.value))
        .when(pl.col("stage").is_in([Stage.RUMOURED.value, Stage.CANCELLED.value])).then("stage")
    )  # fmt: skip
    rows = money.select(
        "claim_id", "document_id", "measure", "stage", "value", "lower", "upper",
        _distinct("actor", "name"), _distinct("recipient", "name"), _distinct("fields", "code"),
        pl.col("unit").alias("currency"), pl.lit(None, pl.String).alias("part_of"),
        pl.lit(None, AMOUNT).alias("not_itemised"), pl.concat_list("claim_id").alias("claim_ids"),
    )  # fmt: skip
    joined = rows.join(members.select("claim_id", "commitment_id", "undecided"), on="claim_id")
    return joined.with_columns(reason.alias("reason")).join(dated, on="document_id", how="left").select(ROW)


def _distinct(column: str, part: str) -> pl.Expr:
    """A part of each struct of a list column, each value once."""
    return pl.col(column).list.eval(pl.element().struct.field(part)).list.unique(maintain_order=True)


def unconverted(
    *frames: *tuple[Frame, Frame, Frame, Frame],
    currency: str = "USD",
    rates: Rates | None = None,
    rate_date: RateDate = "announcement",
) -> pl.DataFrame:
    """The counted commitments that no rate converts into `currency`, or whose amount no ledger holds.

    The frames are those of `converted`. Columns: commitment_id, actor, recipient, currency, value, day, day_basis.
    """
    rows = converted(*frames, currency=currency, rates=rates, rate_date=rate_date)
    missing = rows.filter(pl.col("stated").is_null() & pl.col("reason").is_null())
    return (
        missing.select("commitment_id", "actor", "recipient", "currency", "value", "day", "day_basis")
        .sort("commitment_id")
        .collect()
    )
