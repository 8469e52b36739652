"""What is new in watched sources: feeds with the articles that they lead to, folders, and pages that change."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from ledger.errors import InputError
from ledger.files import read_file, shown
from ledger.read.article import LIMITS, Article, ReadLimits
from ledger.read.documents import Bytes, DocumentReader
from ledger.read.fetch import NO_STAND, Fetcher, FetchError, Stand
from ledger.read.formats import Refusal, Sample, format_of
from ledger.read.sources import is_ledger, items_in
from ledger.read.watchlist import Kind, Watched
from schemas import Document, Problem, Severity

SUMMARY_WORDS = 150
"""An entry of a feed with fewer words is a summary of the article that it leads to."""
MAY_PASS = frozenset({"unreachable", "too_slow", "http_status"})
"""Rules of what may go well another day; all else that keeps a page from being read is told once."""
BETWEEN = 1.0
"""Seconds between two pages of one host."""


class Known(NamedTuple):
    """What a ledger holds already."""

    documents: Mapping[str, str]
    """document_id → source."""
    sources: Collection[str]
    """All that its documents came by."""
    raw: Collection[str]
    """SHA-256 of the bytes that its documents were read from."""


NOTHING = Known({}, frozenset(), frozenset())


@dataclass
class News:
    """What came of one source."""

    source: str
    """Its address or path, as it is written in the file."""
    new: list[str] = field(default_factory=list)
    """document_id of each document that was not there."""
    known: int = 0
    """Files, entries or pages that were there already."""
    unchanged: bool = False
    """Whether its server says that nothing is new."""
    problems: int = 0
    again: bool = False
    """Whether something was left out that another day may give, so that the source must be asked for in full then."""
    refused: list[str] = field(default_factory=list)
    """Articles that its entries lead to and that no other day will give; the entry stands for them."""
    stand: Stand = NO_STAND


@dataclass
class Watcher:
    """Reads watched sources one after the other; one that is broken never stops the others."""

    retrieved_at: datetime
    folder: Path
    """Where relative paths start."""
    known: Known = NOTHING
    noted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was noted of each source the last time; see `notes`."""
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(between=BETWEEN))
    limits: ReadLimits = LIMITS
    news: dict[Watched, News] = field(default_factory=dict)
    """What came of each source that was read."""
    taken: set[str] = field(default_factory=set)
    """document_id and address of what was read by this watcher."""

    def documents(self, sources: Collection[Watched]) -> Iterator[Document | Problem]:
        """The documents and problems of `sources`, in order; those that are known and stand in a feed come too."""
        with closing(DocumentReader(self.retrieved_at, limits=self.limits)) as reader:
            for source in sources:
                news = self.news.setdefault(source, News(source.place))
                for found in READERS[source.kind](self, source, reader, news):
                    if isinstance(found, Problem):
                        news.problems += found.severity is not Severity.NOTE
                        news.again |= found.severity is Severity.ERROR
                    elif found.document_id in self.known.documents or found.document_id in self.taken:
                        news.known += 1
                    else:
                        self.taken.add(found.document_id)
                        news.new.append(found.document_id)
                    yield found

    def notes(self) -> Mapping[str, Mapping[str, Any]]:
        """What to note of the sources that were read, to be given as `noted` the next time."""
        made = dict(self.noted)
        for source, news in self.news.items():
            stand = NO_STAND if news.again else news.stand
            said = {"etag": stand.etag, "last_modified": stand.last_modified, "refused": news.refused}
            kept = {name: value for name, value in said.items() if value}
            made.pop(_key(source), None)
            made |= {_key(source): kept} if kept else {}
        return made

    # The kinds of sources ---------------------------------------------------------------------------------------------

    def feed(self, source: Watched, reader: DocumentReader, news: News) -> Iterator[Document | Problem]:
        """The entries of a feed, or the articles that they lead to."""
        found = self._bytes(source, news, known=() if source.follow else self.known.raw)
        if not isinstance(found, Bytes):
            yield from () if found is None else (found,)
            return
        entry = format_of(Sample(found.raw, PurePath(found.names[-1]).name, _media(found.media_type)))
        if isinstance(entry, Refusal) or entry.name != "feed":
            told = "cannot be told" if isinstance(entry, Refusal) else f"is {entry.label}"
            yield _problem(found.source, "no_feed", f"{told}, and no feed of RSS or Atom; name the feed's own address")
            return
        for one in list(reader.documents(found)):  # all of them first: the articles are read in the same process
            if isinstance(one, Document):
                yield from self._entry(one, source, reader, news)
            else:
                yield one

    def _entry(
        self, entry: Document, source: Watched, reader: DocumentReader, news: News
    ) -> Iterator[Document | Problem]:
        if entry.document_id in self.known.documents:
            # Its place in the feed moves each day, which makes no other source of it.
            entry = entry.model_copy(update={"source": self.known.documents[entry.document_id]})
        if not source.follow or entry.url is None or len(entry.text.split()) >= SUMMARY_WORDS:
            yield entry
            return
        link = shown(entry.url)
        before = self.noted.get(_key(source), {}).get("refused")
        if isinstance(before, list) and link in before:
            news.refused.append(link)
            news.known += 1
        elif link in self.known.sources or link in self.taken:
            news.known += 1
        else:
            self.taken.add(link)
            yield from self._article(link, entry, reader, news)

    def _article(self, link: str, entry: Document, reader: DocumentReader, news: News) -> Iterator[Document | Problem]:
        """The article that an entry leads to, or the entry with a warning where the article cannot be had."""
        try:
            answer = self.fetcher.fetch(link)
        except FetchError as error:
            problems = [_problem(link, error.rule, str(error))]
        else:
            said = Article("", entry.title, entry.publisher, entry.author, entry.published, answer.url)
            found = list(reader.documents(Bytes(link, answer.raw, (link,), answer.media_type, said)))
            if any(isinstance(one, Document) for one in found):
                yield from found
                return
            problems = [one for one in found if isinstance(one, Problem)]
        if any(problem.rule in MAY_PASS for problem in problems):
            yield from problems
            return
        news.refused.append(link)
        for problem in problems:
            message = f"{problem.message}; the feed's own words are read instead"
            yield problem.model_copy(update={"message": message, "severity": Severity.WARNING})
        yield entry

    def page(self, source: Watched, reader: DocumentReader, news: News) -> Iterator[Document | Problem]:
        """The article of a page, where it is not the one that is known."""
        found = self._bytes(source, news, known=self.known.raw)
        if isinstance(found, Bytes):
            yield from reader.documents(found)
        elif found is not None:
            yield found

    def files(self, source: Watched, reader: DocumentReader, news: News) -> Iterator[Document | Problem]:
        """The articles of the files in a folder whose bytes are not known."""
        folder = self.folder / source.place
        if not folder.is_dir() or is_ledger(folder):
            told = "is a ledger, not articles" if folder.is_dir() else "no such folder"
            yield _problem(shown(folder.as_posix()), "unreadable", f"{told}; correct the file of sources")
            return
        for item in items_in(folder):
            if isinstance(item, Problem):
                yield item
                continue
            found = self._file(Path(item.path or ""), item.names, source, news, self.known.raw)
            if isinstance(found, Bytes):
                yield from reader.documents(found)
            elif found is not None:
                yield found

    # Bytes ------------------------------------------------------------------------------------------------------------

    def _bytes(self, source: Watched, news: News, known: Collection[str]) -> Bytes | Problem | None:
        """The bytes of a feed or page; a problem where they cannot be had, None where they are known."""
        if not source.is_address:
            path = self.folder / source.place
            return self._file(path, (shown(path.as_posix()), path.name), source, news, known)
        name = shown(source.place)
        noted = self.noted.get(_key(source), {})
        try:
            answer = self.fetcher.fetch(source.place, Stand(_words(noted, "etag"), _words(noted, "last_modified")))
        except FetchError as error:
            return _problem(name, error.rule, str(error))
        if answer.unchanged:
            news.stand = answer.stand or Stand(_words(noted, "etag"), _words(noted, "last_modified"))
            news.refused, news.unchanged = [str(link) for link in noted.get("refused") or ()], True
            return None
        news.stand = answer.stand
        if sha256(answer.raw).hexdigest() in known:
            news.known += 1
            return None
        said = Article("", publisher=source.publisher, url=answer.url)
        return Bytes(name, answer.raw, (name,), answer.media_type, said)

    def _file(
        self, path: Path, names: tuple[str, ...], source: Watched, news: News, known: Collection[str]
    ) -> Bytes | Problem | None:
        """The bytes of a file; a problem where they cannot be had, None where they are known."""
        name = shown(path.as_posix())
        try:
            raw = read_file(path)
        except InputError as error:
            return _problem(name, "unreadable", str(error).removeprefix(f"{name}: "))
        if sha256(raw).hexdigest() in known:
            news.known += 1
            return None
        return Bytes(name, raw, names, known=Article("", publisher=source.publisher))


Reading = Callable[[Watcher, Watched, DocumentReader, News], Iterator[Document | Problem]]
READERS: Mapping[Kind, Reading] = {Kind.FEED: Watcher.feed, Kind.FOLDER: Watcher.files, Kind.PAGE: Watcher.page}


def _key(source: Watched) -> str:
    """What a source is noted under: one that is read in another way is another."""
    return f"{source.kind} {source.place}{' follow' if source.follow else ''}"


def _words(noted: Mapping[str, Any], name: str) -> str | None:
    """A value that was noted where it is text that a header can hold, or null."""
    said = noted.get(name)
    return said if isinstance(said, str) and said.isascii() and said.isprintable() else None


def _media(said: str | None) -> str | None:
    return (said or "").partition(";")[0].strip().lower() or None


def _problem(where: str, rule: str, message: str) -> Problem:
    return Problem(where=where, rule=rule, message=message, severity=Severity.ERROR)


__all__ = ["BETWEEN", "Known", "News", "Watcher"]
