"""Passages as a batch of the network's inputs, and its outputs as the scores of each figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ledger.attribute.network.inputs import MENTION_FEATURES, SUM_FEATURES
from ledger.attribute.network.passages import Passage

BATCH_SIZE = 1
"""Passages in one batch: on one thread more of them are no faster, and each of 512 tokens takes 40 MB."""
Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FigureScores:
    """The raw scores of a figure."""

    figure: int
    measures: Rows
    stages: Rows
    fields: Rows
    names: Mapping[int, tuple[float, float]]
    sums: Mapping[int, tuple[float, float]]


def passage_scores(batch: Sequence[Passage], outputs: Sequence[Rows]) -> Iterator[FigureScores]:
    """The scores of the figures that are decided in some passages, from what the network gave for them."""
    measures, stages, fields, names, sums = outputs
    row = pair = tie = 0
    for one in batch:
        by_figure: dict[int, list[int]] = {at: [] for at in one.decided}
        for place, (at, _) in enumerate(one.pairs):
            by_figure[at].append(place)
        related: dict[int, dict[int, tuple[float, float]]] = {at: {} for at in one.decided}
        for place, (at, other) in enumerate(one.sums):
            part, same = sums[tie + place]
            related[at][one.figures[other]] = float(part), float(same)
        for at in one.decided:
            places = by_figure[at]
            candidates = [one.candidates[one.pairs[place][1]] for place in places]
            scores = summed_by_candidate(candidates, names[[pair + place for place in places]])
            here = row + at
            yield FigureScores(one.figures[at], measures[here], stages[here], fields[here], scores, related[at])
        row, pair, tie = row + len(one.figures), pair + len(one.pairs), tie + len(one.sums)


def summed_by_candidate(candidates: Sequence[int], scores: Rows) -> dict[int, tuple[float, float]]:
    """For each candidate the log-sum-exp of its mentions' scores (mentions × roles), for both roles."""
    places: dict[int, list[int]] = {}
    for place, candidate in enumerate(candidates):
        places.setdefault(candidate, []).append(place)
    found: dict[int, tuple[float, float]] = {}
    for candidate in sorted(places):
        rows = scores[places[candidate]]
        top = rows.max(axis=0)
        actor, recipient = (float(value) for value in top + np.log(np.exp(rows - top).sum(axis=0)))
        found[candidate] = actor, recipient
    return found


def batch_of(batch: Sequence[Passage]) -> dict[str, NDArray[np.generic]]:
    """Passages as the network's inputs, padded to the longest; where there is no pair, a dummy one stands in.

    Figures and mentions are numbered through all passages; `figure` and `mention` have the passage, the first token and
    the token past the last one of each, `pair` and `sums` the numbers of the two that they tie.
    """
    longest = max(len(one.ids) for one in batch)
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    kinds, sections, mask = np.zeros_like(ids), np.zeros_like(ids), np.zeros_like(ids)
    figures: list[tuple[int, int, int]] = []
    mentions: list[tuple[int, int, int]] = []
    pairs: list[tuple[int, int]] = []
    sums: list[tuple[int, int]] = []
    for number, one in enumerate(batch):
        size = len(one.ids)
        ids[number, :size], kinds[number, :size], sections[number, :size] = one.ids, one.kinds, one.sections
        mask[number, :size] = 1
        pairs += [(len(figures) + at, len(mentions) + place) for at, place in one.pairs]
        sums += [(len(figures) + at, len(figures) + other) for at, other in one.sums]
        figures += [(number, *span) for span in one.figure_spans]
        mentions += [(number, *span) for span in one.mentions]
    return {
        "ids": ids,
        "kinds": kinds,
        "sections": sections,
        "mask": mask,
        "figure": np.array(figures, dtype=np.int64),
        "facts": np.array([row for one in batch for row in one.figure_features], dtype=np.float32),
        "mention": np.array(mentions or [(0, 0, 1)], dtype=np.int64),
        "pair": np.array(pairs or [(0, 0)], dtype=np.int64),
        "ties": _rows([row for one in batch for row in one.pair_features], MENTION_FEATURES),
        "sums": np.array(sums or [(0, 0)], dtype=np.int64),
        "sum_ties": _rows([row for one in batch for row in one.sum_features], SUM_FEATURES),
    }


def _rows(rows: Sequence[Sequence[float]], width: int) -> Rows:
    return np.array(rows, dtype=np.float32) if rows else np.zeros((1, width), dtype=np.float32)
