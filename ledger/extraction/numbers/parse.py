"""Parsing: what the words that the grammar matched say by themselves, without what stands around them."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from ledger.extraction.numbers import grammar
from ledger.extraction.numbers.atoms import MONEY, ONE, PERCENT, QUANTITY, ParsedNumber
from ledger.extraction.numbers.grammar import Money, before_forms, sign_forms
from ledger.extraction.numbers.numerals import (
    EXACT,
    digits_value,
    first_number,
    last_magnitude,
    number_value,
    stored,
    words_value,
)
from ledger.extraction.numbers.tails import SEPARATORS, Tail, hedged_tail, parse_tail
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
    plain = form.rstrip("+- ").encode("latin-1")
    money = before_forms().get(plain)
    if money is None and plain[-1:] in sign_forms():
        # "CAD $5", "MXN$5": the code says whose sign it is.
        money = before_forms().get(plain[:-1].rstrip())
    return money


_DIGIT = re.compile(r"[0-9]")


def _split(matched: str) -> tuple[str, str, str, str] | None:
    """The currency, digits, fraction and tail of a match; the point of "Rs.500" is of the abbreviation."""
    first = _DIGIT.search(matched)
    point = first.start() - 1 if first else -1
    if point > 0 and matched[point] == "." and _before(matched[: point + 1]) is not None:
        rest = _SPLIT.fullmatch(matched[point + 1 :])
        if rest is None:
            return None
        _, digits, fraction, tail = rest.groups("")
        return matched[: point + 1], digits, fraction, tail
    split = _SPLIT.fullmatch(matched)
    if split is None:
        return None
    before, digits, fraction, tail = split.groups("")
    return before, digits, fraction, tail


@lru_cache(maxsize=1 << 16)
def parse_number(matched: str, *, plain: bool = False, comma: bool = False) -> ParsedNumber | None:
    """As `_parsed_number`, with what its context may change noted."""
    parsed = _parsed_number(matched, plain=plain, comma=comma)
    if parsed is None:
        return None
    tail, money = parsed.tail, parsed.money
    doubtful = parsed.spaced or bool(parsed.scale) or "," in matched or "-" in tail or 1 < len(tail) < 4
    unsettled = money is not None and (money.codes[0] in UNSETTLED or " $" in matched)
    return replace(parsed, doubtful=doubtful, unsettled=unsettled) if doubtful or unsettled else parsed


UNSETTLED = frozenset({"GBP", "KRW"})
"""Currencies whose names have other meanings: pounds that weigh, teams that won."""


def _parsed_number(matched: str, *, plain: bool, comma: bool) -> ParsedNumber | None:
    """What a match of the grammar says, or None where no number can be stored.

    `plain` ignores a doubtful magnitude; `comma` takes the comma of a bare "5,8" for a decimal one.
    """
    if ")" in matched:
        return _in_brackets(matched)
    split = _split(matched)
    if split is None:
        return None
    before, digits, fraction, tail = split
    if not digits and not fraction:
        return _in_words(matched)
    money = _before(before) if before else None
    if (before and money is None) or (digits.startswith(".") and before.rstrip()[-1:].isalpha()):
        return None
    if money is not None and money.letter and before[-1] == " " and not _looks_like_money(digits, fraction, tail):
        shifted = parse_number(matched[len(before) :], plain=plain)
        return shifted and _moved(shifted, len(before))
    decimal = "," in digits and len(digits) - digits.rfind(",") < 4 and "." not in digits
    if decimal and not (money or tail or comma):
        digits, fraction, tail = digits[: digits.rfind(",")], "", ""
    return _in_digits(before, money, digits, fraction, tail, plain=plain)


def _moved(parsed: ParsedNumber, by: int) -> ParsedNumber:
    """The same number so many characters later in the match."""
    return replace(
        parsed,
        start=parsed.start + by,
        end=parsed.end + by,
        number_start=parsed.number_start + by,
        number_end=parsed.number_end + by,
    )


def _in_brackets(matched: str) -> ParsedNumber | None:
    """A negative number in the brackets of accounts, "$(12.4) million", "(4.5)%"; any other in brackets alone."""
    opening, closing = matched.index("("), matched.index(")")
    if opening == 0 and not hedged_tail(matched[closing + 1 :])[1].percent:
        bare = parse_number(matched[1:closing])
        return bare and _moved(bare, 1)
    inner = parse_number(matched[:opening] + matched[opening + 1 : closing] + matched[closing + 1 :])
    if inner is None:
        return None
    return replace(
        inner,
        start=inner.start,
        end=inner.end + 2,
        number_end=inner.number_end + 2,
        value=-abs(inner.value),
        rules=(*inner.rules, "negative_bracket"),
    )


def _looks_like_money(digits: str, fraction: str, tail: str) -> bool:
    grouped = any(mark in digits for mark in ".,'")
    return bool(fraction) or grouped or parse_tail(tail).factor != ONE


def _other_word(parts: Tail, tail: str, value: Decimal) -> bool:
    """Whether a strict unit stands in the singular behind a number that is not one: "a 30 billion quarter"."""
    if parts.unit is None or not parts.unit.strict or value == ONE:
        return False
    return not tail.endswith(("s", "feet")) and "-" not in tail and parts.plain.isalpha() and len(parts.plain) > 3


def _in_digits(
    before: str, money: Money | None, digits: str, fraction: str, tail: str, *, plain: bool
) -> ParsedNumber | None:
    """What a number in digits between a currency and a tail says."""
    hedge, parts = hedged_tail(tail)
    doubtful = _doubtful(parts, money)
    if plain and doubtful:
        parts = Tail(unit=parts.unit, plain=parts.scale, length=parts.length) if parts.unit else Tail()
    if _other_word(parts, tail, digits_value(digits) or Decimal(0) if digits else Decimal(0)):
        parts = parse_tail(tail[: parts.scale_length])
    by = (parts.money.factor if parts.money else ONE) * (money.factor if money else ONE)
    value = number_value(digits, fraction, parts.factor * by)
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
        hedge=hedge,
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
    hedge, parts = hedged_tail(tail)
    if parts.scale in DOUBTFUL_SCALES or _other_word(parts, tail, value):
        hedge, parts = "", Tail()
    kept = stored(EXACT.multiply(value, parts.factor * (parts.money.factor if parts.money else ONE)))
    if kept is None:
        return None
    factor = last_magnitude(number)
    kind, unit, money, length, rule = _typed(parts, None)
    end = len(number)
    return ParsedNumber(
        0,
        end + length,
        0,
        end,
        "",
        EXACT.divide(value, factor),
        EXACT.multiply(parts.factor, factor),
        kept,
        kind,
        unit,
        money,
        tail,
        attached=False,
        rules=(rule,) if rule else (),
        hedge=hedge,
    )


def _split_words(matched: str) -> tuple[str, str]:
    """The number in words and the rest; "two billion and three billion" are two numbers."""
    match = grammar.number_words().match(matched.encode("latin-1"))
    if match is None:
        return matched, ""
    end = first_number(matched[: match.end()])
    return matched[:end], matched[end:]
