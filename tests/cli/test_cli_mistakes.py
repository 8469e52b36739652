"""What is said of a command that was typed wrongly: one line, with the remedy, and a documented exit code."""

import tomllib
from pathlib import Path

import pytest

from ledger.cli.app import EPILOG
from tests.cli.factory_shell import Shell
from tests.store.factory_store import pledge

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/mistakes.toml").read_text(encoding="utf-8"))["cases"]


@pytest.fixture
def shell(made_book: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on the one ledger of all tests, for a mistake changes nothing."""
    monkeypatch.setenv("LEDGER_PATH", str(made_book))
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return Shell(capfd)


@pytest.mark.parametrize(("line", "code", "answer"), CASES, ids=[line for line, *_ in CASES])
def test_a_mistake_is_answered_in_one_line(shell: Shell, tmp_path: Path, line: str, code: int, answer: str) -> None:
    (tmp_path / "text.txt").write_text("not a ledger\n", encoding="utf-8")
    known = {"claim": pledge()[1][0].claim_id, "folder": tmp_path.as_posix()}
    shell(line.format(**known), code=code)
    told, wanted = shell.err.removesuffix("\n"), f"ledger: {answer.format(**known)}"
    assert "\n" not in told
    assert told == wanted or (wanted.endswith("…") and told.startswith(wanted[:-1]))
    assert f"{code} " in EPILOG


def test_there_are_enough_cases() -> None:
    assert len({line for line, *_ in CASES}) == len(CASES) >= 40


def test_the_program_alone_shows_its_help(shell: Shell) -> None:
    assert shell("") == shell("--help")
    assert shell.err == ""
    for verb in ("totals", "decide", "undo", "rates"):
        assert verb in shell.out


def test_square_brackets_survive_in_help(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "a [[name]] table for each" in shell("ingest --help")
    assert "Usage: ledger undo [OPTIONS] [DECISION]" in shell("undo --help")
