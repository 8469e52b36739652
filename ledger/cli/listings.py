"""Verbs that list: claims, commitments, totals, exclusions, actors, history, problems."""

from collections.abc import Mapping
from enum import StrEnum
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
from ledger.cli.query import with_moment, with_total_options
from ledger.cli.show import Cell, ListingFormat, show
from ledger.options import Moment, TotalOptions
from schemas import Severity

if TYPE_CHECKING:
    import polars as pl


@verb(QUERY, "ledger claims", "ledger claims --format jsonl | jq .exact")
@with_moment
def claims_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List every claim: the figure, its words, who commits what to whom, and its commitment."""
    show(open_book(ctx).rows(as_of), form, columns=CLAIM_COLUMNS, output=output, title="claims")


@verb(QUERY, "ledger commitments", "ledger commitments --format csv --output commitments.csv")
@with_moment
def commitments_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
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
@with_moment
def exclusions_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List every claim that adds nothing to a total, with the reason."""
    show(open_book(ctx).exclusions(as_of), form, columns=EXCLUSION_COLUMNS, output=output, title="exclusions")


class Report(StrEnum):
    """What can be shown beside totals."""

    TWO_SIDED = "two-sided"
    SELF_AUDIT = "self-audit"
    RECYCLING = "recycling"


@verb(QUERY, "ledger report recycling", "ledger report self-audit --format csv")
@with_moment
def report_command(
    ctx: typer.Context,
    as_of: Moment,
    name: Annotated[
        Report, typer.Argument(help="Deals told by both sides, totals against their parts, or pledges told again.")
    ],
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Show deals as payer and recipient tell them, stated totals against their parts, or pledges announced again."""
    book = open_book(ctx)
    frame = {Report.TWO_SIDED: book.two_sided, Report.SELF_AUDIT: book.self_audit, Report.RECYCLING: book.recycling}[
        name
    ](as_of)
    show(frame, form, columns=dict.fromkeys(frame.columns), output=output, title=name.value)


@verb(QUERY, "ledger actors", "ledger actors --alike", 'ledger decide alias "Big Blue" IBM')
@with_moment
def actors_command(
    ctx: typer.Context,
    as_of: Moment,
    alike: Annotated[bool, typer.Option("--alike", help="List pairs of names that may be one.")] = False,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List the names of actors and recipients, with the words used for each."""
    book = open_book(ctx)
    frame = book.proposed_aliases(as_of) if alike else book.actors(as_of)
    show(
        frame,
        form,
        columns=dict.fromkeys(frame.columns),
        output=output,
        title="names that may be one" if alike else "actors",
    )


@verb(QUERY, "ledger history", "ledger totals --as-of 2026-03-01", "ledger totals --version 3")
@with_moment
def history_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List the runs that made the ledger, earliest first, each with the version that it made.

    A version is the numbers of runs, decisions and rates; its first number alone will do.
    """
    show(open_book(ctx).history(as_of), form, columns=RUN_COLUMNS, output=output, title="runs")


@verb(QUERY, "ledger problems")
@with_moment
def problems_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List what could not be read or kept: unreadable files, claims that failed a check."""
    noted = open_book(ctx).snapshot(as_of).problems.sort("where", "rule", "message").collect()
    frame = noted.filter(noted["severity"] != Severity.NOTE.value)
    show(
        frame,
        form,
        columns={"where": None, "rule": None, "severity": None, "message": None},
        output=output,
        title="problems",
    )
