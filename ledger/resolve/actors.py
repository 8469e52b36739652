"""Actors: the names that claims give, made canonical; what may be one name is proposed, never merged on likeness alone."""

import polars as pl

from ledger.resolve.mentions import lexicon
from schemas import stable_id


def canonical_names(claims: pl.DataFrame, aliases: dict[str, str]) -> dict[str, str]:
    """Name as claims give it → canonical name, where they differ: what people said first, then names that differ only in legal form or case.

    Of names that differ only so, the one that most claims use stands for all, the shortest where several do.
    """
    counts = _said(claims).group_by("name").len()
    plain = counts.with_columns(_plain().alias("plain")).filter(pl.col("plain") != "")
    best = plain.sort("plain", "len", pl.col("name").str.len_chars(), "name", descending=[False, True, False, False]).unique(
        "plain", keep="first", maintain_order=True
    )
    merged = plain.join(best.select("plain", pl.col("name").alias("canonical")), on="plain").filter(pl.col("name") != pl.col("canonical"))
    ends: dict[str, str] = dict(zip(merged["name"].to_list(), merged["canonical"].to_list(), strict=True))
    every = ends | aliases
    return {name: aliases.get(end, end) for name, end in every.items() if name != aliases.get(end, end)}


def _said(claims: pl.DataFrame) -> pl.DataFrame:
    """claim_id, name, said, type of every actor and recipient of every claim."""
    pieces = []
    for role in ("actor", "recipient"):
        named = claims.select("claim_id", pl.col(role).alias("named")).explode("named").drop_nulls("named")
        parts = (pl.col("named").struct.field(part) for part in ("name", "said", "type"))
        pieces.append(named.select("claim_id", *parts, pl.lit(role).alias("role")))
    return pl.concat(pieces)


def _plain() -> pl.Expr:
    forms = "|".join(lexicon()["words"]["legal_forms"])
    bare = pl.col("name").str.to_lowercase().str.replace_all(r"[.,’']", "").str.replace_all(r"[^\p{L}\p{N}&]+", " ").str.strip_chars()
    return bare.str.replace(r"^the ", "").str.replace(rf"( (?:{forms}))+$", "")


def actors_of(claims: pl.DataFrame, canonical: dict[str, str]) -> pl.DataFrame:
    """name (canonical), id, type, said (all words used for it), as_actor and as_recipient (numbers of claims)."""
    said = _said(claims).with_columns(pl.col("name").alias("given"), pl.col("name").replace(canonical))
    rows = said.group_by("name").agg(
        pl.col("type").mode().sort().first(),
        pl.concat_list("said", "given").explode().unique().sort().alias("said"),
        pl.col("claim_id").filter(pl.col("role") == "actor").n_unique().cast(pl.Int64).alias("as_actor"),
        pl.col("claim_id").filter(pl.col("role") == "recipient").n_unique().cast(pl.Int64).alias("as_recipient"),
    )
    ids = pl.Series("id", [stable_id(name) for name in rows["name"].to_list()], dtype=pl.String)
    return rows.with_columns(ids).select("name", "id", "type", "said", "as_actor", "as_recipient").sort("name")
