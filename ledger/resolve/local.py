"""What claims come to document by document: local clusters, and claims that are in no commitment."""

from dataclasses import dataclass

import polars as pl

from ledger.resolve.across import local_clusters_of
from ledger.resolve.decisions import ReplayedDecisions
from ledger.resolve.graph import cannot_link, constrained_clusters, known_pairs
from ledger.resolve.inputs import Inputs
from ledger.resolve.instalments import with_instalments
from ledger.resolve.memberships import memberships_of_none
from ledger.resolve.mentions import READ as OF_MENTIONS
from ledger.resolve.mentions import mentions_of
from ledger.resolve.no_pledge import READ as OF_NO_PLEDGE
from ledger.resolve.no_pledge import no_pledge_of
from ledger.resolve.payers import READ as OF_PAYERS
from ledger.resolve.payers import many_payer_claims
from ledger.resolve.slices import each_once
from ledger.resolve.wholes import stated_wholes
from ledger.resolve.within import DocumentPairs, pairs_within, with_dollars

READ = tuple(dict.fromkeys((*OF_MENTIONS, *OF_NO_PLEDGE, *OF_PAYERS)))
"""The columns of claims that are read: to copy all of them would take several times the memory."""
COMPARED = (
    "before", "after", "moves", "paid", "increment", "actor_keys", "recipient_keys", "name_keys", "proper_keys",
    "field_keys", "worded", "whole", "actor_lands", "actor_states", "actor_party", "actor_sure", "recipient_lands",
    "recipient_states", "recipient_party", "recipient_sure", "sentence_start", "family", "size",
)  # fmt: skip
"""Columns of mentions that only comparing needs."""


@dataclass(frozen=True)
class Local:
    """What the claims of some documents come to, each document by itself."""

    mentions: pl.DataFrame
    """The mentions with `local_cluster` and `many_payers`, without what only comparing needs."""
    clusters: pl.DataFrame
    """One row for each local cluster, as of `local_clusters_of`."""
    pairs: DocumentPairs
    wholes: pl.DataFrame
    """a, b: rows of which the words say that one lies inside the other."""
    outside: pl.DataFrame
    """The claims that are in no commitment, with the columns of the record Membership."""

    def numbered_from(self, row: int, document: int) -> "Local":
        """The same with so many rows and documents before it."""
        mentions, clusters = (
            rows.with_columns(pl.col("local_cluster") + row, pl.col("document") + document)
            for rows in (self.mentions.with_columns(pl.col("row") + row), self.clusters)
        )
        same = self.pairs.same.with_columns(pl.col("a", "b") + row)
        changed = self.pairs.changed.with_columns(pl.col("older", "newer") + row)
        wholes = self.wholes.with_columns(pl.col("a", "b") + row)
        return Local(mentions, clusters, DocumentPairs(same, changed), wholes, self.outside)


def local_of(claims: pl.DataFrame, inputs: Inputs) -> Local:
    """What `claims` (the columns `READ`), all those of their documents, come to document by document."""
    no_pledge = no_pledge_of(claims, inputs.documents)
    mentions, pairs = compared_mentions(claims, no_pledge, inputs)
    many = pl.col("claim_id").is_in(many_payer_claims(claims, inputs.documents).implode()).alias("many_payers")
    outside = claims.join(mentions, on="claim_id", how="anti")
    return Local(
        mentions.drop(COMPARED).with_columns(many),
        local_clusters_of(mentions),
        pairs,
        stated_wholes(mentions),
        memberships_of_none(outside, no_pledge, inputs.replayed, inputs.gone),
    )


def compared_mentions(
    claims: pl.DataFrame, no_pledge: pl.DataFrame, inputs: Inputs
) -> tuple[pl.DataFrame, DocumentPairs]:
    """The mentions of `claims` with `local_cluster`, and their pairs; those that are `no_pledge` are left out."""
    left_out = {*inputs.left_out, *no_pledge["claim_id"]}
    read = claims.select(OF_MENTIONS)
    live = read.filter(~pl.col("claim_id").is_in(left_out)) if left_out else read
    mentioned = pl.col("document_id").is_in(live["document_id"].unique().implode())
    documents = each_once(inputs.documents.filter(mentioned).collect(), "document_id")
    mentions = with_dollars(mentions_of(with_instalments(live), documents, inputs.canonical), inputs.rates)
    pairs = pairs_within(mentions)
    return with_local_clusters(mentions, pairs, inputs.replayed), pairs


def with_local_clusters(mentions: pl.DataFrame, pairs: DocumentPairs, replayed: ReplayedDecisions) -> pl.DataFrame:
    """`mentions` with `local_cluster`: the first row of those that are the same money in one document."""
    paired = mentions.filter(pl.col("claim_id").is_in(replayed.paired_claims))
    different = known_pairs(replayed.different, dict(paired.select("claim_id", "row").iter_rows()))
    rows = mentions.select(pl.col("row").cast(pl.Int64).alias("node"))
    label = constrained_clusters(rows, pairs.same, cannot_link(different))
    return mentions.with_columns(label.alias("local_cluster"))


__all__ = ["READ", "Local", "compared_mentions", "local_of", "with_local_clusters"]
