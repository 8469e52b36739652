"""Clusters: nodes joined by edges, the strongest first, where two that bear the same mark are never joined."""

from collections.abc import Iterable, Mapping

import polars as pl

Pairs = Iterable[tuple[int, int]]
Marks = Mapping[int, frozenset[str]]
"""For some nodes what they bear: the decisions that keep them apart from others."""


class Forest:
    """A union-find over integers; the root of a group is its smallest member, a node never joined is its own."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}

    def root(self, node: int) -> int:
        """The smallest member of the group of `node`."""
        parent = self.parent
        above = parent.setdefault(node, node)
        while above != node:
            parent[node] = above = parent[above]
            node, above = above, parent[above]
        return node

    def join(self, a: int, b: int) -> int:
        """Join the groups of `a` and `b`; returns the root of the joined group."""
        a, b = self.root(a), self.root(b)
        if a > b:
            a, b = b, a
        self.parent[b] = a
        return a

    def labels(self) -> pl.DataFrame:
        """node, label: the root of every node that was joined."""
        nodes = list(self.parent)
        return pl.DataFrame(
            {"node": nodes, "label": [self.root(node) for node in nodes]}, schema={"node": pl.Int64, "label": pl.Int64}
        )


def components(edges: pl.DataFrame) -> pl.DataFrame:
    """node, label: the smallest node that each node of `edges` (a, b) is tied to, however many steps away.

    Every node hangs below its least neighbour, hanging nodes climb to the top, and what is left are edges between tops, ever fewer.
    """
    nodes = pl.concat([edges["a"], edges["b"]]).cast(pl.Int64).unique().sort().alias("node")
    place = nodes.to_frame().with_row_index("place")
    ends = edges.select(pl.col("a", "b").cast(pl.Int64)).join(place.rename({"node": "a", "place": "lo"}), on="a")
    left = ends.join(place.rename({"node": "b", "place": "hi"}), on="b").select("lo", "hi")
    above = place["place"]
    while left.height:
        least = left.group_by(pl.max_horizontal("lo", "hi").alias("node")).agg(
            pl.min_horizontal("lo", "hi").min().alias("top")
        )
        above = _climbed(above.scatter(least["node"], least["top"]))
        left = (
            left.select(above[left["lo"]].alias("lo"), above[left["hi"]].alias("hi"))
            .filter(pl.col("lo") != pl.col("hi"))
            .unique()
        )
        # A top that hangs below another top now takes all that hang below it along.
    return pl.DataFrame({"node": nodes, "label": nodes[_climbed(above)]})


def _climbed(above: pl.Series) -> pl.Series:
    """`above` of each place followed to the top."""
    while not (next_ := above[above]).equals(above):
        above = next_
    return above


def kept_apart(nodes: pl.DataFrame, edges: pl.DataFrame, marks: Marks, forced: Pairs = ()) -> pl.Series:
    """The smallest member of the group of each of `nodes`, in their order.

    `nodes` have the column `node` and, where two of one owner are never joined, `owner`. `edges` have the columns a, b and score; they are taken
    strongest first, and one that would bring two nodes of one owner or of one mark together is left out. `forced` pairs are joined before, whatever
    they bear. Only groups in which an owner or a mark would stand twice are built edge by edge.
    """
    pairs = list(forced)
    every = pl.concat(
        [
            edges.select(pl.col("a", "b").cast(pl.Int64)),
            pl.DataFrame(pairs, schema={"a": pl.Int64, "b": pl.Int64}, orient="row"),
        ]
    )
    rough = _labelled(nodes, components(every))
    torn = _torn(rough, marks)
    if torn.is_empty():
        return rough["label"]
    inside = rough.filter(pl.col("label").is_in(torn.implode()))
    strongest = edges.filter(pl.col("a").is_in(inside["node"].implode())).sort(
        ["score", "a", "b"], descending=[True, False, False]
    )
    owners = dict(inside.select("node", "owner").iter_rows()) if "owner" in inside.columns else {}
    borne = {
        node: {*marks.get(node, ()), *([owners[node]] if node in owners else [])} for node in inside["node"].to_list()
    }
    fine = _labelled(inside.select("node"), _grown(strongest.select("a", "b").iter_rows(), borne, pairs).labels())
    return rough.join(fine.rename({"label": "fine"}), on="node", how="left", maintain_order="left").select(
        pl.coalesce("fine", "label")
    )["fine"]


def _labelled(nodes: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    joined = nodes.with_columns(pl.col("node").cast(pl.Int64)).join(
        labels, on="node", how="left", maintain_order="left"
    )
    return joined.with_columns(pl.coalesce("label", "node").alias("label"))


def _torn(labelled: pl.DataFrame, marks: Marks) -> pl.Series:
    """The groups that hold an owner or a mark twice."""
    found = [pl.Series("label", [], dtype=pl.Int64)]
    if "owner" in labelled.columns:
        found.append(labelled.group_by("label", "owner").len().filter(pl.col("len") > 1)["label"])
    if marks:
        marked = [(node, mark) for node, borne in marks.items() for mark in borne]
        table = pl.DataFrame(marked, schema={"node": pl.Int64, "mark": pl.String}, orient="row").join(
            labelled, on="node"
        )
        found.append(table.group_by("label", "mark").len().filter(pl.col("len") > 1)["label"])
    return pl.concat(found).unique()


def _grown(ordered: Pairs, borne: dict[int, set[int | str]], forced: Pairs) -> Forest:
    """The forest of the edges in their order, but those that would bring two of one mark together."""
    forest = Forest()
    for one, other in forced:
        if one in borne and other in borne:
            a, b = forest.root(one), forest.root(other)
            borne[forest.join(a, b)] = borne[a] | borne[b]
    for one, other in ordered:
        a, b = forest.root(one), forest.root(other)
        if a != b and borne[a].isdisjoint(borne[b]):
            borne[forest.join(a, b)] = borne[a] | borne[b]
    return forest


__all__ = ["Marks", "components", "kept_apart"]
