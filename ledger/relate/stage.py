"""Relate the claims of a document: Claim → Claim with its relations."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from ledger.lexicons.load import toml
from ledger.models.linear import Model, model
from ledger.relate.completed import with_completed, with_of_it, with_opened, without_running
from ledger.relate.decide import PART, THRESHOLD, Link, Option, SumsRead, options_of, settle, with_read
from ledger.relate.donors import with_donors
from ledger.relate.features import NEAR, Setting, comparison, features, setting_of
from ledger.relate.payers import as_shared_cost, payers_of_parts, shared_costs, with_costs, with_payer
from ledger.relate.sums import Sum, is_running, sums_of
from schemas import Claim, Document, Name, Relation, RelationKind, Segment, Stage, TimeBasis

NAME = "relations"
"""The model of pairs of sums."""
DOUBT = 0.15
"""A relation whose probability is within this of the threshold asks for a person's look."""
MOST_SUMS = 120
"""Sums of one document that are compared with one another."""
QUOTED = 120
"""Characters of the longest evidence."""
DOUBTFUL = "doubtful_relation"
"""The review note of a claim whose relation may as well not hold."""
STATED = frozenset({RelationKind.CONVERTS, RelationKind.CHANGED_FROM, RelationKind.PART_OF})
"""Relations that extraction reads from the words between two figures; they stand whatever the model thinks."""


NOT_READ: SumsRead = MappingProxyType({})


def relate(
    document: Document,
    segments: Sequence[Segment],
    claims: Sequence[Claim],
    *,
    models: Mapping[str, Model] | None = None,
    read: SumsRead = NOT_READ,
) -> tuple[Claim, ...]:
    """`claims` (all of `document`, in the order of its text) with the relations among their sums.

    `models` replaces the committed weights by name; `read` is what the network made of the sums. Relations that the
    claims carry already are kept. In a document of more than `MOST_SUMS` sums, relations are looked for among so many
    neighbours, so that cost grows with the text.
    """
    sums = sums_of(document, segments, claims)
    if len(sums) < 2:
        return tuple(claims)
    weights = (models or {}).get(NAME) or model(NAME)
    stated = {(claim.claim_id, relation.claim_id) for claim in claims for relation in claim.relations}
    added: dict[str, list[Relation]] = {}
    doubtful, costs = set[str](), set[str]()
    payers: dict[str, tuple[Name, ...]] = {}
    for start in range(0, len(sums), MOST_SUMS):
        setting = setting_of(sums[start : start + MOST_SUMS])
        options = with_read(setting, options_of(setting, weights), read)
        links = settle(_told(setting, options))
        if shared := shared_costs(setting.sums, links):
            costs |= {setting.sums[at].claim.claim_id for at in shared}
            setting = setting._replace(sums=with_costs(setting.sums, shared))
            links = settle(_told(setting, options))
        payers |= payers_of_parts(setting.sums, links)
        for holder, relation in _related(document, setting, links, weights):
            if (holder, relation.claim_id) not in stated and (relation.claim_id, holder) not in stated:
                added.setdefault(holder, []).append(relation)
                if relation.confidence < THRESHOLD + DOUBT:
                    doubtful.add(holder)
    paid = (with_payer(claim, payers[claim.claim_id]) if claim.claim_id in payers else claim for claim in claims)
    marked = (as_shared_cost(claim) if claim.claim_id in costs else claim for claim in paid)
    return tuple(_with(claim, added.get(claim.claim_id, ()), claim.claim_id in doubtful) for claim in marked)


def _told(setting: Setting, options: Sequence[Sequence[Option]]) -> list[Sequence[Option]]:
    """The options of each sum by the weights, mended where the words of the text leave no choice."""
    sums = setting.sums
    mended = with_opened(sums, with_donors(sums, without_running(sums, options)))
    return with_completed(setting, with_of_it(sums, mended))


def _related(
    document: Document, setting: Setting, links: Sequence[Link], weights: Model
) -> Iterator[tuple[str, Relation]]:
    """The relations of some neighbouring sums, each with the claim that bears it."""
    for link in links:
        yield from _relations(document, setting, link, weights)
    for claim, other, rule in _additions(setting, links):
        yield claim.claim_id, Relation(kind=RelationKind.ADDS_TO, claim_id=other.claim_id, rule=f"relate.{rule}")


def _with(claim: Claim, relations: Iterable[Relation], doubtful: bool) -> Claim:
    more = tuple(relations)
    if not more and not doubtful:
        return claim
    review = (*claim.review, DOUBTFUL) if doubtful else claim.review
    return claim.model_copy(update={"relations": (*claim.relations, *more), "review": review})


def _relations(document: Document, setting: Setting, link: Link, weights: Model) -> Iterator[tuple[str, Relation]]:
    """The relations that a link comes to, each with the claim that bears it."""
    one, other = setting.sums[link.at], setting.sums[link.other]
    start, end = _evidence(document, one.claim, other.claim)
    said = (start, end, document.text[start:end]) if start < end else (None, None, None)
    rule = f"relate.{_loudest(setting, link, weights)}"

    def relation(kind: RelationKind, to: Claim) -> Relation:
        return Relation(
            kind=kind,
            claim_id=to.claim_id,
            rule=rule,
            confidence=round(min(1.0, link.probability), 4),
            start=said[0],
            end=said[1],
            exact=said[2],
        )

    kind = RelationKind.PART_OF if link.kind == PART else _same_kind(one, other)
    if kind is RelationKind.REPLACES and _sums_up(one, other):
        kind = RelationKind.PART_OF
        one, other = sorted((one, other), key=is_running)
    if kind is RelationKind.PART_OF:
        yield one.claim.claim_id, relation(kind, other.claim)
        if is_running(other):
            yield other.claim.claim_id, relation(RelationKind.RUNNING_TOTAL_OF, one.claim)
        return
    if kind is RelationKind.REPLACES and _of_two_times(one.claim, other.claim):
        return
    if kind is RelationKind.REPLACES and _backwards(document, other.claim, one.claim):
        yield other.claim.claim_id, relation(kind, one.claim)
    else:
        yield one.claim.claim_id, relation(kind, other.claim)


def _of_two_times(one: Claim, other: Claim) -> bool:
    """Whether two amounts were paid in two times: "It spent $24 billion, and $14 billion a year earlier"."""
    paid = one.stage is other.stage is Stage.DISBURSED
    return paid and None not in (one.period, other.period) and one.period != other.period


def _sums_up(one: Sum, other: Sum) -> bool:
    """Whether the larger of two sums is a running total: it holds the other one, and does not take its place."""
    larger = max(one, other, key=lambda each: each.value)
    return is_running(larger) and is_running(one) != is_running(other)


def _same_kind(one: Sum, other: Sum) -> RelationKind:
    """How two sums that tell one pledge stand to each other."""
    if one.claim.unit != other.claim.unit:
        return RelationKind.CONVERTS
    if (one.claim.per is None) != (other.claim.per is None):
        return RelationKind.RATE_OF
    order = comparison(one, other)
    if order in ("=", "~") and abs(one.value - other.value) <= NEAR * max(abs(one.value), abs(other.value)):
        return RelationKind.RESTATES
    return RelationKind.EACH_OF if _each(one) or _each(other) else RelationKind.REPLACES


def _each(one: Sum) -> bool:
    return any(word in ("each", "apiece") for word in one.words[one.at + 1 : one.at + 3])


@cache
def _former() -> re.Pattern[str]:
    """Words between two amounts that make the second one the former: "up from", "instead of"."""
    return re.compile(rf"\b(?:{'|'.join(toml('relate')['former']['words'])})\b")


def _backwards(document: Document, first: Claim, second: Claim) -> bool:
    """Whether the amount said later in the text is the one that no longer holds."""
    between = document.text[max(first.end, second.start - QUOTED) : second.start].lower()
    return _former().search(between) is not None


def _additions(setting: Setting, links: Sequence[Link]) -> Iterator[tuple[Claim, Claim, str]]:
    """Sums that are told to come on top of another, with that one and what says so."""
    sums = setting.sums
    for known in sorted({other for _, other in setting.apart}):
        nearest = min((at for at, other in setting.apart if other == known), key=lambda at: (abs(known - at), at))
        yield sums[nearest].claim, sums[known].claim, "beside"
    tied = {(min(link.at, link.other), max(link.at, link.other)) for link in links}
    for at, (before, one) in enumerate(pairwise(sums)):
        more = one.claim.time_basis is TimeBasis.INCREMENT
        told = (at, at + 1) in tied or (at + 1, at) in setting.apart or (at, at + 1) in setting.apart
        if more and not told and (not before.actors or not one.actors or before.actors & one.actors):
            yield one.claim, before.claim, "increment"


def _evidence(document: Document, one: Claim, other: Claim) -> tuple[int, int]:
    """The words that tie two sums: those between them in one sentence, else those that lead to the later one."""
    first, second = (one, other) if one.start < other.start else (other, one)
    start = max(
        first.end if first.sentence_start == second.sentence_start else second.sentence_start, second.start - QUOTED
    )
    text = document.text
    while start < second.start and text[start].isspace():
        start += 1
    end = second.start
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _loudest(setting: Setting, link: Link, weights: Model) -> str:
    """The feature of a pair that speaks loudest for its relation."""
    a, b = sorted((link.at, link.other))
    column = weights.labels.index(link.kind)
    rows = [(row[column], name) for name in features(setting, a, b) if (row := weights.weights.get(name)) is not None]
    return max(rows)[1] if rows else link.kind
