"""The unit authority: quantulum3's database of units, for unit words that our own lexicon lacks.

Only the database is used: the parser's answers change with the hash seed, and loading it takes seconds. Our lexicon
comes first and lists the unit words that are everyday nouns ("stones", "hands", "sets").
"""

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ledger.lexicons.load import toml


@cache
def _names() -> dict[str, str]:
    """Unit word in lower case → unit name, both singular; the first entry of the database wins."""
    database: dict[str, dict[str, Any]] = json.loads((files("quantulum3") / "units.json").read_text(encoding="utf-8"))
    excluded = toml("nouns")["not_measures"]["entities"]
    names: dict[str, str] = {}
    for name, entry in database.items():
        if entry.get("entity") not in excluded:
            for surface in (name, *entry.get("surfaces", ())):
                names.setdefault(surface.casefold(), name)
    return names


@lru_cache(maxsize=4096)
def unit_named(noun: str) -> str | None:
    """The snake-case unit of measure that a singular noun names, or None where it names none or is an everyday word.

    >>> unit_named("furlong"), unit_named("job"), unit_named("stone")
    ('furlong', None, None)
    """
    if noun in toml("nouns")["not_units"]["words"]:
        return None
    name = _names().get(noun.replace("_", " "))
    return name.replace(" ", "_").replace("-", "_").casefold() if name else None
