"""Donors in a list: what each of them gives lies inside what they pledged together, in whatever currency it is told."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from ledger.lexicons.load import joined, toml
from ledger.relate.decide import PART, Option
from ledger.relate.sums import Sum, is_running
from schemas import Stage

REACH = 12
"""Segments behind the total in which donors are looked for."""
FEWEST = 2
"""Donors that make a list."""
ROUNDED = 1.05
"""What the donors give may be more than their total by so much: rates are rough, and texts round."""
SURE = 0.95
"""The probability of such a part."""
GIVEN = frozenset({Stage.PLEDGED, Stage.APPROVED, Stage.COMMITTED, Stage.DISBURSED})
MARK = "@"
"""What stands for the sum asked about in the words of its sentence."""


@cache
def donor_patterns() -> Mapping[str, re.Pattern[str]]:
    """`together` finds the words of donors around the mark of their total, `beside` those of what is no part of it."""
    return {name: re.compile(joined(entry["pattern"])) for name, entry in toml("relate")["donors"].items()}


def with_donors(sums: Sequence[Sum], options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum; what one of several donors gives can only lie inside the total of all.

    Nothing is changed where the donors' sums do not fit into the total, or a currency has no rough rate.
    """
    decided = list(options)
    whole = next((at for at, one in enumerate(sums) if _is_total(one)), None)
    if whole is None:
        return decided
    parts = _first_of_each(sums, whole)
    worth, top = [sums[at].dollars for at in parts], sums[whole].dollars
    if len(parts) < FEWEST or top is None or None in worth or sum(filter(None, worth)) > top * ROUNDED:
        return decided
    for at in parts:
        decided[at] = [Option(PART, whole, SURE)]
    for at in range(whole + 1, len(sums)):
        if at not in parts and _says(sums[at], "beside"):
            decided[at] = [option for option in options[at] if not _tells(sums[option.other], sums[whole])]
    return decided


def _tells(one: Sum, other: Sum) -> bool:
    """Whether a sum tells another's amount."""
    return one.value == other.value and one.claim.unit == other.claim.unit


def _is_total(one: Sum) -> bool:
    """Whether a sum is what donors give together: "donors pledged #", "# of new pledges"."""
    return not is_running(one) and _says(one, "together")


def _says(one: Sum, what: str) -> bool:
    line = " ".join([*one.words[: one.at], MARK, *one.words[one.at + 1 :]])
    return donor_patterns()[what].search(f" {line} ") is not None


def _first_of_each(sums: Sequence[Sum], whole: int) -> list[int]:
    """The sum of each donor behind the total: the largest of the first sentence that tells any of its sums."""
    top, found = sums[whole], dict[frozenset[str], int]()
    for at in range(whole + 1, len(sums)):
        one = sums[at]
        if one.segment - top.segment > REACH:
            break
        given = len(one.actors) == 1 and one.claim.stage in GIVEN and one.claim.per is None
        if given and not _tells(one, top) and not _says(one, "beside"):
            first = found.setdefault(one.actors, at)
            if sums[first].sentence == one.sentence and (one.dollars or 0.0) > (sums[first].dollars or 0.0):
                found[one.actors] = at
    return sorted(found.values())
