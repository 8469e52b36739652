"""A ledger cut into parts that fit a spreadsheet."""

from dataclasses import replace

import polars as pl

from ledger.export.frames import Frames
from ledger.export.workbook.commitment_rows import with_years
from ledger.export.workbook.layout import FIRST_ROW

EXTRA_ROWS = FIRST_ROW
"""Rows above and below a table that a sheet needs as well."""


def split_by_year(book: Frames, row_limit: int) -> list[tuple[str, Frames]]:
    """`book` as one part where it fits every sheet, else a part for each year; a year too long for a sheet is halved.

    A commitment is in one part with all its claims; statistics are in the year of their article.
    """
    if _longest(book) + EXTRA_ROWS <= row_limit:
        return [("all", book)]
    years = _years(book)
    parts: list[tuple[str, Frames]] = []
    for year in sorted(years["year"].unique().to_list()):
        name = str(year) if year else "undated"
        keys = years.filter(pl.col("year") == year)["claim_id"]
        parts += _halves(book, name, keys, row_limit)
    return parts


def _longest(book: Frames) -> int:
    """Rows of the longest sheet: claims, or the shares of commitments."""
    shares = (
        book.commitments.select(
            pl.sum_horizontal([pl.col(name).list.len().clip(1) for name in ("actor", "recipient", "fields")]).sum()
        ).item()
        or 0
    )
    return max(book.claims.height, int(shares), book.documents.height, book.problems.height, book.decisions.height)


def _years(book: Frames) -> pl.DataFrame:
    """claim_id → year of its commitment as on the sheets, else of its article; in the order of commitments."""
    first = with_years(book.commitments, book).select("commitment_id", pl.col("year").alias("commitment_year"))
    where = (
        book.memberships.select("claim_id", "commitment_id")
        .unique("claim_id", keep="first")
        .join(first, on="commitment_id", how="left")
    )
    days = book.documents.select(
        "document_id",
        pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
        .dt.year()
        .cast(pl.Int64)
        .alias("article_year"),
    )
    rows = (
        book.claims.select("claim_id", "document_id")
        .join(where, on="claim_id", how="left")
        .join(days, on="document_id", how="left")
    )
    year = (
        pl.when(pl.col("commitment_id").is_not_null()).then(pl.col("commitment_year")).otherwise(pl.col("article_year"))
    )
    return rows.select("claim_id", "commitment_id", year.fill_null(0).alias("year")).sort(
        "year", "commitment_id", "claim_id", nulls_last=True
    )


def _halves(book: Frames, name: str, claims: pl.Series, row_limit: int) -> list[tuple[str, Frames]]:
    whole = _part(book, claims)
    if _longest(whole) + EXTRA_ROWS <= row_limit or (
        whole.commitments.height <= 1 and whole.claims.height + EXTRA_ROWS <= row_limit
    ):
        return [(name, whole)]
    middle = claims.len() // 2
    # Cut between two commitments, so that none is divided.
    commitment_of = dict(book.memberships.select("claim_id", "commitment_id").iter_rows())
    while (
        0 < middle < claims.len()
        and commitment_of.get(claims[middle]) is not None
        and commitment_of.get(claims[middle]) == commitment_of.get(claims[middle - 1])
    ):
        middle += 1
    if middle in (0, claims.len()):
        return [(name, whole)]
    return _halves(book, f"{name}-a", claims[:middle], row_limit) + _halves(
        book, f"{name}-b", claims[middle:], row_limit
    )


def _part(book: Frames, keys: pl.Series) -> Frames:
    claims = book.claims.filter(pl.col("claim_id").is_in(keys.implode()))
    memberships = book.memberships.filter(pl.col("claim_id").is_in(keys.implode()))
    kept = memberships["commitment_id"].drop_nulls().unique().implode()
    return replace(
        book,
        claims=claims,
        memberships=memberships,
        commitments=book.commitments.filter(pl.col("commitment_id").is_in(kept)),
        documents=book.documents.filter(pl.col("document_id").is_in(claims["document_id"].unique().implode())),
    )
