"""One joint decision for the sums of a document: which tell one pledge, and which pledge lies inside which.

Each sum chooses: it is a pledge of its own (null), it tells an earlier sum again, or it lies inside a larger one. The
choice is a conditional logit over its options, as in mention-ranking models of coreference (Denis and Baldridge,
"Specialized models and ranking for coreference resolution", 2008). The choices are then settled together. Sums that
tell the same money form a cluster. A cluster has at most one whole, and no chain of wholes comes back to where it
began: the result is a forest.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp
from typing import NamedTuple

from ledger.models.linear import Model
from ledger.relate.apart import debt_pairs, first_of_several
from ledger.relate.features import (
    Setting,
    comparison,
    features,
    pair_features,
    pairs_of,
    side_features,
    sum_features,
)
from ledger.relate.sums import Sum, is_running
from schemas import Measure

NULL, PART, SAME = "null", "part", "same"
"""The labels of the model: null for a sum's own features, part and same for those of a pair."""
THRESHOLD = 0.5
"""A sum is tied to another where null has no more than one less this probability. Found out of fold, by `counted`."""


TOLD = 0.95
"""The probability of a relation that the words leave no doubt of."""
SURE = 3
"""How sure the payers of two sums have to be, in fifths, to keep them apart."""
_INSIDE = frozenset({"of", "including", "includes", "which", "part", "under"})
"""Words between two sums of which one may lie inside the other."""
NETWORK_SHARE = 0.0
"""The weight of what the network read of two sums; the features' probabilities have the rest.

Out of fold, with 0.15, 0.3 and 0.5 of the network, `counted` rose on news articles by 0.4, 1.2 and 0.6 and on web pages
by 0.5, 0.0 and 1.0, but what is counted with the right payer fell on web pages by 0.9, 2.2 and 0.5. So what the network
reads of relations is shown, but does not decide.
"""
SumsRead = Mapping[str, Mapping[str, tuple[float, float]]]
"""claim_id → claim_id of another sum → the network's probabilities that the first lies inside it, or tells the same."""


class Option(NamedTuple):
    """What one sum may be to another."""

    kind: str
    """PART or SAME."""
    other: int
    """Place of the other sum."""
    probability: float


class Link(NamedTuple):
    """A relation of the sum `at` to the sum `other`, with the probability that it holds."""

    kind: str
    at: int
    other: int
    probability: float


def choices_of(setting: Setting) -> list[tuple[list[str], list[tuple[str, int, list[str]]]]]:
    """For each sum the features of null, and of each option: its kind, the place of the other sum, its features."""
    options: list[list[tuple[str, int, list[str]]]] = [[] for _ in setting.sums]
    for a, b in pairs_of(setting):
        told = features(setting, a, b)
        for kind, at, other in _options(setting, a, b, comparison(setting.sums[a], setting.sums[b])):
            options[at].append((kind, other, told))
    return [(sum_features(setting, at), some) for at, some in enumerate(options)]


def _options(setting: Setting, a: int, b: int, sign: str) -> Iterator[tuple[str, int, int]]:
    """What a pair allows: the kind, the sum that may be it, and the sum that it may be it to."""
    kept = (a, b) in setting.apart or (b, a) in setting.apart or (a, b) in setting.of_payers
    if kept or _raised_by_another(setting.sums[a], setting.sums[b]):
        return
    # "a second $200 million loan" is not the first one told again
    again = (setting.sums[a].fresh or not setting.sums[b].fresh) and (a, b) not in setting.unlike
    if again and not (sign[0] in "<>" and _sums_up(setting.sums[a], setting.sums[b])):
        yield SAME, b, a
    if (a, b) in setting.outside or _of_two_kinds(setting.sums[a], setting.sums[b]):
        return
    if sign[0] == ">":
        yield PART, b, a
    elif sign[0] == "<":
        yield PART, a, b


def _of_two_kinds(one: Sum, other: Sum) -> bool:
    """Whether two sums of a sentence are money of two kinds from two payers: "Osk pays #, and Varga lends #"."""
    if one.sentence != other.sentence or one.claim.measure is other.claim.measure or min(one.sure, other.sure) < SURE:
        return False
    two = bool(one.actors and other.actors) and not one.actors & other.actors
    return two and "and" in one.words[one.at + 1 : other.at] and not _INSIDE & {*one.words[one.at + 1 : other.at]}


def _raised_by_another(one: Sum, other: Sum) -> bool:
    """Whether one of two sums is what a firm has raised in all, and the other one was raised by another firm."""
    running = is_running(one) or is_running(other)
    equity = one.claim.measure is other.claim.measure is Measure.EQUITY
    return running and equity and bool(one.recipients and other.recipients) and not one.recipients & other.recipients


def _sums_up(one: Sum, other: Sum) -> bool:
    """Whether one of two sums is a running total told elsewhere: it is no other amount of what it sums.

    In one sentence it may be: "$10 million a year, $50 million in all".
    """
    return one.sentence != other.sentence and is_running(one) != is_running(other)


def options_of(setting: Setting, weights: Model) -> list[list[Option]]:
    """For each sum what it may be to others, with probabilities that add up to one less that of null."""
    null, column = weights.labels.index(NULL), {kind: weights.labels.index(kind) for kind in (PART, SAME)}
    held = weights.weights.get
    sides: dict[tuple[str, int], list[tuple[float, ...]]] = {}
    scored: list[list[tuple[str, int, float]]] = [[] for _ in setting.sums]
    for a, b in pairs_of(setting):
        found = pair_features(setting, a, b)
        rows = [row for name in found.own if (row := held(name)) is not None]
        for side in found.sides:
            if side not in sides:
                sides[side] = _added([row for name in side_features(setting, *side) if (row := held(name)) is not None])
            rows += sides[side]
        for kind, at, other in _options(setting, a, b, found.sign):
            place = column[kind]
            scored[at].append((kind, other, sum([row[place] for row in rows])))
    own = [[row[null] for name in sum_features(setting, at) if (row := held(name))] for at in range(len(scored))]
    made = [_shares(sum(values), options, weights) for values, options in zip(own, scored, strict=True)]
    for part, whole in (*debt_pairs(setting.sums), *first_of_several(setting.sums)):
        made[part] = [Option(PART, whole, TOLD)]
        made[whole] = [option for option in made[whole] if setting.sums[option.other].value != setting.sums[part].value]
    return made


def _added(rows: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """The sum of rows as one row, or none where there are none."""
    return [tuple([sum(column) for column in zip(*rows, strict=True)])] if rows else []


def _shares(null: float, options: Sequence[tuple[str, int, float]], weights: Model) -> list[Option]:
    """The softmax over null and the options."""
    temperature = weights.temperature
    top = max([null, *(score for _, _, score in options)])
    powers = [exp((score - top) / temperature) for _, _, score in options]
    total = sum(powers) + exp((null - top) / temperature)
    return [Option(kind, other, power / total) for (kind, other, _), power in zip(options, powers, strict=True)]


def with_read(setting: Setting, options: Sequence[Sequence[Option]], read: SumsRead) -> list[Sequence[Option]]:
    """The options by both views, interpolated linearly; those of a sum that the network did not read are left alone."""
    ids = [one.claim.claim_id for one in setting.sums]
    return [
        [_mixed(option, read[one].get(ids[option.other], (0.0, 0.0))) for option in some] if one in read else some
        for one, some in zip(ids, options, strict=True)
    ]


def _mixed(option: Option, read: tuple[float, float]) -> Option:
    seen = read[0] if option.kind == PART else read[1]
    return option._replace(probability=NETWORK_SHARE * seen + (1 - NETWORK_SHARE) * option.probability)


def settle(options: Sequence[Sequence[Option]]) -> list[Link]:
    """The relations that hold together, one at most for each sum, in the order of the text.

    The kind whose options together are likelier is taken, and of these the likeliest. Clusters are formed first; then
    wholes are given, the surest first, and left out where the cluster has one or would come to lie inside itself.
    """
    chosen = [link for at, some in enumerate(options) if (link := choice(at, some)) is not None]
    root = _clusters(len(options), [link for link in chosen if link.kind == SAME])
    above: dict[int, int] = {}
    kept = [link for link in chosen if link.kind == SAME]
    for link in sorted((link for link in chosen if link.kind == PART), key=lambda one: (-one.probability, one.at)):
        part, whole = root[link.at], root[link.other]
        if part not in above and not _leads_to(above, whole, part):
            above[part] = whole
            kept.append(link)
    return sorted(kept, key=lambda link: link.at)


def choice(at: int, options: Sequence[Option]) -> Link | None:
    """What a sum is taken to be to another, or None where it is a pledge of its own."""
    if sum(option.probability for option in options) < THRESHOLD:
        return None
    together = {kind: sum(o.probability for o in options if o.kind == kind) for kind in (SAME, PART)}
    kind = max(together, key=together.__getitem__)
    best = max((o for o in options if o.kind == kind), key=lambda o: (o.probability, -o.other))
    return Link(kind, at, best.other, min(1.0, together[kind]))


def _clusters(count: int, links: Sequence[Link]) -> list[int]:
    """The first sum of the cluster of each."""
    parent = list(range(count))

    def top(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for link in links:
        first, second = sorted((top(link.at), top(link.other)))
        parent[second] = first
    return [top(node) for node in range(count)]


def _leads_to(above: Mapping[int, int], start: int, goal: int) -> bool:
    """Whether the chain of wholes from `start` comes to `goal`."""
    at: int | None = start
    while at is not None:
        if at == goal:
            return True
        at = above.get(at)
    return False
