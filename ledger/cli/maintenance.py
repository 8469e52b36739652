"""Verbs of maintenance: verify, repair, compact, schema."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.app import MAINTENANCE, FormatOption, OutputOption, open_book, progress, verb
from ledger.cli.show import ListingFormat, counted, show
from ledger.errors import ExitCode, LedgerError, VerificationError

WEEK = 168


@verb(MAINTENANCE, "ledger verify", "ledger verify --head 1.0.0-…")
def verify_command(
    ctx: typer.Context,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HEAD", help="A head noted earlier, to be proven."),
    ] = None,
    reread: Annotated[bool, typer.Option("--reread/--no-reread", help="Read the texts again and compare.")] = True,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Prove that the ledger is as it was written: hashes, texts read again, quotes, ids, amounts, what counts.

    Prints the head, one line that stands for all rows. Note it elsewhere: it shows later whether all was rewritten.
    """
    book = open_book(ctx)
    with progress("verifying"):
        proof = book.prove(head, reread=reread)
    found = proof.problems
    if found or form is not ListingFormat.TABLE:
        from ledger.tables import frame_of  # noqa: PLC0415 - see open_book
        from schemas import Problem  # noqa: PLC0415

        show(
            frame_of(Problem, found),
            form,
            columns={"where": None, "rule": None, "message": None},
            output=output,
            title="contradictions",
        )
    if found:
        raise VerificationError(
            f"{ctx.obj}: {counted(len(found), 'contradiction')}, the first: {found[0].where}: {found[0].message}"
        )
    for line in proof.unproven:
        typer.echo(f"{ctx.obj}: {line}", err=True)
    if form is ListingFormat.TABLE:
        typer.echo(f"{ctx.obj}: {counted(proof.claims, 'claim')}, every row as written, every quote at its place")
        typer.echo(f"head {proof.head}")


@verb(MAINTENANCE, "ledger repair", "ledger repair --yes")
def repair_command(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only tell what is wrong.")] = False,
) -> None:
    """Rebuild a damaged ledger from what can be read of it, and keep it as it was beside the new one.

    Articles whose claims are lost are read again. Nobody else may write meanwhile.
    """
    from ledger.book import Book  # noqa: PLC0415 - see open_book

    with progress("repairing"):
        done = Book.repair(ctx.obj, dry_run=not yes)
    if not done.faults:
        typer.echo(f"{ctx.obj}: every file is as it was written, and the tables agree; nothing to repair")
        return
    for what, lines in (("wrong", done.faults), ("repair", done.steps), ("lost", done.lost)):
        for line in lines:
            typer.echo(f"{what}: {line}")
    if yes:
        typer.echo(f"{ctx.obj}: repaired{f'; as it was it stands in {done.aside}' if done.aside else ''}")
    else:
        typer.echo(f"{ctx.obj}: nothing was changed; `ledger repair --yes` does this")
    if done.lost:
        raise typer.Exit(ExitCode.INCOMPLETE)


@verb(MAINTENANCE, "ledger compact")
def compact_command(
    ctx: typer.Context,
    keep_hours: Annotated[int, typer.Option("--keep-hours", min=1, help="Keep files younger than this.")] = WEEK,
) -> None:
    """Merge small files, and delete what interrupted runs left behind."""
    from ledger.book.ingest import now  # noqa: PLC0415 - see open_book

    done = open_book(ctx).store.compact(now(), keep_hours)
    joined = sum(metrics["files_before"] - metrics["files_after"] for metrics in done.values())
    deleted = sum(metrics["files_deleted"] for metrics in done.values())
    swept = done["documents"]["runs_swept"]
    typer.echo(f"{ctx.obj}: {joined} files fewer, {deleted} old files deleted, {swept} interrupted runs swept")


@verb(MAINTENANCE, "ledger schema Claim", "ledger schema --output schemas/json")
def schema_command(
    name: Annotated[str | None, typer.Argument(help="One record, such as Claim.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write one file for each record there.")
    ] = None,
) -> None:
    """Print the JSON Schemas (2020-12) of the records, or write them into a folder."""
    from schemas import RECORDS  # noqa: PLC0415
    from schemas.publish import json_schema, write_schemas  # noqa: PLC0415 - see open_book

    known = {model.__name__.casefold(): model for model in RECORDS}
    if name is not None and name.casefold() not in known:
        raise LedgerError(f"{name!r} is not a valid record; choose {', '.join(model.__name__ for model in RECORDS)}")
    if output is not None:
        for path in write_schemas(output):
            typer.echo(path)
        return
    wanted = json_schema(known[name.casefold()]) if name else {model.__name__: json_schema(model) for model in RECORDS}
    typer.echo(json.dumps(wanted, indent=2, ensure_ascii=False))
