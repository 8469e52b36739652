"""Decisions read back from a workbook: what a person writes is taken, anything else is refused with its address."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from factory_review import AT, CASES, SIZE, Made, Write, actor, fill, made_of, review_book, told, written
from openpyxl import load_workbook

from ledger.book import Book
from ledger.book.decide import DecisionDraft
from ledger.book.reviewed import ImportedDecisions, taken_of
from ledger.errors import InputError, LedgerError
from ledger.export.review import asked_row
from ledger.export.review_cells import cell_text
from ledger.export.reviewed_workbook import ReviewCell, ReviewRow
from schemas import DecisionKind

REVIEW_LABELS = (
    *("Your decision", "Corrected value", "Corrected unit", "Corrected measure", "Corrected stage", "Corrected actor"),
    *("Corrected recipient", "Corrected field", "Corrected period", "Is the same as", "Is not the same as"),
    *("Is part of", "Actor is another name of", "Note"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One with a row for each case."""
    return made_of(tmp_path_factory.mktemp("review"), SIZE)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One with few rows."""
    return made_of(tmp_path_factory.mktemp("few"), 4)


@pytest.fixture
def book(few: Made, tmp_path: Path) -> Book:
    return Book.open(shutil.copytree(few.folder, tmp_path / "book"))


# The table ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def taken(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ImportedDecisions:
    """What comes of all cases in one workbook."""
    folder = tmp_path_factory.mktemp("taken")
    path = fill(made.workbook, folder / "a.xlsx", lambda write: written(made, list(range(SIZE)), write))
    return Book.open(shutil.copytree(made.folder, folder / "book")).import_decisions(path, author="Ines Marlow")


def test_the_table_is_long_enough() -> None:
    assert SIZE >= 40


@pytest.mark.parametrize(
    "number", range(SIZE), ids=lambda number: str(next(iter(CASES[number]["cells"].values())))[:20]
)
def test_a_cell_is_taken_as_it_was_meant_or_refused(made: Made, taken: ImportedDecisions, number: int) -> None:
    case = CASES[number]
    sheet = case.get("sheet", "Claims")
    own = made.ids.row(number, sheet)
    decisions = [
        told(one.model_dump()) for one in taken.decisions if one.target in (own, case.get("about", actor(number)))
    ]
    place = rf"{sheet}![A-Z]+{made.places[sheet, own]}"
    refused = [cell.reason for cell in taken.refused if re.fullmatch(place, cell.cell)]
    if "refused" in case:
        assert len(refused) == 1
        assert case["refused"] in refused[0]
        assert "\n" not in refused[0]
        assert decisions == []
        return
    assert refused == []
    assert decisions == [made.ids.filled(line, own) for line in case["kept"]]


@pytest.mark.parametrize(
    ("column", "value", "shown", "said"),
    [
        ("value", 0.12, "0.0%", "12%"),
        ("value", 0.125, "0%", "12.5%"),
        ("value", 12, '0.0##\\ "%"', "12"),
        ("value", 1234.5, "[$£-809]#,##0.00", "£1234.5"),
        ("value", 1e-7, "General", "0.0000001"),
        ("period", 2027.0, "General", "2027"),
        ("period", datetime(2027, 1, 1), "yyyy", "2027"),
        ("period", datetime(2027, 1, 1), "[$-409]mmm\\-yy", "2027-01"),
        ("period", datetime(2027, 1, 1), "General", "2027-01-01"),
        ("same", 12345678, "General", "12345678"),
        ("actor", "“Kesto”", "General", "Kesto"),
        ("note", 5, "0%", "5"),
    ],
)
def test_what_a_spreadsheet_made_of_words_is_read_back(column: str, value: Any, shown: str, said: str) -> None:
    assert cell_text(ReviewCell("Claims!T5", value, "n", shown), f"review_{column}") == said


@pytest.mark.slow
def test_the_same_workbook_again_adds_nothing(made: Made, tmp_path: Path) -> None:
    book = Book.open(shutil.copytree(made.folder, tmp_path / "book"))
    path = fill(made.workbook, tmp_path / "a.xlsx", lambda write: written(made, list(range(SIZE)), write))
    first = book.import_decisions(path, author="Ines Marlow")
    totals = book.totals(by=["actor", "recipient", "field", "year"])
    again = book.import_decisions(path, author="Ines Marlow")
    assert again.decisions == ()
    assert again.known == len(first.decisions)
    assert sorted(again.refused, key=str) == sorted(first.refused, key=str)
    assert book.totals(by=["actor", "recipient", "field", "year"]).equals(totals)
    assert book.verify() == []


# Properties -----------------------------------------------------------------------------------------------------------

KEPT = [number for number, case in enumerate(CASES) if case.get("kept")]


def by_hand(made: Made, cases: list[int]) -> Iterator[DecisionDraft]:
    """What the cells of cases say, as `ledger decide` is told it."""
    for number in cases:
        own = made.ids.row(number, CASES[number].get("sheet", "Claims"))
        for line in CASES[number]["kept"]:
            words, _, note = made.ids.filled(line, own).partition(" (")
            kind, _, rest = words.partition(" ")
            name, _, value = rest.partition(" ")
            more = {"field": name, "value": value} if kind == "correct" else {"other": rest or None}
            target = CASES[number].get("about", actor(number)) if kind == "alias" else own
            yield DecisionDraft(DecisionKind(kind), target, note=note.removesuffix(")"), **more)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_workbook_gives_the_totals_that_decide_gives(made: Made, tmp_path: Path, seed: int) -> None:
    book = Book.open(shutil.copytree(made.folder, tmp_path / "book"))
    cases = KEPT if seed == 0 else sorted(Random(seed).sample(KEPT, 6))
    other = Book.open(shutil.copytree(made.folder, tmp_path / "other"))
    other.decide_all(list(by_hand(made, cases)), author="Ines Marlow")
    path = fill(made.workbook, tmp_path / "a.xlsx", lambda write: written(made, cases, write))
    taken = book.import_decisions(path, author="Ines Marlow")
    assert taken.refused == ()
    assert len(taken.decisions) == other.decisions.height
    for by in ("actor", "recipient", "field", "year", "measure"):
        assert book.totals(by=by).equals(other.totals(by=by)), by
    assert book.commitments.collect().equals(other.commitments.collect())
    assert sorted(book.decisions["decision_id"]) == sorted(other.decisions["decision_id"])


def test_an_untouched_workbook_says_nothing(few: Made, book: Book) -> None:
    assert book.import_decisions(few.workbook, author="Ana") == ImportedDecisions((), (), 0)


def test_what_is_decided_is_kept_in_the_order_in_which_it_was_checked(few: Made, book: Book, tmp_path: Path) -> None:
    own = few.ids.row(0, "Claims")

    def work(write: Write) -> None:
        write("Claims", own, "Corrected unit", "EUR")
        write("Claims", own, "Corrected value", "€95m")
        write("Claims", own, "Corrected stage", "Signed")

    book.import_decisions(fill(few.workbook, tmp_path / "a.xlsx", work), author="Ana")
    assert book.decisions_told()["field"].to_list() == ["unit", "value", "stage"]
    assert book.decisions["at"].is_unique().all()


# What is refused as a whole -------------------------------------------------------------------------------------------


def test_a_row_that_the_ledger_changed_is_refused_whole(few: Made, book: Book, tmp_path: Path) -> None:
    own = few.ids.row(0, "Claims")
    book.decide("correct", own, field="period", value="by 2030", author="Ana")

    def work(write: Write) -> None:
        write("Claims", own, "Corrected stage", "committed")
        write("Claims", own, "Corrected value", 5)
        write("Claims", few.ids.row(1, "Claims"), "Your decision", "accept")

    result = book.import_decisions(fill(few.workbook, tmp_path / "a.xlsx", work), author="Ana")
    (refused,) = result.refused
    assert "has changed this row since the export; export again" in refused.reason
    assert [one.kind.value for one in result.decisions] == ["accept"]


def test_a_row_that_is_here_twice_is_taken_once(few: Made, book: Book, tmp_path: Path) -> None:
    first, second = (few.ids.row(number, "Claims") for number in (0, 1))

    def work(write: Write) -> None:
        write("Claims", second, "Row stamp", stamp_of(few, first))
        write("Claims", first, "Your decision", "accept")
        write("Claims", second, "Your decision", "reject")
        write("Claims", second, "Claim id", first)

    result = book.import_decisions(fill(few.workbook, tmp_path / "a.xlsx", work), author="Ana")
    assert len(result.decisions) == 1
    assert ["twice" in refused.reason for refused in result.refused] == [True]


def test_rows_without_an_id_of_the_ledger_are_told(few: Made, book: Book, tmp_path: Path) -> None:
    first, second = (few.ids.row(number, "Claims") for number in (0, 1))

    def work(write: Write) -> None:
        write("Claims", first, "Your decision", "accept")
        write("Claims", second, "Your decision", "accept")
        write("Claims", second, "Claim id", "ffff")

    result = book.import_decisions(fill(few.workbook, tmp_path / "a.xlsx", work), author="Ana")
    assert len(result.decisions) == 1
    assert ["no claim 'ffff' in this ledger" in refused.reason for refused in result.refused] == [True]


@pytest.mark.slow
def test_what_was_undone_stays_so_and_is_told(few: Made, book: Book, tmp_path: Path) -> None:
    own = few.ids.row(0, "Claims")
    path = fill(few.workbook, tmp_path / "a.xlsx", lambda write: write("Claims", own, "Your decision", "reject"))
    before = book.totals()
    book.import_decisions(path, author="Ana")
    book.undo(author="Ana")
    again = book.import_decisions(path, author="Ana")
    assert (again.decisions, again.known, again.undone) == ((), 1, 1)
    assert book.totals().equals(before)


def test_values_elsewhere_are_not_trusted(few: Made, book: Book, tmp_path: Path) -> None:
    def work(write: Write) -> None:
        write("Claims", few.ids.row(0, "Claims"), "Value", 9)
        write("Claims", few.ids.row(0, "Claims"), "Actor", "Nobody")
        write("Commitments", few.ids.row(0, "Commitments"), "Stage", "disbursed")

    path = fill(few.workbook, tmp_path / "a.xlsx", work)
    assert book.import_decisions(path, author="Ana") == ImportedDecisions((), (), 0)


@pytest.mark.slow
def test_a_workbook_of_another_ledger_is_refused(few: Made, tmp_path: Path) -> None:
    path = fill(few.workbook, tmp_path / "a.xlsx", accept_first(few))
    with pytest.raises(InputError, match="another ledger"):
        review_book(tmp_path, 3).import_decisions(path, author="Ana")
    with pytest.raises(InputError, match="exported from another one"):
        Book.open(tmp_path / "empty").import_decisions(path, author="Ana")


def accept_first(few: Made) -> Callable[[Write], None]:
    return lambda write: write("Claims", few.ids.row(0, "Claims"), "Your decision", "accept")


def stamp_of(few: Made, claim: str) -> str:
    sheet = load_workbook(few.workbook, read_only=True)["Claims"]
    header, *rows = sheet.iter_rows(min_row=4, values_only=True)
    found = next(row for row in rows if row[header.index("Claim id")] == claim)
    return str(found[header.index("Row stamp")])


def test_files_that_are_no_workbooks(book: Book, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    for name in ("a.xlsx", "missing.xlsx"):
        with pytest.raises(InputError, match="not a workbook"):
            book.import_decisions(tmp_path / name, author="Ana")


def test_lost_columns_are_told(few: Made, book: Book, tmp_path: Path) -> None:
    opened = load_workbook(few.workbook)
    for cell in opened["Claims"][4]:
        cell.value = None
    opened.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="has lost its columns"):
        book.import_decisions(tmp_path / "a.xlsx", author="Ana")


def test_a_decision_needs_an_author(few: Made, book: Book) -> None:
    with pytest.raises(LedgerError, match="author"):
        book.import_decisions(few.workbook, author=" ")


# What is offered ------------------------------------------------------------------------------------------------------


def test_each_review_column_offers_its_choices_and_says_what_may_be_written(few: Made) -> None:
    opened = load_workbook(few.workbook)
    offered = few.offered
    for sheet in ("Claims", "Commitments"):
        heads = {cell.value: cell.column_letter for cell in opened[sheet][4]}
        assert set(REVIEW_LABELS) <= set(heads)
        rules = {str(rule.sqref).split(":")[0]: rule for rule in opened[sheet].data_validations.dataValidation}
        for label in REVIEW_LABELS:
            rule = rules[f"{heads[label]}5"]
            assert rule.promptTitle == label
            assert 20 < len(rule.prompt) <= 255
            assert not rule.showErrorMessage, "words of one's own are not forbidden"
            assert rule.formula1 is None or offered[rule.formula1]
    assert {"accept", "reject"} == set(offered["DecisionChoices"])
    assert {"Clean energy", "Defence"} <= set(offered["FieldChoices"])
    assert offered["UnitChoices"][:2] == ["EUR", "USD"]
    assert {"Kesto", "Arvania"} <= set(offered["NameChoices"])
    assert any("Orrin → Arvania" in choice for choice in offered["CommitmentChoices"])


@pytest.mark.parametrize(
    ("column", "choices"),
    [
        ("measure", "MeasureChoices"),
        ("stage", "StageChoices"),
        ("fields", "FieldChoices"),
        ("unit", "UnitChoices"),
        ("period", "PeriodChoices"),
        ("actor", "NameChoices"),
        ("part_of", "CommitmentChoices"),
    ],
)
def test_whatever_is_offered_is_understood(few: Made, book: Book, column: str, choices: str) -> None:
    own = few.ids.row(0, "Claims")
    for choice in few.offered[choices]:
        cell = {f"review_{column}": ReviewCell("Claims!A1", choice, "s")}
        row = asked_row(ReviewRow("Claim", own, "x", cell), {own: "x"})
        assert row is not None
        taken = taken_of([row], book.derived(), author="Ana", at=AT)
        assert taken.refused == (), choice
        assert len(taken.decisions) == 1
