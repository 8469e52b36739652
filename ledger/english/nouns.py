"""Inflect English nouns: by rule, with the exceptions of `ledger/lexicons/english/nouns.toml`."""

from collections.abc import Mapping
from functools import cache, lru_cache

from ledger.english.verbs import HISSING, ends_in_y
from ledger.lexicons.load import toml


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(toml("english/nouns")[name]["words"].split())


@cache
def _irregular() -> Mapping[str, tuple[str, ...]]:
    """Singular → plurals of the listed nouns."""
    table = toml("english/nouns")
    found = {one: tuple(many.split("|")) for one, many in (table["irregular"] | table["compounds"]).items()}
    found |= {noun: (noun,) for noun in _listed("unchanged") | _listed("unchanged_ends")}
    found |= {noun: (noun[:-2] + "es",) for noun in _listed("is_to_es")}
    found |= {noun: (noun + "es",) for noun in _listed("o_to_oes") | _listed("s_to_ses").difference(found)}
    found |= {noun: (noun + "s",) for noun in _listed("hard_ch") | _listed("plural_from_e").difference(found)}
    return found


@lru_cache(maxsize=1 << 12)
def plurals(noun: str) -> tuple[str, ...]:
    """The plurals of a noun in lower case, the usual one first; of a compound's words the last is inflected.

    >>> plurals("century"), plurals("memorandum"), plurals("cubic foot"), plurals("aircraft")
    (('centuries',), ('memoranda', 'memorandums'), ('cubic feet',), ('aircraft',))
    """
    known = _irregular().get(noun)
    if known is not None:
        return known
    cut = max(noun.rfind(" "), noun.rfind("-")) + 1
    if 0 < cut < len(noun):
        return tuple([noun[:cut] + one for one in plurals(noun[cut:])])
    end = _compound_end(noun)
    if end:
        return tuple([noun.removesuffix(end) + one for one in _irregular()[end]])
    return (_regular_plural(noun),)


def plural(noun: str) -> str:
    """The usual plural of a noun in lower case.

    >>> plural("inch"), plural("key"), plural("policeman"), plural("tranche")
    ('inches', 'keys', 'policemen', 'tranches')
    """
    return plurals(noun)[0]


def _compound_end(noun: str) -> str:
    """The irregular noun that a compound ends in, or nothing."""
    if noun in _listed("not_man"):
        return ""
    ends = (*toml("english/nouns")["compounds"], *_listed("unchanged_ends"))
    return max((end for end in ends if noun.endswith(end)), key=len, default="")


def _regular_plural(noun: str) -> str:
    if ends_in_y(noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(HISSING) else "s")


@cache
def _singulars() -> Mapping[str, str]:
    """Plural → singular of the listed nouns; where two share it, the first of the list."""
    found: dict[str, str] = {}
    common_first = {
        noun: (noun + "s",) for noun in _listed("plural_from_e")
    }  # "bases" are more often of a base than of a basis
    for one, many in {**common_first, **_irregular()}.items():
        for plural_ in many:
            found.setdefault(plural_, one)
    return found | {word: word for word in _listed("not_plural") | _listed("s_to_ses")}


@cache
def _compound_plurals() -> tuple[tuple[str, str], ...]:
    """The plural and the singular that compounds end in, the longest first."""
    pairs = [(many, one) for one, said in toml("english/nouns")["compounds"].items() for many in said.split("|")]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1 << 14)
def singular(noun: str) -> str:
    """The singular of a noun in lower case; a noun that is none in the plural is left as it is.

    >>> [singular(word) for word in ("factories", "boxes", "warehouses", "viruses", "crises", "business")]
    ['factory', 'box', 'warehouse', 'virus', 'crisis', 'business']
    """
    known = irregular_singular(noun)
    if known is not None:
        return known
    cut = max(noun.rfind(" "), noun.rfind("-"), noun.rfind("_")) + 1
    if 0 < cut < len(noun):
        return noun[:cut] + singular(noun[cut:])
    return _regular_singular(noun)


@lru_cache(maxsize=1 << 14)
def irregular_singular(noun: str) -> str | None:
    """The singular of a plural that is listed, or that ends in one ("gunmen"), or null.

    >>> irregular_singular("gunmen"), irregular_singular("aircraft"), irregular_singular("wafers")
    ('gunman', 'aircraft', None)
    """
    known = _singulars().get(noun)
    if known is not None:
        return known
    for many, one in _compound_plurals():
        if noun.endswith(many) and len(noun) > len(many) + 1:
            return noun.removesuffix(many) + one
    return noun if noun.endswith(tuple(_listed("unchanged_ends"))) else None


def _regular_singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "tzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


__all__ = ["irregular_singular", "plural", "plurals", "singular"]
