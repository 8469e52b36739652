"""Decisions read back from a workbook: what a person writes is taken, anything else is refused with its address."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from factory_export import frames
from openpyxl import load_workbook

from ledger.errors import InputError, LedgerError
from ledger.export import Frames, ImportedDecisions, export, import_decisions
from ledger.tables import frame_of
from schemas import Decision

AT = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "figures.xlsx"
    export(frames(30), path)
    return path


def edited(exported: Path, target: Path, *edits: tuple[str, int, str, Any]) -> Path:
    """The workbook with `edits` (sheet, row of the table from 0, label, value) as a person makes them."""
    book = load_workbook(exported)
    for sheet, row, label, value in edits:
        header = [cell.value for cell in book[sheet][4]]
        book[sheet].cell(row=5 + row, column=header.index(label) + 1).value = value
    book.save(target)
    return target


def taken(path: Path, book: Frames | None = None) -> ImportedDecisions:
    return import_decisions(path, book or frames(30), "Ines Marlow", AT)


def test_untouched_workbook_says_nothing(exported: Path) -> None:
    assert taken(exported) == ImportedDecisions((), (), 0)


def test_words_become_decisions(exported: Path, tmp_path: Path) -> None:
    path = edited(
        exported,
        tmp_path / "a.xlsx",
        ("Claims", 0, "Your decision", "accept"),
        ("Claims", 1, "Corrected value", "26 million"),
        ("Claims", 1, "Corrected field", "Space; defense"),
        ("Claims", 1, "Note", "misread"),
        ("Commitments", 2, "Your decision", "Reject"),
        ("Commitments", 3, "Corrected actor", "Kesto; Tessel"),
        ("Commitments", 3, "Corrected stage", "committed"),
    )
    result = taken(path)
    assert result.refused == ()
    said = {(decision.kind.value, decision.field, decision.value, decision.note) for decision in result.decisions}
    assert said == {
        ("accept", None, None, ""),
        ("correct", "value", "26000000", "misread"),
        ("correct", "fields", "space; defense", "misread"),
        ("reject", None, None, ""),
        ("correct", "actor", "Kesto; Tessel", ""),
        ("correct", "stage", "committed", ""),
    }
    assert {decision.author for decision in result.decisions} == {"Ines Marlow"}
    claims = [decision for decision in result.decisions if decision.exact]
    assert all(decision.document_id and decision.exact.startswith("$") for decision in claims if decision.exact)


def test_a_second_import_changes_nothing(exported: Path, tmp_path: Path) -> None:
    path = edited(
        exported,
        tmp_path / "a.xlsx",
        ("Claims", 0, "Your decision", "accept"),
        ("Commitments", 0, "Corrected stage", "approved"),
    )
    first = taken(path)
    base = frames(30)
    after = Frames(
        **{
            **{name: getattr(base, name) for name in ("documents", "claims", "memberships", "info")},
            "decisions": frame_of(Decision, first.decisions),
        }
    )
    again = taken(
        path,
        Frames(**{**after.__dict__, "commitments": base.commitments.with_columns(pl.lit("approved").alias("stage"))}),
    )
    assert again.decisions == ()
    assert again.refused == ()
    assert again.known == 2


REFUSALS: tuple[tuple[str, str, Any, str], ...] = (
    ("Claims", "Your decision", "maybe", "not a valid decision"),
    ("Claims", "Corrected value", "lots", "not a valid amount"),
    ("Claims", "Corrected value", "NaN", "not a valid amount"),
    ("Claims", "Corrected value", -5, "negative"),
    ("Claims", "Corrected value", "1e40", "larger than"),
    ("Claims", "Corrected value", "2,5", "write 2.5"),
    ("Claims", "Corrected value", 1e22, "larger than"),
    ("Claims", "Corrected value", "0.0000001", "six decimals"),
    ("Claims", "Corrected value", True, "neither text nor a number"),
    ("Claims", "Corrected value", datetime(2026, 1, 1), "neither text nor a number"),
    ("Claims", "Corrected value", "=1+1", "a formula"),
    ("Claims", "Corrected actor", ";", "no name"),
    ("Claims", "Corrected actor", "x" * 3000, "longer than"),
    ("Claims", "Corrected field", "magic", "not a valid field"),
    ("Claims", "Corrected stage", "done", "not a valid stage"),
    ("Claims", "Corrected stage", "pledged; approved", "not a valid stage"),
    ("Claims", "Note", "hm", "a note without"),
    ("Claims", "Row stamp", "0000", "has changed this row"),
    ("Claims", "Claim id", "ffff", "no claim"),
    ("Commitments", "Corrected field", "=HYPERLINK(A1)", "a formula"),
)


@pytest.mark.parametrize(("sheet", "label", "value", "reason"), REFUSALS)
def test_refusals_name_the_cell(
    exported: Path, tmp_path: Path, sheet: str, label: str, value: Any, reason: str
) -> None:
    others = [(sheet, 0, "Your decision", "accept")] if label in ("Row stamp", "Claim id") else []
    path = edited(
        exported, tmp_path / "a.xlsx", *others, (sheet, 0, label, value), (sheet, 1, "Your decision", "accept")
    )
    result = taken(path)
    assert [refused.cell.startswith(f"{sheet}!") and reason in refused.reason for refused in result.refused] == [True]
    assert [decision.kind.value for decision in result.decisions] == ["accept"]


def test_reject_and_correct_contradict(exported: Path, tmp_path: Path) -> None:
    path = edited(
        exported, tmp_path / "a.xlsx", ("Claims", 0, "Your decision", "reject"), ("Claims", 0, "Corrected value", 5)
    )
    assert "takes no corrections" in taken(path).refused[0].reason


def test_values_elsewhere_are_not_trusted(exported: Path, tmp_path: Path) -> None:
    path = edited(
        exported,
        tmp_path / "a.xlsx",
        ("Claims", 0, "Value", 9),
        ("Claims", 0, "Actor", "Nobody"),
        ("Commitments", 0, "Stage", "disbursed"),
    )
    assert taken(path) == ImportedDecisions((), (), 0)


def test_a_workbook_of_another_ledger_is_refused(exported: Path) -> None:
    with pytest.raises(InputError, match="another ledger"):
        taken(exported, frames(30, ledger="elsewhere"))


def test_rows_of_another_ledger_are_refused(exported: Path, tmp_path: Path) -> None:
    path = edited(exported, tmp_path / "a.xlsx", ("Claims", 0, "Your decision", "accept"))
    with pytest.raises(InputError, match="exported from another one"):
        taken(path, Frames())


def test_files_that_are_no_workbooks(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="not a workbook"):
        taken(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="not a workbook"):
        taken(tmp_path / "missing.xlsx")


def test_lost_columns_are_told(exported: Path, tmp_path: Path) -> None:
    book = load_workbook(exported)
    for cell in book["Claims"][4]:
        cell.value = None
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="has lost its columns"):
        taken(tmp_path / "a.xlsx")


def test_a_decision_needs_an_author(exported: Path) -> None:
    with pytest.raises(LedgerError, match="author"):
        import_decisions(exported, frames(30), " ", AT)
