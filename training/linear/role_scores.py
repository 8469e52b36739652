"""How often actor and recipient are right, and how reliable their confidences are."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.roles.score import chosen_positions, roles_of, score_roles
from ledger.attribute.roles.view import ROLES
from ledger.models.linear import Model
from schemas import Measure
from training.corpus.agreement import count_agreeing, matching_positions
from training.corpus.annotated import Article
from training.linear.reliability import Answer
from training.linear.role_cases import role_layout

RoleModels = Mapping[str, Model]
ModelsOf = Callable[[str], RoleModels]
"""The models for an article, by its name."""
MeasuresOf = Mapping[str, Sequence[Measure]]
"""The measures of the figures of an article, by its name."""


def role_scores(articles: Sequence[Article], models_of: ModelsOf, measures_of: MeasuresOf) -> Mapping[str, float]:
    """For each role precision, recall and F1 of the names of commitments, and the share with all names right."""
    n: Counter[str] = Counter()
    for article in articles:
        layout = role_layout(article)
        answers = roles_of(layout, score_roles(layout, measures_of[article.id], models_of(article.id)))
        for label, answer in zip(article.labels, answers, strict=True):
            if label["optional"] or label["measure"] not in COMMITMENTS:
                continue
            n["figures"] += 1
            for role, names in (("actor", answer.actor), ("recipient", answer.recipient)):
                agreeing, wanted, said = count_agreeing(label[role], [name.name for name in names])
                n.update({f"{role} agreeing": agreeing, f"{role} wanted": wanted, f"{role} said": said})
                n[f"{role} exact"] += agreeing == wanted == said
    return {f"{role} {what}": round(100 * value, 1) for role in ROLES for what, value in _shares(n, role)}


def _shares(n: Mapping[str, int], role: str) -> Iterator[tuple[str, float]]:
    agreeing, wanted, said = (n[f"{role} {what}"] for what in ("agreeing", "wanted", "said"))
    yield "precision", agreeing / max(1, said)
    yield "recall", agreeing / max(1, wanted)
    yield "F1", 2 * agreeing / max(1, said + wanted)
    yield "exact", n[f"{role} exact"] / max(1, n["figures"])


def role_answers(articles: Sequence[Article], models_of: ModelsOf, measures_of: MeasuresOf) -> Iterator[Answer]:
    """The confidence of each name given to a commitment, and whether the name is right."""
    for article in articles:
        layout = role_layout(article)
        rows = score_roles(layout, measures_of[article.id], models_of(article.id))
        for label, row in zip(article.labels, rows, strict=True):
            if label["optional"] or label["measure"] not in COMMITMENTS:
                continue
            for role in ROLES:
                chosen = chosen_positions(layout, row, role)
                names = [layout.candidates[row.candidates[c]].name for c in chosen]
                confidence = sum(row.probabilities[role][c] for c in chosen)
                right = matching_positions(label[role], names) if label[role] else frozenset()
                yield from ((confidence, position in right) for position in range(len(names)))
