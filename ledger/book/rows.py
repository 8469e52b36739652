"""Claims as flat rows for pipes and programs: the form that scorers and other tools read, one row a mention."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

import polars as pl

HEAD = (
    "source", "start", "end", "exact", "kind", "unit", "value", "lower", "upper", "bound", "measure", "stage", "actor", "recipient", "fields",
    "period", "per", "commitment",
)  # fmt: skip
"""The columns that every claim row has, in this order; what else is known of the claim follows."""

EVIDENCE = ("actor", "recipient", "fields", "speaker")
"""Columns that a row gives as plain names or codes, with their spans and rules under `…_said`."""


def claim_rows(claims: pl.LazyFrame, documents: pl.LazyFrame, memberships: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """Claims (columns of `schemas.Claim`) with where they stand: source, title, publisher, day, address; and where they went.

    With `memberships` (columns of `schemas.Membership`) `commitment` is the commitment's id and `counted`, `exclusion_reason` and `because` follow;
    without, `commitment` is null.
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


def plain(value: Decimal) -> str:
    """A Decimal in plain digits without trailing zeros.

    >>> plain(Decimal("2.900000E+9")), plain(Decimal("0.050000"))
    ('2900000000', '0.05')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_text(value: Any) -> str:
    """`value` as JSON; a Decimal is a number with all its digits, a day or moment is ISO 8601 text.

    >>> json_text({"value": Decimal("750000000000.000000"), "fields": ["space"], "upper": None})
    '{"value": 750000000000, "fields": ["space"], "upper": null}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{encode_basestring(str(key))}: {json_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(json_text(part) for part in value) + "]"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):  # a moment too
        return encode_basestring(value.isoformat())
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value, allow_nan=False)
