"""Every investment and commitment figure of the news, with its words, counted once.

>>> import ledger
>>> [claim.exact for claim in ledger.extract("Sony will invest more than $2 billion in Japan.")]
['$2 billion']
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from os import PathLike
from types import ModuleType
from typing import TYPE_CHECKING

from ledger.version import VERSION

if TYPE_CHECKING:
    from ledger.api import Book
    from schemas import Claim

__version__ = VERSION


def open(path: str | PathLike[str] | None = None, *, create: bool = True, storage_options: Mapping[str, str] | None = None) -> "Book":  # noqa: A001
    """The ledger at `path`, a folder or any object-store URL that delta-rs knows; made there if it is missing and `create`.

    Without `path`: the one that LEDGER_PATH names, or the folder figures.ledger.

    Raises StoreError where something else stands there, where a newer program made it, or where it is missing and not to be made.
    """
    from ledger.api import Book  # noqa: PLC0415 - polars and Delta are loaded when a ledger is opened, not when the package is named

    return Book.open(path or os.environ.get("LEDGER_PATH") or "figures.ledger", create=create, storage_options=storage_options)


class _Package(ModuleType):
    """This package: `ledger.extract` is a folder of the house and the verb `ledger.extract(text)` as well.

    Importing the folder binds the name to its module, so the module is what is made callable.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name == "extract" and isinstance(value, ModuleType):
            value.__class__ = _Extract
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name == "extract":
            import ledger.extract as stage  # noqa: PLC0415 - loaded when it is first named

            return stage
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class _Extract(ModuleType):
    """The folder `ledger/extract`, called as a verb."""

    def __call__(self, text: str, published: date | None = None, *, names: str | PathLike[str] | None = None) -> "list[Claim]":
        """The claims of a text; `published` anchors words like "next year", `names` is a TOML file of names of your own."""
        from ledger.api import extract_claims  # noqa: PLC0415 - see open

        return extract_claims(text, published, names=names)


if TYPE_CHECKING:

    def extract(text: str, published: date | None = None, *, names: str | PathLike[str] | None = None) -> list[Claim]:
        """The claims of a text in its order, each with the words it was read from.

        `published` anchors words like "next year"; `names` is a TOML file of names of your own. Raises InputError where that file is none.
        """
else:
    sys.modules[__name__].__class__ = _Package

__all__ = ["__version__", "extract", "open"]
