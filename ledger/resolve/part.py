"""What some claims come to on their own: documents slice by slice, pairs of all of them, components some at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from ledger.resolve.across import AcrossPairs, blocks_of, pairs_across
from ledger.resolve.clusters import READ as OF_CLUSTERS
from ledger.resolve.clusters import Clusters, clusters_of
from ledger.resolve.commitments import as_records, commitments_of
from ledger.resolve.corrected import apply_decisions
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.graph import constrained_clusters
from ledger.resolve.inputs import Inputs
from ledger.resolve.local import READ, local_of
from ledger.resolve.memberships import memberships_of
from ledger.resolve.payers import with_many_payers
from ledger.resolve.shelf import Shelf
from ledger.resolve.slices import Slice
from ledger.resolve.tossups import with_class_confidence
from ledger.resolve.wholes import wholes_of, with_reasons
from ledger.resolve.within import DocumentPairs


@dataclass(frozen=True)
class Part:
    """The resolution of some of the claims; the frames are those of `resolution`."""

    commitments: pl.DataFrame
    memberships: pl.DataFrame
    blocks: pl.DataFrame
    components: pl.DataFrame


def resolved_part(slices: Sequence[Slice], inputs: Inputs, shelf: Shelf) -> Part:
    """What the claims of `slices` come to on their own.

    Documents are read slice by slice; pairs of documents are compared over all of them; and commitments are made, some
    components at a time, each of which depends on no other.
    """
    compared, outside = _read(slices, inputs, shelf)
    labels = _labels(compared, inputs, shelf)
    named = pl.DataFrame(schema={"component": pl.UInt64, "label": pl.Int64})
    made = []
    for mentions in _by_component(labels, shelf):
        commitments, memberships, components = _commitments(mentions, inputs)
        named = pl.concat([named, components.select(named.columns).unique("label")])
        made.append((commitments, memberships, components.select("commitment_id", "component")))
    blocks = _blocks_of_components(labels, named, shelf)
    commitments, members, components = (pl.concat(frames) for frames in zip(*made, strict=True))
    memberships = pl.concat([members, outside]).sort("claim_id")
    return Part(commitments.sort("commitment_id"), memberships, blocks, components)


@dataclass(frozen=True)
class _Compared:
    """What of the mentions of all documents is needed to compare them."""

    mentions: pl.DataFrame
    """The columns `clusters.READ`."""
    pairs: DocumentPairs
    wholes: pl.DataFrame
    """a, b: rows of which the words say that one lies inside the other."""


def _read(slices: Sequence[Slice], inputs: Inputs, shelf: Shelf) -> tuple[_Compared, pl.DataFrame]:
    """The mentions of all documents as far as they are compared, and the memberships of claims that are none.

    All of them, their local clusters and the blocks of these are put on the shelf.
    """
    row = document = 0
    narrow, same, changed, wholes, outside = [], [], [], [], []
    for number, some in enumerate(slices):
        claims, texts = some.claims(READ), some.documents.collect().lazy() if len(slices) > 1 else some.documents
        local = local_of(claims, replace(inputs, documents=texts)).numbered_from(row, document)
        row, document = row + local.mentions.height, document + claims["document_id"].n_unique()
        shelf.put("mentions", number, local.mentions)
        shelf.put("local", number, local.clusters)
        shelf.put("blocks", number, blocks_of(local.clusters))
        narrow.append(local.mentions.select(OF_CLUSTERS))
        same.append(local.pairs.same)
        changed.append(local.pairs.changed)
        wholes.append(local.wholes)
        outside.append(local.outside)
    pairs = DocumentPairs(pl.concat(same), pl.concat(changed))
    return _Compared(pl.concat(narrow), pairs, pl.concat(wholes)), pl.concat(outside)


def _labels(compared: _Compared, inputs: Inputs, shelf: Shelf) -> pl.DataFrame:
    """row, version, cluster, current, converted and label (that of its component) of each mention, in their order."""
    owned, across = _across(shelf)
    clusters = clusters_of(compared.mentions, owned, across, compared.pairs, inputs.replayed, inputs.copied)
    return clusters.labels.with_columns(_component_labels(compared, clusters, inputs.replayed))


def _across(shelf: Shelf) -> tuple[pl.DataFrame, AcrossPairs]:
    """The local clusters, as node, with their document, as owner; and their pairs."""
    local = pl.concat(shelf.take_all("local"))
    owned = local.select(pl.col("local_cluster").alias("node"), pl.col("document").cast(pl.Int64).alias("owner"))
    return owned, pairs_across(local)


def _component_labels(compared: _Compared, clusters: Clusters, replayed: ReplayedDecisions) -> pl.Series:
    """For each mention the least cluster of what must be resolved together with it when one of it changes."""
    cluster = clusters.labels["cluster"].cast(pl.Int64)
    decided = [claim for part, whole, _ in replayed.parts for claim in (part, whole)]
    rows = compared.mentions.filter(pl.col("claim_id").is_in(decided)).select("claim_id", "row")
    row_of = dict(rows.iter_rows())
    parts = [(row_of[part], row_of[whole]) for part, whole, _ in replayed.parts if {part, whole} <= row_of.keys()]
    tied = pl.concat([compared.wholes, pl.DataFrame(parts, schema=compared.wholes.schema, orient="row")])
    wholes = pl.DataFrame({"a": cluster[tied["a"]], "b": cluster[tied["b"]]})
    edges = pl.concat([clusters.separate.select(pl.col("a", "b").cast(pl.Int64)), wholes]).unique()
    nodes = pl.DataFrame({"node": cluster.unique().sort()})
    label = constrained_clusters(nodes, edges.with_columns(pl.lit(0.0).alias("score")), {})
    known = nodes.with_columns(label.alias("label"))
    joined = pl.DataFrame({"node": cluster}).join(known, on="node", how="left", maintain_order="left")
    return joined["label"]


def _by_component(labels: pl.DataFrame, shelf: Shelf) -> Iterator[pl.DataFrame]:
    """The mentions with their labels, those of some whole components at a time, in the order of their rows."""
    row, parts = 0, shelf.count("mentions")
    for number, mentions in enumerate(shelf.take_all("mentions")):
        labelled = mentions.drop("row").hstack(labels[row : row + mentions.height])
        row += mentions.height
        for part in range(parts):
            shelf.put(f"part {part}", number, labelled.filter(pl.col("label") % parts == part))
    for part in range(parts):
        yield _renumbered(pl.concat(shelf.take_all(f"part {part}")))


def _renumbered(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` with their places as `row`, and with them `version` and `cluster`, which are rows."""
    rows = mentions["row"].cast(pl.Int64)
    places = [pl.Series(name, rows.search_sorted(mentions[name].cast(pl.Int64))) for name in ("version", "cluster")]
    return mentions.drop("row").with_row_index("row").with_columns(*places)


def _commitments(mentions: pl.DataFrame, inputs: Inputs) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The commitments and memberships of the `mentions` of whole components; and commitment_id, component, label."""
    replayed = inputs.replayed
    sure = with_class_confidence(commitments_of(mentions), mentions)
    made = apply_decisions(with_many_payers(sure, mentions), mentions, replayed)
    rows = with_reasons(made, wholes_of(mentions, replayed))
    records = as_records(rows.with_columns(pl.lit(None).alias("not_itemised")))
    return records, memberships_of(mentions, rows, replayed), _components(rows, mentions)


def _components(rows: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """commitment_id, component, label: a component is named by the commitment of its least cluster."""
    labels = mentions.select("cluster", "label").unique("cluster")
    labelled = rows.select("cluster", "commitment_id").join(labels, on="cluster").sort("cluster")
    named = labelled.unique("label", keep="first", maintain_order=True)
    component = named.select("label", pl.col("commitment_id").hash().alias("component"))
    return labelled.join(component, on="label").select("commitment_id", "component", "label")


def _blocks_of_components(labels: pl.DataFrame, named: pl.DataFrame, shelf: Shelf) -> pl.DataFrame:
    """component, block: the blocks of the local clusters of each component, named by component and label."""
    label = labels["label"]
    component = pl.zeros(labels.height, dtype=pl.UInt64, eager=True).scatter(named["label"], named["component"])
    found = [
        blocks.select(component[label[blocks["local_cluster"]]].alias("component"), "block")
        for blocks in shelf.take_all("blocks")
    ]
    return pl.concat(found)


__all__ = ["Part", "resolved_part"]
