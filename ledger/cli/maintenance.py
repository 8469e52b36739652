"""Verbs of maintenance: verify, repair, compact, schema."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.app import MAINTENANCE, FormatOption, OutputOption, is_read_only, open_book, progress, verb
from ledger.cli.show import ListingFormat, counted, show
from ledger.errors import ExitCode, LedgerError, StoreError, VerificationError

WEEK = 168


@verb(MAINTENANCE, "ledger verify", "ledger verify --since 3", "ledger verify --head 1.0.0-…")
def verify_command(
    ctx: typer.Context,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HEAD", help="A head noted earlier, to be proven."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="RUN",
            help="Only what came after this run (its number or id) row by row; of all before, that no file changed.",
        ),
    ] = None,
    reread: Annotated[bool, typer.Option("--reread/--no-reread", help="Read the texts again and compare.")] = True,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", metavar="FILE", help="Check the proof of one claim instead, without the ledger."),
    ] = None,
    total: Annotated[
        str | None,
        typer.Option("--total", metavar="ROOT", help="With --proof: the root of the total that the claim must be in."),
    ] = None,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Prove that the ledger is as it was written: hashes, texts read again, quotes, ids, amounts, what counts.

    Prints the head, one line that stands for all rows. Note it elsewhere: it shows later whether all was rewritten.
    """
    if proof is not None:
        _check_proof(proof, head, total)
        return
    book = open_book(ctx)
    with progress("verifying"):
        proven = book.prove(head, since=since, reread=reread)
    found = proven.problems
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
    for line in proven.unproven:
        typer.echo(f"{ctx.obj}: {line}", err=True)
    if form is ListingFormat.TABLE:
        where = f", as at run {since} and since" if since is not None else ""
        claims = counted(proven.claims, "claim")
        typer.echo(f"{ctx.obj}: {claims}, every row as written, every quote at its place{where}")
        typer.echo(f"head {proven.head}")


def _check_proof(file: Path, head: str | None, root: str | None) -> None:
    """Tell whether the proof of a claim holds, and of which head it is one."""
    from ledger.book.inclusion import faults_of, read_proof  # noqa: PLC0415 - see open_book
    from ledger.files import read_words  # noqa: PLC0415

    proof = read_proof(read_words(file))
    if faults := faults_of(proof, head, root):
        raise VerificationError(f"{file}: {'; '.join(faults)}")
    row = proof["claim"]["row"]
    typer.echo(f"{file}: claim {row['claim_id']} of {proof['document']['row']['source']} says {row['exact']!r}")
    typer.echo(f"{'proven by' if head is not None else 'it stands where the ledger had the'} head {proof['head']}")
    if "total" in proof:
        added, known = proof["total"]["row"], "the published" if root is not None else "a"
        amount = f"{added['stated']} {added['currency']}"
        typer.echo(f"it is told with {amount} in {known} total of {proof['total']['root'].partition('-')[0]}")


@verb(MAINTENANCE, "ledger repair", "ledger repair --yes")
def repair_command(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only tell what is wrong.")] = False,
) -> None:
    """Rebuild a damaged ledger from what can be read of it, and keep it as it was beside the new one.

    Articles whose claims are lost are read again. Nobody else may write meanwhile.
    """
    from ledger.book import Book  # noqa: PLC0415 - see open_book

    if yes and is_read_only(ctx):
        raise StoreError(f"{ctx.obj}: may only be read, for it was opened so; leave out --read-only to repair it")
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
    """Join small files, write checkpoints of the logs, and delete what nothing needs: the ledger stays what it is.

    Documents are ordered by their day, claims by their document. Files that no version of the last week needs are
    deleted, and what interrupted runs left more than an hour ago.
    """
    from ledger.book.ingest import now  # noqa: PLC0415 - see open_book

    done = open_book(ctx).store.compact(now(), keep_hours)
    for name, table in done.tables.items():
        typer.echo(f"{name}: {table}")
    swept, left = counted(done.runs_swept, "interrupted run"), counted(done.temporaries, "half-written file")
    typer.echo(f"{ctx.obj}: {swept} and {left} swept")


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
