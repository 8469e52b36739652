"""Whose money, to whom, for what and how firm: the figures of a document become claims."""

from ledger.attribute.assemble import attribute
from ledger.attribute.attributors import Attributor, attributor_of
from ledger.attribute.explain import Answer, Told, explain

__all__ = ["Answer", "Attributor", "Told", "attribute", "attributor_of", "explain"]
