"""The second look: what was thought, on the first, of the figures around, told as features of a figure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ledger.attribute.labels.features import Page

Probabilities = Mapping[str, float]
LEAST = 0.05
"""Probabilities below this are not passed on."""
MOST_AROUND = 100
"""Figures of one segment, or of one amount, that are looked at beside each, so that cost grows with the figures."""
Likely = Sequence[tuple[str, float]]
"""The labels whose probabilities are passed on, rounded."""


def second_look(page: Page, members: Sequence[int], first: Mapping[int, Probabilities]) -> dict[int, dict[str, float]]:
    """For each figure of `members`, in order, the features that tell the first-look probabilities of its neighbours among them."""
    if not members:
        return {}
    scene = page.scene
    heads = [index for index in members if page.twins[index] not in first]
    segments: dict[int, list[int]] = defaultdict(list)
    amounts: dict[tuple[str, object], list[int]] = defaultdict(list)
    for index in members:
        segments[scene.sentences[scene.sentence_of[index]].segment].append(index)
        figure = scene.figures[index]
        amounts[figure.unit, figure.value].append(index)
    likely = {index: _likely(first[index]) for index in members}
    everyone = _likely(_mean([first[other] for other in members]))
    opening = members[0]
    found = {}
    for index in members:
        features: dict[str, float] = {}
        figure, sentence = scene.figures[index], scene.sentence_of[index]
        for name, other in _neighbours(page, heads, index):
            _tell(features, name, likely[other])
        for name, group in (
            ("1same", amounts[figure.unit, figure.value]),
            ("1seg", segments[scene.sentences[sentence].segment]),
        ):
            if len(group) > 1:
                others = [other for other in _around(group, index) if other != index]
                _tell(
                    features,
                    name,
                    likely[others[0]] if len(others) == 1 else _likely(_mean([first[other] for other in others])),
                )
        if opening != index:
            _tell(features, "1first", likely[opening])
        _tell(features, "1doc", everyone)
        found[index] = features
    return found


def _around(group: Sequence[int], index: int) -> Sequence[int]:
    """The members of an ascending group that are near a figure: all of a group that is not large."""
    if len(group) <= MOST_AROUND:
        return group
    at = min(max(0, bisect_left(group, index) - MOST_AROUND // 2), len(group) - MOST_AROUND)
    return group[at : at + MOST_AROUND]


def _neighbours(page: Page, heads: Sequence[int], index: int) -> Iterator[tuple[str, int]]:
    """The two figures on each side of a figure, with the names that they go by."""
    sentence_of, twin = page.scene.sentence_of, page.twins[index]
    at, past = bisect_left(heads, index), bisect_right(heads, index)
    before = [other for other in heads[max(0, at - 3) : at] if other != twin][::-1]
    for label, row in (("1prev", before), ("1next", heads[past : past + 2])):
        if row:
            yield f"{label}S" if sentence_of[row[0]] == sentence_of[index] else label, row[0]
        if len(row) > 1:
            yield f"{label}2", row[1]


def _likely(probabilities: Probabilities) -> Likely:
    return [(label, round(probability, 3)) for label, probability in probabilities.items() if probability > LEAST]


def _tell(features: dict[str, float], name: str, likely: Likely) -> None:
    for label, probability in likely:
        features[_told(name, label)] = probability


@lru_cache(maxsize=1000)
def _told(name: str, label: str) -> str:
    return f"{name}={label}"


def _mean(rows: Sequence[Probabilities]) -> Probabilities:
    if len(rows) <= 1:
        return rows[0] if rows else {}
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        for label, probability in row.items():
            total[label] += probability / len(rows)
    return total


__all__ = ["Probabilities", "second_look"]
