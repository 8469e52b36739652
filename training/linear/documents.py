"""Labelled articles laid out for the models of measure, stage and fields, each with the features of its figures."""

from dataclasses import dataclass

from ledger.attribute.labels.document import DocumentLayout, lay_out_document
from ledger.attribute.labels.features import FigureFeatures, figure_features
from ledger.attribute.tokens import tokenize_document
from training.corpus.annotated import Article

OPTIONAL_WEIGHT = 0.5
"""How much the label of an optional figure counts."""


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """An article with its layout and the features of each figure."""

    article: Article
    layout: DocumentLayout
    features: tuple[FigureFeatures, ...]
    share: float = 1.0
    """How much the article counts beside others."""

    def weight(self, index: int) -> float:
        """How much the label of a figure counts."""
        return self.share * (OPTIONAL_WEIGHT if self.article.labels[index]["optional"] else 1.0)


def labelled_document(article: Article, share: float = 1.0) -> LabelledDocument:
    """Lay out an article that counts `share` times."""
    layout = lay_out_document(tokenize_document(article.text, article.segments, article.figures, article.published))
    rows = tuple(figure_features(layout, index) for index in range(len(article.figures)))
    return LabelledDocument(article, layout, rows, share)
