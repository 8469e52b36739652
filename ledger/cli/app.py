"""The Typer application, its global options, and what all verbs share."""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ledger.cli.commands import Group, Verb
from ledger.cli.show import ListingFormat, for_excel
from ledger.errors import ExitCode, LedgerError

if TYPE_CHECKING:
    from ledger.book import Book

EPILOG = f"Exit codes: {' · '.join(f'{code} {code.means}' for code in ExitCode)}."
DEFAULT = "figures.ledger"
READ_ONLY = "ledger.read_only"
"""Where a verb finds whether nothing is to be written."""
GROUPS = READ, QUERY, REVIEW, EXPORT, MAINTENANCE = ("Read", "Query", "Review", "Export", "Maintenance")
"""The groups of the help, in their order."""
Function = TypeVar("Function", bound=Callable[..., None])

app = typer.Typer(
    name="ledger",
    cls=Group,
    help="Every investment and commitment figure in the news: quoted, sourced, counted once.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    pretty_exceptions_enable=False,
)

EXAMPLES: dict[str, tuple[str, ...]] = {}
"""Verb → the examples of its help."""


def verb(panel: str, *examples: str, name: str | None = None, **more: Any) -> Callable[[Function], Function]:
    """Make a function a verb of the command line; its help is its docstring, and the examples one a line."""

    def registered(function: Function) -> Function:
        called = name or function.__name__.removesuffix("_command")
        EXAMPLES[called] = examples
        shown = "\n".join(f"  $ {example}" for example in examples)
        told = f"{inspect.cleandoc(function.__doc__ or '')}\n\n\b\nExamples:\n{shown}"
        app.command(called, cls=Verb, help=told, rich_help_panel=panel, **more)(with_excel(function))
        return function

    return registered


FormatOption = Annotated[
    ListingFormat,
    typer.Option(
        "--format", "-f", metavar="FORMAT", help="table for people; csv, jsonl, json or parquet for other programs."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file; - is standard output.")
]


def _version(asked: bool) -> None:
    if asked:
        from ledger.version import VERSION  # noqa: PLC0415 - wanted here only

        typer.echo(f"ledger {VERSION}")
        raise typer.Exit


ExcelOption = Annotated[
    bool, typer.Option("--excel", help="Begin a CSV with a byte order mark, by which Excel knows its characters.")
]


def with_excel(function: Callable[..., None]) -> Callable[..., None]:
    """Give what lists in formats the option `--excel`; raises LedgerError where it is given for another than csv."""
    signature = inspect.signature(function, eval_str=True)
    if not {"form", "output"} <= signature.parameters.keys():
        return function
    last = inspect.Parameter("excel", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=ExcelOption)
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [*(part.replace(kind=kind) for part in signature.parameters.values()), last]

    @wraps(function)
    def called(**given: Any) -> None:
        excel = given.pop("excel")
        if excel and given["form"] is not ListingFormat.CSV:
            raise LedgerError("--excel is for CSV; add --format csv, or leave it out")
        with for_excel(asked=excel):
            function(**given)

    called.__dict__["__signature__"] = signature.replace(parameters=parameters)
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


LedgerOption = Annotated[
    str,
    typer.Option("--ledger", envvar="LEDGER_PATH", metavar="PATH", help="The ledger: a folder or an object-store URL."),
]
VersionOption = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")]


ReadOnlyOption = Annotated[
    bool, typer.Option("--read-only", help="Write nothing into the ledger; refuse the verbs that would.")
]


@app.callback()
def _globals(
    ctx: typer.Context,
    ledger: LedgerOption = DEFAULT,
    read_only: ReadOnlyOption = False,
    _version_asked: VersionOption = False,
) -> None:
    ctx.obj = ledger
    ctx.meta[READ_ONLY] = read_only


def open_book(ctx: typer.Context, *, create: bool = False) -> "Book":
    """The ledger that the command line names."""
    from ledger.book import Book  # noqa: PLC0415 - polars and Delta are loaded by verbs that need them, not by --help

    return Book.open(ctx.obj, create=create, read_only=is_read_only(ctx))


def is_read_only(ctx: typer.Context) -> bool:
    """Whether the command line says that nothing is to be written."""
    return bool(ctx.meta.get(READ_ONLY))


@contextmanager
def progress(what: str, *, shown: bool | None = None) -> Iterator["Ticker"]:
    """A count on standard error while the block runs, only where that is a terminal."""
    if not (sys.stderr.isatty() if shown is None else shown):
        yield Ticker()
        return
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415 - see open_book

    columns = (
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}"),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[more]}"),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(elapsed_when_finished=True),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, more="")
        yield Ticker(lambda done: bar.update(task, **done), lambda: bar.tasks[0].elapsed or 0.0)


class Ticker:
    """Shows what is done."""

    def __init__(
        self, update: Callable[[dict[str, Any]], None] | None = None, elapsed: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._update, self._elapsed = update, elapsed

    def __call__(self, done: object = None) -> None:
        """So much of a job is done (a `Done`), or one more thing."""
        if self._update is None:
            return
        read, problems = getattr(done, "read", None), getattr(done, "problems", 0)
        if read is None:
            self._update({"advance": 1})
            return
        rate = read / max(self._elapsed(), 0.001)
        more = f"{rate:,.1f} a second" + (f", {problems:,} problem{'' if problems == 1 else 's'}" if problems else "")
        self._update({"completed": read, "total": getattr(done, "total", None), "more": more})
