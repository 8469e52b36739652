"""The claims of a ledger some documents at a time, as people corrected them, so that memory stays bounded."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ledger.resolve.corrected import corrected_claims
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.mentions import day_told
from ledger.resolve.shelf import Shelf

CLAIMS_AT_ONCE = 1_000_000
"""The words, names and texts of so many claims are held at a time; all claims of a document come together."""


@dataclass(frozen=True)
class Slice:
    """The claims of some documents."""

    undecided: pl.LazyFrame
    """Those that nobody decided on."""
    corrected: pl.DataFrame
    """The others, as people corrected or accepted them."""
    documents: pl.LazyFrame

    def claims(self, columns: Sequence[str]) -> pl.DataFrame:
        """The `columns` of the claims, each claim once."""
        return each_once(pl.concat([self.undecided.select(columns).collect(), self.corrected.select(columns)]))


def slices_of(
    claims: pl.LazyFrame, documents: pl.LazyFrame, replayed: ReplayedDecisions, shelf: Shelf
) -> Sequence[Slice]:
    """`claims`, as the decisions `replayed` correct them, in slices of about `CLAIMS_AT_ONCE`.

    They come in the order in which mentions are numbered, by day and document. Several are put on the `shelf`.
    """
    decided = pl.col("claim_id").is_in(list(replayed.corrected))
    rows = claims.filter(decided).collect() if replayed.corrected else claims.clear().collect()
    undecided = claims.filter(~decided) if replayed.corrected else claims
    corrected = corrected_claims(each_once(rows), replayed)
    sizes = claims.group_by("document_id").len("claims").collect()
    if sizes["claims"].sum() <= CLAIMS_AT_ONCE:
        return [Slice(undecided, corrected, documents)]
    numbers = _numbered(sizes, documents)
    parts = [shelf.parted(name, rows, numbers) for name, rows in (("claims", undecided), ("documents", documents))]
    placed = corrected.join(numbers, on="document_id", maintain_order="left")
    return [
        Slice(said, placed.filter(pl.col("slice") == number).drop("slice"), texts)
        for number, (said, texts) in enumerate(zip(*parts, strict=True))
    ]


def _numbered(sizes: pl.DataFrame, documents: pl.LazyFrame) -> pl.DataFrame:
    """document_id, slice; `sizes` has the number of claims of each document."""
    days = documents.select("document_id", day_told().alias("day")).unique("document_id", keep="any").collect()
    ordered = sizes.join(days, on="document_id", how="left").sort("day", "document_id", nulls_last=True)
    number = (pl.col("claims").cum_sum() - 1) // CLAIMS_AT_ONCE
    return ordered.select("document_id", (number.rank("dense") - 1).cast(pl.Int64).alias("slice"))


def each_once(rows: pl.DataFrame, key: str = "claim_id") -> pl.DataFrame:
    """`rows` with the first of each `key`; not copied where none stands twice."""
    return rows if rows[key].n_unique() == rows.height else rows.unique(key, keep="first", maintain_order=True)


__all__ = ["Slice", "each_once", "slices_of"]
