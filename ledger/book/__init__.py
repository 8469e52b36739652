"""The Python face: a `Book` is an open ledger."""

from ledger.book.book import Book

__all__ = ["Book"]
