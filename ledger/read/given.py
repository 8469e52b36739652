"""Articles that a program gives rather than a file: texts, and the rows of its tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.arguments import as_day, checked, shown
from ledger.errors import InputError


class Text:
    """Words that are an article, and what is known of it: what `Book.ingest` and `ledger.extract` take.

    >>> Text("Sony will invest $2 billion in Japan next year.", published="2025-03-04")
    Text('Sony will invest $2 billion in Japan next year.', published='2025-03-04')
    """

    __slots__ = {
        "published": "The day of publication, or None.",
        "publisher": "Who published it, or None.",
        "source": "What the ledger shows as its source.",
        "text": "The words, with line endings as \\n.",
        "title": "Its headline, or None.",
        "url": "The address of the original, or None.",
    }

    @checked
    def __init__(
        self,
        text: str,
        published: date | str | None = None,
        *,
        title: str | None = None,
        publisher: str | None = None,
        url: str | None = None,
        source: str = "text",
    ) -> None:
        """The words, and what is known of them.

        `published` is the day that words like "next year" start from: a date, or text such as "2025-03-04". `url` is
        an http or https address. Offsets of claims count the code points of `text`. Raises InputError for what does not
        fit.
        """
        if url is not None and not url.startswith(("http://", "https://")):
            raise InputError(f"url={shown(url)} is not valid; give an http or https address")
        if not source.strip():
            raise InputError("source='' is not valid; give the words that the ledger is to show")
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.published, self.title, self.publisher = as_day(published), title, publisher
        self.url, self.source = url, source

    def __repr__(self) -> str:
        day = "" if self.published is None else f", published={self.published.isoformat()!r}"
        return f"Text({shown(self.text)}{day})"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a program's table, each an article."""

    name: str
    """What the ledger shows as their source, before the number of each."""
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Mapping[str, object]]]
    """Gives the rows anew at each call."""


__all__ = ["Rows", "Text"]
