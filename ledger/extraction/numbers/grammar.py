"""The grammar of one number with what touches it, compiled from the lexicons into one RE2 pattern over folded text.

A match holds a currency before, the number in digits or words, its magnitude, and behind it percent, currency or unit,
each where there is one. The pattern looks at nothing beside the match; that is for the rules to judge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import iso4217
import re2
from babel import Locale
from babel.numbers import get_currency_name

from ledger.english import plurals
from ledger.extraction.numbers.fold import fold
from ledger.lexicons.load import csv_rows, toml


@dataclass(frozen=True, slots=True)
class Money:
    """What a currency form means: its ISO codes, the default first, and the share of the major unit it stands for."""

    codes: tuple[str, ...]
    factor: Decimal = Decimal(1)
    letter: bool = False
    """Whether the form needs the number to look like money (scale, thousands, decimals)."""
    local: bool = False
    """Whether the form is a currency only in a text that speaks of its country: "M 420 million" in Lesotho."""


PATTERN_MEMORY = 16 << 20
"""Bytes that RE2 may use for the states of one pattern; where they do not suffice it starts again, slowly."""


def pattern(source: bytes, *, captures: bool = True, memory: int = PATTERN_MEMORY) -> Any:
    """`source` compiled by RE2 for folded bytes; without `captures` it only tells where a match is."""
    options = re2.Options()
    options.max_mem = memory
    options.never_capture = not captures
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(source, options=options)


class Finder:
    """Finds a pattern's matches without building match objects, which cost more than the search itself.

    re2's wrapper hides the call that returns bare spans behind a leading underscore; where a version lacks it, the
    public search is used.
    """

    __slots__ = ("find",)

    def __init__(self, compiled: Any) -> None:
        spans: Any = getattr(getattr(compiled, "_regexp", None), "Match", None)
        anchor: Any = getattr(getattr(re2, "_Anchor", None), "UNANCHORED", None)

        def find(text: bytes, position: int = 0) -> tuple[int, int]:
            first: tuple[int, int] = spans(anchor, text, position, len(text))[0]
            return first

        def search(text: bytes, position: int = 0) -> tuple[int, int]:
            match = compiled.search(text, position)
            return match.span() if match is not None else (-1, -1)

        self.find = find if spans is not None and anchor is not None else search
        """Start and end of the first match from a position on, or (-1, -1)."""


def any_of(forms: Iterable[bytes]) -> bytes:
    """An alternation of literal forms, longest first, spaces matching any one space or hyphen-free blank."""
    return b"|".join(re2.escape(form) for form in sorted(set(forms), key=lambda form: (-len(form), form)))


@cache
def iso_codes() -> frozenset[str]:
    """Active ISO 4217 codes, from the iso4217 package."""
    return frozenset(currency.code for currency in iso4217.Currency)


@cache
def full_names() -> dict[str, str]:
    """English currency names of the CLDR in lower case ("swiss francs") → ISO 4217 code, for the active codes."""
    english = Locale("en")
    names: dict[str, str] = {}
    for code in sorted((iso_codes() | extra_codes()) & set(english.currencies)):
        for count in (1, 2):
            name = get_currency_name(code, count=count, locale=english).casefold()
            if "(" not in name:
                names.setdefault(name, code)
    return names


@cache
def names_of(code: str) -> frozenset[str]:
    """The last words of a currency's names in the singular: "naira", "rand"."""
    return frozenset(name.rpartition(" ")[2] for name, named in full_names().items() if named == code)


@cache
def extra_codes() -> frozenset[str]:
    """Codes outside the list of active currencies that texts still use."""
    return frozenset(toml("currencies")["extra"]["codes"])


@cache
def before_forms() -> dict[bytes, Money]:
    """Folded currency form before a number → what it means."""
    lexicon = toml("currencies")
    risky = set(lexicon["risky"]["codes"])
    forms = {code.encode(): Money((code,), letter=code in risky) for code in sorted(iso_codes() | extra_codes())}
    for entry in lexicon["symbol"]:
        kind = {key: bool(entry.get(key)) for key in ("letter", "local")}
        money = Money(tuple(entry["codes"]), Decimal(entry.get("factor", "1")), **kind)
        forms[fold(entry["form"])] = money
        if entry["form"].isalpha() and len(entry["form"]) > 1:
            forms.setdefault(fold(entry["form"]) + b".", money)
    forms.update({code.lower().encode(): forms[code.encode()] for code in lexicon["lower"]["codes"]})
    forms.update(_scaled_forms())
    for letters in lexicon["parted"]["forms"]:
        forms[fold(letters) + b" $"] = forms[fold(letters) + b"$"]
    forms.update({f"{letter} $".encode(): Money((code,)) for letter, code in lexicon["parted"]["single"].items()})
    return forms


@cache
def _scaled_forms() -> dict[bytes, Money]:
    """Codes with their magnitude before them ("MUSD") → the currency and its factor."""
    scaled = toml("currencies")["scaled"]
    return {
        f"{prefix}{code}".encode(): Money((code,), Decimal(factor))
        for code in scaled["codes"]
        for prefix, factor in scaled["prefixes"].items()
    }


@cache
def sign_forms() -> tuple[bytes, ...]:
    """Bare currency signs ("$", "€"), which may follow an ISO code before a number ("CAD $5")."""
    return tuple(form for form in before_forms() if len(form) == 1 and not form.isalpha())


@cache
def behind_forms() -> dict[bytes, Money]:
    """Folded, lower-case currency form behind a number (symbols and codes as written) → what it means."""
    lexicon = toml("currencies")
    forms: dict[bytes, Money] = {fold(name): Money((code,)) for name, code in full_names().items()}
    for codes, names in lexicon["names"].items():
        for name in names:
            for form in (name, *plurals(name.casefold())):
                forms[fold(form.casefold())] = Money(tuple(codes.split()))
    for entry in lexicon["minor"]:
        for form in (entry["form"], entry["plural"]):
            forms[fold(form.casefold())] = Money(tuple(entry["of"]), Decimal(entry["factor"]))
    forms.update({code.encode(): Money((code,), letter=False) for code in sorted(iso_codes() | extra_codes())})
    forms.update({code.lower().encode(): Money((code,)) for code in lexicon["lower"]["codes"] if code != "RMB"})
    forms.update(_scaled_forms())
    scaled = lexicon["scaled"]
    forms.update({word.encode(): Money(tuple(scaled["of"]), Decimal(by)) for word, by in scaled["words"].items()})
    forms.update({word.encode(): Money((code,), Decimal(by)) for word, (code, by) in scaled["pesos"].items()})
    before = before_forms()
    forms.update({word.encode(): Money(before[b"$"].codes, Decimal(by)) for word, by in scaled["dollars"].items()})
    forms.update({fold(symbol): before[fold(symbol)] for symbol in lexicon["behind"]["symbols"]})
    forms[b"rmb"] = before[b"RMB"]
    forms.update({fold(word): Money((code,)) for word, code in lexicon["foreign"]["codes"].items()})
    return forms


@cache
def scales() -> dict[bytes, Decimal]:
    """Folded magnitude form (words in lower case, suffixes as written) → factor."""
    forms: dict[bytes, Decimal] = {}
    for entry in toml("scales")["scale"]:
        for form in (*entry["words"], *entry.get("suffixes", ()), *entry.get("spaced", ()), *entry.get("dotted", ())):
            forms[fold(form)] = Decimal(entry["factor"])
    return forms


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its snake-case English name and its dimension."""

    name: str
    dimension: str
    strict: bool = False
    """Whether its singular, apart from the number, is another word: "a record $5 billion quarter"."""


@cache
def units() -> dict[bytes, Unit]:
    """Folded unit form (words in lower case, abbreviations as written) → unit."""
    forms: dict[bytes, Unit] = {}
    for row in csv_rows("units"):
        unit = Unit(row["unit"], row["dimension"], bool(row["strict"]))
        for form in filter(None, row["forms"].split("|")):
            for spelling in (form, *plurals(form.casefold())) if form[-1].isalpha() else (form,):
                forms.setdefault(fold(spelling.casefold()), unit)
        for form in filter(None, row["abbreviations"].split("|")):
            forms[fold(form)] = unit
    return forms


@cache
def time_units() -> frozenset[str]:
    """The names of the units that measure time."""
    return frozenset(unit.name for unit in units().values() if unit.dimension == "time")


def _number_words() -> bytes:
    lexicon = toml("numbers")
    digits: dict[str, int] = lexicon["digits"]
    tens = any_of(word.encode() for word, value in digits.items() if value >= 20)
    ones = any_of(word.encode() for word, value in digits.items() if value < 10)
    teens = any_of(word.encode() for word, value in digits.items() if 10 <= value < 20)
    large = any_of(word.encode() for word in lexicon["multipliers"])
    small = rb"(?:(?:" + tens + rb")(?:[ -](?:" + ones + rb"))?|" + teens + rb"|" + ones + rb")"
    rest = rb"(?:[ -](?:" + large + rb")(?:(?:[ -]and)?[ -]" + small + rb")?)*"
    part = rb"(?:half|quarter|third)"
    mixed = rb"(?:[ -]and[ -](?:a[ -]|one[ -])?" + part + rb"(?:[ -](?:" + large + rb"))*)?"
    of_a = (
        rb"(?:(?:half|quarter|(?:a|one) quarter|three[ -]quarters|(?:a|one) third|two[ -]thirds)(?: of)?[ -]an?"
        rb"|half|quarter)(?:[ -](?:" + large + rb"))+"
    )
    article = rb"an?[ -](?:" + large + rb")(?:(?:[ -]and)?[ -]" + small + rb")?" + rest + rb"(?: and a half)?"
    return rb"\b(?i:" + of_a + rb"|" + article + rb"|" + small + rest + mixed + rb")\b"


@cache
def number_words() -> Any:
    """The compiled pattern of a number in words alone."""
    return pattern(_number_words(), captures=False)


def _scale() -> bytes:
    words: list[bytes] = []
    suffixes: list[bytes] = []
    spaced: list[bytes] = []
    dotted: list[bytes] = []
    for entry in toml("scales")["scale"]:
        words += [fold(form) for form in entry["words"]]
        suffixes += [fold(form) for form in entry.get("suffixes", ())]
        spaced += [fold(form) for form in entry.get("spaced", ())]
        dotted += [fold(form) for form in entry.get("dotted", ())]
    return (
        rb"(?: ?(?:"
        + any_of(dotted)
        + rb")|[ -]?(?i:"
        + any_of(words)
        + rb")\b|(?:"
        + any_of(suffixes)
        + rb")\b| (?:"
        + any_of(spaced)
        + rb")\b)"
    )


MINOR_LETTERS = frozenset({b"p", b"c"})
"""Signs of hundredths that are letters: only in this case ("30p", not "30P")."""


def _behind() -> bytes:
    names: list[bytes] = []
    signs: list[bytes] = []
    codes = iso_codes() | extra_codes()
    minors = {fold(entry["form"]) for entry in toml("currencies")["minor"] if not entry["spaced"]}
    for form in behind_forms():
        if form.decode("latin-1") in codes or form in minors:
            continue
        (names if form[:1].isalpha() and form.islower() else signs).append(form)
    sign = (
        rb"(?: ?(?:"
        + any_of(form for form in signs if not form[-1:].isalnum())
        + rb")|[ -]?(?:"
        + any_of(form for form in signs if form[-1:].isalnum())
        + rb")\b)"
    )
    code = rb"[ -]?(?:" + any_of(code.encode() for code in codes) + rb")\b"
    small = rb"(?:[pc]\b|" + any_of(form for form in minors if not form.isalpha()) + rb")"
    return rb"(?:[ -](?i:" + any_of(names) + rb")\b|" + code + rb"|" + small + rb"|" + sign + rb")"


@cache
def percent_forms() -> dict[bytes, str]:
    """Folded, lower-case form → unit of a percent figure."""
    return {form.encode(): unit for unit, forms in toml("numbers")["percent"].items() for form in forms}


def _percent() -> bytes:
    words = any_of(form for form in percent_forms() if form[-1:].isalpha())
    others = any_of(form for form in percent_forms() if not form[-1:].isalpha())
    return rb"(?:[ -]?(?i:" + words + rb")\b|[ -]?(?i:" + others + rb"))"


def _unit() -> bytes:
    words: list[bytes] = []
    abbreviations: list[bytes] = []
    for form in units():
        (words if form.islower() and len(form) > 2 else abbreviations).append(form)
    open_ended = [form for form in (*words, *abbreviations) if not form[-1:].isalnum()]
    words = [form for form in words if form[-1:].isalnum()]
    return (
        rb"(?:[ -]?(?:metric )?(?i:"
        + any_of(words)
        + rb")\b|[ -]?(?:"
        + any_of(form for form in abbreviations if form[-1:].isalnum())
        + rb")\b|[ -]?(?:"
        + any_of(open_ended)
        + rb"))"
    )


DIGITS = (
    rb"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?"
    rb"|\d{1,3}\.\d{3},\d+|\d+,\d{1,2}|\d+(?:\.\d+)?|\.\d+)"
)


@cache
def fraction_class() -> bytes:
    """A character class of the folded fraction signs."""
    return b"[" + b"".join(sorted(fraction_signs())) + b"]"


@cache
def fraction_signs() -> dict[bytes, Decimal]:
    """Folded fraction sign → value."""
    return {fold(sign): Decimal(value) for sign, value in toml("numbers")["characters"].items()}


@cache
def atom() -> Finder:
    """The finder of one number with what touches it.

    It captures nothing: RE2 then needs only its automaton, some fifty times as fast as a search with groups.
    `parse_number` takes the match apart.
    """
    signs = [form for form in before_forms() if not form[-1:].isalpha()]
    letters = [form for form in before_forms() if form[-1:].isalpha()]
    doubled = rb"(?: ?[" + b"".join(re2.escape(form) for form in sign_forms()) + rb"])?"
    before = rb"(?:(?:" + any_of(signs) + rb"|(?:" + any_of(letters) + rb")" + doubled + rb") ?[-+]?)"
    fractions = fraction_class()
    digits = rb"(?:(?:" + DIGITS + rb"|" + fractions + rb")(?:" + fractions + rb"|[ -]\d/\d\b)?)"
    bracketed = rb"\((?:" + DIGITS + rb")\)"
    number = rb"(?:" + digits + rb"|" + bracketed + rb"|" + _number_words() + rb")"
    slashed = any_of(form for form in units() if b"/" in form)
    tail = (
        rb"(?: ?(?:"
        + slashed
        + rb")\b|(?:(?:-odd|-plus|-something)?"
        + _scale()
        + rb")?(?:\+?(?:"
        + _percent()
        + rb"|"
        + _behind()
        + rb"|"
        + _unit()
        + rb"))?)"
    )
    return Finder(pattern(before + rb"?" + number + tail, captures=False))
