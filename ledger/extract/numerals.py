"""Numerals: the value of a number as written, in digits or in words."""

import re
from decimal import Decimal
from functools import lru_cache

from ledger.extract.grammar import fraction_signs
from ledger.lexicons.load import toml

LIMIT = Decimal(10) ** 32
"""Amounts are stored as decimal(38,6): 32 digits before the point."""
STEP = Decimal("0.000001")
LONGEST = 48
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
    if len(written) > LONGEST:
        return None
    if _GROUPED.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(written) or _SPACED.fullmatch(written):
        written = written.replace(",", ".")
    return Decimal(written.replace(",", "").replace(" ", "").replace("'", ""))


@lru_cache(maxsize=1 << 12)
def words_value(written: str) -> Decimal | None:
    """The value of a number in words, or None where the words do not make one.

    >>> words_value("two and a half billion"), words_value("a quarter of a million"), words_value("one hundred and twenty thousand")
    (Decimal('2500000000'), Decimal('250000'), Decimal('120000'))
    """
    lexicon = toml("numbers")
    digits: dict[str, int] = lexicon["digits"]
    multipliers: dict[str, str] = lexicon["multipliers"]
    fractions: dict[str, str] = lexicon["fractions"]
    total = group = Decimal(0)
    last = Decimal(1)
    seen = False
    words = re.split(r"[ -]+", written.casefold())
    for place, word in enumerate(words):
        if word in ("and", "of"):
            continue
        if word in ("a", "an"):
            if not seen:
                group, seen = Decimal(1), True
            continue
        if word in digits:
            group, seen = group + digits[word], True
        elif (part := word.removesuffix("s")) in fractions:
            share = Decimal(fractions[part])
            rest = words[place + 1 :]
            if not seen or (place == 1 and words[0] in ("a", "an")):
                group, seen = share, True
            elif part in ("third", "quarter") and place and words[place - 1] in digits and "and" not in words[:place]:
                group *= share
            elif last > 1 and not any(later in multipliers for later in rest):
                total += share * last
            else:
                group += share
        elif word in multipliers:
            factor = Decimal(multipliers[word])
            if factor == 100:
                group = (group or Decimal(1)) * factor
            elif group:
                total, group, last = total + group * factor, Decimal(0), factor
            else:
                total, last = total * factor, factor
    value = total + group
    return value if seen else None


def stored(value: Decimal) -> Decimal | None:
    """`value` in the shape it is stored in, or None where decimal(38,6) cannot hold it."""
    if abs(value) >= LIMIT:
        return None
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    rounded = value.quantize(STEP)
    return rounded.normalize() if rounded else None


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
            value += Decimal(above) / Decimal(below)
    return stored(value * factor)
