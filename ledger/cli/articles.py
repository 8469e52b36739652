"""Verbs that read articles: extract and ingest."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.app import READ, FormatOption, OutputOption, open_book, progress, verb
from ledger.cli.columns import CLAIM_COLUMNS
from ledger.cli.decisions import AuthorOption, author_of
from ledger.cli.documents import tell_described
from ledger.cli.explain import explained_lines
from ledger.cli.query import day
from ledger.cli.show import Cell, ListingFormat, counted, show, write_text
from ledger.cli.watch import refuse_beside_feed, tell_watched, watch
from ledger.errors import ExitCode, InputError, LedgerError
from ledger.options import Attributor
from schemas import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger.book.ingest import Ingestion


def mapping(said: str) -> dict[str, str]:
    """Fields and columns of "text=body,title=headline".

    >>> mapping("text=body, title=Head line")
    {'text': 'body', 'title': 'Head line'}
    """
    from ledger.read.mapping import mapping_of  # noqa: PLC0415 - see open_book

    try:
        return mapping_of(said)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None


Sources = Annotated[
    list[str], typer.Argument(metavar="PATH…", help="Files, folders, web addresses, or - for standard input.")
]
MaybeSources = Annotated[
    list[str] | None, typer.Argument(metavar="PATH…", help="Files, folders, web addresses, or - for standard input.")
]
Metadata = Annotated[
    Path | None,
    typer.Option(
        "--metadata", metavar="CSV", help="A CSV with any of the columns file, title, publisher, published, url."
    ),
]
Published = Annotated[
    date | None,
    typer.Option("--published", parser=day, metavar="DAY", help="The day on which the articles were published."),
]
Publisher = Annotated[str | None, typer.Option("--publisher", help="Who published the articles.")]
Address = Annotated[str | None, typer.Option("--source-url", metavar="URL", help="The web address of the article.")]
ColumnMap = Annotated[
    dict[str, str] | None,
    typer.Option(
        "--map",
        parser=mapping,
        metavar="FIELD=COLUMN,…",
        help="Columns of a table of articles: text, title, published, url, publisher, author, language, number.",
    ),
]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private-addresses", help="Fetch from hosts that are not public too, as in your own network."),
]
OwnNames = Annotated[
    Path | None,
    typer.Option(
        "--names", metavar="TOML", help="Your own names: a [[name]] table for each, with type, country and aliases."
    ),
]
Attributing = Annotated[
    Attributor,
    typer.Option(
        "--attributor",
        envvar="LEDGER_ATTRIBUTOR",
        help="fast uses features; accurate uses a network as well; auto is accurate where it is installed.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", min=1, metavar="N", help="Processes that read many articles; one a core by default."
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="A Dask cluster that reads instead: its scheduler's address."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what is new, there already or cannot be read, and store nothing.")
]
SHOWN = 10


@verb(
    READ,
    "ledger extract article.txt",
    "ledger extract seeds --format jsonl > claims.jsonl",
    "ledger extract - < article.txt",
    "ledger extract article.txt --explain",
)
def extract_command(
    paths: Sources,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
    metadata: Metadata = None,
    published: Published = None,
    publisher: Publisher = None,
    source_url: Address = None,
    columns: ColumnMap = None,
    allow_private: AllowPrivate = False,
    names: OwnNames = None,
    attributor: Attributing = Attributor.AUTO,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show the words and rules behind each claim, and what was refused and why."),
    ] = False,
) -> None:
    """Print the claims of articles, and store nothing."""
    given = _given(metadata, published, publisher, source_url, columns, allow_private)
    choices = given | {"names": names, "attributor": attributor}
    _tell_columns(paths, columns)
    if explain:
        _explain(paths, output, choices)
        return
    from ledger.book.explain import extract_rows  # noqa: PLC0415 - see open_book

    with progress("reading") as tick:
        rows, problems = extract_rows(paths, progress=tick, **choices)
    tell(problems)
    if (
        rows.is_empty()
        and any(problem.severity is Severity.ERROR for problem in problems)
        and not any(problem.document_id for problem in problems)
    ):
        raise InputError("nothing could be read; see the lines above")
    show(
        rows,
        form,
        columns={name: cell for name, cell in CLAIM_COLUMNS.items() if name not in ("claim", "counted")},
        output=output,
        title="claims",
    )
    leave(problems)


@verb(
    READ,
    "ledger ingest seeds",
    "ledger ingest news/ --metadata news.csv",
    'ledger ingest page.html --published 2026-02-20 --publisher "The Courier"',
    "ledger ingest https://courier.example/plant-in-portugal",
    "ledger ingest archive/ --dry-run",
    "ledger ingest archive/ --workers 8",
    "ledger ingest --feed morning.toml",
)
def ingest_command(
    ctx: typer.Context,
    paths: MaybeSources = None,
    feed: Annotated[
        Path | None,
        typer.Option("--feed", metavar="TOML", help="Read what is new in the feeds, folders and pages that it lists."),
    ] = None,
    form: FormatOption = ListingFormat.TABLE,
    metadata: Metadata = None,
    published: Published = None,
    publisher: Publisher = None,
    source_url: Address = None,
    columns: ColumnMap = None,
    allow_private: AllowPrivate = False,
    names: OwnNames = None,
    attributor: Attributing = Attributor.AUTO,
    author: AuthorOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    dry_run: DryRun = False,
) -> None:
    """Read articles into the ledger. An article that it has already adds nothing but its source.

    Every 1,000 articles are stored as one run; the same command goes on where one that was ended stopped. The day,
    publisher and address that are given for an article which is there already are set, as a decision.

    With --feed, what is new is stored as one run, and what changed in the totals is told.
    """
    given = _given(metadata, published, publisher, source_url, columns, allow_private)
    how: dict[str, Any] = {"names": names, "attributor": attributor, "workers": workers, "cluster": cluster}
    how["author"] = author_of(author)
    if feed is not None:
        if dry_run:
            raise LedgerError("--dry-run looks at the articles of paths, not at --feed; leave out one of the two")
        _ingest_feed(ctx, feed, paths, form, given, how)
        return
    if not paths:
        raise LedgerError("name the articles to read, or --feed FILE")
    if dry_run:
        _preview(ctx.obj, paths, form, given)
        return
    book = open_book(ctx, create=True)
    _tell_columns(paths, columns)
    with progress("reading") as tick:
        done = book.ingest(paths, **given, **how, progress=tick)
    tell(done.found)
    if form is ListingFormat.TABLE:
        tell_described(done.described)
        typer.echo(_added(ctx, done))
    else:
        import polars as pl  # noqa: PLC0415 - see open_book

        show(pl.DataFrame([done.model_dump(exclude={"found", "described", "runs"})]), form, columns={})
    if done.found and not done.documents and not done.skipped:
        raise InputError("nothing could be read; see the lines above")
    leave(done.found)


def _ingest_feed(
    ctx: typer.Context,
    feed: Path,
    paths: list[str] | None,
    form: ListingFormat,
    given: dict[str, Any],
    how: dict[str, Any],
) -> None:
    """Read what is new in watched sources, and tell what changed."""
    allow_private = given.pop("allow_private_addresses")
    refuse_beside_feed(paths, given)
    done = watch(ctx, feed, how, allow_private=allow_private)
    tell(done.run.found)
    if form is ListingFormat.TABLE:
        typer.echo(_added(ctx, done.run))
    tell_watched(done, form)
    leave(done.run.found)


@verb(READ, "ledger reextract", "ledger reextract --names names.toml")
def reextract_command(ctx: typer.Context, names: OwnNames = None, attributor: Attributing = Attributor.AUTO) -> None:
    """Read every stored article again with this version. Decisions stay; --as-of shows earlier readings."""
    with progress("reading") as tick:
        done = open_book(ctx).reextract(names=names, attributor=attributor, progress=tick)
    tell(done.found)
    changed, claims = counted(done.documents, "document"), counted(done.claims, "claim")
    typer.echo(f"{changed} changed, with {claims} now; {done.skipped:,} unchanged")
    leave(done.found)


def _added(ctx: typer.Context, done: "Ingestion") -> str:
    """What a run added."""
    added, claims = counted(done.documents, "document"), counted(done.claims, "claim")
    wrong = f"; {counted(len(done.found), 'problem')}" if done.found else ""
    return f"added {added} and {claims} to {ctx.obj}{_summary(done)}{wrong}"


def _summary(done: "Ingestion") -> str:
    """What was read, where not all of it was added, as a sum that adds up."""
    if not done.skipped and not done.left_out:
        return ""
    read = done.documents + done.skipped + done.left_out
    return f"; read {read:,} = {done.documents:,} added + {done.skipped:,} already there + {done.left_out:,} left out"


def _preview(ledger: str, paths: list[str], form: ListingFormat, given: dict[str, Any]) -> None:
    """Say what an ingestion would come to."""
    from ledger.book import Book  # noqa: PLC0415 - see open_book

    _tell_columns(paths, given["mapping"])
    with progress("looking") as tick:
        seen = Book.preview(ledger, paths, **given, progress=tick)
    tell(seen.found)
    there, read = seen.there + seen.copies, seen.new + seen.there + seen.copies + seen.left_out
    if form is ListingFormat.TABLE:
        new = f"{counted(seen.new, 'document')} ({counted(seen.characters, 'character')})"
        total = f"read {read:,} = {seen.new:,} new + {there:,} already there + {seen.left_out:,} left out"
        typer.echo(f"would add {new} to {ledger}; {total}")
    else:
        import polars as pl  # noqa: PLC0415 - see open_book

        counts = {name: value for name, value in seen._asdict().items() if name != "found"}
        show(pl.DataFrame([counts]), form, columns={})
    leave(seen.found)


def _tell_columns(paths: list[str], columns: dict[str, str] | None) -> None:
    """Say on standard error which columns of tables are read, where the command does not say which holds the text."""
    from ledger.read.guess import guesses  # noqa: PLC0415 - see open_book

    if "text" not in (columns or {}):
        for line in guesses(paths, columns):
            typer.echo(line, err=True)


def _given(
    metadata: Path | None,
    published: date | None,
    publisher: str | None,
    source_url: str | None,
    columns: dict[str, str] | None,
    allow_private: bool,
) -> dict[str, Any]:
    """What the command says of the articles."""
    return {
        "metadata": metadata,
        "published": published,
        "publisher": publisher,
        "source_url": source_url,
        "mapping": columns,
        "allow_private_addresses": allow_private,
    }


def _explain(paths: list[str], output: Path | None, choices: "Mapping[str, Any]") -> None:
    """Show how each article was read."""
    from ledger.book.explain import explain_sources  # noqa: PLC0415 - see open_book

    told: list[str] = []
    problems: list[Problem] = []
    for entry in explain_sources(paths, **choices):
        if isinstance(entry, Problem):
            tell([entry])
            problems.append(entry)
        else:
            told += [*explained_lines(entry), ""]
            problems += entry.problems
    write_text("\n".join(told), output)
    leave(problems)


@verb(READ, "ledger formats", "ledger formats --format json")
def formats_command(form: FormatOption = ListingFormat.TABLE, output: OutputOption = None) -> None:
    """List what is read: each format, how its files end, its options, and what it needs to be installed."""
    import polars as pl  # noqa: PLC0415 - see open_book

    from ledger.read.formats import FORMATS, lacking  # noqa: PLC0415 - see open_book

    rows = [
        {
            "name": entry.name,
            "reads": entry.label,
            "suffixes": " ".join(entry.suffixes),
            "media_type": entry.media_type,
            "options": " ".join(entry.options),
            "needs": entry.extra or "",
            "installed": not lacking(entry),
        }
        for entry in FORMATS
    ]
    shown: dict[str, Cell | None] = dict.fromkeys(("name", "reads", "suffixes", "options"))
    shown["needs"] = lambda row: "" if row["installed"] else f"figures-ledger[{row['needs']}]"
    show(pl.DataFrame(rows), form, columns=shown, output=output, title="formats")


def tell(problems: "Iterable[Problem]") -> None:
    """Tell on standard error what could not be read or kept."""
    found = list(problems)
    for problem in found[:SHOWN]:
        typer.echo(f"ledger: {problem.where}: {problem.rule}: {problem.message}", err=True)
    if len(found) > SHOWN:
        typer.echo(f"ledger: and {counted(len(found) - SHOWN, 'problem')} more", err=True)


def leave(problems: "Iterable[Problem]") -> None:
    """End as incomplete where a source was not read, or something in it was left out."""
    if any(problem.severity is Severity.ERROR or problem.rule == "unreadable" for problem in problems):
        raise typer.Exit(ExitCode.INCOMPLETE)
