"""What the tests of faults share: a run of the command line that must end in order, whatever it is given."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ledger.cli import run
from ledger.errors import ExitCode

CODES = frozenset(ExitCode) - {ExitCode.BUG, ExitCode.INTERRUPTED}
"""The exit codes that a person's fault may end with."""
ARTICLE = "Kesto to build plant\n\nKesto will invest $300 million in a battery plant in Chile by 2030, it said.\n"


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str

    def fault(self) -> str | None:
        """What breaks the promise of the documents: a bug, a traceback, a panic, an undocumented exit code."""
        told = f"{self.out}\n{self.err}"
        for sign in ("a bug:", "Traceback", "panicked", "PanicException"):
            if sign in told:
                return told[max(0, told.index(sign) - 200) :][:600]
        return None if self.code in CODES else f"exit code {self.code}: {self.err}"


def ended(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> Ended:
    """Run one verb in this process."""
    capfd.readouterr()
    code = run(list(words))
    out, err = capfd.readouterr()
    return Ended(code, out, err)
