"""The proof of a ledger: what contradicts itself, what could not be proven, and the head to note."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from ledger.book.cache import Derived, derive, derived_problems
from ledger.book.reread import Reread, reread
from ledger.book.sealed import unhashed
from ledger.book.verify import verify, verify_rows
from ledger.errors import LedgerError
from ledger.store import IN_TIME, Snapshot, Store, files_unchanged, head_of, holds, in_order
from schemas import Problem

SHORTEST = 4
"""Characters of an id that a person must write at least."""
HASHED = "every row was hashed instead"
OTHERS = "another version read them, or names of your own, or an attributor that is not installed here"


@dataclass(frozen=True)
class Proof:
    """What a verification showed."""

    problems: tuple[Problem, ...]
    """What contradicts itself; empty where the ledger is proven."""
    unproven: tuple[str, ...]
    """What could not be proven, a line each."""
    head: str
    """How many runs, decisions and rates there are, and one hash that stands for all their rows."""
    claims: int
    """How many claims there are."""


def prove(
    store: Store, *, head: str | None = None, again: bool = True, progress: Callable[[int], None] = lambda _: None
) -> Proof:
    """Prove a ledger from its tables, its texts and, where one is given, a `head` noted earlier.

    `again` reads the texts again. Raises LedgerError where `head` is not written as one.
    """
    snapshot = store.snapshot(agreed=False)  # where the tables do not agree is listed with the rest
    gone = head is not None and not holds(snapshot.chains, head)
    known = derive(snapshot)  # from the tables alone, whatever is kept beside them
    read = reread(snapshot, progress) if again else Reread(not_read=known.claims.height)
    problems = (*_head_problems(gone, head), *verify(known), *read.problems, *derived_problems(store, known))
    unproven = tuple(_unproven(store, known, read, again=again))
    return Proof(problems, unproven, head_of(snapshot.chains), known.claims.height)


def prove_since(
    store: Store,
    run: str,
    *,
    head: str | None = None,
    again: bool = True,
    progress: Callable[[int], None] = lambda _: None,
) -> Proof:
    """Prove that nothing changed of what was there when `run` was stored, and all of what came later.

    `run` is the number of a run, its id or a unique prefix of that. What was there is taken to have been proven then:
    that every file still has the bytes that the run says is enough. Where files were joined since, every row is hashed.
    Raises LedgerError for an unknown run.
    """
    snapshot = store.snapshot(agreed=False)
    number, row = _run_named(snapshot, run)
    gone = head is not None and not holds(snapshot.chains, head)
    later = snapshot.runs["run_id"].to_list()[number:]
    unchanged = files_unchanged(store.tables, row)
    read = reread(snapshot, progress, later) if again else Reread()
    rows = verify_rows(snapshot, later if unchanged else None)
    unproven = [
        *(() if unchanged else (f"files were joined since run {row['run_id']}, or it says nothing of them: {HASHED}",)),
        *unhashed(snapshot),
    ]
    claims = snapshot.claims.select(pl.len()).collect().item()
    return Proof(
        (*_head_problems(gone, head), *rows, *read.problems), tuple(unproven), head_of(snapshot.chains), claims
    )


def _run_named(snapshot: Snapshot, run: str) -> tuple[int, Mapping[str, Any]]:
    """The place of a run and its row, with all that it says."""
    rows = in_order(snapshot.chains["runs"], *IN_TIME["runs"])
    ids = rows["run_id"].to_list()
    named = [number for number, run_id in enumerate(ids, 1) if run_id.startswith(run)] if len(run) >= SHORTEST else []
    if run.isdecimal() and 0 < int(run) <= len(ids):
        named = [int(run)]
    if len(named) != 1:
        raise LedgerError(f"{run}: {len(named) or 'no'} runs have this number or id; see `ledger history`")
    return named[0], rows.row(named[0] - 1, named=True)


def _head_problems(gone: bool, head: str | None) -> Iterator[Problem]:
    if gone:
        message = f"{head} is not the head of these runs, decisions and rates: they are not those that it was noted of"
        yield Problem(where="ledger", rule="head", message=message)


def _unproven(store: Store, known: Derived, read: Reread, *, again: bool) -> Iterator[str]:
    yield from unhashed(known.snapshot)
    if again and read.not_read:
        yield f"{read.not_read:,} of {known.claims.height:,} claims were not read again: {OTHERS}"
    for run_id in store.leftovers():
        yield f"rows of run {run_id} count nowhere: it was killed, still goes on, or its line was deleted"


__all__ = ["Proof", "prove", "prove_since"]
