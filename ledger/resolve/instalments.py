"""Yearly sums whose years add up to another sum of their document: one pledge, told as a rate and as a whole."""

from typing import Any

import polars as pl

from ledger.resolve.mentions import COMMITTING
from ledger.tables import record_schema
from schemas import Claim, Kind, RelationKind, TimeBasis

YEARS = r"^P(\d{1,2})Y$"
ROUNDED = pl.lit("0.02").cast(pl.Decimal(38, 6))
"""The yearly sums and the whole may differ by this share: texts round."""
RULE = "resolve.instalments"


def with_instalments(claims: pl.DataFrame) -> pl.DataFrame:
    """`claims` with the relation rate_of from a yearly sum to the one that it comes to over the years of its period.

    "$10 million a year over five years, $50 million in all" is one pledge of $50 million. The two stand in one
    document, in one currency, and name no different payers. What else was told of the two is dropped.
    """
    years = pl.col("period").str.extract(YEARS).cast(pl.Int64).alias("years")
    money = claims.filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    yearly = money.filter((pl.col("time_basis") == TimeBasis.RATE.value) & (pl.col("per") == "year"))
    rates = yearly.with_columns(years).drop_nulls("years")
    if rates.is_empty():
        return claims
    whole_of = _wholes(rates, money)
    rows = [{**row, "relations": _told(row, whole_of[row["claim_id"]])} for row in _of(claims, whole_of).to_dicts()]
    changed = pl.DataFrame(rows, schema=record_schema(Claim), orient="row").select(claims.columns)
    return pl.concat([claims.filter(~pl.col("claim_id").is_in(list(whole_of))), changed])


def _of(claims: pl.DataFrame, whole_of: dict[str, str]) -> pl.DataFrame:
    return claims.filter(pl.col("claim_id").is_in(list(whole_of)))


def _wholes(rates: pl.DataFrame, money: pl.DataFrame) -> dict[str, str]:
    """claim_id of a yearly sum → that of its whole, the nearest where several fit."""
    names = pl.col("actor").list.eval(pl.element().struct.field("name"))
    columns = ["claim_id", "document_id", "unit", "value", "start"]
    once = money.filter(pl.col("per").is_null()).select(*columns, names)
    pairs = rates.select(*columns, "years", names).join(once, on=["document_id", "unit"], suffix="_b")
    unnamed = (pl.col("actor").list.len() == 0) | (pl.col("actor_b").list.len() == 0)
    same = unnamed | (pl.col("actor").list.set_intersection("actor_b").list.len() > 0)
    adds_up = (pl.col("value") * pl.col("years") - pl.col("value_b")).abs() <= pl.col("value_b").abs() * ROUNDED
    fits = pairs.filter(same & adds_up & (pl.col("years") > 1))
    distance = (pl.col("start") - pl.col("start_b")).abs().alias("distance")
    nearest = fits.with_columns(distance).sort("claim_id", "distance", "claim_id_b")
    return dict(nearest.unique("claim_id", keep="first").select("claim_id", "claim_id_b").iter_rows())


def _told(row: dict[str, Any], whole: str) -> list[dict[str, Any]]:
    others = [relation for relation in row["relations"] if relation["claim_id"] != whole]
    words: dict[str, Any] = {"start": None, "end": None, "exact": None}
    own = {"kind": RelationKind.RATE_OF.value, "claim_id": whole, "rule": RULE, "confidence": 1.0}
    return [*others, own | words]
