"""Put the answers of names, roles, labels and fields together: figure → claim."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from ledger.attribute.context import Scene, scene
from ledger.attribute.fields import all_fields
from ledger.attribute.labels import Labels, all_labels
from ledger.attribute.mentions import Mention, mentions
from ledger.attribute.roles import Roles, all_roles
from ledger.attribute.weigh import Model
from ledger.lexicons.names import Names
from ledger.version import VERSION
from schemas import CONTEXT, Claim, Document, Evidence, FieldTag, Figure, Name, Relation, Section, Segment, stable_id

Placed = TypeVar("Placed", Figure, Mention)

UNSURE = 0.5
"""A confidence below this asks for a person's look."""
PERIOD_RULE = "period.words"
FAST = "fast"
"""The name of this attributor in its claims."""


def attribute(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    *,
    names: Names | None = None,
    models: Mapping[str, Model] | None = None,
) -> tuple[Claim, ...]:
    """The claims of a document, one for each figure, in the order of the text.

    `names` replaces the names of the lexicon (a user's own among them), `models` the committed weights.
    """
    if not figures:
        return ()
    named = mentions(document.text, segments, names)
    claims: list[Claim] = []
    for scope in scopes(segments):
        inside = _within(scope, figures)
        if inside:
            claims += _of_scope(document, scope, inside, _within(scope, named), models)
    return tuple(sorted(claims, key=lambda claim: claim.start))


def scopes(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """The parts of a document that are worlds of their own: the article, and each line of a list of other articles' headlines."""
    article = tuple(segment for segment in segments if segment.section is not Section.HEADLINE_LIST)
    return [article, *((segment,) for segment in segments if segment.section is Section.HEADLINE_LIST)]


def _within(scope: Sequence[Segment], items: Sequence[Placed]) -> list[Placed]:
    """The figures or mentions that stand in one of the segments; all are in the order of the text."""
    starts = [segment.start for segment in scope]
    found = []
    for item in items:
        at = bisect_right(starts, item.start) - 1
        if at >= 0 and item.start < scope[at].end:
            found.append(item)
    return found


def _of_scope(
    document: Document, scope: Sequence[Segment], figures: Sequence[Figure], named: Sequence[Mention], models: Mapping[str, Model] | None
) -> list[Claim]:
    laid = scene(document.text, scope, figures, document.published)
    labels = all_labels(laid, models)
    roles = all_roles(laid, named, [label.measure for label in labels], models)
    answers = zip(labels, roles, all_fields(laid, models), strict=True)
    return [_claim(document, laid, index, answer, role, tags) for index, (answer, role, tags) in enumerate(answers)]


def claim_id(document: Document, start: int, end: int) -> str:
    """The id of the claim that stands at these offsets."""
    return stable_id(document.document_id, start, end)


def _claim(document: Document, laid: Scene, index: int, labels: Labels, roles: Roles, tags: tuple[FieldTag, ...]) -> Claim:
    figure = laid.figures[index]
    text = document.text
    said: list[Evidence | Name | FieldTag | None] = [labels.measure_evidence, labels.stage_evidence, *roles.actor, *roles.recipient, *tags]
    confidence = min([item.confidence for item in said if item is not None])
    return Claim.trusted(
        claim_id=claim_id(document, figure.start, figure.end),
        document_id=document.document_id,
        run_id=None,
        start=figure.start,
        end=figure.end,
        exact=text[figure.start : figure.end],
        prefix=text[max(0, figure.start - CONTEXT) : figure.start],
        suffix=text[figure.end : figure.end + CONTEXT],
        sentence_start=figure.sentence_start,
        sentence_end=figure.sentence_end,
        section=figure.section,
        kind=figure.kind,
        unit=figure.unit,
        value=figure.value,
        lower=figure.lower,
        upper=figure.upper,
        bound=figure.bound,
        currency_basis=figure.currency_basis,
        measure=labels.measure,
        measure_evidence=labels.measure_evidence,
        time_basis=labels.time_basis,
        time_basis_evidence=labels.time_basis_evidence,
        stage=labels.stage,
        stage_evidence=labels.stage_evidence,
        modality=labels.modality,
        actor=roles.actor,
        recipient=roles.recipient,
        fields=tags,
        period=figure.period,
        period_evidence=_period_evidence(text, figure),
        per=figure.per,
        speaker=roles.speaker,
        relations=_relations(document, laid, figure),
        confidence=confidence,
        review=tuple(dict.fromkeys((*roles.review, *(("low_confidence",) if confidence < UNSURE else ())))),
        rules=tuple(dict.fromkeys([*figure.rules, *[item.rule for item in said if item is not None]])),
        attributor=FAST,
        extractor_version=VERSION,
    )


def _period_evidence(text: str, figure: Figure) -> Evidence | None:
    if figure.period is None or figure.period_start is None or figure.period_end is None:
        return None
    start, end = figure.period_start, figure.period_end
    return Evidence.trusted(start=start, end=end, exact=text[start:end], rule=PERIOD_RULE, confidence=1.0)


def _relations(document: Document, laid: Scene, figure: Figure) -> tuple[Relation, ...]:
    return tuple(_related(document, laid.figures, figure))


def _related(document: Document, figures: Sequence[Figure], figure: Figure) -> Iterable[Relation]:
    for link in figure.links:
        other = next((one for one in figures if one.start == link.start), None)
        if other is not None:
            yield Relation.trusted(kind=link.kind, claim_id=claim_id(document, other.start, other.end), rule=link.rule)
