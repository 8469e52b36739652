"""Reports beside totals: what was left out, how both sides tell a deal, running totals checked."""

import polars as pl

from ledger.money.rates import Rates
from ledger.options import RateDate
from ledger.tables import AMOUNT
from ledger.total.convert import DECIDED_REASONS, Frame, unconverted
from schemas import LARGEST_AMOUNT, ExclusionReason

ROUNDING = pl.lit("0.02").cast(AMOUNT)
"""A running total reconciles where it differs from the sum of its parts by at most this share: texts round."""
PARTY = ["commitment_id", "actor", "recipient"]
EXCLUSION = [
    "claim_id", "document_id", "published", "publisher", "exact", "kind", "unit", "value", "measure", "stage",
    "commitment_id", "exclusion_reason", "because",
]  # fmt: skip


def exclusions(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    *,
    currency: str = "USD",
    rates: Rates | None = None,
    rate_date: RateDate = "announcement",
) -> pl.DataFrame:
    """Every claim that adds nothing to a total in `currency`, with its reason, the rule behind it, and its quote.

    Columns: claim_id, document_id, published, publisher, exact, kind, unit, value, measure, stage, commitment_id,
    exclusion_reason, because. A counted claim that no rate converts is listed as unconverted.
    """
    missing = unconverted(
        commitments, memberships, claims, documents, currency=currency, rates=rates, rate_date=rate_date
    )
    no_rate = pl.col("counted") & pl.col("commitment_id").is_in(missing["commitment_id"].implode())
    reason = pl.when(no_rate).then(pl.lit(ExclusionReason.UNCONVERTED.value)).otherwise("exclusion_reason")
    too_large = missing.filter(pl.col("value").abs() > LARGEST_AMOUNT)["commitment_id"]
    message = (
        pl.when(pl.col("commitment_id").is_in(too_large.implode()))
        .then(pl.lit("too_large: more than 10^18, which no ledger holds; see ledger verify"))
        .otherwise(pl.lit(f"no_rate: no rate into {currency} on that day"))
    )
    left = (
        memberships.lazy()
        .with_columns(
            reason.alias("exclusion_reason"), pl.when(no_rate).then(message).otherwise("because").alias("because")
        )
        .filter(pl.col("exclusion_reason").is_not_null())
        .select("claim_id", "commitment_id", "exclusion_reason", "because")
    )
    quotes = claims.lazy().select("claim_id", "document_id", "exact", "kind", "unit", "value", "measure", "stage")
    sources = documents.lazy().select("document_id", "published", "publisher")
    joined = left.join(quotes, on="claim_id").join(sources, on="document_id", how="left")
    return joined.select(EXCLUSION).sort("exclusion_reason", "document_id", "claim_id").collect()


def _not_taken_out(commitments: Frame) -> pl.LazyFrame:
    """The commitments without those that a person rejected or corrected to a statistic."""
    return commitments.lazy().filter(~pl.col("exclusion_reason").is_in(DECIDED_REASONS).fill_null(value=False))


def two_sided(commitments: Frame, claims: Frame) -> pl.DataFrame:
    """How payer and recipient each tell one deal: one row for each commitment that both speak about.

    Columns: commitment_id, actor, recipient, and for payer and recipient each _unit, _value, _measure, _stage, _bound
    and _quote of their last claim; `agree` tells whether unit, amount, bound and measure are the same.
    """
    deals = _not_taken_out(commitments).select(*PARTY, pl.col("claims").alias("claim_id"))
    members = deals.explode("claim_id").with_row_index("place")
    said = members.join(claims.lazy().drop("actor", "recipient"), on="claim_id")
    speaker = pl.col("speaker").struct.field("name")
    side = (
        pl.when(pl.col("actor").list.contains(speaker)).then(pl.lit("payer"))
        .when(pl.col("recipient").list.contains(speaker)).then(pl.lit("recipient"))
    )  # fmt: skip
    sided = said.with_columns(side.alias("side")).filter(pl.col("side").is_not_null())
    last = sided.sort("place").unique(["commitment_id", "side"], keep="last")
    both = deals.drop("claim_id")
    for name in ("payer", "recipient"):
        both = both.join(_of_side(last, name), on="commitment_id")
    alike = [pl.col(f"payer_{part}") == pl.col(f"recipient_{part}") for part in ("unit", "value", "measure", "bound")]
    return both.with_columns(pl.all_horizontal(alike).alias("agree")).sort("commitment_id").collect()


def _of_side(claims: pl.LazyFrame, side: str) -> pl.LazyFrame:
    """commitment_id and what one side says, in columns that begin with its name."""
    said = {
        "unit": "unit",
        "value": "value",
        "measure": "measure",
        "stage": "stage",
        "bound": "bound",
        "exact": "quote",
    }
    columns = [pl.col(column).alias(f"{side}_{name}") for column, name in said.items()]
    return claims.filter(pl.col("side") == side).select("commitment_id", *columns)


def self_audit(commitments: Frame) -> pl.DataFrame:
    """Stated running totals against the sums of what is counted on its own.

    One row for each commitment that is a running total or has parts: commitment_id, actor, recipient, currency, stated,
    summed, difference, parts (commitment_ids), basis ("parts" where the text names them, "actor" where they are the
    same actor's and recipient's earlier commitments in the same currency) and reconciles. An excess of parts over their
    whole shows as a negative difference.
    """
    rows = _not_taken_out(commitments).with_columns(pl.col("unit").alias("currency")).collect()
    running = (pl.col("exclusion_reason") == ExclusionReason.CUMULATIVE.value).fill_null(value=False)
    stated = rows.select(*PARTY, "currency", pl.col("value").alias("stated"), "last_reported", running.alias("running"))
    part = pl.col("commitment_id").alias("part")
    parts = rows.filter(pl.col("part_of").is_not_null()).select(
        pl.col("part_of").alias("commitment_id"), part, "currency", "value"
    )
    named = stated.join(parts, on=["commitment_id", "currency"]).with_columns(pl.lit("parts").alias("basis"))
    others = stated.filter("running").join(named, on="commitment_id", how="anti")
    counted = rows.filter("counted").select("actor", "recipient", "currency", part, "value", "first_reported")
    before = (pl.col("first_reported") <= pl.col("last_reported")).fill_null(value=True)
    earlier = others.join(counted, on=["actor", "recipient", "currency"]).filter(before)
    by_actor = earlier.with_columns(pl.lit("actor").alias("basis")).select(named.columns)
    return _reconciled(pl.concat([named, by_actor]))


def _reconciled(found: pl.DataFrame) -> pl.DataFrame:
    """One row for each stated total, with the sum of its parts and whether the two agree."""
    summed = found.group_by(*PARTY, "currency", "stated", "basis").agg(
        pl.col("value").sum().alias("summed"), pl.col("part").sort().alias("parts")
    )
    difference = pl.col("stated") - pl.col("summed")
    reconciles = difference.abs() <= pl.col("stated") * ROUNDING
    return summed.with_columns(difference.alias("difference"), reconciles.alias("reconciles")).sort("commitment_id")
