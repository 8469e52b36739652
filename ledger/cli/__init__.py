"""The command line: `ledger VERB …`; every error is one clear line on standard error and a documented exit code."""

import os
import sys

import typer

from ledger.cli import articles, decisions, documents, explain, export, listings, maintenance
from ledger.cli.app import GROUPS, app
from ledger.errors import LedgerError

BUG = 1
USAGE = 2
INTERRUPTED = 130
UsageError: type[Exception] = typer.BadParameter.__mro__[2]
"""What Typer raises for wrong usage, whichever package it takes the class from."""


def main(arguments: list[str] | None = None) -> None:
    """Run one verb and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run one verb and return its exit code.

    0 done, 1 a bug, 2 usage, 3 unreadable input, 4 the ledger itself, 5 failed verification, 6 done but something was
    left out, 130 interrupted.
    """
    try:
        code = app(arguments, prog_name="ledger", standalone_mode=False)
        sys.stdout.flush()
    except LedgerError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not isinstance(ended.__context__, BrokenPipeError):
            raise
        return _quiet()
    except UsageError as error:
        return _fail(f"{_message(error)}; see `ledger --help` or `ledger VERB --help`", USAGE)
    except BaseException as error:  # a panic of a package in Rust is no Exception
        if os.environ.get("LEDGER_DEBUG"):
            raise
        return _fail(f"a bug: {type(error).__name__}: {error}; please report it (LEDGER_DEBUG=1 shows where)", BUG)
    if code == INTERRUPTED:  # Typer hands on the code alone
        return _fail(
            "interrupted; a run that was not yet stored is left out as a whole, earlier ones stay", INTERRUPTED
        )
    return code if isinstance(code, int) else 0


def _quiet() -> int:
    """End without a message where the reader has enough, as `| head` does.

    What is still buffered must not be written into the closed pipe at exit.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _message(error: Exception) -> str:
    told = getattr(error, "format_message", None)
    return (str(told()) if callable(told) else str(error)).rstrip(".")


def _fail(message: str, code: int) -> int:
    line = " ".join(message.split())
    print(f"ledger: {line}", file=sys.stderr)  # noqa: T201 - the one place that speaks of errors
    return code


VERBS = (articles, explain, listings, documents, decisions, export, maintenance)
"""The modules whose import gives the application its verbs."""
app.registered_commands.sort(key=lambda command: GROUPS.index(str(command.rich_help_panel)))

__all__ = ["VERBS", "main", "run"]
