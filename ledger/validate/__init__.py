"""Keep the claims that hold together; each of the others becomes a Problem."""

from ledger.validate.checks import CHECKS, Check, spans
from ledger.validate.validate import validate

__all__ = ["CHECKS", "Check", "spans", "validate"]
