"""What the parts of a sum say of its payer: several make it a shared cost, and one and the same pays all of it."""

from collections.abc import Iterator, Mapping, Sequence

from ledger.lexicons.load import toml
from ledger.relate.decide import PART, SAME, Link
from ledger.relate.sums import Sum
from schemas import Claim, Evidence, Name, TimeBasis

REACH = 4
"""Words before a sum in which a word of cost is looked for."""
PAYERS = 2
"""Payers inside a cost that make it a sum of many."""
RULE = "time.cost_of_many"
PAYER_RULE = "actor.of_parts"
FEWEST = 2
"""Parts, and half of all, whose one payer is taken to pay the whole."""


def shared_costs(sums: Sequence[Sum], links: Sequence[Link]) -> Iterator[str]:
    """The claim_ids of the costs inside which several pay, one of them at least not the payer of the whole."""
    words = frozenset(toml("relate")["cost"]["words"])
    inside: dict[int, set[frozenset[str]]] = {}
    for link in links:
        if link.kind == PART and sums[link.at].actors:
            inside.setdefault(link.other, set()).add(sums[link.at].actors)
    for at, payers in inside.items():
        one = sums[at]
        costs = not words.isdisjoint(one.words[max(0, one.at - REACH) : one.at])
        if costs and len(payers) >= PAYERS and any(not payer <= one.actors for payer in payers):
            yield one.claim.claim_id


def as_shared_cost(claim: Claim) -> Claim:
    """The claim as a sum of what many pay."""
    said = Evidence.trusted(start=claim.start, end=claim.end, exact=claim.exact, rule=RULE, confidence=1.0)
    return claim.model_copy(update={"time_basis": TimeBasis.CUMULATIVE, "time_basis_evidence": said})


def payers_of_parts(sums: Sequence[Sum], links: Sequence[Link]) -> Mapping[str, tuple[Name, ...]]:
    """claim_id → payer of the sums whose payer no telling of them names, where one pays all parts that tell theirs."""
    inside: dict[int, list[Sum]] = {}
    for link in links:
        if link.kind == PART:
            inside.setdefault(link.other, []).append(sums[link.at])
    again = {at for link in links if link.kind == SAME for at in (link.at, link.other)}
    found = {}
    for at, parts in inside.items():
        paid = [part for part in parts if part.actors]
        known = len(paid) >= max(FEWEST, len(parts) / 2) and len({part.actors for part in paid}) == 1
        told = any(other.actors for place, other in enumerate(sums) if place in again and _tells(other, sums[at]))
        if known and not told and not sums[at].actors:
            found[sums[at].claim.claim_id] = paid[0].claim.actor
    return found


def _tells(one: Sum, other: Sum) -> bool:
    """Whether a sum tells another's amount."""
    return one.value == other.value and one.claim.unit == other.claim.unit


def with_payer(claim: Claim, payer: tuple[Name, ...]) -> Claim:
    """The claim with the payer of its parts."""
    names = tuple(name.model_copy(update={"rule": PAYER_RULE}) for name in payer)
    return claim.model_copy(update={"actor": names, "rules": (*claim.rules, PAYER_RULE)})
