"""How a run ends: each fault in one line, and with the code that the reference gives."""

import re
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.cli.app import EPILOG
from ledger.errors import ExitCode, InputError, LedgerError, StoreError, VerificationError
from tests.book.factory_workbook import write
from tests.cli.factory_shell import Shell
from tests.generated import ROOT
from tests.store.factory_store import pledge

NORLUND = pledge()[1][0].claim_id


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
        (f"decide correct {NORLUND} --field value --value 2,5,1", 2),
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


def test_the_reference_names_every_exit_code() -> None:
    told = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    section = told.partition("## Exit codes")[2].partition("\n## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)] == list(ExitCode)


def test_codes_are_those_of_the_exceptions() -> None:
    assert [error.exit_code for error in (LedgerError, InputError, StoreError, VerificationError)] == [2, 3, 4, 5]


def test_an_interrupted_verb_ends_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "prove", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    shell("verify", code=130)
    assert one_line(shell.err)


def test_a_bug_is_one_line_too_unless_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "prove", lambda *_, **__: next(iter(())))
    shell("verify", code=70)
    assert one_line(shell.err)
    monkeypatch.setenv("LEDGER_DEBUG", "1")
    shell("verify", code=70)
    assert "Traceback" in shell.err
    assert "StopIteration" in shell.err


@pytest.mark.slow
def test_a_cell_that_is_refused_beside_others_is_left_out(shell: Shell, book: Book, tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    book.export(path)
    first, second = book.rows()["claim_id"].to_list()[:2]
    write(path, "Claims", "Claim id", first, Your_decision="accept")
    write(path, "Claims", "Claim id", second, Corrected_value="2,5,1")
    assert shell("import-decisions " + str(path), code=1) == (
        "1 decision kept, 0 known already, 1 refused\ntotal   347.22 m USD, as before\n"
    )
    assert one_line(shell.err)


@pytest.mark.slow
def test_an_import_tells_what_it_changed_and_the_same_again_nothing(shell: Shell, book: Book, tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    book.export(path)
    write(path, "Claims", "Claim id", NORLUND, Corrected_value="about 2 and a bit")
    told = shell(f"import-decisions {path}", code=1)
    assert told == "0 decisions kept, 0 known already, 1 refused\ntotal   347.22 m USD, as before\n"
    assert re.fullmatch(r"ledger: Claims![A-Z]+\d+: not taken: value 'about 2 and a bit'[^\n]+\n", shell.err)
    kesto = next(row["commitment"] for row in book.rows().iter_rows(named=True) if row["unit"] == "EUR")
    write(path, "Claims", "Claim id", NORLUND, Corrected_value=None)
    write(path, "Commitments", "Commitment id", kesto, Corrected_value="95 million", Corrected_unit="US dollars")
    told = shell(f"import-decisions {path}")
    assert told.startswith("2 decisions kept, 0 known already, 0 refused\ntotal   347.22 m → 395.0 m USD (+47.78 m)\n")
    assert re.search(r"^ Kesto +47\.22 m +95\.0 m +\+47\.78 m +\+0$", told, re.MULTILINE)
    told = shell(f"import-decisions {path}")
    assert told == "0 decisions kept, 2 known already, 0 refused\ntotal   395.0 m USD, as before\n"
    book.undo(author="Ana")
    assert "1 of those known undone since, and left so" in shell(f"import-decisions {path}")
