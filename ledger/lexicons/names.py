"""The gazetteer: which words name which country, place, body, company or person.

Its CSV files are made by `training/build_names.py`, which also tells the sources. A user's own names come from a TOML file:

    [[name]]
    name = "Velora Steel"
    type = "company"
    country = "Norway"
    aliases = ["Velora", "?VS"]
"""

import csv
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ledger.errors import InputError
from ledger.lexicons.load import HERE, toml
from schemas import NameType

FILES = ("countries", "bodies", "companies", "places", "leaders")
RULES = {"~": "metonym", "^": "demonym"}
SHOUTED = ("country", "place")


class Target(NamedTuple):
    """What a surface stands for."""

    name: str
    """Canonical name."""
    type: NameType
    """What it is."""
    country: str | None
    """English name of its country; for a person, the canonical name of what the person stands for."""
    rule: str
    """gazetteer, metonym, demonym, person, or leader: what a person stands for."""
    weak: bool
    """Whether it needs support: an ordinary word, or an acronym of many bodies."""


@dataclass(frozen=True)
class Names:
    """All surfaces in one automaton."""

    automaton: AhoCorasick
    """Finds surfaces, leftmost and longest."""
    targets: tuple[tuple[Target, ...], ...]
    """What each pattern of the automaton stands for; a seat of government stands for its country first and for the city second."""
    surfaces: dict[str, tuple[Target, ...]]
    """The same by surface."""
    canonical: dict[str, Target]
    """Targets by canonical name."""


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for file in FILES:
        rows = csv.reader((HERE / "names" / f"{file}.csv").read_text(encoding="utf-8").splitlines())
        next(rows)
        for name, kind, country, aliases, _source in rows:
            yield name, kind, country, aliases


def _extra_rows(path: Path) -> Iterator[tuple[str, str, str, str]]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not a TOML file of names ({error})") from error
    for row in told.get("name", []):
        if not isinstance(row, dict) or not isinstance(row.get("name"), str) or row.get("type", "other") not in set(NameType):
            raise InputError(f"{path}: each [[name]] needs a name and a type out of {', '.join(NameType)}")
        yield row["name"], row.get("type", "other"), row.get("country", ""), "|".join(row.get("aliases", []))


def _surfaces(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, Target]]:
    kinds = {str(kind): kind for kind in NameType}
    for name, kind, country, aliases in rows:
        canonical = name.lstrip("?")
        told, land = kinds[kind], country or None
        plain = "person" if kind == "person" else "gazetteer"
        yield canonical, Target(canonical, told, land, plain, canonical is not name and canonical != name)
        for alias in aliases.split("|") if aliases else ():
            mark = alias[0]
            surface = alias[1:] if mark in "?~^" else alias
            yield surface, Target(canonical, told, land, RULES.get(mark, plain), mark == "?")


def _spellings(surface: str, target: Target) -> Iterator[str]:
    """The surface, with a typographic apostrophe, and shouted as in a dateline."""
    yield surface
    if "'" in surface:
        yield surface.replace("'", "’")
    if target.type in SHOUTED and target.rule != "demonym" and len(surface) > 3 and not surface.isupper():
        yield surface.upper()


def _compiled(rows: Iterable[tuple[str, str, str, str]]) -> Names:
    surfaces: dict[str, tuple[Target, ...]] = {}
    canonical: dict[str, Target] = {}
    for said, target in _surfaces(rows):
        for surface in _spellings(said, target):
            before = surfaces.get(surface)
            if before is None:
                surfaces[surface] = (target,)
            elif len(before) == 1 and before[0].rule == "metonym" and target.type is NameType.PLACE:
                surfaces[surface] = (*before, target)
        canonical.setdefault(target.name, target)
    _stand_for(surfaces, canonical)
    patterns = list(surfaces)
    automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest, store_patterns=False)
    return Names(automaton, tuple(surfaces.values()), surfaces, canonical)


def _stand_for(surfaces: dict[str, tuple[Target, ...]], canonical: dict[str, Target]) -> None:
    """Let a leader's name stand for the leader and for whom the leader speaks."""
    for surface, (first, *_) in surfaces.items():
        if first.rule == "person" and first.country is not None:
            party = canonical.get(first.country, Target(first.country, NameType.OTHER, None, "", False))
            surfaces[surface] = (first, Target(party.name, party.type, party.country, "leader", False))


@cache
def load_names(extra: Path | None = None) -> Names:
    """The gazetteer, with the names of the TOML file `extra` before all others; raises `InputError` where that file cannot be read."""
    own = () if extra is None else tuple(_extra_rows(extra))
    return _compiled((*own, *_rows()))


@cache
def words(list_name: str) -> frozenset[str]:
    """The words of one list of `names/words.toml`."""
    return frozenset(toml("names/words")[list_name]["words"].split())
