"""The names that a text defines for itself: full names, short forms, and the letters in brackets after a name."""

from __future__ import annotations

import re

from ledger.attribute.names.runs import LINKS, PLACES, NameSpan
from ledger.lexicons.names import Names, Target, word_list
from schemas import NameType

_LETTERS = re.compile(r" ?\((?:the |“|\"|')?([A-Z][A-Z0-9&-]{1,7}|[A-Z][A-Za-z]{2,11})[”\"'),;]")
"""Letters in brackets that stand for the name before them: "the Halden Water Authority (HWA)"."""
_TAILS = ("company_tails", "body_tails", "place_tails", "fund_tails", "bank_tails", "event_tails")
_BANK_GROUP = "Bank Group"
"""What a group of banks calls itself after its name: "the African Development Bank Group"."""
SHORT_FORM_LENGTH = 4
"""Characters of a first word that may stand for the whole name."""


def learn(text: str, name: NameSpan, known: dict[str, Target], names: Names) -> None:
    """Add to `known` the surfaces by which the rest of the text may call a name; a country stays a country."""
    if name.rule in ("demonym", "metonym", "leader"):
        return
    said = text[name.start : name.end]
    if text[name.end : name.end + 2] == " (" and name.type is not NameType.PERSON:
        letters = _LETTERS.match(text, name.end)
        if letters is not None and _fits(letters.group(1), said):
            known[letters.group(1)] = Target(name.name, name.type, name.country, "defined", False)
    if " " in said:
        _add_short_forms(name, said, known, names)


def _fits(short: str, said: str) -> bool:
    """Whether letters in brackets come from the name, and are no ticker or place."""
    initials = "".join(word[0] for word in said.replace("-", " ").split() if word[0].isupper())
    return (short.isupper() and (short[0] == initials[:1] or short in initials)) or short in said.split()


def _add_short_forms(name: NameSpan, said: str, known: dict[str, Target], names: Names) -> None:
    if name.type in PLACES:
        return
    full = Target(name.name, name.type, name.country, "short_form", False)
    if name.rule not in ("gazetteer", "leader"):
        known.setdefault(said, Target(name.name, name.type, name.country, name.rule, False))
    parts = said.split()
    if name.type is NameType.PERSON:
        known.setdefault(parts[-1], full)
        if parts[0] in word_list("given"):
            known.setdefault(parts[0], full)
        return
    by_shape = name.rule in ("shape", "suffix")
    if by_shape and _stands_alone(parts[0]) and not _is_country(parts[0], names):
        known.setdefault(parts[0], full)
    if len(parts) > 2 and by_shape and parts[1] not in LINKS:
        known.setdefault(" ".join(parts[:2]), full)
    for end in {*parts[:2], parts[-1]} & word_list("generic_heads"):  # "US Department of Commerce": the Department
        known[end] = full
    if said.endswith(f" {_BANK_GROUP}"):
        known[_BANK_GROUP] = full
    initials = "".join(word[0] for word in parts if word not in LINKS)
    if len(initials) > 2 and initials.isupper():
        known.setdefault(initials, full)


def _is_country(word: str, names: Names) -> bool:
    """Whether the gazetteer knows a word as a country."""
    return any(target.type is NameType.COUNTRY for target in names.get(word) or ())


def _stands_alone(word: str) -> bool:
    """Whether the first word of a name may stand for the whole."""
    return (
        len(word) >= SHORT_FORM_LENGTH
        and word.casefold() not in word_list("starts")
        and word not in word_list("generic_heads")
        and not any(word in word_list(listed) for listed in _TAILS)
    )
