"""The one verb of resolution: claims and decisions → commitments, memberships and actors."""

from dataclasses import dataclass

import polars as pl

from ledger.rates import Rates
from ledger.resolve.actors import actors_of, canonical_names
from ledger.resolve.clusters import kept_apart
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
    told = mentions.with_columns(_numbered("telling", kept_apart(mentions.height, pairs.same, _apart(mentions, verdicts))))
    tellings = tellings_of(told).sort("telling")
    owners = told.group_by("telling", maintain_order=True).agg(pl.col("document_id").first())
    ruled = _apart(told, verdicts)
    marks = [{("document", owner)} for owner in owners.sort("telling")["document_id"].to_list()]
    for telling, tokens in zip(told["telling"].to_list(), ruled, strict=True):
        marks[telling] |= tokens
    row_of = dict(zip(told["claim_id"].to_list(), told["telling"].to_list(), strict=True))
    forced = [(row_of[a], row_of[b]) for a, b, _ in verdicts.same if a in row_of and b in row_of]
    version = kept_apart(tellings.height, across(tellings), marks, forced)
    versioned = told.with_columns(pl.Series("version", [version[telling] for telling in told["telling"].to_list()], dtype=pl.Int64))
    return _pledged(versioned, pairs.changed, ruled)


def _numbered(name: str, labels: list[int]) -> pl.Series:
    """Labels as consecutive numbers in the order of the labels."""
    return (pl.Series(name, labels, dtype=pl.Int64).rank("dense") - 1).cast(pl.Int64)


def _apart(mentions: pl.DataFrame, verdicts: Verdicts) -> list[set[tuple[str, str]]]:
    """For each mention the marks of the decisions that keep it from others: two with one mark are never joined."""
    marks: dict[str, set[tuple[str, str]]] = {}
    for a, b, by in verdicts.different:
        marks.setdefault(a, set()).add(("decision", by))
        marks.setdefault(b, set()).add(("decision", by))
    return [marks.get(claim, set()) for claim in mentions["claim_id"].to_list()] if marks else [set() for _ in range(mentions.height)]


def _pledged(mentions: pl.DataFrame, changed: pl.DataFrame, ruled: list[set[tuple[str, str]]]) -> pl.DataFrame:
    """`mentions` with `pledge`, `current` and `converted`: versions joined where a text says that one amount took the other's place."""
    of_row = mentions.select("row", "version")
    edges = (
        changed.join(of_row, left_on="older", right_on="row").rename({"version": "a"})
        .join(of_row, left_on="newer", right_on="row").rename({"version": "b"})
        .filter(pl.col("a") != pl.col("b"))
    )  # fmt: skip
    size = int(mentions["version"].max() or 0) + 1 if mentions.height else 0  # type: ignore[arg-type]
    marks: list[set[tuple[str, str]]] = [set() for _ in range(size)]
    for version, tokens in zip(mentions["version"].to_list(), ruled, strict=True):
        marks[version] |= tokens
    label = kept_apart(size, edges.group_by("a", "b").agg(pl.col("score").max()), marks)
    pledge = mentions["version"].replace_strict(dict(enumerate(label)), return_dtype=pl.Int64) if size else mentions["version"]
    placed = mentions.with_columns(pledge.alias("pledge"))
    return placed.join(_current(placed, edges), on="version", how="left", maintain_order="left").with_columns(_converted().alias("converted"))


def _converted() -> pl.Expr:
    """Whether a mention is the amount that stands just before it, said in another currency."""
    before = pl.col("telling") == pl.col("telling").shift(1)
    other = pl.col("unit") != pl.col("unit").shift(1)
    close = pl.col("start") - pl.col("end").shift(1) < CONVERSION_REACH
    return (before & other & close & (pl.col("document_id") == pl.col("document_id").shift(1))).fill_null(value=False)


def _current(mentions: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """version, current: of each pledge the version that no text says was replaced, the last told where several are left."""
    first = mentions.group_by("version").agg(pl.col("pledge").first(), pl.col("day").min(), pl.col("row").min())
    replaced = edges.select(pl.col("a").alias("version")).unique().with_columns(pl.lit(value=True).alias("old"))
    ranked = first.join(replaced, on="version", how="left").with_columns(pl.col("old").fill_null(value=False))
    order = ranked.sort("pledge", "old", "day", "row", descending=[False, False, True, False], nulls_last=True)
    best = order.unique("pledge", keep="first", maintain_order=True)["version"]
    return first.select("version", pl.col("version").is_in(best.implode()).alias("current"))


__all__ = ["Resolution", "resolve"]
