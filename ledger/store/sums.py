"""Merkle trees that add: the root stands for many amounts and their sum, and a path proves that one is in the sum.

They are built as `ledger.store.tree` builds its trees, but a node also carries the sum of what is below it, so that
nobody can leave an amount out of the sum, or put another in, without another root.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from ledger.store.hashes import row_hash

Node = tuple[str, Decimal]
"""The hash of a part of the tree, in hexadecimal, and the sum of its amounts."""
Rise = tuple[str, str, str]
"""One step up: on which side the other part stands ("left" or "right"), its hash, and its sum."""


def leaf(row: Mapping[str, Any]) -> Node:
    """The leaf of a row with its amount as `stated`, a Decimal or its text."""
    return sha256(b"\0" + row_hash(row).encode()).hexdigest(), Decimal(row["stated"])


def above(left: Node, right: Node) -> Node:
    """The node over two: its hash is that of both hashes and both sums."""
    said = " ".join(f"{one} {plain(amount)}" for one, amount in (left, right))
    return sha256(b"\1" + said.encode()).hexdigest(), left[1] + right[1]


def levels_of(rows: Iterable[Mapping[str, Any]]) -> list[list[Node]]:
    """The levels of the tree over rows, in the order of their leaves' hashes."""
    levels = [sorted(leaf(row) for row in rows)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [above(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(below) & ~1 :])
    return levels


def root_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """The sum and the hash of all rows: "SUM-HASH".

    >>> root_of([{"stated": "2.00"}, {"stated": "3.50"}])[:5]
    '5.50-'
    """
    top = levels_of(rows)[-1]
    return written(top[0] if top else (sha256(b"").hexdigest(), Decimal(0)))


def path_to(rows: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> list[Rise]:
    """The way from one of the rows up to the root; raises ValueError where it is not among them."""
    levels = levels_of(rows)
    at, path = levels[0].index(leaf(one)), []
    for level in levels[:-1]:
        other = at ^ 1
        if other < len(level):
            path.append(("left" if other < at else "right", level[other][0], plain(level[other][1])))
        at //= 2
    return path


def climbed(one: Mapping[str, Any], path: Iterable[Rise]) -> str:
    """The root that a path leads to; raises ValueError where an amount on the way is negative, which hides another."""
    found = leaf(one)
    for side, other, amount in path:
        beside = (other, Decimal(amount))
        if min(found[1], beside[1]) < 0:
            raise ValueError("an amount is negative")
        found = above(beside, found) if side == "left" else above(found, beside)
    return written(found)


def written(node: Node) -> str:
    """A root as it is published."""
    return f"{plain(node[1])}-{node[0]}"


def plain(amount: Decimal) -> str:
    """An amount with all its places, and no exponent."""
    return format(amount, "f")


__all__ = ["Rise", "climbed", "path_to", "root_of"]
