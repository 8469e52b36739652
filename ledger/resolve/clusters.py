"""Clusters: nodes joined by edges, the strongest first, where two that bear the same mark are never joined."""

from collections.abc import Iterable, Sequence

import polars as pl

Marks = Sequence[set[tuple[str, str]]]
"""For each node what it bears: the document that it stands in, the decisions that keep it apart."""


class Forest:
    """A union-find over integers; the root of a group is its smallest member."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, node: int) -> int:
        """The smallest member of the group of `node`."""
        parent = self.parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, a: int, b: int) -> int:
        """Join the groups of `a` and `b`; returns the root of the joined group."""
        a, b = self.root(a), self.root(b)
        if a > b:
            a, b = b, a
        self.parent[b] = a
        return a

    def labels(self) -> list[int]:
        """The root of every node."""
        return [self.root(node) for node in range(len(self.parent))]


def kept_apart(size: int, edges: pl.DataFrame, marks: Marks, forced: Iterable[tuple[int, int]] = ()) -> list[int]:
    """The smallest member of the group of each of `size` nodes.

    `edges` have the columns a, b and score; they are taken strongest first, and one that would bring two nodes of one mark together is left out.
    `forced` pairs are joined before, whatever they bear. Only groups in which a mark would stand twice are built edge by edge.
    """
    pairs = list(forced)
    plain = edges.select("a", "b")
    rough = _joined(size, [*pairs, *plain.iter_rows()]).labels()
    torn = _torn(rough, marks)
    if not torn:
        return rough
    forest = _joined(size, pairs)
    borne: dict[int, set[tuple[str, str]]] = {}
    for node in range(size):
        if rough[node] in torn:
            root = forest.root(node)
            borne[root] = borne.get(root, set()) | marks[node]
    ordered = edges.select("a", "b", "score").sort(["score", "a", "b"], descending=[True, False, False])
    for one, other, _ in ordered.iter_rows():
        a, b = forest.root(one), forest.root(other)
        if a == b:
            continue
        if rough[a] not in torn:
            forest.join(a, b)
        elif borne[a].isdisjoint(borne[b]):
            both = borne[a] | borne[b]
            borne[forest.join(a, b)] = both
    return forest.labels()


def _joined(size: int, pairs: Iterable[tuple[int, int]]) -> Forest:
    forest = Forest(size)
    for a, b in pairs:
        forest.join(a, b)
    return forest


def _torn(labels: list[int], marks: Marks) -> set[int]:
    """The groups that hold a mark twice."""
    seen: set[tuple[int, tuple[str, str]]] = set()
    torn: set[int] = set()
    for label, borne in zip(labels, marks, strict=True):
        for mark in borne:
            if (label, mark) in seen:
                torn.add(label)
            seen.add((label, mark))
    return torn


__all__ = ["Forest", "Marks", "kept_apart"]
