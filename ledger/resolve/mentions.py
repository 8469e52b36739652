"""Mentions: the narrow rows that claims are compared by, one for each claim of money that is a commitment."""

from typing import Any

import polars as pl

from ledger.lexicons.load import toml
from schemas import COMMITMENT_MEASURES, Kind

COMMITTING = sorted(measure.value for measure in COMMITMENT_MEASURES)
CAPITALISED = r"\p{Lu}[\p{L}\p{N}&’'.-]*[\p{L}\p{N}]"
SIDE = 120
"""Code points before and after a figure in which words of change are looked for."""


def lexicon() -> Any:
    """The rules, weights and word lists of `resolve.toml`."""
    return toml("resolve")


def mentions_of(claims: pl.DataFrame, documents: pl.DataFrame, aliases: dict[str, str] | None = None) -> pl.DataFrame:
    """One row for each claim that can be a commitment, in the order day, document, place, numbered by `row`.

    `claims` and `documents` have the columns of the records Claim and Document; `aliases` maps canonical names to the names that people said they
    are. A document without a day stands at the day it was retrieved. The columns that end in _keys are lists of hashes of words.
    """
    said = claims.filter((pl.col("kind") == Kind.MONEY.value) & pl.col("measure").is_in(COMMITTING))
    about = _documents(documents.join(said.select("document_id").unique(), on="document_id", how="semi"))
    rows = said.select(
        "claim_id", "document_id", "start", "end", "sentence_start", "sentence_end", "exact", "prefix", "suffix",
        "unit", "value", "lower", "upper", "bound", "measure", "stage", "time_basis", "period", "confidence", "relations",
        _names("actor", aliases), _names("recipient", aliases),
        pl.col("fields").list.eval(pl.element().struct.field("code")).list.unique(maintain_order=True).alias("fields"),
        pl.col("section").is_in(["headline", "headline_list"]).alias("headline"),
    )  # fmt: skip
    joined = rows.join(about, on="document_id", how="left", maintain_order="left").sort(
        "day", "document_id", "start", "claim_id", nulls_last=True
    )
    worded = joined.with_columns(
        _sentence().alias("sentence"), _side(before=True).alias("before"), _side(before=False).alias("after")
    ).drop("text")
    compared = worded.with_columns(
        _family().alias("family"),
        _capitals("sentence").alias("proper_keys"),
        pl.col("value").cast(pl.Float64).alias("size"),
        _digits().alias("digits"),
        _hashed("fields").alias("field_keys"),
        (pl.col("time_basis") == "increment").fill_null(value=False).alias("increment"),
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


def _hashed(column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().hash())


def _moves() -> pl.Expr:
    """Whether words of change stand near a claim."""
    return pl.any_horizontal([pl.col(side).str.contains(lexicon()["words"]["change"]) for side in ("before", "after")])


def _documents(documents: pl.DataFrame) -> pl.DataFrame:
    """document_id, day, dated, publisher, text of each document."""
    text = pl.col("text").fill_null("") if "text" in documents.columns else pl.lit("")
    day = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date())
    return documents.select(
        "document_id",
        day.alias("day"),
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


def _sentence() -> pl.Expr:
    """The sentence of a claim, or its quote with what stands around it where the text is not at hand."""
    around = pl.concat_str("prefix", "exact", "suffix")
    length = (pl.col("sentence_end") - pl.col("sentence_start")).clip(0, 600)
    return (
        pl.when(pl.col("text").fill_null("") != "")
        .then(pl.col("text").str.slice(pl.col("sentence_start"), length))
        .otherwise(around)
    )


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
    return hashed.list.set_difference(_literal(pl.Series(lexicon()["words"]["stop"]).hash().to_list(), pl.UInt64()))


def _family() -> pl.Expr:
    families = {measure: family for family, measures in lexicon()["family"].items() for measure in measures}
    return pl.col("measure").replace_strict(families, return_dtype=pl.String)


def _digits() -> pl.Expr:
    """How many digits of an amount are said: two in 2.9 billion, five in 22,516 crore."""
    return pl.col("value").cast(pl.String).str.replace_all(r"[.-]", "").str.strip_chars("0").str.len_chars().clip(1, 6)


def _with_keys(mentions: pl.DataFrame, role: str) -> pl.DataFrame:
    """`mentions` with the words that tell the names of `role` apart: worked out once for each list of names, which many claims have in common."""
    joined = pl.col(role).list.join("\x1f").alias("joined")
    distinct = mentions.select(joined, role).unique("joined").select("joined", _keys(role).alias(f"{role}_keys"))
    return mentions.with_columns(joined).join(distinct, on="joined", how="left", maintain_order="left").drop("joined")


def _keys(role: str) -> pl.Expr:
    """The words that tell names apart, aliases of powers resolved, legal forms and generic words left out."""
    words = lexicon()["words"]
    plain = pl.element().str.to_lowercase().str.replace_all(r"['’]s\b", "").str.replace_all(r"[^\p{L}\p{N}& ]+", " ")
    same = (
        plain.str.replace_many(list(lexicon()["powers"]), list(lexicon()["powers"].values()))
        if lexicon()["powers"]
        else plain
    )
    split = pl.col(role).list.eval(same.str.split(" ").list.explode())
    return split.list.set_difference(_literal([*words["generic"], ""], pl.String())).list.eval(pl.element().hash())
