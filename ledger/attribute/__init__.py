"""Say of each figure who commits what to whom, for what, how firmly and when: Figure → Claim."""

from ledger.attribute.assemble import attribute

__all__ = ["attribute"]
