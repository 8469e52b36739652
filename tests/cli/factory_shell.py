"""What the tests of verbs share: a shell that runs them in this process."""

import json
import shlex
from typing import Any

import pytest

from ledger.cli import run


class Shell:
    """Runs verbs and gives what they wrote."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.capfd = capfd

    def __call__(self, line: str, code: int = 0) -> str:
        self.capfd.readouterr()
        ended = run(shlex.split(line))
        self.out, self.err = self.capfd.readouterr()
        assert ended == code, self.err
        return self.out

    def rows(self, line: str) -> list[dict[str, Any]]:
        return [json.loads(row) for row in self(f"{line} --format jsonl").splitlines()]
