"""The rows of the Shares sheet: each commitment under each of its actors, fields and recipients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ledger.export.display import labelled
from ledger.export.lexicon import export_words
from ledger.export.workbook.commitment_rows import rows_at
from ledger.export.workbook.layout import FIRST_ROW
from ledger.export.workbook.switches import Switches

DIMENSIONS = {"actor": "A", "field": "F", "recipient": "R"}
"""What totals are by → the first letter of its keys."""
GROUP = "group"
KEYS = {**DIMENSIONS, GROUP: "G"}
Groups = Mapping[str, Sequence[str]]
"""Name of a group → the actors in it; an actor may be in several."""
SUMMED_COLUMNS = ("low", "stated", "high", "open", "counts")


@dataclass(frozen=True)
class Shares:
    """One row for each commitment under each of its names; the rows of a name stand together.

    Amounts are worked out for the rows that are asked for.
    """

    frame: pl.DataFrame
    """Columns sheet_row (of the commitment), shared_by (its number of names), members (how many of these the row is of)
    and name_index (a row of `names`)."""
    names: pl.DataFrame
    """Columns by, code (of a field), name, name_rank, key."""
    commitments: pl.DataFrame
    allocation: str

    @classmethod
    def of(cls, commitments: pl.DataFrame, switches: Switches, groups: Groups | None = None) -> "Shares":
        """The shares of the commitments that may count, at any setting of the switches."""
        frames, names, before = list[pl.DataFrame](), list[pl.DataFrame](), 0
        for dimension in DIMENSIONS if groups is None else KEYS:
            frame, own_names = _dimension_shares(commitments, dimension, switches.allocation, groups or {})
            frames.append(frame.with_columns(pl.col("name_index") + before))
            names.append(own_names)
            before += own_names.height
        return cls(pl.concat(frames, rechunk=False), pl.concat(names), commitments, switches.allocation)

    def by(self, dimension: str) -> pl.DataFrame:
        """The rows of one dimension, with `share_row`, their rows on the sheet, and their amounts."""
        wanted = self.names.with_row_index("name_index").filter(pl.col("by") == dimension)["name_index"]
        rows = self.frame.with_row_index("share_row", offset=FIRST_ROW)
        return self.with_amounts(rows.filter(pl.col("name_index").is_in(wanted.implode())))

    def commitments_of(self, rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The `columns` of the commitment of each row."""
        return rows_at(self.commitments.select(columns), rows["sheet_row"] - FIRST_ROW)

    def with_amounts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with their names and their part of the commitment's amounts."""
        named = rows.hstack(self.commitments_of(rows, "stage", *SUMMED_COLUMNS, "shown"))
        named = named.hstack(rows_at(self.names, rows["name_index"]))
        shared = named.with_columns(_share(self.allocation).alias("share"))
        amounts = ("low", "stated", "high", "shown")
        return shared.with_columns([(pl.col(name) * pl.col("share")).alias(name) for name in amounts])

    def per_field(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with the number of their commitment's fields, and the part of the amount shown for each of these."""
        count = pl.col("fields").list.unique().list.len().clip(1).cast(pl.Int64).alias("field_count")
        counted = rows.hstack(self.commitments_of(rows, "fields").select(count))
        each = pl.col("shown") if self.allocation == "full" else pl.col("shown") / pl.col("field_count")
        return counted.with_columns(each.alias("shown_per_field"))

    def with_details(self, block: pl.DataFrame) -> pl.DataFrame:
        """`block` with amounts, what the commitment is, its fields between bars, and its id."""
        rows = self.commitments_of(block, "actor", "recipient", "fields", "commitment_id")
        labels = labelled(rows.select(_joined("fields")).to_series(), "field")
        what = pl.concat_str([_joined("actor"), pl.lit(" → "), _joined("recipient"), pl.lit(": "), labels])
        keys = pl.concat_str([pl.lit("|"), _joined("fields", "|"), pl.lit("|")])
        texts = rows.select(what.alias("what"), keys.alias("field_keys"), "commitment_id")
        table_row = (block["sheet_row"] - FIRST_ROW + 1).alias("table_row")
        return self.per_field(self.with_amounts(block)).hstack(texts).with_columns(table_row)


def _share(allocation: str) -> pl.Expr:
    return pl.lit(1.0) if allocation == "full" else pl.col("members") / pl.col("shared_by")


def _joined(column: str, separator: str = "; ") -> pl.Expr:
    not_said = export_words()["book"]["none"]
    distinct = pl.col(column).list.unique(maintain_order=True)
    return pl.when(pl.col(column).list.len() > 0).then(distinct.list.join(separator)).otherwise(pl.lit(not_said))


def _dimension_shares(
    commitments: pl.DataFrame, dimension: str, allocation: str, groups: Groups
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The shares of a dimension, and its names, the largest first; what is in no group comes last."""
    long = _named(commitments, "fields" if dimension == "field" else "actor" if dimension == GROUP else dimension)
    if dimension == GROUP:
        long = _grouped(long, groups)
    long = long.with_columns(pl.col("stated") * _share(allocation))
    names = (
        long.group_by("name", maintain_order=True)
        .agg(pl.col("stated").sum().alias("total"))
        .with_columns((pl.col("name") == export_words()["book"]["no_group"]).alias("last"))
        .sort("last", "total", "name", descending=[False, True, False])
        .with_row_index("name_index")
    )
    rows = long.join(names.select("name", "name_index"), on="name")
    rows = rows.sort("name_index", "stated", "sheet_row", descending=[False, True, False])
    rank = pl.col("name_index") + 1
    key = pl.lit(KEYS[dimension]) + rank.cast(pl.String)
    code = names["name"]
    name = labelled(code, "field") if dimension == "field" else code
    named = names.select(
        pl.lit(dimension).alias("by"), code.alias("code"), name, rank.alias("name_rank"), key.alias("key")
    )
    return rows.select("sheet_row", "shared_by", "members", "name_index"), named


def _named(commitments: pl.DataFrame, column: str) -> pl.DataFrame:
    """A row for each name of each commitment that may count: sheet_row, stated, shared_by, members (1) and name."""
    distinct = pl.col(column).list.unique(maintain_order=True)
    count = distinct.list.len().clip(1).cast(pl.Int64).alias("shared_by")
    one = pl.lit(1, pl.Int64).alias("members")
    long = commitments.with_row_index("sheet_row", offset=FIRST_ROW).filter("may_count")
    long = long.select("sheet_row", "stated", count, one, distinct.alias("name"))
    not_said = export_words()["book"]["none"]
    return long.explode("name", empty_as_null=True).with_columns(pl.col("name").fill_null(not_said))


def _grouped(by_actor: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """`_named` by groups in the place of actors: `members` is how many of the actors are in the group."""
    pairs = [(actor, group) for group, actors in groups.items() for actor in dict.fromkeys(actors)]
    of_actor = pl.DataFrame(pairs, schema={"name": pl.String, "group": pl.String}, orient="row")
    none = export_words()["book"]["no_group"]
    placed = by_actor.join(of_actor, on="name", how="left", maintain_order="left").with_columns(
        pl.col("group").fill_null(none).alias("name")
    )
    return placed.group_by("sheet_row", "name", maintain_order=True).agg(
        pl.col("stated").first(), pl.col("shared_by").first(), pl.len().cast(pl.Int64).alias("members")
    )
