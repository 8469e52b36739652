"""Put the answers of names, roles, labels and fields together: figure → claim."""

import gc
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ledger.lexicons.load import toml
from ledger.attribute.attributors import OpinionOf, opinion_by
from ledger.attribute.fields.score import all_fields, fielded, tagged
from ledger.attribute.labels.classify import Labels, labels_of, weighed
from ledger.attribute.labels.classify import Weighed as Labelled
from ledger.attribute.labels.classify import committed_models as labels_models
from ledger.attribute.names.mentions import Mention, mentions
from ledger.attribute.roles.layout import Layout, lay_out
from ledger.attribute.roles.score import Roles, Weighed, roles_of, weigh
from ledger.attribute.roles.score import committed_models as roles_models
from ledger.attribute.tokens import Scene, scene
from ledger.lexicons.names import Names
from ledger.models.linear import Model, model
from ledger.options import ACCURATE, FAST, Attributor
from ledger.version import VERSION
from schemas import (
    CONTEXT,
    Claim,
    Document,
    Evidence,
    FieldTag,
    Figure,
    Measure,
    Name,
    Relation,
    Section,
    Segment,
    stable_id,
)

if TYPE_CHECKING:
    from ledger.attribute.network.network import Opinion

Placed = TypeVar("Placed", Figure, Mention)

UNSURE = 0.5
"""A confidence below this asks for a person's look."""
DOUBTFUL = 0.3
"""The confidence of a claim whose number itself is in doubt."""
DOUBTFUL_RULES = frozenset(toml("numbers")["doubtful"]["rules"])
"""Rules of extraction that leave a number in doubt."""
PERIOD_RULE = "period.words"


class Considered(NamedTuple):
    """A part of a document with what the features and, where it was asked, the network made of its figures, and the answers."""

    scene: Scene
    layout: Layout
    labelled: Sequence[Labelled]
    """Measure and stage of each figure by the features."""
    names: Sequence[Weighed]
    """Actor and recipient of each figure by the features."""
    said: "Opinion | None"
    """What the network says."""
    labels: tuple[Labels, ...]
    roles: tuple[Roles, ...]
    fields: tuple[tuple[FieldTag, ...], ...]

    def by(self, index: int) -> str:
        """Which attributor decided a figure."""
        return ACCURATE if self.said is not None and index in self.said.fields else FAST


def attribute(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    *,
    names: Names | None = None,
    models: Mapping[str, Model] | None = None,
    attributor: Attributor = Attributor.FAST,
) -> tuple[Claim, ...]:
    """The claims of a document, one for each figure, in the order of the text.

    `names` replaces the names of the lexicon (a user's own among them), `models` the committed weights. Raises InputError
    where the `attributor` needs what is not installed.
    """
    if not figures:
        return ()
    claims: list[Claim] = []
    with _uncollected():
        for view in considered(document, segments, figures, names=names, models=models, attributor=attributor):
            answers = zip(view.labels, view.roles, view.fields, strict=True)
            claims += [
                _claim(document, view.scene, index, answer, view.by(index)) for index, answer in enumerate(answers)
            ]
    return tuple(sorted(claims, key=lambda claim: claim.start))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Attribute without looking for cycles: a document makes many small objects and no cycles, and looking takes a tenth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def considered(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    *,
    names: Names | None = None,
    models: Mapping[str, Model] | None = None,
    attributor: Attributor = Attributor.FAST,
) -> Iterator[Considered]:
    """Each part of a document that has figures, with what was made of them; the arguments are those of `attribute`."""
    named = mentions(document.text, segments, names)
    weights = {**labels_models(), **roles_models(), "fields": model("fields")} if models is None else models
    opinion = opinion_by(attributor)
    for scope in scopes(segments):
        inside = _within(scope, figures)
        if inside:
            yield _consider(
                scene(document.text, scope, inside, document.published), _within(scope, named), weights, opinion
            )


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


def _consider(
    laid: Scene, named: Sequence[Mention], weights: Mapping[str, Model], opinion: OpinionOf | None
) -> Considered:
    page, labelled = weighed(laid, weights)
    layout = lay_out(laid, named)
    names = weigh(layout, [Measure(row.measure) for row in labelled], weights)
    tags = all_fields(laid, weights)
    if opinion is None:
        return Considered(
            laid, layout, labelled, names, None, labels_of(page, labelled, weights), roles_of(layout, names), tags
        )
    said = opinion(page, labelled, layout, names, weights)
    words = fielded(page)
    chosen = tuple(tagged(words, i, said.fields[i]) if i in said.fields else own for i, own in enumerate(tags))
    return Considered(
        laid,
        layout,
        labelled,
        names,
        said,
        labels_of(page, said.labelled, weights),
        roles_of(layout, said.names),
        chosen,
    )


def claim_id(document: Document, start: int, end: int) -> str:
    """The id of the claim that stands at these offsets."""
    return stable_id(document.document_id, start, end)


def _claim(
    document: Document, laid: Scene, index: int, answer: tuple[Labels, Roles, tuple[FieldTag, ...]], attributor: str
) -> Claim:
    labels, roles, tags = answer
    figure = laid.figures[index]
    text = document.text
    said: list[Evidence | Name | FieldTag | None] = [
        labels.measure_evidence,
        labels.stage_evidence,
        *roles.actor,
        *roles.recipient,
        *tags,
    ]
    confidence = min([item.confidence for item in said if item is not None])
    doubts = tuple(rule for rule in figure.rules if rule in DOUBTFUL_RULES)
    if doubts:
        confidence = min(confidence, DOUBTFUL)
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
        review=tuple(dict.fromkeys((*roles.review, *doubts, *(("low_confidence",) if confidence < UNSURE else ())))),
        rules=tuple(dict.fromkeys([*figure.rules, *[item.rule for item in said if item is not None]])),
        attributor=attributor,
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
