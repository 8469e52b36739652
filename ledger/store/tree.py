"""Merkle trees over hashes: one hash stands for many, and a path of a few proves that one of them is among them.

The trees are those of RFC 6962, section 2.1, over SHA-256: what is hashed for a leaf begins with a zero byte, and for a
node with a one, so that neither can be taken for the other. Leaves are the hashes of rows as text, in sorted order.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from ledger.store.hashes import set_hash

TREE = "tree:"
"""What the root of a tree begins with where earlier versions wrote the hash of a set."""
Step = tuple[str, str]
"""One step up: on which side the other hash stands ("left" or "right"), and the hash, in hexadecimal."""


def levels_of(hashes: Iterable[str]) -> list[list[bytes]]:
    """The levels of the tree over sorted `hashes`, the leaves first; one without a neighbour goes up as it is."""
    levels = [[sha256(b"\0" + one.encode()).digest() for one in sorted(hashes)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [sha256(b"\1" + below[at] + below[at + 1]).digest() for at in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(below) & ~1 :])
    return levels


def root_of(hashes: Iterable[str]) -> str:
    """The root of the tree over `hashes`, in whatever order, marked as one.

    >>> root_of([]) == TREE + sha256(b"").hexdigest()
    True
    >>> root_of(["b", "a"]) == root_of(["a", "b"]) != root_of(["a"])
    True
    """
    top = levels_of(hashes)[-1]
    return TREE + (top[0] if top else sha256(b"").digest()).hex()


def path_to(hashes: Sequence[str], one: str) -> list[Step]:
    """The way from `one` of `hashes` up to their root; raises ValueError where it is not among them."""
    at, path = sorted(hashes).index(one), []
    for level in levels_of(hashes)[:-1]:
        other = at ^ 1
        if other < len(level):
            path.append(("left" if other < at else "right", level[other].hex()))
        at //= 2
    return path


def climbed(one: str, path: Iterable[Step]) -> str:
    """The root that a path leads to from `one`.

    >>> climbed("b", path_to(["a", "b", "c"], "b")) == root_of(["a", "b", "c"])
    True
    """
    found = sha256(b"\0" + one.encode()).digest()
    for side, other in path:
        pair = bytes.fromhex(other) + found if side == "left" else found + bytes.fromhex(other)
        found = sha256(b"\1" + pair).digest()
    return TREE + found.hex()


def stands_for(said: str, hashes: Iterable[str]) -> bool:
    """Whether what a run says of its rows is the root of their tree or, as once, the hash of their set."""
    return said == (root_of(hashes) if said.startswith(TREE) else set_hash(hashes))


__all__ = ["TREE", "Step", "climbed", "path_to", "root_of", "stands_for"]
