"""Readers of exports, and the exports that other readers find in RTF, Word and PDF."""

from ledger.read.article import Article, Read, ReadOptions, ReadProblem
from ledger.read.databases.split import database_articles, database_of, markup_articles
from ledger.read.decode import UndecodableError, decode


def read_database(raw: bytes, options: ReadOptions) -> Read:  # noqa: ARG001 - what every reader takes
    """The articles of an export as plain text."""
    try:
        text = decode(raw)
    except UndecodableError as error:
        yield ReadProblem(None, "binary", str(error))
        return
    yield from database_articles(text)


def read_database_markup(raw: bytes, options: ReadOptions) -> Read:  # noqa: ARG001 - what every reader takes
    """The articles of an export as HTML or XML."""
    yield from markup_articles(raw)


def with_exports(read: Read) -> Read:
    """What a reader reads, with the articles of an export in the place of its whole text."""
    for found in read:
        if isinstance(found, Article) and database_of(found.text) is not None:
            yield from database_articles(found.text)
        else:
            yield found


__all__ = ["read_database", "read_database_markup", "with_exports"]
