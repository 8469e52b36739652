"""What one state of the ledger comes to, worked out in full or from what was worked out before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import machine

import polars as pl

import schemas
from ledger import corrections, tables
from ledger import resolve as resolve_package
from ledger.lexicons.load import lexicon_hash
from ledger.money import rates as rates_module
from ledger.money.rates import Rates, bundled
from ledger.options import Undecided
from ledger.resolve import (
    KnownCopies,
    Resolution,
    Standing,
    corrected_claims,
    known_copies,
    replay_decisions,
    resolve,
    resolve_more,
    settled,
    standing,
    with_facts,
    with_names_to_review,
    with_periods,
)
from ledger.resolve.resolution import State
from ledger.store import DerivedCache, Snapshot, Store, head_of, holds
from schemas import DecisionKind, Problem

WORTH_KEEPING = 100
"""What is kept is written again once a hundredth of the claims is not in it; until then it is only added to."""
MADE_OF = ("polars", "CurrencyConverter", "hmrc-rates")
"""Packages whose version may change what claims come to, or how words are hashed."""


@dataclass(frozen=True)
class Resolved:
    """A resolution, and of what rows it is one."""

    runs: pl.DataFrame
    """run_id of the runs whose claims are in it."""
    decisions: pl.DataFrame
    """decision_id of the decisions replayed in it."""
    rates: pl.DataFrame
    """The user's own rates that it was made with."""
    resolution: Resolution
    copies: KnownCopies
    """The near copies among the documents."""

    def touched(self, later: Snapshot, claims: pl.DataFrame, copies: KnownCopies) -> list[str] | None:
        """The claim_ids that `later` adds, takes away or decides on; None where it does not only add to this state.

        `claims` and `copies` are those of `later`.
        """
        runs, decided, members = (
            set(self.runs["run_id"]),
            set(self.decisions["decision_id"]),
            self.resolution.memberships,
        )
        if not (
            runs <= set(later.runs["run_id"])
            and decided <= set(later.decisions["decision_id"])
            and self.rates.equals(later.rates)
        ):
            return None
        said = later.decisions.filter(~pl.col("decision_id").is_in(list(decided)))
        if (said["kind"] == DecisionKind.UNDO.value).any():
            return None  # what is taken back may have joined or named any claim
        described = said["kind"] == DecisionKind.DESCRIBE.value
        moved = [*said.filter(described)["target"], *relinked(self.copies.links, copies.links)]
        said = said.filter(~described)
        about = [*said["target"].drop_nulls(), *said["other"].drop_nulls()]
        apart = said.filter(pl.col("kind") == DecisionKind.DIFFERENT.value)["target"]
        known = pl.concat([members["claim_id"], members["commitment_id"]]).implode()
        if apart.len() and not apart.is_in(known).all():
            return None  # names that are not one may stand in any claim
        meant = members.filter(pl.col("commitment_id").is_in(about))["claim_id"]
        new = claims.filter(~pl.col("run_id").is_in(list(runs)))["claim_id"]
        all_there = members.height + new.len() == claims.height
        gone = members["claim_id"].clear() if all_there else members.join(claims, on="claim_id", how="anti")["claim_id"]
        theirs = claims.filter(pl.col("document_id").is_in(moved))["claim_id"]
        return [*new, *gone, *about, *meant, *theirs]


def relinked(before: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """The documents whose links to near copies changed, and those that they are and were linked to."""
    changed = [
        one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in ((before, now), (now, before))
    ]
    named = pl.concat([links[name] for links in changed for name in links.columns])
    return named.drop_nulls().unique().sort().to_list()


@dataclass(frozen=True)
class Derived:
    """What one state of the ledger comes to."""

    snapshot: Snapshot
    documents: pl.DataFrame
    """The documents with what people set of them, linked to those that they are near copies of."""
    claims: pl.DataFrame
    """The claims with people's corrections, the periods that their document says beside the same money, and notes.

    A note asks for review of a claim that is counted with others under a name that may be another's.
    """
    resolution: Resolution
    """The commitments, with toss-ups left out and the aggregates that count."""
    rates: Rates
    changed: int
    """How many claims were resolved to come here from what was there before."""
    by_blocks: Resolution
    """The resolution block by block, to go on from when claims are added."""
    standing: Standing
    """The decisions that are replayed, and why the others are not."""
    copies: KnownCopies
    """The near copies among the documents."""

    @property
    def resolved(self) -> Resolved:
        """The resolution, to go on from."""
        seen = self.snapshot
        runs, decisions = seen.runs.select("run_id"), seen.decisions.select("decision_id")
        return Resolved(runs, decisions, seen.rates, self.by_blocks, self.copies)

    @property
    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Commitments, memberships, claims and documents, as totals take them."""
        return self.resolution.commitments, self.resolution.memberships, self.claims, self.documents

    def with_undecided(self, undecided: Undecided) -> "Derived":
        """The same with toss-ups listed or counted."""
        if undecided == "list":
            return self
        return replace(self, resolution=settled(self.by_blocks, self.rates, undecided=undecided))


def known_on(snapshot: Snapshot, day: date) -> Snapshot:
    """`snapshot` as a reader of all documents published by the end of `day` would have it.

    A document without a day of publication was published by the day of its reading. People's decisions hold as far as
    they are about what is left.
    """
    published = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
    described = with_facts(snapshot.documents, standing(snapshot.decisions).in_force)
    ids = described.filter(published <= day).select("document_id")
    documents = snapshot.documents.join(ids, on="document_id", how="semi")
    about_none = snapshot.problems.filter(pl.col("document_id").is_null())
    return replace(
        snapshot,
        documents=documents,
        claims=snapshot.claims.join(ids, on="document_id", how="semi"),
        problems=pl.concat([about_none, snapshot.problems.join(ids, on="document_id", how="semi")]),
        state=f"{snapshot.state} known on {day.isoformat()}",
    )


def derive(snapshot: Snapshot, before: Resolved | None = None) -> Derived:
    """What `snapshot` comes to; where it only adds to `before`, only the blocks of what is new are resolved."""
    stand = standing(snapshot.decisions)
    claims, described = snapshot.claims.collect(), with_facts(snapshot.documents, stand.in_force).collect()
    copies, documents = known_copies(described, before.copies if before is not None else None)
    rates = bundled().with_own(snapshot.rates)
    touched = before.touched(snapshot, claims, copies) if before is not None else None
    if before is None or touched is None:
        resolution, changed = resolve(claims, documents, stand.in_force, rates=rates), claims.height
    elif touched:
        resolution = resolve_more(before.resolution, claims, documents, touched, stand.in_force, rates=rates)
        changed = len(touched)
    else:
        resolution, changed = before.resolution, 0
    replayed = replay_decisions(stand.in_force, claims)
    filled = with_periods(corrected_claims(claims, replayed), resolution.memberships, replayed)
    noted = with_names_to_review(filled, resolution.memberships)
    return Derived(snapshot, documents, noted, settled(resolution, rates), rates, changed, resolution, stand, copies)


# The cache on disk

TABLES = ("commitments", "memberships", "actors")
STATE = tuple(part.name for part in fields(State))
COPIES = tuple(part.name for part in fields(KnownCopies))


def derived_from_kept(store: Store, snapshot: Snapshot) -> Derived:
    """What `snapshot`, the ledger as it stands, comes to, starting from what is kept beside it.

    The result is kept in turn where much is new.
    """
    if store.folder is None:
        return derive(snapshot)
    kept = DerivedCache(store.folder, program())
    found = derive(snapshot, kept_resolution(kept, store, snapshot))
    if not store.read_only and found.changed * WORTH_KEEPING > found.claims.height:
        kept.write(snapshot.state, head_of(snapshot.chains), _frames(found))
    return found


@cache
def program() -> str:
    """A hash of all that decides what claims come to: this program, its words, and the packages it counts with."""
    folders = {Path(str(module.__file__)) for module in (resolve_package, rates_module, corrections, tables, schemas)}
    files = {file for path in folders for file in (path.parent.glob("*.py") if path.name == "__init__.py" else [path])}
    digest = sha256(lexicon_hash().encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    digest.update("\0".join((machine(), *(f"{name} {version(name)}" for name in MADE_OF))).encode())
    return digest.hexdigest()[:16]


def _frames(found: Derived) -> Mapping[str, pl.DataFrame]:
    parts = {name: getattr(found.by_blocks, name) for name in TABLES} | {
        name: getattr(found.by_blocks.state, name) for name in STATE
    }
    parts |= {name: getattr(found.copies, name) for name in COPIES}
    of = found.resolved
    versions = pl.DataFrame([{"table": name, "version": number} for name, number in found.snapshot.versions.items()])
    return parts | {"runs": of.runs, "decisions": of.decisions, "rates": of.rates, "versions": versions}


def kept_resolution(kept: DerivedCache, store: Store, snapshot: Snapshot) -> Resolved | None:
    """The resolution that was kept.

    None where there is none, where it was not made from rows of this ledger, or where other than runs changed the
    tables since.
    """
    read = kept.read()
    if read is None or not holds(snapshot.chains, read[0]):
        return None
    frames = read[1]
    if not {*TABLES, *STATE, *COPIES, "runs", "decisions", "rates", "versions"} <= frames.keys():
        return None
    if not store.appended_only(dict(frames["versions"].iter_rows())):
        return None
    resolution = Resolution(
        **{name: frames[name] for name in TABLES}, state=State(**{name: frames[name] for name in STATE})
    )
    copies = KnownCopies(**{name: frames[name] for name in COPIES})
    return Resolved(frames["runs"], frames["decisions"], frames["rates"], resolution, copies)


def derived_problems(store: Store, known: Derived) -> Iterator[Problem]:
    """Where what is kept beside the tables is not what they come to; `known` was worked out from them alone."""
    if store.folder is None:
        return
    kept = DerivedCache(store.folder, program())
    for fault in kept.changed_files():
        yield Problem(
            where=str(kept.folder),
            rule="derived_as_written",
            message=f"{fault}; it is not used, and the next command makes it anew",
        )
    before = kept_resolution(kept, store, known.snapshot)
    if before is None:
        return
    grown = derive(known.snapshot, before)
    for name in TABLES:
        found, right = (getattr(each.by_blocks, name) for each in (grown, known))
        if not found.sort(found.columns[0]).equals(right.sort(right.columns[0])):
            yield Problem(
                where=str(kept.folder),
                rule="derived_follows",
                message=f"its {name} are not what claims and decisions give; delete the folder",
            )


__all__ = ["Derived", "Resolved", "derive", "derived_from_kept", "derived_problems", "known_on", "program"]
