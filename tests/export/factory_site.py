"""Sites of ledgers made of nothing but a size, and of the articles in `tests/cases/site_articles.toml`."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree, html

from ledger.book import Book
from ledger.export import Frames, Site, SiteTables
from ledger.options import TotalOptions
from ledger.total import converted, exclusions, selected, totals

CHANGED = datetime(2026, 1, 31, 8, tzinfo=UTC)
ARTICLES = tomllib.loads((Path(__file__).parents[1] / "cases" / "site_articles.toml").read_text(encoding="utf-8"))[
    "article"
]


def site_tables(book: Frames) -> SiteTables:
    """What a ledger with the tables of `book` gives a site."""
    tables = (book.commitments, book.memberships, book.claims, book.documents)
    asked = TotalOptions()
    columns = ("commitment_id", "low", "stated", "high", "rate", "rate_on", "rate_source")
    return SiteTables(
        book=book,
        totals=partial(totals, *tables),
        counted=selected(converted(*tables, asked), asked).select(columns).sort("commitment_id").collect(),
        exclusions=exclusions(*tables),
        changed=CHANGED,
    )


def article_book(folder: Path, told: Sequence[Mapping[str, Any]] = ARTICLES) -> Book:
    """A ledger of articles, those of the site if no others are given, read by the named features."""
    articles = folder / "articles"
    articles.mkdir(parents=True)
    columns = ("file", "title", "publisher", "published", "url")
    with (folder / "about.csv").open("w", encoding="utf-8", newline="") as lines:
        about = csv.DictWriter(lines, columns)
        about.writeheader()
        for article in told:
            (articles / article["file"]).write_text(article["text"], encoding="utf-8")
            about.writerow({name: article.get(name, "") for name in columns})
    book = Book.open(folder / "figures.ledger")
    book.ingest(articles, metadata=folder / "about.csv", attributor="fast")
    return book


def pages_of(folder: Path) -> Iterator[tuple[str, etree._Element]]:
    """Path in the site and tree of every page."""
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), html.document_fromstring(path.read_text(encoding="utf-8"))


__all__ = ["ARTICLES", "Site", "article_book", "pages_of", "site_tables"]
