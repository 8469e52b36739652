"""The choices that the model of relations learns from: each sum's options, and which of them the annotation says."""

from collections.abc import Mapping, Sequence
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


def pledges_of(
    labels: Sequence[Mapping[str, object]], spans: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Pledge]:
    """The pledge of each annotated commitment, by its span."""
    found = {}
    for label, span in zip(labels, spans, strict=True):
        if label["measure"] in COMMITMENT_MEASURES and not label["optional"] and label.get("commitment"):
            whole = label.get("part_of")
            found[span] = (str(label["commitment"]), None if whole is None else str(whole))
    return found


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
    wholes = _wholes([pledge for pledge in known if pledge is not None] + list(pledges.values()))
    made = []
    for at, (null, options) in enumerate(choices_of(setting)):
        right = [_is_right(kind, known[at], known[other], wholes) for kind, other, _ in options]
        made.append(Choice(article, null, options, right, UNLABELLED_WEIGHT if known[at] is None else 1.0))
    return made


def _pledge(one: Sum, pledges: Mapping[tuple[int, int], Pledge]) -> Pledge | None:
    """The pledge that a sum tells: of the annotated figure at its span, or of one that it overlaps."""
    start, end = one.claim.start, one.claim.end
    exact = pledges.get((start, end))
    return exact or next((pledge for (a, b), pledge in pledges.items() if a < end and start < b), None)


def _wholes(pledges: Sequence[Pledge]) -> dict[str, set[str]]:
    """Pledge → the wholes that it lies in directly."""
    above: dict[str, set[str]] = {}
    for pledge, whole in pledges:
        if whole is not None:
            above.setdefault(pledge, set()).add(whole)
    return above


def _is_right(kind: str, one: Pledge | None, other: Pledge | None, wholes: Mapping[str, set[str]]) -> bool:
    if one is None or other is None:
        return False
    return one[0] == other[0] if kind == SAME else kind == PART and _lies_in(one[0], other[0], wholes)


def _lies_in(part: str, whole: str, wholes: Mapping[str, set[str]]) -> bool:
    """Whether one pledge lies inside another, however many wholes further up."""
    seen, ahead = {part}, [part]
    while ahead:
        for above in wholes.get(ahead.pop(), ()):
            if above == whole:
                return True
            if above not in seen:
                seen.add(above)
                ahead.append(above)
    return False
