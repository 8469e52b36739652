"""Labelled articles as the network takes them, with what the named features predict without having seen them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from ledger.attribute.labels.classify import label_probabilities
from ledger.attribute.labels.document import lay_out_document
from ledger.attribute.network.encoding import EncodedDocument, encode_document
from ledger.attribute.network.inputs import ContextWindow, FeaturePrediction, context_window
from ledger.attribute.network.predictions import feature_predictions
from ledger.attribute.roles.score import chosen_positions, score_roles
from ledger.attribute.roles.view import ROLES, Role
from ledger.models.linear import Model
from schemas import Measure, Stage
from training.corpus.agreement import matching_positions
from training.corpus.annotated import Article
from training.linear.role_cases import role_layout

NOT_IN_TEXT = -1
"""The number of an annotated name that no mention stands for."""


@dataclass(frozen=True, slots=True)
class TrainingDocument:
    """An article as the network takes it: token ids, what is predicted of each figure before, and what is right."""

    article: str
    encoded: EncodedDocument
    predictions: tuple[FeaturePrediction, ...]
    labels: tuple[dict[str, Any], ...]
    feature_names: tuple[Mapping[Role, tuple[str, ...]], ...]
    """The names that the named features choose for each figure."""


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
    return TrainingDocument(article.id, encoded, predictions, article.labels, names)


@dataclass(frozen=True, slots=True)
class Target:
    """What is right for a figure; names are numbers of candidates, or `NOT_IN_TEXT`."""

    measure: Measure
    stage: Stage | None
    fields: frozenset[str]
    names: Mapping[Role, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Item:
    """A figure to learn from: its document, its index, and what is right."""

    document: TrainingDocument
    index: int
    target: Target

    def window(self) -> ContextWindow:
        """The figure's window, with the predictions of the features."""
        return context_window(self.document.encoded, self.index, self.document.predictions[self.index])


def target_of(document: TrainingDocument, index: int) -> Target:
    """What is right for a figure of a document."""
    label = document.labels[index]
    stage = None if label["stage"] is None else Stage(label["stage"])
    names = {role: _right_candidates(label[role], document.encoded.candidates) for role in ROLES}
    return Target(Measure(label["measure"]), stage, frozenset(label["fields"]), names)


def _right_candidates(annotated: list[str], candidates: tuple[str, ...]) -> frozenset[int]:
    if not annotated:
        return frozenset()
    return matching_positions(annotated, candidates) or frozenset({NOT_IN_TEXT})
