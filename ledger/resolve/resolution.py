"""The one verb of resolution: claims and decisions → commitments, memberships and actors."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ledger.rates import Rates
from ledger.resolve.actors import actors_of, canonical_names
from ledger.resolve.clusters import Marks, kept_apart
from ledger.resolve.commitments import as_records, commitments_of, memberships_of, wholes_of, with_reasons
from ledger.resolve.decided import Verdicts, corrected, replayed
from ledger.resolve.mentions import mentions_of
from ledger.resolve.pairs import across, tellings_of, with_dollars, within

CONVERSION_REACH = 40
"""A conversion starts at most so many code points after the amount that it converts."""


@dataclass(frozen=True)
class Resolution:
    """What claims come to."""

    commitments: pl.DataFrame
    """One row for each commitment, the columns of the record Commitment."""
    memberships: pl.DataFrame
    """One row for each claim, the columns of the record Membership."""
    actors: pl.DataFrame
    """name (canonical), id, type, said (all words used for it), as_actor, as_recipient (numbers of claims)."""


def resolve(claims: pl.DataFrame, documents: pl.DataFrame, decisions: pl.DataFrame | None = None, *, rates: Rates | None = None) -> Resolution:
    """The commitments that `claims` tell, each counted once.

    `claims`, `documents` and `decisions` have the columns of the records Claim, Document and Decision. The order of rows changes nothing, a row given
    twice counts once. `rates` are those of `ledger.rates.bundled()` by default.
    """
    known = claims.unique("claim_id", keep="first", maintain_order=True)
    verdicts = replayed(decisions, known)
    mended = corrected(known, verdicts)
    canonical = canonical_names(mended, verdicts.aliases)
    live = mended.filter(~pl.col("claim_id").is_in(list(verdicts.rejected)))
    mentions = clustered(with_dollars(mentions_of(live, documents, canonical), rates), verdicts)
    rows = with_reasons(commitments_of(mentions), wholes_of(mentions, verdicts))
    return Resolution(as_records(rows), memberships_of(mended, mentions, rows, verdicts), actors_of(mended, canonical))


def clustered(mentions: pl.DataFrame, verdicts: Verdicts) -> pl.DataFrame:
    """`mentions` with `telling` (same money in one document), `version` (same money in all), `pledge` (with its former amounts), `current` and
    `converted`."""
    pairs = within(mentions)
    row_of = dict(_rows_of(mentions, verdicts))
    ruled = [(row_of[a], row_of[b], by) for a, b, by in verdicts.different if a in row_of and b in row_of]
    alike = [(row_of[a], row_of[b]) for a, b, _ in verdicts.same if a in row_of and b in row_of]
    rows = mentions.select(pl.col("row").cast(pl.Int64).alias("node"))
    told = mentions.with_columns(kept_apart(rows, pairs.same, _marks(ruled)).alias("telling"))
    telling = dict(told.filter(pl.col("row").is_in(list(row_of.values()))).select("row", "telling").iter_rows())
    tellings = tellings_of(told)
    owned = tellings.select(pl.col("telling").alias("node"), pl.col("document").cast(pl.Int64).alias("owner"))
    kept = _marks((telling[a], telling[b], by) for a, b, by in ruled)
    label = kept_apart(owned, across(tellings), kept, [(telling[a], telling[b]) for a, b in alike])
    versions = owned.select(pl.col("node").alias("telling"), label.alias("version"))
    versioned = told.join(versions, on="telling", how="left", maintain_order="left")
    version = dict(versions.filter(pl.col("telling").is_in(list(telling.values()))).iter_rows())
    return _pledged(versioned, pairs.changed, _marks((version[telling[a]], version[telling[b]], by) for a, b, by in ruled))


def _rows_of(mentions: pl.DataFrame, verdicts: Verdicts) -> list[tuple[str, int]]:
    """claim_id and row of the mentions that decisions are about."""
    named = {claim for a, b, _ in (*verdicts.same, *verdicts.different) for claim in (a, b)}
    return list(mentions.filter(pl.col("claim_id").is_in(named)).select("claim_id", "row").iter_rows()) if named else []


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
    return placed.join(current, on="version", how="left", maintain_order="left").with_columns(_converted().alias("converted"))


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


__all__ = ["Resolution", "resolve"]
