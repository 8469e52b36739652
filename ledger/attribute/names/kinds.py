"""The nouns that stand for names ("the company"), and whose country a firm is from ("U.S. gas producer Osk")."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ledger.lexicons.load import toml
from schemas import NameType

FIRMS = frozenset({NameType.COMPANY, NameType.FUND, NameType.OTHER})
"""The types of name that may be a firm's."""
POSSESSIVES = ("'s ", "’s ", "' ", "’ ")
"""What stands between a country and its firm."""
MAX_MODIFIERS = 4
"""Words between "the" and the noun, or a country and its firm's noun, at most."""


class AnaphorKind(NamedTuple):
    """A kind of noun that stands for names."""

    name: str
    types: frozenset[NameType]
    hints: tuple[str, ...]
    among: frozenset[str]
    """The only names that it may stand for, where there are such."""
    stands_for: str | None
    """The one name that it always stands for."""
    head: str
    """The word that the name of a body so called holds ("Authority"), or nothing."""


@cache
def anaphor_kinds() -> dict[str, AnaphorKind]:
    """The kind of each noun."""
    by_noun: dict[str, AnaphorKind] = {}
    for name, entry in toml("names/anaphora").items():
        for noun in entry.get("nouns", "").split():
            types, among = frozenset(NameType(t) for t in entry["types"]), frozenset(entry.get("among", ()))
            head = noun.capitalize() if name == "body" else ""
            hints = tuple(entry.get("hints", ()))
            by_noun[noun] = AnaphorKind(name, types, hints, among, entry.get("stands_for"), head)
    return by_noun


def is_home_of(between: str, firm: NameType) -> bool:
    """Whether the words between a country and a firm make it the firm's home: "U.S. gas producer Osk", "Peru's Osk"."""
    if between in POSSESSIVES:
        return firm is NameType.COMPANY
    words = between.split()
    plain = 0 < len(words) <= MAX_MODIFIERS and between[:1] == between[-1:] == " "
    kind = anaphor_kinds().get(words[-1]) if plain else None
    return kind is not None and kind.name in ("company", "bank", "fund") and all(word[:1].islower() for word in words)


__all__ = ["FIRMS", "MAX_MODIFIERS", "POSSESSIVES", "AnaphorKind", "anaphor_kinds", "is_home_of"]
