"""Actors: the names that claims give, made canonical; names that only look alike are proposed, never merged."""

from collections.abc import Iterable

import polars as pl
from rapidfuzz import fuzz, process

from ledger.resolve.alike import name_words
from ledger.resolve.mentions import resolve_rules
from schemas import stable_id

NAMED = ["name", "said", "type", "role"]
LIKENESS = 88.0
"""Names whose words are so alike, of 100, are proposed as one."""


def actor_names(claims: pl.DataFrame) -> pl.DataFrame:
    """A row for each time that one of `claims` names an actor or recipient.

    The columns are document (a hash of its id), name, said, type and role.
    """
    pieces = []
    for role in ("actor", "recipient"):
        given = claims.select(pl.col("document_id").hash().alias("document"), pl.col(role).alias("named")).filter(
            pl.col("named").list.len() > 0
        )
        named = given.explode("named").select(
            "document", *(pl.col("named").struct.field(part) for part in ("name", "said", "type"))
        )
        pieces.append(named.with_columns(pl.lit(role).alias("role")))
    return pl.concat(pieces)


def counted_names(names: pl.DataFrame) -> pl.DataFrame:
    """name, said, type, role, claims (how many rows of `names`)."""
    return names.group_by(NAMED).agg(pl.len().cast(pl.Int64).alias("claims"))


def summed_counts(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sums of several `counted_names`."""
    return pl.concat(counts).group_by(NAMED).agg(pl.col("claims").sum())


def changed_counts(counts: pl.DataFrame, arriving: pl.DataFrame, leaving: pl.DataFrame) -> pl.DataFrame:
    """`counts` with the names that arrive and without those that leave."""
    pieces = [
        counts.select(*NAMED, "claims"),
        counted_names(arriving),
        counted_names(leaving).with_columns(-pl.col("claims")),
    ]
    return summed_counts(pieces).filter(pl.col("claims") > 0)


def canonical_names(names: pl.DataFrame, aliases: dict[str, str]) -> dict[str, str]:
    """Name as claims give it → canonical name, where they differ.

    People's `aliases` come first. Then, of names that differ only in legal form or case, the one that most claims use
    stands for all; the shortest where several are as frequent.
    """
    counts = names.group_by("name").agg(pl.col("claims").sum())
    plain = counts.with_columns(_plain().alias("plain")).filter(pl.col("plain") != "")
    order = plain.sort(
        "plain", "claims", pl.col("name").str.len_chars(), "name", descending=[False, True, False, False]
    )
    best = order.unique("plain", keep="first", maintain_order=True).select("plain", pl.col("name").alias("canonical"))
    merged = plain.join(best, on="plain").filter(pl.col("name") != pl.col("canonical")).select("name", "canonical")
    every: dict[str, str] = dict(merged.iter_rows()) | aliases
    return {name: aliases.get(end, end) for name, end in sorted(every.items()) if name != aliases.get(end, end)}


def _plain() -> pl.Expr:
    forms = "|".join(resolve_rules()["words"]["legal_forms"])
    bare = (
        pl.col("name")
        .str.to_lowercase()
        .str.replace_all(r"[.,’']", "")
        .str.replace_all(r"[^\p{L}\p{N}&]+", " ")
        .str.strip_chars()
    )
    return bare.str.replace(r"^the ", "").str.replace(rf"( (?:{forms}))+$", "")


def actors_of(names: pl.DataFrame, canonical: dict[str, str]) -> pl.DataFrame:
    """name (canonical), id, type, said (all words used for it), as_actor and as_recipient (numbers of claims)."""
    said = names.with_columns(pl.col("name").alias("given"), pl.col("name").replace(canonical))
    types = (
        said.group_by("name", "type")
        .agg(pl.col("claims").sum())
        .sort("name", "claims", "type", descending=[False, True, False])
    )
    rows = said.group_by("name").agg(
        pl.col("said").append(pl.col("given")).unique().sort(),
        *(pl.col("claims").filter(pl.col("role") == role).sum().alias(f"as_{role}") for role in ("actor", "recipient")),
    )
    typed = rows.join(types.unique("name", keep="first", maintain_order=True).select("name", "type"), on="name").sort(
        "name"
    )
    ids = pl.Series("id", [stable_id(name) for name in typed["name"].to_list()], dtype=pl.String)
    return typed.with_columns(ids).select("name", "id", "type", "said", "as_actor", "as_recipient")


def proposed_aliases(actors: pl.DataFrame, least: float = LIKENESS, most: int = 200) -> pl.DataFrame:
    """name, other, likeness (0 to 100): pairs of actors that a person may want to merge; nothing is merged here.

    `actors` are those of a Resolution. Names that begin with the same letter are compared, whatever the order of their
    words, and without words such as "Group" that one of them may lack.
    """
    found = []
    for _, group in (
        actors.select("name")
        .sort("name")
        .group_by(pl.col("name").str.slice(0, 1).str.to_lowercase(), maintain_order=True)
    ):
        names = group["name"].to_list()
        bare = [" ".join(sorted(name_words(name))) or name.casefold() for name in names]
        for place, name in enumerate(names):
            matches = process.extract(
                bare[place], bare[place + 1 :], scorer=fuzz.token_set_ratio, score_cutoff=least, limit=5
            )
            found += [(name, names[place + 1 + at], float(likeness)) for _, likeness, at in matches]
    schema = {"name": pl.String(), "other": pl.String(), "likeness": pl.Float64()}
    return (
        pl.DataFrame(found, schema=schema, orient="row")
        .sort(["likeness", "name", "other"], descending=[True, False, False])
        .head(most)
    )
