"""The verb publish: a static site of the ledger."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.app import EXPORT, open_book, progress, verb
from ledger.cli.query import with_total_options
from ledger.cli.show import counted
from ledger.options import TotalOptions

TITLE = "Figures ledger"
QUOTE = 240
"""As `ledger.export.site.QUOTE`, which would load polars for `--help`."""


@verb(
    EXPORT,
    "ledger publish public/",
    'ledger publish public/ --title "Chips in Europe" --field semiconductors --currency EUR --quote 120',
)
@with_total_options
def publish_command(
    ctx: typer.Context,
    options: TotalOptions,
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="A new or empty folder, or a site published before, which is replaced."),
    ],
    title: Annotated[str, typer.Option("--title", help="The name of the site.")] = TITLE,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="LEDGER_CONTACT", help="Whom a reader of the site can ask.")
    ] = None,
    quote: Annotated[
        int,
        typer.Option(
            "--quote", metavar="N", help="Characters of an article that one quote may have; 0 for the figure alone."
        ),
    ] = QUOTE,
) -> None:
    """Write a web site of the ledger: pages and downloads that need no script and fetch nothing."""
    book = open_book(ctx)
    from ledger.book.query import known_currency  # noqa: PLC0415 - see open_book
    from ledger.export import Site  # noqa: PLC0415

    currency = known_currency(options.currency)
    site = Site(title, contact, quote, currency, options.stage_floor, options.allocation)
    pages = 0

    with progress("publishing") as tick:

        def told(_: int) -> None:
            nonlocal pages
            pages += 1
            tick()

        book.publish_of(folder, options.but(currency=currency), site, progress=told)
    typer.echo(f"published {counted(pages, 'page')} to {folder}")
