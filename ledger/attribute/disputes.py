"""What a person is to look at because features and network, each alone, read it differently."""

from collections.abc import Iterable

DISPUTED = {what: f"{what}_disputed" for what in ("measure", "stage", "actor", "recipient")}
"""The review code of each attribute that the two may read differently."""


def is_disputed(codes: Iterable[str]) -> bool:
    """Whether one of some review codes is that of a dispute.

    >>> is_disputed(["low_confidence", "actor_disputed"]), is_disputed(["actor_rival"])
    (True, False)
    """
    return not _CODES.isdisjoint(codes)


_CODES = frozenset(DISPUTED.values())
