"""Whether two names stand for the same body: the words of one are all words of the other.

Aliases are resolved by the lexicon of names first ("IFC" is the International Finance Corporation). Legal forms
("Ltd", "Group") and punctuation do not count.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from ledger.lexicons.names import load_names

IGNORED = frozenset(
    [
        "inc",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "plc",
        "llc",
        "group",
        "holdings",
        "holding",
        "ag",
        "sa",
        "nv",
        "se",
        "gmbh",
        "kk",
        "motor",
        "motors",
        "the",
        "of",
        "government",
    ]
)
"""Words that do not tell names apart, unless a name has no others."""
SHORT = {"us": "united states", "uk": "united kingdom", "un": "united nations", "eu": "european union"}
"""Short forms that stand inside longer names ("US Department of Energy")."""
UNIONS = frozenset(frozenset(name.split()) for name in SHORT.values())
"""Names that do not agree with the longer names of bodies that belong to them."""


@cache
def words_of(name: str) -> frozenset[str]:
    """The words that tell a name apart, in lower case.

    >>> sorted(words_of("The U.S. Department of Energy")), sorted(words_of("EIB"))
    (['department', 'energy', 'states', 'united'], ['bank', 'european', 'investment'])
    """
    targets = load_names().get(name) or ()
    canonical = next((target.name for target in targets if target.rule == "gazetteer"), name)
    plain = re.sub(r"[’']s\b", "", canonical.casefold()).replace("-", " ").replace("&", " and ")
    words = [part for word in re.sub(r"[^\w ]+", "", plain).split() for part in SHORT.get(word, word).split()]
    return frozenset(word for word in words if word not in IGNORED) or frozenset(words)


def agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names agree, each given by its words.

    >>> agree(words_of("Siemens"), words_of("Siemens Energy AG")), agree(words_of("US"), words_of("US Navy"))
    (True, False)
    """
    small, large = sorted((one, other), key=len)
    return bool(small) and small <= large and (small == large or small not in UNIONS)


def count_agreeing(annotated: Iterable[str], predicted: Iterable[str]) -> tuple[int, int, int]:
    """How many names agree, one to one, how many are annotated and how many predicted.

    >>> count_agreeing(["Japan"], ["China", "Japan"])
    (1, 1, 2)
    """
    wanted, free = [words_of(name) for name in annotated], [words_of(name) for name in predicted]
    agreeing, total = 0, len(free)
    for name in wanted:
        found = next((other for other in free if agree(name, other)), None)
        if found is not None:
            free.remove(found)
            agreeing += 1
    return agreeing, len(wanted), total


def matching_positions(annotated: Sequence[str], names: Sequence[str]) -> frozenset[int]:
    """The positions in `names` that match annotated names, each with one; the position behind the last without any.

    >>> matching_positions(["World Bank"], ["Kenya", "World Bank"]), matching_positions([], ["Kenya"])
    (frozenset({1}), frozenset({1}))
    """
    if not annotated:
        return frozenset({len(names)})
    taken: set[int] = set()
    words = [words_of(name) for name in names]
    for name in map(words_of, annotated):
        fits = [k for k, w in enumerate(words) if k not in taken and w and (name <= w or w <= name)]
        if fits:
            taken.add(min(fits, key=lambda k: (words[k] != name, k)))
    return frozenset(taken)
