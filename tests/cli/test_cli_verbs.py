"""The verbs on a small ledger: what they print, in which form, and how they end."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer

from ledger.book import Book
from ledger.cli import main, run
from ledger.cli.app import EPILOG, EXAMPLES, app
from ledger.cli.decisions import walk
from ledger.cli.query import OPTIONS
from ledger.cli.show import NOT_SAID
from ledger.errors import InputError, LedgerError, StoreError, VerificationError
from ledger.export.lexicon import export_words
from ledger.options import TotalArguments, TotalOptions
from ledger.rows import HEAD
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


@pytest.fixture
def book(made_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    return Book.open(shutil.copytree(made_book, tmp_path / "book"))


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


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], book: Book) -> Shell:
    return Shell(capfd)


@pytest.mark.parametrize("verb", [*LISTINGS, "actors --alike", "report two-sided", "report self-audit", *REPORTS])
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


def test_the_help_of_export_tells_how_to_get_a_data_package(shell: Shell, tmp_path: Path) -> None:
    told = " ".join(shell("export --help").replace("│", " ").split())
    assert "datapackage.json for a data package" in told
    assert "A folder that exists gets figures.xlsx, a new one a data package." in told
    (tmp_path / "there").mkdir()
    assert "there/figures.xlsx" in shell(f"export {tmp_path}/there").replace("\\", "/")
    shell(f"export {tmp_path}/new")
    assert (tmp_path / "new" / "datapackage.json").exists()


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


def test_review_walks_and_keeps_what_is_said(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["c", "stage", "signed", "", "c", "stage", "committed", "by the release", "q"])
    rows = book.review().to_dicts()
    walk(book, iter([rows[0], rows[0], rows[1]]), "Ana", lambda *_, **__: next(answers))
    out, err = capsys.readouterr()
    assert "not kept" in err
    assert "kept: correct" in out
    assert book.decisions.select("field", "value", "note").rows() == [("stage", "committed", "by the release")]


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
    assert "files fewer" in shell("compact")
    assert [row["claims"] for row in shell.rows("history")] == [5]


def test_schemas_are_printed_and_written(shell: Shell, tmp_path: Path) -> None:
    assert json.loads(shell("schema claim"))["title"] == "Claim"
    assert set(json.loads(shell("schema"))) >= {"Document", "Claim", "Commitment"}
    assert str(tmp_path / "json" / "Claim.json") in shell(f"schema --output {tmp_path}/json")
    shell("schema nothing", code=2)


def one_line(told: str) -> bool:
    return told.startswith("ledger: ") and told.count("\n") == 1 and "Traceback" not in told


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--ledger {tmp}/none claims", 4),
        ("--ledger {tmp} ingest x.txt", 4),
        ("ingest {tmp}/none.txt", 3),
        ("extract {tmp}/none.txt", 3),
        ("nonsense", 2),
        ("claims --nonsense", 2),
        ("claims --format yaml", 2),
        ("claims --output {tmp}/no/such/folder/x.csv --format csv", 3),
        ("totals --by colour", 2),
        ("totals --currency shells", 2),
        ("totals --since yesterday", 2),
        ("totals --rate-date soon", 2),
        ("why ffffffff", 2),
        ("decide", 2),
        ("decide agree x", 2),
        ("decide alias x", 2),
        (f"decide correct {NORLUND} --field value --value=-5.12", 2),
        (f"decide correct {NORLUND} --field value --value 2,5", 2),
        (f"decide correct {NORLUND} --field value --value 1e999999999", 2),
        (f"decide correct {NORLUND} --field stage --value null", 2),
        (f"decide correct {NORLUND} --field unit --value shells", 2),
    ],
)
def test_an_error_is_one_line_and_a_documented_code(shell: Shell, tmp_path: Path, line: str, code: int) -> None:
    (tmp_path / "book.txt").write_text("not a ledger")
    shell(line.format(tmp=tmp_path), code=code)
    assert one_line(shell.err), shell.err
    assert f"{code} " in EPILOG


def test_codes_are_those_of_the_exceptions() -> None:
    assert [error.exit_code for error in (LedgerError, InputError, StoreError, VerificationError)] == [2, 3, 4, 5]


def test_an_interrupted_verb_ends_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "prove", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    shell("verify", code=130)
    assert one_line(shell.err)


def test_a_bug_is_one_line_too_unless_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "prove", lambda *_, **__: next(iter(())))
    shell("verify", code=1)
    assert one_line(shell.err)
    monkeypatch.setenv("LEDGER_DEBUG", "1")
    with pytest.raises(StopIteration):
        run(["verify"])


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
