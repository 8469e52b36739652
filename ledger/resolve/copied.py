"""Claims of near copies: which of one tells the money of which of the other, and which is told no more."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas import Kind

COPIED = 30.0
"""The score of two claims of one sentence in two copies: higher than any that features reach."""
ALIKE = 0.7
"""Share of the words of two sentences that are the same where they are one sentence, edited."""
WORD = re.compile(r"\w+")
DIGITS = re.compile(r"\d+")
NEEDED = ("claim_id", "document_id", "kind", "unit", "value", "start", "sentence_start", "sentence_end")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Copied:
    """What near copies say of their claims."""

    pairs: Sequence[tuple[str, str]] = ()
    """claim_id of the earlier and of the later document: the same sum, or the sum that took its place."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """claim_id → the document_id of the later version that does not tell it."""


def copied_claims(claims: pl.LazyFrame, documents: pl.LazyFrame) -> Copied:
    """The claims of near copies by one another, as the columns `duplicate_of` and `replaced_by` of `documents` say."""
    if not {"duplicate_of", "replaced_by"} <= set(documents.collect_schema().names()):
        return Copied()
    links = documents.select("document_id", "duplicate_of", "replaced_by")
    copies = links.filter(pl.any_horizontal(pl.col("duplicate_of", "replaced_by").is_not_null())).collect()
    if copies.is_empty():
        return Copied()
    named = pl.concat([copies[name] for name in copies.columns]).drop_nulls().unique()
    ours = pl.col("document_id").is_in(named.implode())
    texts = dict(documents.filter(ours).select("document_id", "text").collect().iter_rows())
    told = claims.filter(ours & (pl.col("kind") == Kind.MONEY.value)).select(NEEDED).sort("start", "claim_id").collect()
    by_document = {
        str(key[0]): rows.rows(named=True) for key, rows in told.group_by("document_id", maintain_order=True)
    }
    said = {name: _sentences(by_document.get(name, ()), text) for name, text in texts.items()}
    pairs: set[tuple[str, str]] = set()
    gone: dict[str, str] = {}
    for name, first, last in copies.sort("document_id").iter_rows():
        if first in said:
            pairs |= set(_pairs(said[first], said[name]))
        if last in said:
            kept = dict(_pairs(said[name], said[last]))
            pairs |= kept.items()
            gone |= {row["claim_id"]: last for row in by_document.get(name, ()) if row["claim_id"] not in kept}
    return Copied(sorted(pairs), gone)


def _sentences(claims: Sequence[Row], text: str) -> dict[str, list[Row]]:
    """The words of each sentence, numbers as one, and its claims in order; a sentence told twice is numbered."""
    found: dict[str, list[Row]] = {}
    places: dict[tuple[int, str], str] = {}
    for row in claims:
        words = " ".join(WORD.findall(DIGITS.sub("0", text[row["sentence_start"] : row["sentence_end"]].casefold())))
        key = places.get((row["sentence_start"], words))
        if key is None:
            times = sum(known.rstrip("#") == words for known in found)
            key = places[row["sentence_start"], words] = words + "#" * times
        found.setdefault(key, []).append(row)
    return found


def _pairs(earlier: Mapping[str, list[Row]], later: Mapping[str, list[Row]]) -> Iterator[tuple[str, str]]:
    """The claims of the same sentences, and of those that were edited, one with the other."""
    left = {key: frozenset(key.split()) for key in later if key not in earlier}
    for key, rows in earlier.items():
        other: str | None = key if key in later else None
        if other is None:
            words = frozenset(key.split())
            likeness = {name: len(words & said) / len(words | said) for name, said in left.items()}
            best = max(likeness, key=lambda name: (likeness[name], name), default=None)
            other = best if best is not None and likeness[best] >= ALIKE else None
            left.pop(other or "", None)
        if other is not None:
            yield from _in_sentence(rows, later[other])


def _in_sentence(rows: Sequence[Row], others: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Claims of one sentence in two copies: those of one currency in their order, or only the equal ones."""
    for unit in dict.fromkeys(row["unit"] for row in rows):
        ours, theirs = ([row for row in side if row["unit"] == unit] for side in (rows, others))
        if len(ours) == len(theirs):
            yield from ((one["claim_id"], other["claim_id"]) for one, other in zip(ours, theirs, strict=True))
            continue
        for row in ours:
            equal = next((other for other in theirs if other["value"] == row["value"]), None)
            if equal is not None:
                theirs.remove(equal)
                yield row["claim_id"], equal["claim_id"]


def copied_rows(mentions: pl.DataFrame, copied: Copied) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of `mentions` in near copies those that are the same money, and those of which one replaced the other.

    The first frame has the columns a, b, score (local clusters), the second older, newer, score (rows).
    """
    names = {"claim": [one for one, _ in copied.pairs], "other": [other for _, other in copied.pairs]}
    told = mentions.select("claim_id", "row", "local_cluster", "unit", "value")
    both = (
        pl.DataFrame(names, schema={"claim": pl.String, "other": pl.String})
        .join(told, left_on="claim", right_on="claim_id")
        .join(told, left_on="other", right_on="claim_id", suffix="_b")
    )
    score, equal = pl.lit(COPIED).alias("score"), pl.col("value") == pl.col("value_b")
    same = both.filter(equal).select(
        pl.min_horizontal("local_cluster", "local_cluster_b").alias("a"),
        pl.max_horizontal("local_cluster", "local_cluster_b").alias("b"),
        score,
    )
    changed = both.filter(~equal).select(pl.col("row").alias("older"), pl.col("row_b").alias("newer"), score)
    return same.unique().sort("a", "b"), changed.sort("older", "newer")


__all__ = ["Copied", "copied_claims", "copied_rows"]
