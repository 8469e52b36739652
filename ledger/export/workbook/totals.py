"""The rows of the totals sheets: by actor, field and recipient, actors by fields, and years by stage."""

from typing import Protocol

import polars as pl

from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import FIRST_ROW
from ledger.export.workbook.shares import SUMMED_COLUMNS, Shares
from ledger.money.amounts import interval_words
from schemas import Stage

MATRIX_ROWS = 200
"""Actors on the sheet Actor by field."""
STAGES = tuple(stage.value for stage in Stage)


class LedgerTotals(Protocol):
    """The ledger's own totals: TotalRow columns (low, stated, high …), preceded by those of `by`."""

    def __call__(self, *, by: tuple[str, ...], currency: str, stage_floor: str, allocation: str) -> pl.DataFrame:
        """Totals of the exported commitments in `currency`, from `stage_floor` on; without `by` a single row."""
        ...


def totals_by(shares: Shares, dimension: str, currency: str) -> pl.DataFrame:
    """The totals of a dimension (actor, field or recipient) in `currency`, the largest first."""
    part = shares.by(dimension)
    sums = part.group_by("name_rank", "name", "key", maintain_order=True).agg(
        *[pl.col(name).sum() for name in (*SUMMED_COLUMNS, "shown") if name != "counts"],
        pl.col("counts").sum().alias("commitments"),
        pl.col("share_row").min().alias("first_row"),
        pl.col("share_row").max().alias("last_row"),
        *[pl.col("stated").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
    )
    main = _main(part, shares.commitments, dimension)
    sums = sums.sort("name_rank").join(main, on="name", how="left", maintain_order="left")
    ends = sums.select("low", "stated", "high", "open").iter_rows()
    in_words = [interval_words(low, stated, high, is_open, currency) for low, stated, high, is_open in ends]
    high = pl.when(pl.col("open") == 0).then(pl.col("high")).alias("high")
    return sums.with_columns(pl.Series("display", in_words, dtype=pl.String), high)


def _main(part: pl.DataFrame, commitments: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The field that most of an actor's money is for; the actor that most of a field's or recipient's comes from."""
    other = "fields" if dimension == "actor" else "actor"
    others = commitments[other][part["sheet_row"] - FIRST_ROW].alias("main")
    long = part.select("name", (pl.col("stated") / others.list.len().clip(1)).alias("amount"), others)
    long = long.explode("main").drop_nulls("main")
    sums = long.group_by("name", "main", maintain_order=True).agg(pl.col("amount").sum())
    largest = sums.sort("amount", "main", descending=[True, False]).group_by("name", maintain_order=True)
    return largest.agg(pl.col("main").first())


def actor_by_field(shares: Shares, totals: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The first `MATRIX_ROWS` actors by fields, the largest first in both directions."""
    actors = totals["actor"].head(MATRIX_ROWS).select("name_rank", "name", "key", "shown").rename({"shown": "total"})
    long = _actor_field_sums(shares)
    for code in totals["field"]["name"].to_list():
        own = long.filter(pl.col("fields") == code).select("name_rank", pl.col("shown_per_field").alias(code))
        actors = actors.join(own, on="name_rank", how="left", maintain_order="left")
        actors = actors.with_columns(pl.col(code).fill_null(0.0))
    return actors


def _actor_field_sums(shares: Shares) -> pl.DataFrame:
    """Columns name_rank, fields (one code), shown_per_field."""
    cells = shares.by("actor").filter(pl.col("name_rank") <= MATRIX_ROWS).select("sheet_row", "name_rank", "shown")
    cells = shares.per_field(cells).select("sheet_row", "name_rank", "shown_per_field")
    fields = shares.commitments["fields"][cells["sheet_row"] - FIRST_ROW].list.unique(maintain_order=True)
    not_said = pl.concat_list(pl.lit(export_words()["book"]["none"]))
    has_fields = pl.col("fields").list.len() > 0
    cells = cells.with_columns(fields).with_columns(pl.when(has_fields).then(pl.col("fields")).otherwise(not_said))
    long = cells.explode("fields").group_by("name_rank", "fields", maintain_order=True)
    return long.agg(pl.col("shown_per_field").sum())


def totals_by_year(commitments: pl.DataFrame) -> pl.DataFrame:
    """Years by stage, in the order of years; `name` is the year."""
    sums = commitments.group_by("year", maintain_order=True).agg(
        pl.col("shown").sum().alias("total"),
        *[pl.col("shown").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
    )
    return sums.sort("year").rename({"year": "name"})
