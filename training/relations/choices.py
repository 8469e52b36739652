"""The choices that the model of relations learns from: each sum's options, and which of them the annotation says."""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from ledger.relate.decide import PART, SAME, choices_of
from ledger.relate.features import setting_of
from ledger.relate.sums import Sum, sums_of
from schemas import COMMITMENT_MEASURES, Claim, Document, Segment

Pledge = tuple[str, str | None]
"""A pledge, and the whole that it lies in."""
UNLABELLED_WEIGHT = 0.3
"""How much a sum counts that the annotation does not know as a commitment: its right choice is none."""


class Choice(NamedTuple):
    """One sum: the features of none and of each option, and which are right."""

    article: str
    null: Sequence[str]
    options: Sequence[tuple[str, int, Sequence[str]]]
    """Kind, place of the other sum, and features of each option."""
    right: Sequence[bool]
    weight: float


def pledge_of(label: Mapping[str, object]) -> Pledge | None:
    """The pledge of an annotated figure, or null where it is no commitment or none is told."""
    if label["measure"] not in COMMITMENT_MEASURES or label["optional"] or not label.get("commitment"):
        return None
    whole = label.get("part_of")
    return str(label["commitment"]), None if whole is None else str(whole)


def pledges_of(
    labels: Sequence[Mapping[str, object]], spans: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Pledge]:
    """The pledge of each annotated commitment, by its span."""
    told = ((span, pledge_of(label)) for label, span in zip(labels, spans, strict=True))
    return {span: pledge for span, pledge in told if pledge is not None}


def choices(
    article: str,
    document: Document,
    segments: Sequence[Segment],
    claims: Sequence[Claim],
    pledges: Mapping[tuple[int, int], Pledge],
) -> list[Choice]:
    """The choices of the sums of one article, `claims` as attribution made them and `pledges` as annotated, by span."""
    setting = setting_of(sums_of(document, segments, claims))
    known = [_pledge(one, pledges) for one in setting.sums]
    wholes = wholes_above([pledge for pledge in known if pledge is not None] + list(pledges.values()))
    made = []
    for at, (null, options) in enumerate(choices_of(setting)):
        right = [is_right(kind, known[at], known[other], wholes) for kind, other, _ in options]
        made.append(Choice(article, null, options, right, UNLABELLED_WEIGHT if known[at] is None else 1.0))
    return made


def _pledge(one: Sum, pledges: Mapping[tuple[int, int], Pledge]) -> Pledge | None:
    """The pledge that a sum tells: of the annotated figure at its span, or of one that it overlaps."""
    start, end = one.claim.start, one.claim.end
    exact = pledges.get((start, end))
    return exact or next((pledge for (a, b), pledge in pledges.items() if a < end and start < b), None)


def wholes_above(pledges: Sequence[Pledge]) -> dict[str, frozenset[str]]:
    """Pledge → all the wholes that it lies in, however far up.

    >>> wholes_above([("school", "aid"), ("aid", "plan")])["school"] == {"aid", "plan"}
    True
    """
    direct: dict[str, set[str]] = {}
    for pledge, whole in pledges:
        if whole is not None:
            direct.setdefault(pledge, set()).add(whole)
    return {pledge: _reached(pledge, direct) for pledge in direct}


def _reached(pledge: str, direct: Mapping[str, Set[str]]) -> frozenset[str]:
    seen: set[str] = set()
    ahead = [pledge]
    while ahead:
        more = direct.get(ahead.pop(), frozenset()) - seen
        seen |= more
        ahead += sorted(more)
    return frozenset(seen - {pledge})


def is_right(kind: str, one: Pledge | None, other: Pledge | None, wholes: Mapping[str, Set[str]]) -> bool:
    """Whether a sum of pledge `one` is what `kind` says to a sum of pledge `other`."""
    if one is None or other is None:
        return False
    return one[0] == other[0] if kind == SAME else kind == PART and other[0] in wholes.get(one[0], ())
