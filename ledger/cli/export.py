"""Verbs of export: export and rates."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.app import EXPORT, ExcelOption, FormatOption, OutputOption, app, open_book, progress, verb, with_excel
from ledger.cli.commands import Group, Verb
from ledger.cli.query import RateDateOption, with_moment, with_total_options
from ledger.cli.show import ListingFormat, counted, show
from ledger.options import Moment, TotalOptions

MANY = 5_000
FORMATS = ".xlsx, .csv, .parquet, .jsonl, .iati.xml, .jsonld, .html, or datapackage.json for a data package"
DEFAULT_NAME = "figures.xlsx"
Currency = Annotated[str, typer.Option("--currency", help="Currency converted to, as an ISO 4217 code.")]


class Profile(StrEnum):
    """Whom a workbook is for."""

    ANALYST = "analyst"
    PUBLICATION = "publication"


@verb(
    EXPORT,
    "ledger export figures.xlsx",
    "ledger export exports/ --profile publication",
    "ledger export package/datapackage.json",
    "ledger export space.xlsx --field space --since 2025-01-01 --currency EUR",
    "ledger export figures.xlsx --groups groups.toml",
    "ledger export figures.csv --excel",
)
@with_total_options
def export_command(
    ctx: typer.Context,
    options: TotalOptions,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help=f"The file to write; its suffix says the format: {FORMATS}. "
            f"A folder that exists gets {DEFAULT_NAME}, a new one a data package.",
        ),
    ],
    profile: Annotated[
        Profile, typer.Option("--profile", help="A workbook to work in, or one to publish.")
    ] = Profile.ANALYST,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="LEDGER_CONTACT", help="Whom a reader of the workbook can ask.")
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups", metavar="TOML", help="Groups of actors, which get totals of their own in a workbook: EU, G7 …"
        ),
    ] = None,
    excel: ExcelOption = False,
) -> None:
    """Write a workbook or another format, each figure with its quote and source."""
    target = path / DEFAULT_NAME if _is_folder(path) else path
    book = open_book(ctx)
    found = None if groups is None else book.groups(groups, as_of=options.as_of)
    if found is not None:
        from ledger.book.groups import unknown_names  # noqa: PLC0415 - see open_book

        for line in unknown_names(found, book.derived(options.as_of)):
            typer.echo(f"{groups}: {line}", err=True)
    with progress("writing", shown=None if book.claims.collect().height >= MANY else False) as tick:
        made = book.export_of(
            target, options, profile=profile, contact=contact, groups=found, excel=excel, progress=tick
        )
        for written in made:
            typer.echo(f"wrote {written}")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long: the export says so
        return False


rates_app = typer.Typer(
    cls=Group,
    help="List the rates by which amounts are converted, or add your own.",
    invoke_without_command=True,
)
app.add_typer(rates_app, name="rates", rich_help_panel=EXPORT)


@rates_app.callback()
@with_excel
@with_moment
def rates_command(
    ctx: typer.Context,
    as_of: Moment,
    currency: Currency = "USD",
    rate_date: RateDateOption = "announcement",
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List the rates by which commitments are converted, each with its day and source. A missing rate is empty."""
    if ctx.invoked_subcommand is None:
        frame = open_book(ctx).rates(currency, as_of=as_of, rate_date=rate_date)
        show(frame, form, columns=dict.fromkeys(frame.columns), output=output, title=f"rates into {currency}")


@rates_app.command("add", cls=Verb)
def add_rates_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Columns unit, to, on, rate and optionally source.")],
) -> None:
    """Keep your own rates. They are used where the European Central Bank and HM Revenue & Customs have none."""
    book = open_book(ctx, create=True)
    typer.echo(f"{counted(book.add_rates(file), 'new rate')} kept")
