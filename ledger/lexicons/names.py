"""The gazetteer: which words name which country, place, body, company or person.

Its CSV files are made by `training/lexicons/build_names.py`, which also tells the sources. A user's own names come from
a TOML file:

    [[name]]
    name = "Velora Steel"
    type = "company"
    country = "Norway"
    aliases = ["Velora", "?VS"]
"""

import csv
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ledger.errors import InputError
from ledger.files import read_words
from ledger.lexicons.load import HERE, toml
from schemas import NameType

FILES = ("countries", "bodies", "companies", "places", "leaders")
RULES = {"~": "metonym", "^": "demonym"}
KEYS = frozenset({"name", "type", "country", "aliases"})
"""What a user may say of a name."""
Row = tuple[str, str, str, str]
"""Name, type, country, aliases."""


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


class Names:
    """All surfaces in one automaton; what one stands for is made when it is first met, so that loading stays quick."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._codes: dict[str, tuple[tuple[int, str], ...]] = {}
        self._canonical: dict[str, int] = {}
        for at, row in enumerate(rows):
            self._add(at, row)
        self._surfaces = list(self._codes)
        self.automaton = AhoCorasick(self._surfaces, matchkind=MatchKind.LeftmostLongest, store_patterns=False)
        """Finds surfaces, leftmost and longest."""
        self._made: dict[str, tuple[Target, ...]] = {}
        self._shouted: dict[str, str] | None = None

    def _add(self, at: int, row: Row) -> None:
        name, kind, _, aliases = row
        canonical = name.lstrip("?")
        self._canonical.setdefault(canonical, at)
        codes = self._codes
        shouted = kind == "country" or (kind == "place" and canonical in codes)  # countries and their seats
        for alias in (name, *aliases.split("|")) if aliases else (name,):
            mark = alias[0] if alias[0] in "?~^" else ""
            surface = alias[1:] if mark else alias
            for spelling in _spellings(surface, shouted and mark != "^"):
                before = codes.get(spelling)
                if before is None:
                    codes[spelling] = ((at, mark),)
                elif kind == "place" and len(before) == 1 and before[0][1] == "~":
                    codes[spelling] = (*before, (at, mark))

    def at(self, pattern: int) -> tuple[Target, ...]:
        """What a pattern of the automaton stands for: a seat of government for its country first, then for the city."""
        return self.get(self._surfaces[pattern]) or ()

    def get(self, surface: str) -> tuple[Target, ...] | None:
        """What the surface stands for, or None."""
        made = self._made.get(surface)
        if made is None and (codes := self._codes.get(surface)) is not None:
            made = self._made[surface] = tuple(target for at, mark in codes for target in self._targets(at, mark))
        return made

    def shouted(self, said: str) -> tuple[Target, ...] | None:
        """What words in capitals stand for ("VELORA STEEL"); the table by capitals is made when a text first shouts."""
        if self._shouted is None:
            self._shouted = {}
            for surface in self._surfaces:
                if len(surface) > 4:
                    self._shouted.setdefault(surface.upper(), surface)
        found = self._shouted.get(said)
        return None if found is None else self.get(found)

    def canonical(self, name: str) -> Target | None:
        """The target of a canonical name, or None."""
        at = self._canonical.get(name)
        return None if at is None else next(iter(self._targets(at, "")))

    def _targets(self, at: int, mark: str) -> Iterator[Target]:
        name, kind, country, _ = self._rows[at]
        canonical = name.lstrip("?")
        land = country or None
        if kind != "person":
            yield Target(canonical, NameType(kind), land, RULES.get(mark, "gazetteer"), mark == "?")
            return
        yield Target(canonical, NameType.PERSON, land, "person", mark == "?")
        if land is not None:
            party = self.canonical(land) or Target(land, NameType.OTHER, None, "", weak=False)
            yield Target(party.name, party.type, party.country, "leader", weak=False)


def _spellings(surface: str, shouted: bool) -> Iterator[str]:
    """The surface, with a typographic apostrophe, and in capitals as in a dateline."""
    yield surface
    if "'" in surface:
        yield surface.replace("'", "’")
    if shouted and len(surface) > 3 and not surface.isupper():
        yield surface.upper()


def _rows() -> Iterator[Row]:
    for file in FILES:
        rows = csv.reader((HERE / "names" / f"{file}.csv").read_text(encoding="utf-8").splitlines())
        next(rows)
        for name, kind, country, aliases, _source in rows:
            yield name, kind, country, aliases


def _extra_rows(path: Path, text: str) -> Iterator[Row]:
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not a TOML file of names ({error})") from error
    rows = told.get("name")
    if not isinstance(rows, list) or set(told) != {"name"}:
        raise InputError(f"{path}: a file of names holds [[name]] tables and nothing else")
    for number, row in enumerate(rows, 1):
        if fault := _fault(row):
            raise InputError(f"{path}: [[name]] number {number} {fault}")
        yield row["name"], row.get("type", "other"), row.get("country", ""), "|".join(row.get("aliases", []))


def _fault(row: object) -> str | None:
    """What is wrong with a user's name, if anything."""
    if not isinstance(row, dict) or not set(row) <= KEYS:
        return f"may hold {', '.join(sorted(KEYS))} and nothing else"
    aliases = row.get("aliases", [])
    if not all(
        isinstance(said, str) and said.strip("?~^ ")
        for said in [row.get("name"), *(aliases if isinstance(aliases, list) else [None])]
    ):
        return "needs a name, and aliases, if any, as a list of texts"
    if row.get("type", "other") not in list(NameType) or not isinstance(row.get("country", ""), str):
        return f"needs a type out of {', '.join(NameType)} and a country, if any, as text"
    return None


def load_names(extra: Path | None = None) -> Names:
    """The gazetteer, the names of the TOML file `extra` first; raises `InputError` where that file cannot be read."""
    if extra is None:
        return _gazetteer()
    return names_from(read_words(extra, "TOML"), extra)


@lru_cache(maxsize=4)
def names_from(words: str, place: Path) -> Names:
    """The gazetteer, the names of the TOML `words` first; raises InputError, which tells the `place`, for others."""
    return Names([*_extra_rows(place, words), *_rows()])


@cache
def _gazetteer() -> Names:
    return Names(tuple(_rows()))


@cache
def word_list(list_name: str) -> frozenset[str]:
    """The words of one list of `names/words.toml`."""
    return frozenset(toml("names/words")[list_name]["words"].split())
