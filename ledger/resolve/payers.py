"""Sums of many payers: the flows of a country or an industry over a span of time, by the words around them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from ledger.lexicons.load import joined, toml
from ledger.lexicons.no_pledge import AFTER, BEFORE
from ledger.resolve.beside import LOCATED, with_words
from ledger.resolve.mentions import COMMITTING
from schemas import Kind, TimeBasis

MANY_PAYERS = "many payers"
"""The actor of such a sum: a row of its own, under no firm's and no state's name."""
LONGEST = 600
"""Code points of a sentence that are searched on each side of a sum."""
CALENDAR = r"^(?:19|20)\d\d"
"""How a period of the calendar begins; a duration and an end alone ("P5Y", "/2030") look ahead."""


READ = (*LOCATED, "kind", "measure", "actor", "period", "time_basis")
"""The columns of claims that are read."""


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


def with_many_payers(rows: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`rows` of commitments with `MANY_PAYERS` as the actor of those whose representative claim tells such a sum.

    `mentions` have the column `many_payers`, as `many_payer_claims` says of each claim.
    """
    many = pl.col("representative").is_in(mentions.filter("many_payers")["claim_id"].implode())
    actor = pl.when(many).then(pl.concat_list(pl.lit(MANY_PAYERS))).otherwise("actor").alias("actor")
    return rows.with_columns(actor)


def of_many_payers() -> pl.Expr:
    """Whether a commitment is a sum of many payers."""
    return pl.col("actor").list.contains(MANY_PAYERS)


def many_payer_claims(claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.Series:
    """The claim_ids of sums of many payers among `claims` (columns of the record Claim)."""
    commits = (pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING)
    money = claims.select(READ).filter(commits)
    found = [pl.Series("claim_id", dtype=pl.String)]
    for some in with_words(money, documents, LONGEST):
        worded = some.select(
            *("claim_id", BEFORE, AFTER),
            (pl.col("period").str.contains(CALENDAR) | _spans()).fill_null(value=False).alias("spans"),
            pl.col("actor").list.eval(pl.element().struct.field("type")).alias("types"),
            pl.col("actor").list.eval(pl.element().struct.field("rule") == "decision").list.any().alias("decided"),
        )
        undecided = worded.filter(is_over_a_span() & ~pl.col("decided").fill_null(value=False))
        found.append(undecided.filter(has_many_payers())["claim_id"])
    return pl.concat(found)


def _spans() -> pl.Expr:
    return pl.col("time_basis").is_in([TimeBasis.CUMULATIVE.value, TimeBasis.RATE.value])


def is_over_a_span() -> pl.Expr:
    """Whether the columns before, after and spans tell a sum over a span of time."""
    return pl.col("spans") | (pl.col("before") + " # " + pl.col("after")).str.contains(payer_rules()["span"])


def has_many_payers() -> pl.Expr:
    """Whether the columns before and types tell a sum of many payers, if it is one over a span of time."""
    shapes = [
        pl.col("before").str.contains(entry["pattern"])
        & (pl.col("types").list.set_difference(entry["actors"]).list.len() == 0)
        for entry in payer_rules()["payers"]
    ]
    return pl.any_horizontal(shapes)
