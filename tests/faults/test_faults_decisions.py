"""No decision bricks a ledger: every field and type of wrong value, by every way in, and every verb afterwards."""

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from ledger.book import Book
from ledger.cli.walk import Walk
from ledger.corrections import CORRECTABLE
from ledger.errors import LedgerError
from ledger.store.chain import LINK
from ledger.store.store import GUARD
from ledger.tables import record_schema
from schemas import Decision, DecisionKind
from tests.faults.factory_faults import ended
from tests.store.factory_store import pledge

DOCUMENT = pledge()[0].document_id
CLAIM = pledge()[1][0].claim_id
VERBS = (
    *("claims", "commitments", "totals", "totals --by actor --by field --currency JPY", "exclusions", "actors"),
    *("actors --alike", "history", "problems", "review", "rates", "report two-sided", "report self-audit"),
    *("report recycled", f"why {CLAIM}", "why", "decisions", "decisions --format jsonl", "verify"),
)
HUGE = "9" * 400_000
AMOUNTS = (
    *(
        "null",
        "",
        "-5",
        "1e38",
        "1e400",
        "1e-400",
        "1e999999999",
        "-1e999999999",
        "9" * 39,
        "9" * 33,
        "0." + "0" * 30 + "1",
    ),
    *("nan", "inf", "-0", "٣", "1,5", "1.2.3", "five", "$", "£5", "\0", "\ud800", "=1+1", "1" * 3_000, HUGE),
)
CODES = ("null", "", "none", "investmentt", "-1", "1e400", "\0", "\ud800", "=HYPERLINK(1)", "pledged; committed", HUGE)
WRONG: tuple[tuple[str, str], ...] = (
    *((field, value) for field in ("value", "lower", "upper") for value in AMOUNTS),
    *((field, value) for field in ("unit", "bound", "measure", "stage") for value in CODES),
    *(
        (field, value)
        for field in ("actor", "recipient")
        for value in (";", "; ;", "\0", "\n", "\ud800", "a;" * 500_000, HUGE)
    ),
    *(("fields", value) for value in ("spaces", "space; ; moon", "\0", "\ud800", HUGE, "space;" * 9_000)),
    *(
        ("period", value)
        for value in ("soon", "9999/0001", "P", "PT", "2026-13", "P" + "9" * 50 + "Y", "\0", "\ud800", HUGE)
    ),
    *((field, "5") for field in ("colour", "claim_id", "", "VALUE", "\ud800")),
)
TYPES: tuple[Any, ...] = (
    None,
    True,
    5,
    -5,
    10**50,
    2.5,
    float("nan"),
    float("inf"),
    1e300,
    5e-324,
    Decimal("NaN"),
    [],
    {},
    b"5",
    object(),
)
OTHERS: tuple[tuple[str, ...], ...] = (
    ("same", CLAIM, CLAIM),
    ("different", CLAIM, CLAIM),
    ("part_of", CLAIM, CLAIM),
    ("same", CLAIM),
    ("reject", CLAIM, CLAIM),
    ("alias", "", ""),
    ("alias", "Norlund", "Norlund"),
    ("alias", "Norlund", ""),
    ("alias", "\ud800", "Norlund"),
    ("alias", "Norlund", "a\nb"),
    ("alias", "N" * 100_000, "Norlund"),
    ("alias", "=1+1", "Norlund"),
    ("accept", "nothing"),
    ("accept", ""),
    ("reject", "\0\0\0\0"),
    ("undo", "nothing"),
    ("undo", CLAIM),
    ("nonsense", CLAIM),
)


@pytest.fixture
def book(made_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    monkeypatch.setenv("LEDGER_AUTHOR", "Ana")
    monkeypatch.chdir(tmp_path)
    return Book.open(shutil.copytree(made_book, tmp_path / "book"))


def every_verb(capfd: pytest.CaptureFixture[str], *, sound: bool = True) -> None:
    """Every verb ends in order; with `sound`, `verify` finds nothing."""
    for verb in VERBS:
        done = ended(verb.split(), capfd)
        assert done.fault() is None, verb
        assert done.code in ((0,) if sound or verb != "verify" else (0, 5)), f"{verb}: {done.err}"
    done = ended(["export", "out.csv"], capfd)
    assert (done.fault(), done.code) == (None, 0), done.err


def _by_option(field: str, value: str, capfd: pytest.CaptureFixture[str]) -> None:
    done = ended(["decide", "correct", CLAIM, "--field", field, "--value", value], capfd)
    assert done.fault() is None
    assert done.code in (0, 2), done.err
    assert done.err.count("\n") == (1 if done.code else 0)
    assert len(done.err) < 2_000


def _by_file(field: str, value: str, capfd: pytest.CaptureFixture[str]) -> None:
    with Path("decisions.csv").open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([("kind", "target", "field", "value"), ("correct", CLAIM, field, value)])
    done = ended(["decide", "--file", "decisions.csv"], capfd)
    assert done.fault() is None
    assert done.err.count("\n") == (1 if done.code else 0)


def _by_python(field: str, value: Any, _: pytest.CaptureFixture[str]) -> None:
    try:
        Book.open("book").decide("correct", CLAIM, field=field, value=value, author="Ana")
    except LedgerError as error:
        told = str(error)
        assert len(told) < 2_000, told[:100]


def _by_walk(field: str, value: str, _: pytest.CaptureFixture[str]) -> None:
    book = Book.open("book")
    answers = iter(["c", field, value, "why"])
    rows = book.rows().filter(claim_id=CLAIM).rows(named=True)
    Walk(book, "Ana", lambda *_, **__: next(answers, "q"), lambda _: None).through(rows)


def _by_workbook(field: str, value: str, capfd: pytest.CaptureFixture[str]) -> None:
    if field not in IN_WORKBOOK or len(value) > 32_000 or any(char in value for char in "\0\ud800"):
        return  # no workbook holds it
    if not Path("book.xlsx").exists():
        assert ended(["export", "book.xlsx"], capfd).code == 0
    opened = load_workbook("book.xlsx")
    sheet = opened["Claims"]
    heads = next(row for row in sheet.iter_rows(max_row=20) if any(cell.value == "Your decision" for cell in row))
    label = f"Corrected {field}".removesuffix("s")
    columns = {str(cell.value).casefold(): cell.column for cell in heads}
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == CLAIM)
    place = next(number for name, number in columns.items() if name.startswith(label.casefold()))
    sheet.cell(row, place).value = value
    opened.save("changed.xlsx")
    done = ended(["import-decisions", "changed.xlsx"], capfd)
    assert done.fault() is None


IN_WORKBOOK = ("value", "unit", "measure", "stage", "actor", "recipient", "fields", "period")
"""Fields that have a review column."""
Way = Callable[[str, Any, pytest.CaptureFixture[str]], None]
WAYS: dict[str, Way] = {"option": _by_option, "file": _by_file, "python": _by_python, "walk": _by_walk}
SLOW_WAYS: dict[str, Way] = {**WAYS, "workbook": _by_workbook}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_wrong_values_leave_a_ledger_that_answers(way: str, book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    for field, value in WRONG[list(WAYS).index(way) :: 2 * len(WAYS)]:  # all of them are in the slow test
        WAYS[way](field, value, capfd)
    every_verb(capfd)
    undo_all(book, capfd)


@pytest.mark.faults
@pytest.mark.parametrize("at", range(len(WRONG)))
def test_after_each_wrong_value_every_verb_answers(
    at: int, whole_book: Path, tmp_path: Path, book: Book, capfd: pytest.CaptureFixture[str]
) -> None:
    field, value = WRONG[at]
    for way in SLOW_WAYS.values():
        before = book.decisions.height
        way(field, value, capfd)
        if book.decisions.height > before:
            every_verb(capfd)
            undo_all(book, capfd)


@pytest.mark.slow
def test_wrong_values_in_a_workbook(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    for field, value in (("value", "1e38"), ("value", "1e400"), ("stage", "null"), ("actor", ";"), ("fields", "moon")):
        _by_workbook(field, value, capfd)
    assert book.decisions.is_empty()
    every_verb(capfd)


@pytest.mark.slow
@pytest.mark.parametrize("field", CORRECTABLE)
def test_values_of_other_types_are_taken_or_refused(field: str, book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    for value in TYPES:
        _by_python(field, value, capfd)
    for verb in ("totals", "verify", "decisions"):
        assert ended([verb], capfd).code == 0, verb
    assert book.store.address


@pytest.mark.slow
def test_other_decisions_leave_a_ledger_that_answers(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    for words in OTHERS:
        done = ended(["decide", *words], capfd)
        assert done.fault() is None, words
        assert done.code in (0, 2), done.err
    for author in ("", " ", "\ud800", "a\nb", "A" * 9_000):
        assert ended(["decide", "reject", CLAIM, "--author", author], capfd).code == 2
    assert ended(["decide", "reject", CLAIM, "--note", "\ud800"], capfd).code == 2
    every_verb(capfd)
    undo_all(book, capfd)


@pytest.mark.parametrize(
    "made", [(None, CLAIM), (5, CLAIM), ([], CLAIM), ("reject", None), ("reject", 5), ("alias", "a", 5)]
)
def test_decisions_of_other_types_are_refused(made: tuple[Any, ...], book: Book) -> None:
    with pytest.raises(LedgerError):
        book.decide(*made, author="Ana")
    with pytest.raises(LedgerError):
        book.decide("reject", CLAIM, author=None)  # type: ignore[arg-type]  # what a caller must not give


def undo_all(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    """`ledger undo` takes back one decision after the other, until none stands."""
    told = Book.open(book.store.address).decisions_told().filter(status="in force")
    for _ in range(told.filter(pl.col("kind") != "undo").height):  # an undo stands too, and takes an id to be undone
        done = ended(["undo"], capfd)
        assert (done.fault(), done.code) == (None, 0), done.err
    assert ended(["undo"], capfd).code == 2
    assert ended(["verify"], capfd).code == 0


# What another program may have written

AT = datetime(2026, 3, 3, tzinfo=UTC)
SOUND: dict[str, Any] = {
    **dict.fromkeys(record_schema(Decision)),
    "decision_id": "d" * 16,
    "kind": "reject",
    "target": CLAIM,
    "author": "another program",
    "at": AT,
    "note": "",
}
TAMPERED: tuple[dict[str, Any], ...] = (
    {"kind": "nonsense"},
    {"kind": None},
    {"kind": ""},
    {"kind": "REJECT"},
    {"decision_id": None},
    {"decision_id": ""},
    {"target": None},
    {"target": ""},
    {"at": None},
    {"at": datetime(1, 1, 1, tzinfo=UTC)},
    {"at": datetime(9999, 12, 31, tzinfo=UTC)},
    {"author": None},
    {"note": None},
    {"kind": "alias", "target": "Norlund"},
    {"kind": "alias", "target": "Norlund", "other": ""},
    {"kind": "same"},
    {"kind": "same", "other": "nothing"},
    {"kind": "part_of", "other": CLAIM},
    {"kind": "different", "target": "Norlund"},
    {"kind": "correct"},
    {"kind": "correct", "field": "value"},
    {"kind": "correct", "field": "colour", "value": "red"},
    *({"kind": "correct", "field": field, "value": value} for field, value in WRONG if "\ud800" not in field + value),
    {"kind": "describe"},
    {"kind": "describe", "field": "published"},
    {"kind": "describe", "field": "text", "value": "other words"},
    {"kind": "describe", "target": "nothing", "field": "publisher", "value": "The Post"},
    *(
        {"kind": "describe", "target": DOCUMENT, "field": field, "value": value}
        for field in ("published", "publisher", "url")
        for value in ("", "soon", "2026-02-30", "12026-01-01", "0001-01-01", "\0", "a\nb", HUGE)
    ),
    {"kind": "undo", "target": "d" * 16},
    {"kind": "undo", "target": "nothing"},
    {"kind": "undo"},
)


def tampered(book: Book, rows: list[dict[str, Any]]) -> None:
    """Append rows to the table of decisions as another program would."""
    table = book.store.tables["decisions"]
    frame = pl.DataFrame(rows, schema=record_schema(Decision), orient="row")
    frame = frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in LINK.items())
    assert table.append_guarded(frame, table.handle(), GUARD)


def _rows() -> Iterator[dict[str, Any]]:
    for number, change in enumerate(TAMPERED):
        yield {**SOUND, "decision_id": f"{number:016x}", **change}


@pytest.mark.slow
def test_rows_of_another_program_are_left_aside_and_told(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    tampered(book, list(_rows()))
    every_verb(capfd, sound=False)
    told = ended(["verify"], capfd)
    assert told.code == 5
    assert "decision_stands" in told.out
    assert "correction_fits" in told.out
    book.decide("accept", CLAIM, author="Ana")
    book.undo(author="Ana")
    assert "its kind is unknown" in ended(["decisions", "--format", "csv"], capfd).out


@pytest.mark.faults
@pytest.mark.parametrize("at", range(len(TAMPERED)))
def test_after_each_row_of_another_program_every_verb_answers(
    at: int, book: Book, capfd: pytest.CaptureFixture[str]
) -> None:
    tampered(book, [{**SOUND, **TAMPERED[at]}])
    every_verb(capfd, sound=False)
    assert ended(["decide", "accept", CLAIM], capfd).code == 0
    assert ended(["undo"], capfd).code == 0


@pytest.mark.slow
def test_an_undo_is_a_decision_too(book: Book) -> None:
    before = book.totals()
    first = book.decide("correct", CLAIM, field="value", value="1 million", author="Ana")
    changed = book.totals()
    assert not changed.equals(before)
    undone = book.undo(first.decision_id[:6], author="Ben", note="the wrong row")
    assert (undone.kind, undone.target, undone.author) == (DecisionKind.UNDO, first.decision_id, "Ben")
    assert book.totals().equals(before)
    assert Book.open(book.store.address).totals().equals(before)
    with pytest.raises(LedgerError, match="taken back already"):
        book.undo(first.decision_id, author="Ana")
    book.undo(undone.decision_id, author="Ana")
    assert book.totals().equals(changed)
    book.undo(author="Ana")
    assert book.totals().equals(before)
    assert (
        book.decide("correct", CLAIM, field="value", value="1 million", author="Ana").decision_id != first.decision_id
    )
    assert book.totals().equals(changed)
    assert book.decisions_told()["status"].to_list().count("in force") >= 1


@pytest.mark.slow
def test_undone_names_and_pairs_are_as_before(book: Book) -> None:
    claims = book.rows().filter(pl.col("commitment").is_not_null())["claim_id"].to_list()
    before = book.rows(), book.commitments.collect().sort("commitment_id")
    for kind, target, other in (
        ("alias", "Kesto", "Norlund"),
        ("same", claims[0], claims[-1]),
        ("part_of", claims[-1], claims[0]),
        ("different", claims[0], claims[1]),
    ):
        book.decide(kind, target, other, author="Ana")
        book.totals()
        book.undo(author="Ana")
        assert book.rows().equals(before[0]), kind
        assert book.commitments.collect().sort("commitment_id").equals(before[1]), kind
