"""The proof of a ledger: what contradicts itself, what could not be proven, and the head to note."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.book.cache import Derived, derive, derived_problems
from ledger.book.reread import Reread, reread
from ledger.book.sealed import unhashed
from ledger.book.verify import verify
from ledger.store import Store, head_of, holds
from schemas import Problem

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


__all__ = ["Proof", "prove"]
