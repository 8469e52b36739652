"""Verbs of decisions: decide, decisions, undo, import-decisions."""

import csv
import getpass
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.app import REVIEW, FormatOption, OutputOption, open_book, verb
from ledger.cli.columns import DECISION_COLUMNS
from ledger.cli.completion import complete_decision, complete_name_or_id
from ledger.cli.effects import CHANGE_COLUMNS, effect_lines, total_words
from ledger.cli.query import with_moment
from ledger.cli.show import ListingFormat, counted, one_line, show, table_width
from ledger.errors import ExitCode, InputError, LedgerError
from ledger.files import read_words
from ledger.options import Moment
from schemas import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.book.cache import Derived
    from ledger.book.decide import DecisionDraft
    from schemas import Decision

AuthorOption = Annotated[
    str | None,
    typer.Option("--author", envvar="LEDGER_AUTHOR", help="Who decides. Without it, your login name."),
]
Note = Annotated[str, typer.Option("--note", help="Why.")]
MOST_CHANGES = 10
"""Actors whose change is told at most."""
COLUMNS = ("kind", "target", "other", "field", "value", "note")


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
        str | None,
        typer.Argument(
            autocompletion=complete_name_or_id,
            help="A claim or commitment (a unique prefix of its id, from four characters, is enough), or a name.",
        ),
    ] = None,
    other: Annotated[
        str | None,
        typer.Argument(
            autocompletion=complete_name_or_id, help="The other one, for same, different, part_of and alias."
        ),
    ] = None,
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
        before, number = book.derived(), book.decisions.height
        drafts = list(drafts_of(file))
        book.decide_all(drafts, author=author_of(author))
        typer.echo(f"{counted(book.decisions.height - number, 'decision')} kept, {len(drafts)} in {file}")
        tell_total(before, book.derived())
        return
    if kind is None or target is None:
        raise LedgerError("name a decision and its target: ledger decide KIND TARGET; see `ledger decide --help`")
    before = book.derived()
    made = book.decide(kind, target, other, field=field, value=value, note=note, author=author_of(author))
    tell_effect(made, before, book.derived())


def tell_effect(made: "Decision", before: "Derived", after: "Derived") -> None:
    """Tell what was decided, what it is about before and after, and what became of the total."""
    from ledger.book.effect import seen  # noqa: PLC0415 - see open_book

    what = [made.kind, made.target, made.other, made.field, made.value]
    typer.echo(one_line(f"decision {made.decision_id}: {' '.join(str(part) for part in what if part)}"))
    for line in effect_lines(seen(before, made), seen(after, made, before), table_width(terminal=sys.stdout.isatty())):
        typer.echo(line)


def tell_total(before: "Derived", after: "Derived") -> None:
    """Tell what became of the total."""
    from ledger.book.effect import total_of  # noqa: PLC0415 - see open_book

    typer.echo(f"total   {total_words(total_of(before), total_of(after))}")


@verb(REVIEW, "ledger decisions", "ledger decisions --format csv --output decisions.csv")
@with_moment
def decisions_command(
    ctx: typer.Context, as_of: Moment, form: FormatOption = ListingFormat.TABLE, output: OutputOption = None
) -> None:
    """List every decision with its number, earliest first, and whether it stands, was undone, or is left aside."""
    show(open_book(ctx).decisions_told(as_of), form, columns=DECISION_COLUMNS, output=output, title="decisions")


@verb(REVIEW, "ledger undo", "ledger undo 3", 'ledger undo 5f0c --note "the wrong row"')
def undo_command(
    ctx: typer.Context,
    decision: Annotated[
        str | None,
        typer.Argument(
            metavar="DECISION",
            autocompletion=complete_decision,
            help="A decision, by its number or a unique prefix of its id. Without it, the latest.",
        ),
    ] = None,
    note: Note = "",
    author: AuthorOption = None,
) -> None:
    """Take back a decision. It stays in the list; to let it stand again, undo the undo."""
    book = open_book(ctx)
    before = book.derived()
    made = book.undo(decision, author=author_of(author), note=note)
    typer.echo(f"decision {made.decision_id}: undo {made.target}")
    tell_total(before, book.derived())


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
    """Keep what people wrote into the review columns of an exported workbook, and tell what that changed.

    The same workbook again adds nothing.
    """
    book = open_book(ctx)
    before = book.derived()
    taken = book.import_decisions(workbook, author=author_of(author))
    for refused in taken.refused:
        typer.echo(one_line(f"ledger: {refused.cell}: not taken: {refused.reason}"), err=True)
    kept = counted(len(taken.decisions), "decision")
    typer.echo(f"{kept} kept, {taken.known:,} known already, {len(taken.refused):,} refused")
    if taken.undone:
        typer.echo(f"{taken.undone:,} of those known undone since, and left so; see `ledger decisions`")
    tell_changes(before, book.derived())
    if taken.refused:
        raise typer.Exit(ExitCode.INCOMPLETE)


def tell_changes(before: "Derived", after: "Derived") -> None:
    """Tell what became of the total, and of those by actor."""
    from ledger.book.effect import changes_between  # noqa: PLC0415 - see open_book

    tell_total(before, after)
    by_actor = changes_between(before, after, "USD").filter(of="actor")
    if by_actor.height:
        title = "what changed in the totals by actor, in USD"
        show(by_actor.head(MOST_CHANGES), ListingFormat.TABLE, columns=CHANGE_COLUMNS, title=title)
    if by_actor.height > MOST_CHANGES:
        typer.echo(f"and {by_actor.height - MOST_CHANGES:,} more; see `ledger totals --by actor`")


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
