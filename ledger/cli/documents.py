"""Verbs of documents: documents and documents set."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.app import QUERY, FormatOption, OutputOption, app, open_book, progress, with_excel
from ledger.cli.columns import short_id
from ledger.cli.commands import Group, Verb
from ledger.cli.completion import complete_document
from ledger.cli.decisions import AuthorOption, author_of
from ledger.cli.query import with_listing_options
from ledger.cli.shape import Shape, listing
from ledger.cli.show import Cell, ListingFormat, counted
from ledger.errors import LedgerError
from ledger.options import TotalOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas import Decision

SHOWN = 10
COLUMNS: Mapping[str, Cell | None] = {
    "document": short_id("document_id"),
    "source": lambda row: ", ".join(row["sources"]),
    "published": None,
    "publisher": None,
    "title": None,
    "claims": None,
}
LINKS: Mapping[str, str] = {"copy of": "duplicate_of", "replaced by": "replaced_by"}
"""Columns that are shown where a document has any."""

documents_app = typer.Typer(
    cls=Group, help="List the documents, or set what is known of them.", invoke_without_command=True
)
app.add_typer(documents_app, name="documents", rich_help_panel=QUERY)


@documents_app.callback()
@with_excel
@with_listing_options
def documents_command(
    ctx: typer.Context,
    options: TotalOptions,
    shape: Shape,
    undated: Annotated[bool, typer.Option("--undated", help="Only those without a day of publication.")] = False,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """List the documents: where each came from, its day and publisher, and what it is a copy of."""
    if ctx.invoked_subcommand is not None:
        return
    from ledger.book.listing import documents_chosen  # noqa: PLC0415 - see open_book

    known, asked = open_book(ctx).asked(options)
    frame = documents_chosen(known, asked)
    kept = frame.filter(frame["published"].is_null()) if undated else frame
    links = {name: short_id(column) for name, column in LINKS.items() if kept[column].count()}
    title = "documents without a day" if undated else "documents"
    listing(kept, form, {**COLUMNS, **links}, shape, known=known, output=output, title=title)


@documents_app.command("set", cls=Verb)
def set_documents_command(
    ctx: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|PATTERN",
            autocompletion=complete_document,
            help="A document; a unique prefix of its id is enough; or a pattern of sources.",
        ),
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", metavar="DAY", help='The day of publication; "" is unknown.')
    ] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help='Who published it; "" is unknown.')] = None,
    url: Annotated[str | None, typer.Option("--url", help='The web address of the article; "" is unknown.')] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="CSV", help="Many at once: columns document, published, publisher, url."),
    ] = None,
    names: Annotated[
        Path | None, typer.Option("--names", metavar="TOML", help="Your own names, for articles that are read again.")
    ] = None,
    author: AuthorOption = None,
) -> None:
    """Set the day, publisher or address of documents, each as a decision; undo takes it back.

    An article whose day changes is read again: "next year" is another year then.
    """
    from ledger.book.describe import DocumentFacts, facts_in  # noqa: PLC0415 - see open_book

    given = {"published": published, "publisher": publisher, "url": url}
    said = {name: value for name, value in given.items() if value is not None}
    if (file is None) == (target is None) or (file is not None and said):
        raise LedgerError("name a document and what to set, or --file CSV; see `ledger documents set --help`")
    facts = list(facts_in(file)) if file is not None else [DocumentFacts(str(target), said)]
    with progress("reading") as tick:
        made = open_book(ctx).describe(facts, author=author_of(author), names=names, progress=tick)
    tell_described(made)
    typer.echo(f"{counted(len(made), 'fact')} set of {counted(len({one.target for one in made}), 'document')}")


def tell_described(made: "Iterable[Decision]") -> None:
    """Tell what was set of documents."""
    told = list(made)
    for decision in told[:SHOWN]:
        typer.echo(f"document {decision.target[:8]}: {decision.field} {decision.value or 'unknown'}")
    if len(told) > SHOWN:
        typer.echo(f"and {counted(len(told) - SHOWN, 'fact')} more")
