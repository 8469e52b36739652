"""Constrained clustering of a graph: the strongest edges first, and nodes that must stay apart are never joined."""

from collections.abc import Iterable, Mapping

import polars as pl

Pairs = Iterable[tuple[int, int]]
CannotLink = Mapping[int, frozenset[str]]
"""For some nodes the constraints that they take part in: two nodes that share one are never in the same cluster."""


class UnionFind:
    """Disjoint sets of integers; the root of a set is its smallest member, and a node never joined is its own root."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}

    def root(self, node: int) -> int:
        """The smallest member of the set that holds `node`."""
        parent = self.parent
        above = parent.setdefault(node, node)
        while above != node:
            parent[node] = above = parent[above]
            node, above = above, parent[above]
        return node

    def join(self, a: int, b: int) -> int:
        """Join the sets of `a` and `b`; returns the root of the joined set."""
        a, b = self.root(a), self.root(b)
        if a > b:
            a, b = b, a
        self.parent[b] = a
        return a

    def labels(self) -> pl.DataFrame:
        """node, label: the root of every node that was joined."""
        nodes = list(self.parent)
        labels = [self.root(node) for node in nodes]
        return pl.DataFrame({"node": nodes, "label": labels}, schema={"node": pl.Int64, "label": pl.Int64})


def components(edges: pl.DataFrame) -> pl.DataFrame:
    """node, label: the smallest node that can be reached from each node of `edges` (a, b).

    Every node is hung below its smallest neighbour and then followed to the top; the edges that are left join tops,
    and there are fewer of them in each round.
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
        above = _tops(above.scatter(least["node"], least["top"]))
        left = (
            left.select(above[left["lo"]].alias("lo"), above[left["hi"]].alias("hi"))
            .filter(pl.col("lo") != pl.col("hi"))
            .unique()
        )
        # A top that now hangs below another takes all nodes below it along.
    return pl.DataFrame({"node": nodes, "label": nodes[_tops(above)]})


def _tops(above: pl.Series) -> pl.Series:
    """The top of each place, when `above` is the place that each hangs below."""
    while not (higher := above[above]).equals(above):
        above = higher
    return above


def constrained_clusters(
    nodes: pl.DataFrame, edges: pl.DataFrame, cannot_link: CannotLink, must_link: Pairs = ()
) -> pl.Series:
    """The smallest member of the cluster of each of `nodes`, in their order.

    `nodes` have the column `node` and, where two nodes of one owner are never joined, `owner`. `edges` have the columns
    a, b and score; they are taken strongest first, and an edge that would break a constraint is left out. `must_link`
    pairs are joined first, whatever the constraints say. Only clusters that would break one are built edge by edge.
    """
    pairs = list(must_link)
    forced = pl.DataFrame(pairs, schema={"a": pl.Int64, "b": pl.Int64}, orient="row")
    every = pl.concat([edges.select(pl.col("a", "b").cast(pl.Int64)), forced])
    rough = _labelled(nodes, components(every))
    broken = _broken(rough, cannot_link)
    if broken.is_empty():
        return rough["label"]
    inside = rough.filter(pl.col("label").is_in(broken.implode()))
    strongest = edges.filter(pl.col("a").is_in(inside["node"].implode())).sort(
        ["score", "a", "b"], descending=[True, False, False]
    )
    grown = _grown(strongest.select("a", "b").iter_rows(), _constraints(inside, cannot_link), pairs)
    fine = _labelled(inside.select("node"), grown.labels()).rename({"label": "fine"})
    joined = rough.join(fine, on="node", how="left", maintain_order="left")
    return joined.select(pl.coalesce("fine", "label"))["fine"]


def known_pairs(pairs: Iterable[tuple[str, str, str]], node_of: Mapping[str, int]) -> list[tuple[int, int, str]]:
    """The pairs of claims as pairs of nodes, where both are known; the third is what says so."""
    return [(node_of[a], node_of[b], by) for a, b, by in pairs if a in node_of and b in node_of]


def cannot_link(pairs: Iterable[tuple[int, int, str]]) -> CannotLink:
    """What keeps nodes apart: both sides of a pair have what says so."""
    constraints: dict[int, frozenset[str]] = {}
    for a, b, by in pairs:
        for node in {a, b}:
            constraints[node] = constraints.get(node, frozenset()) | {by}
    return constraints


def _labelled(nodes: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    joined = nodes.with_columns(pl.col("node").cast(pl.Int64)).join(
        labels, on="node", how="left", maintain_order="left"
    )
    return joined.with_columns(pl.coalesce("label", "node").alias("label"))


def _broken(labelled: pl.DataFrame, cannot_link: CannotLink) -> pl.Series:
    """The clusters that hold an owner or a constraint twice."""
    found = [pl.Series("label", [], dtype=pl.Int64)]
    if "owner" in labelled.columns:
        found.append(labelled.group_by("label", "owner").len().filter(pl.col("len") > 1)["label"])
    if cannot_link:
        rows = [(node, constraint) for node, constraints in cannot_link.items() for constraint in constraints]
        table = pl.DataFrame(rows, schema={"node": pl.Int64, "constraint": pl.String}, orient="row")
        placed = table.join(labelled, on="node")
        found.append(placed.group_by("label", "constraint").len().filter(pl.col("len") > 1)["label"])
    return pl.concat(found).unique()


def _constraints(nodes: pl.DataFrame, cannot_link: CannotLink) -> dict[int, set[int | str]]:
    """Node → its constraints and its owner."""
    owners = dict(nodes.select("node", "owner").iter_rows()) if "owner" in nodes.columns else {}
    return {
        node: {*cannot_link.get(node, ()), *([owners[node]] if node in owners else [])}
        for node in nodes["node"].to_list()
    }


def _grown(ordered: Pairs, constraints: dict[int, set[int | str]], must_link: Pairs) -> UnionFind:
    """The sets that the edges make in their order, without the edges that would break a constraint."""
    sets = UnionFind()
    for one, other in must_link:
        if one in constraints and other in constraints:
            a, b = sets.root(one), sets.root(other)
            constraints[sets.join(a, b)] = constraints[a] | constraints[b]
    for one, other in ordered:
        a, b = sets.root(one), sets.root(other)
        if a != b and constraints[a].isdisjoint(constraints[b]):
            constraints[sets.join(a, b)] = constraints[a] | constraints[b]
    return sets


__all__ = ["CannotLink", "cannot_link", "components", "constrained_clusters", "known_pairs"]
