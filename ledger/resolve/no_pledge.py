"""Sums that are no pledge, by kind: debts, goals, needs, dividends … as the words around them say."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ledger.lexicons.no_pledge import AFTER, BEFORE, REACH, no_pledge_rules
from ledger.resolve.beside import LOCATED, on_one_line, with_words
from ledger.resolve.mentions import COMMITTING
from schemas import Kind

DECIDED = 1.0
"""The confidence in a class that a person decided."""
READ = (*LOCATED, "kind", "measure", "measure_evidence", "class_confidence", "value", "exact")
"""The columns of claims that are read; to filter all of them takes several times as long."""
FOUND = {"claim_id": pl.String, "told": pl.String}


def no_pledge_of(claims: pl.DataFrame, documents: pl.LazyFrame) -> pl.DataFrame:
    """claim_id, told: the sums of `claims` that are no pledge, each with its kind and the words that say so.

    `claims` and `documents` have the columns of the records Claim and Document. Of what a claim takes for a statistic
    any words tell the kind; of what it takes for a commitment only plain ones, and none where a person decided.
    """
    committing = pl.col("measure").is_in(COMMITTING)
    decided = (pl.col("class_confidence") >= DECIDED).fill_null(value=False)
    money = claims.select(READ).filter((pl.col("kind") == Kind.MONEY.value) & ~(committing & decided))
    vague = pl.col("measure").is_in(no_pledge_rules()["vague"])
    asked = money.filter(committing | vague).with_columns(committing.alias("committing"))
    worded = with_words(asked.select(*LOCATED, "committing"), documents, REACH)
    by_words = pl.concat([pl.DataFrame(schema=FOUND), *map(no_pledge_words, worded)])
    rest = money.join(by_words, on="claim_id", how="anti")
    return pl.concat([by_words, _by_measure(rest), _by_size(rest)])


def _by_size(claims: pl.DataFrame) -> pl.DataFrame:
    """The same of those `claims` that are too small for what they are taken for."""
    rules = no_pledge_rules()
    small = pl.col("measure").is_in(rules["small"]["measures"]) & (pl.col("value").abs() < rules["small"]["below"])
    head = f"price: {rules['kinds']['price']}"
    told = pl.concat_str(pl.lit(f"{head} (“"), on_one_line(pl.col("exact")), pl.lit("”)")).alias("told")
    return claims.filter(small).select("claim_id", told)


def _by_measure(claims: pl.DataFrame) -> pl.DataFrame:
    """The same of those `claims` whose measure tells the kind."""
    rules = no_pledge_rules()
    heads = {measure: f"{kind}: {rules['kinds'][kind]}" for measure, kind in rules["measures"].items()}
    head = pl.col("measure").replace_strict(heads, default=None, return_dtype=pl.String)
    said = pl.format(" (“{}”)", on_one_line(pl.col("measure_evidence").struct.field("exact"))).fill_null("")
    return claims.select("claim_id", pl.concat_str(head, said).alias("told")).drop_nulls("told")


def no_pledge_words(words: pl.DataFrame) -> pl.DataFrame:
    """claim_id, told of those rows of `words` (claim_id, before, after, committing) in which some cue is found."""
    rules = no_pledge_rules()
    found = [pl.DataFrame(schema=FOUND)]
    some = words.filter(_any_cue(rules["cues"]))
    hits = some.with_columns(_first_cue(rules["cues"]).alias("cue")).drop_nulls("cue")
    for (number,), hit in sorted(hits.partition_by("cue", as_dict=True).items()):
        cue = rules["cues"][number]
        said = pl.col(cue["where"]).str.extract(f"({cue['pattern']})", 1).str.strip_chars(" ,:;.")
        head = f"{cue['kind']}: {rules['kinds'][cue['kind']]}"
        found.append(hit.select("claim_id", pl.concat_str(pl.lit(f"{head} (“"), said, pl.lit("”)")).alias("told")))
    return pl.concat(found)


def _any_cue(cues: Sequence[Mapping[str, Any]]) -> pl.Expr:
    """Whether some of `cues` is found, looked for as one pattern: most claims have none."""
    patterns = {where: [f"(?:{cue['pattern']})" for cue in cues if cue["where"] == where] for where in (BEFORE, AFTER)}
    return pl.any_horizontal(pl.col(where).str.contains("|".join(some)) for where, some in patterns.items() if some)


def _first_cue(cues: Sequence[Mapping[str, Any]]) -> pl.Expr:
    """The place of the first of `cues` that is found, looked for all at once: patterns are compiled for each search."""
    hits = (pl.col(cue["where"]).str.contains(cue["pattern"]) for cue in cues)
    meant = (hit if cue["plain"] else hit & ~pl.col("committing") for cue, hit in zip(cues, hits, strict=True))
    return pl.coalesce(pl.when(hit).then(pl.lit(number, pl.UInt16)) for number, hit in enumerate(meant))
