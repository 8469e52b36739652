"""The file of watched sources: feeds, folders and pages, each with what is known of it; wrong keys are told by line."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.errors import InputError
from ledger.files import read_words, shown
from schemas import FieldCode

WEB = ("http://", "https://")
TABLE = re.compile(r"^\s*\[\[\s*source\s*\]\]", re.MULTILINE)
"""The line that begins a source."""


class Kind(StrEnum):
    """What a source is; each is the key that names it."""

    FEED = "feed"
    FOLDER = "folder"
    PAGE = "page"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Watched(_Table):
    """A source that is watched: exactly one of feed, folder and page, and what is known of it."""

    feed: str | None = Field(None, min_length=1)
    """RSS or Atom: an address, or a file that another program writes."""
    folder: str | None = Field(None, min_length=1)
    """A folder of files."""
    page: str | None = Field(None, min_length=1)
    """The address of a page whose text changes."""
    publisher: str | None = Field(None, min_length=1)
    """Who publishes it, for articles that do not name their publisher themselves."""
    fields: tuple[Annotated[FieldCode, Field(strict=False)], ...] = Field((), strict=False)
    """What it is about, for sums of which no word of their article says a field."""
    follow: bool = False
    """Whether the articles that entries of a feed lead to are read, where the entry is only a summary."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [kind for kind in Kind if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"needs exactly one of {', '.join(Kind)}")
        if self.follow and self.feed is None:
            raise ValueError("follow is for feeds; leave it out")
        if self.page is not None and not self.page.startswith(WEB):
            raise ValueError(f"page {self.page!r} is no http or https address; name a folder or feed instead")
        if self.folder is not None and self.folder.startswith(WEB):
            raise ValueError(f"folder {self.folder!r} is an address; name it as page or feed")
        return self

    @property
    def kind(self) -> Kind:
        """What it is."""
        return next(kind for kind in Kind if getattr(self, kind) is not None)

    @property
    def place(self) -> str:
        """Its address or path, as written."""
        return str(getattr(self, self.kind))

    @property
    def is_address(self) -> bool:
        """Whether it is fetched."""
        return self.place.startswith(WEB)


class Watchlist(_Table):
    """The sources that are watched, in the order of the file, and the currency in which changes are told."""

    currency: str = "USD"
    source: tuple[Watched, ...] = Field(min_length=1, strict=False)


def read_watchlist(path: Path) -> tuple[Watchlist, Path]:
    """The watched sources in the TOML file at `path`, and the folder that its relative paths start from.

    Raises InputError where the file cannot be read or is not valid: one line that names the line and the key.
    """
    text = read_words(path, "TOML")
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{shown(path)}: is no TOML ({error})") from None
    try:
        return Watchlist.model_validate(told), path.parent
    except ValidationError as error:
        raise InputError(f"{shown(path)}{_told(error, text)}") from None


def _told(error: ValidationError, text: str) -> str:
    """Where and what the first fault of a file is."""
    first = error.errors(include_url=False)[0]
    where = [part for part in first["loc"] if not (isinstance(part, int) and part < 0)]
    at = where[1] if len(where) > 1 and isinstance(where[1], int) else None
    keys = [str(part) for part in (where if at is None else where[2:]) if isinstance(part, str)]
    line = _line(text, at, keys[0] if keys else None)
    source = "" if at is None else f"source {at + 1}: "
    return f"{f', line {line}' if line else ''}: {source}{_message(first, keys)}"


def _message(fault: Any, keys: Sequence[str]) -> str:
    key, kind = " ".join(keys), str(fault["type"])
    owner = Watched if fault["loc"][0] == "source" and len(fault["loc"]) > 1 else Watchlist
    if kind == "extra_forbidden":
        return f"{key!r} is no key; choose {', '.join(owner.model_fields)}"
    if kind in ("missing", "too_short") and owner is Watchlist:
        return "holds no [[source]]; name a feed, folder or page in one"
    if kind == "enum":
        return f"{key}: {fault['input']!r} is no field; choose {', '.join(FieldCode)}"
    said = str(fault["msg"]).removeprefix("Value error, ")
    said = said[0].lower() + said[1:]
    return f"{key}: {said}" if key else said


def _line(text: str, at: int | None, key: str | None) -> int | None:
    """The line of a key in source number `at`, or before all sources; that of the source where the key is not found."""
    starts = [found.start() for found in TABLE.finditer(text)]
    if at is not None and at >= len(starts):
        return None  # written as an inline table
    begin = 0 if at is None else starts[at]
    end = next((start for start in starts if start > begin or at is None), len(text))
    found = re.search(rf"^\s*[\"']?({re.escape(key)})[\"']?\s*=", text[begin:end], re.MULTILINE) if key else None
    if found is None and at is None:
        return None
    return text.count("\n", 0, begin + (found.start(1) if found else text[begin:].index("["))) + 1


__all__ = ["Kind", "Watched", "Watchlist", "read_watchlist"]
