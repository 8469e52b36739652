"""Lay out annotated and written articles for the learned attributor, each with what named features that have not seen it think of its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from ledger.attribute.labels.classify import weigh as weigh_labels
from ledger.attribute.labels.features import page
from ledger.attribute.names.mentions import mentions
from ledger.attribute.network.encoding import EncodedDocument, encode_document
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.network.predictions import feature_predictions
from ledger.attribute.roles.layout import lay_out_roles
from ledger.attribute.roles.score import ROLES, Role, chosen_positions
from ledger.attribute.roles.score import score_roles as weigh_roles
from ledger.attribute.tokens import scene
from ledger.models.linear import Model
from schemas import Measure, Stage
from training.gold import Article
from training.train_roles import right_ones


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article as the network takes it: its sheet, what is known of each figure before, and what is right."""

    article: str
    sheet: EncodedDocument
    priors: tuple[FeaturePrediction, ...]
    labels: tuple[dict[str, Any], ...]
    fast: tuple[Mapping[Role, tuple[str, ...]], ...]
    """The names that the features choose for each figure."""


def lesson(article: Article, models: Mapping[str, Model], tokenizer: Tokenizer) -> Lesson:
    """The lesson of an article that the weights of `models` have not seen."""
    laid = scene(article.text, article.segments, article.figures, article.published)
    document = page(laid)
    labelled = weigh_labels(document, models)
    layout = lay_out_roles(laid, mentions(article.text, article.segments))
    weighed = weigh_roles(layout, [Measure(row.measure) for row in labelled], models)
    told = tuple(feature_predictions(document, labelled, weighed, models))
    fast = tuple(
        {
            role: tuple(layout.candidates[row.candidates[c]].name for c in chosen_positions(layout, row, role))
            for role in ROLES
        }
        for row in weighed
    )
    return Lesson(article.id, encode_document(layout, document.overheads, tokenizer), told, article.labels, fast)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is right for a figure; names are candidates' numbers, -1 for one that no mention stands for."""

    measure: Measure
    stage: Stage | None
    fields: frozenset[str]
    names: Mapping[Role, frozenset[int]]


def answer_of(lesson: Lesson, index: int) -> Answer:
    """The right answers for a figure of a lesson."""
    label = lesson.labels[index]
    stage = None if label["stage"] is None else Stage(label["stage"])
    names = {
        role: (right_ones(label[role], lesson.sheet.candidates) or frozenset({-1})) if label[role] else frozenset()
        for role in ROLES
    }
    return Answer(Measure(label["measure"]), stage, frozenset(label["fields"]), names)
