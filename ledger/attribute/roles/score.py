"""Who pays, who gets and who says: actor, recipient and speaker of each figure, each with the words that name it.

Every name near a figure is a candidate, and so is "nobody". The construction between name and figure (`roles_layout`, `roles_view`) gives
named features (`roles_features`); their weights lie in `ledger/models/weights/actor.json` and `recipient.json`; a softmax over the candidates
of the figure gives the probabilities (McFadden's conditional logit, 1974). At run time that is a sum for each candidate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from ledger.attribute.names.mentions import Mention
from ledger.attribute.roles.features import (
    ONLY_AFTER,
    Key,
    feature_names,
    keys_outside_sentence,
    keys_where_seen,
    mention_rule,
    name_profiles,
    null_features,
    null_keys_of_figure,
    null_keys_of_sentence,
    profile_key,
    recency_key,
    role_features,
)
from ledger.attribute.roles.hard_rules import HARD_RULE_WEIGHT, hard_rules
from ledger.attribute.roles.layout import Occurrence, RoleLayout, lay_out_roles
from ledger.attribute.roles.view import FigureView, figure_views
from ledger.attribute.tokens import DocumentTokens
from ledger.models.linear import Model, model, softmax
from schemas import Measure, Name

Role = Literal["actor", "recipient"]
ROLES: tuple[Role, Role] = ("actor", "recipient")
Models = Mapping[str, Model]


@dataclass(frozen=True, slots=True)
class RoleThresholds:
    """How a set of names is taken from probabilities."""

    together: float
    """A name listed with the likeliest one ("Larkfield and Varga") joins it with this share of its probability."""
    beside: float
    """Any other name joins it with this share; above one, never."""
    nobody: float
    """The odds of nobody are multiplied by this before they are asked."""


THRESHOLDS: Mapping[Role, RoleThresholds] = {
    "actor": RoleThresholds(0.35, 1.01, 2.0),
    "recipient": RoleThresholds(0.5, 1.01, 1.5),
}
CLOSE = 0.7
"""A second name this near to the first is told to the reviewer."""


class Roles(NamedTuple):
    """The names that play a part in one figure, in the order of the text's first mentions; empty where the text does not say."""

    actor: tuple[Name, ...] = ()
    recipient: tuple[Name, ...] = ()
    speaker: Name | None = None
    review: tuple[str, ...] = ()
    """Codes for a reviewer: "actor_rival" where another name was nearly as likely."""


class RoleScores(NamedTuple):
    """The candidates of one figure and the probability of each and, last, of nobody, for each role."""

    view: FigureView
    candidates: tuple[int, ...]
    probabilities: Mapping[Role, Sequence[float]]
    taken: Mapping[Role, Sequence[int]] | None = None
    """Positions of the names that somebody else chose by the probability of each alone; null where they are chosen by `CHOICES`."""


MOST_SUMS = 200_000
"""Sums that are remembered; past this the memory begins anew."""


LANE, STEPS = 32, 100_000
"""Bits of a role's sum where both roles' are one integer, and steps of a weight to one; such sums are exact, whatever their order."""
HALF = 1 << (LANE - 1)
BOTH, MASK = HALF << LANE | HALF, (1 << LANE) - 1


class PackedRoleWeights(dict[Key, int]):
    """What calls of feature families come to: the weights for actor and recipient as one integer, added up when a call is first asked for."""

    __slots__ = ("of",)

    def __init__(self, actor: Model, recipient: Model) -> None:
        super().__init__()
        self.of = {feature: round(row[0] * STEPS) for feature, row in actor.weights.items()}
        for feature, row in recipient.weights.items():
            self.of[feature] = self.of.get(feature, 0) + (round(row[0] * STEPS) << LANE)

    def __missing__(self, key: Key) -> int:
        if len(self) >= MOST_SUMS:
            self.clear()
        found = self[key] = sum([self.of.get(feature, 0) for feature in feature_names((key,))])
        return found

    def sum(self, keys: Iterable[Key]) -> int:
        """What keys add up to."""
        return sum(map(self.__getitem__, keys))


@lru_cache(maxsize=8)
def _joined(actor: "_Same", recipient: "_Same") -> PackedRoleWeights:
    return PackedRoleWeights(actor.model, recipient.model)


@dataclass(frozen=True, slots=True)
class _Same:
    """A model, the same only as the same object, so that joined weights can be kept."""

    model: Model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


def committed_role_models() -> Models:
    """The models of the lexicon."""
    return {role: model(role) for role in ROLES}


def score_roles(layout: RoleLayout, measures: Sequence[Measure], models: Models) -> list[RoleScores]:
    """The candidates of every figure with their probabilities, in order; `measures` has one measure a figure."""
    scale = RoleScorer(layout, _joined(_Same(models["actor"]), _Same(models["recipient"])))
    heats = {role: STEPS * models[role].temperature for role in ROLES}
    made = []
    for view in figure_views(layout, measures):
        candidates = view.candidates()
        sums = [*scale.names(view, candidates), scale.nobody(view)]
        for candidate, role in hard_rules(layout, view).items():
            at = candidates.index(candidate)
            shift = round(HARD_RULE_WEIGHT * STEPS) * (1 - (1 << LANE))
            sums[at] += shift if role == "actor" else -shift
        actors = [((total + BOTH) & MASK) - HALF for total in sums]
        recipients = [((total + BOTH) >> LANE) - HALF for total in sums]
        told = zip(ROLES, (actors, recipients), strict=True)
        made.append(
            RoleScores(
                view, tuple(candidates), {role: softmax([one / heats[role] for one in found]) for role, found in told}
            )
        )
    return made


class RoleScorer:
    """Weighs the names of one document; what figures share is added up once."""

    def __init__(self, layout: RoleLayout, pairs: PackedRoleWeights) -> None:
        self.layout = layout
        self.pairs = pairs
        self.places = name_profiles(layout)
        self.fixed = [pairs.sum(place.fixed) for place in self.places]
        self.rows = [occurrence.row for occurrence in layout.occurrences]
        self.standing: dict[str, list[int]] = {}
        """For each measure what the standing of each name comes to."""
        self.far: dict[tuple[int, str, int, int], int] = {}
        """What a name comes to in another sentence: by the figure's sentence and measure, and the name's place and number."""
        self.silent: dict[int, int] = {}
        """What each sentence says for nobody."""

    def nobody(self, view: FigureView) -> int:
        """What the answer that the text names nobody comes to."""
        around = self.silent.get(view.row)
        if around is None:
            around = self.silent[view.row] = self.pairs.sum(null_keys_of_sentence(self.layout, view.row))
        return around + self.pairs.sum(null_keys_of_figure(self.layout, view))

    def names(self, view: FigureView, candidates: Iterable[int]) -> list[int]:
        """What each name comes to, as the sum of its `keys` would tell."""
        standing = self.standing.get(view.measure)
        if standing is None:
            standing = self.standing[view.measure] = [
                self.pairs[profile_key(view, place)] + fixed
                for place, fixed in zip(self.places, self.fixed, strict=True)
            ]
        return [standing[c] + self._seen(view, c) for c in candidates]

    def _seen(self, view: FigureView, candidate: int) -> int:
        before, after, rows, row = view.before.get(candidate), view.after.get(candidate), self.rows, view.row
        if (
            (before is not None and rows[before] == row)
            or (after is not None and rows[after] == row)
            or candidate in view.heads
            or candidate in view.openers
        ):
            return self.pairs.sum(keys_where_seen(self.layout, view, candidate, self.places[candidate]))
        place = before if before is not None else after
        assert place is not None, "a candidate has a place"
        asked = row, view.measure, place, candidate
        total = self.far.get(asked)
        if total is None:
            total = self.far[asked] = self._beyond(view, place, candidate)
        ranks = view.ranks.get(candidate)
        if ranks is not None:
            total += self.pairs[recency_key(view, self.places[candidate].letter, ranks)]
        return total + self.pairs[ONLY_AFTER] if before is None else total

    def _beyond(self, view: FigureView, place: int, candidate: int) -> int:
        o = self.layout.occurrences[place]
        letter = "s" if candidate in o.shadows else self.places[candidate].letter
        return self.pairs.sum(
            keys_outside_sentence(self.layout, view, o, letter, mention_rule(self.layout, o, candidate))
        )


def occurrence_seen(layout: RoleLayout, view: FigureView, candidate: int) -> Occurrence:
    """Where a figure sees a name: in its own sentence, else at its last mention before, else at its first after."""
    before, after = view.before.get(candidate), view.after.get(candidate)
    for place in (before, after):
        if place is not None and layout.occurrences[place].row == view.row:
            return layout.occurrences[place]
    place = before if before is not None else after
    assert place is not None, "a candidate has a place"
    return layout.occurrences[place]


def coordinated_with(layout: RoleLayout, view: FigureView, candidate: int) -> frozenset[int]:
    """The names coordinated with a name where the figure sees it; not those read at the very same words ("Tokyo" the city, Tokyo for Japan)."""
    o = occurrence_seen(layout, view, candidate)
    start = layout.mentions[o.mentions[o.members.index(candidate)]].start
    return frozenset(
        member for member, mention in zip(o.members, o.mentions, strict=True) if layout.mentions[mention].start != start
    )


def names_at_same_words(layout: RoleLayout, view: FigureView, candidate: int) -> frozenset[int]:
    """The names read at the very words where the figure sees a name."""
    return frozenset(occurrence_seen(layout, view, candidate).members) - coordinated_with(layout, view, candidate)


def chosen_positions(layout: RoleLayout, weighed: RoleScores, role: Role) -> list[int]:
    """Positions in `weighed.candidates` of the names taken for a role."""
    probabilities, choice = weighed.probabilities[role], THRESHOLDS[role]
    none = probabilities[-1]
    if not weighed.candidates or none * choice.nobody > 1 - none:
        return []
    best = probabilities.index(max(probabilities[:-1]))
    top = probabilities[best]
    least = top * min(choice.together, choice.beside)
    near = [c for c, probability in enumerate(probabilities[:-1]) if probability >= least or c == best]
    if len(near) == 1:
        return near
    candidates = weighed.candidates
    together = coordinated_with(layout, weighed.view, candidates[best])
    twins = names_at_same_words(layout, weighed.view, candidates[best])
    shares = {c: choice.together if candidates[c] in together else choice.beside for c in near}
    return [c for c in near if c == best or (candidates[c] not in twins and probabilities[c] >= top * shares[c])]


def _rule(role: Role, layout: RoleLayout, view: FigureView, candidate: int) -> str:
    """The name of the construction that a name was taken by: "actor.subject", "recipient.in", "actor.heading", "actor.earlier"."""
    o = occurrence_seen(layout, view, candidate)
    if o.row == view.row:
        return f"{role}.{o.stand}"
    if candidate in view.heads:
        return f"{role}.heading"
    return f"{role}.earlier" if candidate in view.before else f"{role}.later"


def _name(layout: RoleLayout, view: FigureView, candidate: int, rule: str, confidence: float) -> Name:
    o = occurrence_seen(layout, view, candidate)
    mention = layout.mentions[o.mentions[o.members.index(candidate)]]
    return Name.trusted(
        name=mention.name,
        id=mention.id,
        said=mention.said,
        type=layout.candidates[candidate].type,
        start=mention.start,
        end=mention.end,
        rule=rule,
        confidence=round(min(1.0, confidence), 4),
    )


def _names(layout: RoleLayout, weighed: RoleScores, role: Role) -> tuple[tuple[Name, ...], tuple[str, ...]]:
    alone = weighed.taken is not None
    taken = weighed.taken[role] if weighed.taken is not None else chosen_positions(layout, weighed, role)
    if not taken:
        return (), ()
    probabilities = weighed.probabilities[role]
    sure = sum([probabilities[c] for c in taken])
    rest = max([p for c, p in enumerate(probabilities[:-1]) if c not in taken], default=0.0)
    best = max([probabilities[c] for c in taken])
    names = tuple(
        [
            _name(
                layout,
                weighed.view,
                candidate,
                _rule(role, layout, weighed.view, candidate),
                probabilities[c] if alone else sure,
            )
            for c, candidate in [(c, weighed.candidates[c]) for c in taken]
        ]
    )
    return names, (f"{role}_rival",) if rest >= CLOSE * best else ()


def _speaker(layout: RoleLayout, view: FigureView) -> Name | None:
    """Who says the figure: the subject of a verb of saying in its sentence, or the one after "according to"."""
    row = layout.rows[view.row]
    for o in row.occurrences:
        by = o.at > 1 and row.items[o.at - 1] in ("say", "to") and "say" in row.items[o.at - 2 : o.at]
        if (o.subject and o.verb == "say") or by:
            return _name(
                layout, _seen(view, o, layout), o.members[0], "speaker.says" if o.subject else "speaker.according", 0.8
            )
    return None


def _seen(view: FigureView, o: Occurrence, layout: RoleLayout) -> FigureView:
    """The view with the place `o` for its first name."""
    member = o.members[0]
    if occurrence_seen(layout, view, member) is o:
        return view
    number = next(i for i in layout.of_candidate[member] if layout.occurrences[i] is o)
    before = {**view.before, member: number}
    return FigureView(**{**{name: getattr(view, name) for name in FigureView.__slots__}, "before": before})


def all_roles(
    scene: DocumentTokens, mentions: Sequence[Mention], measures: Sequence[Measure], models: Models | None = None
) -> tuple[Roles, ...]:
    """The roles of every figure of a document, in order.

    `mentions` are in the order of the text; `measures` has one measure a figure; `models` replaces the committed weights.
    """
    layout = lay_out_roles(scene, mentions)
    return roles_of(layout, score_roles(layout, measures, committed_role_models() if models is None else models))


def roles_of(layout: RoleLayout, weighed: Sequence[RoleScores]) -> tuple[Roles, ...]:
    """The roles of figures that were weighed, whoever weighed them."""
    return tuple([_roles(layout, one) for one in weighed])


def _roles(layout: RoleLayout, weighed: RoleScores) -> Roles:
    actor, doubt = _names(layout, weighed, "actor")
    recipient, other_doubt = _names(layout, weighed, "recipient")
    return Roles(actor, recipient, _speaker(layout, weighed.view), (*doubt, *other_doubt))


def roles(
    scene: DocumentTokens,
    figure_index: int,
    mentions: Sequence[Mention],
    measures: Sequence[Measure],
    models: Models | None = None,
) -> Roles:
    """The roles of one figure."""
    return all_roles(scene, mentions, measures, models)[figure_index]


def candidate_features(layout: RoleLayout, view: FigureView) -> list[list[str]]:
    """The features of each candidate of a figure and, last, of nobody."""
    places = name_profiles(layout)
    return [*(role_features(layout, view, c, places[c]) for c in view.candidates()), null_features(layout, view)]


__all__ = ["Roles", "all_roles", "roles"]
