"""The verbs on a small ledger: what they print, in which form, and how they end."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer

from ledger.book import Book
from ledger.cli import main, run
from ledger.cli.app import EXAMPLES, app
from ledger.cli.query import OPTIONS
from ledger.cli.show import NOT_SAID
from ledger.export.lexicon import export_words
from ledger.options import TotalArguments, TotalOptions
from ledger.rows import HEAD
from tests.cli.factory_shell import Shell
from tests.store.factory_store import pledge

NORLUND = pledge()[1][0].claim_id
REPORTS = ("report recycled", "report delivery", "report delivery --each", "report circular")
LISTINGS = (
    "claims",
    "commitments",
    "totals",
    "exclusions",
    "actors",
    "history",
    "problems",
    "review",
    "rates",
    "verify",
)
OFTEN = ("claims", "totals", "history", "report two-sided")
"""Those that are tried each time that the tests run."""


def seldom(verbs: Iterable[str]) -> list[Any]:
    """The verbs; those that answer much as others do are tried by .ci/run."""
    return [verb if verb in OFTEN else pytest.param(verb, marks=pytest.mark.slow) for verb in verbs]


@pytest.mark.parametrize(
    "verb", seldom([*LISTINGS, "actors --alike", "report two-sided", "report self-audit", *REPORTS])
)
def test_every_listing_takes_every_format(shell: Shell, verb: str, tmp_path: Path) -> None:
    lines = shell(f"{verb} --format jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    assert json.loads(shell(f"{verb} --format json")) == rows
    assert len(list(csv.reader(io.StringIO(shell(f"{verb} --format csv"))))) == len(rows) + 1
    shell(f"{verb} --format parquet --output {tmp_path}/rows.parquet")
    assert pl.read_parquet(tmp_path / "rows.parquet").height == len(rows)
    assert shell(f"{verb} --format table").strip()


def test_claims_as_json_lines_carry_what_scorers_read(shell: Shell) -> None:
    rows = shell.rows("claims")
    row = next(row for row in rows if row["claim_id"] == NORLUND)
    assert tuple(row)[: len(HEAD)] == HEAD
    wanted = {
        "exact": "$300 million",
        "kind": "money",
        "unit": "USD",
        "value": 300_000_000,
        "lower": 300_000_000,
        "upper": 300_000_000,
        "bound": "exact",
        "measure": "investment",
        "stage": "pledged",
        "actor": ["Norlund"],
        "fields": ["clean_energy"],
    }
    assert {name: row[name] for name in wanted} == wanted
    assert isinstance(row["value"], int)
    assert len({row["commitment"] for row in rows if row["value"] == 300_000_000}) == 1


def test_csv_does_not_run_in_a_spreadsheet(shell: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(shell("claims --format csv"))))
    assert {row["source"][:2] for row in rows if "kesto" in row["source"]} == {"'="}
    assert {row["value"] for row in rows} == {"300000000", "40000000", "7000000", "90000000"}


@pytest.mark.slow
def test_the_help_of_export_tells_how_to_get_a_data_package(shell: Shell, tmp_path: Path) -> None:
    told = " ".join(shell("export --help").replace("│", " ").split())
    assert "datapackage.json for a data package" in told
    assert "A folder that exists gets figures.xlsx, a new one a data package." in told
    (tmp_path / "there").mkdir()
    assert "there/figures.xlsx" in shell(f"export {tmp_path}/there").replace("\\", "/")
    shell(f"export {tmp_path}/new")
    assert (tmp_path / "new" / "datapackage.json").exists()


@pytest.mark.slow
def test_a_table_says_what_no_article_says_in_the_words_of_the_workbook(shell: Shell, tmp_path: Path) -> None:
    article = tmp_path / "lone.txt"
    article.write_text("Some $20 million will be invested in a bridge.\n", encoding="utf-8")
    shell(f"ingest {article}")
    assert export_words()["book"]["none"] == NOT_SAID
    for verb in ("totals --by actor --by recipient", "commitments"):
        assert NOT_SAID in shell(verb)
    assert None in [row["actor"] for row in shell.rows("totals --by actor")], "pipes get a null"


def test_a_table_is_for_people(shell: Shell) -> None:
    table = shell("claims")
    assert "~ 40.0 m EUR" in table
    assert "Norlund" in table
    assert "restated" in table
    assert "\x1b" not in table


def test_totals_take_their_options(shell: Shell, tmp_path: Path) -> None:
    assert shell.rows("totals --by actor,field --actor Norlund") == [
        {**row, "actor": "Norlund", "field": "clean_energy", "stated": 300_000_000}
        for row in shell.rows("totals --by actor --by field --actor Norlund")
    ]
    assert shell.rows("totals --stage-floor rumoured --actor Orrin")[0]["stated"] == 90_000_000
    assert shell.rows("totals --as-of 2000-01-01")[0]["commitments"] == 0
    assert (
        shell.rows("totals --since 2026-03-01 --until 2026-03-01 --currency EUR --actor Kesto")[0]["stated"]
        == 40_000_000
    )
    assert shell.rows("totals --basis claims --allocation full --actor Norlund")[0]["stated"] == 600_000_000
    (tmp_path / "prices.csv").write_text("year,index\n2026,200\n")
    assert (
        shell.rows(f"totals --parts shown --actor Norlund --deflators {tmp_path}/prices.csv")[0]["stated"]
        == 150_000_000
    )
    shell(f"totals --deflators {tmp_path}/none.csv", code=3)


def test_why_marks_and_names_the_words(shell: Shell) -> None:
    told = shell(f"why {NORLUND[:8]}")
    assert "[1 Norlund] says it [2 will [3 invest]] [4 $300 million]" in told
    for said in (
        "[1] actor Norlund (subject_invests, 0.90)",
        "stage pledged (future_verb, 0.90)",
        "news/norlund-300.txt, characters",
    ):
        assert said in told
    commitment = shell.rows("commitments")[0]["commitment_id"]
    assert "commitment " + commitment in shell(f"why {commitment}")
    assert shell("why --actor Norlund").count("claim ") >= 2
    assert json.loads(shell("why --actor Kesto --format json"))[0]["claims"][0]["marks"]


@pytest.mark.slow
def test_decisions_from_the_command_line(shell: Shell, tmp_path: Path) -> None:
    shell(f"decide reject {NORLUND[:8]} --note 'told as history'")
    assert [row["exclusion_reason"] for row in shell.rows("exclusions") if row["claim_id"] == NORLUND] == ["rejected"]
    shell("decide alias Kesto Norlund")
    file = tmp_path / "said.csv"
    file.write_text(
        f'kind,target,other,field,value,note\naccept,{NORLUND},,,,\ncorrect,{NORLUND},,actor,"Tessel; Orrin",\n'
    )
    assert shell(f"decide --file {file}").startswith("2 decisions kept")
    assert shell(f"decide --file {file}").startswith("0 decisions kept")
    assert next(row["actor"] for row in shell.rows("claims") if row["claim_id"] == NORLUND) == ["Tessel", "Orrin"]


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ("kind,target\nagree,abc\n", ":2: needs a target and a valid kind"),
        ("kind,target\nreject,ffffffff\n", "no claim or commitment"),
        (b"\xff\xfe\x00k", "CSV"),
    ],
)
def test_a_file_of_decisions_is_taken_whole_or_refused_with_its_line(
    shell: Shell, tmp_path: Path, contents: str | bytes, told: str
) -> None:
    file = tmp_path / "said.csv"
    file.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    ended = run(["decide", "--file", str(file)])
    assert ended in (2, 3)
    assert told in shell.capfd.readouterr().err


def test_review_without_a_terminal_lists(shell: Shell) -> None:
    queue = shell.rows("review --limit 2")
    assert len(queue) == 2
    assert "claims to look at" in shell("review")


def test_the_workbook_is_written(shell: Shell, tmp_path: Path) -> None:
    assert f"wrote {tmp_path}/figures.xlsx" in shell(f"export {tmp_path}")
    assert "wrote" in shell(f"export {tmp_path}/part.xlsx --actor Norlund --currency EUR")
    shell(f"export {tmp_path}/x.xlsx --by actor", code=2)


def test_every_option_of_a_total_has_its_place_on_the_command_line() -> None:
    options = [part.name for part in fields(TotalOptions)]
    assert list(OPTIONS) == options
    assert sorted(TotalArguments.__annotations__) == sorted(options)


def test_own_rates(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("unit,to,on,rate\nXAU,USD,2026-01-05,3000\n")
    assert shell(f"rates add {tmp_path}/own.csv").startswith("1 new")
    assert shell(f"rates add {tmp_path}/own.csv").startswith("0 new")
    assert {row["unit"] for row in shell.rows("rates --currency EUR")} == {"USD", "EUR"}
    shell("rates --rate-date soon", code=2)


def test_verify_says_what_it_proved(shell: Shell, book: Book) -> None:
    assert "5 claims, every row as written, every quote at its place\nhead 1.0.0-" in shell("verify")
    part = book.store.tables["claims"]
    rows = part.rows().collect().with_columns(suffix=pl.lit("elsewhere"))
    part.handle().delete()
    part.append(rows, part.handle(), {})
    shell("verify", code=5)
    assert "10 contradictions" in shell.err
    assert "context_equals_slice" in shell.out


def test_compact_and_history(shell: Shell) -> None:
    assert "0 interrupted runs and 0 half-written files swept" in shell("compact")
    assert [row["claims"] for row in shell.rows("history")] == [5]


ASKED = (*(verb for verb in LISTINGS if verb != "verify"), "documents", "decisions", "report self-audit", "why")


@pytest.mark.parametrize("verb", seldom(ASKED))
def test_every_verb_that_asks_takes_a_version_or_a_day(shell: Shell, verb: str) -> None:
    now = shell(f"{verb} --format json")
    assert shell(f"{verb} --format json --version 1.0.0") == shell(f"{verb} --format json --as-of 2126-01-01") == now
    shell(f"{verb} --version 0")
    for wrong in ("--version 9", "--version soon", "--version 1 --as-of 2126-01-01"):
        shell(f"{verb} {wrong}", code=2)


def test_an_export_takes_a_version(shell: Shell, book: Book, tmp_path: Path) -> None:
    book.decide("reject", NORLUND, author="Ana")
    written = []
    for options in ("", "--version 1.0.0", "--version 1.1.0"):
        shell(f"export {tmp_path}/book.csv {options}")
        written.append((tmp_path / "book.csv").read_bytes())
    assert written[0] == written[2] != written[1]


def test_schemas_are_printed_and_written(shell: Shell, tmp_path: Path) -> None:
    assert json.loads(shell("schema claim"))["title"] == "Claim"
    assert set(json.loads(shell("schema"))) >= {"Document", "Claim", "Commitment"}
    assert str(tmp_path / "json" / "Claim.json") in shell(f"schema --output {tmp_path}/json")
    shell("schema nothing", code=2)


def test_every_verb_has_help_with_examples_that_parse(capfd: pytest.CaptureFixture[str]) -> None:
    group: Any = typer.main.get_command(app)
    context = group.make_context("ledger", ["history"])
    assert set(EXAMPLES) | {"documents", "rates"} == set(group.list_commands(context))
    for verb, examples in EXAMPLES.items():
        assert run([verb, "--help"]) == 0
        shown = capfd.readouterr().out
        assert examples
        for example in examples:
            assert example.split(" ")[1] in shown
            words = shlex.split(re.split(" [|<>] ", example)[0])[1:]
            name, command, rest = group.resolve_command(context, words)
            command.make_context(name, list(rest), parent=context)


def python(*code: str, **options: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", "; ".join(code)], stderr=subprocess.PIPE, cwd=Path(__file__).parents[2], **options
    )


def test_help_loads_neither_polars_nor_delta() -> None:
    check = "assert not {'polars', 'deltalake', 'pyarrow', 're2'} & set(sys.modules), sorted(sys.modules)"
    child = python(
        "import sys",
        "from ledger.cli import run",
        "run(['--help'])",
        "run(['totals', '--help'])",
        check,
        stdout=subprocess.DEVNULL,
    )
    _, told = child.communicate()
    assert child.returncode == 0, told.decode()


def test_a_reader_who_has_enough_is_no_error(book: Book) -> None:
    assert book.claims.collect().height
    read_end, write_end = os.pipe()
    os.close(read_end)
    child = python("from ledger.cli import main", "main(['claims', '--format', 'jsonl'])", stdout=write_end)
    os.close(write_end)
    _, told = child.communicate()
    assert (child.returncode, told.decode()) == (0, "")


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion_can_be_had(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell_name: str
) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    with pytest.raises(SystemExit) as ended:
        main(["--show-completion", shell_name])
    assert ended.value.code == 0
    assert "ledger" in capfd.readouterr().out
