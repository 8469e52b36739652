"""Resolution: claims and decisions → commitments, memberships and actors, from scratch or from an earlier one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates
from ledger.resolve.across import blocks_of, components_in_reach, local_clusters_of
from ledger.resolve.actors import actor_names, actors_of, canonical_names, changed_counts, counted_names
from ledger.resolve.clusters import Clusters, clusters_of, with_local_clusters
from ledger.resolve.commitments import as_records, commitments_of
from ledger.resolve.copied import Copied, copied_claims
from ledger.resolve.corrected import apply_decisions, corrected_claims
from ledger.resolve.decisions import ReplayedDecisions, replay_decisions
from ledger.resolve.graph import constrained_clusters
from ledger.resolve.instalments import with_instalments
from ledger.resolve.memberships import memberships_of
from ledger.resolve.mentions import READ, mentions_of
from ledger.resolve.no_pledge import no_pledge_of
from ledger.resolve.payers import with_many_payers
from ledger.resolve.tossups import with_class_confidence
from ledger.resolve.wholes import wholes_of, with_reasons
from ledger.resolve.within import pairs_within, with_dollars

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
    claims: pl.DataFrame, documents: pl.DataFrame, decisions: pl.DataFrame | None = None, *, rates: Rates | None = None
) -> Resolution:
    """The commitments behind `claims`, each counted once.

    `claims`, `documents` and `decisions` have the columns of the records Claim, Document and Decision. The order of
    rows changes nothing, and a row given twice counts once. `rates` are those of `ledger.money.rates.bundled()` by
    default.
    """
    known = _each_once(claims, "claim_id")
    replayed = replay_decisions(decisions, known)
    corrected = corrected_claims(known, replayed)
    names = actor_names(corrected)
    counts = counted_names(names)
    canonical = canonical_names(counts, replayed.aliases)
    copied = copied_claims(known.lazy(), documents.lazy())
    part = _resolved(corrected, _Inputs(documents.lazy(), replayed, canonical, rates, copied))
    state = State(names, _with_canonical(counts, canonical), part.blocks, part.components)
    return Resolution(part.commitments, part.memberships, actors_of(counts, canonical), state)


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
        return resolve(every.collect(), documents.lazy().collect(), decisions, rates=rates)
    inputs = _Inputs(documents.lazy(), replayed, names.canonical, rates, copied_claims(every, documents.lazy()))
    gone = pl.concat(
        [fresh.select("claim_id"), pl.DataFrame({"claim_id": ids}, schema={"claim_id": pl.String})]
    ).unique()
    replaced = _replaced(previous, gone, fresh, inputs)
    ours = pl.col("claim_id").is_in(replaced.claims.implode())
    again = _each_once(every.filter(ours).collect(), "claim_id")
    part = _resolved(corrected_claims(again, replayed), inputs)
    return _with_part(previous, part, replaced, names)


@dataclass(frozen=True)
class _Inputs:
    """What the resolution of any claims takes beside them."""

    documents: pl.LazyFrame
    replayed: ReplayedDecisions
    canonical: dict[str, str]
    rates: Rates | None
    copied: Copied

    @property
    def left_out(self) -> list[str]:
        """The claims that are no mentions: those that a person rejected, and those that a later version left out."""
        return [*self.replayed.rejected, *self.gone]

    @property
    def gone(self) -> Mapping[str, str]:
        """claim_id → the later version without it, but for claims that a person accepted."""
        return {claim: by for claim, by in self.copied.gone.items() if claim not in self.replayed.accepted}


@dataclass(frozen=True)
class _Part:
    """The resolution of some of the claims; the frames are those of Resolution and State."""

    commitments: pl.DataFrame
    memberships: pl.DataFrame
    blocks: pl.DataFrame
    components: pl.DataFrame


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


def _replaced(previous: Resolution, gone: pl.DataFrame, fresh: pl.DataFrame, inputs: _Inputs) -> _Replaced:
    """The components that claims of the touched documents were in or are in a block with now, and what is in them."""
    was = previous.memberships.join(gone, on="claim_id", how="semi").select("commitment_id").drop_nulls()
    mine = previous.state.components.join(was, on="commitment_id", how="semi")["component"]
    corrected = corrected_claims(fresh, inputs.replayed)
    mentions = _mentions(corrected, no_pledge_of(corrected, inputs.documents), inputs)
    local = local_clusters_of(with_local_clusters(mentions, pairs_within(mentions), inputs.replayed))
    reached = pl.concat([mine, components_in_reach(previous.state.blocks, local)]).unique()
    inside = pl.col("component").is_in(reached.implode())
    commitments = previous.state.components.filter(inside)["commitment_id"]
    members = previous.commitments.filter(pl.col("commitment_id").is_in(commitments.implode()))
    claims = pl.concat([gone["claim_id"], members.select(pl.col("claims").explode())["claims"]]).unique()
    return _Replaced(reached, commitments, claims)


def _with_part(previous: Resolution, part: _Part, replaced: _Replaced, names: _ChangedNames) -> Resolution:
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


def _each_once(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """`rows` with the first of each `key`; not copied where none stands twice."""
    return rows if rows[key].n_unique() == rows.height else rows.unique(key, keep="first", maintain_order=True)


def _mentions(claims: pl.DataFrame, no_pledge: pl.DataFrame, inputs: _Inputs) -> pl.DataFrame:
    """The mentions of `claims` but those that are left out or that are `no_pledge` (claim_id)."""
    left_out = {*inputs.left_out, *no_pledge["claim_id"]}
    read = claims.select(READ)
    live = read.filter(~pl.col("claim_id").is_in(left_out)) if left_out else read
    mentioned = pl.col("document_id").is_in(live["document_id"].unique().implode())
    documents = _each_once(inputs.documents.filter(mentioned).collect(), "document_id")
    return with_dollars(mentions_of(with_instalments(live), documents, inputs.canonical), inputs.rates)


def _resolved(claims: pl.DataFrame, inputs: _Inputs) -> _Part:
    """What `claims` come to on their own."""
    no_pledge = no_pledge_of(claims, inputs.documents)
    clusters = clusters_of(_mentions(claims, no_pledge, inputs), inputs.replayed, inputs.copied)
    mentions = clusters.mentions
    wholes = wholes_of(mentions, inputs.replayed)
    sure = with_class_confidence(commitments_of(mentions), claims)
    made = with_many_payers(sure, claims, inputs.documents)
    rows = with_reasons(apply_decisions(made, mentions, inputs.replayed), wholes)
    components = _components(rows, clusters, wholes)
    of_local = mentions.select("local_cluster", "cluster").unique().join(
        components.select("cluster", "component"), on="cluster"
    )  # fmt: skip
    blocks = blocks_of(clusters.local).join(of_local, on="local_cluster")
    return _Part(
        as_records(rows.with_columns(pl.lit(None).alias("not_itemised"))),
        memberships_of(claims, mentions, rows, no_pledge, inputs.replayed, inputs.gone),
        blocks.select("component", "block"),
        components.select("commitment_id", "component"),
    )


def _components(rows: pl.DataFrame, clusters: Clusters, wholes: pl.DataFrame) -> pl.DataFrame:
    """cluster, commitment_id, component: what must be resolved together when one of it changes."""
    parts = wholes.select(pl.col("cluster").cast(pl.Int64).alias("a"), pl.col("whole").cast(pl.Int64).alias("b"))
    edges = pl.concat([clusters.separate.select(pl.col("a", "b").cast(pl.Int64)), parts])
    nodes = rows.select(pl.col("cluster").alias("node"))
    label = constrained_clusters(nodes, edges.with_columns(pl.lit(0.0).alias("score")), {})
    labelled = rows.select("cluster", "commitment_id", label.alias("label"))
    named = labelled.select(pl.col("cluster").alias("label"), pl.col("commitment_id").hash().alias("component"))
    return labelled.join(named, on="label")


__all__ = ["Resolution", "State", "resolve", "resolve_more"]
