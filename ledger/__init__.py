"""Every investment and commitment figure in the news: quoted, sourced, counted once.

Read the claims of a text:

>>> import ledger
>>> claims = ledger.extract("Sony will invest more than $2 billion in Japan.")
>>> claims
[Claim('$2 billion', more_than 2000000000 USD, investment, pledged, Sony → Japan)]

Of many texts, as a polars frame:

>>> rows = ledger.extract(["Sony will invest $2 billion in Japan.", "Velora pledged €40m."], as_frame=True)
>>> rows.select("source", "exact", "unit").rows()
[('text 1', '$2 billion', 'USD'), ('text 2', '€40m', 'EUR')]

Keep a ledger, which counts each pledge once:

>>> with ledger.open("news.ledger") as book:
...     run = book.ingest(ledger.Text("Sony will invest $2 billion in Japan.", published="2025-03-04"))
...     again = book.ingest([ledger.Text("In Japan, Sony will invest $2 billion, it said.", published="2025-03-05")])
...     sums = book.totals(by="actor", as_float=True)
>>> sums.select("actor", "stated", "claims").rows()
[('Sony', 2000000000.0, 2)]

`book.ingest` takes paths of files and folders, addresses, `ledger.Text`, documents, and frames of polars or pandas:
`book.ingest(frame, mapping={"text": "body"})`. `book.totals(by=["actor", "year"])`, `book.rows()` and the other
questions give polars frames, which `.to_pandas()` turns into those of pandas. `book.why(id)` leads to the quotes,
`book.plot(by="field")` draws (with `pip install 'figures-ledger[plot]'`), and `book.export("figures.xlsx")` writes a
workbook. Amounts are Decimal unless `as_float` is said. A day is a date, or text such as "2025-03-04".

What you can fix is a `ledger.LedgerError` of one line: `InputError` for an argument or a file, `StoreError` for a
ledger, `OutputError`, `VerificationError`. Anything else is a bug. `extract` may be called by many threads at once.
More: docs/reference.md, and `help` of a method, such as `help(ledger.Book.ingest)`.
"""

import os
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Literal, overload

from ledger.arguments import as_day, checked, checked_but
from ledger.errors import DamagedError as DamagedError
from ledger.errors import InputError as InputError
from ledger.errors import LedgerError as LedgerError
from ledger.errors import OutputError as OutputError
from ledger.errors import StoreError as StoreError
from ledger.errors import VerificationError as VerificationError
from ledger.options import Day
from ledger.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from ledger.book import Book
    from ledger.read import Text
    from schemas import Claim

__version__ = VERSION


@checked
def open(  # noqa: A001 - the verb that a ledger's user expects
    path: str | PathLike[str] | None = None,
    *,
    create: bool = True,
    read_only: bool = False,
    storage_options: Mapping[str, str] | None = None,
) -> "Book":
    """Open the ledger at `path`: a folder, or any object-store address that delta-rs knows.

    Without `path` it is the one that LEDGER_PATH names, or the folder figures.ledger. It is created where it is
    missing, unless `create` is false. With `read_only` nothing in it is ever written, and each method that would is
    refused with StoreError. In a `with` statement it is closed at the end, see `Book.close`.

    Raises StoreError where something else stands there, where a newer version wrote it, or where it is missing and
    must not be created; InputError for an argument that does not fit.
    """
    from ledger.book import Book  # noqa: PLC0415 - polars and Delta load when a ledger is opened, not on import

    return Book.open(
        path or os.environ.get("LEDGER_PATH") or "figures.ledger",
        create=create,
        read_only=read_only,
        storage_options=storage_options,
    )


@overload
def extract(  # type: ignore[overload-overlap] # text is also several texts of one character; the first one holds
    text: "str | Text",
    published: Day | None = None,
    *,
    names: str | PathLike[str] | None = None,
    attributor: str | None = None,
    as_frame: Literal[False] = False,
) -> "list[Claim]": ...
@overload
def extract(
    text: "Iterable[str | Text]",
    published: Day | None = None,
    *,
    names: str | PathLike[str] | None = None,
    attributor: str | None = None,
    as_frame: Literal[False] = False,
) -> "list[list[Claim]]": ...
@overload
def extract(
    text: "str | Text | Iterable[str | Text]",
    published: Day | None = None,
    *,
    names: str | PathLike[str] | None = None,
    attributor: str | None = None,
    as_frame: Literal[True],
) -> "pl.DataFrame": ...
@checked_but("text")
def extract(
    text: "str | Text | Iterable[str | Text]",
    published: Day | None = None,
    *,
    names: str | PathLike[str] | None = None,
    attributor: str | None = None,
    as_frame: bool = False,
) -> "list[Claim] | list[list[Claim]] | pl.DataFrame":
    """The claims of a text in its order, each with the words it was read from; of several texts, a list for each.

    A text is the words themselves (`str`), or a `ledger.Text`, which knows its own day. `published` is the day that
    words like "next year" start from, for every text without one. With `as_frame` the claims of all texts are one
    polars frame, with the columns of `Book.rows` that need no ledger; `source` is "text", or "text 1", "text 2" …

    `names` is a TOML file with your own names. `attributor` is "fast", "accurate" or "auto"; without it,
    LEDGER_ATTRIBUTOR decides, or else "auto". Many threads may call it at once.

    Raises InputError where `names` is not a valid file of names, the attributor is unknown or not installed, or an
    argument does not fit.
    """
    from ledger.book.extract import extracted, extracted_rows, texts_given  # noqa: PLC0415 - see open

    texts, several = texts_given(text)
    found = extracted(texts, as_day(published), names=names, attributor=attributor)
    if as_frame:
        return extracted_rows(found)
    claims = [of_one for _, of_one in found]
    return claims if several else claims[0]


LATER = {"Book": "ledger.book", "Text": "ledger.read"}
"""Public names that are loaded when they are first asked for, and where from."""


def __getattr__(name: str) -> object:
    """A public name, loaded when it is first asked for."""
    if name in LATER:
        from importlib import import_module  # noqa: PLC0415 - see open

        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)


__all__ = ["Book", "Text", "__version__", "extract", "open"]
