"""Grouping: whether the point of "140.000 euros" groups thousands, by the whole document, its currency and nouns."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, auto

from ledger.extraction.numbers.atoms import COUNT, MONEY, ONE, PERCENT, QUANTITY, Atom
from ledger.extraction.numbers.fold import fold
from ledger.extraction.numbers.nouns import noun_behind
from ledger.extraction.numbers.numerals import EXACT, stored
from ledger.lexicons.load import toml

_OPEN = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_POINTS_GROUP = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+|\d+,\d{1,2}")
_POINTS_PART = re.compile(r"\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPING = toml("numbers")["grouping"]
POINT_CURRENCIES = frozenset(_GROUPING["currencies"])
"""Currencies whose countries group thousands by points."""
POINT_SCALES = tuple(fold(word).decode("latin-1") for word in _GROUPING["scales"])
FINE_CURRENCIES = frozenset(_GROUPING["fine_currencies"])
_FINE_PRICE = re.compile(rf" ?(?:/|a |per )(?:{'|'.join(_GROUPING['fine_prices'])})\b")
GROUPING_RULE, OPEN_RULE = "grouped_by_points", "grouping_open"
"""What a figure's rules say of its point: taken as grouping thousands, or left open."""


class Habit(Enum):
    """What a document uses points for, so far as its numbers tell."""

    GROUPS = auto()
    PARTS = auto()
    UNKNOWN = auto()


def is_open(atom: Atom) -> bool:
    """Whether the number may be thousands or have three decimals: "12.345"."""
    digits = atom.digits
    return len(digits) > 4 and digits[-4] == "." and _OPEN.fullmatch(digits) is not None


def regroup(text: str, atoms: Sequence[Atom]) -> None:
    """Multiply the open numbers that are thousands by a thousand, and note those where nothing tells."""
    found = [atom for atom in atoms if len(atom.digits) > 4 and atom.digits[-4] == "." and is_open(atom)]
    if not found:
        return
    habit = habit_of(atoms)
    rules = [_reading(text, atom, habit) for atom in found]
    grouped = habit is Habit.UNKNOWN and GROUPING_RULE in rules
    for atom, rule in zip(found, rules, strict=True):
        if rule == GROUPING_RULE or (rule == OPEN_RULE and grouped):
            _group(atom)
            atom.rules.append(GROUPING_RULE)
        elif rule is not None:
            atom.rules.append(rule)


def habit_of(atoms: Sequence[Atom]) -> Habit:
    """What the document's other numbers use points for; unknown where none tells or they disagree."""
    groups = sum(_POINTS_GROUP.fullmatch(atom.digits) is not None for atom in atoms)
    parts = sum(_POINTS_PART.fullmatch(atom.digits) is not None for atom in atoms)
    if groups > 2 * parts:
        return Habit.GROUPS
    return Habit.PARTS if parts > 2 * groups else Habit.UNKNOWN


def _reading(text: str, atom: Atom, habit: Habit) -> str | None:  # noqa: PLR0911 - one answer a kind of number
    """The rule by which the number is thousands, or left open; None where its point surely parts decimals."""
    round_thousands = atom.digits.endswith("000")
    if atom.kind is PERCENT:
        return None
    if atom.factor != ONE:
        if atom.tail.lstrip().startswith(POINT_SCALES):
            return GROUPING_RULE
        return GROUPING_RULE if habit is Habit.GROUPS else (OPEN_RULE if round_thousands else None)
    if atom.kind is MONEY and atom.money is not None:
        if not round_thousands and atom.money.codes[0] in FINE_CURRENCIES and _FINE_PRICE.match(text, atom.end):
            return None if habit is not Habit.GROUPS else OPEN_RULE
        local = atom.money.codes[0] in POINT_CURRENCIES
        if round_thousands or habit is Habit.GROUPS or (local and habit is Habit.UNKNOWN):
            return GROUPING_RULE
        return OPEN_RULE if local else None
    if atom.kind is QUANTITY:
        return GROUPING_RULE if habit is Habit.GROUPS else (OPEN_RULE if round_thousands else None)
    counted = atom.kind is COUNT or noun_behind(text, atom.end, atom.sentence.end) is not None
    if counted or habit is Habit.GROUPS:
        return GROUPING_RULE
    return OPEN_RULE if habit is Habit.UNKNOWN else None


def _group(atom: Atom) -> None:
    value = stored(EXACT.multiply(atom.value, Decimal(1000)))
    if value is not None:
        atom.value, atom.raw = value, EXACT.multiply(atom.raw, Decimal(1000))
