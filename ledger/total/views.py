"""Views beside totals: what was left out, both sides' telling of a deal, running totals checked, and pledges that are told again and again."""

from datetime import date

import polars as pl

from ledger.money.rates import Rates
from ledger.options import RateDate
from ledger.total.convert import AMOUNT, NEVER, Frame, unconverted
from schemas import ExclusionReason

SLACK = pl.lit("0.02").cast(AMOUNT)
"""A running total reconciles where it differs from the sum of its increments by no more than this share: texts round."""


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
    """Every claim that adds nothing to a total in `currency`, with its reason, the rule that led to it, and its quote.

    Columns: claim_id, document_id, published, publisher, exact, kind, unit, value, measure, stage, commitment_id, exclusion_reason, because. A
    counted claim that no rate converts is listed as unconverted.
    """
    missing = unconverted(
        commitments, memberships, claims, documents, currency=currency, rates=rates, rate_date=rate_date
    )
    stuck = pl.col("counted") & pl.col("commitment_id").is_in(missing["commitment_id"].implode())
    reason = (
        pl.when(stuck)
        .then(pl.lit(ExclusionReason.UNCONVERTED.value))
        .otherwise("exclusion_reason")
        .alias("exclusion_reason")
    )
    because = (
        pl.when(stuck)
        .then(pl.lit(f"no_rate: no rate into {currency} on that day"))
        .otherwise("because")
        .alias("because")
    )
    left = (
        memberships.lazy()
        .select("claim_id", "commitment_id", reason, because)
        .filter(pl.col("exclusion_reason").is_not_null())
    )
    said = claims.lazy().select("claim_id", "document_id", "exact", "kind", "unit", "value", "measure", "stage")
    told = documents.lazy().select("document_id", "published", "publisher")
    columns = ["claim_id", "document_id", "published", "publisher", "exact", "kind", "unit", "value", "measure", "stage", "commitment_id",
               "exclusion_reason", "because"]  # fmt: skip
    joined = left.join(said, on="claim_id").join(told, on="document_id", how="left")
    return joined.select(columns).sort("exclusion_reason", "document_id", "claim_id").collect()


def _standing(commitments: Frame) -> pl.LazyFrame:
    """The commitments but those that a person rejected or corrected to a statistic."""
    return commitments.lazy().filter(~pl.col("exclusion_reason").is_in(NEVER).fill_null(value=False))


def two_sided(commitments: Frame, claims: Frame) -> pl.DataFrame:
    """How payer and recipient each tell one deal: one row for each commitment of which both speak.

    Columns: commitment_id, actor, recipient, and for payer and recipient each _unit, _value, _measure, _stage, _bound and _quote of their last claim;
    `agree` tells whether unit, amount, bound and measure are the same.
    """
    deals = _standing(commitments).select("commitment_id", "actor", "recipient", pl.col("claims").alias("claim_id"))
    told = (
        deals.explode("claim_id").with_row_index("place").join(claims.lazy().drop("actor", "recipient"), on="claim_id")
    )
    speaker = pl.col("speaker").struct.field("name")
    side = (
        pl.when(pl.col("actor").list.contains(speaker))
        .then(pl.lit("payer"))
        .when(pl.col("recipient").list.contains(speaker))
        .then(pl.lit("recipient"))
    )
    sided = (
        told.with_columns(side.alias("side"))
        .filter(pl.col("side").is_not_null())
        .sort("place")
        .unique(["commitment_id", "side"], keep="last")
    )
    said = ("unit", "value", "measure", "stage", "bound", pl.col("exact").alias("quote"))

    def of(name: str) -> pl.LazyFrame:
        mine = sided.filter(pl.col("side") == name).select("commitment_id", *said)
        return mine.rename(lambda column: column if column == "commitment_id" else f"{name}_{column}")

    both = deals.drop("claim_id").join(of("payer"), on="commitment_id").join(of("recipient"), on="commitment_id")
    alike = [pl.col(f"payer_{part}") == pl.col(f"recipient_{part}") for part in ("unit", "value", "measure", "bound")]
    return both.with_columns(pl.all_horizontal(alike).alias("agree")).sort("commitment_id").collect()


def self_audit(commitments: Frame) -> pl.DataFrame:
    """Stated running totals against the sums of what is counted on its own.

    One row for each commitment that is a running total or has parts: commitment_id, actor, recipient, currency, stated, summed, difference, parts
    (commitment_ids), basis ("parts" where the text names them, "actor" where they are the same actor's and recipient's earlier commitments in the
    same currency) and reconciles. An excess of parts over their whole shows as a negative difference.
    """
    rows = _standing(commitments).collect()
    cumulative = pl.col("exclusion_reason") == ExclusionReason.CUMULATIVE.value
    stated = rows.select("commitment_id", "actor", "recipient", pl.col("unit").alias("currency"), pl.col("value").alias("stated"), "last_reported",
                         cumulative.fill_null(value=False).alias("running"))  # fmt: skip
    parts = rows.filter(pl.col("part_of").is_not_null()).select(pl.col("part_of").alias("commitment_id"), pl.col("commitment_id").alias("part"),
                                                                pl.col("unit").alias("currency"), "value")  # fmt: skip
    named = stated.join(parts, on=["commitment_id", "currency"]).with_columns(pl.lit("parts").alias("basis"))
    alone = stated.filter("running").join(named, on="commitment_id", how="anti")
    own = rows.filter("counted").select(
        "actor",
        "recipient",
        pl.col("unit").alias("currency"),
        pl.col("commitment_id").alias("part"),
        "value",
        "first_reported",
    )
    earlier = alone.join(own, on=["actor", "recipient", "currency"]).filter(
        (pl.col("first_reported") <= pl.col("last_reported")).fill_null(value=True)
    )
    found = pl.concat(
        [named, earlier.drop("first_reported").with_columns(pl.lit("actor").alias("basis")).select(named.columns)]
    )
    keys = ["commitment_id", "actor", "recipient", "currency", "stated", "basis"]
    summed = found.group_by(keys).agg(pl.col("value").sum().alias("summed"), pl.col("part").sort().alias("parts"))
    difference = pl.col("stated") - pl.col("summed")
    return summed.with_columns(
        difference.alias("difference"), (difference.abs() <= pl.col("stated") * SLACK).alias("reconciles")
    ).sort("commitment_id")


def recycling(commitments: Frame, claims: Frame, documents: Frame, *, as_of: date | None = None) -> pl.DataFrame:
    """Pledges that are announced again: when first, how often since, and how long ago.

    Columns: commitment_id, actor, recipient, unit, value, first_reported, last_reported, retold (number of later days on which it was told again),
    retold_on (those days), documents, publishers, days_since (from the first telling to `as_of`, by default the newest day of the documents). The
    most retold come first; a commitment told on one day only is left out.
    """
    days = documents.lazy().select("document_id", pl.col("published").alias("day")).drop_nulls()
    newest = as_of if as_of is not None else days.select(pl.col("day").max()).collect().item()
    until = pl.lit(newest, pl.Date)  # typed, for a ledger without a dated article has none
    told = _standing(commitments).select("commitment_id", pl.col("claims").alias("claim_id")).explode("claim_id")
    dated = (
        told.join(claims.lazy().select("claim_id", "document_id"), on="claim_id")
        .join(days, on="document_id")
        .filter(pl.col("day") <= until)
    )
    again = (
        dated.group_by("commitment_id")
        .agg(pl.col("day").unique().sort().alias("days"))
        .filter(pl.col("days").list.len() > 1)
    )
    since = (until - pl.col("days").list.first()).dt.total_days().alias("days_since")
    about = ["commitment_id", "actor", "recipient", "unit", "value", "first_reported", "last_reported"]
    rows = commitments.lazy().select(*about, "documents", "publishers").join(again, on="commitment_id")
    later = pl.col("days").list.slice(1)
    chosen = rows.select(
        *about,
        later.list.len().cast(pl.Int64).alias("retold"),
        later.alias("retold_on"),
        "documents",
        "publishers",
        since,
    )
    return chosen.sort(["retold", "commitment_id"], descending=[True, False]).collect()
