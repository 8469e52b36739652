"""The tables of a repaired ledger with their hashes: those that still prove the rows are kept, the others made anew."""

from collections.abc import Collection, Mapping

import polars as pl

from ledger.store.chain import LINK, Chain, linked
from ledger.store.columns import PARTS
from ledger.store.hashes import ROW_HASH, row_hashes
from ledger.store.tree import root_of


def rehashed(tables: Mapping[str, pl.DataFrame], changed: Collection[str]) -> dict[str, pl.DataFrame]:
    """All `tables` of a ledger, of which the runs `changed` have other rows than they stored.

    A chain of which nothing is missing, and whose rows are as they were, stays as it is.
    """
    made = dict(tables)
    of_changed = pl.col("run_id").is_in(list(changed))
    for name in PARTS:
        rows = made[name]
        new = pl.Series(ROW_HASH, row_hashes(rows), dtype=pl.String())
        keep = ~of_changed | pl.col(ROW_HASH).is_not_null()
        made[name] = rows.with_columns(pl.when(keep).then(pl.col(ROW_HASH)).otherwise(new).alias(ROW_HASH))
    runs = made["runs"]
    for name in ("decisions", "rates"):
        made[name] = rechained(made[name].sort("position", nulls_last=True, maintain_order=True))
        chain = Chain(made[name], None)
        known = [*chain.linked["hash"], *filter(None, [chain.before_first[1]])]
        stands = pl.col(f"{name}_hash").is_in(known)
        runs = runs.with_columns(pl.when(stands).then(pl.col(f"{name}_hash")).alias(f"{name}_hash"))
    made["runs"] = rechained(_sealed(runs, made, runs.filter(of_changed)["run_id"].to_list()))
    if not made["runs"].equals(runs):
        bare = made["runs"].filter(pl.any_horizontal(pl.col(f"{name}_hash").is_null() for name in PARTS))
        made["runs"] = rechained(_sealed(made["runs"], made, bare["run_id"].to_list()))
    return made


def rechained(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a chained table, as they are where they are a whole chain, and otherwise chained anew in order."""
    chain = Chain(rows, None)
    again = linked(Chain(chain.older, None), chain.linked.drop(*LINK))
    if again.equals(chain.linked.select(again.columns)):
        return rows
    return linked(Chain(rows.clear(), None), rows.drop(*LINK))


def _sealed(runs: pl.DataFrame, tables: Mapping[str, pl.DataFrame], anew: Collection[str]) -> pl.DataFrame:
    """`runs`, with the hashes of the sets of rows of the runs `anew`."""
    for name in PARTS:
        theirs = tables[name].filter(pl.col("run_id").is_in(list(anew)))
        hashes = {run_id: root_of(row_hashes(theirs.filter(run_id=run_id))) for run_id in anew}
        column = f"{name}_hash"
        new = pl.col("run_id").replace_strict(hashes, default=None, return_dtype=pl.String())
        runs = runs.with_columns(pl.coalesce(new, pl.col(column)).alias(column))
    return runs


__all__ = ["rehashed"]
