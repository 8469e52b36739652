"""Resolution: which claims are the same money, what each commitment comes to, and why other claims do not count."""

from ledger.resolve.actors import proposed_aliases
from ledger.resolve.copies import KnownCopies, known_copies
from ledger.resolve.corrected import corrected_claims
from ledger.resolve.decisions import commitment_id_of, replay_decisions
from ledger.resolve.described import DESCRIBABLE, described_value, facts_of, with_facts
from ledger.resolve.memberships import NAMES_IN_DOUBT, with_names_to_review
from ledger.resolve.no_pledge import no_pledge_of
from ledger.resolve.periods import with_periods
from ledger.resolve.resolution import Resolution, resolve, resolve_more
from ledger.resolve.settled import settled
from ledger.resolve.standing import Standing, standing

__all__ = [
    "DESCRIBABLE",
    "NAMES_IN_DOUBT",
    "KnownCopies",
    "Resolution",
    "Standing",
    "commitment_id_of",
    "corrected_claims",
    "described_value",
    "facts_of",
    "known_copies",
    "no_pledge_of",
    "proposed_aliases",
    "replay_decisions",
    "resolve",
    "resolve_more",
    "settled",
    "standing",
    "with_facts",
    "with_names_to_review",
    "with_periods",
]
