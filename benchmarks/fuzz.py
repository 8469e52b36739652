"""Random sums of currency, number style, magnitude, bound and position, made from the lexicons, and how many are right.

Run: python -m benchmarks.fuzz [--count N] [--seed N]. What is not right is listed by kind, with an example. The
composer knows nothing of the grammar: it takes words from the lexicons, puts them together as English does, and reckons
the value itself.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.extraction import extract_figures
from ledger.lexicons.load import toml
from schemas import Section, Segment

LEAST_RIGHT = 0.999
CURRENCIES = toml("currencies")
CODES = (
    *("USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL", "MXN", "ZAR"),
    *("KES", "NGN", "AED", "SAR", "QAR", "KWD", "TRY", "THB", "IDR", "MYR", "PHP", "VND", "KRW", "TWD", "HKD", "SGD"),
    *("AUD", "NZD", "CAD", "EGP", "ILS", "PKR", "BDT", "LKR"),
)


@dataclass(frozen=True)
class Said:
    """A sum as composed: its words, what it is worth, and the kind of each of its parts."""

    words: str
    low: Decimal
    high: Decimal
    units: frozenset[str]
    kind: str


NOT_COMPOSED = ("hundred", "hundred thousand", "quintillion")
"""Magnitudes that follow no number in digits, and those of sums too large to store."""
Number = tuple[str, Decimal, str]


def _small(dice: random.Random) -> Number:
    value = dice.randrange(2, 980)
    return str(value), Decimal(value), "whole"


def _decimal(dice: random.Random) -> Number:
    written = f"{dice.randrange(1, 900)}.{dice.randrange(1, 99)}"
    return written, Decimal(written), "decimal point"


def _comma(dice: random.Random) -> Number:
    whole, part = dice.randrange(1, 900), dice.randrange(1, 99)
    return f"{whole},{part}", Decimal(f"{whole}.{part}"), "decimal comma"


def _grouped(dice: random.Random) -> Number:
    value = dice.randrange(1_000, 99_000_000)
    return f"{value:,}", Decimal(value), "grouped by commas"


def _swiss(dice: random.Random) -> Number:
    value = dice.randrange(1_000, 99_000_000)
    return f"{value:,}".replace(",", dice.choice("'’")), Decimal(value), "grouped by apostrophes"


def _points(dice: random.Random) -> Number:
    value = dice.randrange(1_000_000, 99_000_000)
    return f"{value:,}".replace(",", "."), Decimal(value), "grouped by points"


def _indian(dice: random.Random) -> Number:
    lakh, thousand, rest = dice.randrange(1, 99), dice.randrange(10, 99), dice.randrange(100, 999)
    return f"{lakh},{thousand},{rest}", Decimal(lakh * 100_000 + thousand * 1_000 + rest), "grouped the Indian way"


def _in_words(dice: random.Random) -> Number:
    digits: dict[str, int] = toml("numbers")["digits"]
    ones = [word for word, value in digits.items() if 1 < value < 20]
    tens = [word for word, value in digits.items() if value >= 20 and word != "fourty"]
    shape = dice.randrange(4)
    if shape == 0:
        word = dice.choice(ones)
        return word, Decimal(digits[word]), "words"
    if shape == 1:
        ten, one = dice.choice(tens), dice.choice([word for word in ones if digits[word] < 10])
        return f"{ten}-{one}", Decimal(digits[ten] + digits[one]), "words"
    if shape == 2:
        word = dice.choice([word for word in ones if digits[word] < 10])
        return f"{word} and a half", Decimal(digits[word]) + Decimal("0.5"), "words and a half"
    word, ten = dice.choice([word for word in ones if digits[word] < 10]), dice.choice(tens)
    return f"{word} hundred and {ten}", Decimal(digits[word] * 100 + digits[ten]), "words with a hundred"


DIGITS: Sequence[Callable[[random.Random], Number]] = (_small, _decimal, _comma, _grouped, _swiss, _points, _indian)
SHORT_DIGITS: Sequence[Callable[[random.Random], Number]] = (_small, _decimal, _comma)


def _magnitude(dice: random.Random, *, word: bool) -> tuple[str, Decimal]:
    """A magnitude with what parts it from its number; `word`: one that may follow a number in words."""
    entry = dice.choice(
        [entry for entry in toml("scales")["scale"] if entry["words"] and entry["name"] not in NOT_COMPOSED]
    )
    plain = [form for form in entry["words"] if not form.endswith("s") and len(form) > 3]
    factor = Decimal(entry["factor"])
    if word or dice.random() < 0.5:
        name = str(entry["name"])
        if word and name not in ("thousand", "million", "billion", "trillion", "lakh", "crore"):
            name, factor = "million", Decimal(1_000_000)
        return (f" {name}" if word or not plain or dice.random() < 0.7 else " " + dice.choice(plain)), factor
    suffixes = [form for form in entry.get("suffixes", ()) if form[0] != "-"]
    return (dice.choice(suffixes), factor) if suffixes else (" " + str(entry["name"]), factor)


def _before(dice: random.Random) -> tuple[str, frozenset[str], str, bool]:
    """A currency before the number: its words, its codes, its kind, and whether it needs a magnitude."""
    if dice.random() < 0.3:
        code = dice.choice(CODES)
        return code + dice.choice(["", " "]), frozenset({code}), "code before", code in CURRENCIES["risky"]["codes"]
    entry = dice.choice(
        [
            entry
            for entry in CURRENCIES["symbol"]
            if entry["form"] not in ("kr", "Kr", "B", "M") and "factor" not in entry
        ]
    )
    form: str = entry["form"]
    touching = not form[-1].isalpha() or len(form) < 3
    return (
        form + ("" if touching and dice.random() < 0.7 else " "),
        frozenset(entry["codes"]),
        "sign before",
        bool(entry.get("letter")),
    )


def _behind(dice: random.Random) -> tuple[str, frozenset[str], str]:
    if dice.random() < 0.4:
        code = dice.choice(CODES)
        return f" {code}", frozenset({code}), "code behind"
    codes, names = dice.choice(list(CURRENCIES["names"].items()))
    name = dice.choice([name for name in names if not name.startswith("de ")] or ["euro"])
    return f" {name}", frozenset(_codes_of(name, codes)), "name behind"


def _codes_of(name: str, codes: str) -> list[str]:
    """All codes that a name may stand for; a later entry of the lexicon gives the narrower meaning."""
    return [
        code for listed, names in CURRENCIES["names"].items() if name in names for code in listed.split()
    ] or codes.split()


def _sum(dice: random.Random) -> Said:
    if dice.random() < 0.55:
        sign, units, where, letter = _before(dice)
        short = dice.random() < 0.7 or letter
        digits, value, style = dice.choice(SHORT_DIGITS if short else DIGITS)(dice)
        if not short:
            return Said(f"{sign}{digits}", value, value, units, f"{where}, {style}, no magnitude")
        scale, factor = _magnitude(dice, word=False)
        return Said(f"{sign}{digits}{scale}", value * factor, value * factor, units, f"{where}, {style}, magnitude")
    name, units, where = _behind(dice)
    word = dice.random() < 0.3
    digits, value, style = _in_words(dice) if word else dice.choice(SHORT_DIGITS)(dice)
    scale, factor = _magnitude(dice, word=word)
    return Said(f"{digits}{scale}{name}", value * factor, value * factor, units, f"{where}, {style}, magnitude")


def _range(dice: random.Random) -> Said:
    """Two ends that share currency and magnitude."""
    low = dice.randrange(2, 400)
    high = low + dice.randrange(1, 400)
    scale, factor = _magnitude(dice, word=False)
    link, opening = dice.choice([("-", ""), ("–", ""), (" to ", ""), (" and ", "between "), (" to ", "from ")])
    kind = f"range with {(opening + link).strip()!r}"
    if dice.random() < 0.6:
        sign, units, where, _ = _before(dice)
        words = f"{opening}{sign}{low}{link}{dice.choice(['', sign])}{high}{scale}"
    else:
        name, units, where = _behind(dice)
        words = f"{opening}{low}{link}{high}{scale}{name}"
    return Said(words, low * factor, high * factor, units, f"{kind}, {where}")


POSITIONS = (
    "The yard wants {} for a dock.",
    "A loan of {} was signed.",
    "It lent {}.",
    "The mill (worth {}) closed.",
    "Its cost: {}, the yard told us.",
    "{} went into the dock.",
    "The offer of “{}” stands.",
    "They lent it {}; no more is due.",
    "A plan for docks — {} — was laid out.",
)
"""Sentences with a place for a sum."""


def compose(dice: random.Random) -> tuple[str, Said]:
    """A text with one sum, and the sum."""
    said = _range(dice) if dice.random() < 0.2 else _sum(dice)
    words = said.words
    if not words.startswith(("between", "from")):
        bounds = [
            form
            for entry in toml("bounds")["bound"]
            for form in entry["before"]
            if form[0].isalpha() and "\\" not in form and "?" not in form
        ]
        bound = dice.choice(bounds) if dice.random() < 0.4 else ""
        words = f"{bound} {words}" if bound not in ("", "within", "call it", "say") else words
    return dice.choice(POSITIONS).format(words), said


def fault(text: str, said: Said) -> str | None:
    """What is wrong with the figures read from a text, or None where value and unit are right."""
    figures = extract_figures(text, (Segment(section=Section.PARAGRAPH, start=0, end=len(text)),))
    if len(figures) != 1:
        return f"{len(figures)} figures"
    figure = figures[0]
    if figure.unit not in said.units:
        return "wrong unit"
    ends = [end for end in (figure.lower, figure.upper) if end is not None] or [figure.value]
    return None if (min(ends), max(ends)) == (said.low, said.high) else "wrong value"


def measured(count: int, seed: int) -> tuple[int, Counter[str], dict[str, str]]:
    """How many of `count` compositions are read right; the others by kind, each kind with an example."""
    dice = random.Random(seed)  # noqa: S311 - no secret, and the same for the same seed
    kinds: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for _ in range(count):
        text, said = compose(dice)
        wrong = fault(text, said)
        if wrong is not None:
            kind = f"{wrong}: {said.kind}"
            kinds[kind] += 1
            examples.setdefault(kind, text)
    return count - kinds.total(), kinds, examples


def main() -> None:
    """Print the share that is right, and the rest by kind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    right, kinds, examples = measured(asked.count, asked.seed)
    print(f"{right:,} of {asked.count:,} right: {right / asked.count:.4%} (wanted: {LEAST_RIGHT:.1%})")
    for kind, number in kinds.most_common():
        print(f"{number:>6}  {kind}    {examples[kind]}")
    if right < LEAST_RIGHT * asked.count:
        sys.exit(1)


if __name__ == "__main__":
    main()
