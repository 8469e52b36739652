"""Resolution: which claims are the same money told again, what each commitment comes to, and a reason for every claim that is not counted."""

from ledger.resolve.actors import proposed_aliases
from ledger.resolve.decided import commitment_id_of, corrected, replayed
from ledger.resolve.periods import with_periods
from ledger.resolve.resolution import Resolution, resolve, resolve_more
from ledger.resolve.standing import Standing, standing

__all__ = [
    "Resolution",
    "Standing",
    "commitment_id_of",
    "corrected",
    "proposed_aliases",
    "replayed",
    "resolve",
    "resolve_more",
    "standing",
    "with_periods",
]
