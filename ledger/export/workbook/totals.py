"""The rows of the totals sheets: by actor, field, recipient and group, actors by fields, years and months by stage."""

from typing import Protocol

import polars as pl

from ledger.export.display import labelled
from ledger.export.lexicon import export_words
from ledger.export.workbook.layout import FIRST_ROW
from ledger.export.workbook.shares import GROUP, SUMMED_COLUMNS, Shares
from schemas import Stage

MATRIX_ROWS = 200
"""Actors on the sheet Actor by field."""
STAGES = tuple(stage.value for stage in Stage)
PLACES = ("key", "name_rank", "year", "from", "until", "first_row", "last_row")
"""Columns that tell what a line is of, whether it counts or not."""


class LedgerTotals(Protocol):
    """The ledger's own totals: TotalRow columns (low, stated, high …), preceded by those of `by`."""

    def __call__(self, *, by: tuple[str, ...], currency: str, stage_floor: str, allocation: str) -> pl.DataFrame:
        """Totals of the exported commitments in `currency`, from `stage_floor` on; without `by` a single row."""
        ...


def totals_by(shares: Shares, dimension: str) -> pl.DataFrame:
    """The totals of a dimension (actor, field, recipient or group), the largest first."""
    part = shares.by(dimension)
    sums = part.group_by("name_rank", "code", "name", "key", maintain_order=True).agg(
        *[pl.col(name).sum() for name in (*SUMMED_COLUMNS, "shown") if name != "counts"],
        pl.col("counts").sum().alias("commitments"),
        pl.col("share_row").min().alias("first_row"),
        pl.col("share_row").max().alias("last_row"),
        *[pl.col("stated").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
    )
    main = _main(part, shares.commitments, dimension)
    sums = sums.sort("name_rank").join(main, on="name", how="left", maintain_order="left")
    return sums.with_columns(pl.when(pl.col("open") == 0).then(pl.col("high")).alias("high"))


def _main(part: pl.DataFrame, commitments: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The field that most of an actor's money is for; the actor that most of a field's or recipient's comes from."""
    other = "fields" if dimension in ("actor", GROUP) else "actor"
    others = commitments[other][part["sheet_row"] - FIRST_ROW].alias("main")
    long = part.select("name", (pl.col("stated") / others.list.len().clip(1)).alias("amount"), others)
    long = long.explode("main").drop_nulls("main")
    sums = long.group_by("name", "main", maintain_order=True).agg(pl.col("amount").sum())
    largest = sums.sort("amount", "main", descending=[True, False]).group_by("name", maintain_order=True)
    main = largest.agg(pl.col("main").first())
    return main if other == "actor" else main.with_columns(labelled(main["main"], "field"))


def actor_by_field(shares: Shares, totals: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The first `MATRIX_ROWS` actors by fields, the largest first in both directions."""
    actors = totals["actor"].head(MATRIX_ROWS).select("name_rank", "name", "key", "shown").rename({"shown": "total"})
    long = _actor_field_sums(shares)
    for code in totals["field"]["code"].to_list():
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
    """Years by stage, in the order of years; `commitments` is the number that counts."""
    rows = commitments.filter("may_count").group_by("year", maintain_order=True).agg(*_by_stage())
    return rows.sort("year").with_columns(pl.col("year").alias("name"))


def timeline(commitments: pl.DataFrame) -> pl.DataFrame:
    """Quarters, each followed by its months, by stage; `from` and `until` are months (202503), 0 without a day."""
    month = pl.col("month")
    first = pl.when(month > 0).then(month - (month % 100 - 1) % 3).otherwise(0)
    rows = commitments.filter("may_count").sort("month", maintain_order=True)
    last = pl.when(first > 0).then(first + 2).otherwise(0)
    frames = []
    for place, (start, end) in enumerate(((first, last), (month, month))):
        spans = rows.with_columns(start.alias("from"), end.alias("until"), first.alias("quarter"))
        summed = spans.group_by("quarter", "from", "until", maintain_order=True).agg(*_by_stage())
        frames.append(summed.with_columns(pl.lit(place).alias("place")))
    lines = pl.concat(frames).sort("quarter", "place", "from")
    year, number = pl.col("from") // 100, pl.col("from") % 100
    quarter = pl.format("{}-Q{}", year, (number + 2) // 3)
    said = pl.format("{}-{}", year, number.cast(pl.String).str.zfill(2))
    whole = export_words()["sheets"]["timeline"]["whole_quarter"]
    return lines.with_columns(
        quarter.alias("name"), pl.when(pl.col("place") == 0).then(pl.lit(whole)).otherwise(said).alias("month")
    )


def _by_stage() -> list[pl.Expr]:
    """The number of commitments that count, their sum, and the sum of each stage."""
    by_stage = [pl.col("shown").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES]
    return [pl.col("counts").sum().alias("commitments"), pl.col("shown").sum().alias("total"), *by_stage]


def counting(totals: pl.DataFrame, *, live: bool) -> pl.DataFrame:
    """The lines of what counts; where formulas are `live`, the others stay, empty until a switch makes them count."""
    counts = pl.col("commitments") > 0
    if not live:
        return totals.filter(counts)
    kept = [name for name in totals.columns if name in PLACES]
    return totals.with_columns(pl.when(counts).then(pl.all().exclude(kept)))
