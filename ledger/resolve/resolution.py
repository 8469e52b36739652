"""Resolution: claims and decisions → commitments, memberships and actors, from scratch or from an earlier one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates
from ledger.resolve.across import components_in_reach, local_clusters_of
from ledger.resolve.actors import actor_names, actors_of, canonical_names, changed_counts, counted_names, summed_counts
from ledger.resolve.copied import copied_claims
from ledger.resolve.corrected import corrected_claims
from ledger.resolve.decisions import ReplayedDecisions, replay_decisions
from ledger.resolve.inputs import Inputs
from ledger.resolve.local import compared_mentions
from ledger.resolve.no_pledge import no_pledge_of
from ledger.resolve.part import Part, resolved_part
from ledger.resolve.shelf import Shelf
from ledger.resolve.slices import Slice, each_once, slices_of

ANCHORS = ["claim_id", "document_id", "exact", "prefix", "suffix"]
"""What decisions are found again by."""


@dataclass(frozen=True)
class State:
    """What a resolution remembers so that more claims can be resolved by their blocks alone."""

    names: pl.DataFrame
    """document (a hash of its id), name, said, type, role: a row for each time that a claim gives a name."""
    counts: pl.DataFrame
    """name, canonical, said, type, role, claims (number) of all documents together."""
    blocks: pl.DataFrame
    """component, block: the blocks of amounts and words (hashes) that each component is in."""
    components: pl.DataFrame
    """commitment_id, component (a hash).

    Commitments that some pair of claims speaks for joining, and wholes with their parts, are one component.
    """


@dataclass(frozen=True)
class Resolution:
    """What claims come to."""

    commitments: pl.DataFrame
    """One row for each commitment, the columns of the record Commitment."""
    memberships: pl.DataFrame
    """One row for each claim, the columns of the record Membership."""
    actors: pl.DataFrame
    """name (canonical), id, type, said (all words used for it), as_actor, as_recipient (numbers of claims)."""
    state: State
    """What `resolve_more` starts from."""


def resolve(
    claims: pl.DataFrame | pl.LazyFrame,
    documents: pl.DataFrame | pl.LazyFrame,
    decisions: pl.DataFrame | None = None,
    *,
    rates: Rates | None = None,
) -> Resolution:
    """The commitments behind `claims`, each counted once.

    `claims`, `documents` and `decisions` have the columns of the records Claim, Document and Decision. The order of
    rows changes nothing, and a row given twice counts once. `rates` are those of `ledger.money.rates.bundled()` by
    default. Of many claims only some are held at a time, the rest in files of a temporary folder, if they are given as
    a LazyFrame over files.
    """
    every, texts = claims.lazy(), documents.lazy()
    replayed = _replayed(decisions, every)
    with Shelf() as shelf:
        slices = slices_of(every, texts, replayed, shelf)
        counts = summed_counts(_named(slices, shelf))
        canonical = canonical_names(counts, replayed.aliases)
        inputs = Inputs(texts, replayed, canonical, rates, copied_claims(every, texts))
        part = resolved_part(slices, inputs, shelf)
        names = pl.concat(shelf.take_all("names"))
    state = State(names, _with_canonical(counts, canonical), part.blocks, part.components)
    return Resolution(part.commitments, part.memberships, actors_of(counts, canonical), state)


def _replayed(decisions: pl.DataFrame | None, claims: pl.LazyFrame) -> ReplayedDecisions:
    if decisions is None or decisions.is_empty():
        return ReplayedDecisions()
    return replay_decisions(decisions, each_once(claims.select(ANCHORS).collect()))


def _named(slices: Sequence[Slice], shelf: Shelf) -> Iterator[pl.DataFrame]:
    """How often claims give each name, slice by slice; each time that one does is put on the shelf."""
    for number, some in enumerate(slices):
        names = actor_names(some.claims(["claim_id", "document_id", "actor", "recipient"]))
        shelf.put("names", number, names)
        yield counted_names(names)


def resolve_more(
    previous: Resolution,
    claims: pl.DataFrame | pl.LazyFrame,
    documents: pl.DataFrame | pl.LazyFrame,
    touched: Collection[str],
    decisions: pl.DataFrame | None = None,
    *,
    rates: Rates | None = None,
) -> Resolution:
    """The rows that `resolve` gives for all `claims`, in another order, from the blocks of the `touched` claims alone.

    `claims`, `documents` and `decisions` are all that there are now; `touched` holds the claim_ids that are new or gone
    since `previous`, or that a later decision is about. Where a new name changes what older claims' names are called,
    everything is resolved again.
    """
    every, ids = claims.lazy(), list(touched)
    fresh = _of_touched_documents(every, ids)
    has_decisions = decisions is not None and not decisions.is_empty()
    replayed = replay_decisions(decisions, every.select(ANCHORS).collect() if has_decisions else fresh)
    names = _changed_names(previous.state, every, fresh, ids, replayed)
    if _renamed(previous.state.counts, names.canonical):
        return resolve(every, documents, decisions, rates=rates)
    inputs = Inputs(documents.lazy(), replayed, names.canonical, rates, copied_claims(every, documents.lazy()))
    gone = pl.concat(
        [fresh.select("claim_id"), pl.DataFrame({"claim_id": ids}, schema={"claim_id": pl.String})]
    ).unique()
    replaced = _replaced(previous, gone, fresh, inputs)
    again = every.filter(pl.col("claim_id").is_in(replaced.claims.implode())).collect().lazy()
    with Shelf() as shelf:
        part = resolved_part(slices_of(again, inputs.documents, replayed, shelf), inputs, shelf)
    return _with_part(previous, part, replaced, names)


@dataclass(frozen=True)
class _ChangedNames:
    """What the touched documents change in the names that claims give."""

    arriving: pl.DataFrame
    leaving: pl.DataFrame
    counts: pl.DataFrame
    canonical: dict[str, str]


@dataclass(frozen=True)
class _Replaced:
    """What of a previous resolution is resolved again."""

    components: pl.Series
    commitments: pl.Series
    claims: pl.Series


def _of_touched_documents(claims: pl.LazyFrame, touched: list[str]) -> pl.DataFrame:
    """All claims of the documents that hold a touched claim."""
    documents = claims.filter(pl.col("claim_id").is_in(touched)).select("document_id").collect()["document_id"]
    return claims.filter(pl.col("document_id").is_in(documents.unique().implode())).collect()


def _changed_names(
    state: State, claims: pl.LazyFrame, fresh: pl.DataFrame, touched: list[str], replayed: ReplayedDecisions
) -> _ChangedNames:
    all_there = fresh["claim_id"].is_in(touched).sum() == len(set(touched))
    leaving = _leaving(state.names, claims, fresh["document_id"].unique().hash(), all_there=all_there)
    arriving = actor_names(corrected_claims(fresh, replayed))
    counts = changed_counts(state.counts.drop("canonical"), arriving, leaving)
    return _ChangedNames(arriving, leaving, counts, canonical_names(counts, replayed.aliases))


def _leaving(known: pl.DataFrame, claims: pl.LazyFrame, documents: pl.Series, *, all_there: bool) -> pl.DataFrame:
    """The rows of `known` names that no longer hold.

    They are those of the touched `documents` (hashes) and, unless the touched claims are all still there (`all_there`),
    those of documents that have no claims any more.
    """
    touched = known.filter(pl.col("document").is_in(documents.implode()))
    if all_there:
        return touched
    there = claims.select(pl.col("document_id").hash().alias("document")).unique().collect()
    return pl.concat([touched, known.join(there, on="document", how="anti")])


def _with_canonical(names: pl.DataFrame, canonical: dict[str, str]) -> pl.DataFrame:
    return names.with_columns(pl.col("name").replace(canonical).alias("canonical"))


def _renamed(names: pl.DataFrame, canonical: dict[str, str]) -> bool:
    """Whether a name that is known already is now called otherwise."""
    distinct = names.select("name", "canonical").unique()
    return not distinct.filter(pl.col("name").replace(canonical) != pl.col("canonical")).is_empty()


def _replaced(previous: Resolution, gone: pl.DataFrame, fresh: pl.DataFrame, inputs: Inputs) -> _Replaced:
    """The components that claims of the touched documents were in or are in a block with now, and what is in them."""
    was = previous.memberships.join(gone, on="claim_id", how="semi").select("commitment_id").drop_nulls()
    mine = previous.state.components.join(was, on="commitment_id", how="semi")["component"]
    corrected = corrected_claims(fresh, inputs.replayed)
    mentions, _ = compared_mentions(corrected, no_pledge_of(corrected, inputs.documents), inputs)
    local = local_clusters_of(mentions)
    reached = pl.concat([mine, components_in_reach(previous.state.blocks, local)]).unique()
    inside = pl.col("component").is_in(reached.implode())
    commitments = previous.state.components.filter(inside)["commitment_id"]
    members = previous.commitments.filter(pl.col("commitment_id").is_in(commitments.implode()))
    claims = pl.concat([gone["claim_id"], members.select(pl.col("claims").explode())["claims"]]).unique()
    return _Replaced(reached, commitments, claims)


def _with_part(previous: Resolution, part: Part, replaced: _Replaced, names: _ChangedNames) -> Resolution:
    """`previous` with what was resolved again in place of what it replaces."""
    left = names.leaving["document"].unique()
    state = State(
        pl.concat([_without(previous.state.names, "document", left), names.arriving]),
        _with_canonical(names.counts, names.canonical),
        pl.concat([_without(previous.state.blocks, "component", replaced.components), part.blocks]),
        pl.concat([_without(previous.state.components, "component", replaced.components), part.components]),
    )
    return Resolution(
        pl.concat([_without(previous.commitments, "commitment_id", replaced.commitments), part.commitments]),
        pl.concat([_without(previous.memberships, "claim_id", replaced.claims), part.memberships]),
        _changed_actors(previous.actors, names),
        state,
    )


def _changed_actors(known: pl.DataFrame, names: _ChangedNames) -> pl.DataFrame:
    """The `known` actors with those that the changed names stand for counted again."""
    changed = pl.concat([names.arriving["name"], names.leaving["name"]]).replace(names.canonical).unique()
    counts = names.counts.filter(pl.col("name").replace(names.canonical).is_in(changed.implode()))
    return pl.concat([_without(known, "name", changed), actors_of(counts, names.canonical)])


def _without(rows: pl.DataFrame, key: str, gone: pl.Series) -> pl.DataFrame:
    return rows.filter(~pl.col(key).is_in(gone.implode()))


__all__ = ["Resolution", "State", "resolve", "resolve_more"]
