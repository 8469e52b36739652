"""The one exception tree: what a person can fix is a `LedgerError`; anything else is a bug. And the exit codes."""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line ends with; `means` says it in words."""

    means: str

    DONE = 0, "done"
    INCOMPLETE = 1, "done, but something left out"
    USAGE = 2, "wrong usage"
    INPUT = 3, "a file that cannot be read or written"
    STORE = 4, "a ledger that is missing, foreign, damaged or busy"
    VERIFICATION = 5, "failed verification"
    BUG = 70, "a bug"
    INTERRUPTED = 130, "interrupted"

    def __new__(cls, code: int, means: str) -> "ExitCode":
        """The code with its meaning."""
        made = int.__new__(cls, code)
        made._value_ = code
        made.means = means
        return made


class LedgerError(Exception):
    """Something a person can fix; its text is one line that names the place and the remedy.

    `exit_code` is what the command line ends with.
    """

    exit_code = ExitCode.USAGE


class InputError(LedgerError):
    """A file or address that cannot be read as what it claims to be."""

    exit_code = ExitCode.INPUT


class OutputError(LedgerError):
    """A file that cannot be written where it should be."""

    exit_code = ExitCode.INPUT


class StoreError(LedgerError):
    """A ledger that is missing, foreign, of another schema version, or locked by too many writers."""

    exit_code = ExitCode.STORE


class DamagedError(StoreError):
    """A ledger with files that are lost or were changed, or with tables that do not agree with one another."""


class VerificationError(LedgerError):
    """A ledger whose rows contradict its documents."""

    exit_code = ExitCode.VERIFICATION


def meant(said: str, known: Iterable[str], most: int = 3) -> str:
    """The end of a message about an unknown word: "; did you mean …?", or nothing where no known word is like it.

    >>> meant("spce", ["space", "health"]), meant("xyz", ["space"])
    ('; did you mean space?', '')
    """
    plain = {word.casefold(): word for word in known}
    alike = get_close_matches(said.casefold(), plain, n=most, cutoff=0.6)
    return f"; did you mean {', '.join(plain[word] for word in alike)}?" if alike else ""
