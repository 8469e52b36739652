"""Read lexicon files; each is read once and must not be changed by its users."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

HERE = files("ledger.lexicons")
DATA_SUFFIXES = (".toml", ".csv")


@cache
def toml(name: str) -> Mapping[str, Any]:
    """The contents of `ledger/lexicons/NAME.toml`."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def joined(pattern: str | list[str]) -> str:
    """A pattern as one string; a long one is written as the list of its pieces."""
    return "".join(pattern)


def filled(pattern: str | list[str], lists: Mapping[str, str | list[str]]) -> str:
    """A pattern as one string, with its lists of words in the places that their names mark.

    >>> filled(["<who> said", "(?: that)?"], {"who": "it|she"})
    'it|she said(?: that)?'
    """
    whole = joined(pattern)
    for name, words in lists.items():
        whole = whole.replace(f"<{name}>", joined(words))
    return whole


@cache
def csv_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `ledger/lexicons/NAME.csv`, each a mapping by its header."""
    return tuple(csv.DictReader(io.StringIO((HERE / f"{name}.csv").read_text(encoding="utf-8"))))


def _data_files(folder: Traversable, suffixes: tuple[str, ...], at: str = "") -> Iterator[tuple[str, Traversable]]:
    """The files below `folder` with one of `suffixes`, in order, each after its path from there."""
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _data_files(entry, suffixes, f"{at}{entry.name}/")
        elif entry.name.endswith(suffixes):
            yield at + entry.name, entry


def folder_hash(folder: Traversable, suffixes: tuple[str, ...]) -> str:
    """SHA-256 over the paths and contents of the files below `folder` with one of `suffixes`."""
    digest = sha256()
    for path, entry in _data_files(folder, suffixes):
        digest.update(path.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


@cache
def lexicon_hash() -> str:
    """SHA-256 over every lexicon file, so that a run records which words it used."""
    return folder_hash(HERE, DATA_SUFFIXES)
