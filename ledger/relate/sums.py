"""The sums of a document as relations see them: money that is a commitment, with its place and the words around it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ledger.lexicons.currencies import rough_rates
from ledger.lexicons.load import toml
from ledger.lexicons.no_pledge import is_plainly_no_pledge, is_small_price
from schemas import Claim, Document, Kind, Section, Segment, TimeBasis

WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|[#§:;,()|]|\d+")
FRESH = 3
"""Words before a sum in which a word for new money is looked for."""
COST_REACH = 9
"""Words before a sum in which a word of cost is looked for."""
PERCENT = "percent"
SHARE_REACH = 50
"""Characters between a sum and a percentage that may be its share of a larger one."""
ROWS = (Section.LIST_ITEM, Section.TABLE_CELL)
"""Sections whose segments are rows: those of one group stand below one another."""
SUM_MARK, NUMBER_MARK = "#", "§"
"""What stands in a sentence's words for a sum of money, and for another figure."""


class Sum(NamedTuple):
    """One sum, its place in the document, and what attribution says of it."""

    claim: Claim
    value: float
    """The number said, in its own currency. A float: only for comparison."""
    dollars: float | None
    """Its rough worth in US dollars, or None where the currency is not known."""
    sentence: int
    """Number of its sentence among those that hold sums."""
    at: int
    """Place of its mark among the words of its sentence."""
    words: Sequence[str]
    """The words of its sentence, shared by the sums of one sentence."""
    segment: int
    """Number of its segment."""
    section: Section
    group: int
    """Number shared by the items of one list and the heading over it."""
    actors: frozenset[str]
    recipients: frozenset[str]
    fields: frozenset[str]
    sure: int
    """How sure its actor is, in fifths."""
    fresh: bool
    """Whether the words before it say that it is new money: "another", "a second"."""
    shares: Sequence[float]
    """The percentages close to it, which may say how much of a larger sum it is."""


@cache
def fresh_words() -> frozenset[str]:
    """Words before a sum that make it new money, whatever was said before."""
    return frozenset(toml("relate")["fresh"]["words"])


def sums_of(document: Document, segments: Sequence[Segment], claims: Sequence[Claim]) -> list[Sum]:
    """The sums of `claims` (all those of `document`, in the order of its text) that may stand in a relation.

    Lines of a list of other stories' headlines are left out: nothing ties them to the article. So are sums that plain
    words say are no pledge.
    """
    found: list[Sum] = []
    homes = iter(enumerate(segments))
    number, home = next(homes, (0, None))
    rates, fresh = rough_rates(), fresh_words()
    for sentence, inside in enumerate(_by_sentence(claims)):
        first = inside[0]
        while home is not None and first.start >= home.end:
            number, home = next(homes, (0, None))
        if first.section is Section.HEADLINE_LIST or not any(is_sum(claim) for claim in inside):
            continue
        words = sentence_words(document.text, inside)
        alone = len(inside) == 1
        marks = [at for at, word in enumerate(words) if word in (SUM_MARK, NUMBER_MARK)]
        for claim, at in zip(inside, marks, strict=False):
            if is_sum(claim) and not _is_no_pledge(document.text, claim):
                value = float(claim.value)
                rate = rates.get(claim.unit)
                found.append(
                    Sum(
                        claim,
                        value,
                        None if rate is None else value * rate,
                        sentence,
                        at,
                        words,
                        number,
                        claim.section.weighed_as,
                        -1 if home is None else home.group,
                        frozenset([name.id for name in claim.actor]),
                        frozenset([name.id for name in claim.recipient]),
                        frozenset([tag.code for tag in claim.fields]),
                        int(min([name.confidence for name in claim.actor], default=0.0) * 4.99),
                        not fresh.isdisjoint(words[max(0, at - FRESH) : at]),
                        [] if alone else _shares(claim, inside),
                    )
                )
    return found


def _shares(claim: Claim, inside: Sequence[Claim]) -> list[float]:
    """The percentages of a sentence that stand close to a sum, nearer than to any other sum."""
    found = []
    for other in inside:
        if other.unit == PERCENT and _apart(claim, other) <= SHARE_REACH:
            nearest = min((one for one in inside if is_sum(one)), key=lambda one: (_apart(one, other), one.start))
            if nearest is claim:
                found.append(float(other.value))
    return found


def _apart(one: Claim, other: Claim) -> int:
    """Characters between two claims."""
    return max(one.start, other.start) - min(one.end, other.end)


def is_sum(claim: Claim) -> bool:
    """Whether a claim is a sum of money that may be counted."""
    return claim.kind is Kind.MONEY and claim.measure.is_commitment


def is_cost(one: Sum, kind: str = "words") -> bool:
    """Whether a sum is told as what something costs, or, with the kind "total", as all that it costs."""
    before = " ".join(one.words[max(0, one.at - COST_REACH) : one.at])
    return any(f" {word} " in f" {before} " for word in toml("relate")["cost"][kind])


def is_running(one: Sum) -> bool:
    """Whether a sum is a running total: it is no other amount of what it sums."""
    return one.claim.time_basis is TimeBasis.CUMULATIVE


def _is_no_pledge(text: str, claim: Claim) -> bool:
    if is_small_price(claim.measure.value, claim.value):
        return True
    return is_plainly_no_pledge(text, claim.start, claim.end, (claim.sentence_start, claim.sentence_end))


def _by_sentence(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The claims of each sentence, in order."""
    inside: list[Claim] = []
    for claim in claims:
        if inside and claim.sentence_start != inside[0].sentence_start:
            yield inside
            inside = []
        inside.append(claim)
    if inside:
        yield inside


def sentence_words(text: str, claims: Sequence[Claim]) -> list[str]:
    """The words of the sentence that holds `claims`, in lower case, each figure replaced by its mark."""
    at = claims[0].sentence_start
    pieces: list[str] = []
    for claim in claims:
        pieces += (text[at : claim.start].lower(), f" {SUM_MARK if claim.kind is Kind.MONEY else NUMBER_MARK} ")
        at = claim.end
    pieces.append(text[at : max(at, claims[-1].sentence_end)].lower())
    pieces[::2] = [piece.replace(SUM_MARK, " ").replace(NUMBER_MARK, " ") for piece in pieces[::2]]
    return WORD.findall("".join(pieces))
