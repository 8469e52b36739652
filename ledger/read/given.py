"""Articles that a program gives rather than a file: texts, and the rows of its tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.arguments import as_day, keywords_of
from ledger.errors import InputError


@dataclass(frozen=True, slots=True)
class Text:
    """Words that are an article, and what is known of it.

    >>> Text("Sony will invest $2 billion in Japan next year.", published="2025-03-04").published
    datetime.date(2025, 3, 4)
    """

    text: str
    """The words; offsets of claims count their code points, with line endings as \\n."""
    published: date | str | None = None
    """The day of publication, which "next year" counts from; a date, or text such as "2025-03-04"."""
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    """The address of the original, http or https."""
    source: str = "text"
    """What the ledger shows as its source."""

    def __post_init__(self) -> None:
        """Read a day that is text; raises InputError for what does not fit."""
        for name, takes in keywords_of(Text).items():
            takes.check(name, getattr(self, name))
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            raise InputError(f"url={self.url!r} is not valid; give an http or https address")
        if not self.source.strip():
            raise InputError("source='' is not valid; give the words that the ledger is to show")
        object.__setattr__(self, "published", as_day(self.published))

    @property
    def day(self) -> date | None:
        """The day of publication."""
        return as_day(self.published)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a program's table, each an article."""

    name: str
    """What the ledger shows as their source, before the number of each."""
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Mapping[str, object]]]
    """Gives the rows anew at each call."""


__all__ = ["Rows", "Text"]
