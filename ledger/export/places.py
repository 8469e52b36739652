"""Which country or region a recipient is in, by its name: codes of ISO 3166-1 and of the OECD DAC."""

from collections.abc import Sequence
from functools import cache

from babel import Locale

from ledger.export.lexicon import export_words
from ledger.lexicons.names import load_names
from schemas import NameType

PLACED = (NameType.COUNTRY, NameType.PLACE, NameType.GOVERNMENT)
"""What lies in the country that the gazetteer gives; a company gets money for what it does elsewhere, too."""


@cache
def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country, or of that of a place or government; None where it is not known.

    >>> country_code("Kenya"), country_code("Nairobi"), country_code("Ivory Coast"), country_code("Velora")
    ('KE', 'KE', 'CI', None)
    """
    target = load_names().canonical(name)
    if target is None or target.type not in PLACED or target.country is None:
        return None
    return _codes().get(target.country)


@cache
def _codes() -> dict[str, str]:
    """English name of a country, as the gazetteer writes it → its code."""
    territories = Locale("en").territories
    named = {name: code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    return named | dict(export_words()["iati"]["countries"])


def region_code(name: str) -> str | None:
    """The OECD DAC code of a region, or None.

    >>> region_code("Africa"), region_code("Kenya")
    ('298', None)
    """
    code = export_words()["iati"]["regions"].get(name)
    return None if code is None else str(code)


def places_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """("country" or "region", code) of each of `names` that is one or lies in one, countries first, each once."""
    countries = [("country", code) for name in names if (code := country_code(name)) is not None]
    regions = [("region", code) for name in names if (code := region_code(name)) is not None]
    return sorted(dict.fromkeys([*countries, *regions]))
