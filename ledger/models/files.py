"""The files that training made: linear weights, and the network with its tokenizer and settings."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ledger.lexicons.load import folder_hash

FOLDER = files("ledger.models")
"""Where the files lie: `weights/NAME.json`, and `network/`."""
SUFFIXES = (".json", ".onnx")


def model_data(name: str) -> Mapping[str, Any]:
    """The contents of `ledger/models/NAME.json`, read anew: what is made of them is kept, and much smaller."""
    loaded: Mapping[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def models_hash() -> str:
    """SHA-256 over every model file, the network included."""
    return folder_hash(FOLDER, SUFFIXES)
