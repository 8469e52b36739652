"""Tails: the words behind a number, taken apart into magnitude and percent, currency or unit of measure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from ledger.extraction.numbers.atoms import ONE
from ledger.extraction.numbers.grammar import (
    MINOR_LETTERS,
    Money,
    Unit,
    behind_forms,
    percent_forms,
    scales,
    units,
)


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
    percent = percent_forms().get(lower)
    if percent is not None:
        return percent, None, None
    money = behind_forms().get(raw) or (
        behind_forms().get(lower) if lower[:1].isalpha() and (len(lower) > 3 or lower != raw.upper()) else None
    )
    if money is not None and not (lower in MINOR_LETTERS and raw != lower):
        return "", money, None
    unit = (
        units().get(raw) or units().get(lower if len(lower) > 2 else raw) or units().get(lower.removeprefix(b"metric "))
    )
    return ("", None, unit) if unit is not None else None


SEPARATORS = " -"


@lru_cache(maxsize=1 << 14)
def parse_tail(tail: str) -> Tail:
    """The parts of the folded text that the grammar matched behind a number."""
    if not tail:
        return Tail()
    plain = tail.lstrip(SEPARATORS)
    meaning = _meaning(plain)
    raw = plain.encode("latin-1")
    scale = scales().get(raw) or (scales().get(raw.lower()) if raw not in units() else None)
    if scale is not None and (meaning is None or meaning[2] is not None):
        return Tail(
            factor=scale, scale=plain, unit=meaning[2] if meaning else None, scale_length=len(tail), length=len(tail)
        )
    if meaning is not None:
        return Tail(percent=meaning[0], money=meaning[1], unit=meaning[2], plain=plain, length=len(tail))
    return _scaled_tail(tail)


HEDGES = {"-odd": "about", "-something": "about", "-plus": "at_least"}


def hedged_tail(tail: str) -> tuple[str, Tail]:
    """The bound that stands within a tail, or nothing, and the tail's parts: "-odd million", "m+ euros"."""
    for word, bound in HEDGES.items():
        if tail.startswith(word):
            parts = parse_tail(tail[len(word) :])
            return bound, replace(
                parts, scale_length=parts.scale_length + len(word), length=parts.length + len(word)
            ) if parts.length else parts
    if "+" in tail:
        plus = tail.index("+")
        parts = parse_tail(tail[:plus] + tail[plus + 1 :])
        return "at_least", replace(parts, length=parts.length + 1) if parts.length else parts
    return "", parse_tail(tail)


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
            return Tail(factor, head.decode("latin-1"), meaning[0], meaning[1], meaning[2], plain, cut, len(tail))
    return Tail()
