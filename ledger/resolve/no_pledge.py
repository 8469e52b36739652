"""Sums that are no pledge, by kind: debts, goals, needs, dividends … as the words around them say."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ledger.lexicons.no_pledge import AFTER, BEFORE, REACH, no_pledge_rules
from ledger.resolve.mentions import COMMITTING
from schemas import Kind

DECIDED = 1.0
"""The confidence in a class that a person decided."""
FOUND = {"claim_id": pl.String, "told": pl.String}


def no_pledge_of(claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.DataFrame:
    """claim_id, told: the sums of `claims` that are no pledge, each with its kind and the words that say so.

    `claims` and `documents` have the columns of the records Claim and Document. Of what a claim takes for a statistic
    any words tell the kind; of what it takes for a commitment only plain ones, and none where a person decided.
    """
    committing = pl.col("measure").is_in(COMMITTING)
    decided = (pl.col("class_confidence") >= DECIDED).fill_null(value=False)
    money = claims.filter((pl.col("kind") == Kind.MONEY.value) & ~(committing & decided))
    vague = pl.col("measure").is_in(no_pledge_rules()["vague"])
    asked = money.filter(committing | vague).with_columns(committing.alias("committing"))
    by_words = no_pledge_words(with_words(asked, documents).select("claim_id", BEFORE, AFTER, "committing"))
    rest = money.join(by_words, on="claim_id", how="anti")
    return pl.concat([by_words, _by_measure(rest), _by_size(rest)])


def _by_size(claims: pl.DataFrame) -> pl.DataFrame:
    """The same of those `claims` that are too small for what they are taken for."""
    rules = no_pledge_rules()
    small = pl.col("measure").is_in(rules["small"]["measures"]) & (pl.col("value").abs() < rules["small"]["below"])
    head = f"price: {rules['kinds']['price']}"
    told = pl.concat_str(pl.lit(f"{head} (“"), _plain(pl.col("exact")), pl.lit("”)")).alias("told")
    return claims.filter(small).select("claim_id", told)


def _by_measure(claims: pl.DataFrame) -> pl.DataFrame:
    """The same of those `claims` whose measure tells the kind."""
    rules = no_pledge_rules()
    heads = {measure: f"{kind}: {rules['kinds'][kind]}" for measure, kind in rules["measures"].items()}
    head = pl.col("measure").replace_strict(heads, default=None, return_dtype=pl.String)
    said = pl.format(" (“{}”)", _plain(pl.col("measure_evidence").struct.field("exact"))).fill_null("")
    return claims.select("claim_id", pl.concat_str(head, said).alias("told")).drop_nulls("told")


def with_words(claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.DataFrame:
    """`claims` with `before` and `after`: what stands next to each in its sentence, in lower case, on one line."""
    mine = pl.col("document_id").is_in(claims["document_id"].unique().implode())
    texts = documents.filter(mine).select("document_id", "text").unique("document_id").collect()
    start = pl.max_horizontal("sentence_start", pl.col("start") - REACH)
    before = pl.col("text").str.slice(start, pl.col("start") - start)
    after = pl.col("text").str.slice("end", (pl.col("sentence_end") - pl.col("end")).clip(0, REACH))
    placed = claims.join(texts, on="document_id", maintain_order="left")
    return placed.with_columns(
        _plain(before).fill_null("").alias(BEFORE), _plain(after).fill_null("").alias(AFTER)
    ).drop("text")


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"\s+", " ")


def no_pledge_words(words: pl.DataFrame) -> pl.DataFrame:
    """claim_id, told of those rows of `words` (claim_id, before, after, committing) in which some cue is found."""
    rules = no_pledge_rules()
    found = [pl.DataFrame(schema=FOUND)]
    hits = words.with_columns(_first_cue(rules["cues"]).alias("cue")).drop_nulls("cue")
    for (number,), hit in sorted(hits.partition_by("cue", as_dict=True).items()):
        cue = rules["cues"][number]
        said = pl.col(cue["where"]).str.extract(f"({cue['pattern']})", 1).str.strip_chars(" ,:;.")
        head = f"{cue['kind']}: {rules['kinds'][cue['kind']]}"
        found.append(hit.select("claim_id", pl.concat_str(pl.lit(f"{head} (“"), said, pl.lit("”)")).alias("told")))
    return pl.concat(found)


def _first_cue(cues: Sequence[Mapping[str, Any]]) -> pl.Expr:
    """The place of the first of `cues` that is found, looked for all at once: patterns are compiled for each search."""
    hits = (pl.col(cue["where"]).str.contains(cue["pattern"]) for cue in cues)
    meant = (hit if cue["plain"] else hit & ~pl.col("committing") for cue, hit in zip(cues, hits, strict=True))
    return pl.coalesce(pl.when(hit).then(pl.lit(number, pl.UInt16)) for number, hit in enumerate(meant))
