"""The one exception tree: what a person can fix is a `LedgerError`; anything else is a bug."""

from collections.abc import Iterable
from difflib import get_close_matches


class LedgerError(Exception):
    """Something a person can fix; its text is one line that names the place and the remedy.

    `exit_code` is what the command line ends with: 2 for wrong usage, 3 for input that cannot be read or output that
    cannot be written, 4 for a damaged or foreign ledger, 5 for a failed verification.
    """

    exit_code = 2


class InputError(LedgerError):
    """A file or address that cannot be read as what it claims to be."""

    exit_code = 3


class OutputError(LedgerError):
    """A file that cannot be written where it should be."""

    exit_code = 3


class StoreError(LedgerError):
    """A ledger that is missing, foreign, of another schema version, or locked by too many writers."""

    exit_code = 4


class DamagedError(StoreError):
    """A ledger with files that are lost or were changed, or with tables that do not agree with one another."""


class VerificationError(LedgerError):
    """A ledger whose rows contradict its documents."""

    exit_code = 5


def meant(said: str, known: Iterable[str], most: int = 3) -> str:
    """The end of a message about an unknown word: "; did you mean …?", or nothing where no known word is like it.

    >>> meant("spce", ["space", "health"]), meant("xyz", ["space"])
    ('; did you mean space?', '')
    """
    plain = {word.casefold(): word for word in known}
    alike = get_close_matches(said.casefold(), plain, n=most, cutoff=0.6)
    return f"; did you mean {', '.join(plain[word] for word in alike)}?" if alike else ""
