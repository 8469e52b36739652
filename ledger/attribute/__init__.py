"""Say of each figure who commits what to whom, for what, how firmly and when: Figure → Claim."""

from ledger.attribute.assemble import attribute
from ledger.attribute.explain import Answer, Told, explain

__all__ = ["Answer", "Told", "attribute", "explain"]
