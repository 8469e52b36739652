"""Say of each figure who commits what to whom, for what, how firmly and when: Figure → Claim."""

from ledger.attribute.assemble import DISPUTED, PartAttribution, attribute, attribute_parts, claims_from, sums_read
from ledger.attribute.attributors import network_attributor
from ledger.attribute.explain import Answer, Attribution, explain_attribution

__all__ = [
    "DISPUTED",
    "Answer",
    "Attribution",
    "PartAttribution",
    "attribute",
    "attribute_parts",
    "claims_from",
    "explain_attribution",
    "network_attributor",
    "sums_read",
]
