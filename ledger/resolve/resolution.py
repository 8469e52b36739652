"""The one verb of resolution: claims and decisions → commitments, memberships and actors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates
from ledger.resolve.actors import actors_of, canonical_names, changed_counts, counted_names, names_of
from ledger.resolve.clusters import Marks, kept_apart
from ledger.resolve.commitments import as_records, commitments_of, memberships_of, ruled, wholes_of, with_reasons
from ledger.resolve.decided import ReplayedDecisions, corrected, replayed
from ledger.resolve.mentions import mentions_of
from ledger.resolve.pairs import Within, across, blocks_of, sharing, tellings_of, with_dollars, within

COMPARED = (
    "before",
    "after",
    "moves",
    "paid",
    "increment",
    "actor_keys",
    "recipient_keys",
    "name_keys",
    "proper_keys",
    "field_keys",
)
"""Columns of mentions that only comparing needs."""
CONVERSION_REACH = 40
"""A conversion starts at most so many code points after the amount that it converts."""


@dataclass(frozen=True)
class State:
    """What a resolution remembers so that more claims can be resolved by their blocks alone."""

    names: pl.DataFrame
    """document (a hash of its id), name, said, type, role: a row for each time that a claim gives a name."""
    counts: pl.DataFrame
    """name, canonical, said, type, role, claims (number) of all documents together."""
    blocks: pl.DataFrame
    """component, block: in which blocks of amounts and words (hashes) each component is met."""
    components: pl.DataFrame
    """commitment_id, component (a hash): commitments that some pair of claims speaks for joining, and wholes with their parts, are one component."""


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
    """What `resolve_more` goes on from."""


def resolve(
    claims: pl.DataFrame, documents: pl.DataFrame, decisions: pl.DataFrame | None = None, *, rates: Rates | None = None
) -> Resolution:
    """The commitments that `claims` tell, each counted once.

    `claims`, `documents` and `decisions` have the columns of the records Claim, Document and Decision. The order of rows changes nothing, a row given
    twice counts once. `rates` are those of `ledger.money.rates.bundled()` by default.
    """
    known = _each_once(claims, "claim_id")
    decided = replayed(decisions, known)
    mended = corrected(known, decided)
    names = names_of(mended)
    counts = counted_names(names)
    canonical = canonical_names(counts, decided.aliases)
    part = _resolved(mended, documents, decided, canonical, rates)
    state = State(names, _canonical(counts, canonical), part.blocks, part.components)
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
    """The same rows as `resolve` of all `claims`, in another order, by touching only the blocks of the claims that are `touched` since `previous`.

    `claims`, `documents` and `decisions` are all that there are now; `touched` holds the claim_ids that are new, that are gone, or that a decision
    made since is about. Where a new name changes what older claims' names are called, everything is resolved again.
    """
    every, texts, ids = claims.lazy(), documents.lazy(), list(touched)
    here = every.filter(pl.col("claim_id").is_in(ids)).select("document_id").collect()["document_id"].unique()
    fresh = every.filter(pl.col("document_id").is_in(here.implode())).collect()
    decided = replayed(
        decisions,
        every.select("claim_id", "document_id", "exact", "prefix", "suffix").collect()
        if _has_rows(decisions)
        else fresh,
    )
    leaving = _leaving(
        previous.state.names, every, here.hash(), whole=fresh["claim_id"].is_in(ids).sum() == len(set(ids))
    )
    arriving = names_of(corrected(fresh, decided))
    counts = changed_counts(previous.state.counts.drop("canonical"), arriving, leaving)
    canonical = canonical_names(counts, decided.aliases)
    if _renamed(previous.state.counts, canonical):
        return resolve(every.collect(), texts.collect(), decisions, rates=rates)
    gone = pl.concat(
        [fresh.select("claim_id"), pl.DataFrame({"claim_id": ids}, schema={"claim_id": pl.String})]
    ).unique()
    reached = _reached(previous, gone, fresh, texts, decided, canonical, rates)
    old = previous.state.components.filter(pl.col("component").is_in(reached.implode()))["commitment_id"]
    drawn = previous.commitments.filter(pl.col("commitment_id").is_in(old.implode())).select(
        pl.col("claims").explode().alias("claim_id")
    )
    ours = pl.concat([gone, drawn]).unique()
    known = _each_once(every.filter(pl.col("claim_id").is_in(ours["claim_id"].implode())).collect(), "claim_id")
    part = _resolved(corrected(known, decided), texts, decided, canonical, rates)
    return Resolution(
        pl.concat([_without(previous.commitments, "commitment_id", old), part.commitments]),
        pl.concat([_without(previous.memberships, "claim_id", ours["claim_id"]), part.memberships]),
        _actors(previous.actors, counts, pl.concat([arriving["name"], leaving["name"]]), canonical),
        State(
            pl.concat([_without(previous.state.names, "document", leaving["document"].unique()), arriving]),
            _canonical(counts, canonical),
            pl.concat([_without(previous.state.blocks, "component", reached), part.blocks]),
            pl.concat([_without(previous.state.components, "component", reached), part.components]),
        ),
    )


def _actors(known: pl.DataFrame, counts: pl.DataFrame, touched: pl.Series, canonical: dict[str, str]) -> pl.DataFrame:
    """The `known` actors with those anew that `touched` names stand for; no other name is called otherwise than it was."""
    called = touched.replace(canonical).unique()
    anew = counts.filter(pl.col("name").replace(canonical).is_in(called.implode()))
    return pl.concat([_without(known, "name", called), actors_of(anew, canonical)])


@dataclass(frozen=True)
class _Part:
    """The resolution of some of the claims."""

    commitments: pl.DataFrame
    memberships: pl.DataFrame
    blocks: pl.DataFrame
    components: pl.DataFrame


def _leaving(known: pl.DataFrame, claims: pl.LazyFrame, documents: pl.Series, *, whole: bool) -> pl.DataFrame:
    """The rows of `known` names that no longer hold: of the touched `documents` (hashes), and, unless the touched claims are all still there
    (`whole`), of those that have no claims any more."""
    touched = known.filter(pl.col("document").is_in(documents.implode()))
    if whole:
        return touched
    there = claims.select(pl.col("document_id").hash().alias("document")).unique().collect()
    return pl.concat([touched, known.join(there, on="document", how="anti")])


def _each_once(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """`rows` with the first of each `key`; without a copy where none stands twice."""
    return rows if rows[key].n_unique() == rows.height else rows.unique(key, keep="first", maintain_order=True)


def _has_rows(decisions: pl.DataFrame | None) -> bool:
    return decisions is not None and not decisions.is_empty()


def _canonical(names: pl.DataFrame, canonical: dict[str, str]) -> pl.DataFrame:
    return names.with_columns(pl.col("name").replace(canonical).alias("canonical"))


def _renamed(names: pl.DataFrame, canonical: dict[str, str]) -> bool:
    """Whether a name that is known already is now called otherwise."""
    distinct = names.select("name", "canonical").unique()
    return not distinct.filter(pl.col("name").replace(canonical) != pl.col("canonical")).is_empty()


def _without(rows: pl.DataFrame, key: str, gone: pl.Series) -> pl.DataFrame:
    return rows.filter(~pl.col(key).is_in(gone.implode()))


def _reached(
    previous: Resolution, gone: pl.DataFrame, fresh: pl.DataFrame, documents: pl.LazyFrame, decided: ReplayedDecisions, canonical: dict[str, str],
    rates: Rates | None,
) -> pl.Series:  # fmt: skip
    """The components that claims of the touched documents were in, or share a block with now."""
    was = previous.memberships.join(gone, on="claim_id", how="semi").select("commitment_id").drop_nulls()
    mine = previous.state.components.join(was, on="commitment_id", how="semi")["component"]
    mentions = _mentions(corrected(fresh, decided), documents, decided, canonical, rates)
    found = sharing(previous.state.blocks, tellings_of(told(mentions, within(mentions), decided)))
    return pl.concat([mine, found]).unique()


def _mentions(
    claims: pl.DataFrame,
    documents: pl.LazyFrame | pl.DataFrame,
    decided: ReplayedDecisions,
    canonical: dict[str, str],
    rates: Rates | None,
) -> pl.DataFrame:
    live = claims.filter(~pl.col("claim_id").is_in(list(decided.rejected))) if decided.rejected else claims
    told_in = live["document_id"].unique()
    texts = _each_once(documents.lazy().filter(pl.col("document_id").is_in(told_in.implode())).collect(), "document_id")
    return with_dollars(mentions_of(live, texts, canonical), rates)


def _resolved(
    claims: pl.DataFrame,
    documents: pl.LazyFrame | pl.DataFrame,
    decided: ReplayedDecisions,
    canonical: dict[str, str],
    rates: Rates | None,
) -> _Part:
    """What `claims` come to on their own."""
    mentions = _mentions(claims, documents, decided, canonical, rates)
    clusters = clustered(mentions, decided)
    wholes = wholes_of(clusters.mentions, decided)
    rows = with_reasons(ruled(commitments_of(clusters.mentions), clusters.mentions, decided), wholes)
    parts = wholes.select(pl.col("pledge").cast(pl.Int64).alias("a"), pl.col("whole").cast(pl.Int64).alias("b"))
    loose = pl.concat([clusters.loose.select(pl.col("a", "b").cast(pl.Int64)), parts])
    label = kept_apart(rows.select(pl.col("pledge").alias("node")), loose.with_columns(pl.lit(0.0).alias("score")), {})
    of_pledge = rows.select("pledge", "commitment_id", label.alias("label"))
    named = of_pledge.join(
        of_pledge.select(pl.col("pledge").alias("label"), pl.col("commitment_id").hash().alias("component")), on="label"
    )
    of_telling = (
        clusters.mentions.select("telling", "pledge").unique().join(named.select("pledge", "component"), on="pledge")
    )
    blocks = blocks_of(clusters.tellings).join(of_telling, on="telling")
    return _Part(
        as_records(rows),
        memberships_of(claims, clusters.mentions, rows, decided),
        blocks.select("component", "block"),
        named.select("commitment_id", "component"),
    )


@dataclass(frozen=True)
class Clusters:
    """Mentions and what they are grouped by."""

    mentions: pl.DataFrame
    """The mentions with telling, version, pledge, current and converted."""
    tellings: pl.DataFrame
    """One row for each telling."""
    loose: pl.DataFrame
    """a, b: pledges that some pair speaks for joining and that are yet kept apart."""


def told(mentions: pl.DataFrame, pairs: Within, decided: ReplayedDecisions) -> pl.DataFrame:
    """`mentions` with `telling`: the first row of those that tell the same money in one document."""
    row_of = dict(_rows_of(mentions, decided))
    ruled = [(row_of[a], row_of[b], by) for a, b, by in decided.different if a in row_of and b in row_of]
    rows = mentions.select(pl.col("row").cast(pl.Int64).alias("node"))
    return mentions.with_columns(kept_apart(rows, pairs.same, _marks(ruled)).alias("telling"))


def clustered(mentions: pl.DataFrame, decided: ReplayedDecisions) -> Clusters:
    """`mentions` in groups: `telling` (same money in one document), `version` (same money in all), `pledge` (with its former amounts)."""
    pairs = within(mentions)
    rows = told(mentions, pairs, decided)
    telling = dict(rows.filter(pl.col("claim_id").is_in(_named(decided))).select("claim_id", "telling").iter_rows())
    ruled = [(telling[a], telling[b], by) for a, b, by in decided.different if a in telling and b in telling]
    alike = [(telling[a], telling[b]) for a, b, _ in decided.same if a in telling and b in telling]
    tellings = tellings_of(rows)
    joined = across(tellings)
    owned = tellings.select(pl.col("telling").alias("node"), pl.col("document").cast(pl.Int64).alias("owner"))
    versions = owned.select(
        pl.col("node").alias("telling"), kept_apart(owned, joined, _marks(ruled), alike).alias("version")
    )
    version = dict(versions.filter(pl.col("telling").is_in(list(telling.values()))).iter_rows())
    placed = rows.drop(COMPARED).join(versions, on="telling", how="left", maintain_order="left")
    pledged = _pledged(placed, pairs.changed, _marks((version[a], version[b], by) for a, b, by in ruled))
    return Clusters(pledged, tellings, _loose(pledged, pairs, joined))


def _loose(mentions: pl.DataFrame, pairs: Within, joined: pl.DataFrame) -> pl.DataFrame:
    edges = [pairs.same.select(pl.col("a", "b").cast(pl.Int64)), joined.select(pl.col("a", "b").cast(pl.Int64))]
    edges.append(
        pairs.changed.select(pl.col("older").cast(pl.Int64).alias("a"), pl.col("newer").cast(pl.Int64).alias("b"))
    )
    of_row = mentions.select(pl.col("row").cast(pl.Int64), pl.col("pledge").cast(pl.Int64))
    first = (
        pl.concat(edges)
        .join(of_row.rename({"row": "a", "pledge": "one"}), on="a")
        .join(of_row.rename({"row": "b", "pledge": "other"}), on="b")
    )
    return (
        first.filter(pl.col("one") != pl.col("other"))
        .select(pl.col("one").alias("a"), pl.col("other").alias("b"))
        .unique()
    )


def _named(decided: ReplayedDecisions) -> list[str]:
    """The claims that decisions hold together or apart."""
    return sorted({claim for a, b, _ in (*decided.same, *decided.different) for claim in (a, b)})


def _rows_of(mentions: pl.DataFrame, decided: ReplayedDecisions) -> Iterable[tuple[str, int]]:
    return mentions.filter(pl.col("claim_id").is_in(_named(decided))).select("claim_id", "row").iter_rows()


def _marks(ruled: Iterable[tuple[int, int, str]]) -> dict[int, frozenset[str]]:
    """What keeps nodes apart: both sides of a decision bear its id."""
    marks: dict[int, frozenset[str]] = {}
    for a, b, by in ruled:
        for node in {a, b}:
            marks[node] = marks.get(node, frozenset()) | {by}
    return marks


def _pledged(mentions: pl.DataFrame, changed: pl.DataFrame, marks: Marks) -> pl.DataFrame:
    """`mentions` with `pledge`, `current` and `converted`: versions joined where a text says that one amount took the other's place."""
    of_row = mentions.select("row", "version")
    edges = (
        changed.join(of_row, left_on="older", right_on="row").rename({"version": "a"})
        .join(of_row, left_on="newer", right_on="row").rename({"version": "b"})
        .filter(pl.col("a") != pl.col("b"))
    )  # fmt: skip
    versions = mentions.select(pl.col("version").unique().sort().alias("node"))
    label = kept_apart(versions, edges.group_by("a", "b").agg(pl.col("score").max()), marks)
    pledges = versions.select(pl.col("node").alias("version"), label.alias("pledge"))
    placed = mentions.join(pledges, on="version", how="left", maintain_order="left")
    current = _current(placed, edges)
    return placed.join(current, on="version", how="left", maintain_order="left").with_columns(
        _converted().alias("converted")
    )


def _converted() -> pl.Expr:
    """Whether a mention is the amount that stands just before it, said in another currency."""
    same = (pl.col("telling") == pl.col("telling").shift(1)) & (pl.col("document") == pl.col("document").shift(1))
    other = pl.col("unit") != pl.col("unit").shift(1)
    close = pl.col("start") - pl.col("end").shift(1) < CONVERSION_REACH
    return (same & other & close).fill_null(value=False)


def _current(mentions: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """version, current: of each pledge the version that no text says was replaced, the last told where several are left."""
    first = mentions.group_by("version").agg(pl.col("pledge").first(), pl.col("day").min(), pl.col("row").min())
    replaced = edges.select(pl.col("a").alias("version")).unique().with_columns(pl.lit(value=True).alias("old"))
    ranked = first.join(replaced, on="version", how="left").with_columns(pl.col("old").fill_null(value=False))
    order = ranked.sort("pledge", "old", "day", "row", descending=[False, False, True, False], nulls_last=True)
    best = order.unique("pledge", keep="first", maintain_order=True)["version"]
    return first.select("version", pl.col("version").is_in(best.implode()).alias("current"))


__all__ = ["Resolution", "State", "resolve", "resolve_more"]
