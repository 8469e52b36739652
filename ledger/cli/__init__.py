"""The command line: `ledger VERB …`; every error is one clear line on standard error and a documented exit code."""

import os
import sys
import traceback

import typer

from ledger.cli import articles, decisions, documents, explain, export, listings, maintenance, publish, reports, review
from ledger.cli.app import GROUPS, app
from ledger.cli.mistakes import mistake
from ledger.errors import ExitCode, LedgerError

UsageError: type[Exception] = typer.BadParameter.__mro__[2]
"""What Typer raises for wrong usage, whichever package it takes the class from."""


def main(arguments: list[str] | None = None) -> None:
    """Run one verb and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run one verb and return its exit code, one of `ledger.errors.ExitCode`."""
    try:
        code = app(arguments, prog_name="ledger", standalone_mode=False)
        sys.stdout.flush()
    except LedgerError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not isinstance(ended.__context__, BrokenPipeError):
            raise
        return _quiet()
    except UsageError as error:
        return _fail(mistake(error, typer.main.get_command(app)), ExitCode.USAGE)
    except BaseException as error:  # noqa: BLE001 - a bug, told as one; a panic of a package in Rust is no Exception
        if os.environ.get("LEDGER_DEBUG"):
            traceback.print_exc()
        told = f"a bug: {type(error).__name__}: {error}; please report it (LEDGER_DEBUG=1 shows where)"
        return _fail(told, ExitCode.BUG)
    if code == ExitCode.INTERRUPTED:  # Typer hands on the code alone
        told = "interrupted; a run that was not yet stored is left out as a whole, earlier ones stay"
        return _fail(told, ExitCode.INTERRUPTED)
    return code if isinstance(code, int) else 0


def _quiet() -> int:
    """End without a message where the reader has enough, as `| head` does.

    What is still buffered must not be written into the closed pipe at exit.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _fail(message: str, code: int) -> int:
    line = " ".join(message.split())
    print(f"ledger: {line}", file=sys.stderr)  # noqa: T201 - the one place that speaks of errors
    return code


VERBS = (articles, explain, listings, reports, documents, review, decisions, export, publish, maintenance)
"""The modules whose import gives the application its verbs."""
app.registered_commands.sort(key=lambda command: GROUPS.index(str(command.rich_help_panel)))

__all__ = ["VERBS", "main", "run"]
