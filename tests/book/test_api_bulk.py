"""Many articles: portions, workers, jobs that go on where they stopped, and articles that end their reader."""

from pathlib import Path
from typing import Any

import pytest

from ledger.book import Book, bulk
from ledger.book.progress import Done
from ledger.engine import ReadSettings, engines
from tests.engine.factory_engine import HERE

TABLES = ("documents", "claims", "problems")


@pytest.fixture(autouse=True)
def hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small portions, processes for any number of articles, and a reader that costs nothing."""
    monkeypatch.setattr(bulk, "PORTION", 4)
    monkeypatch.setattr(bulk, "BATCH_CHARACTERS", 100)
    monkeypatch.setattr(engines, "WORTH_A_POOL", dict.fromkeys(engines.WORTH_A_POOL, 1))
    made = ReadSettings

    def quick(*given: Any, **more: Any) -> ReadSettings:
        return made(*given, **{**more, "reader": f"{HERE}:read_or_end", "seconds": 2.0})

    monkeypatch.setattr(bulk, "ReadSettings", quick)


def articles(folder: Path, number: int = 10) -> Path:
    """Articles of one sentence each, of which the last two say the same, and a file that cannot be read."""
    folder.mkdir()
    for one in range(number):
        words = f"Norlund will invest ${min(one, number - 2) + 1} million in clean energy in Arvania.\n"
        (folder / f"{one:03}.txt").write_text(words)
    (folder / "empty.txt").write_text(" \n")
    return folder


def content(book: Book) -> dict[str, list[Any]]:
    """All rows with their runs and hashes, but for the moments of reading."""
    seen = book.store.snapshot()
    rows = {name: seen.written[name].drop("row_hash").collect() for name in TABLES}
    rows["documents"] = rows["documents"].drop("retrieved_at")
    rows["runs"] = seen.runs.drop("started", "ended")
    return {name: frame.rows() for name, frame in rows.items()}


@pytest.mark.slow
def test_the_ledger_is_the_same_whoever_reads(tmp_path: Path) -> None:
    news = articles(tmp_path / "news")
    books = []
    for workers in (1, 2, 3):
        book = Book.open(tmp_path / f"{workers}.ledger")
        done = book.ingest(news, workers=workers, attributor="fast")
        assert (done.documents, done.claims, done.skipped, done.left_out) == (9, 9, 1, 1)
        assert len(done.runs) == 3
        assert done.run_id == done.runs[-1]
        books.append(content(book))
    assert books[0] == books[1] == books[2]


@pytest.mark.slow
def test_a_job_that_was_ended_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = articles(tmp_path / "news")
    whole, ended = Book.open(tmp_path / "whole.ledger"), Book.open(tmp_path / "ended.ledger")
    whole.ingest(news, workers=1, attributor="fast")
    add, calls = type(ended.store).add, []

    def interrupted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(type(ended.store), "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ended.ingest(news, workers=1, attributor="fast")
    assert ended.documents.collect().height == 4
    again = ended.ingest(news, workers=1, attributor="fast")
    assert (again.documents, again.skipped, again.left_out) == (5, 5, 1)
    assert content(ended) == content(whole)
    assert ended.verify() == []


@pytest.mark.slow
def test_an_article_that_ends_its_reader_is_left_out_and_read_apart_next_time(tmp_path: Path) -> None:
    news = articles(tmp_path / "news")
    (news / "004.txt").write_text("crash\n\nNorlund will invest $77 million in clean energy in Arvania.\n")
    book = Book.open(tmp_path / "a.ledger")
    done = book.ingest(news, workers=2, attributor="fast")
    assert (done.documents, done.skipped, done.left_out) == (8, 1, 2)
    assert sorted(problem.rule for problem in done.found) == ["empty", "reading_ended"]
    again = book.ingest(news, workers=1, attributor="fast")
    assert (again.documents, again.skipped, again.left_out) == (0, 9, 2)
    assert book.documents.collect().height == 8


def test_a_preview_stores_nothing_and_adds_up(tmp_path: Path) -> None:
    news, place = articles(tmp_path / "news"), tmp_path / "a.ledger"
    seen = Book.preview(place, news)
    assert (seen.new, seen.there, seen.copies, seen.left_out) == (9, 0, 1, 1)
    assert not place.exists()
    Book.open(place).ingest(news, workers=1, attributor="fast")
    seen = Book.preview(place, news)
    assert (seen.new, seen.there, seen.copies, seen.left_out) == (0, 10, 0, 1)


def test_progress_ends_with_all_that_was_read(tmp_path: Path) -> None:
    told: list[Done] = []
    Book.open(tmp_path / "a.ledger").ingest(
        articles(tmp_path / "news"), workers=1, attributor="fast", progress=told.append
    )
    assert told[-1] == Done(read=11, total=11, problems=1)
    assert [done.read for done in told] == sorted(done.read for done in told)
