"""The verbs that read articles, with every stage at work: extract, ingest, and an ingest that is killed."""

import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ledger
from ledger import pipeline
from ledger.cli import run
from ledger.pipeline import STAGE_FAILED
from ledger.rows import HEAD
from schemas import Document

ROOT = Path(__file__).parents[2]
PLANT = (
    "Norlund to build plant\n\n"
    "Norlund will invest more than $300 million in a battery plant in Chile by 2030, the company said.\n"
)
LOAN = "Bank lends\n\nThe World Bank approved a loan of €40 million for roads in Kenya. It follows 1,200 jobs lost.\n"

KILLED = """
import os, signal, sys
from ledger.cli import main
from ledger.store.table import Table

write, calls = Table.append, []

def append(table, *arguments):
    calls.append(table)
    if len(calls) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return write(table, *arguments)

Table.append = append
main(sys.argv[2:])
"""


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "plant.txt").write_text(PLANT, encoding="utf-8")
    (folder / "loan.txt").write_text(LOAN, encoding="utf-8")
    return folder


def json_lines(capfd: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    capfd.readouterr()
    assert run([*words, "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_extract_needs_no_ledger_and_leaves_none(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = json_lines(capfd, "extract", str(news))
    assert not (news.parent / "book").exists()
    assert tuple(rows[0])[: len(HEAD)] == HEAD
    found = {row["exact"]: row for row in rows}
    assert (found["$300 million"]["value"], found["$300 million"]["bound"], found["$300 million"]["upper"]) == (
        300_000_000,
        "more_than",
        None,
    )
    assert (found["$300 million"]["commitment"], found["$300 million"]["period"]) == (None, "/2030")
    assert found["€40 million"]["unit"] == "EUR"
    assert all(
        PLANT[row["start"] : row["end"]] == row["exact"] for row in rows if str(row["source"]).endswith("plant.txt")
    )


@pytest.mark.slow
def test_names_of_ones_own_are_taken_by_every_verb_that_reads(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = news.parent / "names.toml"
    names.write_text('[[name]]\nname = "Norlund Group"\ntype = "company"\naliases = ["Norlund"]\n', encoding="utf-8")
    plant = str(news / "plant.txt")
    assert json_lines(capfd, "extract", plant, "--names", str(names))[0]["actor"] == ["Norlund Group"]
    assert run(["extract", plant, "--names", str(names), "--explain"]) == 0
    assert "Norlund Group" in capfd.readouterr().out
    assert run(["ingest", plant, "--names", str(names)]) == 0
    assert json_lines(capfd, "claims")[0]["actor"] == ["Norlund Group"]
    assert run(["reextract"]) == 0
    assert json_lines(capfd, "claims")[0]["actor"] == ["Norlund"]
    assert run(["reextract", "--names", str(news.parent / "none.toml")]) == 3
    assert capfd.readouterr().err.count("\n") == 1


def test_the_same_text_twice_is_extracted_once(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert json_lines(capfd, "extract", str(news / "plant.txt"), str(news / "plant.txt")) == json_lines(
        capfd, "extract", str(news / "plant.txt")
    )


def test_what_is_no_pledge_is_explained(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    article, book = tmp_path / "kesto.txt", str(tmp_path / "kesto.ledger")
    article.write_text("Kesto bought back shares worth $5 billion.\n", encoding="utf-8")
    assert run(["extract", str(article), "--explain"]) == 0
    kind = "buy_back: a firm's own shares, bought back (“bought back shares worth”)"
    assert f"  no pledge: {kind}\n" in capfd.readouterr().out
    assert run(["--ledger", book, "ingest", str(article)]) == 0
    assert run(["--ledger", book, "claims", "--format", "jsonl"]) == 0
    [row] = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert (row["exclusion_reason"], row["because"]) == ("statistic", kind)
    assert run(["--ledger", book, "why", row["claim_id"]]) == 0
    assert f"  not counted: {kind}\n" in capfd.readouterr().out


def test_extract_explains_itself(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", str(news), "--explain"]) == 0
    out = capfd.readouterr().out
    assert "$300 million" in out
    assert "no claim:" in out, "2030 is a year"


def test_ingest_twice_and_under_another_name(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["ingest", str(news), "--published", "2026-03-01", "--publisher", "The Courier"]) == 0
    assert capfd.readouterr().out.startswith("added 2 documents")
    (news / "plant.txt").rename(news / "other.txt")
    (news / "empty.txt").write_text("")
    assert run(["ingest", str(news)]) == 1
    out, err = capfd.readouterr()
    assert "added 0 documents and 0 claims" in out
    assert "read 3 = 0 added + 2 already there + 1 left out" in out
    assert "empty.txt" in err
    assert "Traceback" not in err
    assert {row["published"] for row in json_lines(capfd, "claims")} == {"2026-03-01"}


@pytest.mark.slow
def test_what_is_said_anew_of_a_known_text_is_set_and_told(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["ingest", str(news)]) == 0
    capfd.readouterr()
    assert run(["ingest", str(news / "plant.txt"), "--published", "2026-03-01"]) == 0
    assert ": published 2026-03-01\n" in capfd.readouterr().out
    undated = json_lines(capfd, "documents", "--undated")
    assert [Path(row["source"]).name for row in undated] == ["loan.txt"]
    assert run(["documents", "set", "loan.txt", "--published", "2026-03-02", "--publisher", ""]) == 0
    assert capfd.readouterr().out.endswith("1 fact set of 1 document\n")
    assert json_lines(capfd, "documents", "--undated") == []
    assert run(["documents", "set"]) == 2
    assert run(["documents", "set", "nowhere", "--published", "2026-03-02"]) == 2


def test_nothing_readable_is_an_error_but_keeps_the_reason(news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (news / "empty.txt").write_text("")
    assert run(["ingest", str(news / "empty.txt")]) == 3
    assert [row["rule"] for row in json_lines(capfd, "problems")] == ["empty"]
    assert run(["extract", str(news / "empty.txt")]) == 3


def test_an_article_that_breaks_a_stage_is_told_and_the_rest_goes_on(
    news: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pipeline.claims_of

    def broken(document: Document, *how: Any, **options: Any) -> pipeline.Reading:
        if "World Bank" in document.text:
            raise KeyError("no such cue")
        return whole(document, *how, **options)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "claims_of", broken)
        assert run(["ingest", str(news)]) == 1
    out, err = capfd.readouterr()
    assert out.startswith("added 1 document ")
    assert STAGE_FAILED in err
    assert run(["ingest", str(news)]) == 0
    assert capfd.readouterr().out.startswith("added 1 document "), "a mended program takes it"


@pytest.mark.slow
@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_ingest_twice_then_kill_the_third_over_changed_input(
    news: Path, capfd: pytest.CaptureFixture[str], kill_at: int
) -> None:
    for _ in range(2):
        assert run(["ingest", str(news)]) == 0
    before = json_lines(capfd, "claims")
    (news / "loan.txt").write_text(LOAN.replace("40", "60"), encoding="utf-8")
    (news / "more.txt").write_text(PLANT.replace("Norlund", "Kesto"), encoding="utf-8")
    command = [sys.executable, "-c", KILLED, str(kill_at), "ingest", str(news)]
    assert subprocess.run(command, check=False, cwd=ROOT, capture_output=True).returncode == -signal.SIGKILL
    assert run(["verify"]) == 0
    assert json_lines(capfd, "claims") == before
    assert run(["ingest", str(news)]) == 0
    assert run(["verify"]) == 0
    after = json_lines(capfd, "claims")
    assert len({row["claim_id"] for row in after}) == len(after) > len(before)
    assert {row["claim_id"] for row in before} < {row["claim_id"] for row in after}
    assert len(json_lines(capfd, "history")) == 2


def test_from_python(news: Path) -> None:
    claims = ledger.extract(PLANT.replace("\n", "\r\n"))
    assert [claim.exact for claim in claims] == ["$300 million"]
    book = ledger.open(news.parent / "book")
    done = book.ingest([news / "plant.txt", news / "loan.txt"], publisher="The Courier")
    assert (done.documents, done.skipped, done.problems, done.found) == (2, 0, 0, ())
    assert done.claims == book.claims.collect().height
    assert book.ingest(str(news)).skipped == 2
    assert book.verify() == []


@pytest.mark.slow
def test_reading_again_keeps_decisions(
    news: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fewer(document: Document, *how: Any, **options: Any) -> pipeline.Reading:
        found = whole(document, *how, **options)
        return dataclasses.replace(found, claims=found.claims[:1])

    whole = pipeline.claims_of
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "claims_of", fewer)
        assert run(["ingest", str(news)]) == 0
    first = json_lines(capfd, "claims")
    assert run(["decide", "reject", str(first[0]["claim_id"]), "--author", "Ana"]) == 0
    capfd.readouterr()
    assert run(["reextract"]) == 0
    assert capfd.readouterr().out.startswith("1 document changed, with")
    rows = {row["claim_id"]: row for row in json_lines(capfd, "claims")}
    assert len(rows) > len(first)
    assert rows[first[0]["claim_id"]]["exclusion_reason"] == "rejected"
    assert run(["verify"]) == 0
