"""Chains: each run, decision and rate carries its place, the hash of the one before it, and its own hash.

What was changed, removed from the middle or put into another order breaks the chain. What was removed from its end is
missed by the table's log, which counts how many were written. Who rewrites all of it, the log too, is found only by
the head: one line that stands for all rows, to be noted elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ledger.errors import LedgerError
from ledger.store.hashes import row_hash, row_hashes, set_hash

LINK: Mapping[str, pl.DataType] = {"position": pl.Int64(), "previous": pl.String(), "hash": pl.String()}
"""The columns of a chained table: place from 1, hash of the row before it (null at the first), and its own hash."""
CHAINED = ("runs", "decisions", "rates")
"""The tables whose rows are chained, in the order of a head's numbers."""
COUNTED = "chained"
"""The transaction of a table's log that holds the place of the last row."""
HEAD = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})-([0-9a-f]{64})")


@dataclass(frozen=True)
class Chain:
    """The rows of a chained table."""

    rows: pl.DataFrame
    """All rows, in no order, with the columns `LINK`."""
    counted: int | None
    """How many rows the table's log says were chained, the older ones before them too; None where none was."""

    @property
    def older(self) -> pl.DataFrame:
        """The rows outside the chain: those of a program that did not chain them yet."""
        return self.rows.filter(pl.any_horizontal(pl.col("hash", "position").is_null()))

    @property
    def linked(self) -> pl.DataFrame:
        """The rows of the chain, by their place."""
        return self.rows.drop_nulls(["hash", "position"]).sort("position", "hash")

    @property
    def end(self) -> tuple[int, str | None]:
        """Place and hash of the last row; (0, None) for an empty chain."""
        last = self.linked.tail(1)
        return (last["position"].item(), last["hash"].item()) if last.height else self.before_first

    @property
    def before_first(self) -> tuple[int, str | None]:
        """Where the chain begins: how many older rows there are, and the hash of their set."""
        older = self.older.drop(*LINK)
        return older.height, set_hash(row_hashes(older)) if older.height else None

    def hash_at(self, position: int) -> str | None:
        """The hash of the row at a place, "" where there is no such row, and None before the first."""
        if position == 0:
            return None
        if position == self.older.height:
            return self.before_first[1]
        return next(iter(self.linked.filter(position=position)["hash"]), "")


def linked(chain: Chain, new: pl.DataFrame) -> pl.DataFrame:
    """`new` rows with the columns `LINK`, chained one after the other to the end of `chain`."""
    position, previous = chain.end
    links = []
    for number, row in enumerate(new.iter_rows(named=True), position + 1):
        link = {"position": number, "previous": previous}
        previous = row_hash(row | link)
        links.append({**link, "hash": previous})
    return pl.concat([new, pl.DataFrame(links, schema=dict(LINK))], how="horizontal")


def link_hashes(rows: pl.DataFrame) -> pl.Series:
    """The hashes that rows of a chained table must have."""
    return row_hashes(rows.drop("hash"))


def head_of(chains: Mapping[str, Chain]) -> str:
    """The head of a ledger: how many runs, decisions and rates it has, and one hash that stands for all of them."""
    return _head(chains, [chains[name].end[0] for name in CHAINED])


def holds(chains: Mapping[str, Chain], head: str) -> bool:
    """Whether `head` is that of the ledger, now or at an earlier time.

    Raises LedgerError where it is not written as a head.
    """
    parts = HEAD.fullmatch(head.strip())
    if parts is None:
        raise LedgerError(f"{head[:80]!r} is not a head; write what `ledger verify` printed: 3.1.0- and 64 digits")
    return _head(chains, [int(part) for part in parts.groups()[:3]]) == head.strip()


def _head(chains: Mapping[str, Chain], positions: list[int]) -> str:
    hashes = {name: chains[name].hash_at(position) for name, position in zip(CHAINED, positions, strict=True)}
    return f"{'.'.join(map(str, positions))}-{head_hash(hashes)}"


def head_hash(ends: Mapping[str, str | None]) -> str:
    """The hash of a head, of the hashes of the last run, decision and rate."""
    return row_hash({name: ends[name] for name in CHAINED})
