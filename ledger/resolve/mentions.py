"""Mentions: one narrow row for each claim of money that is a commitment, with what claims are compared by.

The words of this package: a **mention** is a claim as it is compared; a **local cluster** holds the mentions of one
document that are the same money; a **version** holds the local clusters of all documents with one amount of a
commitment; a **cluster** holds the versions of one commitment. The **representative** of a cluster is the claim that
gives the commitment's amount. Each is named by the first row (`row`) of its mentions.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from ledger.lexicons.load import csv_rows, joined, toml
from schemas import COMMITMENT_MEASURES, Kind, RelationKind

COMMITTING = sorted(measure.value for measure in COMMITMENT_MEASURES)
CAPITALISED = r"\p{Lu}[\p{L}\p{N}&’'.-]*[\p{L}\p{N}]"
SIDE = 120
"""Code points before and after a figure in which words of change are looked for."""
SURE = 0.6
"""A name is sure to have its role from this confidence on."""
LONG = 40
"""Code points of the shortest sentence by which a reprint is recognised."""
SAID = (
    "claim_id", "document_id", "start", "end", "sentence_start", "sentence_end", "exact", "prefix", "suffix", "unit",
    "value", "lower", "upper", "bound", "measure", "stage", "time_basis", "period", "confidence", "class_confidence",
    "relations",
)  # fmt: skip
READ = (*SAID, "kind", "section", "per", "fields", "actor", "recipient")
"""The columns of claims that are read: to copy all of them would take several times the memory."""


@cache
def resolve_rules() -> Mapping[str, Any]:
    """The families, word lists, patterns by name, cues and weights of `resolve.toml`."""
    rules = toml("resolve")
    cues = [{**cue, "pattern": joined(cue["pattern"])} for cue in rules["cue"]]
    return {**rules, "cue": cues, "pattern": {entry["name"]: joined(entry["pattern"]) for entry in rules["pattern"]}}


def mentions_of(claims: pl.DataFrame, documents: pl.DataFrame, aliases: dict[str, str] | None = None) -> pl.DataFrame:
    """One row for each claim that can be a commitment, in the order of day, document and place, numbered by `row`.

    `claims` have the columns `READ` of the record Claim, `documents` those of Document; `aliases` maps names to the
    canonical names that they stand for. A document without a day is placed at the day it was retrieved. The columns
    that end in _keys are lists of hashes of words.
    """
    said = claims.select(READ).filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    about = _documents(documents.join(said.select("document_id").unique(), on="document_id", how="semi"))
    rows = said.select(
        *SAID, _names("actor", aliases), _names("recipient", aliases), _sure("actor"), _sure("recipient"),
        pl.col("fields").list.eval(pl.element().struct.field("code")).list.unique(maintain_order=True).alias("fields"),
        pl.col("section").is_in(["headline", "headline_list"]).alias("headline"),
        pl.col("claim_id").is_in(_wholes(said).implode()).alias("whole"),
    )  # fmt: skip
    placed = rows.join(about, on="document_id", how="left", maintain_order="left").sort(
        "day", "document_id", "start", "claim_id", nulls_last=True
    )
    worded = placed.with_columns(
        _sentence().alias("sentence"), _side(before=True).alias("before"), _side(before=False).alias("after")
    ).drop("text")
    compared = worded.with_columns(
        _family().alias("family"),
        _capitals("sentence").alias("proper_keys"),
        pl.col("value").cast(pl.Float64).alias("size"),
        _digits().alias("digits"),
        _worded().alias("worded"),
        _hashed("fields").alias("field_keys"),
        (pl.col("time_basis") == "increment").fill_null(value=False).alias("increment"),
        (pl.col("time_basis") == "cumulative").fill_null(value=False).alias("running"),
        _moves().alias("moves"),
        (pl.col("actor").list.len() > 0).alias("paid"),
        (pl.col("document_id") != pl.col("document_id").shift(1)).fill_null(value=False).cum_sum().alias("document"),
    )
    named = _with_keys(_with_keys(compared, "actor"), "recipient")
    names = pl.concat_list("actor_keys", "recipient_keys").list.unique()
    return (
        named.with_columns(names.alias("name_keys"))
        .drop("sentence", "prefix", "suffix", "sentence_end")
        .with_row_index("row")
    )


def _wholes(claims: pl.DataFrame) -> pl.Series:
    """The claim_ids that a claim of their document is a part of."""
    related = claims.select("claim_id", "relations").filter(pl.col("relations").list.len() > 0).explode("relations")
    kind, other = (pl.col("relations").struct.field(name) for name in ("kind", "claim_id"))
    return pl.concat([
        related.filter(kind == RelationKind.PART_OF.value).select(other)["claim_id"],
        related.filter(kind == RelationKind.TOTAL_OF.value)["claim_id"],
    ])  # fmt: skip


def _hashed(column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().hash())


def _moves() -> pl.Expr:
    """Whether words of change stand near a claim."""
    change = resolve_rules()["pattern"]["change"]
    return pl.any_horizontal([pl.col(side).str.contains(change) for side in ("before", "after")])


def day_told() -> pl.Expr:
    """The day of a document: of its publication, else of its retrieval."""
    return pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())


def _documents(documents: pl.DataFrame) -> pl.DataFrame:
    """document_id, day, dated, publisher, text of each document."""
    text = pl.col("text").fill_null("") if "text" in documents.columns else pl.lit("")
    return documents.select(
        "document_id",
        day_told().alias("day"),
        pl.col("published").is_not_null().alias("dated"),
        "publisher",
        text.alias("text"),
    )


def _literal(words: list[Any], kind: pl.DataType) -> pl.Expr:
    return pl.lit(pl.Series([words], dtype=pl.List(kind)))


def _names(role: str, aliases: dict[str, str] | None) -> pl.Expr:
    name = pl.element().struct.field("name")
    return (
        pl.col(role).list.eval(name.replace(aliases) if aliases else name).list.unique(maintain_order=True).alias(role)
    )


def _sure(role: str) -> pl.Expr:
    """Whether a claim is sure of a name in a role."""
    best = pl.col(role).list.eval(pl.element().struct.field("confidence")).list.max()
    return (best >= SURE).fill_null(value=False).alias(f"{role}_sure")


def _sentence() -> pl.Expr:
    """The sentence of a claim; its quote, prefix and suffix where the text is missing."""
    around = pl.concat_str("prefix", "exact", "suffix")
    length = (pl.col("sentence_end") - pl.col("sentence_start")).clip(0, 600)
    return (
        pl.when(pl.col("text").fill_null("") != "")
        .then(pl.col("text").str.slice(pl.col("sentence_start"), length))
        .otherwise(around)
    )


def _worded() -> pl.Expr:
    """A hash of the sentence of a claim, null where it is short: reprints have the same."""
    plain = pl.col("sentence").str.to_lowercase().str.replace_all(r"\s+", " ")
    return pl.when(pl.col("sentence").str.len_chars() >= LONG).then(plain.hash())


def _side(*, before: bool) -> pl.Expr:
    """The text next to a claim, in lower case, whatever sentence it belongs to."""
    start = (pl.col("start") - SIDE).clip(0) if before else pl.col("end")
    length = pl.col("start") - start if before else pl.lit(SIDE)
    said = (
        pl.when(pl.col("text").fill_null("") != "")
        .then(pl.col("text").str.slice(start, length))
        .otherwise("prefix" if before else "suffix")
    )
    return said.str.to_lowercase()


def _capitals(column: str) -> pl.Expr:
    plain = pl.element().str.to_lowercase().str.strip_suffix("'s").str.strip_suffix("’s")
    hashed = pl.col(column).str.extract_all(CAPITALISED).list.eval(plain.hash())
    stop = pl.Series(resolve_rules()["words"]["stop"]).hash().to_list()
    return hashed.list.set_difference(_literal(stop, pl.UInt64()))


def _family() -> pl.Expr:
    families = {measure: family for family, measures in resolve_rules()["family"].items() for measure in measures}
    return pl.col("measure").replace_strict(families, return_dtype=pl.String)


def _digits() -> pl.Expr:
    """How many digits of an amount are said: two in 2.9 billion, five in 22,516 crore."""
    digits = pl.col("value").cast(pl.String).str.replace_all(r"[.-]", "").str.strip_chars("0")
    return digits.str.len_chars().clip(1, 6)


def _with_keys(mentions: pl.DataFrame, role: str) -> pl.DataFrame:
    """`mentions` with the words that distinguish the names of `role`, and the countries that the names are of or in.

    Each list of names is worked out once. The countries are bits of `{role}_lands`; those of `{role}_states` are named
    themselves; `{role}_party` says whether a name is neither a country nor a place.
    """
    names = pl.col(role).list.join("\x1f").alias("names")
    lands, states = _countries_in_columns()
    party = pl.element().is_in(lands[0].implode()).not_().fill_null(value=False)
    distinct = (
        mentions.select(names, role)
        .unique("names")
        .select(
            "names",
            _keys(role).alias(f"{role}_keys"),
            _bits(pl.col(role).list.eval(pl.element().replace_strict(*lands, default=None))).alias(f"{role}_lands"),
            _bits(pl.col(role).list.eval(pl.element().replace_strict(*states, default=None))).alias(f"{role}_states"),
            pl.col(role).list.eval(party).list.any().fill_null(value=False).alias(f"{role}_party"),
        )
    )
    return mentions.with_columns(names).join(distinct, on="names", how="left", maintain_order="left").drop("names")


def bit(hashed: pl.Expr) -> pl.Expr:
    """One of 63 bits for a hash."""
    return pl.lit(2, pl.UInt64).pow(hashed % 63)


def _bits(names: pl.Expr) -> pl.Expr:
    """A bit for each of a list of names, together."""
    each = names.list.drop_nulls().list.eval(bit(pl.element().hash()))
    return each.list.agg(pl.element().bitwise_or()).fill_null(pl.lit(0, pl.UInt64))


@cache
def countries_of_names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Name of a country, place or body → its country; and name of a country → itself."""
    rows = [row for table in ("bodies", "places", "countries") for row in csv_rows(f"names/{table}")]
    lands = {row["name"].lstrip("?"): row["country"] for row in rows if row["country"]}
    return lands, {row["name"]: row["name"] for row in rows if row["type"] == "country"}


@cache
def _countries_in_columns() -> tuple[tuple[pl.Series, pl.Series], ...]:
    """`countries_of_names` as columns, names and their countries, so that they are not made for each search."""
    return tuple((pl.Series([*each], dtype=pl.String), pl.Series([*each.values()])) for each in countries_of_names())


def _keys(role: str) -> pl.Expr:
    """The words that distinguish names, without legal forms and generic words; the whole names where none is left."""
    words = resolve_rules()["words"]
    lower = pl.element().str.to_lowercase()
    plain = lower.str.replace_all(r"['’]s\b", "").str.replace_all(r"[^\p{L}\p{N}& ]+", " ")
    split = pl.col(role).list.eval(plain.str.split(" ").list.explode())
    kept = split.list.set_difference(_literal([*words["generic"], ""], pl.String()))
    whole = pl.col(role).list.eval(lower)
    return pl.when(kept.list.len() > 0).then(kept).otherwise(whole).list.eval(pl.element().hash())
