"""Watched sources: what is new in feeds, folders and pages, asked of a site on loopback."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.read.watch import NOTHING, Known, Watcher
from ledger.read.watchlist import Watched
from schemas import Document, Problem, Severity
from tests.read.factory_site import PAGE, Site, fetcher

AT = datetime(2025, 3, 4, tzinfo=UTC)
LONG = "Kesto will invest $300 million in a battery plant in Chile by 2030, it said. " * 12


def rss(*items: tuple[str, str, str]) -> bytes:
    """A feed of (title, link, words)."""
    each = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>{words}</description>"
        "<pubDate>Mon, 03 Mar 2025 08:00:00 GMT</pubDate></item>"
        for title, link, words in items
    )
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>Courier: Business</title>'
    return f"{head}{each}</channel></rss>".encode()


class Mornings:
    """A file of sources that is read each morning, with what a ledger remembers between."""

    def __init__(self, folder: Path, *sources: Watched) -> None:
        self.folder, self.sources = folder, sources
        self.known: Known = NOTHING
        self.noted: Mapping[str, Mapping[str, Any]] = {}
        self.watcher = Watcher(AT, folder)

    def __call__(self) -> tuple[list[Document], list[Problem]]:
        self.watcher = Watcher(AT, self.folder, self.known, self.noted, fetcher())
        found = list(self.watcher.documents(self.sources))
        documents = [one for one in found if isinstance(one, Document)]
        new = [one for one in documents if one.document_id not in self.known.documents]
        self.known = Known(
            {**self.known.documents, **{one.document_id: one.source for one in new}},
            {*self.known.sources, *(one.source for one in new)},
            {*self.known.raw, *(one.raw_sha256 for one in new)},
        )
        self.noted = self.watcher.notes()
        return new, [one for one in found if isinstance(one, Problem)]

    @property
    def told(self) -> Sequence[tuple[int, int, int]]:
        """new, known, problems of each source."""
        return [(len(one.new), one.known, one.problems) for one in self.watcher.news.values()]


def test_a_feed_gives_what_is_new_in_it(site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Plant", "/plant", "Kesto will invest $3 million.")), ETag='"1"')
    read = Mornings(tmp_path, Watched(feed=address, publisher="The Courier"))
    [first], problems = read()
    assert (first.title, first.publisher, first.published, problems) == ("Plant", "The Courier", date(2025, 3, 3), [])
    assert first.url == address.replace("/rss", "/plant")
    assert read() == ([], [])
    assert [one.unchanged for one in read.watcher.news.values()] == [True]
    site.turn(
        "/rss", rss(("Port", "/port", "It cost $4 million."), ("Plant", "/plant", "Kesto will invest $3 million."))
    )
    [second], problems = read()
    assert (second.title, problems, read.told) == ("Port", [], [(1, 1, 0)])
    assert site.pages == ["/rss"] * 3


def test_known_entries_keep_their_source_however_far_they_move(site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Plant", "/plant", "Kesto will invest $3 million.")))
    read = Mornings(tmp_path, Watched(feed=address))
    read()
    site.turn(
        "/rss", rss(("Port", "/port", "It cost $4 million."), ("Plant", "/plant", "Kesto will invest $3 million."))
    )
    watcher = Watcher(AT, tmp_path, read.known, read.noted, fetcher())
    assert [one.source for one in watcher.documents(read.sources) if isinstance(one, Document)] == [
        f"{address}#entry 1",
        f"{address}#entry 1",
    ]


def test_articles_behind_summaries_are_fetched_once(site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Mill", "/mill", "A mill opens."), ("Plant", "/plant", LONG)))
    site.page("/mill")
    read = Mornings(tmp_path, Watched(feed=address, publisher="The Courier", follow=True))
    documents, problems = read()
    mill, plant = documents
    assert "Velora will invest $3 million" in mill.text
    assert (mill.source, mill.url) == (address.replace("/rss", "/mill"),) * 2
    assert (mill.published, mill.publisher, problems) == (date(2025, 3, 3), "The Courier", [])
    assert plant.text.count("$300 million") == 12
    assert read() == ([], [])
    assert site.pages == ["/rss", "/mill", "/rss"]
    assert read.told == [(0, 2, 0)]


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        pytest.param(404, "not_found", marks=pytest.mark.slow),
        pytest.param(402, "paywall", marks=pytest.mark.slow),
        (200, "no_article"),
    ],
)
def test_an_entry_stands_for_an_article_that_cannot_be_had(status: int, rule: str, site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Mill", "/mill", "A mill opens for $3 million.")))
    links = "".join(f"<li><a href=/{at}>Kesto opens plant number {at} in Chile</a></li>" for at in range(40))
    site.page("/mill", f"<html><body><main><ul>{links}</ul></main></body></html>".encode(), status)
    read = Mornings(tmp_path, Watched(feed=address, follow=True))
    [entry], [problem] = read()
    assert (entry.title, problem.rule, problem.severity) == ("Mill", rule, Severity.WARNING)
    assert problem.message.endswith("; the feed's own words are read instead")
    assert read() == ([], [])
    assert site.pages == ["/rss", "/mill", "/rss"]


def test_an_article_that_may_be_had_later_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Mill", "/mill", "A mill opens.")), ETag='"1"')
    site.page("/mill", b"", 503)
    read = Mornings(tmp_path, Watched(feed=address, follow=True))
    documents, [problem] = read()
    assert (documents, problem.rule, problem.severity) == ([], "http_status", Severity.ERROR)
    site.turn("/mill")
    [mill], problems = read()
    assert ("Velora will invest" in mill.text, problems) == (True, [])
    assert read() == ([], [])
    assert [one.unchanged for one in read.watcher.news.values()] == [True]


def test_a_page_is_read_again_where_it_changed(site: Site, tmp_path: Path) -> None:
    address = site.page("/a")
    read = Mornings(tmp_path, Watched(page=address))
    [first], _ = read()
    assert (read(), read.told) == (([], []), [(0, 1, 0)])
    site.turn("/a", PAGE.replace(b"$3 million", b"$5 million"))
    [second], _ = read()
    assert (first.source, second.source) == (address, address)
    assert "$5 million" in second.text


def test_files_are_known_by_their_bytes(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "a.txt").write_text("Velora will invest $3 million in a mill.\n")
    read = Mornings(tmp_path, Watched(folder="incoming", publisher="Northwire"))
    [first], _ = read()
    assert (first.source, first.publisher) == ((incoming / "a.txt").as_posix(), "Northwire")
    (incoming / "b.txt").write_text("Kesto will invest $4 million in a port.\n")
    (incoming / "c.txt").write_bytes(b"\0" * 100)
    (incoming / "a.txt").rename(incoming / "z.txt")
    [second], [problem] = read()
    assert (second.source, problem.rule) == ((incoming / "b.txt").as_posix(), "binary")
    assert read.told == [(1, 1, 1)]


def test_what_is_broken_stops_nothing_else(site: Site, tmp_path: Path) -> None:
    page, gone = site.page("/page"), site.page("/gone", b"", 410)
    (tmp_path / "feed.rss").write_bytes(b"<rss version='2.0'><channel><item><title>Mi")
    (tmp_path / "news.rss").write_bytes(rss(("Mill", "https://courier.example/mill", "A mill opens for $3 million.")))
    broken = [
        Watched(feed=page),
        Watched(feed=gone),
        Watched(feed="http://10.0.0.1/rss"),
        Watched(feed="missing.rss"),
        Watched(feed="feed.rss"),
        Watched(folder="nowhere"),
        Watched(page=gone),
    ]
    read = Mornings(tmp_path, *broken, Watched(feed="news.rss"))
    [mill], problems = read()
    assert mill.source.endswith("news.rss#entry 1")
    assert [problem.rule for problem in problems] == [
        *("no_feed", "not_found", "private_address", "unreadable", "no_feed", "unreadable", "not_found")
    ]
    assert all(one.problems for one in list(read.watcher.news.values())[:-1])
    assert {problem.severity for problem in problems} == {Severity.ERROR}
    assert dict(read.noted) == {}


@pytest.mark.parametrize(
    "noted", [{"etag": 5}, {"etag": "a\nb"}, {"refused": 7}, {"refused": [None]}, {"last_modified": []}]
)
def test_notes_that_are_damaged_are_left_aside(noted: dict[str, Any], site: Site, tmp_path: Path) -> None:
    address = site.page("/rss", rss(("Mill", "/mill", "A mill opens.")))
    site.page("/mill")
    source = Watched(feed=address, follow=True)
    watcher = Watcher(AT, tmp_path, noted={f"feed {address} follow": noted}, fetcher=fetcher())
    assert [type(one) for one in watcher.documents([source])] == [Document]
