"""The verb report: what totals rest on, and what becomes of pledges, each with its quotes."""

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.app import QUERY, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import list_cell, short_id, short_number
from ledger.cli.query import with_moment
from ledger.cli.show import Cell, ListingFormat, listed, show, table_width
from ledger.cli.table import wrapped
from ledger.errors import LedgerError
from ledger.money.amounts import scaled
from ledger.options import Moment

if TYPE_CHECKING:
    import polars as pl

    from ledger.book import Book


class Report(StrEnum):
    """What can be shown beside totals."""

    RECYCLED = "recycled"
    DELIVERY = "delivery"
    SCALE = "scale"
    CIRCULAR = "circular"
    TWO_SIDED = "two-sided"
    SELF_AUDIT = "self-audit"


def _amount(prefix: str) -> Cell:
    return lambda row: f"{scaled(row[f'{prefix}_value'])} {row[f'{prefix}_unit']}"


def _percent(name: str) -> Cell:
    return lambda row: "" if row[name] is None else f"{row[name]:.1%}"


def _steps(row: Mapping[str, Any]) -> str:
    return listed(f"{step['event']} {step['on']}" for step in row["steps"])


def _quotes(row: Mapping[str, Any]) -> str:
    return " | ".join(quote for flow in row["flows"] for quote in flow["quotes"][:1])


COLUMNS: Mapping[str, Mapping[str, Cell | None]] = {
    "recycled": {
        "actor": list_cell("actor"),
        "first_on": None,
        "first": _amount("first"),
        "again_on": None,
        "again": _amount("again"),
        "counted_twice": None,
        "again_quote": None,
    },
    "delivery": {
        "actor": None,
        "pledges": None,
        **{name: short_number(name) for name in ("announced", "now", "delivered", "cancelled")},
        "delivered_share": _percent("delivered_share"),
        **dict.fromkeys(("under_construction", "delayed", "scaled_down")),
    },
    "histories": {
        "commitment": short_id("commitment_id"),
        "actor": list_cell("actor"),
        "announced": short_number("announced"),
        "delivered": short_number("delivered"),
        "steps": _steps,
    },
    "scale": {
        "actor": None,
        "commitment": short_id("commitment_id"),
        "yearly": short_number("yearly"),
        "years_said": None,
        "measure": None,
        "known": short_number("known"),
        "share": _percent("share"),
        "implausible": None,
        "quote": None,
    },
    "circular": {
        "round": lambda row: " → ".join([*row["round"], row["round"][0]]),
        **{name: short_number(name) for name in ("gross", "circular", "net")},
        "quotes": _quotes,
    },
}
"""The columns of each report's table; others show what they have."""


@verb(
    QUERY,
    "ledger report recycled",
    "ledger report delivery --each",
    "ledger report scale --known gdp.csv --currency EUR",
    "ledger report circular --format json",
)
@with_moment
def report_command(
    ctx: typer.Context,
    as_of: Moment,
    name: Annotated[
        Report,
        typer.Argument(
            help="Pledges announced again as new, what became of pledges, pledges against what payers have, money that "
            "goes round, deals told by both sides, or stated totals against their parts."
        ),
    ],
    known: Annotated[
        Path | None,
        typer.Option("--known", metavar="CSV", help="For scale: columns name, measure, value, unit and year."),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="For delivery: the history of each pledge.")] = False,
    currency: Annotated[str, typer.Option("--currency", help="Currency of the amounts, as an ISO 4217 code.")] = "USD",
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Show what totals rest on and what becomes of pledges, with the quotes and with what it cannot know."""
    if (known is None) == (name is Report.SCALE):
        wrong = "needs --known CSV, a table of what payers have" if known is None else "takes no --known; leave it out"
        raise LedgerError(f"report {name} {wrong}")
    if each and name is not Report.DELIVERY:
        raise LedgerError(f"report {name} takes no --each; leave it out")
    frame = _reports(open_book(ctx), known, currency, each=each)[name](as_of=as_of)
    columns = COLUMNS.get("histories" if each else name.value, dict.fromkeys(frame.columns))
    show(frame, form, columns=columns, output=output, title=name.value)
    if form is ListingFormat.TABLE and output is None:
        from ledger.total.tellings import report_words  # noqa: PLC0415 - polars loads with the rows

        notes = report_words("notes")
        if name.value in notes:
            width = table_width(terminal=sys.stdout.isatty())
            typer.echo("\n".join(wrapped(f"What it cannot know: {notes[name.value]}", width)))


def _reports(
    book: "Book", known: Path | None, currency: str, *, each: bool
) -> Mapping[Report, "Callable[..., pl.DataFrame]"]:
    return {
        Report.RECYCLED: book.recycled,
        Report.DELIVERY: partial(book.delivery, by_actor=not each, currency=currency),
        Report.SCALE: partial(book.scale, known or "", currency=currency),
        Report.CIRCULAR: partial(book.circular, currency=currency),
        Report.TWO_SIDED: book.two_sided,
        Report.SELF_AUDIT: book.self_audit,
    }
