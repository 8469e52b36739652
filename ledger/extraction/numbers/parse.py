"""Parsing: what the words that the grammar matched say by themselves, without what stands around them."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from ledger.extraction.numbers import grammar
from ledger.extraction.numbers.atoms import MONEY, ONE, PERCENT, QUANTITY, ParsedNumber
from ledger.extraction.numbers.grammar import Money, before_forms
from ledger.extraction.numbers.numerals import EXACT, digits_value, number_value, stored, words_value
from ledger.extraction.numbers.tails import SEPARATORS, Tail, parse_tail
from ledger.lexicons.load import toml
from schemas import Kind

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


@lru_cache(maxsize=1 << 14)
def _before(form: str) -> Money | None:
    return before_forms().get(form.rstrip("+- ").encode("latin-1"))


@lru_cache(maxsize=1 << 16)
def parse_number(matched: str, *, plain: bool = False) -> ParsedNumber | None:
    """What a match of the grammar says; `plain` ignores a doubtful magnitude. None where no number can be stored."""
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
        shifted = parse_number(matched[len(before) :], plain=plain)
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
    return bool(fraction) or "." in digits or "," in digits or parse_tail(tail).factor != ONE


def _other_word(parts: Tail, tail: str, value: Decimal) -> bool:
    """Whether a strict unit stands in the singular behind a number that is not one: "a 30 billion quarter"."""
    if parts.unit is None or not parts.unit.strict or value == ONE:
        return False
    return not tail.endswith(("s", "feet")) and "-" not in tail and parts.plain.isalpha() and len(parts.plain) > 3


def _in_digits(
    before: str, money: Money | None, digits: str, fraction: str, tail: str, *, plain: bool
) -> ParsedNumber | None:
    """The parsed of a number in digits between a currency and a tail."""
    parts = parse_tail(tail)
    doubtful = _doubtful(parts, money)
    if plain and doubtful:
        parts = Tail(unit=parts.unit, plain=parts.scale, length=parts.length) if parts.unit else Tail()
    if _other_word(parts, tail, digits_value(digits) or Decimal(0) if digits else Decimal(0)):
        parts = parse_tail(tail[: parts.scale_length])
    value = number_value(digits, fraction, parts.factor * (parts.money.factor if parts.money else ONE))
    raw = digits_value(digits) if digits else Decimal(0)
    if value is None or raw is None:
        return None
    start, number_end = len(before), len(before) + len(digits) + len(fraction)
    kind, unit, meant, length, rule = _typed(parts, money)
    return ParsedNumber(
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
    """Kind, unit, currency, tail length and rule of a number with `money` before it."""
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


DOUBTFUL_SCALES = frozenset(toml("scales")["doubtful"]["suffixes"])


def _doubtful(parts: Tail, money: Money | None) -> bool:
    """Whether the magnitude may be a unit: "m", "t", "mm" without a currency or a unit of its own."""
    if money is not None or parts.money is not None or parts.percent:
        return False
    return parts.scale in DOUBTFUL_SCALES and not (parts.unit and parts.plain)


def _in_words(matched: str) -> ParsedNumber | None:
    """The parsed of a number in words: what its longest readable beginning says, then its tail."""
    number, tail = _split_words(matched)
    value = words_value(number)
    if value is None:
        return None
    parts = parse_tail(tail)
    if parts.scale in DOUBTFUL_SCALES or _other_word(parts, tail, value):
        parts = Tail()
    kept = stored(EXACT.multiply(value, parts.factor * (parts.money.factor if parts.money else ONE)))
    if kept is None:
        return None
    kind, unit, money, length, rule = _typed(parts, None)
    end = len(number)
    return ParsedNumber(
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
