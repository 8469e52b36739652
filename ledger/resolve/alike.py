"""Names that differ in form: "Adria", "Adria Group", "Adria Green" may be one firm; "Adria Green", "Adria Steel" not.

Claims under such names are one commitment only as long as nobody decides otherwise, and ask for review; claims under
names that share a word and name two firms, bodies or countries stay apart.
"""

from collections.abc import Iterable, Set
from functools import cache
from itertools import product

import polars as pl

from ledger.resolve.mentions import countries_of_names, resolve_rules

NamePair = frozenset[str]
"""Two names, in no order."""


ROLES = ("actor", "recipient")


@cache
def name_words(name: str) -> frozenset[str]:
    """The words of a name without those that it may have or lack.

    >>> sorted(name_words("The Adria Group plc")), sorted(name_words("Adria Green"))
    (['adria'], ['adria', 'green'])
    """
    words = resolve_rules()["words"]
    letters = "".join(sign if sign.isalnum() else " " for sign in name.casefold().replace("’s", "").replace("'s", ""))
    kept = frozenset(letters.split()) - {*words["heads"], *words["legal_forms"]}
    return kept if not kept <= {*words["generic"]} else frozenset()


@cache
def alike_in_form(one: str, other: str) -> bool:
    """Whether two different names may be of one firm or body: the words of one are all words of the other.

    >>> alike_in_form("Adria", "Adria Green"), alike_in_form("Adria Green", "Adria Steel")
    (True, False)
    >>> alike_in_form("Guinea", "Guinea-Bissau"), alike_in_form("Bank", "Bank of Ghana")
    (False, False)
    """
    states = countries_of_names()[1]
    if one == other or (one in states and other in states):
        return False
    small, large = sorted((name_words(one), name_words(other)), key=len)
    return bool(small) and small <= large


def name_in_doubt(ours: Iterable[str], theirs: Iterable[str], different: Set[NamePair]) -> tuple[str, str] | None:
    """The first two names, one of each side, that differ in form only; None where a name is common or none are alike.

    `different` are pairs that people said are two.
    """
    ours, theirs = sorted(ours), sorted(theirs)
    if set(ours) & set(theirs):
        return None
    alike = (pair for pair in product(ours, theirs) if alike_in_form(*pair) and frozenset(pair) not in different)
    return next(alike, None)


def named_apart(pairs: pl.DataFrame, mentions: pl.DataFrame, different: Set[NamePair]) -> pl.Series:
    """For each of `pairs` whether its names, though they share words, name two.

    `pairs` are local clusters a and b of `mentions`, with the flags `actors_differ` and `recipients_differ`: whether
    the names of a role share words and are not the same. Only these are looked at.
    """
    verdicts = pl.Series("apart", [False] * pairs.height, dtype=pl.Boolean)
    asked = pairs.with_row_index("at").filter(pl.any_horizontal(f"{role}s_differ" for role in ROLES))
    ends = pl.concat([asked["a"], asked["b"]]).unique()
    named = mentions.filter(pl.col("local_cluster").is_in(ends.implode()))
    names: dict[int, tuple[list[str], list[str]]] = {
        node: (payers, payees)
        for node, payers, payees in named.group_by("local_cluster")
        .agg(pl.col(role).explode().drop_nulls().unique().sort() for role in ROLES)
        .iter_rows()
    }
    two = [
        at
        for at, a, b, *differ in asked.select("at", "a", "b", *(f"{role}s_differ" for role in ROLES)).iter_rows()
        if any(differs and _name_two(names[a], names[b], place, different) for place, differs in enumerate(differ))
    ]
    return verdicts.scatter(two, True) if two else verdicts


def _name_two(
    ours: tuple[list[str], list[str]], theirs: tuple[list[str], list[str]], place: int, different: Set[NamePair]
) -> bool:
    """Whether the names in one place, payers or payees, are of two, and neither is named in the other's other place."""
    one, other = {*ours[place]}, {*theirs[place]}
    crossed = one & {*theirs[1 - place]} or other & {*ours[1 - place]}
    return not (one & other or crossed) and name_in_doubt(one, other, different) is None


__all__ = ["ROLES", "NamePair", "alike_in_form", "name_in_doubt", "name_words", "named_apart"]
