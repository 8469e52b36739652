"""The second look: what was thought, on the first, of the figures around, told as features of a figure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ledger.attribute.labels_features import Page

Probabilities = Mapping[str, float]
LEAST = 0.05
"""Probabilities below this are not passed on."""


def second_look(page: Page, members: Sequence[int], first: Mapping[int, Probabilities]) -> dict[int, dict[str, float]]:
    """For each figure of `members`, the features that tell the first-look probabilities of its neighbours among them."""
    scene = page.scene
    heads = [index for index in members if page.twins[index] not in first]
    found: dict[int, dict[str, float]] = {}
    segments: dict[int, list[int]] = defaultdict(list)
    amounts: dict[tuple[str, object], list[int]] = defaultdict(list)
    for index in members:
        segments[scene.sentences[scene.sentence_of[index]].segment].append(index)
        figure = scene.figures[index]
        amounts[figure.unit, figure.value].append(index)
    for index in members:
        figure = scene.figures[index]
        sentence = scene.sentence_of[index]
        features: dict[str, float] = {}
        before = [other for other in heads if other < index and other != page.twins[index]]
        after = [other for other in heads if other > index and page.twins[other] != index]
        for label, row in (("prev", before[::-1]), ("next", after)):
            if row:
                near = "S" if scene.sentence_of[row[0]] == sentence else ""
                _tell(features, f"1{label}{near}", first[row[0]])
            if len(row) > 1:
                _tell(features, f"1{label}2", first[row[1]])
        _tell(features, "1same", _mean([first[other] for other in amounts[figure.unit, figure.value] if other != index]))
        _tell(features, "1seg", _mean([first[other] for other in segments[scene.sentences[sentence].segment] if other != index]))
        _tell(features, "1first", first[members[0]] if members[0] != index else {})
        found[index] = features
    everyone = _mean([first[other] for other in members])
    for features in found.values():
        _tell(features, "1doc", everyone)
    return found


def _tell(features: dict[str, float], name: str, probabilities: Probabilities) -> None:
    for label, probability in probabilities.items():
        if probability > LEAST:
            features[_told(name, label)] = round(probability, 3)


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
