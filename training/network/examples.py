"""Labelled articles as the network takes them, with what the named features predict without having seen them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tokenizers import Tokenizer

from ledger.attribute.labels.classify import COMMITMENTS, label_probabilities
from ledger.attribute.labels.document import lay_out_document
from ledger.attribute.network.encoding import EncodedDocument, encode_document
from ledger.attribute.network.inputs import FeaturePrediction, may_commit
from ledger.attribute.network.predictions import feature_predictions
from ledger.attribute.roles.score import chosen_positions, score_roles
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.linear import Model
from schemas import Kind, Measure, Stage
from training.corpus.agreement import matching_positions
from training.corpus.annotated import Article
from training.linear.role_cases import role_layout
from training.relations.choices import Pledge, pledge_of, wholes_above

NOT_IN_TEXT = -1
"""The number of an annotated name that no mention stands for."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is right for a figure; names are numbers of candidates, or `NOT_IN_TEXT`."""

    measure: Measure
    stage: Stage | None
    fields: frozenset[str]
    names: Mapping[Role, frozenset[int]]
    pledge: Pledge | None
    """The pledge that the figure tells and the whole it lies in, or null."""


@dataclass(frozen=True)
class TrainingDocument:
    """An article as the network takes it: token ids, what is predicted of each figure before, and what is right."""

    article: str
    encoded: EncodedDocument
    predictions: tuple[FeaturePrediction, ...]
    labels: tuple[dict[str, Any], ...]
    feature_names: tuple[Mapping[Role, tuple[str, ...]], ...]
    """The names that the named features choose for each figure."""
    related: bool
    """Whether the labels tell the relations of the sums."""

    @cached_property
    def targets(self) -> tuple[Target | None, ...]:
        """What is right for each figure; null where two readers may differ."""
        return tuple(None if label["optional"] else self._target(label) for label in self.labels)

    def _target(self, label: Mapping[str, Any]) -> Target:
        stage = None if label["stage"] is None else Stage(label["stage"])
        names = {role: _right_candidates(label[role], self.encoded.candidates) for role in ROLES}
        return Target(Measure(label["measure"]), stage, frozenset(label["fields"]), names, pledge_of(label))

    @cached_property
    def wholes(self) -> Mapping[str, frozenset[str]]:
        """Pledge → all the wholes that it lies in."""
        return wholes_above([target.pledge for target in self.targets if target is not None and target.pledge])

    def asked(self, *, learning: bool) -> frozenset[int]:
        """The sums whose names and relations the network is asked for; while it learns, all commitments too."""
        return frozenset(
            index
            for index, label in enumerate(self.labels)
            if self.encoded.figures[index].kind is Kind.MONEY
            and (may_commit(Kind.MONEY, self.predictions[index]) or (learning and label["measure"] in COMMITMENTS))
        )


def training_document(article: Article, models: Mapping[str, Model], tokenizer: Tokenizer) -> TrainingDocument:
    """Encode an article, with the predictions of `models`, which have not seen it."""
    layout = role_layout(article)
    document = lay_out_document(layout.tokens)
    labelled = label_probabilities(document, models)
    scored = score_roles(layout, [Measure(row.measure) for row in labelled], models)
    names = tuple(
        {
            role: tuple(layout.candidates[row.candidates[c]].name for c in chosen_positions(layout, row, role))
            for role in ROLES
        }
        for row in scored
    )
    encoded = encode_document(layout, document.overheads, tokenizer)
    predictions = tuple(feature_predictions(document, labelled, scored, models))
    related = article.has_relations or any(label.get("commitment") for label in article.labels)
    return TrainingDocument(article.id, encoded, predictions, article.labels, names, related)


def _right_candidates(annotated: Sequence[str], candidates: tuple[str, ...]) -> frozenset[int]:
    if not annotated:
        return frozenset()
    return matching_positions(list(annotated), candidates) or frozenset({NOT_IN_TEXT})
