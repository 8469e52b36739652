"""Atoms: one number of the text with what touches it, read from a match of the grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from ledger.extraction.numbers import grammar
from ledger.extraction.numbers.grammar import PERCENT_FORMS, Money, Unit, before_forms, behind_forms, scales, units
from ledger.extraction.numbers.numerals import EXACT, LONGEST, digits_value, number_value, stored, words_value
from ledger.lexicons.load import toml
from schemas import Bound, Kind, RelationKind, Segment

ONE = Decimal(1)
# Python 3.11 looks a member up in its enum at six times the cost of a name, and every number asks often.
MONEY, PERCENT, QUANTITY, COUNT = Kind.MONEY, Kind.PERCENT, Kind.QUANTITY, Kind.COUNT
AS_SAID, RANGE = Bound.EXACT, Bound.RANGE
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
DIGIT_BYTES = frozenset(b"0123456789")
WORD_BYTES = LETTERS | DIGIT_BYTES


@dataclass(slots=True)
class Place:
    """The sentence that an atom stands in."""

    start: int
    end: int
    segment: Segment


class Atom:
    """A number being read; the rules change it until it is a figure or refused."""

    __slots__ = (
        "attached", "bound", "digits", "end", "factor", "kind", "links", "lower", "money", "number_end", "number_start", "per", "place", "raw",
        "rules", "start", "tail", "unit", "upper", "value",
    )  # fmt: skip

    def __init__(self, start: int, place: Place, reading: "Reading") -> None:
        self.start = start + reading.start
        self.end = start + reading.end
        self.place = place
        self.number_start = start + reading.number_start
        self.number_end = start + reading.number_end
        self.digits = reading.digits
        self.raw = reading.raw
        self.factor = reading.factor
        self.value: Decimal = reading.value
        self.kind: Kind | None = reading.kind
        self.unit = reading.unit
        self.money: Money | None = reading.money
        self.tail = reading.tail
        self.attached = reading.attached
        self.bound = AS_SAID
        self.lower: Decimal | None = None
        self.upper: Decimal | None = None
        self.per: str | None = None
        self.links: tuple[tuple[RelationKind, Atom, str], ...] = ()
        self.rules = list(reading.rules)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the matched words alone say of a number; offsets count from the start of the match."""

    start: int
    end: int
    number_start: int
    number_end: int
    digits: str
    """The number as written in digits, or empty for one in words."""
    raw: Decimal
    """The number without its magnitude."""
    factor: Decimal
    value: Decimal
    kind: Kind | None
    unit: str
    money: Money | None
    tail: str
    """The words behind the number, folded."""
    attached: bool
    """Whether the tail touches the number without a space."""
    rules: tuple[str, ...]
    scale: str = ""
    """A magnitude that may be none in its context ("m", "t", "mm")."""
    spaced: bool = False
    """Whether the digits hold spaces that may part two numbers."""


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
    money = behind_forms().get(raw) or (
        behind_forms().get(lower) if lower[:1].isalpha() and (len(lower) > 3 or lower != raw.upper()) else None
    )
    if money is not None and not (lower in grammar.MINOR_LETTERS and raw != lower):
        return "", money, None
    unit = (
        units().get(raw) or units().get(lower if len(lower) > 2 else raw) or units().get(lower.removeprefix(b"metric "))
    )
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
        return Tail(
            factor=scale, scale=plain, unit=meaning[2] if meaning else None, scale_length=len(tail), length=len(tail)
        )
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
    r"((?:[^0-9"
    + _FRACTION[1:-1]
    + r".]|\.(?![0-9]))*)("
    + grammar.DIGITS.decode()
    + r")?("
    + _FRACTION
    + r"|[ -]\d/\d(?![\d/])|/\d(?!\d))?(.*)",
    re.DOTALL,
)


SIGN_BYTES = frozenset(form[-1] for form in behind_forms() if not form[-1:].isalnum())


def scan(text: str, encoded: bytes, places: Iterator[Place]) -> Iterator[tuple[int, int, Place, "Atom | None"]]:
    """The grammar's matches in folded `text`, also given as bytes: span, sentence and what was read; those outside all sentences are left out."""
    find = grammar.atom().find
    place = next(places, None)
    start, end = find(encoded)
    while start >= 0:
        while place is not None and place.end <= start:
            place = next(places, None)
        if place is None:
            return
        position = end
        if start >= place.start and not (end - start < 4 and _is_chained(encoded, start, end)):
            cut = _without_next_sign(encoded, start, end) if encoded[end - 1] in SIGN_BYTES else end
            cut = min(cut, place.segment.end)
            if start and encoded[start] in LETTERS and encoded[start - 1] in WORD_BYTES:
                start = _without_word(encoded, start, cut)
            atom = read_atom(text, start, cut, place)
            yield start, cut, place, atom
            position = cut if atom is None else atom.end
            if position <= start:
                position = start + 1
        start, end = find(encoded, position)


LONE_BEHIND = frozenset(b"\x1d_")


def _is_chained(encoded: bytes, start: int, end: int) -> bool:
    """Whether a short match can be no figure: in a chain of dashes or points, or before an invisible character or a word of another script."""
    following = encoded[end : end + 2]
    if not following or not encoded[end - 1 : end].isdigit():
        return False
    if following[0] == 0x2E:
        return following[1:].isdigit()
    if end - start > 1:
        return False
    if following[0] == 0x2D and start and encoded[start - 1] == 0x2D:
        return True
    return following[0] in LONE_BEHIND or following == b" _"


def _without_word(encoded: bytes, start: int, end: int) -> int:
    """The start of a match without a letter that ends a word and is no currency: "KLP 10%" holds no "P 10"."""
    space = encoded.find(b" ", start, end)
    if space > 0 and encoded[space + 1] in b"+-":
        space += 1
    return space + 1 if space > 0 and encoded[space + 1] in DIGIT_BYTES else start


def _without_next_sign(encoded: bytes, start: int, end: int) -> int:
    """The end of a match without a sign that opens the next number: "£1.1m-£1.4m" is no "1.1m-£"."""
    if encoded[end : end + 1].isdigit() and end - start > 1:
        end -= 1
        while encoded[end - 1 : end].isalpha() and encoded[end - 2 : end - 1] in (b"-", b" "):
            end -= 1
        return len(encoded[start:end].rstrip(b" -")) + start
    return end


@lru_cache(maxsize=1 << 14)
def _before(form: str) -> Money | None:
    return before_forms().get(form.rstrip("+- ").encode("latin-1"))


def read_atom(text: str, start: int, end: int, place: Place) -> Atom | None:
    """The atom of a match, or None where the words make no number that can be stored."""
    if end - start > 3 * LONGEST:
        return None
    matched = text[start:end]
    reading = read(matched)
    if reading is None:
        return None
    if reading.spaced and not _grouped_by_spaces(text, start + reading.number_end):
        reading = read(matched.split(" ")[0])
    elif reading.tail and _MODEL.match(text, end) and reading.tail.startswith(" ") and len(reading.tail) < 4:
        reading = read(matched[: reading.number_end])
    elif reading.scale and not _is_scale(text, end, reading):
        reading = read(matched, plain=True)
    if reading is None:
        return None
    atom = Atom(start, place, reading)
    if text[atom.end - 1] == "." and not _abbreviated(text, atom.end):
        atom.end -= 1
    return atom


_MODEL = re.compile(r"-\d")
"""What makes letters behind a number those of a model: "30 M-84 tanks"."""


def _abbreviated(text: str, end: int) -> bool:
    """Whether a point before `end` is of an abbreviation ("3 Mrd. Euro") and does not end the sentence."""
    return (text[end : end + 1] in ",;)" and end < len(text)) or (
        text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    )


def _grouped_by_spaces(text: str, end: int) -> bool:
    """Whether "12 500" at `end` is one number: a word in lower case follows."""
    return text[end : end + 1] == " " and text[end + 1 : end + 2].islower()


@lru_cache(maxsize=1 << 16)
def read(matched: str, *, plain: bool = False) -> Reading | None:
    """What the words of a match say; `plain` leaves a doubtful magnitude aside. None where they make no number that can be stored."""
    split = _SPLIT.fullmatch(matched)
    if split is None:
        return None
    before, digits, fraction, tail = split.groups("")
    if not digits and not fraction:
        return _in_words(matched)
    money = _before(before) if before else None
    if before and money is None:
        return None
    if money is not None and money.letter and before[-1] == " " and not _looks_like_money(digits, fraction, tail):
        shifted = read(matched[len(before) :], plain=plain)
        return shifted and replace(
            shifted,
            start=len(before),
            end=shifted.end + len(before),
            number_start=len(before),
            number_end=shifted.number_end + len(before),
        )
    if "," in digits and len(digits) - digits.rfind(",") < 4 and "." not in digits and not (money or tail):
        digits, fraction, tail = digits[: digits.rfind(",")], "", ""
    return _in_digits(before, money, digits, fraction, tail, plain=plain)


def _looks_like_money(digits: str, fraction: str, tail: str) -> bool:
    return bool(fraction) or "." in digits or "," in digits or read_tail(tail).factor != ONE


def _other_word(parts: Tail, tail: str, value: Decimal) -> bool:
    """Whether a strict unit stands in the singular behind a number that is not one: "a 30 billion quarter"."""
    if parts.unit is None or not parts.unit.strict or value == ONE:
        return False
    return not tail.endswith(("s", "feet")) and "-" not in tail and parts.plain.isalpha() and len(parts.plain) > 3


def _in_digits(
    before: str, money: Money | None, digits: str, fraction: str, tail: str, *, plain: bool
) -> Reading | None:
    """The reading of a number in digits between a currency and a tail."""
    parts = read_tail(tail)
    doubtful = _doubtful(parts, money)
    if plain and doubtful:
        parts = Tail(unit=parts.unit, plain=parts.scale, length=parts.length) if parts.unit else Tail()
    if _other_word(parts, tail, digits_value(digits) or Decimal(0) if digits else Decimal(0)):
        parts = read_tail(tail[: parts.scale_length])
    value = number_value(digits, fraction, parts.factor * (parts.money.factor if parts.money else ONE))
    raw = digits_value(digits) if digits else Decimal(0)
    if value is None or raw is None:
        return None
    start, number_end = len(before), len(before) + len(digits) + len(fraction)
    kind, unit, meant, length, rule = _typed(parts, money)
    return Reading(
        start=0,
        end=number_end + length,
        number_start=start,
        number_end=number_end,
        digits=digits or fraction,
        raw=raw,
        factor=parts.factor,
        value=-value if before.endswith("-") else value,
        kind=kind,
        unit=unit,
        money=meant,
        tail=tail,
        attached=bool(tail) and tail[0] not in SEPARATORS,
        rules=(rule,) if rule else (),
        scale=parts.scale if doubtful and not plain else "",
        spaced=" " in digits and money is None and not tail,
    )


def _typed(parts: Tail, money: Money | None) -> tuple[Kind | None, str, Money | None, int, str]:
    """(kind, unit, currency, length of the tail that belongs to the figure, rule) of a number with `money` before it."""
    if money is not None:
        if parts.money is not None and set(parts.money.codes) & set(money.codes):
            return (
                MONEY,
                "",
                min(money, parts.money, key=lambda form: len(form.codes)),
                parts.length,
                "money_before_and_behind",
            )
        foreign = parts.money or parts.percent or parts.unit
        return MONEY, "", money, parts.scale_length if foreign else parts.length, "money_before"
    if parts.percent:
        return PERCENT, parts.percent, None, parts.length, "percent"
    if parts.money is not None:
        return MONEY, "", parts.money, parts.length, "money_behind"
    if parts.unit is not None and not (parts.scale and not parts.plain):
        return QUANTITY, parts.unit.name, None, parts.length, "quantity"
    return None, "", None, parts.length, ""


AMBIGUOUS_SCALES = frozenset({"m", "M", "mm", "MM", "t", "T", "b", "B", "k", "K", "mil", "mill", "Mil"})
LENGTH_WORDS = re.compile(r"[ -](?:" + "|".join(toml("scales")["lengths"]["words"]) + r")\b")


def _doubtful(parts: Tail, money: Money | None) -> bool:
    """Whether the magnitude may be a unit: "m", "t", "mm" without a currency or a unit of its own."""
    if money is not None or parts.money is not None or parts.percent:
        return False
    return parts.scale in AMBIGUOUS_SCALES and not (parts.unit and parts.plain)


def _is_scale(text: str, end: int, reading: Reading) -> bool:
    """Whether "m", "t", "k" … behind a number without a currency is a magnitude: "87m users" is, "a 50m crane" and "300mm wafers" are not."""
    if reading.scale in ("mm", "MM", "mil", "mill", "Mil", "t"):
        return False
    if reading.scale == "m":
        return reading.attached and not LENGTH_WORDS.match(text, end)
    return reading.attached or reading.scale == "T"


def _in_words(matched: str) -> Reading | None:
    """The reading of a number in words: what its longest readable beginning says, then its tail."""
    number, tail = _split_words(matched)
    value = words_value(number)
    if value is None:
        return None
    parts = read_tail(tail)
    if parts.scale in AMBIGUOUS_SCALES or _other_word(parts, tail, value):
        parts = Tail()
    kept = stored(EXACT.multiply(value, parts.factor * (parts.money.factor if parts.money else ONE)))
    if kept is None:
        return None
    kind, unit, money, length, rule = _typed(parts, None)
    end = len(number)
    return Reading(
        0,
        end + length,
        0,
        end,
        "",
        value,
        parts.factor,
        kept,
        kind,
        unit,
        money,
        tail,
        attached=False,
        rules=(rule,) if rule else (),
    )


def _split_words(matched: str) -> tuple[str, str]:
    match = grammar.number_words().match(matched.encode("latin-1"))
    return (matched[: match.end()], matched[match.end() :]) if match else (matched, "")
