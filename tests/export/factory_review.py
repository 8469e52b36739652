"""A ledger whose workbook a person reviews: a pledge for each case, and a few that others are compared with."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook

from ledger.book import Book
from ledger.export.workbook.layout import HEADER_ROW
from tests.book.factory_book import euros, profit, reading, rumour
from tests.store.factory_store import pledge

AT = datetime(2026, 3, 3, tzinfo=UTC)
HEADS = ("Alta", "Bero", "Cima", "Dorn", "Esko", "Fjel", "Gara", "Holm", "Ivra", "Juno")
ENDS = ("nor", "vik", "sen", "tek", "lund", "mar", "dal", "rud", "stad", "berg")
OTHERS = ("Kesto", "Norlund", "Orrin")
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "review_cells.toml").read_text(encoding="utf-8")
)["case"]
SIZE = len(CASES)
KEYS = {"Claims": "Claim id", "Commitments": "Commitment id"}
"""Sheet → the heading of its ids."""


def actor(number: int) -> str:
    """The actor of the pledge of a number below 100."""
    return HEADS[number // len(ENDS)] + ENDS[number % len(ENDS)]


def review_book(folder: Path, size: int) -> Book:
    """A ledger of `size` pledges of $101 million and more, and those of `OTHERS` and a statistic."""
    book = Book.open(folder / "book")
    pledges = [pledge(actor(number), 101 + number) for number in range(size)]
    book.add([*map(reading, (*pledges, pledge(), euros(), profit(), rumour()))], AT)
    return book


class Ids:
    """The ids of claims and commitments by their actor."""

    def __init__(self, book: Book) -> None:
        rows = book.rows().explode("actor").select("actor", "claim_id", "commitment")
        self._of = {name: (claim, commitment) for name, claim, commitment in rows.iter_rows()}

    def row(self, number: int, sheet: str) -> str:
        """The id of the row of a case on a sheet."""
        return self._of[actor(number)][sheet == "Commitments"]

    def filled(self, words: Any, own: str) -> Any:
        """`words` with the ids that it names: <Kesto>, <Kesto:6> its first characters, <own> the row's."""

        def found(match: re.Match[str]) -> str:
            whole = own if match["name"] == "own" else self._of[match["name"]][1]
            return whole[: int(match["length"] or len(whole))]

        return re.sub(r"<(?P<name>\w+)(?::(?P<length>\d+))?>", found, words) if isinstance(words, str) else words


def places_in(book: Workbook) -> dict[tuple[str, str], int]:
    """Sheet and id → the row."""
    places: dict[tuple[str, str], int] = {}
    for sheet, key in KEYS.items():
        column = [cell.value for cell in book[sheet][HEADER_ROW]].index(key) + 1
        for row in range(HEADER_ROW + 1, book[sheet].max_row + 1):
            places[sheet, str(book[sheet].cell(row, column).value)] = row
    return places


def fill(path: Path, target: Path, work: Callable[[Callable[..., None]], None]) -> Path:
    """The workbook at `path` after a person's `work`, which is given a function that writes a cell."""
    book = load_workbook(path)
    heads = {sheet: [cell.value for cell in book[sheet][HEADER_ROW]] for sheet in KEYS}
    places = places_in(book)

    def write(sheet: str, key: str, label: str, value: Any, shown: str | None = None) -> None:
        cell = book[sheet].cell(places[sheet, key], heads[sheet].index(label) + 1)
        cell.value = value
        if shown is not None:
            cell.number_format = shown

    work(write)
    book.save(target)
    return target


def told(decision: Mapping[str, Any]) -> str:
    """A decision in a line, without its target."""
    words = [decision["kind"], decision["field"], decision["value"] or decision["other"]]
    line = " ".join(word for word in words if word) + (" " if decision["value"] == "" else "")
    return f"{line} ({decision['note']})" if decision["note"] else line


def cells_of(opened: Any, name: str) -> Iterator[Any]:
    ((sheet, cells),) = opened.defined_names[name].destinations
    for (cell,) in opened[sheet][cells]:
        assert cell.value, f"{name} has no blank"
        yield cell.value


class Made(NamedTuple):
    """A ledger and its workbook, which nobody changes."""

    folder: Path
    workbook: Path
    ids: Ids
    places: dict[tuple[str, str], int]
    """Sheet and id → the row."""
    offered: dict[str, list[str]]
    """Defined name of a list → what it offers."""


def made_of(folder: Path, size: int) -> Made:
    book = review_book(folder, size)
    book.export(folder / "figures.xlsx")
    opened = load_workbook(folder / "figures.xlsx")
    offered = {name: list(cells_of(opened, name)) for name in opened.defined_names if name.endswith("Choices")}
    return Made(folder / "book", folder / "figures.xlsx", Ids(book), places_in(opened), offered)


Write = Callable[..., None]


def written(made: Made, cases: list[int], write: Write) -> None:
    """Write the cells of cases, each into its row."""
    for number in cases:
        case = CASES[number]
        sheet = case.get("sheet", "Claims")
        own = made.ids.row(number, sheet)
        for label, value in case["cells"].items():
            write(sheet, own, label, made.ids.filled(value, own), case.get("shown", {}).get(label))
