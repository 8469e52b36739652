"""Numerals: the value of a number as written, in digits or in words."""

import re
from decimal import Context, Decimal
from functools import lru_cache

from ledger.extraction.numbers.grammar import fraction_signs
from ledger.lexicons.load import toml
from schemas import LARGEST_AMOUNT

SMALLEST_STEP = Decimal("0.000001")
EXACT = Context(prec=80)
"""Arithmetic without rounding for any number that can be stored."""
LONGEST_NUMBER = 48
"""Digits and separators of the longest number that can fit."""

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+")
_COMMA = re.compile(r"\d+,\d{1,2}")
_SPACED = re.compile(r"\d{1,3}(?:[ ']\d{3})+,\d+")


@lru_cache(maxsize=1 << 16)
def digits_value(written: str) -> Decimal | None:
    """The value of a number in digits with any grouping, or None where it is too long to store.

    >>> digits_value("1,20,000"), digits_value("3,5"), digits_value("1.234.567,8"), digits_value("816 000")
    (Decimal('120000'), Decimal('3.5'), Decimal('1234567.8'), Decimal('816000'))
    """
    if len(written) > LONGEST_NUMBER:
        return None
    if _GROUPED.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(written) or _SPACED.fullmatch(written):
        written = written.replace(",", ".")
    return Decimal(written.replace(",", "").replace(" ", "").replace("'", ""))


class _Words:
    """A number in words being added up: `total` of what has its magnitude, `group` of what waits for one."""

    def __init__(self, words: list[str]) -> None:
        lexicon = toml("numbers")
        self.digits: dict[str, int] = lexicon["digits"]
        self.multipliers: dict[str, str] = lexicon["multipliers"]
        self.fractions: dict[str, str] = lexicon["fractions"]
        self.words = words
        self.total = self.group = Decimal(0)
        self.last = Decimal(1)
        self.seen = False

    def take(self, place: int) -> None:
        """Add the word at `place`."""
        word = self.words[place]
        if word in ("a", "an"):
            self.group, self.seen = (self.group, True) if self.seen else (Decimal(1), True)
        elif word in self.digits:
            self.group, self.seen = self.group + self.digits[word], True
        elif word.removesuffix("s") in self.fractions:
            self._fraction(place, word.removesuffix("s"))
        elif word in self.multipliers:
            self._multiply(Decimal(self.multipliers[word]))

    def _fraction(self, place: int, part: str) -> None:
        share = Decimal(self.fractions[part])
        if not self.seen or (place == 1 and self.words[0] in ("a", "an")):
            self.group, self.seen = share, True
        elif place and self.words[place - 1] in self.digits and "and" not in self.words[:place]:
            self.group *= share
        elif self.last > 1 and not any(later in self.multipliers for later in self.words[place + 1 :]):
            self.total += share * self.last
        else:
            self.group += share

    def _multiply(self, factor: Decimal) -> None:
        if factor == 100:
            self.group = (self.group or Decimal(1)) * factor
        elif self.group:
            self.total, self.group, self.last = self.total + self.group * factor, Decimal(0), factor
        else:
            self.total, self.last = self.total * factor, factor


@lru_cache(maxsize=1 << 12)
def words_value(written: str) -> Decimal | None:
    """The value of a number in words, or None where the words do not make one.

    >>> words_value("two and a half billion"), words_value("one hundred and twenty thousand")
    (Decimal('2500000000.0'), Decimal('120000'))
    """
    words = re.split(r"[ -]+", written.casefold())
    number = _Words(words)
    for place in range(len(words)):
        number.take(place)
    return number.total + number.group if number.seen else None


@lru_cache(maxsize=1 << 12)
def last_magnitude(written: str) -> Decimal:
    """The magnitude that a number in words ends in, or one: "two hundred thousand" ends in a thousand.

    >>> last_magnitude("two and a half billion"), last_magnitude("two hundred and fifty")
    (Decimal('1000000000'), Decimal('1'))
    """
    return Decimal(toml("numbers")["multipliers"].get(re.split(r"[ -]+", written.casefold())[-1], "1"))


_AND = re.compile(r"[ -]and[ -]")


@lru_cache(maxsize=1 << 12)
def first_number(written: str) -> int:
    """Where the first number in words ends: magnitudes behind "and" are smaller than those before it.

    >>> first_number("two billion and three billion"), first_number("two million and ten thousand")
    (11, 28)
    """
    multipliers = toml("numbers")["multipliers"]
    for match in _AND.finditer(written):
        before, behind = (
            [Decimal(multipliers[word]) for word in re.split(r"[ -]+", part.casefold()) if word in multipliers]
            for part in (written[: match.start()], written[match.end() :])
        )
        if before and behind and before[-1] >= 1000 and max(behind) >= before[-1]:
            fraction = re.split(r"[ -]+", written[match.end() :].casefold())
            if not {"half", "quarter", "third"} & set(fraction[:2]):
                return match.start()
    return len(written)


def stored(value: Decimal) -> Decimal | None:
    """`value` in the form in which it is stored, or None where it is larger or finer than amounts of figures are."""
    if abs(value) > LARGEST_AMOUNT:
        return None
    if value == value.to_integral_value():
        return EXACT.quantize(value, Decimal(1))
    rounded = EXACT.quantize(value, SMALLEST_STEP)
    return EXACT.normalize(rounded) if rounded else None


@lru_cache(maxsize=1 << 16)
def number_value(digits: str, fraction: str, factor: Decimal) -> Decimal | None:
    """Digits with a fraction sign or "3/4" behind them, times `factor`, as stored; None where it is none."""
    value = digits_value(digits) if digits else Decimal(0)
    if value is None:
        return None
    if fraction:
        sign = fraction.encode("latin-1")
        if sign in fraction_signs():
            value += fraction_signs()[sign]
        else:
            above, below = fraction.strip(" -").split("/")
            if int(below) == 0:
                return None
            value += EXACT.divide(Decimal(above), Decimal(below))
    return stored(EXACT.multiply(value, factor))
