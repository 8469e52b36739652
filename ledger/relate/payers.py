"""What the parts of a sum say of its payer: several make it a shared cost, and one and the same pays all of it."""

from collections.abc import Mapping, Sequence, Set

from ledger.relate.decide import PART, SAME, Link
from ledger.relate.sums import Sum, is_cost
from schemas import Claim, Evidence, Measure, Name, TimeBasis

COVERED = 0.75
"""The least share of a cost that the sums of two payers come to."""
MANY = 3
"""Payers inside a cost that make it a sum of many, whatever they pay."""
RULE = "time.cost_of_many"
PAYER_RULE = "actor.of_parts"
FEWEST = 2
"""Parts that tell their payer, at least, for it to pay the whole."""
ROUNDED = 0.02
"""What parts may miss their whole by, as a share of it."""
PUBLIC = frozenset({Measure.GRANT, Measure.LOAN, Measure.SUBSIDY})
"""Money that one body gives in several forms."""


def shared_costs(sums: Sequence[Sum], links: Sequence[Link]) -> frozenset[int]:
    """The places of the costs that several pay, one of them at least not the payer of the whole."""
    inside: dict[int, dict[frozenset[str], float]] = {}
    for link in links:
        part = sums[link.at]
        if link.kind == PART and part.actors and part.dollars is not None:
            paid = inside.setdefault(link.other, {})
            paid[part.actors] = max(paid.get(part.actors, 0.0), part.dollars)
    return frozenset(
        at
        for at, paid in inside.items()
        if is_cost(sums[at]) and any(not payer <= sums[at].actors for payer in paid) and _pay_for(sums[at], paid)
    )


def _pay_for(one: Sum, paid: Mapping[frozenset[str], float]) -> bool:
    """Whether payers and what they pay make a cost a shared one.

    They are many, or two that pay nearly all, or two of what the text calls the total cost.
    """
    payers = len({name for names in paid for name in names})
    covered = sum(paid.values()) >= COVERED * (one.dollars or 0.0)
    return payers >= MANY or (len(paid) > 1 and (covered or is_cost(one, "total")))


def as_shared_cost(claim: Claim) -> Claim:
    """The claim as a sum of what many pay."""
    said = Evidence.trusted(start=claim.start, end=claim.end, exact=claim.exact, rule=RULE, confidence=1.0)
    return claim.model_copy(update={"time_basis": TimeBasis.CUMULATIVE, "time_basis_evidence": said})


def with_costs(sums: Sequence[Sum], shared: Set[int]) -> list[Sum]:
    """The `sums` with the `shared` costs as sums of what many pay."""
    return [one._replace(claim=as_shared_cost(one.claim)) if at in shared else one for at, one in enumerate(sums)]


def payers_of_parts(sums: Sequence[Sum], links: Sequence[Link]) -> Mapping[str, tuple[Name, ...]]:
    """claim_id → payer of the sums whose payer no telling of them names, where one pays the parts that add up to it."""
    inside: dict[int, list[Sum]] = {}
    for link in links:
        if link.kind == PART:
            inside.setdefault(link.other, []).append(sums[link.at])
    again = {at for link in links if link.kind == SAME for at in (link.at, link.other)}
    found = {}
    for at, parts in inside.items():
        paid = [part for part in parts if part.actors]
        known = len({part.actors for part in paid}) == 1 and _add_up(paid, sums[at])
        told = any(other.actors for place, other in enumerate(sums) if place in again and _tells(other, sums[at]))
        if known and not told and not sums[at].actors:
            found[sums[at].claim.claim_id] = paid[0].claim.actor
    return found


def _add_up(paid: Sequence[Sum], whole: Sum) -> bool:
    """Whether public money of one sentence, told in several parts, comes to the whole."""
    for sentence in {part.sentence for part in paid}:
        parts = [part for part in paid if part.sentence == sentence and part.claim.unit == whole.claim.unit]
        public = all(part.claim.measure in PUBLIC for part in parts)
        missing = abs(sum(part.value for part in parts) - whole.value)
        if len(parts) >= FEWEST and public and missing <= ROUNDED * whole.value:
            return True
    return False


def _tells(one: Sum, other: Sum) -> bool:
    """Whether a sum tells another's amount."""
    return one.value == other.value and one.claim.unit == other.claim.unit


def with_payer(claim: Claim, payer: tuple[Name, ...]) -> Claim:
    """The claim with the payer of its parts."""
    names = tuple(name.model_copy(update={"rule": PAYER_RULE}) for name in payer)
    return claim.model_copy(update={"actor": names, "rules": (*claim.rules, PAYER_RULE)})
