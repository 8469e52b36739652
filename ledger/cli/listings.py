"""Verbs that list: claims, commitments, totals, exclusions, actors, history, problems."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.app import QUERY, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import (
    CLAIM_COLUMNS,
    COMMITMENT_COLUMNS,
    EXCLUSION_COLUMNS,
    RUN_COLUMNS,
    name_cell,
    short_number,
)
from ledger.cli.query import moment, with_total_options
from ledger.cli.show import Cell, ListingFormat, show
from ledger.options import TotalOptions
from schemas import Severity

if TYPE_CHECKING:
    import polars as pl

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=moment, metavar="WHEN", help="The ledger as it stood after this day."),
]


@verb(QUERY, "ledger claims", "ledger claims --format jsonl | jq .exact")
def claims_command(
    ctx: typer.Context, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None, as_of: AsOf = None
) -> None:
    """List every claim: the figure, its words, who commits what to whom, and its commitment."""
    show(open_book(ctx).rows(as_of), form, columns=CLAIM_COLUMNS, output=output, title="claims")


@verb(QUERY, "ledger commitments", "ledger commitments --format csv --output commitments.csv")
def commitments_command(
    ctx: typer.Context, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None, as_of: AsOf = None
) -> None:
    """List every real-world pledge once, however often it was told."""
    show(
        open_book(ctx).resolution(as_of).commitments,
        form,
        columns=COMMITMENT_COLUMNS,
        output=output,
        title="commitments",
    )


@verb(
    QUERY,
    "ledger totals",
    "ledger totals --by actor --by field --currency EUR",
    "ledger totals --by year --stage-floor committed --field semiconductors",
)
@with_total_options
def totals_command(
    ctx: typer.Context, options: TotalOptions, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """Sum commitments, each counted once, as an interval from low to high."""
    frame = open_book(ctx).totals_of(options)
    show(frame, form, columns=_total_columns(frame), output=output, title=f"totals in {options.currency}")


def _total_columns(frame: "pl.DataFrame") -> Mapping[str, Cell | None]:
    """The columns of a table of totals: scaled amounts, and only the stages and left-out amounts that there are."""
    amounts = {name for name in frame.columns if name in ("low", "high", *BESIDE) or name.startswith("stated")}
    optional = {name for name in amounts if name in BESIDE or name.startswith("stated_")}
    bare = {name for name in optional if not (frame[name] != 0).any()}
    shown = [name for name in frame.columns if name not in {*bare, "open_ended"}]
    return {
        name: short_number(name) if name in amounts else name_cell(name) if name in NAMED else None for name in shown
    }


BESIDE = ("undecided", "not_itemised")
"""Columns of what the sums leave out."""
NAMED = frozenset({"actor", "recipient", "field"})
"""Columns of totals that an article may leave unsaid."""


@verb(QUERY, "ledger exclusions", "ledger exclusions --format jsonl | jq .exclusion_reason")
def exclusions_command(
    ctx: typer.Context, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None, as_of: AsOf = None
) -> None:
    """List every claim that adds nothing to a total, with the reason."""
    show(open_book(ctx).exclusions(as_of), form, columns=EXCLUSION_COLUMNS, output=output, title="exclusions")


@verb(QUERY, "ledger actors", "ledger actors --alike", 'ledger decide alias "Big Blue" IBM')
def actors_command(
    ctx: typer.Context,
    alike: Annotated[bool, typer.Option("--alike", help="List pairs of names that may be one.")] = False,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List the names of actors and recipients, with the words used for each."""
    book = open_book(ctx)
    frame = book.proposed_aliases() if alike else book.actors()
    show(
        frame,
        form,
        columns=dict.fromkeys(frame.columns),
        output=output,
        title="names that may be one" if alike else "actors",
    )


@verb(QUERY, "ledger history", "ledger totals --as-of 2026-03-01")
def history_command(ctx: typer.Context, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None) -> None:
    """List the runs that made the ledger, earliest first."""
    show(open_book(ctx).history(), form, columns=RUN_COLUMNS, output=output, title="runs")


@verb(QUERY, "ledger problems")
def problems_command(ctx: typer.Context, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None) -> None:
    """List what could not be read or kept: unreadable files, claims that failed a check."""
    noted = open_book(ctx).problems.sort("where", "rule", "message").collect()
    frame = noted.filter(noted["severity"] != Severity.NOTE.value)
    show(
        frame,
        form,
        columns={"where": None, "rule": None, "severity": None, "message": None},
        output=output,
        title="problems",
    )
