"""Documents: what people set of them later, the sources of the same words, near copies and later versions."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger.book import Book
from ledger.book.cache import derive
from ledger.book.describe import DocumentFacts, described_ids, facts_in
from ledger.errors import InputError, LedgerError

PLEDGE = "Velora said it would invest €40 million in a battery plant in Portugal next year."
STORY = (
    "Velora said on Monday that it would invest {first} in a battery plant in Portugal, its largest there so far. "
    "The works are to open in 2029 and to employ nine hundred people, most of them from the towns along the river. "
    "Neighbours fear noise and lorries, and have asked a court to look at the permit once more this autumn. "
    "The state of Portugal will grant $48 million for a rail link, which the assembly has yet to approve."
)


def _ingest(book: Book, path: Path, text: str, **options: Any) -> Any:
    path.write_text(text, encoding="utf-8")
    return book.ingest(path, attributor="fast", **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger of one article, which lies beside it."""
    folder = tmp_path_factory.mktemp("documents")
    book = Book.open(folder / "book.ledger")
    _ingest(book, folder / "plant.txt", PLEDGE)
    book.derived()
    return folder


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Book:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Book.open(tmp_path / "book.ledger")


def _known(book: Book) -> tuple[Any, ...]:
    row = book.documents.select("published", "publisher", "url").collect().row(0)
    return (str(row[0]), *row[1:])


@pytest.mark.slow
def test_a_day_set_later_is_a_decision_and_reads_the_article_again(book: Book) -> None:
    assert book.claims.select("period").collect().item() is None
    facts = DocumentFacts("plant.txt", {"published": "2026-02-20", "publisher": "The Courier"})
    made = book.describe(facts, author="ann")
    assert [(one.kind, one.field, one.value) for one in made] == [
        ("describe", "published", "2026-02-20"), ("describe", "publisher", "The Courier"),
    ]  # fmt: skip
    assert _known(book) == ("2026-02-20", "The Courier", None)
    assert book.claims.select("period").collect().item() == "2027"
    assert book.commitments.select("first_reported").collect().item() == date(2026, 2, 20)
    assert book.store.snapshot().documents.select("published").collect().item() is None
    assert book.prove().problems == ()
    assert list(book.describe(facts, author="ann")) == []
    book.undo(made[0].decision_id, author="ann")
    assert _known(book) == ("None", "The Courier", None)
    assert book.claims.select("period").collect().item() is None
    assert book.prove().problems == ()
    assert book.history().height == 3


def test_a_day_given_with_an_article_that_is_there_is_set(book: Book, tmp_path: Path) -> None:
    again = book.ingest(tmp_path / "plant.txt", attributor="fast", published=date(2026, 2, 20), author="ann")
    assert (again.documents, again.skipped, again.found) == (0, 1, ())
    assert [(one.field, one.value, one.author) for one in again.described] == [("published", "2026-02-20", "ann")]
    table = tmp_path / "facts.csv"
    table.write_text("file,published,publisher\nplant.txt,2026-02-21,The Post\n", encoding="utf-8")
    third = book.ingest(tmp_path / "plant.txt", attributor="fast", metadata=table)
    assert [(one.field, one.value) for one in third.described] == [
        ("published", "2026-02-21"), ("publisher", "The Post"),
    ]  # fmt: skip
    assert _known(book) == ("2026-02-21", "The Post", None)
    assert book.ingest(tmp_path / "plant.txt", attributor="fast", metadata=table).described == ()


def test_the_same_words_are_one_document_with_all_their_sources(book: Book, tmp_path: Path) -> None:
    first = _ingest(book, tmp_path / "copy.txt", PLEDGE)
    assert (first.documents, first.skipped, first.found) == (0, 1, ())
    assert _ingest(book, tmp_path / "copy.txt", PLEDGE).problems == 0
    [row] = book.documents_told().iter_rows(named=True)
    assert [Path(source).name for source in row["sources"]] == ["plant.txt", "copy.txt"]
    assert row["claims"] == 1
    assert book.prove(reread=False).problems == ()


FACTS: list[tuple[dict[str, str], str]] = [
    ({"published": "20 February"}, "is no date; write it as YYYY-MM-DD"),
    ({"url": "plant.example"}, "is no http or https address"),
    ({"publisher": "a\x00b"}, "is not valid"),
    ({"title": "Plant"}, "a document has published, publisher, url to set"),
    ({}, "say what to set"),
]


@pytest.mark.parametrize(("said", "message"), FACTS)
def test_what_does_not_fit_is_refused_in_one_line(book: Book, said: dict[str, str], message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        book.describe(DocumentFacts("plant.txt", said), author="ann")
    assert book.decisions.is_empty()


DOCUMENTS = pl.DataFrame(
    [("ab12cd34", "news/a.txt"), ("ab12ff00", "news/b.txt"), ("0123abcd", "old/c.rtf#3 of 40")],
    schema=["document_id", "source"],
    orient="row",
)
TARGETS: list[tuple[str, list[str] | str]] = [
    ("ab12cd34", ["ab12cd34"]), ("ab12c", ["ab12cd34"]), ("ab12", "fits 2 documents"), ("a.txt", ["ab12cd34"]),
    ("news/*", ["ab12cd34", "ab12ff00"]), ("*.txt", ["ab12cd34", "ab12ff00"]), ("c.rtf*", ["0123abcd"]),
    ("01", "no document has"), ("*.pdf", "no document has"), ("*", ["0123abcd", "ab12cd34", "ab12ff00"]),
]  # fmt: skip


@pytest.mark.parametrize(("target", "found"), TARGETS)
def test_documents_are_named_by_id_source_or_pattern(target: str, found: list[str] | str) -> None:
    if isinstance(found, str):
        with pytest.raises(LedgerError, match=found):
            described_ids(DOCUMENTS, target)
    else:
        assert described_ids(DOCUMENTS, target) == found


TABLES = [
    ("document,published\nplant.txt,2026-02-20\n", None),
    ("published\n2026-02-20\n", "line 1: has the columns document, published, publisher, url"),
    ("document,title\nplant.txt,Plant\n", "line 1: has the columns"),
    ("document,published\n,2026-02-20\n", "line 2: names no document"),
    ('document,published\n"plant.txt,2026-02-20\n', "cannot be read as CSV"),
]


@pytest.mark.parametrize(("table", "message"), TABLES)
def test_a_table_sets_many(tmp_path: Path, table: str, message: str | None) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(table, encoding="utf-8")
    if message is None:
        assert list(facts_in(file)) == [DocumentFacts("plant.txt", {"published": "2026-02-20"})]
    else:
        with pytest.raises(InputError, match=message):
            list(facts_in(file))


def _counted(book: Book) -> list[tuple[str, str]]:
    rows = book.commitments.filter("counted").sort("value", descending=True).collect()
    return [(str(int(row["value"])), row["unit"]) for row in rows.iter_rows(named=True)]


def _versions(book: Book, folder: Path) -> list[Callable[[], Any]]:
    page = {"source_url": "https://northwire.example/plant", "publisher": "Northwire"}
    told = [("one.txt", "$400 million", date(2026, 2, 2)), ("two.txt", "$440 million", date(2026, 2, 4))]
    return [
        lambda name=name, first=first, day=day: _ingest(  # type: ignore[misc]
            book, folder / name, STORY.format(first=first), published=day, **page
        )
        for name, first, day in told
    ]


@pytest.mark.slow
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_later_version_of_a_page_takes_the_place_of_the_earlier_one(tmp_path: Path, order: tuple[int, int]) -> None:
    book = Book.open(tmp_path / "versions.ledger")
    versions = _versions(book, tmp_path)
    for turn in order:
        versions[turn]()
        book.resolution()  # the second is resolved from the first
    assert _counted(book) == [("440000000", "USD"), ("48000000", "USD")]
    listed = book.documents_told().sort("published")
    first, last = listed["document_id"]
    assert listed["replaced_by"].to_list() == [last, None]
    assert listed["duplicate_of"].to_list() == [None, first]
    fresh = derive(book.snapshot())
    grown = book.derived()
    for name in ("commitments", "memberships"):
        one, other = (getattr(known.resolution, name) for known in (fresh, grown))
        assert one.sort(one.columns[0]).equals(other.sort(one.columns[0])), name
    assert book.claims.filter(kind="money").collect().height == 4
    assert book.prove(reread=False).problems == ()
