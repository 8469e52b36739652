"""The Python face as its users meet it: what is given, what comes back, and what a notebook shows."""

import pydoc
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ledger
from ledger.book import Book
from ledger.errors import InputError, StoreError
from ledger.read import Rows, Text, read_documents
from ledger.read.article import ReadLimits
from schemas import Document, stable_id

VELORA = (
    "Velora will invest $70 million in a school in Peru, it announced in Lima on Tuesday, and will open it next year."
)
KESTO = "Kesto pledged €40 million to hospitals in Kenya, its chief executive said in a statement to the press."
SONY = "Sony will invest more than $2 billion in Japan by 2030."


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return ledger.open(tmp_path / "book")


def claims_in(book: Book) -> list[tuple[str, date | None, str]]:
    """The source, day and words of each claim, by its words."""
    rows = book.rows().sort("exact", "source").select("source", "published", "exact").rows()
    return [*rows]


# What is given to be read


def test_texts_bytes_documents_and_paths_in_one_list(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "sony.txt"
    file.write_text(SONY, encoding="utf-8")
    whole = Document(
        document_id=stable_id("document", KESTO),
        source="my database",
        published=date(2025, 3, 1),
        retrieved_at=datetime(2025, 4, 1, tzinfo=UTC),
        text=KESTO,
        raw_sha256="0" * 64,
    )
    texts = [file, ledger.Text(VELORA, "2025-03-04", source="note"), b"Orrin will invest $3 million in Togo.", whole]
    run = book.ingest(texts, published="2024-12-31", publisher="The Courier")
    assert (run.documents, run.claims, run.columns) == (4, 4, ())
    assert claims_in(book) == [
        (str(file), date(2024, 12, 31), "$2 billion"),
        ("bytes", date(2024, 12, 31), "$3 million"),
        ("note", date(2025, 3, 4), "$70 million"),
        ("my database", date(2025, 3, 1), "€40 million"),
    ]
    stored = {row["source"]: row for row in book.documents.collect().rows(named=True)}
    assert stored["note"]["published"] == date(2025, 3, 4), "what a text says of itself goes first"
    assert stored["my database"]["published"] == date(2025, 3, 1)
    assert stored[str(file)]["published"] == date(2024, 12, 31), "what holds for all fills the rest"
    assert {row["publisher"] for row in stored.values()} == {"The Courier"}
    assert (again := book.ingest(texts)).documents == 0
    assert again.skipped == 4


def test_a_text_is_read_as_it_stands_and_a_path_never_becomes_one(book: Book) -> None:
    page = "<p>Sony will invest $2 billion in Japan.</p>\r\nFrom: nobody"
    book.ingest(ledger.Text(page))
    [stored] = book.documents.collect()["text"]
    assert stored == page.replace("\r\n", "\n")
    [claim] = book.rows().rows(named=True)
    assert stored[claim["start"] : claim["end"]] == "$2 billion" == ledger.extract(page)[0].exact
    with pytest.raises(InputError, match=r"no such file or folder; words themselves .* ledger\.Text"):
        book.ingest(SONY)
    with pytest.raises(InputError, match=r"^sony\.txt: no such file or folder$"):
        book.ingest(["sony.txt"])
    assert book.ingest(ledger.Text("  \n")).left_out == 1


FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame,
    "pyarrow": pa.table,
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_any_package_has_an_article_a_row(book: Book, kind: str) -> None:
    frame = FRAMES[kind](
        {"wording": [VELORA, KESTO, None], "day": [date(2025, 3, 4), date(2025, 6, 1), None], "views": [1, 2, 3]}
    )
    run = book.ingest(frame, mapping="text=wording,published=day")
    assert run.columns == ("frame: text from 'wording', published from 'day'; not read: 'views'",)
    assert (run.documents, run.claims) == (2, 2)
    assert [problem.rule for problem in run.found] == ["empty_rows"], "a row without text is told"
    assert claims_in(book) == [
        ("frame#row 1", date(2025, 3, 4), "$70 million"),
        ("frame#row 2", date(2025, 6, 1), "€40 million"),
    ]


def test_frames_in_a_list_are_told_apart_and_their_columns_are_guessed(book: Book) -> None:
    frames = [pl.DataFrame({"Headline": ["A school"], "Body": [VELORA]}), pd.DataFrame({"article_text": [KESTO]})]
    run = book.ingest(frames)
    assert run.columns == ("frame 1: text from 'Body', title from 'Headline'", "frame 2: text from 'article_text'")
    assert sorted(book.documents.collect()["source"]) == ["frame 1#row 1", "frame 2#row 1"]


def test_a_frame_may_have_more_rows_than_a_file() -> None:
    names = [f"Company{number}" for number in range(4)]
    rows = Rows("frame", ("text",), lambda: ({"text": f"{name} will invest $2 million."} for name in names))
    limits, at = ReadLimits(members=2), datetime(2025, 1, 1, tzinfo=UTC)
    read = read_documents(rows, retrieved_at=at, mapping={"text": "text"}, limits=limits)
    assert [document.source for document in read] == [f"frame#row {number}" for number in (1, 2, 3, 4)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("frame", "mapping", "told"),
    [
        (pl.DataFrame({"body": [VELORA]}), {"text": "wording"}, r"frame has no column 'wording'; .* columns: body"),
        (pl.DataFrame({"city": ["Lima"]}), None, r"frame has no column of text; name one by mapping="),
        (pl.DataFrame({"body": [VELORA]}), {"txt": "body"}, "did you mean text"),
        ({"body": [VELORA]}, None, "sources={'body': .* is not valid; give paths"),
        (pl.LazyFrame({"body": [VELORA]}), None, "sources=<LazyFrame .* give it after .collect"),
        (pd.Series([VELORA]), None, "one column is no frame"),
        (pd.DataFrame({"body": [VELORA, 5]}, dtype=object), None, "columns each have one type"),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused_at_once(book: Book, frame: object, mapping: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        book.ingest([ledger.Text(SONY), frame], mapping=mapping)  # type: ignore[list-item]
    assert book.documents.collect().is_empty()


def test_a_preview_takes_what_an_ingestion_takes(tmp_path: Path) -> None:
    seen = Book.preview(tmp_path / "none", [ledger.Text(SONY), pl.DataFrame({"text": [VELORA]})])
    assert (seen.new, seen.characters) == (2, len(SONY) + len(VELORA) + 1)


# Claims without a ledger


def test_many_texts_give_a_list_each() -> None:
    many = ledger.extract([SONY, "Nothing here.", ledger.Text(VELORA, "2025-03-04")], published="2020-01-01")
    assert [[claim.exact for claim in claims] for claims in many] == [["$2 billion"], [], ["$70 million"]]
    assert ledger.extract([]) == []
    assert ledger.extract(pl.Series([SONY])) == [ledger.extract(SONY)] == ledger.extract(pd.Series([SONY]))
    assert many[0] == ledger.extract(SONY, "2020-01-01")


def test_a_day_in_words_starts_from_the_day_of_the_text() -> None:
    text = "Velora will invest $70 million in Peru next year."
    dated = [ledger.Text(text, day) for day in (date(2024, 5, 1), "2025-03-04")]
    periods = [claim.period for [claim] in ledger.extract([*dated, text], published="2019-01-01")]
    assert periods == ["2025", "2026", "2020"]


def test_a_frame_of_claims_has_the_columns_of_rows(book: Book) -> None:
    rows = ledger.extract([SONY, VELORA, SONY], as_frame=True)
    assert rows.select("source", "exact").rows() == [
        ("text 1", "$2 billion"),
        ("text 2", "$70 million"),
        ("text 3", "$2 billion"),
    ]
    book.ingest([ledger.Text(SONY), ledger.Text(VELORA)])
    stored = book.rows()
    ledgers_alone = {"counted", "exclusion_reason", "because"}
    assert [name for name in stored.columns if name not in ledgers_alone] == rows.columns
    assert {name: stored.schema[name] for name in rows.columns} == dict(rows.schema)
    assert set(rows["claim_id"]) == set(stored["claim_id"])
    assert rows["document_id"][0] == rows["document_id"][2] != rows["document_id"][1]
    assert ledger.extract("Nothing.", as_frame=True).columns == rows.columns


@pytest.mark.parametrize("attributor", ["fast", "accurate"])
def test_many_threads_get_the_same_claims(attributor: str) -> None:
    parties = [("Sony", "Japan"), ("Velora", "Peru"), ("Kesto", "Kenya")] * 8
    texts = [
        f"{name} will invest ${size} million in {place} by 20{30 + size}, it said. In May it paid €{size} million."
        for size, (name, place) in enumerate(parties, 2)
    ]
    one_by_one = [ledger.extract(text, attributor=attributor) for text in texts]
    assert sum(map(len, one_by_one)) >= 40
    with ThreadPool(8) as threads:
        at_once = threads.map(lambda text: ledger.extract(text, attributor=attributor), texts, chunksize=1)
    assert at_once == one_by_one


# A ledger that is closed


def test_a_ledger_is_closed_at_the_end_of_its_block(tmp_path: Path) -> None:
    with ledger.open(tmp_path / "book") as book:
        book.ingest(ledger.Text(SONY))
        frame, rows = book.claims, book.rows()
    assert frame.collect().height == rows.height == 1, "frames stay"
    for ask in (book.rows, lambda: book.claims, lambda: book.ingest(ledger.Text(VELORA)), book.__enter__):
        with pytest.raises(StoreError, match="is closed; ask within"):
            ask()
    assert repr(book) == f"Book({str(tmp_path / 'book')!r}, closed)"
    assert "is closed" in book._repr_html_()
    book.close()
    with ledger.open(tmp_path / "book", create=False) as again:
        assert again.rows().height == 1


def test_an_error_in_a_block_closes_the_ledger_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ledger.open(tmp_path / "book") as book:
        _ = 1 // 0
    with pytest.raises(StoreError, match="is closed"):
        book.rows()


# Days and totals


def test_a_day_may_be_text(small: Book) -> None:
    whole = small.totals()
    for given in ("2000-01-01", date(2000, 1, 1)):
        assert small.totals(since=given).equals(whole)
        assert small.totals(until=given)["stated"][0] == 0
        assert small.totals(as_known_on=given)["stated"][0] == 0
        assert small.rows(as_of=given).is_empty()
    moment = datetime(2100, 1, 1, 12, tzinfo=UTC)
    for when in (moment, moment.isoformat(), "2100-01-01T12:00Z", "2100-01-01T12:00", "2100-01-01", "1"):
        assert small.rows(as_of=when).height == 5
        assert small.totals(as_of=when).equals(whole)
    assert small.totals(currency="EUR", rate_date="2025-01-02").equals(
        small.totals(currency="EUR", rate_date=date(2025, 1, 2))
    )


def test_totals_by_a_time_are_in_its_order(book: Book) -> None:
    days = {"2025-03-04": 5, "2024-12-31": 900, "2025-04-01": 70}
    book.ingest([Text(f"Velora{day[-2:]} will invest ${size} million in Peru.", day) for day, size in days.items()])
    for by, times in (
        ("month", ["2024-12", "2025-03", "2025-04"]),
        ("quarter", ["2024-Q4", "2025-Q1", "2025-Q2"]),
        ("year", [2024, 2025]),
    ):
        sums = book.totals(by=by)
        assert sums[by].to_list() == times
        assert sums["stated"].sum() == 975_000_000
    both = book.totals(by=["year", "actor"])
    assert both.select("year", "stated").rows() == [(2024, 900_000_000), (2025, 70_000_000), (2025, 5_000_000)]


def test_floats_go_to_pandas_to_be_plotted(small: Book) -> None:
    exact, floats = small.totals(by="actor"), small.totals(by="actor", as_float=True)
    assert floats.columns == exact.columns
    assert isinstance(exact["stated"][0], Decimal)
    amounts = ["low", "stated", "high", "undecided", "not_itemised", "stated_pledged"]
    frame = floats.to_pandas().set_index("actor")
    assert [frame[name].dtype.kind for name in amounts] == ["f"] * len(amounts)
    assert frame["stated"].to_dict() == {
        name: float(said) for name, said in exact.select("actor", "stated").iter_rows()
    }


# Help


def test_help_is_a_page() -> None:
    page = pydoc.plaintext.document(ledger)
    assert len(page.splitlines()) < 600
    assert not re.search(r"^ *\|? *_[a-z]\w*(\(| =)", page, re.MULTILINE), "private names"
    assert " at 0x" not in page
    assert "book.ingest" in page.partition("PACKAGE CONTENTS")[0], "it begins with a tour"
    for name in ledger.__all__:
        public = getattr(ledger, name)
        assert name == "__version__" or public.__doc__
    for name in dir(Book):
        assert name.startswith("_") or name == "address" or pydoc.getdoc(getattr(Book, name)), name


def test_importing_is_cheap() -> None:
    lines = [
        "import sys, ledger",
        "heavy = {'polars', 'pydantic', 'deltalake', 'altair'} & set(sys.modules)",
        "print(heavy)",
    ]
    told = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
