"""Keep the claims that hold together; every other one becomes a Problem, none is dropped in silence."""

from ledger.validate.checks import CHECKS, Check, spans
from ledger.validate.validate import validate

__all__ = ["CHECKS", "Check", "spans", "validate"]
