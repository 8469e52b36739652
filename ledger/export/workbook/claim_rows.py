"""The rows of the Claims, Documents and Exclusions sheets, and what each row shows of its article."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ledger.export.display import display
from ledger.export.frames import Frames
from ledger.export.safe import web_address
from ledger.export.workbook.commitment_rows import AMOUNT_COLUMNS, SHARE_COLUMNS, rows_at
from ledger.export.workbook.layout import FIRST_ROW
from ledger.export.workbook.stamps import stamps_of
from schemas import Claim, Commitment

AddColumns = Callable[[pl.DataFrame], pl.DataFrame]
"""Adds columns to a block of rows; long texts are added block by block, so that memory stays small."""


def claim_order(book: Frames, commitments: pl.DataFrame) -> pl.DataFrame:
    """The order of the claims, and where each is counted or excluded.

    `claim_index` is the row in `book.claims`, whose other columns `claim_details` adds; `commitment_row` the row of the
    commitment on its sheet.
    """
    order = commitments.select("commitment_id").with_row_index("commitment_row", offset=FIRST_ROW)
    members = book.memberships.select("claim_id", "commitment_id", "counted", "exclusion_reason", "because")
    days = book.documents.select("document_id", "published")
    return (
        book.claims.select("claim_id", "document_id", "start")
        .with_row_index("claim_index")
        .join(members.unique("claim_id", keep="first"), on="claim_id", how="left", maintain_order="left")
        .join(days, on="document_id", how="left", maintain_order="left")
        .join(order, on="commitment_id", how="left", maintain_order="left")
        .sort("commitment_row", "published", "document_id", "start", nulls_last=True, maintain_order=True)
        .drop("document_id", "start", "published")
    )


def exclusion_order(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims that add nothing, by reason; `sheet_row` is the row on the Claims sheet."""
    excluded = pl.col("counted").is_null() | ~pl.col("counted")
    rows = claims.with_row_index("sheet_row", offset=FIRST_ROW).filter(excluded)
    return rows.sort("exclusion_reason", "sheet_row", nulls_last=True)


def document_order(book: Frames) -> pl.DataFrame:
    """The order of the articles and their number of claims.

    `document_index` is the row in `book.documents`, whose other columns `document_details` adds.
    """
    counts = book.claims.group_by("document_id").agg(pl.len().cast(pl.Int64).alias("claims"))
    return (
        book.documents.select("document_id", "published", "title")
        .with_row_index("document_index")
        .join(counts, on="document_id", how="left", maintain_order="left")
        .with_columns(pl.col("claims").fill_null(0))
        .sort("published", "title", "document_id", nulls_last=True)
        .select("document_index", "document_id", "claims")
    )


# Details of a block of rows -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Articles:
    """What rows show of the articles that claims stand in."""

    columns: pl.DataFrame
    """The columns shown, a row for each article."""
    row_of_claim: pl.Series
    """For each claim of the ledger's frame, the row of its article in `columns`."""

    @classmethod
    def of(cls, book: Frames) -> "Articles":
        """The articles of `book`; an address that is not a web address is left out."""
        address = pl.col("url").map_elements(web_address, pl.String)
        columns = book.documents.select("source", "title", "publisher", "published", address, "text")
        rows = book.documents.select("document_id").with_row_index("row").unique("document_id", keep="first")
        claims = book.claims.select("document_id")
        return cls(columns, claims.join(rows, on="document_id", how="left", maintain_order="left")["row"])

    def added_to(self, claims: pl.DataFrame, claim_indices: pl.Series) -> pl.DataFrame:
        """`claims` with the columns of their articles and `sentence`; `claim_indices` are rows in the ledger."""
        shown = claims.hstack(rows_at(self.columns, self.row_of_claim.gather(claim_indices)))
        return shown.with_columns(_sentence().alias("sentence")).drop("text")


def _sentence() -> pl.Expr:
    """The sentence of a claim, cut from its document's text; the quote alone where the document is missing."""
    length = pl.col("sentence_end") - pl.col("sentence_start")
    return pl.coalesce(pl.col("text").str.slice(pl.col("sentence_start"), length).str.strip_chars(), pl.col("exact"))


def claim_details(book: Frames, articles: Articles) -> AddColumns:
    """Adds to rows with `claim_index` the columns of claim and article, sentence, amount in words and stamp."""

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        own = rows_at(book.claims, block["claim_index"])
        own = own.with_columns(display(own), pl.Series("stamp", stamps_of(Claim.__name__, own), dtype=pl.String))
        rows = pl.concat([block.drop("claim_id", strict=False), own], how="horizontal")
        return articles.added_to(rows, block["claim_index"])

    return detail


def commitment_details(book: Frames, articles: Articles) -> AddColumns:
    """Adds to rows of commitments their other columns, their amount in words and their stamp.

    Of the claim that gives the amount (`claim_index`) they get the sentence as `quote`, and the `url` of its article.
    """
    others = [name for name in book.commitments.columns if name not in (*AMOUNT_COLUMNS, *SHARE_COLUMNS)]

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        rows = block.hstack(rows_at(book.commitments.select(others), block["commitment_index"]))
        claims = rows_at(book.claims.select("sentence_start", "sentence_end", "exact"), block["claim_index"])
        told = articles.added_to(claims, block["claim_index"]).select(pl.col("sentence").alias("quote"), "url")
        stamps = pl.Series("stamp", stamps_of(Commitment.__name__, rows), dtype=pl.String)
        return rows.with_columns(*told, display(rows), stamps)

    return detail


def document_details(book: Frames) -> AddColumns:
    """Adds to rows of articles all other columns but the text, its length, and `link_url`: the web address, if any."""
    length = pl.col("text").str.len_chars().cast(pl.Int64).alias("characters")
    link = pl.col("url").map_elements(web_address, pl.String).alias("link_url")

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        own = rows_at(book.documents, block["document_index"]).with_columns(length, link).drop("text")
        return block.drop("document_id").hstack(own)

    return detail
