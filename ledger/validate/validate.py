"""Keep the claims that hold together, and say of each of the others why it was left out."""

from collections.abc import Sequence

from ledger.validate.checks import CHECKS
from schemas import Claim, Document, Problem, Severity

NO_OVERLAP = "no_overlap"
RELATION_STANDS = "relation_stands"


def validate(document: Document, claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """The claims that pass every check, in the order of the text, and a Problem for each one that does not.

    Of two claims that overlap the longer stays; a relation to a claim that was left out is removed, with a warning.
    """
    sound: list[Claim] = []
    problems: list[Problem] = []
    for claim in sorted(claims, key=lambda claim: (claim.start, -claim.end)):
        for check in CHECKS:
            if (fault := check.fault(document, claim)) is not None:
                problems.append(_problem(document, claim, check.name, fault, check.severity))
                if check.severity is Severity.ERROR:
                    break
        else:
            sound.append(claim)
    kept, overlapping = _without_overlaps(document, sound)
    related, unrelated = _with_known_relations(document, kept)
    return tuple(related), (*problems, *overlapping, *unrelated)


def _without_overlaps(document: Document, claims: Sequence[Claim]) -> tuple[list[Claim], list[Problem]]:
    """Claims that do not overlap: of two that want the same words, the longer."""
    kept: list[Claim] = []
    problems: list[Problem] = []
    for claim in claims:  # by start, the longer first
        last = kept[-1] if kept else None
        if last is None or last.end <= claim.start:
            kept.append(claim)
            continue
        loser = last if claim.end - claim.start > last.end - last.start else claim
        winner = claim if loser is last else last
        if loser is last:
            kept[-1] = claim
        place = f"{winner.start}:{winner.end}"
        problems.append(_problem(document, loser, NO_OVERLAP, f"{loser.exact!r} overlaps {winner.exact!r} at {place}"))
    return kept, problems


def _with_known_relations(document: Document, claims: Sequence[Claim]) -> tuple[list[Claim], list[Problem]]:
    """Claims whose relations all lead to a claim that was kept."""
    known = {claim.claim_id for claim in claims}
    kept: list[Claim] = []
    problems: list[Problem] = []
    for claim in claims:
        standing = tuple(relation for relation in claim.relations if relation.claim_id in known)
        if len(standing) != len(claim.relations):
            message = f"{claim.exact!r} had a relation to a figure that is not a claim; the relation is removed"
            problems.append(_problem(document, claim, RELATION_STANDS, message, Severity.WARNING))
        kept.append(claim if standing == claim.relations else claim.model_copy(update={"relations": standing}))
    return kept, problems


def _problem(document: Document, claim: Claim, rule: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(
        where=f"{document.source}:{claim.start}-{claim.end}",
        rule=rule,
        message=message,
        text=claim.exact,
        severity=severity,
        document_id=document.document_id,
    )
