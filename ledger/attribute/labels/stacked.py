"""Stacked features: what the first model of the stage made of the figures around, as features for the second."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledger.attribute.labels.document import DocumentLayout
from ledger.models.packed import VALUE_SCALE

Probabilities = Mapping[str, float]
LEAST = 0.05
"""Probabilities below this are not passed on."""
MOST_AROUND = 100
"""Figures of one segment, or of one amount, that are looked at beside each, so that cost grows with the figures."""
Shares = Sequence[tuple[str, int]]
"""Labels with their probabilities, in steps of 1 / `VALUE_SCALE`."""
NamedShares = tuple[str, Shares]
"""What is passed on of a neighbour or of a group of them, under the name that it goes by."""


def neighbour_features(
    document: DocumentLayout, members: Sequence[int], first: Mapping[int, Probabilities]
) -> dict[int, dict[str, float]]:
    """For each figure of `members`, in order, the first model's probabilities for its neighbours among them."""
    return {index: named_features(shares) for index, shares in neighbour_shares(document, members, first).items()}


def named_features(shares: Iterable[NamedShares]) -> dict[str, float]:
    """Shares as features with values."""
    return {f"{name}={label}": steps / VALUE_SCALE for name, row in shares for label, steps in row}


def neighbour_shares(
    document: DocumentLayout, members: Sequence[int], first: Mapping[int, Probabilities]
) -> dict[int, list[NamedShares]]:
    """As `neighbour_features`, as shares."""
    if not members:
        return {}
    likely = {index: _likely(first[index]) for index in members}
    everyone = ("1doc", _likely(_mean([first[index] for index in members])))
    originals = [index for index in members if document.conversion_of[index] not in first]
    groups = _groups(document, members)
    totals: dict[tuple[int, int], Probabilities] = {}
    found = {}
    for index in members:
        shares = [(name, likely[other]) for name, other in _neighbours(document, originals, index)]
        for name, group in groups[index]:
            start, around = _around(group, index)
            if len(around) == 2:
                shares.append((name, likely[around[0] if around[1] == index else around[1]]))
            elif len(around) > 2:
                total = totals.get((id(group), start))
                if total is None:
                    total = totals[id(group), start] = _total([first[other] for other in around])
                shares.append((name, _likely_of_others(total, first[index], len(around) - 1)))
        if members[0] != index:
            shares.append(("1first", likely[members[0]]))
        shares.append(everyone)
        found[index] = shares
    return found


def _around(group: Sequence[int], index: int) -> tuple[int, Sequence[int]]:
    """The members of an ascending group that are near a figure, and the place of the first: all of a small group."""
    if len(group) <= MOST_AROUND:
        return 0, group
    at = min(max(0, bisect_left(group, index) - MOST_AROUND // 2), len(group) - MOST_AROUND)
    return at, group[at : at + MOST_AROUND]


def _groups(document: DocumentLayout, members: Sequence[int]) -> Mapping[int, Sequence[tuple[str, Sequence[int]]]]:
    """For each figure the groups that it is in, with their names: those of its amount, and those of its segment."""
    tokens = document.tokens
    segments: dict[int, list[int]] = defaultdict(list)
    amounts: dict[tuple[str, object], list[int]] = defaultdict(list)
    found = {}
    for index in members:
        figure = tokens.figures[index]
        same = amounts[figure.unit, figure.value]
        near = segments[tokens.sentences[tokens.sentence_of[index]].segment]
        same.append(index)
        near.append(index)
        found[index] = (("1same", same), ("1seg", near))
    return found


def _neighbours(document: DocumentLayout, originals: Sequence[int], index: int) -> Iterator[tuple[str, int]]:
    """The two figures on each side of a figure, with the names that they go by."""
    sentence_of, source = document.tokens.sentence_of, document.conversion_of[index]
    at, past = bisect_left(originals, index), bisect_right(originals, index)
    before = [other for other in originals[max(0, at - 3) : at] if other != source][::-1]
    for label, row in (("1prev", before), ("1next", originals[past : past + 2])):
        if row:
            yield f"{label}S" if sentence_of[row[0]] == sentence_of[index] else label, row[0]
        if len(row) > 1:
            yield f"{label}2", row[1]


def share_steps(probability: float) -> int:
    """A probability in steps of 1 / `VALUE_SCALE`."""
    return round(round(probability, 3) * VALUE_SCALE)


def _likely(probabilities: Probabilities) -> Shares:
    return [(label, share_steps(share)) for label, share in probabilities.items() if share > LEAST]


def _likely_of_others(total: Probabilities, own: Probabilities, others: int) -> Shares:
    """The means over a group without one of its members."""
    return [
        (label, share_steps(share))
        for label, added in total.items()
        if (share := (added - own[label]) / others) > LEAST
    ]


def _total(rows: Sequence[Probabilities]) -> Probabilities:
    return {label: sum([row[label] for row in rows]) for label in rows[0]}


def _mean(rows: Sequence[Probabilities]) -> Probabilities:
    return {label: added / len(rows) for label, added in _total(rows).items()}


__all__ = ["NamedShares", "Probabilities", "named_features", "neighbour_features", "neighbour_shares", "share_steps"]
