"""Verbs of review: review, decide, decisions, undo, import-decisions."""

import csv
import getpass
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.app import REVIEW, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import CLAIM_COLUMNS, DECISION_COLUMNS
from ledger.cli.explain import quote_lines
from ledger.cli.query import with_moment
from ledger.cli.show import ListingFormat, counted, show, text
from ledger.errors import InputError, LedgerError
from ledger.files import read_words
from ledger.money.amounts import row_words
from ledger.options import Moment
from schemas import DecisionKind

if TYPE_CHECKING:
    from ledger.book import Book
    from ledger.book.decide import DecisionDraft

AuthorOption = Annotated[
    str | None,
    typer.Option("--author", envvar="LEDGER_AUTHOR", help="Who decides. Without it, your login name."),
]
Note = Annotated[str, typer.Option("--note", help="Why.")]
COLUMNS = ("kind", "target", "other", "field", "value", "note")
KEYS = "[a]ccept [r]eject [c]orrect [s]kip [q]uit"


def author_of(given: str | None) -> str:
    """Who decides."""
    return given if given is not None else getpass.getuser()


@verb(
    REVIEW,
    'ledger decide reject 3f2a --note "a target, not a pledge"',
    "ledger decide correct 3f2a --field stage --value committed",
    'ledger decide correct 3f2a --field value --value "2.9 billion"',
    'ledger decide alias "Big Blue" IBM',
    "ledger decide same 3f2a 81c0",
    "ledger decide --file decisions.csv",
)
def decide_command(
    ctx: typer.Context,
    kind: Annotated[DecisionKind | None, typer.Argument(help="What is decided. Leave it out with --file.")] = None,
    target: Annotated[
        str | None, typer.Argument(help="A claim or commitment (a unique prefix of its id is enough), or a name.")
    ] = None,
    other: Annotated[str | None, typer.Argument(help="The other one, for same, different, part_of and alias.")] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="What a correction sets, such as value, unit, stage or actor.")
    ] = None,
    value: Annotated[str | None, typer.Option("--value", help='The right value. Join several names by "; ".')] = None,
    note: Note = "",
    author: AuthorOption = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="CSV", help=f"Many at once, with the columns {', '.join(COLUMNS)}.")
    ] = None,
) -> None:
    """Accept, reject or correct a claim, join or separate commitments, or say that two names are one."""
    book = open_book(ctx)
    if file is not None:
        before = book.decisions.height
        drafts = list(drafts_of(file))
        book.decide_all(drafts, author=author_of(author))
        typer.echo(f"{counted(book.decisions.height - before, 'decision')} kept, {len(drafts)} in {file}")
        return
    if kind is None or target is None:
        raise LedgerError("name a decision and its target: ledger decide KIND TARGET; see `ledger decide --help`")
    made = book.decide(kind, target, other, field=field, value=value, note=note, author=author_of(author))
    typer.echo(f"decision {made.decision_id}: {made.kind} {made.target}{f' {made.other}' if made.other else ''}")


@verb(REVIEW, "ledger decisions", "ledger decisions --format csv --output decisions.csv")
@with_moment
def decisions_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List every decision, earliest first, and whether it stands, was undone, or is left aside and why."""
    show(open_book(ctx).decisions_told(as_of), form, columns=DECISION_COLUMNS, output=output, title="decisions")


@verb(REVIEW, "ledger undo", 'ledger undo 5f0c --note "the wrong row"')
def undo_command(
    ctx: typer.Context,
    decision: Annotated[
        str | None,
        typer.Argument(
            metavar="[DECISION]", help="A decision; a unique prefix of its id is enough. Without it, the latest."
        ),
    ] = None,
    note: Note = "",
    author: AuthorOption = None,
) -> None:
    """Take back a decision. It stays in the list; to let it stand again, undo the undo."""
    book = open_book(ctx)
    made = book.undo(decision, author=author_of(author), note=note)
    typer.echo(f"decision {made.decision_id}: undo {made.target}")


@verb(
    REVIEW,
    "ledger import-decisions figures.xlsx",
    "ledger import-decisions figures.xlsx --author 'A. Analyst'",
    name="import-decisions",
)
def import_decisions_command(
    ctx: typer.Context,
    workbook: Annotated[Path, typer.Argument(metavar="XLSX", help="A workbook exported from this ledger.")],
    author: AuthorOption = None,
) -> None:
    """Keep what people wrote into the review columns of an exported workbook. The same workbook again adds nothing."""
    taken = open_book(ctx).import_decisions(workbook, author=author_of(author))
    for refused in taken.refused:
        typer.echo(f"ledger: {refused.cell}: not taken: {refused.reason}", err=True)
    kept = counted(len(taken.decisions), "decision")
    typer.echo(f"{kept} kept, {taken.known} known already, {len(taken.refused)} refused")
    if taken.refused and not taken.decisions and not taken.known:
        raise InputError(f"{workbook}: nothing could be taken; see the lines above")


def drafts_of(file: Path) -> "Iterator[DecisionDraft]":
    """The rows of a CSV of decisions; raises InputError with the line where one cannot be read."""
    from ledger.book.decide import DecisionDraft  # noqa: PLC0415 - see open_book

    try:
        rows = list(csv.DictReader(io.StringIO(read_words(file, "CSV"), newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{file}: cannot be read as CSV ({error})") from error
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if cells["kind"] not in set(DecisionKind) or not cells["target"]:
            choices = ", ".join(DecisionKind)
            raise InputError(f"{file}:{number}: needs a target and a valid kind; choose {choices}")
        optional = {name: cells[name] or None for name in ("other", "field", "value")}
        if optional["field"] is not None:
            optional["value"] = cells["value"]  # an empty value is one: no period, no recipient
        yield DecisionDraft(DecisionKind(cells["kind"]), cells["target"], note=cells["note"], **optional)


@verb(REVIEW, "ledger review", "ledger review --limit 100 --format csv --output review.csv")
@with_moment
def review_command(
    ctx: typer.Context,
    as_of: Moment,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many claims.")] = 20,
    author: AuthorOption = None,
) -> None:
    """Go through the claims that most deserve a look: large amounts with low confidence first.

    Without a terminal they are listed.
    """
    book = open_book(ctx)
    queue = book.review(limit, as_of)
    if form is ListingFormat.TABLE and output is None and sys.stdin.isatty() and sys.stdout.isatty():
        walk(book, queue.iter_rows(named=True), author_of(author), typer.prompt)
        return
    columns = {**CLAIM_COLUMNS, "confidence": None, "look_at": lambda row: text(row["review"])}
    show(queue, form, columns=columns, output=output, title="claims to look at")


def walk(book: "Book", rows: Iterator[Mapping[str, Any]], author: str, ask: Callable[..., str]) -> None:
    """Show each claim and keep what the person decides, until there are no more or the person quits."""
    for row in rows:
        (quote,) = book.why(row["claim_id"]).quotes
        typer.echo("\n".join(quote_lines(quote)))
        key = ask(KEYS, default="s")[:1].casefold()
        if key == "q":
            return
        try:
            _keep(book, row, key, author, ask)
        except LedgerError as error:
            typer.echo(f"not kept: {error}", err=True)


def _keep(book: "Book", row: Mapping[str, Any], key: str, author: str, ask: Callable[..., str]) -> None:
    kind = {"a": DecisionKind.ACCEPT, "r": DecisionKind.REJECT, "c": DecisionKind.CORRECT}.get(key)
    if kind is None:
        return
    field = ask("which attribute") if kind is DecisionKind.CORRECT else None
    value = ask("right value") if kind is DecisionKind.CORRECT else None
    note = ask("why", default="")
    made = book.decide(kind, row["claim_id"], field=field, value=value, note=note, author=author)
    typer.echo(f"kept: {made.kind} {row_words(row)}")
