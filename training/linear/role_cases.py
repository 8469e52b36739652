"""What the models of actor and recipient choose from: for each figure the features of its candidate names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.names.mentions import mentions
from ledger.attribute.roles.features import name_profiles, null_features, role_features
from ledger.attribute.roles.layout import RoleLayout, lay_out_roles
from ledger.attribute.roles.view import ROLES, Role, figure_views
from ledger.attribute.tokens import tokenize_document
from schemas import Measure
from training.corpus.agreement import matching_positions
from training.corpus.annotated import Article

STATISTIC_WEIGHT = 0.3
"""How much the names of a statistic count beside those of a commitment."""
TEMPLATE_WEIGHT = 0.4
"""How much a sentence made from a template counts beside one of an article."""


@dataclass(frozen=True, slots=True)
class Case:
    """One figure: the features of its candidates and, last, of the null candidate, and which of them are right."""

    article: str
    rows: Sequence[Sequence[str]]
    right: Mapping[Role, frozenset[int]]
    """Positions in `rows`; the last one where no name is annotated, none where no candidate matches."""
    weight: float


def role_layout(article: Article) -> RoleLayout:
    """An article laid out with its names."""
    tokens = tokenize_document(article.text, article.segments, article.figures, article.published)
    return lay_out_roles(tokens, mentions(article.text, article.segments))


def cases_of(article: Article, predicted: Sequence[Measure], weight: float = 1.0) -> list[Case]:
    """The cases of an article: each figure with its annotated and with its predicted measure.

    At run time measures are right or wrong, so the weights learn from both.
    """
    found = [*_cases(article, _annotated(article)), *_cases(article, predicted)]
    return [replace(case, weight=weight * case.weight / 2) for case in found]


def template_cases(article: Article) -> list[Case]:
    """The cases of a sentence made from a template, which count less."""
    return [replace(case, weight=TEMPLATE_WEIGHT * case.weight / 2) for case in _cases(article, _annotated(article))]


def _annotated(article: Article) -> list[Measure]:
    return [Measure(label["measure"]) for label in article.labels]


def _cases(article: Article, measures: Sequence[Measure]) -> Iterator[Case]:
    layout = role_layout(article)
    profiles = name_profiles(layout)
    for view, label in zip(figure_views(layout, measures), article.labels, strict=True):
        candidates = view.candidates
        names = [layout.candidates[c].name for c in candidates]
        rows = [*(role_features(layout, view, c, profiles[c]) for c in candidates), null_features(layout, view)]
        weight = 0.0 if label["optional"] else 1.0 if label["measure"] in COMMITMENTS else STATISTIC_WEIGHT
        yield Case(article.id, rows, {role: matching_positions(label[role], names) for role in ROLES}, weight)
