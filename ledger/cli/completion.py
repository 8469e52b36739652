"""What a shell completes: ids, names, columns and currencies of the ledger that the command line names."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from ledger.errors import LedgerError

MOST = 200
"""Ids and names that are offered at most."""
BY = ("actor", "recipient", "field", "measure", "stage", "currency", "year", "quarter", "month")


def complete_by(incomplete: str) -> list[str]:
    """Columns that totals can be by; what is before a comma stays."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in BY if name.startswith(last.casefold())]


def complete_currency(incomplete: str) -> list[str]:
    """Codes of ISO 4217."""
    from ledger.lexicons.currencies import currencies  # noqa: PLC0415 - not for --help

    return sorted(code for code in currencies() if code.startswith(incomplete.upper()))


def complete_actor(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of actors."""
    return _beginning(_names(ctx, "as_actor"), incomplete)


def complete_recipient(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of recipients."""
    return _beginning(_names(ctx, "as_recipient"), incomplete)


def complete_name_or_id(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of claims and commitments, and names."""
    return _beginning([*_ids(ctx), *_names(ctx, "as_actor"), *_names(ctx, "as_recipient")], incomplete)


def complete_id(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of claims and commitments."""
    return _beginning(_ids(ctx), incomplete)


def complete_decision(ctx: typer.Context, incomplete: str) -> list[str]:
    """Numbers and ids of decisions."""
    known = _book(ctx)
    told = known.decisions_told() if known is not None else None
    if told is None:
        return []
    return _beginning([*map(str, told["number"]), *told["decision_id"].drop_nulls()], incomplete)


def complete_document(ctx: typer.Context, incomplete: str) -> list[str]:
    """Sources and ids of documents."""
    known = _book(ctx)
    frame = known.documents.select("source", "document_id").collect() if known is not None else None
    return [] if frame is None else _beginning([*frame["source"], *frame["document_id"]], incomplete)


def _ids(ctx: typer.Context) -> Iterator[str]:
    known = _book(ctx)
    if known is not None:
        members = known.resolution().memberships
        yield from members["claim_id"]
        yield from members["commitment_id"].drop_nulls().unique(maintain_order=True)


def _names(ctx: typer.Context, role: str) -> Iterator[str]:
    known = _book(ctx)
    if known is not None:
        actors = known.actors()
        yield from actors.filter(actors[role] > 0)["name"]


def _book(ctx: typer.Context) -> Any:
    """The ledger that the words before name; none where there is none, for a shell shows no errors."""
    from ledger.book import Book  # noqa: PLC0415 - see complete_currency

    told = ctx.find_root().params.get("ledger") or os.environ.get("LEDGER_PATH") or "figures.ledger"
    try:
        return Book.open(told, create=False)
    except LedgerError:
        return None


def _beginning(known: Iterable[str], incomplete: str) -> list[str]:
    start = incomplete.casefold()
    found = (word for word in dict.fromkeys(known) if word.casefold().startswith(start))
    return [word for word, _ in zip(found, range(MOST), strict=False)]
