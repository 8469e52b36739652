"""Read what is new in watched sources into a ledger, and say what that changed in its totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ledger.book.bulk import Entries, Intake, Job, Workforce
from ledger.book.decide import DecisionDraft
from ledger.book.describe import INGESTION, Told
from ledger.book.effect import changes_between
from ledger.book.ingest import COPY, Ingestion, now
from ledger.book.progress import Progress
from ledger.book.query import known_currency
from ledger.book.review import HINT
from ledger.engine import OwnNames
from ledger.options import Source, attributor_of
from ledger.read.fetch import Fetcher
from ledger.read.watch import BETWEEN, Known, News, Watcher
from ledger.read.watchlist import read_watchlist
from ledger.store import note_watched, watched
from schemas import Decision, DecisionKind

if TYPE_CHECKING:
    from ledger.book.book import Book


@dataclass(frozen=True)
class WatchedRun:
    """What came of watched sources."""

    run: Ingestion
    news: Sequence[News]
    """What came of each source, in the order of the file."""
    changes: pl.DataFrame
    """What changed in the totals: that of all first, then those by actor, the largest change first.

    of (all or actor), actor (null where no article says it), before and after (stated, in `currency`), change, and
    commitments (how many more).
    """
    currency: str
    hinted: Sequence[Decision] = ()
    """The fields that hints of the file set."""


def watch(
    book: "Book",
    file: Source,
    *,
    workforce: Workforce,
    names: Source | None = None,
    attributor: str | None = None,
    progress: Progress | None = None,
    author: str = INGESTION,
    fetcher: Fetcher | None = None,
) -> WatchedRun:
    """Read what is new in the sources that the TOML `file` names, as one run; see `Book.watch`."""
    wanted, folder = read_watchlist(Path(file))
    currency = known_currency(wanted.currency)
    before = book.derived()
    started, own = now(), OwnNames.of(names)
    watcher = Watcher(started, folder, known_of(book), watched(book.store.folder), fetcher or Fetcher(between=BETWEEN))
    # One run: a file or a feed of which a part is stored would be known as a whole the next time.
    intake = Intake(book.store, Told.of(None, None, None, None), whole=True)
    job = Job(book.store, intake, attributor_of(attributor), own, workforce)
    run = job.run(watcher.documents(wanted.source), Entries(), started, progress)
    note_watched(book.store.folder, watcher.notes())
    hinted: list[Decision] = []
    for source, news in watcher.news.items():
        value = "; ".join(source.fields)
        drafts = [_hint(claim, value, Path(file)) for claim in _unsaid(book, news.new)] if value else []
        hinted += book.decide_all(drafts, author=author) if drafts else ()
    changes = changes_between(before, book.derived(), currency)
    return WatchedRun(run, tuple(watcher.news.values()), changes, currency, tuple(hinted))


def known_of(book: "Book") -> Known:
    """What a ledger holds already."""
    documents = book.documents.select("document_id", "source", "raw_sha256").collect()
    others = book.problems.filter(rule=COPY).select("where").collect()["where"]
    return Known(
        dict(documents.select("document_id", "source").iter_rows()),
        frozenset([*documents["source"], *others]),
        frozenset(documents["raw_sha256"]),
    )


def _unsaid(book: "Book", documents: Sequence[str]) -> list[str]:
    """The claims of documents that stand in a commitment and of which nothing says a field."""
    rows = book.rows().filter(pl.col("document_id").is_in(list(documents)) & pl.col("commitment").is_not_null())
    return rows.filter(pl.col("fields").list.len().fill_null(0) == 0)["claim_id"].to_list()


def _hint(claim: str, value: str, file: Path) -> DecisionDraft:
    note = f"{HINT}{file.name}: no word of the article says a field"
    return DecisionDraft(DecisionKind.CORRECT, claim, field="fields", value=value, note=note)


__all__ = ["WatchedRun", "watch"]
