"""What must hold of a claim and its document: named checks that say in one line what is wrong, or nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.lexicons.currencies import currencies
from schemas import CONTEXT, LARGEST_AMOUNT, Bound, Claim, Document, Evidence, FieldTag, Kind, Name, Severity, stable_id
from schemas.enums import PERCENT_UNITS
from schemas.periods import period_fault


@dataclass(frozen=True)
class Check:
    """A named rule: `fault(document, claim)` is one line on what is wrong, or None."""

    name: str
    fault: Callable[[Document, Claim], str | None]
    severity: Severity = Severity.ERROR


def _quote(document: Document, claim: Claim) -> str | None:
    found = document.text[claim.start : claim.end]
    if found and found == claim.exact:
        return None
    return f"the text at {claim.start}:{claim.end} is {found!r}, not {claim.exact!r}"


def _context(document: Document, claim: Claim) -> str | None:
    before = document.text[max(0, claim.start - CONTEXT) : claim.start]
    after = document.text[claim.end : claim.end + CONTEXT]
    if (before, after) == (claim.prefix, claim.suffix):
        return None
    return f"the words around {claim.exact!r} are not its prefix and suffix"


def _sentence(document: Document, claim: Claim) -> str | None:
    first, last = claim.sentence_start, claim.sentence_end
    if first <= claim.start and claim.end <= last <= len(document.text):
        return None
    return f"the quote {claim.start}:{claim.end} lies outside its sentence {first}:{last}"


def _identity(document: Document, claim: Claim) -> str | None:
    if claim.document_id != document.document_id:
        return f"the claim is of document {claim.document_id}, not of {document.document_id}"
    expected = stable_id(document.document_id, claim.start, claim.end)
    if claim.claim_id == expected:
        return None
    return f"the id of the quote at {claim.start}:{claim.end} should be {expected}"


def spans(claim: Claim) -> Iterator[tuple[str, int, int, str]]:
    """For each piece of evidence of `claim` what it says ("measure grant", "actor Sony"), its start, end and words."""
    evidence: tuple[tuple[str, Evidence | None], ...] = (
        (f"measure {claim.measure}", claim.measure_evidence),
        (f"time basis {claim.time_basis}", claim.time_basis_evidence),
        (f"stage {claim.stage}", claim.stage_evidence),
        (f"period {claim.period}", claim.period_evidence),
    )
    yield from ((label, found.start, found.end, found.exact) for label, found in evidence if found is not None)
    names: tuple[tuple[str, tuple[Name, ...]], ...] = (
        ("actor", claim.actor),
        ("recipient", claim.recipient),
        ("speaker", (claim.speaker,) if claim.speaker is not None else ()),
    )
    yield from ((f"{role} {name.name}", name.start, name.end, name.said) for role, found in names for name in found)
    tags: tuple[FieldTag, ...] = claim.fields
    yield from ((f"field {tag.code}", tag.start, tag.end, tag.exact) for tag in tags)


def _evidence(document: Document, claim: Claim) -> str | None:
    for label, start, end, exact in spans(claim):
        if document.text[start:end] != exact:
            return f"{label}: the text at {start}:{end} is {document.text[start:end]!r}, not {exact!r}"
    return None


def _order(_: Document, claim: Claim) -> str | None:
    ends = [end for end in (claim.lower, claim.value, claim.upper) if end is not None]
    if ends == sorted(ends):
        return None
    return f"lower {claim.lower}, value {claim.value} and upper {claim.upper} are out of order"


def _size(_: Document, claim: Claim) -> str | None:
    ends = [end for end in (claim.lower, claim.value, claim.upper) if end is not None]
    if all(abs(end) <= LARGEST_AMOUNT for end in ends):
        return None
    return f"{claim.exact!r} is larger than an amount of a ledger can be; the largest is 10^18"


def _bound(_: Document, claim: Claim) -> str | None:
    value = claim.value
    expected = {
        Bound.EXACT: (value, value),
        Bound.ABOUT: (value, value),
        Bound.MORE_THAN: (value, None),
        Bound.AT_LEAST: (value, None),
        Bound.LESS_THAN: (None, value),
        Bound.AT_MOST: (None, value),
    }.get(claim.bound, (claim.lower, claim.upper))
    if claim.bound is Bound.RANGE and None in expected:
        return "a range needs both ends"
    if expected == (claim.lower, claim.upper):
        return None
    return f"{claim.bound} {value} does not have the ends {claim.lower} and {claim.upper}"


def _unit(_: Document, claim: Claim) -> str | None:
    unit = claim.unit
    known = {
        Kind.MONEY: unit in currencies(),
        Kind.PERCENT: unit in PERCENT_UNITS,
    }.get(claim.kind, bool(unit) and unit == unit.casefold() and not re.search(r"\s", unit))
    return None if known else f"{unit!r} is not a valid unit of {claim.kind}"


def _basis(_: Document, claim: Claim) -> str | None:
    fits = (claim.currency_basis is not None) == (claim.kind is Kind.MONEY)
    return None if fits else f"a figure of {claim.kind} has the currency basis {claim.currency_basis}"


def _stage(_: Document, claim: Claim) -> str | None:
    if claim.measure.is_commitment == (claim.stage is not None):
        return None
    return f"measure {claim.measure} with stage {claim.stage}: a commitment has a stage, and a statistic has none"


def _stage_said(_: Document, claim: Claim) -> str | None:
    fits = (claim.stage is not None) == (claim.stage_evidence is not None)
    return None if fits else f"stage {claim.stage} {'lacks' if claim.stage else 'has'} evidence"


def _period(_: Document, claim: Claim) -> str | None:
    return None if claim.period is None else period_fault(claim.period)


CHECKS: tuple[Check, ...] = (
    Check("claim_has_its_id", _identity),
    Check("quote_equals_slice", _quote),
    Check("context_equals_slice", _context),
    Check("quote_in_sentence", _sentence),
    Check("evidence_equals_slice", _evidence),
    Check("ends_in_order", _order),
    Check("amount_in_range", _size),
    Check("bound_fits_ends", _bound),
    Check("unit_fits_kind", _unit),
    Check("currency_basis_iff_money", _basis),
    Check("stage_iff_commitment", _stage),
    Check("period_is_iso", _period),
    Check("stage_has_evidence", _stage_said, Severity.WARNING),
)
"""The checks of one claim in their order; a claim is left out at its first error, and kept after a warning."""
