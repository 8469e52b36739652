"""Clusters: the mentions of one commitment, from pairs that features or people join and that people keep apart."""

from dataclasses import dataclass

import polars as pl

from ledger.resolve.across import AcrossPairs
from ledger.resolve.alike import named_apart
from ledger.resolve.copied import Copied, copied_rows
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.graph import CannotLink, cannot_link, constrained_clusters, known_pairs
from ledger.resolve.within import DocumentPairs

READ = (
    "row", "claim_id", "local_cluster", "document", "unit", "value", "day", "digits", "start", "end", "actor",
    "recipient",
)  # fmt: skip
"""The columns of mentions that are read."""
LABELS = ("row", "version", "cluster", "current", "converted")
CONVERSION_GAP = 40
"""A conversion starts at most so many code points after the amount that it converts."""


@dataclass(frozen=True)
class Clusters:
    """How mentions are grouped over all documents."""

    labels: pl.DataFrame
    """row, version, cluster, current, converted: a row for each mention, in their order.

    `version` is the same money in all documents, `cluster` a commitment with its former amounts; `current` says whether
    a mention's amount is the one that holds, `converted` whether it is that of another in a second currency.
    """
    separate: pl.DataFrame
    """a, b: clusters that some pair speaks for joining and that are still kept apart."""


def clusters_of(
    mentions: pl.DataFrame,
    owned: pl.DataFrame,
    across: AcrossPairs,
    pairs: DocumentPairs,
    replayed: ReplayedDecisions,
    copied: Copied,
) -> Clusters:
    """`mentions` (the columns `READ`, each at the place of its `row`) grouped over documents.

    `owned` are their local clusters, as node, with their document, as owner; `across` are pairs of these, and `pairs`
    those inside documents. Claims of near copies (`copied`) are the same money, or one took the other's place.
    """
    retold, updated = copied_rows(mentions, copied)
    paired = mentions.filter(pl.col("claim_id").is_in(replayed.paired_claims))
    local_of = dict(paired.select("claim_id", "local_cluster").iter_rows())
    different = known_pairs(replayed.different, local_of)
    same = [(a, b) for a, b, _ in known_pairs(replayed.same, local_of)]
    named = _with_names(across, mentions, replayed)
    kept_apart = cannot_link([*different, *((a, b, f"words {a} {b}") for a, b in named.apart.iter_rows())])
    alike = _edges(named.same, retold)
    version = constrained_clusters(owned, alike, kept_apart, same).alias("version")
    versions = owned.select(pl.col("node").alias("local_cluster"), version)
    placed = mentions.join(versions, on="local_cluster", how="left", maintain_order="left")
    version_of = dict(versions.filter(pl.col("local_cluster").is_in(list(local_of.values()))).iter_rows())
    apart = cannot_link((version_of[a], version_of[b], by) for a, b, by in different)
    changed = pl.concat(
        [pairs.changed, updated.select(pl.col(name).cast(kind) for name, kind in pairs.changed.schema.items())]
    )
    clustered = _with_clusters(placed, changed, apart)
    return Clusters(clustered.select(LABELS), _separate(clustered, pairs.same, alike, changed))


def _edges(across: pl.DataFrame, retold: pl.DataFrame) -> pl.DataFrame:
    """a, b, score of local clusters that are the same money, each pair once."""
    ends = [pl.col("a", "b").cast(pl.Int64), pl.col("score")]
    each = pl.concat([across.select(ends), retold.select(ends)])
    return each.group_by("a", "b").agg(pl.col("score").max()).sort("a", "b")


def _with_names(pairs: AcrossPairs, mentions: pl.DataFrame, replayed: ReplayedDecisions) -> AcrossPairs:
    """`pairs` with those kept apart whose names are of two."""
    two = named_apart(pairs.same, mentions, replayed.different_names)
    return AcrossPairs(pairs.same.filter(~two), pl.concat([pairs.apart, pairs.same.filter(two).select("a", "b")]))


def _separate(
    mentions: pl.DataFrame, within: pl.DataFrame, across: pl.DataFrame, changed: pl.DataFrame
) -> pl.DataFrame:
    ends = [pl.col("a", "b").cast(pl.Int64)]
    replaced = changed.select(pl.col("older").alias("a"), pl.col("newer").alias("b"))
    edges = pl.concat([within.select(ends), across.select(ends), replaced.select(ends)])
    cluster_of = mentions.select(pl.col("row", "cluster").cast(pl.Int64))
    placed = edges.join(cluster_of.rename({"row": "a", "cluster": "one"}), on="a").join(
        cluster_of.rename({"row": "b", "cluster": "other"}), on="b"
    )
    apart = placed.filter(pl.col("one") != pl.col("other"))
    return apart.select(pl.col("one").alias("a"), pl.col("other").alias("b")).unique()


def _with_clusters(mentions: pl.DataFrame, changed: pl.DataFrame, apart: CannotLink) -> pl.DataFrame:
    """`mentions` with `cluster`, `current` and `converted`: versions joined where one amount replaced the other."""
    of_row = mentions.select("row", "version")
    edges = (
        changed.join(of_row, left_on="older", right_on="row").rename({"version": "a"})
        .join(of_row, left_on="newer", right_on="row").rename({"version": "b"})
        .filter(pl.col("a") != pl.col("b"))
    )  # fmt: skip
    versions = mentions.select(pl.col("version").unique().sort().alias("node"))
    label = constrained_clusters(versions, edges.group_by("a", "b").agg(pl.col("score").max()), apart)
    clusters = versions.select(pl.col("node").alias("version"), label.alias("cluster"))
    placed = mentions.join(clusters, on="version", how="left", maintain_order="left")
    marked = placed.join(_current(placed, edges), on="version", how="left", maintain_order="left")
    return _with_own_currency(marked.with_columns(_converted().alias("converted")))


def _with_own_currency(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` with `converted` also where another text told the pledge in the currency that it was made in.

    That is the currency with the roundest amount ("€500 million", which elsewhere is "$516 million"); of several, that
    of most documents, and then the first.
    """
    plain = mentions.filter(~pl.col("converted") & pl.col("current"))
    units = plain.group_by("cluster", "unit").agg(
        pl.col("digits").min(), pl.col("document").n_unique().alias("documents"), pl.col("row").min()
    )
    several = units.filter(pl.len().over("cluster") > 1)
    if several.is_empty():
        return mentions
    order = several.sort("cluster", "digits", "documents", "row", descending=[False, False, True, False])
    own = order.unique("cluster", keep="first", maintain_order=True).select("cluster", pl.col("unit").alias("own_unit"))
    told = mentions.join(own, on="cluster", how="left", maintain_order="left")
    foreign = (pl.col("unit") != pl.col("own_unit")).fill_null(value=False)
    return told.with_columns((pl.col("converted") | foreign).alias("converted")).drop("own_unit")


def _converted() -> pl.Expr:
    """Whether a mention is the amount that stands just before it, in another currency."""
    before = {name: pl.col(name).shift(1) for name in ("local_cluster", "document", "unit", "end")}
    same = (pl.col("local_cluster") == before["local_cluster"]) & (pl.col("document") == before["document"])
    close = pl.col("start") - before["end"] < CONVERSION_GAP
    return (same & (pl.col("unit") != before["unit"]) & close).fill_null(value=False)


def _current(mentions: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """version, current: of each cluster the version that no other replaced, the last where several are left."""
    first = mentions.group_by("version").agg(pl.col("cluster").first(), pl.col("day").min(), pl.col("row").min())
    replaced = edges.select(pl.col("a").alias("version")).unique().with_columns(pl.lit(value=True).alias("old"))
    ranked = first.join(replaced, on="version", how="left").with_columns(pl.col("old").fill_null(value=False))
    order = ranked.sort("cluster", "old", "day", "row", descending=[False, False, True, False], nulls_last=True)
    best = order.unique("cluster", keep="first", maintain_order=True)["version"]
    return first.select("version", pl.col("version").is_in(best.implode()).alias("current"))


__all__ = ["READ", "Clusters", "clusters_of"]
