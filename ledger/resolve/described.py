"""Facts of documents that people set after they were read: the day, the publisher, the address."""

from datetime import date

import polars as pl

from ledger.errors import LedgerError
from schemas import DecisionKind

DESCRIBABLE = ("published", "publisher", "url")
"""What a person may set of a document."""
LONGEST = 2_000
"""Characters of the longest value."""


def described_value(field: str | None, said: str | None) -> str:
    """The text that is kept of what a person says of a document; an empty one says that it is unknown.

    Raises LedgerError where it does not fit the field.

    >>> described_value("published", " 2026-02-20 ")
    '2026-02-20'
    """
    if field not in DESCRIBABLE or not isinstance(said, str):
        raise LedgerError(f"a document has {', '.join(DESCRIBABLE)} to set, each as text")
    text = said.strip()
    if len(text) > LONGEST or not (text.isprintable() or not text):
        raise LedgerError(f"{field} {text[:40]!r} is not valid; write up to {LONGEST:,} printable characters")
    if field == "published" and text:
        _day(text)
    if field == "url" and text and not text.startswith(("http://", "https://")):
        raise LedgerError(f"url {text!r} is no http or https address")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LedgerError(f"published {text!r} is no date; write it as YYYY-MM-DD") from None


def facts_of(in_force: pl.DataFrame) -> pl.DataFrame:
    """document_id, field, value: the last that was set of each document, of decisions that stand, in their order."""
    said = in_force.filter(pl.col("kind") == DecisionKind.DESCRIBE.value)
    last = said.unique(["target", "field"], keep="last", maintain_order=True)
    return last.select(pl.col("target").alias("document_id"), "field", "value")


def with_facts(documents: pl.LazyFrame, in_force: pl.DataFrame) -> pl.LazyFrame:
    """`documents` with what people set of them; `in_force` are the decisions that stand, in their order."""
    facts = facts_of(in_force)
    if facts.is_empty():
        return documents
    found = documents
    for field in DESCRIBABLE:
        value = pl.when(pl.col("value") != "").then("value")
        typed = value.str.to_date(strict=False) if field == "published" else value
        set_here = facts.filter(field=field).select("document_id", typed.alias("set"), is_set=pl.lit(value=True))
        joined = found.join(set_here.lazy(), on="document_id", how="left", maintain_order="left")
        found = joined.with_columns(pl.when("is_set").then("set").otherwise(field).alias(field)).drop("set", "is_set")
    return found


__all__ = ["DESCRIBABLE", "described_value", "facts_of", "with_facts"]
