"""Moments of a ledger: a time, or a version, which says how many runs, decisions and rates there were."""

import re
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from ledger.errors import LedgerError
from ledger.store.chain import CHAINED, Chain, holds

IN_TIME: Mapping[str, tuple[str, ...]] = {
    "runs": ("ended", "run_id"),
    "decisions": ("at", "decision_id"),
    "rates": ("on", "unit"),
}
"""Table → the columns that order the rows which an earlier program did not chain."""
VERSION = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,18})\.([0-9]{1,18})(-[0-9a-f]{64})?)?")
REMEDY = "write one that `ledger history` shows, such as 3 or 3.2.1, or a head"


def in_order(chain: Chain, *keys: str) -> pl.DataFrame:
    """All rows of a chain in the order in which they were committed; the older ones, outside the chain, by `keys`.

    A clock that goes backwards between two commits does not change what comes after what.
    """
    return chain.rows.sort("position", *keys, nulls_last=False)


def rows_until(
    chains: Mapping[str, Chain], ordered: Mapping[str, pl.DataFrame], until: datetime | str
) -> dict[str, pl.DataFrame]:
    """The rows of `ordered` that were there at a time, or at a version; raises LedgerError for no version of these."""
    if isinstance(until, datetime):
        times = {"runs": "ended", "decisions": "at"}
        return {
            name: rows.filter(pl.col(times[name]) <= until) if name in times else rows for name, rows in ordered.items()
        }
    return {name: ordered[name].head(number) for name, number in numbers_of(chains, ordered, until).items()}


def numbers_of(chains: Mapping[str, Chain], ordered: Mapping[str, pl.DataFrame], version: str) -> dict[str, int]:
    """Table → how many of its rows a version has.

    A version is "RUNS", with the decisions and rates that were there when that run was stored, "RUNS.DECISIONS.RATES",
    or a head, which is proven.
    """
    parts = VERSION.fullmatch(version.strip())
    if parts is None:
        raise LedgerError(f"{version[:80]!r} is not a version, nor a day such as 2025-03-04; {REMEDY}")
    if parts[4] and not holds(chains, version):
        raise LedgerError(f"{version.strip()} is not a head of this ledger; {REMEDY}")
    if parts[2] is None:
        versions = run_versions(chains, ordered["runs"])
        asked = {"runs": int(parts[1]), **(versions[int(parts[1]) - 1] if 0 < int(parts[1]) <= len(versions) else {})}
    else:
        asked = dict(zip(CHAINED, map(int, parts.groups()[:3]), strict=True))
    if parts[1] == "0" and parts[2] is None:
        return dict.fromkeys(CHAINED, 0)
    for name, number in asked.items():
        if number > ordered[name].height:
            raise LedgerError(f"version {version.strip()}: there are {ordered[name].height:,} {name}; {REMEDY}")
    return asked


def run_versions(chains: Mapping[str, Chain], runs: pl.DataFrame) -> list[dict[str, int]]:
    """Table → number of its rows when each run was stored, in the order of the runs."""
    places = {}
    for name in ("decisions", "rates"):
        linked = chains[name].linked
        at, before = chains[name].before_first
        places[name] = {None: 0, before: at, **dict(linked.select("hash", "position").iter_rows())}
    versions, last = [], dict.fromkeys(places, 0)
    for number, row in enumerate(runs.iter_rows(named=True), 1):
        for name, known in places.items():
            last[name] = max(last[name], known.get(row[f"{name}_hash"], last[name]))
        versions.append({"runs": number, **last})
    return versions


__all__ = ["IN_TIME", "in_order", "numbers_of", "rows_until", "run_versions"]
