"""Prove by hashes that the rows of a ledger are those that were written.

Each row of a run has its hash, the run the root of the tree over them, and runs, decisions and rates are chained.
"""

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from ledger.store import Chain, Snapshot, link_hashes, row_hashes, stands_for
from ledger.store.hashes import ROW_HASH
from schemas import Problem

AT_ONCE = 10_000
"""Rows hashed at a time, so that a large ledger fits into memory."""
PARTS = {"documents": "document_id", "claims": "claim_id", "problems": "where"}
"""The tables that a run writes, and the column that names a row in a message."""
CHANGED = "this row is not the one that was written: it was changed afterwards"


def hash_problems(snapshot: Snapshot, later: Collection[str] | None = None) -> Iterator[Problem]:
    """What the hashes show to be changed, missing, or added behind the ledger's back.

    Where `later` names runs, of the rows that runs wrote only theirs are hashed.
    """
    for name, chain in snapshot.chains.items():
        yield from _chain_problems(name, chain)
    yield from _anchors(snapshot.chains)
    sealed = snapshot.chains["runs"].linked
    if later is not None:
        sealed = sealed.filter(pl.col("run_id").is_in(list(later)))
    for name in PARTS:
        yield from _part_problems(name, snapshot.written[name], sealed)


def unhashed(snapshot: Snapshot) -> Iterator[str]:
    """What the hashes cannot show, since it was written before rows were hashed."""
    for name, chain in snapshot.chains.items():
        older = chain.older.height
        if older:
            them = f"{older:,} {name} were" if older > 1 else f"1 {name[:-1]} was"
            yield f"{them} written before rows were hashed"


def _chain_problems(name: str, chain: Chain) -> Iterator[Problem]:
    """Rows in the wrong place or changed, and places without a row."""
    rows, (at, before) = chain.linked, chain.before_first
    if rows.is_empty():
        if chain.counted is not None:
            yield _broken(name, f"the chain of {chain.counted} {name} is gone: they were deleted, or lost their hashes")
        return
    first = min(rows["position"])
    if first <= at:
        message = f"{at} {name} have no hash, where {first - 1} were written before rows were hashed: some were added"
        yield _broken(name, message)
        at, before = first - 1, ""
    for row in rows.with_columns(link_hashes(rows).alias("right")).iter_rows(named=True):
        where, number = f"{name[:-1]} {_name_of(name, row)}", row["position"]
        if number > at + 1:
            yield _broken(name, f"{_numbers(at + 1, number - 1)} missing from the chain: deleted")
        elif number <= at:
            yield Problem(where=where, rule="chain_whole", message=f"number {number} of the chain is there twice")
        elif before != "" and row["previous"] != before:
            yield Problem(where=where, rule="chain_whole", message="it does not follow the one before it in the chain")
        if row["hash"] != row["right"]:
            yield Problem(where=where, rule="row_as_written", message=CHANGED)
        at, before = number, row["hash"]
    if chain.counted is None:
        yield _broken(name, "the log does not count the chain: the table was made anew")
    elif chain.counted > at:
        yield _broken(name, f"{_numbers(at + 1, chain.counted)} missing: the end of the chain was deleted")


def _numbers(first: int, last: int) -> str:
    return f"number {first} is" if first == last else f"numbers {first} to {last} are"


def _broken(name: str, message: str) -> Problem:
    return Problem(where=name, rule="chain_whole", message=message)


def _name_of(name: str, row: Mapping[str, object]) -> str:
    return f"{row['unit']} to {row['to']} of {row['on']}" if name == "rates" else str(row[f"{name[:-1]}_id"])


def _anchors(chains: Mapping[str, Chain]) -> Iterator[Problem]:
    """Each run says how decisions and rates stood when it was stored; they must have stood so."""
    for name in ("decisions", "rates"):
        known = {*chains[name].linked["hash"], chains[name].before_first[1], None}
        for run_id, said in chains["runs"].linked.select("run_id", f"{name}_hash").iter_rows():
            if said not in known:
                yield Problem(
                    where=f"run {run_id}",
                    rule="chain_whole",
                    message=f"the {name} that it followed are not there any more: they were deleted or rewritten",
                )


def _part_problems(name: str, written: pl.LazyFrame, runs: pl.DataFrame) -> Iterator[Problem]:
    """Rows whose hash is wrong, and runs whose rows, each sound, are not the set that they wrote."""
    found: dict[str, list[str]] = {run_id: [] for run_id in runs["run_id"]}
    told = set()
    rows = written.filter(pl.col("run_id").is_in(list(found))).collect()
    for some in rows.iter_slices(AT_ONCE):
        right = some.select(PARTS[name], "run_id", ROW_HASH).with_columns(row_hashes(some).alias("right"))
        for key, run_id, said, is_now in right.iter_rows():
            found[run_id].append(is_now)
            if said is not None and said != is_now:
                told.add(run_id)
                yield Problem(where=f"{name[:-1]} {key} of run {run_id}", rule="row_as_written", message=CHANGED)
    counted = runs.select("run_id", name, f"{name}_hash")
    for run_id, count, said in counted.iter_rows():
        # Rows too many or too few are told by their number, and changed ones one by one.
        if run_id not in told and len(found[run_id]) == count and not stands_for(said, found[run_id]):
            yield Problem(
                where=f"run {run_id}",
                rule="rows_as_written",
                message=f"its {count} {name} are not those that it wrote: some were put in the place of others",
            )


__all__ = ["hash_problems", "unhashed"]
