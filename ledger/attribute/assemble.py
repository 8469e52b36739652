"""Put the answers of names, labels, roles and fields together: figure → claim."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar, Unpack

from ledger.attribute.attributors import NetworkAttributor, network_attributor
from ledger.attribute.fields.score import all_fields, field_evidence, tags_of
from ledger.attribute.labels.classify import (
    COMMITMENTS,
    LabelProbabilities,
    Labels,
    committed_label_models,
    label_probabilities,
    labels_from,
)
from ledger.attribute.labels.document import lay_out_document
from ledger.attribute.names.mentions import Mention, mentions
from ledger.attribute.roles.layout import RoleLayout, lay_out_roles
from ledger.attribute.roles.score import Roles, RoleScores, committed_role_models, roles_of, score_roles
from ledger.attribute.tokens import DocumentTokens, tokenize_document
from ledger.lexicons.load import toml
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
    from ledger.attribute.network.network import NetworkAttribution

Models = Mapping[str, Model]
InText = TypeVar("InText", Figure, Mention)

REVIEW_BELOW = 0.5
"""A claim with less confidence than this goes to review."""
DOUBTFUL = 0.3
"""The confidence of a claim whose number itself is in doubt."""
DOUBTFUL_RULES = frozenset(toml("numbers")["doubtful"]["rules"])
"""Rules of extraction that leave a number in doubt."""
PERIOD_RULE = "period.words"
DISPUTED = {what: f"{what}_disputed" for what in ("measure", "stage", "actor", "recipient")}
"""The review code of each attribute of a pledge that features and network, each alone, read differently."""


class AttributionChoices(TypedDict, total=False):
    """The choices of `attribute_parts` as keyword arguments."""

    names: Names | None
    models: Models | None
    attributor: Attributor
    network: NetworkAttributor | None


class PartAttribution(NamedTuple):
    """A part of a document: what the features and, where asked, the network made of its figures, and the answers."""

    tokens: DocumentTokens
    layout: RoleLayout
    label_probabilities: Sequence[LabelProbabilities]
    """Measure and stage of each figure by the features."""
    role_scores: Sequence[RoleScores]
    """Actor and recipient of each figure by the features."""
    network: "NetworkAttribution | None"
    """What the network made of the part."""
    labels: tuple[Labels, ...]
    roles: tuple[Roles, ...]
    fields: tuple[tuple[FieldTag, ...], ...]

    def class_confidence(self, index: int) -> float:
        """The probability that figure `index` is what its measure makes it: a commitment or a statistic."""
        row = (self.label_probabilities if self.network is None else self.network.labelled)[index]
        committing = sum([share for measure, share in row.measures.items() if measure in COMMITMENTS])
        share = committing if row.measure in COMMITMENTS else 1.0 - committing
        return round(min(1.0, max(0.0, share)), 4)

    def disputes(self, index: int) -> tuple[str, ...]:
        """The review codes of what features and network read differently of figure `index`, where it is a pledge."""
        if self.network is None or self.labels[index].stage is None:
            return ()
        return tuple([DISPUTED[what] for what in self.network.disputed.get(index, ())])

    def attributor_of(self, index: int) -> str:
        """Which attributor decided figure `index`."""
        return ACCURATE if self.network is not None and index in self.network.fields else FAST


def attribute(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    **choices: Unpack[AttributionChoices],
) -> tuple[Claim, ...]:
    """The claims of a document, one for each figure, in the order of the text.

    The choices are those of `attribute_parts`. Raises InputError where the attributor needs a package that is not
    installed.
    """
    return claims_from(document, attribute_parts(document, segments, figures, **choices))


def claims_from(document: Document, parts: Iterable[PartAttribution]) -> tuple[Claim, ...]:
    """The claims of a document whose parts are attributed, in the order of the text."""
    claims = [_claim(document, part, index) for part in parts for index in range(len(part.labels))]
    return tuple(sorted(claims, key=attrgetter("start")))


def sums_read(document: Document, parts: Iterable[PartAttribution]) -> dict[str, dict[str, tuple[float, float]]]:
    """What the network made of the sums of a document: for `ledger.relate`, by the ids of their claims.

    For each sum and each other one the probabilities that the first lies inside the other, and that it tells the same.
    """
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for part in parts:
        if part.network is not None:
            ids = [claim_id(document, figure.start, figure.end) for figure in part.tokens.figures]
            for index, others in part.network.sums.items():
                found[ids[index]] = {ids[other]: said for other, said in others.items()}
    return found


def attribute_parts(
    document: Document,
    segments: Sequence[Segment],
    figures: Sequence[Figure],
    *,
    names: Names | None = None,
    models: Models | None = None,
    attributor: Attributor = Attributor.FAST,
    network: NetworkAttributor | None = None,
) -> Iterator[PartAttribution]:
    """Each part of a document that has figures, with what was made of them.

    `names` replaces the names of the lexicon, `models` the committed weights, `network` the network of `attributor`.
    """
    if not figures:
        return
    found = mentions(document.text, segments, names)
    weights = committed_models() if models is None else models
    network = network or network_attributor(attributor)
    parts = independent_parts(segments)
    for part, inside, names_inside in zip(parts, _parted(parts, figures), _parted(parts, found), strict=True):
        if inside:
            tokens = tokenize_document(document.text, part, inside, document.published)
            yield _attribute_part(tokens, names_inside, weights, network)


def committed_models() -> Models:
    """The models of labels, roles and fields whose weights are in the package."""
    return {**committed_label_models(), **committed_role_models(), "fields": model("fields")}


def independent_parts(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """The parts of a document that share no names: the article, and each line of a list of other headlines."""
    article = tuple(segment for segment in segments if segment.section is not Section.HEADLINE_LIST)
    return [article, *((segment,) for segment in segments if segment.section is Section.HEADLINE_LIST)]


def _parted(parts: Sequence[Sequence[Segment]], items: Sequence[InText]) -> list[list[InText]]:
    """The figures or mentions of each part, by the segment that they stand in; all are in the order of the text."""
    segments = sorted((segment.start, segment.end, number) for number, part in enumerate(parts) for segment in part)
    starts = [start for start, _, _ in segments]
    found: list[list[InText]] = [[] for _ in parts]
    for item in items:
        at = bisect_right(starts, item.start) - 1
        if at >= 0 and item.start < segments[at][1]:
            found[segments[at][2]].append(item)
    return found


def _attribute_part(
    tokens: DocumentTokens, names: Sequence[Mention], weights: Models, network: NetworkAttributor | None
) -> PartAttribution:
    document, layout = lay_out_document(tokens), lay_out_roles(tokens, names)
    labelled = label_probabilities(document, weights)
    scores = score_roles(layout, [Measure(row.measure) for row in labelled], weights)
    evidence = field_evidence(document)
    fields = all_fields(evidence, [row.measure for row in labelled], weights["fields"])
    said = None if network is None else network(document, labelled, layout, scores, weights)
    if said is not None:
        fields = tuple(
            [tags_of(evidence, i, said.fields[i]) if i in said.fields else tags for i, tags in enumerate(fields)]
        )
    labels = labels_from(document, labelled if said is None else said.labelled, weights)
    roles = roles_of(layout, scores if said is None else said.names)
    return PartAttribution(tokens, layout, labelled, scores, said, labels, roles, fields)


def claim_id(document: Document, start: int, end: int) -> str:
    """The id of the claim that stands at these offsets."""
    return stable_id(document.document_id, start, end)


def _claim(document: Document, part: PartAttribution, index: int) -> Claim:
    figure, labels, roles, fields = (
        part.tokens.figures[index],
        part.labels[index],
        part.roles[index],
        part.fields[index],
    )
    said: list[Evidence | Name | FieldTag | None] = [
        labels.measure_evidence,
        labels.stage_evidence,
        *roles.actor,
        *roles.recipient,
        *fields,
    ]
    evidence = [item for item in said if item is not None]
    doubts = tuple(rule for rule in figure.rules if rule in DOUBTFUL_RULES)
    confidence = min([item.confidence for item in evidence])
    if doubts:
        confidence = min(confidence, DOUBTFUL)
    if confidence < REVIEW_BELOW:
        doubts = (*doubts, "low_confidence")
    return Claim.trusted(
        **_quotation(document, figure),
        **_amount(figure),
        **labels._asdict(),
        actor=roles.actor,
        recipient=roles.recipient,
        fields=fields,
        period=figure.period,
        period_evidence=_period_evidence(document.text, figure),
        per=figure.per,
        speaker=roles.speaker,
        relations=tuple(_relations(document, part.tokens.figures, figure)),
        confidence=confidence,
        class_confidence=part.class_confidence(index),
        review=tuple(dict.fromkeys((*roles.review, *part.disputes(index), *doubts))),
        rules=tuple(dict.fromkeys([*figure.rules, *[item.rule for item in evidence]])),
        attributor=part.attributor_of(index),
        extractor_version=VERSION,
    )


def _quotation(document: Document, figure: Figure) -> dict[str, Any]:
    """Where a claim stands and in which words."""
    text, start, end = document.text, figure.start, figure.end
    return {
        "claim_id": claim_id(document, start, end),
        "document_id": document.document_id,
        "run_id": None,
        "start": start,
        "end": end,
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
        "sentence_start": figure.sentence_start,
        "sentence_end": figure.sentence_end,
        "section": figure.section,
    }


def _amount(figure: Figure) -> dict[str, Any]:
    """How much a claim says, and in what unit."""
    return {
        "kind": figure.kind,
        "unit": figure.unit,
        "value": figure.value,
        "lower": figure.lower,
        "upper": figure.upper,
        "bound": figure.bound,
        "currency_basis": figure.currency_basis,
    }


def _period_evidence(text: str, figure: Figure) -> Evidence | None:
    if figure.period is None or figure.period_start is None or figure.period_end is None:
        return None
    start, end = figure.period_start, figure.period_end
    return Evidence.trusted(start=start, end=end, exact=text[start:end], rule=PERIOD_RULE, confidence=1.0)


def _relations(document: Document, figures: Sequence[Figure], figure: Figure) -> Iterator[Relation]:
    for link in figure.links:
        other = next((one for one in figures if one.start == link.start), None)
        if other is not None:
            yield Relation(kind=link.kind, claim_id=claim_id(document, other.start, other.end), rule=link.rule)


__all__ = ["DISPUTED", "PartAttribution", "attribute", "attribute_parts", "claim_id", "claims_from", "sums_read"]
