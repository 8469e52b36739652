"""Rates: what a figure is per ("$500 million a year", "$55 a share", "200 tonnes of hydrogen a day")."""

import re
from functools import lru_cache

from ledger.extraction.numbers.atoms import QUANTITY, Atom
from ledger.extraction.numbers.grammar import units
from ledger.extraction.numbers.nouns import counted_unit
from ledger.lexicons.load import toml

_LEXICON = toml("rates")
TIMES, THINGS = "|".join(_LEXICON["times"]), "|".join(_LEXICON["things"])
SIZE = r"(?:\d[\d.,]*[ -]?(?:kg|kilo(?:gram)?|g|lb|l|lit(?:re|er)|ml|tonne|ton)s?[ -])?"
"""How much of a thing there is in one: "N85,000 per 50kg bag"."""
_RATE = re.compile(
    r"(?: of (?:[A-Za-z][A-Za-z-]* ){0,3}[A-Za-z-]+)?"
    r"(?:[ -](?:an?|every|each)[ -]"
    + SIZE
    + r"(?P<a>(?:"
    + TIMES
    + "|"
    + THINGS
    + r"))(?:es|s)?(?![A-Za-z])(?! (?:ago|earlier|later|before|after|from now|or so|old|early))"
    r"| ?(?:per|/)[ -]?" + SIZE + r"(?P<per>annum|capita|[A-Za-z][A-Za-z-]*)(?: hour(?=\b))?"
    r"|,? (?P<adverb>" + "|".join(_LEXICON["adverbs"]) + r")(?![A-Za-z]))"
)
OPENING = 3
"""Characters by which to tell quickly that nothing behind a number says what it is per."""
RATE_OPENINGS = frozenset(
    opening[:OPENING]
    for opening in (
        *(lead + word for lead in " -" for word in ("a ", "a-", "an", "every", "each")),
        *(lead + adverb for lead in (" ", ", ") for adverb in _LEXICON["adverbs"]),
        *("per", " per", " of"),
    )
)
RATE_UNITS = tuple(_LEXICON["in_units"])
"""Units that say themselves what they are per: "350,000 bpd"."""
_ADVERBS: dict[str, str] = _LEXICON["adverbs"]
_NAMES: dict[str, str] = _LEXICON["names"]


@lru_cache(maxsize=4096)
def _canonical(said: str) -> str:
    plain = said.lower().replace(" ", "_").replace("-", "_")
    if said.lower() in _NAMES:
        return _NAMES[said.lower()]
    unit = units().get(said.lower().encode("latin-1", "replace")) or units().get(said.encode("latin-1", "replace"))
    return unit.name if unit else counted_unit(plain)


def apply_rate(text: str, atom: Atom) -> None:
    """Set what the atom is per, where the words behind it say so."""
    end, tail = atom.end, atom.tail
    if tail and tail.endswith(RATE_UNITS):
        atom.per = next(per for unit, per in _LEXICON["in_units"].items() if tail.endswith(unit))
        return
    opening = text[end : end + OPENING]
    if opening not in RATE_OPENINGS and "/" not in opening[:2]:
        return
    if atom.kind is QUANTITY and atom.unit in ("year", "month", "week", "day", "hour"):
        return
    match = _RATE.match(text, end, min(atom.sentence.segment.end, end + 80))
    if match is None:
        return
    adverb = match.group("adverb")
    atom.per = _ADVERBS[adverb] if adverb else _canonical(match.group("a") or match.group("per"))
    atom.rules.append("rate")
