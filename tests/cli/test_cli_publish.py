"""The verbs publish and report, and how they refuse."""

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.cli import run
from ledger.cli.publish import QUOTE, TITLE
from ledger.export import QUOTE as SITE_QUOTE
from ledger.export import Site

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def ledger(made_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDGER_PATH", str(shutil.copytree(made_book, tmp_path / "book")))

    def called(line: str, code: int = 0) -> tuple[str, str]:
        capfd.readouterr()
        ended = run(shlex.split(line))
        out, err = capfd.readouterr()
        assert ended == code, err
        return out, err

    return called


@pytest.mark.slow
def test_publish_writes_a_site_and_says_so(ledger: Run, tmp_path: Path) -> None:
    out, err = ledger("publish public --title 'Clean power' --quote 60 --contact desk@example.org")
    assert out.startswith("published ")
    assert out.endswith(" pages to public\n")
    assert err == ""
    index = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert "<h1>Clean power</h1>" in index
    assert "desk@example.org" in index
    again, _ = ledger("publish public --field clean_energy --currency EUR")
    assert again.startswith("published ")
    assert "Only commitments with field clean_energy" in (tmp_path / "public" / "index.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
def test_the_same_ledger_gives_the_same_bytes(ledger: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        ledger(f"publish {name}")
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("publish public --quote 5000", 3, "5000 is no length of a quote; choose 0 (the figure alone) to 1000"),
        ("publish public --by actor", 2, "a site holds every commitment and its totals; leave out by"),
        ("publish public --currency XXQ", 2, "'XXQ' is not a valid currency"),
        ("publish book", 3, "is no published site; name a new or an empty folder"),
        ("report scale", 2, "report scale needs --known CSV, a table of what payers have"),
        ("report scale --known none.csv", 3, "none.csv"),
        ("report circular --known known.csv", 2, "report circular takes no --known; leave it out"),
        ("report recycled --each", 2, "report recycled takes no --each; leave it out"),
        ("report delivery --currency XXQ", 2, "'XXQ' is not a valid currency"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(ledger: Run, line: str, code: int, said: str) -> None:
    out, err = ledger(line, code)
    assert said in err
    assert (err.count("\n"), out) == (1, "")


@pytest.mark.slow
def test_a_report_tells_what_it_cannot_know(ledger: Run, tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text(
        "name,measure,value,unit,year\nNorlund,revenue,4e7,USD,2025\n", encoding="utf-8"
    )
    for line in ("recycled", "delivery", "circular", "scale --known known.csv"):
        assert "What it cannot know: " in ledger(f"report {line}")[0]
        assert "What it cannot know: " not in ledger(f"report {line} --format json")[0]
    assert "yes" in ledger("report scale --known known.csv")[0]


def test_the_command_line_and_the_site_agree_on_what_is_taken_by_default() -> None:
    assert (SITE_QUOTE, Site().title) == (QUOTE, TITLE)
