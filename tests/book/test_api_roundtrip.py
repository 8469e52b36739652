"""A workbook made from articles goes to a person and comes back: what is written in it changes the totals, once."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledger.book import Book
from ledger.export.lexicon import export_words
from tests.book.factory_workbook import table, write

ARTICLES = {
    "plant.txt": (
        date(2025, 3, 3),
        "Siemens will invest $300 million in a battery plant in Norway, the company said.\n",
    ),
    "again.txt": (
        date(2025, 3, 5),
        "Ministers welcomed the plan of Siemens to invest $300 million in a battery plant in Norway.\n",
    ),
    "loan.txt": (date(2025, 6, 2), "The World Bank approved a loan of $90 million to Kenya for rural roads.\n"),
    "chips.txt": (date(2025, 7, 1), "Sony will invest $2 billion in a semiconductor plant in Japan.\n"),
    "mine.txt": (None, "Toyota will invest €50 million in a lithium mine in Chile.\n"),
    "port.txt": (None, "Hitachi will invest €70 million in a port in Peru.\n"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger of the articles; what they come to is kept in it."""
    folder = tmp_path_factory.mktemp("articles")
    book = Book.open(folder / "book")
    for name, (day, text) in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
        book.ingest(folder / name, published=day)
    book.derived()
    return folder / "book"


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Book:
    return Book.open(shutil.copytree(made, tmp_path / "book"))


def stated(book: Book) -> dict[str, Decimal]:
    return dict(book.totals(by="actor").select("actor", "stated").iter_rows())


def test_what_a_person_writes_changes_the_totals_once(book: Book, tmp_path: Path) -> None:
    before, path = stated(book), tmp_path / "figures.xlsx"
    assert {name: int(before[name]) for name in ("Siemens", "World Bank", "Sony")} == {
        "Siemens": 300_000_000,
        "World Bank": 90_000_000,
        "Sony": 2_000_000_000,
    }
    book.export(path)
    claims = {row["exact"]: row["claim_id"] for row in book.rows().iter_rows(named=True)}
    pledge = book.commitments.filter(actor=["Siemens"]).collect()["commitment_id"].item()
    write(path, "Claims", "Claim id", claims["$90 million"], Your_decision="reject", Note="the board has not met")
    write(
        path,
        "Claims",
        "Claim id",
        claims["$2 billion"],
        Corrected_value=2_500_000_000,
        Corrected_actor="Sony Semiconductor",
    )
    write(path, "Commitments", "Commitment id", pledge, Your_decision="reject")
    taken = book.import_decisions(path, author="Ana")
    assert (len(taken.decisions), taken.refused, taken.known) == (4, (), 0)
    after = stated(book)
    assert after == {"Sony Semiconductor": 2_500_000_000, "Toyota": before["Toyota"], "Hitachi": before["Hitachi"]}
    again = book.import_decisions(path, author="Ana")
    assert (again.decisions, again.refused, again.known) == ((), (), 4)
    assert stated(book) == after
    assert book.decisions.height == 4


@pytest.mark.slow
def test_a_corrected_commitment_stays_one(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    book.export(path)
    pledge = book.commitments.filter(actor=["Siemens"]).collect()["commitment_id"].item()
    write(path, "Commitments", "Commitment id", pledge, Corrected_value="350000000", Corrected_actor="Siemens Energy")
    assert len(book.import_decisions(path, author="Ana").decisions) == 2
    assert "Siemens" not in stated(book)
    assert stated(book)["Siemens Energy"] == 350_000_000
    assert book.export(tmp_path / "after.xlsx")
    row = next(row for row in table(tmp_path / "after.xlsx", "Commitments") if row["Commitment id"] == pledge)
    assert (row["Value"], row["Actor"]) == (350_000_000, "Siemens Energy")


@pytest.mark.slow
def test_rates_stand_once_and_years_are_those_of_the_totals(book: Book, tmp_path: Path) -> None:
    book.export(tmp_path / "figures.xlsx")
    rates = [tuple(row.values()) for row in table(tmp_path / "figures.xlsx", "Exchange rates")]
    assert len(rates) == len(set(rates))
    assert [row[:2] for row in rates].count(("EUR", "USD")) == 1
    assert all(unit != to for unit, to, *_ in rates)
    shown = {row["Year"] for row in table(tmp_path / "figures.xlsx", "Commitments")}
    assert shown == set(book.totals(by="year")["year"].to_list())


@pytest.mark.slow
def test_the_cover_names_whom_to_ask(book: Book, tmp_path: Path) -> None:
    for contact, told in (
        ("Data desk, desk@example.org", "Data desk, desk@example.org"),
        (None, export_words()["book"]["default_contact"]),
    ):
        book.export(tmp_path / "asked.xlsx", contact=contact)
        cover = load_workbook(tmp_path / "asked.xlsx", read_only=True)["Cover"]
        assert told in [row[1] for row in cover.iter_rows(values_only=True) if len(row) > 1]
