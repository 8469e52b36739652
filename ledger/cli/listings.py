"""Verbs that list: claims, commitments, totals, exclusions, actors, history, problems."""

from typing import Annotated

import typer

from ledger.cli.app import QUERY, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import CLAIM_COLUMNS, COMMITMENT_COLUMNS, EXCLUSION_COLUMNS, RUN_COLUMNS
from ledger.cli.query import with_listing_options, with_moment, with_total_options
from ledger.cli.shape import Shape, listing
from ledger.cli.show import NO_NOTES, ListingFormat, show
from ledger.cli.totals import total_columns, totals_notes
from ledger.options import Moment, TotalOptions
from schemas import Severity


@verb(
    QUERY,
    "ledger claims",
    "ledger claims --actor Sony --sort amount --limit 20",
    "ledger claims --format jsonl | jq .exact",
)
@with_listing_options
def claims_command(
    ctx: typer.Context,
    options: TotalOptions,
    shape: Shape,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List every claim: the figure, its words, who commits what to whom, and its commitment."""
    from ledger.book.listing import claims_chosen  # noqa: PLC0415 - see open_book

    known, asked = open_book(ctx).asked(options)
    listing(claims_chosen(known, asked), form, CLAIM_COLUMNS, shape, output=output, title="claims", known=known)


@verb(
    QUERY,
    "ledger commitments",
    "ledger commitments --field space --columns actor,amount,stage",
    "ledger commitments --format csv --output commitments.csv",
)
@with_listing_options
def commitments_command(
    ctx: typer.Context,
    options: TotalOptions,
    shape: Shape,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List every real-world pledge once, however often it was told."""
    from ledger.book.listing import commitments_chosen  # noqa: PLC0415 - see open_book

    known, asked = open_book(ctx).asked(options)
    rows = commitments_chosen(known, asked)
    listing(rows, form, COMMITMENT_COLUMNS, shape, output=output, title="commitments", known=known)


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
    book = open_book(ctx)
    frame = book.totals_of(options)
    notes = totals_notes(book, options, frame) if form is ListingFormat.TABLE else NO_NOTES
    title = f"totals in {options.currency.upper()}"
    show(frame, form, columns=total_columns(frame), output=output, title=title, notes=notes)


@verb(
    QUERY,
    "ledger exclusions",
    "ledger exclusions --actor Sony",
    "ledger exclusions --format jsonl | jq .exclusion_reason",
)
@with_listing_options
def exclusions_command(
    ctx: typer.Context,
    options: TotalOptions,
    shape: Shape,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List every claim that adds nothing to a total, with the reason."""
    from ledger.book.listing import exclusions_chosen  # noqa: PLC0415 - see open_book

    known, asked = open_book(ctx).asked(options)
    rows = exclusions_chosen(known, asked)
    listing(rows, form, EXCLUSION_COLUMNS, shape, output=output, title="exclusions", known=known)


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
