"""Currencies: every ISO 4217 code, and what their symbols and names stand for."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from ledger.lexicons.load import toml


@cache
def currencies() -> frozenset[str]:
    """Every ISO 4217 code, also of currencies that are no longer in use, from Unicode CLDR by way of Babel."""
    return frozenset(get_global("all_currencies"))


def currency_codes(words: str) -> tuple[str, ...]:
    """The ISO 4217 codes that a code, symbol or English name may stand for, the most usual first; empty for other text.

    >>> currency_codes("eur"), currency_codes("€"), currency_codes("Swiss francs"), len(currency_codes("$")) > 1
    (('EUR',), ('EUR',), ('CHF',), True)
    """
    code = words.upper()
    return (code,) if code in currencies() else _forms().get(words.casefold(), ())


@cache
def rough_rates() -> Mapping[str, float]:
    """Currency → its rough worth in US dollars: only to tell which of two sums is the larger, or whether one may be the
    other converted.
    """
    return dict(toml("relate")["dollars"])


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Symbol or name in lower case → the codes that it may stand for."""
    lexicon = toml("currencies")
    forms: dict[str, tuple[str, ...]] = {}
    for code, name in Locale("en").currencies.items():
        forms.setdefault(name.casefold(), (code,))
        forms.setdefault(f"{name.casefold()}s", (code,))
    for codes, names in lexicon["names"].items():
        for name in names:
            forms |= {form.casefold(): tuple(codes.split()) for form in (name, f"{name}s")}
    return forms | {entry["form"].casefold(): tuple(entry["codes"]) for entry in lexicon["symbol"]}
