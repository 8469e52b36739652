"""Arithmetic: which sums of a document add up to another, and which are a percentage of another that the text says."""

from collections.abc import Iterator, Sequence

from ledger.relate.sums import ROWS, Sum

EXACT = 1e-6
"""Two amounts that differ by less, as a share of the larger, are the same number."""
ROUNDING = 0.015
"""Parts may miss their whole by this share of it, since texts round."""
MOST_PARTS = 14
"""Parts of one whole that are looked for: longer lists are rare, and chance agreement grows with each part."""
LEAST_ROWS = 3
"""Rows of the shortest column that is added up."""

LEAST_SHARE, GREATEST_SHARE = 1.0, 97.0
"""Percentages beyond these fit many pairs by chance."""
SHARE_ERROR = 0.012
"""A percentage may miss the ratio of two rounded sums by this share of itself,"""
SHARE_DIGIT = 0.5
"""… or by half of its last digit."""
Addition = dict[tuple[int, int], str]
"""(part, whole) → how the part and its neighbours add up to the whole.

"exact" or "rounded", then 2 or 3 (or more).
"""


def additions(sums: Sequence[Sum]) -> Addition:
    """The parts and wholes that arithmetic suggests, by place in `sums`.

    Parts are neighbours in the text, all before or all behind their whole, in its currency, each smaller than it. A sum
    told again among them is added once.
    """
    found: Addition = {}
    for whole in range(len(sums)):
        for step in (1, -1):
            _run(sums, whole, step, found)
    for column in columns(sums):
        _column(sums, column, found)
    return found


def columns(sums: Sequence[Sum]) -> Iterator[list[int]]:
    """The sums that stand below one another in a list or table, by place: the first of each row, the second …

    Only the first ones where rows have unlike numbers of sums.
    """
    groups: dict[int, dict[int, list[int]]] = {}
    for at, one in enumerate(sums):
        if one.section in ROWS:
            groups.setdefault(one.group, {}).setdefault(one.segment, []).append(at)
    for rows in groups.values():
        cells = list(rows.values())
        width = len(cells[0]) if len({len(row) for row in cells}) == 1 else 1
        if len(cells) >= LEAST_ROWS:
            yield from ([row[place] for row in cells] for place in range(width))


def _column(sums: Sequence[Sum], column: Sequence[int], found: Addition) -> None:
    """Note where a column adds up: to its last row, to its first one, or to a sum outside its list."""
    values = [sums[at].value for at in column]
    units = {sums[at].claim.unit for at in column}
    if len(units) > 1:
        return
    own = {sums[at].group for at in column}
    outside = [at for at, one in enumerate(sums) if one.claim.unit in units and one.group not in own]
    ends = ((column[-1], column[:-1]), (column[0], column[1:]))
    for whole, parts in (*ends, *((at, column) for at in outside)):
        total = sum(values) - (sums[whole].value if whole in column else 0.0)
        target = sums[whole].value
        if len(parts) > 1 and abs(total - target) <= target * ROUNDING:
            how = "exact3" if abs(total - target) <= target * EXACT else "rounded3"
            found |= {(part, whole): min(how, found.get((part, whole), how)) for part in parts}


def _run(sums: Sequence[Sum], whole: int, step: int, found: Addition) -> None:
    """Add up the sums next to `whole`, one after the other, and note where they reach it.

    A run may begin later than at the very neighbour: at each sum of the whole's own value, which tells it again, and
    behind sums in other currencies.
    """
    target, unit = sums[whole].value, sums[whole].claim.unit
    end = len(sums) if step > 0 else -1
    run: list[int] = []
    values: list[float] = []
    total = 0.0
    for at in range(whole + step, end, step):
        one = sums[at]
        if one.claim.unit != unit or one.value in values:
            continue
        if one.value >= target * (1 - EXACT):
            if abs(one.value - target) <= target * EXACT:
                run, values, total = [], [], 0.0
                continue
            break
        run.append(at)
        values.append(one.value)
        total += one.value
        if len(run) > MOST_PARTS:
            total -= values.pop(0)
            run.pop(0)
        while run and total > target * (1 + ROUNDING):
            total -= values.pop(0)
            run.pop(0)
        if len(run) > 1 and abs(total - target) <= target * ROUNDING:
            how = ("exact" if abs(total - target) <= target * EXACT else "rounded") + ("2" if len(run) == 2 else "3")
            for part in run:
                if found.get((part, whole), "rounded") > how or (part, whole) not in found:
                    found[part, whole] = how


def shares(sums: Sequence[Sum]) -> set[tuple[int, int]]:
    """The parts and wholes, by place in `sums`, whose ratio is a percentage that stands beside the part."""
    return {
        (part, whole)
        for part, one in enumerate(sums)
        for percentage in one.shares
        if LEAST_SHARE <= percentage <= GREATEST_SHARE
        for whole, other in enumerate(sums)
        if other.claim.unit == one.claim.unit
        and other.value > one.value
        and _is_share(one.value, other.value, percentage)
    }


def _is_share(part: float, whole: float, percentage: float) -> bool:
    """Whether a part is the percentage of a whole.

    >>> _is_share(13.9, 21.4, 64.9), _is_share(13.9, 21.4, 60.0), _is_share(1.0, 3.0, 33.0)
    (True, False, True)
    """
    digit = SHARE_DIGIT if percentage == int(percentage) else SHARE_DIGIT / 10
    return abs(100 * part / whole - percentage) <= max(digit, SHARE_ERROR * percentage)
