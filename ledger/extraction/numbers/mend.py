"""Mending: what stands beside a number and belongs to it: signs, broken magnitudes, parted currencies, weights."""

import re
from decimal import Decimal
from functools import cache

from ledger.extraction.numbers.atoms import MONEY, ONE, QUANTITY, Atom
from ledger.extraction.numbers.grammar import Money, before_forms, scales, units
from ledger.extraction.numbers.numerals import EXACT, stored
from ledger.extraction.numbers.parse import UNSETTLED
from ledger.lexicons.load import toml

OPENERS = frozenset(' ("\n\t|~:>')
"""What may stand before a minus sign; any other character makes it a dash."""
_MINUS_WORD = re.compile(r"(?:^|[^\w-])(minus |negative )$", re.IGNORECASE)
_GLUED_SCALE = re.compile(
    r"[ -]?(thousand|million|billion|trillion|crore|lakh)(?=(?:in|of|to|for|from|by|and|on|at|with|over|a|the)\b)"
    r"|(?: {2,6}|\. )(thousand|million|billion|trillion|crore|lakh)\b",
)
"""A magnitude that broken text glues to the next word or parts from its number: "$3 millionin", "$4.1. billion"."""
_GLUED_UNIT = re.compile(r"[ -]?([GMkT]Wh?|km|kg|ha)(?=(?:at|in|of|and|to|for|from|by|on|with|plant|site)\b)")
_CURRENCIES = toml("currencies")


MARK_OPENINGS = frozenset(
    " " + letter for letter in {"("} | {word[0] for words in _CURRENCIES["marked_behind"].values() for word in words}
)
"""First two characters of what may say whose dollar it is."""
MINUS_ENDS = frozenset({"s ", "e ", "S ", "E "})
"""What "minus " and "negative " end in."""
ODD_GAPS = frozenset({"  ", ". ", " M", " G", " k", " T", " m", " b"})
"""First two characters behind a number of what broken text may have parted or glued."""


_CHARACTERS = [chr(code) for code in range(256)]
_LETTERS = [letter for letter in _CHARACTERS if letter.isascii() and letter.isalpha()]
MENDED_BEFORE = frozenset(MINUS_ENDS | {other + mark for other in _CHARACTERS for mark in "-/"} | {""})
"""The two characters before a number that may belong to it; empty at the start of a text."""
MENDED_BEHIND = frozenset(
    ODD_GAPS | MARK_OPENINGS | {letter + other for letter in _LETTERS for other in _CHARACTERS} | set(_LETTERS)
)
"""The two characters behind a number that may belong to it."""


def mend(text: str, atom: Atom) -> None:
    """Take into the atom what touches it and changes what it says; nearly always nothing does."""
    start, end = atom.start, atom.end
    before = text[start - 2 : start] if start > 1 else " " + text[:start]
    if before in MINUS_ENDS:
        _take_minus_word(text, atom)
    elif before[-1:] == "-":
        _take_minus(text, atom)
    elif before[-1:] == "/" and atom.kind is not None:
        _take_numerator(text, atom)
    behind = text[end : end + 2]
    money = atom.money
    if behind in ODD_GAPS or behind[:1].isalpha():
        _mend_behind(text, atom)
    elif money is not None and (
        money.codes[0] in UNSETTLED or behind in MARK_OPENINGS or text[start + 1 : start + 3] == " $"
    ):
        _settle_money(text, atom, money)


def _negate(atom: Atom, start: int, rule: str) -> None:
    atom.start, atom.value = start, -abs(atom.value)
    atom.rules.append(rule)


def _take_minus(text: str, atom: Atom) -> None:
    """The minus sign before a number with a unit, unless it is a dash between two numbers or the mark of a list."""
    at = atom.start - 1
    if atom.kind is None or atom.kind is QUANTITY or (at and text[at - 1] not in OPENERS):
        return
    earlier = text[max(atom.sentence.segment.start, at - 2) : at].strip()
    if earlier[-1:].isdigit() or earlier[-1:] == "%":
        return
    first = at <= atom.sentence.segment.start or text[at - 1] == "\n"
    if first and text[atom.end : atom.end + 2].strip(" |\n\t") and not text.startswith("  ", atom.end):
        return
    _negate(atom, at, "negative_sign")


def _take_minus_word(text: str, atom: Atom) -> None:
    """The word "minus" before a number with a unit."""
    if atom.kind is None:
        return
    match = _MINUS_WORD.search(text, max(atom.sentence.start, atom.start - 10), atom.start)
    if match is not None:
        _negate(atom, match.start(1), "negative_word")


def _take_numerator(text: str, atom: Atom) -> None:
    """The whole fraction of "1/2 pound"."""
    at = atom.start - 2
    alone = at == 0 or text[at - 1] in " (-\n"
    if not alone or not text[at : at + 1].isdigit() or not atom.digits.isdigit() or not 1 < atom.raw < 10:
        return
    value = stored(EXACT.divide(EXACT.multiply(Decimal(text[at]), atom.value), EXACT.multiply(atom.raw, atom.raw)))
    if value is not None and text[at] != "0":
        atom.start, atom.value = at, value
        atom.number_start, atom.raw = at, EXACT.divide(Decimal(text[at]), atom.raw)
        atom.rules.append("fraction_slashed")


def _mend_behind(text: str, atom: Atom) -> None:
    """Magnitudes and units that a missing space glued to the next word, and what says whose dollar or pound it is."""
    end = atom.end
    if atom.factor == ONE and atom.digits and (atom.kind is None or atom.kind is MONEY):
        glued = _GLUED_SCALE.match(text, end)
        if glued is not None:
            _scale(atom, scales()[(glued.group(1) or glued.group(2)).encode()], glued.end())
    if atom.kind is None:
        unit = _GLUED_UNIT.match(text, end)
        if unit is not None:
            atom.kind, atom.unit, atom.end = QUANTITY, units()[unit.group(1).encode()].name, unit.end()
            atom.rules.append("glued_unit")
    if atom.money is not None:
        _settle_money(text, atom, atom.money)


def _scale(atom: Atom, factor: Decimal, end: int) -> None:
    value = stored(EXACT.multiply(atom.value, factor))
    if value is not None:
        atom.value, atom.factor, atom.end = value, factor, end
        atom.number_end = end
        atom.rules.append("glued_magnitude")


def _settle_money(text: str, atom: Atom, money: Money) -> None:
    if atom.tail == " won" and atom.value < 1000:
        # "Zhonglu 12 won the lot": no sum is so small in won
        atom.kind, atom.money, atom.end, atom.tail = None, None, atom.number_end, ""
        return
    if money.codes[0] == "GBP" and "ound" in atom.tail:
        _weigh(text, atom)
        return
    if text[atom.start + 1 : atom.start + 3] == " $":
        _part(text, atom)
    if len(money.codes) > 1 and money.codes[0] == "USD" and text[atom.end : atom.end + 2] in MARK_OPENINGS:
        _mark(text, atom)


def _part(text: str, atom: Atom) -> None:
    """Keep the letter of "C $6" only behind a word in small letters that does not number things by letters."""
    before = text[max(atom.sentence.start, atom.start - 16) : atom.start]
    word = before.rstrip().rpartition(" ")[2]
    known = before.endswith(" ") and word.isalpha() and word.islower()
    if text[atom.start] not in _CURRENCIES["parted"]["single"]:
        return
    if not known or word in _CURRENCIES["parted"]["unless"]:
        atom.start += 2
        atom.money = before_forms()[b"$"]


@cache
def _marks() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of words behind a sum in "$" that say whose dollar it is, and their codes."""
    codes = {word: code for code, words in _CURRENCIES["marked_behind"].items() for word in words}
    words = "|".join(re.escape(word) for word in sorted(codes, key=len, reverse=True))
    return re.compile(rf" (?:\((?P<bracket>{words})\)|(?P<word>{words})(?![A-Za-z$])(?! ?[A-Za-z$\d]))"), codes


def _mark(text: str, atom: Atom) -> None:
    pattern, codes = _marks()
    match = pattern.match(text, atom.end, atom.sentence.segment.end)
    if match is not None:
        atom.money = Money((codes[match.group("bracket") or match.group("word")],))
        atom.end = match.end()
        atom.rules.append("currency_marked_behind")


_POUNDS = _CURRENCIES["pounds"]
_WEIGHT_BEFORE = re.compile(rf"\b(?:{'|'.join(_POUNDS['weigh'])})(?: [a-z]+){{0,2}} $", re.IGNORECASE)
_OF_STUFF = re.compile(rf" of (?:[a-z-]+ ){{0,2}}?(?:{'|'.join(_POUNDS['stuff'])})\b", re.IGNORECASE)
_IN_WEIGHT = re.compile(r" (?:in weight|of thrust|of torque|of body weight|heavier|lighter|overweight)\b")
_COMPOUND = re.compile(r"-(?:feet|foot|force|inch(?:es)?)\b")
_MONEY_NOUN = re.compile(rf" (?:[a-z-]+ ){{0,2}}?(?:{'|'.join(_POUNDS['money'])})\b", re.IGNORECASE)


def _weigh(text: str, atom: Atom) -> None:
    """Make the pounds of a calf, of flour or of torque a weight."""
    end = atom.end
    compound = _COMPOUND.match(text, end)
    hyphened = atom.factor == ONE and atom.tail.startswith("-") and not atom.tail.endswith("s")
    if compound is not None:
        atom.end = compound.end()
        atom.unit = "pound_foot"
    elif (
        _OF_STUFF.match(text, end)
        or _IN_WEIGHT.match(text, end)
        or _WEIGHT_BEFORE.search(text, max(atom.sentence.start, atom.start - 32), atom.start)
        or (hyphened and not _MONEY_NOUN.match(text, end))
    ):
        atom.unit = "pound_mass"
    else:
        return
    atom.kind, atom.money = QUANTITY, None
    atom.rules.append("pounds_weigh")
