"""The words next to claims, in their own sentences."""

from collections.abc import Iterator

import polars as pl

from ledger.lexicons.no_pledge import AFTER, BEFORE

CLAIMS_AT_ONCE = 200_000
"""The texts beside so many claims are held at a time: together they take more memory than all else of the claims."""
LOCATED = ("claim_id", "document_id", "start", "end", "sentence_start", "sentence_end")
"""The columns that are needed to find the words of claims."""


def with_words(claims: pl.DataFrame, documents: pl.LazyFrame, reach: int) -> Iterator[pl.DataFrame]:
    """`claims`, some at a time, with `before` and `after`: at most `reach` code points of the sentence on each side.

    They are in lower case and on one line. `claims` need the columns `LOCATED`; those of a document that is not among
    the `documents` are left out.
    """
    mine = pl.col("document_id").is_in(claims["document_id"].unique().implode())
    texts = documents.filter(mine).select("document_id", "text").unique("document_id").collect()
    start = pl.max_horizontal("sentence_start", pl.col("start") - reach)
    before = pl.col("text").str.slice(start, pl.col("start") - start)
    after = pl.col("text").str.slice("end", (pl.col("sentence_end") - pl.col("end")).clip(0, reach))
    for some in claims.iter_slices(CLAIMS_AT_ONCE):
        placed = some.join(texts, on="document_id", maintain_order="left")
        yield placed.with_columns(
            on_one_line(before).fill_null("").alias(BEFORE), on_one_line(after).fill_null("").alias(AFTER)
        ).drop("text")


def on_one_line(text: pl.Expr) -> pl.Expr:
    """The text in lower case, with single spaces."""
    return text.str.to_lowercase().str.replace_all(r"\s+", " ")
