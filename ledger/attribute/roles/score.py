"""Who pays, who receives and who speaks: actor, recipient and speaker of each figure, each with the words that name it.

Every name near a figure is a candidate, and so is the null candidate: no name. The construction between name and figure
gives named features; their weights are in `ledger/models/weights/actor.json` and `recipient.json`; a softmax over the
candidates of the figure gives the probabilities (McFadden's conditional logit, 1974). At run time that is one sum for
each candidate. A second pass (`stacked`) then sees what this one made of all sums of the document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.attribute.names.mentions import Mention
from ledger.attribute.roles.coding import Occurrence
from ledger.attribute.roles.features import name_profiles, null_features, role_features
from ledger.attribute.roles.hard_rules import DATELINE_WEIGHT, HARD_RULE_WEIGHT, SHIFTS, hard_rules
from ledger.attribute.roles.layout import RoleLayout, lay_out_roles
from ledger.attribute.roles.packed import RoleScorer, pack_pair, packed_role_weights, unpack
from ledger.attribute.roles.pairs import Pair, lists_of_pairs
from ledger.attribute.roles.rounds import Round, investors_of
from ledger.attribute.roles.stacked import RoleProbabilities, second_pass, stacked_rows
from ledger.attribute.roles.view import ROLES, FigureView, Role, anchors_of, figure_views
from ledger.attribute.tokens import DocumentTokens
from ledger.models.linear import Model, model, softmax
from ledger.models.packed import WEIGHT_SCALE
from schemas import Measure, Name, NameType

Models = Mapping[str, Model]
RoleSums = dict[Role, list[int]]
"""For each role the sums of weights, in steps of 1 / `WEIGHT_SCALE`."""


@dataclass(frozen=True, slots=True)
class RoleThresholds:
    """How names are chosen by their probabilities."""

    coordination: float
    """A name coordinated with the best one ("Larkfield and Varga") is taken with this share of its probability."""
    null_odds: float
    """The role has no name where the odds of the null candidate are above 1 after multiplication by this."""


THRESHOLDS: Mapping[Role, RoleThresholds] = {
    "actor": RoleThresholds(coordination=0.35, null_odds=1.5),
    "recipient": RoleThresholds(coordination=0.5, null_odds=1.25),
}
RIVAL_SHARE = 0.7
"""Another name with at least this share of the best probability is reported to the reviewer as a rival."""
RIVAL_GAP = 1.2
"""A name whose score is this much below the best one, or less, may still be taken beside it."""
STATES = frozenset({NameType.COUNTRY, NameType.PLACE, NameType.GOVERNMENT, NameType.BODY})
"""The types of names that may spend on themselves: "Norway will spend $3 million on its roads"."""
KEPT: Mapping[str, Role] = {"invest": "actor", "lend": "recipient", "give": "recipient", "equity": "recipient"}
"""The role that a firm keeps where it is taken for both, by what the money is."""
SPEAKER_CONFIDENCE = 0.8
"""The confidence of a speaker, who is read by rule."""


class Roles(NamedTuple):
    """The names with a role in one figure, in the order of their first mentions; empty where the text has none."""

    actor: tuple[Name, ...] = ()
    recipient: tuple[Name, ...] = ()
    speaker: Name | None = None
    review: tuple[str, ...] = ()
    """Codes for a reviewer: "actor_rival" where another name was nearly as likely."""


class RoleScores(NamedTuple):
    """The candidates of one figure, and for each role the probability of each and, last, of the null candidate."""

    view: FigureView
    candidates: tuple[int, ...]
    probabilities: RoleProbabilities
    taken: Mapping[Role, Sequence[int]] | None = None
    """Positions of the names that the network chose; null where `THRESHOLDS` decide.

    With the network, each probability is of that name alone.
    """


def committed_role_models() -> Models:
    """The models of the package."""
    return {name: model(name) for role in ROLES for name in (role, f"{role}_stacked")}


def score_roles(layout: RoleLayout, measures: Sequence[Measure], models: Models) -> list[RoleScores]:
    """The candidates of every figure with their probabilities, in order; `measures` has one measure per figure."""
    first = first_scores(layout, measures, models)
    found: list[RoleProbabilities] = [scores.probabilities for scores in first]
    second_pass(stacked_rows(layout, [scores.view for scores in first], measures, found), models, found)
    return [scores._replace(probabilities=made) for scores, made in zip(first, found, strict=True)]


def first_scores(layout: RoleLayout, measures: Sequence[Measure], models: Models) -> list[RoleScores]:
    """As `score_roles`, by the first pass alone."""
    scorer = RoleScorer(layout, packed_role_weights(models["actor"], models["recipient"]))
    divisors = {role: WEIGHT_SCALE * models[role].temperature for role in ROLES}
    views = figure_views(layout, measures)
    sums = [_role_sums(layout, scorer, view) for view in views]
    for pairs in lists_of_pairs(layout, anchors_of(layout)):
        _settle_pairs(pairs, views, sums)
    return [
        RoleScores(
            view,
            view.candidates,
            {role: softmax([score / divisors[role] for score in one[role]]) for role in ROLES},
        )
        for view, one in zip(views, sums, strict=True)
    ]


def _role_sums(layout: RoleLayout, scorer: RoleScorer, view: FigureView) -> RoleSums:
    """For each role the sum of each candidate and, last, of the null candidate, hard rules included."""
    candidates = view.candidates
    sums = [*scorer.names(view), scorer.null(view)]
    for candidate, role in hard_rules(layout, view).items():
        actor, recipient = SHIFTS[role]
        sums[candidates.index(candidate)] += pack_pair(actor * HARD_RULE_WEIGHT, recipient * HARD_RULE_WEIGHT)
    for candidate in (layout.of_dateline | layout.officials).intersection(candidates):
        sums[candidates.index(candidate)] += pack_pair(-DATELINE_WEIGHT, -DATELINE_WEIGHT)
    return dict(zip(ROLES, unpack(sums), strict=True))


def _settle_pairs(pairs: Sequence[Pair], views: Sequence[FigureView], sums: Sequence[RoleSums]) -> None:
    """Where a likely name of a sum belongs to another sum of the list, take the role from all names of others.

    The role is that which suits the names of the list best in their own sums.
    """
    everybody = frozenset(number for _, members in pairs for number in members)
    sides = []
    for figures, members in pairs:
        for figure in figures:
            numbers = views[figure].candidates
            own = [place for place, number in enumerate(numbers) if number in members]
            others = [place for place, number in enumerate(numbers) if number in everybody - members]
            sides.append((sums[figure], own, others))
    lean = sum(one["actor"][place] - one["recipient"][place] for one, own, _ in sides for place in own)
    role: Role = "actor" if lean > 0 else "recipient"
    for one, _, others in sides:
        scores = one[role]
        if others and max(scores[place] for place in others) >= max(scores[:-1]) - round(RIVAL_GAP * WEIGHT_SCALE):
            for place in others:
                scores[place] -= round(HARD_RULE_WEIGHT * WEIGHT_SCALE)


def occurrence_seen(layout: RoleLayout, view: FigureView, candidate: int) -> Occurrence:
    """The occurrence of a name that counts for a figure: in its sentence, else the last before or first after."""
    before, after = view.before.get(candidate), view.after.get(candidate)
    for place in (before, after):
        if place is not None and layout.occurrences[place].row == view.row:
            return layout.occurrences[place]
    place = before if before is not None else after
    assert place is not None, "a candidate has an occurrence"
    return layout.occurrences[place]


def coordinated_with(layout: RoleLayout, view: FigureView, candidate: int) -> frozenset[int]:
    """The names coordinated with a name; not those read at the same words ("Tokyo" the city, Tokyo for Japan).

    Words that stand for several names ("the two companies") coordinate them.
    """
    o = occurrence_seen(layout, view, candidate)
    own = layout.mentions[o.mentions[o.members.index(candidate)]]
    return frozenset(
        member
        for member, mention in zip(o.members, o.mentions, strict=True)
        if layout.mentions[mention].start != own.start or (own.anaphor and layout.mentions[mention].anaphor)
    )


def chosen_positions(layout: RoleLayout, scores: RoleScores, role: Role) -> list[int]:
    """Positions in `scores.candidates` of the names chosen for a role."""
    probabilities, thresholds = scores.probabilities[role], THRESHOLDS[role]
    null = probabilities[-1]
    if not scores.candidates or null * thresholds.null_odds > 1 - null:
        return []
    best = probabilities.index(max(probabilities[:-1]))
    least = probabilities[best] * thresholds.coordination
    near = [c for c, probability in enumerate(probabilities[:-1]) if probability >= least or c == best]
    if len(near) == 1:
        return near
    coordinated = coordinated_with(layout, scores.view, scores.candidates[best])
    return [c for c in near if c == best or scores.candidates[c] in coordinated]


def _rule(role: Role, layout: RoleLayout, view: FigureView, candidate: int) -> str:
    """The construction by which a name was taken: "actor.subject", "recipient.in", "actor.heading", "actor.earlier"."""
    o = occurrence_seen(layout, view, candidate)
    if o.row == view.row:
        return f"{role}.{o.stand}"
    if candidate in view.heads:
        return f"{role}.heading"
    return f"{role}.earlier" if candidate in view.before else f"{role}.later"


def _name(layout: RoleLayout, o: Occurrence, candidate: int, rule: str, confidence: float) -> Name:
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


def _names(layout: RoleLayout, scores: RoleScores, role: Role) -> tuple[tuple[Name, ...], tuple[str, ...]]:
    """The names of a role and the review codes; chosen by thresholds, all have the confidence of the set."""
    by_network = scores.taken is not None
    taken = scores.taken[role] if scores.taken is not None else chosen_positions(layout, scores, role)
    if not taken:
        return (), ()
    view, probabilities = scores.view, scores.probabilities[role]
    together = sum([probabilities[c] for c in taken])
    rest = max([p for c, p in enumerate(probabilities[:-1]) if c not in taken], default=0.0)
    best = max([probabilities[c] for c in taken])
    names = []
    for c in taken:
        candidate = scores.candidates[c]
        occurrence, rule = occurrence_seen(layout, view, candidate), _rule(role, layout, view, candidate)
        names.append(_name(layout, occurrence, candidate, rule, probabilities[c] if by_network else together))
    return tuple(names), (f"{role}_rival",) if rest >= RIVAL_SHARE * best else ()


def _speaker(layout: RoleLayout, view: FigureView) -> Name | None:
    """Who states the figure: the subject of a verb of saying in its sentence, or the one after "according to"."""
    row = layout.rows[view.row]
    for o in row.occurrences:
        says = o.subject and o.verb == "say"
        according = o.at > 1 and row.items[o.at - 1] in ("say", "to") and "say" in row.items[o.at - 2 : o.at]
        if says or according:
            rule = "speaker.says" if o.subject else "speaker.according"
            return _name(layout, o, o.members[0], rule, SPEAKER_CONFIDENCE)
    return None


def all_roles(
    tokens: DocumentTokens, mentions: Sequence[Mention], measures: Sequence[Measure], models: Models | None = None
) -> tuple[Roles, ...]:
    """The roles of every figure of a document, in order.

    `mentions` are in the order of the text; `measures` has one measure per figure; `models` replaces the committed
    weights.
    """
    layout = lay_out_roles(tokens, mentions)
    return roles_of(layout, score_roles(layout, measures, committed_role_models() if models is None else models))


def roles_of(layout: RoleLayout, scores: Sequence[RoleScores]) -> tuple[Roles, ...]:
    """The roles by the scores of either attributor."""
    made = [_roles(layout, one) for one in scores]
    raised = [
        Round(index, one.actor, one.recipient)
        for index, one in enumerate(made)
        if scores[index].view.measure == Measure.EQUITY.value and one.recipient
    ]
    for index, names in investors_of(layout, raised).items():
        made[index] = made[index]._replace(actor=names)
    return tuple(made)


def _roles(layout: RoleLayout, scores: RoleScores) -> Roles:
    actor, doubt = _names(layout, scores, "actor")
    recipient, other_doubt = _names(layout, scores, "recipient")
    if scores.view.group != "stat":
        actor, recipient = _without_self(scores.view.group, actor, recipient)
    return Roles(actor, recipient, _speaker(layout, scores.view), (*doubt, *other_doubt))


def _without_self(
    group: str, actor: tuple[Name, ...], recipient: tuple[Name, ...]
) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """The names of both roles of a pledge, a firm only in one of them: it pays nothing to itself.

    It pays what it invests, and gets what is lent or given, or raised; elsewhere it has the likelier role.
    """
    pays = {name.id: name.confidence for name in actor if name.type not in STATES}
    both = {
        name.id: KEPT.get(group, "actor" if pays[name.id] >= name.confidence else "recipient")
        for name in recipient
        if name.id in pays
    }
    return (
        tuple([name for name in actor if both.get(name.id) != "recipient"]),
        tuple([name for name in recipient if both.get(name.id) != "actor"]),
    )


def roles(
    tokens: DocumentTokens,
    figure_index: int,
    mentions: Sequence[Mention],
    measures: Sequence[Measure],
    models: Models | None = None,
) -> Roles:
    """The roles of one figure."""
    return all_roles(tokens, mentions, measures, models)[figure_index]


def candidate_features(layout: RoleLayout, view: FigureView) -> list[list[str]]:
    """The features of each candidate of a figure and, last, of the null candidate."""
    profiles = name_profiles(layout)
    return [
        *(role_features(layout, view, c, profiles[c]) for c in view.candidates),
        null_features(layout, view),
    ]


__all__ = ["Roles", "all_roles", "roles"]
