"""Every investment and commitment figure in the news: quoted, sourced, counted once.

>>> import ledger
>>> [claim.exact for claim in ledger.extract("Sony will invest more than $2 billion in Japan.")]
['$2 billion']
"""

import os
from collections.abc import Mapping
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING

from ledger.version import VERSION

if TYPE_CHECKING:
    from ledger.book import Book
    from schemas import Claim

__version__ = VERSION


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
    refused with StoreError.

    Raises StoreError where something else stands there, where a newer version wrote it, or where it is missing and
    must not be created.
    """
    from ledger.book import Book  # noqa: PLC0415 - polars and Delta load when a ledger is opened, not on import

    return Book.open(
        path or os.environ.get("LEDGER_PATH") or "figures.ledger",
        create=create,
        read_only=read_only,
        storage_options=storage_options,
    )


def extract(
    text: str,
    published: date | None = None,
    *,
    names: str | PathLike[str] | None = None,
    attributor: str | None = None,
) -> "list[Claim]":
    """The claims of a text in its order, each with the words it was read from.

    `published` is the day that words like "next year" start from. `names` is a TOML file with your own names.
    `attributor` is "fast", "accurate" or "auto"; without it, LEDGER_ATTRIBUTOR decides, or else "auto".

    Raises InputError where `names` is not a valid file of names or the attributor is unknown or not installed.
    """
    from ledger.book.ingest import extract_claims  # noqa: PLC0415 - see open

    return extract_claims(text, published, names=names, attributor=attributor)


def __getattr__(name: str) -> object:
    """`ledger.Book`, loaded when it is first asked for."""
    if name == "Book":
        from ledger.book import Book  # noqa: PLC0415 - see open

        return Book
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)


__all__ = ["Book", "__version__", "extract", "open"]
