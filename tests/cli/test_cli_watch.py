"""`ledger ingest --feed`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.cli.factory_shell import Shell


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "port.txt").write_text("Ruvia will invest €420 million in a port in Chile, it said.\n", encoding="utf-8")
    path = tmp_path / "morning.toml"
    path.write_text('currency = "EUR"\n\n[[source]]\nfolder = "incoming"\n', encoding="utf-8")
    return path


def test_the_morning_is_told_in_two_tables(shell: Shell, morning: Path) -> None:
    told = shell("ingest --feed morning.toml")
    assert told.startswith("added 1 document and 1 claim to ")
    assert [line.split() for line in told.splitlines() if "incoming" in line] == [["incoming", "1", "0", "0"]]
    assert "what changed in the totals, in EUR" in told
    assert any(line.split() == ["Ruvia", "0", "420.0", "m", "+420.0", "m", "+1"] for line in told.splitlines())
    again = shell("ingest --feed morning.toml")
    assert again.startswith("added 0 documents and 0 claims to ")
    assert again.endswith("what changed in the totals, in EUR: none\n")


def test_other_programs_get_the_changes(shell: Shell, morning: Path) -> None:
    rows = [json.loads(line) for line in shell("ingest --feed morning.toml --format jsonl").splitlines()]
    assert [(row["of"], row["actor"], row["commitments"]) for row in rows] == [("all", None, 1), ("actor", "Ruvia", 1)]


def test_what_is_broken_is_told_and_the_rest_is_read(shell: Shell, morning: Path) -> None:
    morning.write_text(
        f'[[source]]\nfeed = "gone.rss"\n{morning.read_text().partition("EUR")[2][1:]}', encoding="utf-8"
    )
    told = shell("ingest --feed morning.toml", code=1)
    assert told.startswith("added 1 document ")
    assert (
        shell.err
        == "ledger: gone.rss: unreadable: cannot be read (No such file or directory); check the name and its rights\n"
    )


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("ingest", 2, "name the articles to read, or --feed FILE"),
        ("ingest --feed gone.toml", 3, "gone.toml"),
        ("ingest --feed morning.toml incoming", 2, "leave out PATH"),
        ("ingest --feed morning.toml --publisher Courier --published 2025-03-03", 2, "out --published, --publisher"),
        ("ingest --feed morning.toml --map text=body", 2, "leave out --map"),
        ("ingest --feed morning.toml --dry-run", 2, "not at --feed; leave out one of the two"),
        ("ingest --dry-run", 2, "name the articles to read, or --feed FILE"),
        ("ingest --feed incoming/port.txt", 3, "is no TOML"),
    ],
)
@pytest.mark.usefixtures("morning")
def test_what_cannot_be_asked(shell: Shell, line: str, code: int, told: str) -> None:
    shell(line, code=code)
    assert told in shell.err
    assert shell.err.count("\n") == 1
