"""Verbs that hand out: export and rates."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.app import GIVES, FormatOption, OutputOption, app, open_book, progress, verb
from ledger.cli.query import Query, RateDateOption, rate_day, with_query
from ledger.cli.show import Format, show
from ledger.errors import LedgerError

MANY = 5_000
FORMATS = ".xlsx, .csv, .parquet, .jsonl, .iati.xml, .jsonld, .html, or datapackage.json for a data package"
NOT_HERE = ("by", "basis", "parts", "deflators")
DEFAULT_NAME = "figures.xlsx"
Currency = Annotated[str, typer.Option("--currency", help="ISO 4217 code converted to.")]


class Profile(StrEnum):
    """For whom a workbook is."""

    ANALYST = "analyst"
    PUBLICATION = "publication"


@verb(
    GIVES,
    "ledger export figures.xlsx",
    "ledger export exports/ --profile publication",
    "ledger export package/datapackage.json",
    "ledger export space.xlsx --field space --since 2025-01-01 --currency EUR",
)
@with_query
def export(
    ctx: typer.Context,
    query: Query,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help=f"Where to; the suffix says the format: {FORMATS}. A folder that is there gets {DEFAULT_NAME}, a new one a data package.",
        ),
    ],
    profile: Annotated[
        Profile, typer.Option("--profile", help="A workbook to work with, or one to publish.")
    ] = Profile.ANALYST,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="LEDGER_CONTACT", help="Whom a reader of the workbook may ask.")
    ] = None,
) -> None:
    """Write a workbook or another format, every figure with its quote and source."""
    options = query.options()
    if any(options[name] != getattr(Query(), name) for name in NOT_HERE if name != "by") or options["by"]:
        raise LedgerError(
            f"an export holds the commitments and their totals by every column; leave out --{', --'.join(NOT_HERE)}"
        )
    target = path / DEFAULT_NAME if path.is_dir() else path
    book = open_book(ctx)
    wanted = {name: value for name, value in options.items() if name not in NOT_HERE}
    with progress("writing", shown=None if book.claims.collect().height >= MANY else False) as tick:
        for written in book.export(target, profile=profile, contact=contact, progress=tick, **wanted):
            typer.echo(f"wrote {written}")


rates_app = typer.Typer(
    help="The rates by which amounts are converted, each with its day and source; or add your own.",
    invoke_without_command=True,
)
app.add_typer(rates_app, name="rates", rich_help_panel=GIVES)


@rates_app.callback()
def rates(
    ctx: typer.Context,
    currency: Currency = "USD",
    rate_date: RateDateOption = "announcement",
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List the rates by which the ledger's commitments are converted, each with its day and source; a missing one is empty."""
    if ctx.invoked_subcommand is None:
        frame = open_book(ctx).rates(currency, rate_date=rate_day(rate_date))
        show(frame, form, columns=dict.fromkeys(frame.columns), output=output, title=f"rates into {currency}")


@rates_app.command("add")
def add_rates(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Columns unit, to, on, rate and optionally source.")],
) -> None:
    """Keep rates of your own; they are asked after those of the European Central Bank and HM Revenue & Customs."""
    book = open_book(ctx, create=True)
    typer.echo(f"{book.add_rates(file)} new rates kept")
