"""The row of a claim, the same in every listing and export, and the one JSON writer."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

import polars as pl

from ledger.money.amounts import plain

HEAD = (
    *("source", "start", "end", "exact", "kind", "unit", "value", "lower", "upper", "bound", "measure", "stage"),
    *("actor", "recipient", "fields", "period", "per", "commitment"),
)
"""The columns that every claim row has, in this order; what else is known of the claim follows."""

EVIDENCE = ("actor", "recipient", "fields", "speaker")
"""Columns that a row gives as plain names or codes, with their spans and rules under `…_said`."""


def claim_rows(claims: pl.LazyFrame, documents: pl.LazyFrame, memberships: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """Claims (columns of `schemas.Claim`) with their document's source, title, publisher, day and address.

    With `memberships` (columns of `schemas.Membership`) `commitment` is the commitment's id, and `counted`,
    `exclusion_reason` and `because` follow; without, `commitment` is null.
    """
    told = claims.join(
        documents.select("document_id", "source", "title", "publisher", "published", "url"),
        on="document_id",
        how="left",
    )
    if memberships is None:
        told = told.with_columns(commitment=pl.lit(None, dtype=pl.String()))
    else:
        told = told.join(memberships.rename({"commitment_id": "commitment"}), on="claim_id", how="left")
    said = told.with_columns(pl.col(name).alias(f"{name}_said") for name in EVIDENCE).with_columns(
        _names("actor"),
        _names("recipient"),
        pl.col("fields").list.eval(pl.element().struct.field("code")),
        pl.col("speaker").struct.field("name").alias("speaker"),
    )
    ordered = said.sort("published", "source", "start", nulls_last=True, maintain_order=True)
    return ordered.select(*HEAD, pl.exclude(*HEAD))


def _names(role: str) -> pl.Expr:
    return pl.col(role).list.eval(pl.element().struct.field("name")).list.unique(maintain_order=True)


def json_text(value: Any, indent: int | None = None, depth: int = 1) -> str:
    """`value` as JSON; a Decimal is a number with all its digits, a day or moment is ISO 8601 text.

    With `indent`, lists and objects have a line for each member, as `json.dumps` writes them; `depth` is for the inner
    ones.

    >>> json_text({"value": Decimal("12345678901234567.250000"), "fields": ["space"], "upper": None})
    '{"value": 12345678901234567.25, "fields": ["space"], "upper": null}'
    """
    if isinstance(value, Mapping):
        members = [
            f"{encode_basestring(str(key))}: {json_text(part, indent, depth + 1)}" for key, part in value.items()
        ]
        return _around("{", members, "}", indent, depth)
    if isinstance(value, list | tuple):
        return _around("[", [json_text(part, indent, depth + 1) for part in value], "]", indent, depth)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):  # a moment too
        return encode_basestring(value.isoformat())
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _around(opening: str, members: Sequence[str], closing: str, indent: int | None, depth: int) -> str:
    if indent is None or not members:
        return opening + ", ".join(members) + closing
    line = "\n" + " " * indent * depth
    return opening + line + f",{line}".join(members) + line[: len(line) - indent] + closing
