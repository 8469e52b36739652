"""Atoms: one number of the text with what touches it, read from a match of the grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ledger.extract import grammar
from ledger.extract.grammar import PERCENT_FORMS, Money, Unit, before_forms, behind_forms, scales, units
from ledger.extract.numerals import LONGEST, digits_value, number_value, stored, words_value
from schemas import Bound, Kind, Segment

ONE = Decimal(1)
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
DIGIT_BYTES = frozenset(b"0123456789")
WORD_BYTES = LETTERS | DIGIT_BYTES


@dataclass(slots=True)
class Place:
    """The sentence that an atom stands in."""

    start: int
    end: int
    segment: Segment
    index: int


class Atom:
    """A number being read; the rules change it until it is a figure or refused."""

    __slots__ = (
        "attached", "basis", "bound", "digits", "end", "factor", "kind", "links", "lower", "money", "number_end", "number_start", "per", "place",
        "raw", "rules", "start", "tail", "unit", "upper", "value",
    )

    def __init__(self, start: int, end: int, place: Place) -> None:
        self.start = start
        self.end = end
        self.place = place
        self.number_start = start
        self.number_end = end
        self.digits = ""
        """The number as written in digits, or empty for one in words."""
        self.raw = Decimal(0)
        """The number without its magnitude."""
        self.factor = ONE
        self.value = Decimal(0)
        self.kind: Kind | None = None
        self.unit = ""
        self.money: Money | None = None
        self.basis: str | None = None
        self.tail = ""
        """The words behind the number, folded."""
        self.attached = False
        """Whether the tail touches the number without a space."""
        self.bound = Bound.EXACT
        self.lower: Decimal | None = None
        self.upper: Decimal | None = None
        self.per: str | None = None
        self.links: list[tuple[str, Atom, str]] = []
        self.rules: list[str] = []


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands behind a number: magnitude, then percent, currency or unit, with the length of each part."""

    factor: Decimal = ONE
    scale: str = ""
    percent: str = ""
    money: Money | None = None
    unit: Unit | None = None
    plain: str = ""
    """The currency, percent or unit as written, without its separator."""
    scale_length: int = 0
    length: int = 0


@lru_cache(maxsize=1 << 14)
def _meaning(words: str) -> tuple[str, Money | None, Unit | None] | None:
    """(percent unit, currency, unit of measure) of folded words behind a number, or None where they are neither."""
    raw = words.encode("latin-1")
    lower = raw.lower()
    if lower in PERCENT_FORMS:
        return PERCENT_FORMS[lower], None, None
    money = behind_forms().get(raw) or (behind_forms().get(lower) if lower[:1].isalpha() and (len(lower) > 3 or lower != raw.upper()) else None)
    if money is not None and not (lower in grammar.MINOR_LETTERS and raw != lower):
        return "", money, None
    unit = units().get(raw) or units().get(lower if len(lower) > 2 else raw) or units().get(lower.removeprefix(b"metric "))
    return ("", None, unit) if unit is not None else None


SEPARATORS = " -"


@lru_cache(maxsize=1 << 14)
def read_tail(tail: str) -> Tail:
    """The parts of the folded text that the grammar matched behind a number."""
    if not tail:
        return Tail()
    plain = tail.lstrip(SEPARATORS)
    meaning = _meaning(plain)
    scale = scales().get(plain.encode("latin-1")) or scales().get(plain.lower().encode("latin-1"))
    if scale is not None and (meaning is None or meaning[2] is not None):
        return Tail(factor=scale, scale=plain, unit=meaning[2] if meaning else None, scale_length=len(tail), length=len(tail))
    if meaning is not None:
        return Tail(percent=meaning[0], money=meaning[1], unit=meaning[2], plain=plain, length=len(tail))
    return _scaled_tail(tail)


def _scaled_tail(tail: str) -> Tail:
    """A tail that begins with a magnitude."""
    lead = len(tail) - len(tail.lstrip(SEPARATORS))
    for cut in range(len(tail) - 1, lead, -1):
        head = tail[lead:cut].encode("latin-1")
        factor = scales().get(head) or scales().get(head.lower())
        if factor is None:
            continue
        plain = tail[cut:].lstrip(SEPARATORS)
        meaning = _meaning(plain)
        if meaning is not None:
            return Tail(factor, head.decode(), meaning[0], meaning[1], meaning[2], plain, cut, len(tail))
    return Tail()


_FRACTION = grammar.fraction_class().decode("latin-1")
_SPLIT = re.compile(
    r"([^0-9" + _FRACTION[1:-1] + r".]*(?:\.(?=[^0-9]))?[^0-9" + _FRACTION[1:-1] + r".]*)(" + grammar.DIGITS.decode() + r")?("
    + _FRACTION + r"|[ -]\d/\d(?![\d/])|/\d(?!\d))?(.*)",
    re.DOTALL,
)


SIGN_BYTES = frozenset(form[-1] for form in behind_forms() if not form[-1:].isalnum())


def scan(text: str, places: Iterator[Place]) -> Iterator[tuple[int, int, Place, "Atom | None"]]:
    """The grammar's matches in folded `text`: span, sentence and what was read; those outside all sentences are left out."""
    encoded = text.encode("latin-1")
    find = grammar.atom().search
    place = next(places, None)
    position = 0
    while place is not None:
        match = find(encoded, position)
        if match is None:
            return
        start, end = match.span()
        while place is not None and place.end <= start:
            place = next(places, None)
        if place is None:
            return
        if start < place.start:
            position = end
            continue
        end = min(_without_next_sign(encoded, start, end), place.segment.end)
        start = _without_word(encoded, start, end)
        atom = read_atom(text, start, end, place)
        yield start, end, place, atom
        position = max(atom.end if atom is not None else end, start + 1)


def _without_word(encoded: bytes, start: int, end: int) -> int:
    """The start of a match without a letter that ends a word and is no currency: "NXP 10%" holds no "P 10"."""
    if start and encoded[start] in LETTERS and encoded[start - 1] in WORD_BYTES:
        space = encoded.find(b" ", start, end)
        if space > 0 and encoded[space + 1] in DIGIT_BYTES:
            return space + 1
    return start


def _without_next_sign(encoded: bytes, start: int, end: int) -> int:
    """The end of a match without a sign that opens the next number: "£1.1m-£1.4m" is no "1.1m-£"."""
    if encoded[end - 1] in SIGN_BYTES and encoded[end : end + 1].isdigit() and end - start > 1:
        end -= 1
        while encoded[end - 1 : end].isalpha() and encoded[end - 2 : end - 1] in (b"-", b" "):
            end -= 1
        return len(encoded[start:end].rstrip(b" -")) + start
    return end


@lru_cache(maxsize=1 << 14)
def _before(form: str) -> Money | None:
    return before_forms().get(form.rstrip("+- ").encode("latin-1"))


def read_atom(text: str, start: int, end: int, place: Place) -> Atom | None:
    """The atom of a match, or None where the number is part of a word or too long to be one."""
    if end - start > 3 * LONGEST:
        return None
    atom = Atom(start, end, place)
    matched = text[start:end]
    split = _SPLIT.fullmatch(matched)
    if split is None:
        return None
    before, digits, fraction, tail = split.groups("")
    if not digits and not fraction:
        return _in_words(text, atom, matched)
    if before:
        atom.money = _before(before)
        if atom.money is None:
            return None
        if atom.money.letter and before[-1] == " " and not fraction and "." not in digits and "," not in digits and read_tail(tail).factor == ONE:
            return read_atom(text, start + len(before), end, place)
        atom.number_start = start + len(before)
        if before[-1] in "+-" or before[-2:-1] == "-":
            atom.digits = "-" if "-" in before else ""
    if "," in digits and len(digits) - digits.rfind(",") < 4 and "." not in digits and not (atom.money or tail):
        digits, fraction, tail = digits[: digits.rfind(",")], "", ""
    if " " in digits and not atom.money and not tail and not _grouped_by_spaces(text, atom.number_start + len(digits)):
        digits, fraction, tail = digits.split(" ")[0], "", ""
    return _with_tail(text, atom, digits, fraction, tail)


def _grouped_by_spaces(text: str, end: int) -> bool:
    """Whether "12 500" at `end` is one number: a word in lower case follows."""
    return text[end : end + 1] == " " and text[end + 1 : end + 2].islower()


def _with_tail(text: str, atom: Atom, digits: str, fraction: str, tail: str) -> Atom | None:
    number_end = atom.number_start + len(digits) + len(fraction)
    parts = read_tail(tail)
    negative = atom.digits == "-"
    atom.digits = digits
    atom.tail = tail
    atom.attached = bool(tail) and tail[0] not in SEPARATORS
    if _ambiguous(parts, atom) and not _is_scale(text, number_end + len(tail), parts, atom):
        parts = Tail(unit=parts.unit, plain=parts.scale, length=parts.length) if parts.unit else Tail()
    value = number_value(digits, fraction, parts.factor * (parts.money.factor if parts.money else ONE))
    raw = digits_value(digits) if digits else Decimal(0)
    if value is None or raw is None:
        return None
    atom.raw, atom.factor, atom.value = raw, parts.factor, -value if negative else value
    atom.number_end = number_end
    atom.end = min(number_end + parts.length, atom.end) if parts.length else number_end
    return _typed(atom, parts)


def _typed(atom: Atom, parts: Tail) -> Atom:
    if atom.money is not None:
        if parts.money is not None and set(parts.money.codes) & set(atom.money.codes):
            atom.money = min(atom.money, parts.money, key=lambda money: len(money.codes))
        elif parts.money or parts.percent or parts.unit:
            atom.end = atom.number_end + parts.scale_length
            if parts.unit and parts.plain == atom.tail.lstrip(SEPARATORS) and not parts.scale_length:
                atom.end = atom.number_end
        atom.kind = Kind.MONEY
    elif parts.percent:
        atom.kind, atom.unit = Kind.PERCENT, parts.percent
    elif parts.money is not None:
        atom.kind, atom.money = Kind.MONEY, parts.money
    elif parts.unit is not None and not (parts.scale and not parts.plain):
        atom.kind, atom.unit = Kind.QUANTITY, parts.unit.name
    return atom


AMBIGUOUS_SCALES = frozenset({"m", "M", "mm", "MM", "t", "T", "b", "B", "k", "K", "mil", "mill", "Mil"})
LENGTH_WORDS = re.compile(r"(?:-| )(?:high|tall|long|deep|wide|below|above|away|from|thick|diameter|sprint|race|freestyle|hurdles|relay|wafers?|gun|guns|shells?|rounds?|dash)\b")


def _ambiguous(parts: Tail, atom: Atom) -> bool:
    return atom.money is None and parts.scale in AMBIGUOUS_SCALES and parts.money is None and not parts.percent and (not parts.unit or not parts.plain)


def _is_scale(text: str, end: int, parts: Tail, atom: Atom) -> bool:
    """Whether "m", "t", "k" … behind a number without a currency is a magnitude: "87m users" is, "a 50m crane" and "300mm wafers" are not."""
    if parts.scale in ("mm", "MM", "mil", "mill", "Mil"):
        return False
    if parts.scale in ("t", "T"):
        return parts.scale == "T"
    if parts.scale == "m":
        return atom.attached and not LENGTH_WORDS.match(text, end)
    return atom.attached


def _in_words(text: str, atom: Atom, matched: str) -> Atom | None:
    """An atom whose number is in words: what its longest readable beginning says, then its tail."""
    number, tail = _split_words(matched)
    value = words_value(number)
    if value is None:
        return None
    parts = read_tail(tail)
    if parts.scale in AMBIGUOUS_SCALES:
        parts = Tail()
    kept = stored(value * parts.factor * (parts.money.factor if parts.money else ONE))
    if kept is None:
        return None
    atom.number_end = atom.start + len(number)
    atom.end = atom.number_end + parts.length
    atom.raw, atom.factor, atom.value, atom.tail = value, parts.factor, kept, tail
    return _typed(atom, parts)


@lru_cache(maxsize=1 << 12)
def _split_words(matched: str) -> tuple[str, str]:
    for match in grammar.number_words().finditer(matched.encode("latin-1")):
        if match.start() == 0:
            return matched[: match.end()], matched[match.end() :]
    return matched, ""
