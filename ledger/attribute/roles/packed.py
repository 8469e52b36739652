"""A fast path for the role models: both weights of a feature in one integer, and shared sums added up once.

`candidate_features` with the plain models is the definition; a test holds the two to the same probabilities.
"""

from collections.abc import Iterable
from functools import lru_cache

from ledger.attribute.roles.features import (
    ONLY_AFTER,
    Key,
    feature_names,
    keys_outside_sentence,
    keys_where_seen,
    mention_rule,
    name_profiles,
    null_keys_of_figure,
    null_keys_of_sentence,
    profile_key,
    recency_key,
)
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import FigureView
from ledger.models.linear import Model
from ledger.models.packed import LANE_BITS, WEIGHT_SCALE

MAX_CACHED_KEYS = 200_000
"""Sums that are cached; a full cache is cleared."""
_HALF = 1 << (LANE_BITS - 1)
_BOTH_HALVES, _MASK = _HALF << LANE_BITS | _HALF, (1 << LANE_BITS) - 1


class PackedRoleWeights(dict[Key, int]):
    """The weight of each key for actor and recipient as one integer, added up on first use."""

    __slots__ = ("of_feature",)

    def __init__(self, actor: Model, recipient: Model) -> None:
        super().__init__()
        self.of_feature = {feature: round(row[0] * WEIGHT_SCALE) for feature, row in actor.weights.items()}
        for feature, row in recipient.weights.items():
            shifted = round(row[0] * WEIGHT_SCALE) << LANE_BITS
            self.of_feature[feature] = self.of_feature.get(feature, 0) + shifted

    def __missing__(self, key: Key) -> int:
        if len(self) >= MAX_CACHED_KEYS:
            self.clear()
        found = self[key] = sum([self.of_feature.get(feature, 0) for feature in feature_names((key,))])
        return found

    def sum(self, keys: Iterable[Key]) -> int:
        """The sum of the keys' weights."""
        return sum(map(self.__getitem__, keys))


@lru_cache(maxsize=8)
def packed_role_weights(actor: Model, recipient: Model) -> PackedRoleWeights:
    """The packed weights of two models; the same models give the same object, so that its cache is kept."""
    return PackedRoleWeights(actor, recipient)


def pack_pair(actor: float, recipient: float) -> int:
    """Two weights as one integer."""
    return round(actor * WEIGHT_SCALE) + (round(recipient * WEIGHT_SCALE) << LANE_BITS)


def unpack(sums: Iterable[int]) -> tuple[list[int], list[int]]:
    """The sums for actor and for recipient, in steps of 1 / `WEIGHT_SCALE`."""
    biased = [total + _BOTH_HALVES for total in sums]
    return [(total & _MASK) - _HALF for total in biased], [(total >> LANE_BITS) - _HALF for total in biased]


class RoleScorer:
    """Scores the names of one document; what figures share is added up once."""

    def __init__(self, layout: RoleLayout, weights: PackedRoleWeights) -> None:
        self.layout = layout
        self.weights = weights
        self.profiles = name_profiles(layout)
        self.fixed = [weights.sum(profile.fixed) for profile in self.profiles]
        self.rows = [occurrence.row for occurrence in layout.occurrences]
        self.by_measure: dict[str, list[int]] = {}
        """For each measure the sum of each name's profile."""
        self.distant: dict[tuple[int, str, int, int], int] = {}
        """The sum of a name in another sentence, by the figure's sentence and measure, the occurrence and the name."""
        self.shared: dict[tuple[int, str, bool], list[int | None]] = {}
        """What `_by_place` gave before: by the object that lists the candidates, the measure and the pronoun."""
        self.null_of_sentence: dict[int, int] = {}
        """The sum of the null candidate for each sentence."""

    def null(self, view: FigureView) -> int:
        """The sum of the null candidate."""
        sentence = self.null_of_sentence.get(view.row)
        if sentence is None:
            keys = null_keys_of_sentence(self.layout, view.row)
            sentence = self.null_of_sentence[view.row] = self.weights.sum(keys)
        return sentence + self.weights.sum(null_keys_of_figure(self.layout, view))

    def names(self, view: FigureView) -> list[int]:
        """The sum of each candidate."""
        return [
            self._near(view, candidate) if total is None else total
            for candidate, total in zip(view.candidates, self._by_place(view), strict=True)
        ]

    def _near(self, view: FigureView, candidate: int) -> int:
        """The sum of a name near a figure."""
        profile = self.profiles[candidate]
        return self._of_profiles(view)[candidate] + self.weights.sum(
            keys_where_seen(self.layout, view, candidate, profile)
        )

    def _of_profiles(self, view: FigureView) -> list[int]:
        """The sum of each name's profile."""
        found = self.by_measure.get(view.measure)
        if found is None:
            found = self.by_measure[view.measure] = [
                self.weights[profile_key(view, one)] + fixed
                for one, fixed in zip(self.profiles, self.fixed, strict=True)
            ]
        return found

    def _by_place(self, view: FigureView) -> list[int | None]:
        """The sum of each candidate, null where it depends on the figure: all figures between two names share these."""
        asked = id(view.candidates), view.measure, view.pronoun
        found = self.shared.get(asked)
        if found is None:
            profiles = self._of_profiles(view)
            found = self.shared[asked] = [
                None if self._is_near(view, candidate) else profiles[candidate] + self._far(view, candidate)
                for candidate in view.candidates
            ]
        return found

    def _is_near(self, view: FigureView, candidate: int) -> bool:
        """Whether a name stands in the figure's sentence, in its heading, or at the beginning of its segment."""
        before, after, rows = view.before.get(candidate), view.after.get(candidate), self.rows
        return (
            (before is not None and rows[before] == view.row)
            or (after is not None and rows[after] == view.row)
            or candidate in view.heads
            or candidate in view.openers
        )

    def _far(self, view: FigureView, candidate: int) -> int:
        """What the keys of a name in another sentence add."""
        before = view.before.get(candidate)
        place = view.after[candidate] if before is None else before
        asked = view.row, view.measure, place, candidate
        total = self.distant.get(asked)
        if total is None:
            total = self.distant[asked] = self._distant(view, place, candidate)
        ranks = view.ranks.get(candidate)
        if ranks is not None:
            total += self.weights[recency_key(view, self.profiles[candidate].letter, ranks)]
        return total + self.weights[ONLY_AFTER] if before is None else total

    def _distant(self, view: FigureView, place: int, candidate: int) -> int:
        o = self.layout.occurrences[place]
        letter = "s" if candidate in o.shadows else self.profiles[candidate].letter
        rule = mention_rule(self.layout, o, candidate)
        return self.weights.sum(keys_outside_sentence(self.layout, view, o, letter, rule))
