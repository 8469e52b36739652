"""Every mention of each commitment: its day, its sentence, its amount; what reports of histories read."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from ledger.lexicons.load import toml
from ledger.total.convert import DECIDED_REASONS, Frame

FIGURE = "①"
"""What stands for the figure in a sentence."""


def report_words(name: str) -> dict[str, Any]:
    """The words and limits of one report."""
    words: dict[str, Any] = toml("reports")[name]
    return words


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of the lexicon: lines joined, case disregarded."""
    return re.compile(text.replace("\n", ""), re.IGNORECASE)


def limit(report: str, name: str) -> Decimal:
    """A limit of the lexicon as a number."""
    return Decimal(report_words(report)[name])


def tellings(commitments: Frame, claims: Frame, documents: Frame) -> pl.DataFrame:
    """One row for each mention of a commitment in an article with a day, the earliest first.

    Columns: commitment_id, claim_id, document_id, day, publisher, quote (the sentence in one line), said (the same with
    ① for the figure), exact, unit, value, stage, time_basis. What a person took out is left out.
    """
    kept = commitments.lazy().filter(~pl.col("exclusion_reason").is_in(DECIDED_REASONS).fill_null(value=False))
    members = kept.select("commitment_id", pl.col("claims").alias("claim_id")).explode("claim_id")
    length = pl.col("sentence_end") - pl.col("sentence_start")
    before = pl.col("text").str.slice(pl.col("sentence_start"), pl.col("start") - pl.col("sentence_start"))
    after = pl.col("text").str.slice(pl.col("end"), pl.col("sentence_end") - pl.col("end"))
    quote = pl.col("text").str.slice(pl.col("sentence_start"), length)
    rows = (
        members.join(claims.lazy(), on="claim_id")
        .join(
            documents.lazy().select("document_id", "text", "publisher", pl.col("published").alias("day")),
            on="document_id",
        )
        .filter(pl.col("day").is_not_null())
        .select(
            *("commitment_id", "claim_id", "document_id", "day", "publisher"),
            _one_line(quote).alias("quote"),
            _one_line(pl.concat_str(before, pl.lit(FIGURE), after)).alias("said"),
            *("exact", "unit", "value", "stage", "time_basis"),
        )
    )
    return rows.sort("day", "document_id", "claim_id").collect()


def _one_line(words: pl.Expr) -> pl.Expr:
    return words.str.replace_all(r"\s+", " ").str.strip_chars()
