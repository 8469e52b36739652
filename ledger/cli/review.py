"""The verb review: what deserves a look first, decided with one key each, and how well reviewers see."""

import sys
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.app import REVIEW, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import CLAIM_COLUMNS
from ledger.cli.decisions import AuthorOption, author_of
from ledger.cli.query import with_moment
from ledger.cli.show import Cell, ListingFormat, counted, show
from ledger.cli.walk import Walk, ask_in_terminal
from ledger.errors import LedgerError
from ledger.lexicons.labels import label
from ledger.money.amounts import scaled
from ledger.options import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from ledger.book import Book
    from ledger.book.review import Planted

COLUMNS: "Mapping[str, Cell | None]" = {
    **CLAIM_COLUMNS,
    "effect": lambda row: scaled(round(row["effect"])) if row["effect"] else "",
    "confidence": lambda row: f"{row['confidence']:.2f}",
    "look_at": lambda row: "; ".join(label("note", note) for note in row["review"]),
}
AGREEMENT: "Mapping[str, Cell | None]" = {
    "reviewer": None,
    "other": None,
    "both": None,
    "agree": None,
    "share": lambda row: f"{100 * row['share']:.0f} %",
    "kappa": lambda row: "" if row["kappa"] is None else f"{row['kappa']:.2f}",
    "differ": lambda row: " ".join(name[:8] for name in row["differ"]),
}


@verb(
    REVIEW,
    "ledger review",
    "ledger review --author Ana --planted 3",
    "ledger review --author Bo --second",
    "ledger review --agreement",
    "ledger review --limit 100 --format csv --output review.csv",
)
@with_moment
def review_command(
    ctx: typer.Context,
    as_of: Moment,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="How many claims.")] = 20,
    author: AuthorOption = None,
    second: Annotated[
        bool, typer.Option("--second", help="Go through what others decided on and you did not.")
    ] = False,
    planted: Annotated[
        int,
        typer.Option(
            "--planted",
            min=0,
            metavar="N",
            help="Mix in N claims with a wrong amount, and say at the end how many were caught. None is stored.",
        ),
    ] = 0,
    agreement: Annotated[
        bool, typer.Option("--agreement", help="List how far reviewers agree on what both decided on.")
    ] = False,
) -> None:
    """Go through the claims that most deserve a look: by the money that counts, times the doubt.

    Each is decided with one key. Without a terminal they are listed.
    """
    book = open_book(ctx)
    if agreement:
        show(book.agreement(as_of), form, columns=AGREEMENT, output=output, title="agreement")
        return
    queue = book.review(second=author_of(author) if second else None, as_of=as_of)
    rows = queue.head(limit)
    walked = form is ListingFormat.TABLE and output is None and sys.stdin.isatty() and sys.stdout.isatty()
    if walked and rows.height:
        walk = Walk(book, author_of(author), ask_in_terminal)
        walk.through(rows.rows(named=True), plant(book, rows, planted, Random()))  # noqa: S311 - no secret
        if second:
            tell_agreement(book, author_of(author))
        return
    if planted:
        raise LedgerError("planted claims are for a walk in a terminal; leave out --planted, --format and --output")
    show(rows, form, columns=COLUMNS, output=output, title="claims to look at")


def plant(book: "Book", rows: "pl.DataFrame", number: int, random: Random) -> "dict[int, Planted]":
    """Up to `number` claims with a wrong amount, each by the row before which it is shown."""
    from ledger.book.review import planted  # noqa: PLC0415 - see open_book

    made = planted(book.derived(), number, rows["claim_id"].to_list(), random)
    if len(made) < number:
        typer.echo(f"only {counted(len(made), 'other claim')} can be planted", err=True)
    places = random.sample(range(rows.height + 1), min(len(made), rows.height + 1))
    return dict(zip(places, made, strict=False))


def tell_agreement(book: "Book", author: str) -> None:
    """Tell how far a reviewer agrees with each other one."""
    for row in book.agreement().iter_rows(named=True):
        if author in (row["reviewer"], row["other"]):
            other = row["other"] if row["reviewer"] == author else row["reviewer"]
            typer.echo(f"agreement with {other}: {row['agree']:,} of {counted(row['both'], 'claim')}")
