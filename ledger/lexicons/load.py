"""Read lexicon files; each is read once and must not be changed by its users."""

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

HERE = files("ledger.lexicons")
DATA_SUFFIXES = (".toml", ".csv", ".json")


@cache
def toml(name: str) -> Mapping[str, Any]:
    """The contents of `ledger/lexicons/NAME.toml`."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def csv_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `ledger/lexicons/NAME.csv`, each a mapping by its header."""
    return tuple(csv.DictReader(io.StringIO((HERE / f"{name}.csv").read_text(encoding="utf-8"))))


@cache
def json_data(name: str) -> Mapping[str, Any]:
    """The contents of `ledger/lexicons/NAME.json` (weights made by training)."""
    loaded: Mapping[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def _data_files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            found += _data_files(entry)
        elif entry.name.endswith(DATA_SUFFIXES):
            found.append(entry)
    return found


@cache
def lexicon_hash() -> str:
    """SHA-256 over all lexicon files, so that a run tells which words it was made with."""
    digest = sha256()
    for entry in _data_files(HERE):
        digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()
