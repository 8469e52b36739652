"""What a ledger remembers of watched addresses: the stand of each when it was last read, so as to ask for news alone.

It is no source of any figure. Where it is lost or damaged, all is asked for again, and what is known adds nothing.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.atomic import replacing
from ledger.errors import InputError
from ledger.files import read_file

WATCHED = "watched.json"
"""Its file in the folder of a ledger."""


def watched(folder: Path | None) -> Mapping[str, Mapping[str, Any]]:
    """Watched source → what was noted of it; nothing where nothing was noted, or the ledger is in an object store."""
    if folder is None:
        return {}
    try:
        noted = json.loads(read_file(folder / WATCHED))
    except (InputError, ValueError, RecursionError):
        return {}
    return noted if isinstance(noted, dict) and all(isinstance(one, dict) for one in noted.values()) else {}


def note_watched(folder: Path | None, noted: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what is noted of watched sources; raises OutputError where the folder of the ledger cannot be written."""
    if folder is not None:
        with replacing(folder / WATCHED) as file:
            file.write_text(json.dumps(noted, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


__all__ = ["WATCHED", "note_watched", "watched"]
