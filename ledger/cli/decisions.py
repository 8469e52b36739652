"""Verbs for people's word: review, decide, import-decisions."""

import csv
import getpass
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.amounts import amount
from ledger.cli.app import TELLS, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import CLAIM_COLUMNS
from ledger.cli.explain import quote_lines
from ledger.cli.show import Format, show, text
from ledger.errors import InputError, LedgerError
from schemas import DecisionKind

if TYPE_CHECKING:
    from ledger.book import Book
    from ledger.book.decide import Saying

AuthorOption = Annotated[
    str | None,
    typer.Option("--author", envvar="LEDGER_AUTHOR", help="Who says it; your login name unless you say otherwise."),
]
Note = Annotated[str, typer.Option("--note", help="Why.")]
COLUMNS = ("kind", "target", "other", "field", "value", "note")
KEYS = "[a]ccept [r]eject [c]orrect [s]kip [q]uit"


def author_of(given: str | None) -> str:
    """Who speaks."""
    return given if given is not None else getpass.getuser()


@verb(
    TELLS,
    'ledger decide reject 3f2a --note "a target, not a pledge"',
    "ledger decide correct 3f2a --field stage --value committed",
    'ledger decide alias "Big Blue" IBM',
    "ledger decide same 3f2a 81c0",
    "ledger decide --file decisions.csv",
)
def decide(
    ctx: typer.Context,
    kind: Annotated[DecisionKind | None, typer.Argument(help="What is said; nothing with --file.")] = None,
    target: Annotated[
        str | None, typer.Argument(help="A claim or commitment (the beginning of its id will do), or a name.")
    ] = None,
    other: Annotated[str | None, typer.Argument(help="The other one, for same, different, part_of and alias.")] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="What a correction sets: value, unit, stage, actor …")
    ] = None,
    value: Annotated[
        str | None, typer.Option("--value", help='The right value; several names are joined by "; ".')
    ] = None,
    note: Note = "",
    author: AuthorOption = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="CSV", help=f"Many at once, with the columns {', '.join(COLUMNS)}.")
    ] = None,
) -> None:
    """Overrule the ledger: accept, reject or correct a claim, tie or part commitments, say that two names are one."""
    book = open_book(ctx)
    if file is not None:
        before = book.decisions.height
        sayings = list(sayings_of(file))
        book.decide_all(sayings, author=author_of(author))
        typer.echo(f"{book.decisions.height - before} decisions kept, {len(sayings)} in {file}")
        return
    if kind is None or target is None:
        raise LedgerError("say what and of what: ledger decide KIND TARGET; see `ledger decide --help`")
    made = book.decide(kind, target, other, field=field, value=value, note=note, author=author_of(author))
    typer.echo(f"decision {made.decision_id}: {made.kind} {made.target}{f' {made.other}' if made.other else ''}")


@verb(
    TELLS,
    "ledger import-decisions figures.xlsx",
    "ledger import-decisions figures.xlsx --author 'A. Analyst'",
    name="import-decisions",
)
def import_decisions(
    ctx: typer.Context,
    workbook: Annotated[Path, typer.Argument(metavar="XLSX", help="A workbook exported from this ledger.")],
    author: AuthorOption = None,
) -> None:
    """Read back what people wrote into the review columns of an exported workbook; the same workbook again adds nothing."""
    taken = open_book(ctx).import_decisions(workbook, author=author_of(author))
    for refused in taken.refused:
        typer.echo(f"ledger: {refused.cell}: not taken: {refused.reason}", err=True)
    typer.echo(f"{len(taken.decisions)} decisions kept, {taken.known} known already, {len(taken.refused)} refused")
    if taken.refused and not taken.decisions and not taken.known:
        raise InputError(f"{workbook}: nothing could be taken; see the lines above")


def sayings_of(file: Path) -> "Iterator[Saying]":
    """The rows of a CSV of decisions; raises InputError with the line where one cannot be read."""
    from ledger.book.decide import Saying  # noqa: PLC0415 - see open_book

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as CSV ({error})") from error
    for number, row in enumerate(rows, 2):
        said = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if said["kind"] not in set(DecisionKind) or not said["target"]:
            raise InputError(
                f"{file}:{number}: needs a target and a kind out of {', '.join(DecisionKind)}, has {said['kind']!r}"
            )
        optional = {name: said[name] or None for name in ("other", "field", "value")}
        yield Saying(DecisionKind(said["kind"]), said["target"], note=said["note"], **optional)


@verb(TELLS, "ledger review", "ledger review --limit 100 --format csv --output review.csv")
def review(
    ctx: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many claims.")] = 20,
    author: AuthorOption = None,
) -> None:
    """Walk the claims that most deserve a look, the largest amount with the least confidence first; without a terminal, list them."""
    book = open_book(ctx)
    queue = book.review(limit)
    if form is Format.TABLE and output is None and sys.stdin.isatty() and sys.stdout.isatty():
        walk(book, queue.iter_rows(named=True), author_of(author), typer.prompt)
        return
    columns = {**CLAIM_COLUMNS, "confidence": None, "look_at": lambda row: text(row["review"])}
    show(queue, form, columns=columns, output=output, title="claims to look at")


def walk(book: "Book", rows: Iterator[Mapping[str, Any]], author: str, ask: Callable[..., str]) -> None:
    """Show each claim and keep what the person says of it until there are no more or it is enough."""
    for row in rows:
        (quote,) = book.why(row["claim_id"]).quotes
        typer.echo("\n".join(quote_lines(quote)))
        said = ask(KEYS, default="s")[:1].casefold()
        if said == "q":
            return
        try:
            _keep(book, row, said, author, ask)
        except LedgerError as error:
            typer.echo(f"not kept: {error}", err=True)


def _keep(book: "Book", row: Mapping[str, Any], said: str, author: str, ask: Callable[..., str]) -> None:
    kind = {"a": DecisionKind.ACCEPT, "r": DecisionKind.REJECT, "c": DecisionKind.CORRECT}.get(said)
    if kind is None:
        return
    field = ask("which attribute") if kind is DecisionKind.CORRECT else None
    value = ask("what is right") if kind is DecisionKind.CORRECT else None
    note = ask("why", default="")
    made = book.decide(kind, row["claim_id"], field=field, value=value, note=note, author=author)
    typer.echo(f"kept: {made.kind} {amount(row)}")
