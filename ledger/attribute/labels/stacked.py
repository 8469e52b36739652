"""Stacked features: what the first model of the stage made of the figures around, as features for the second."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ledger.attribute.labels.document import DocumentLayout

Probabilities = Mapping[str, float]
LEAST = 0.05
"""Probabilities below this are not passed on."""
MOST_AROUND = 100
"""Figures of one segment, or of one amount, that are looked at beside each, so that cost grows with the figures."""
Likely = Sequence[tuple[str, float]]
"""The labels whose probabilities are passed on, rounded."""


def neighbour_features(
    document: DocumentLayout, members: Sequence[int], first: Mapping[int, Probabilities]
) -> dict[int, dict[str, float]]:
    """For each figure of `members`, in order, the first model's probabilities for its neighbours among them."""
    if not members:
        return {}
    likely = {index: _likely(first[index]) for index in members}
    everyone = _likely(_mean([first[other] for other in members]))
    originals = [index for index in members if document.conversion_of[index] not in first]
    groups = _groups(document, members)
    found = {}
    for index in members:
        features: dict[str, float] = {}
        for name, other in _neighbours(document, originals, index):
            _add(features, name, likely[other])
        for name, group in groups[index]:
            others = [other for other in _around(group, index) if other != index]
            if others:
                one = len(others) == 1
                _add(features, name, likely[others[0]] if one else _likely(_mean([first[other] for other in others])))
        if members[0] != index:
            _add(features, "1first", likely[members[0]])
        _add(features, "1doc", everyone)
        found[index] = features
    return found


def _around(group: Sequence[int], index: int) -> Sequence[int]:
    """The members of an ascending group that are near a figure: all of a group that is not large."""
    if len(group) <= MOST_AROUND:
        return group
    at = min(max(0, bisect_left(group, index) - MOST_AROUND // 2), len(group) - MOST_AROUND)
    return group[at : at + MOST_AROUND]


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


def _likely(probabilities: Probabilities) -> Likely:
    return [(label, round(probability, 3)) for label, probability in probabilities.items() if probability > LEAST]


def _add(features: dict[str, float], name: str, likely: Likely) -> None:
    for label, probability in likely:
        features[_feature(name, label)] = probability


@lru_cache(maxsize=1000)
def _feature(name: str, label: str) -> str:
    return f"{name}={label}"


def _mean(rows: Sequence[Probabilities]) -> Probabilities:
    if len(rows) <= 1:
        return rows[0] if rows else {}
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        for label, probability in row.items():
            total[label] += probability / len(rows)
    return total


__all__ = ["Probabilities", "neighbour_features"]
