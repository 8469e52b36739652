"""The cost of what several pay for: the sum of what each of them puts in, and no pledge of one."""

from collections.abc import Iterator, Sequence

from ledger.lexicons.load import toml
from ledger.relate.decide import PART, Link
from ledger.relate.sums import Sum
from schemas import Claim, Evidence, TimeBasis

REACH = 4
"""Words before a sum in which a word of cost is looked for."""
PAYERS = 2
"""Payers inside a cost that make it a sum of many."""
RULE = "time.cost_of_many"


def shared_costs(sums: Sequence[Sum], links: Sequence[Link]) -> Iterator[str]:
    """The claim_ids of the costs inside which several pay, one of them at least not the payer of the whole."""
    words = frozenset(toml("relate")["cost"]["words"])
    inside: dict[int, set[frozenset[str]]] = {}
    for link in links:
        if link.kind == PART and sums[link.at].actors:
            inside.setdefault(link.other, set()).add(sums[link.at].actors)
    for at, payers in inside.items():
        one = sums[at]
        if len(payers) >= PAYERS and not words.isdisjoint(one.words[max(0, one.at - REACH) : one.at]):
            if any(not payer <= one.actors for payer in payers):
                yield one.claim.claim_id


def as_shared_cost(claim: Claim) -> Claim:
    """The claim as a sum of what many pay."""
    said = Evidence.trusted(start=claim.start, end=claim.end, exact=claim.exact, rule=RULE, confidence=1.0)
    return claim.model_copy(update={"time_basis": TimeBasis.CUMULATIVE, "time_basis_evidence": said})
