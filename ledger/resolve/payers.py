"""Sums of many payers: the flows of a country or an industry over a span of time, by the words around them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from ledger.lexicons.load import joined, toml
from ledger.resolve.mentions import COMMITTING
from schemas import Kind, TimeBasis

MANY_PAYERS = "many payers"
"""The actor of such a sum: a row of its own, under no firm's and no state's name."""
LONGEST = 600
"""Code points of a sentence that are searched on each side of a sum."""
CALENDAR = r"^(?:19|20)\d\d"
"""How a period of the calendar begins; a duration and an end alone ("P5Y", "/2030") look ahead."""


@cache
def payer_rules() -> Mapping[str, Any]:
    """`span` (a pattern), `payers` (entries with their pattern), `inside` and `owners` of `payers.toml`."""
    rules = toml("payers")
    payers = [{**entry, "pattern": joined(entry["pattern"])} for entry in rules["payer"]]
    return {
        "span": joined(rules["span"]["pattern"]),
        "payers": payers,
        "inside": rules["inside"],
        "owners": rules["owners"],
    }


def with_many_payers(rows: pl.DataFrame, claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.DataFrame:
    """`rows` of commitments with `MANY_PAYERS` as the actor of those whose representative claim tells such a sum."""
    many = pl.col("representative").is_in(many_payer_claims(claims, documents).implode())
    actor = pl.when(many).then(pl.concat_list(pl.lit(MANY_PAYERS))).otherwise("actor").alias("actor")
    return rows.with_columns(actor)


def of_many_payers() -> pl.Expr:
    """Whether a commitment is a sum of many payers."""
    return pl.col("actor").list.contains(MANY_PAYERS)


def many_payer_claims(claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.Series:
    """The claim_ids of sums of many payers among `claims` (columns of the record Claim)."""
    money = claims.filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    mine = pl.col("document_id").is_in(money["document_id"].unique().implode())
    texts = documents.filter(mine).select("document_id", "text").unique("document_id").collect()
    placed = money.join(texts, on="document_id")
    start = pl.max_horizontal("sentence_start", pl.col("start") - LONGEST)
    before = pl.col("text").str.slice(start, pl.col("start") - start)
    after = pl.col("text").str.slice("end", (pl.col("sentence_end") - pl.col("end")).clip(0, LONGEST))
    worded = placed.select(
        "claim_id",
        before.str.to_lowercase().str.replace_all(r"\s+", " ").alias("before"),
        after.str.to_lowercase().str.replace_all(r"\s+", " ").alias("after"),
        (pl.col("period").str.contains(CALENDAR) | _spans()).fill_null(value=False).alias("spans"),
        pl.col("actor").list.eval(pl.element().struct.field("type")).alias("types"),
        pl.col("actor").list.eval(pl.element().struct.field("rule") == "decision").list.any().alias("decided"),
    )
    return worded.filter(is_of_many_payers() & ~pl.col("decided").fill_null(value=False))["claim_id"]


def _spans() -> pl.Expr:
    return pl.col("time_basis").is_in([TimeBasis.CUMULATIVE.value, TimeBasis.RATE.value])


def is_of_many_payers() -> pl.Expr:
    """Whether the columns before, after, spans and types tell a sum of many payers."""
    rules = payer_rules()
    spans = pl.col("spans") | (pl.col("before") + " # " + pl.col("after")).str.contains(rules["span"])
    shapes = [
        pl.col("before").str.contains(entry["pattern"])
        & (pl.col("types").list.set_difference(entry["actors"]).list.len() == 0)
        for entry in rules["payers"]
    ]
    return spans & pl.any_horizontal(shapes)
