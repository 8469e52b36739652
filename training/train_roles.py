"""Train the weights of actor and recipient from annotated articles, and tell how they do on articles they have not seen.

    python -m training.train_roles [--write]

A conditional logit: each figure chooses among the names it looks at and nobody. Each fold's choices are made by weights trained on the other folds
alone, with the measures that weights which have not seen the article give.
"""

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, diags

from ledger.attribute.labels.classify import COMMITMENTS, best_measure
from ledger.attribute.labels.classify import weigh as weigh_labels
from ledger.attribute.labels.features import page
from ledger.attribute.names.mentions import mentions
from ledger.attribute.roles.features import name_profiles, null_features, role_features
from ledger.attribute.roles.layout import RoleLayout, lay_out_roles
from ledger.attribute.roles.score import ROLES, Role, all_roles, chosen_positions, score_roles
from ledger.attribute.roles.view import figure_views
from ledger.attribute.tokens import scene
from ledger.models.linear import Model
from schemas import Measure
from training.crossfold import FOLDS, fold_of, write
from training.gold import GOLD, Article, articles
from training.role_templates import template_articles
from training.train_labels import read
from training.train_labels import train as train_labels
from training.written import written_articles

Array = NDArray[np.float64]
STATISTIC_WEIGHT = 0.3
"""How much the names of a statistic count beside those of a commitment."""
SEED_WEIGHT = 8.0
"""How much a sum of a seed article counts: they are the real pages."""
TEMPLATE_WEIGHT = 0.4
"""How much a sentence made from a template counts beside one of an article."""
PENALTY: Mapping[Role, float] = {"actor": 50.0, "recipient": 50.0}
SCALES: Mapping[Role, Mapping[str, float]] = {
    "actor": {
        "D": 0.5,
        "measure": 2,
        "group": 0.5,
        "opener": 0.4,
        "heading": 2,
        "inside": 2,
        "L ": 1.4,
        "recent": 0.4,
        "nobody": 0.4,
    },
    "recipient": {"measure": 2, "opener": 0.4, "heading": 2, "inside": 2, "L ": 1.4, "recent": 0.4},
}
"""How freely the weights of a family of features may grow, by the start of their names; found by the likelihood of held-out articles."""
LEAST = 8
"""Features of fewer articles are left out."""


def _scorer() -> ModuleType:
    """The scorer that lies with the annotated articles; it knows when two names agree."""
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


SCORER = _scorer()


@dataclass(frozen=True, slots=True)
class Case:
    """One figure: the features of its candidates and, last, of nobody, and for each role which of them are right."""

    article: str
    rows: Sequence[Sequence[str]]
    right: Mapping[Role, frozenset[int]]
    weight: float


def right_ones(gold: Sequence[str], names: Sequence[str]) -> frozenset[int]:
    """Positions in `names` that agree with annotated names, each with one; nobody (the last position + 1) where none is annotated."""
    if not gold:
        return frozenset({len(names)})
    taken: set[int] = set()
    words = [SCORER.tokens(name) for name in names]
    for name in map(SCORER.tokens, gold):
        fits = [k for k, w in enumerate(words) if k not in taken and w and (name <= w or w <= name)]
        if fits:
            taken.add(min(fits, key=lambda k: (words[k] != name, k)))
    return frozenset(taken)


def cases_of(article: Article, guessed: Sequence[Measure]) -> list[Case]:
    """The cases of an article, each figure once with its annotated and once with its guessed measure: at run time both right and wrong ones come."""
    annotated = [Measure(label["measure"]) for label in article.labels]
    return [case for measures in (annotated, guessed) for case in _cases(article, measures)]


def plain_cases(article: Article) -> list[Case]:
    """The cases of a template: its figures have the measure that it tells, and count little."""
    cases = _cases(article, [Measure(label["measure"]) for label in article.labels])
    return [replace(case, weight=TEMPLATE_WEIGHT * case.weight) for case in cases]


def _cases(article: Article, measures: Sequence[Measure]) -> list[Case]:
    layout = laid(article)
    places = name_profiles(layout)
    made = []
    for view, label in zip(figure_views(layout, measures), article.labels, strict=True):
        candidates = view.candidates()
        names = [layout.candidates[c].name for c in candidates]
        rows = [*(role_features(layout, view, c, places[c]) for c in candidates), null_features(layout, view)]
        weight = 0.0 if label["optional"] else 0.5 if label["measure"] in COMMITMENTS else STATISTIC_WEIGHT / 2
        made.append(Case(article.id, rows, {role: right_ones(label[role], names) for role in ROLES}, weight))
    return made


def laid(article: Article) -> RoleLayout:
    """An article laid out with its names."""
    return lay_out_roles(
        scene(article.text, article.segments, article.figures, article.published),
        mentions(article.text, article.segments),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """Candidates as rows: features, share of being right, weight, and where each figure's rows start."""

    x: csr_matrix
    names: Sequence[str]
    y: Array
    weights: Array
    starts: NDArray[np.int64]


def table_of(cases: Sequence[Case], role: Role, names: Sequence[str]) -> Table:
    """The table of the cases that have a right answer among their candidates."""
    columns = {name: number for number, name in enumerate(names)}
    indices: list[int] = []
    ends: list[int] = [0]
    y: list[float] = []
    weights: list[float] = []
    starts: list[int] = []
    for case in cases:
        right = case.right[role]
        if not right or not case.weight:
            continue
        starts.append(len(y))
        for number, row in enumerate(case.rows):
            indices += sorted({columns[feature] for feature in row if feature in columns})
            ends.append(len(indices))
            y.append(1 / len(right) if number in right else 0.0)
            weights.append(case.weight)
    x = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(y), len(columns)))
    return Table(x, names, np.array(y), np.array(weights), np.array(starts))


def often(cases: Sequence[Case]) -> list[str]:
    """The features of at least `LEAST` articles, sorted."""
    seen: dict[str, set[str]] = {}
    for case in cases:
        for row in case.rows:
            for feature in row:
                seen.setdefault(feature, set()).add(case.article)
    return sorted(feature for feature, where in seen.items() if len(where) >= LEAST)


def shares(scores: Array, starts: NDArray[np.int64]) -> Array:
    """Softmax within each figure's rows."""
    sizes = np.diff([*starts, len(scores)])
    powers: Array = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    totals: Array = np.repeat(np.add.reduceat(powers, starts), sizes)
    return powers / totals


def fit(name: Role, cases: Sequence[Case]) -> Model:
    """The model of a role, its temperature one."""
    table = table_of(cases, name, often(cases))
    scales = np.array(
        [next((scale for start, scale in SCALES[name].items() if f.startswith(start)), 1.0) for f in table.names]
    )
    x = (table.x @ diags(scales)).tocsr()
    turned = x.T.tocsr()
    penalty = PENALTY[name]

    def loss(weights: Array) -> tuple[float, Array]:
        p = shares(x @ weights, table.starts)
        value = -float((table.weights * table.y * np.log(p + 1e-12)).sum()) + penalty / 2 * float(weights @ weights)
        return value, turned @ (table.weights * (p - table.y)) + penalty * weights

    found = minimize(loss, np.zeros(len(table.names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x * scales
    kept = {feature: (round(float(w), 4),) for feature, w in zip(table.names, found, strict=True) if abs(w) >= 0.0005}
    return Model(name, (name,), (0.0,), kept, 1.0)


def scores_of(model: Model, case: Case) -> list[float]:
    """The sum of the weights of each candidate and of nobody."""
    return [sum(model.weights[feature][0] for feature in row if feature in model.weights) for row in case.rows]


def temperature(name: Role, cases: Sequence[Case], folds: Sequence[Model]) -> float:
    """The temperature that makes held-out probabilities honest."""
    judged = [case for case in cases if case.right[name] and case.weight]
    rows = [
        (np.array(scores_of(folds[fold_of(case.article)], case)), sorted(case.right[name]), case.weight)
        for case in judged
    ]

    def loss(t: float) -> float:
        return -sum(w * float(np.log(np.mean(shares(s / t, np.array([0]))[right]) + 1e-12)) for s, right, w in rows)

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)


def cross_fit(name: Role, cases: Sequence[Case]) -> tuple[Model, list[Model]]:
    """The model of all cases and one for each fold, all with the held-out temperature."""
    folds = [fit(name, [case for case in cases if fold_of(case.article) != k]) for k in range(FOLDS)]
    t = temperature(name, cases, folds)
    warm = [Model(m.name, m.labels, m.intercept, m.weights, t) for m in [fit(name, cases), *folds]]
    return warm[0], warm[1:]


Weights = Mapping[str, Model]


def judge(
    docs: Sequence[Article], models_of: Callable[[Article], Weights], measures_of: Mapping[str, Sequence[Measure]]
) -> Mapping[str, float]:
    """Precision, recall and F1 of the names of commitments, and the share of commitments whose names are all right."""
    n: Counter[str] = Counter()
    for article in docs:
        layout = scene(article.text, article.segments, article.figures, article.published)
        answers = all_roles(
            layout, mentions(article.text, article.segments), measures_of[article.id], models_of(article)
        )
        for label, answer in zip(article.labels, answers, strict=True):
            if label["optional"] or label["measure"] not in COMMITMENTS:
                continue
            n["figures"] += 1
            for role, names in (("actor", answer.actor), ("recipient", answer.recipient)):
                agreeing, want, have = SCORER.names_agree(label[role], [name.name for name in names])
                n.update(
                    {
                        f"{role} agreeing": agreeing,
                        f"{role} gold": want,
                        f"{role} said": have,
                        f"{role} exact": agreeing == want == have,
                    }
                )
    return {
        f"{role} {what}": round(100 * value, 1)
        for role in ROLES
        for what, value in (
            ("precision", n[f"{role} agreeing"] / max(1, n[f"{role} said"])),
            ("recall", n[f"{role} agreeing"] / max(1, n[f"{role} gold"])),
            ("F1", 2 * n[f"{role} agreeing"] / max(1, n[f"{role} said"] + n[f"{role} gold"])),
            ("exact", n[f"{role} exact"] / max(1, n["figures"])),
        )
    }


def reliability(
    docs: Sequence[Article], models_of: Callable[[Article], Weights], measures_of: Mapping[str, Sequence[Measure]]
) -> list[tuple[str, int, float, float]]:
    """For each tenth of confidence: how many names of commitments have it, its mean, and the share of them that are right."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for article in docs:
        layout = laid(article)
        weighed = score_roles(layout, measures_of[article.id], models_of(article))
        for label, one in zip(article.labels, weighed, strict=True):
            if label["optional"] or label["measure"] not in COMMITMENTS:
                continue
            for role in ROLES:
                taken = chosen_positions(layout, one, role)
                names = [layout.candidates[one.candidates[c]].name for c in taken]
                sure = sum(one.probabilities[role][c] for c in taken)
                right = right_ones(label[role], names) if label[role] else frozenset()
                for c in range(len(names)):
                    bins.setdefault(min(9, int(sure * 10)), []).append((sure, c in right))
    return [
        (f"{b / 10:.1f}", len(rows), float(np.mean([s for s, _ in rows])), float(np.mean([r for _, r in rows])))
        for b, rows in sorted(bins.items())
    ]


def fold_models(docs: Sequence[Article]) -> list[dict[str, Model]]:
    """For each fold the models of labels, fields and roles that have not seen its articles."""
    reads = [read(article) for article in docs]
    labels = train_labels(reads).folds
    guessed = {
        r.article.id: [
            Measure(best_measure(row.measures)) for row in weigh_labels(r.page, labels[fold_of(r.article.id)])
        ]
        for r in reads
    }
    cases = [case for article in docs for case in cases_of(article, guessed[article.id])]
    roles = {role: cross_fit(role, cases)[1] for role in ROLES}
    return [{**fold, **{role: models[k] for role, models in roles.items()}} for k, fold in enumerate(labels)]


def guessed_measures(docs: Sequence[Article]) -> Mapping[str, Sequence[Measure]]:
    """The measures that weights which have not seen an article give its figures."""
    folds = train_labels([read(article) for article in docs]).folds
    return {
        article.id: [
            Measure(best_measure(row.measures))
            for row in weigh_labels(
                page(scene(article.text, article.segments, article.figures, article.published)),
                folds[fold_of(article.id)],
            )
        ]
        for article in docs
    }


def main() -> None:
    docs, seeds, written = list(articles(GOLD / "dev")), list(articles(GOLD / "seeds")), list(written_articles())
    guessed = guessed_measures([*docs, *seeds, *written])
    cases = [case for article in (*docs, *written) for case in cases_of(article, guessed[article.id])]
    cases += [
        replace(case, weight=SEED_WEIGHT * case.weight)
        for article in seeds
        for case in cases_of(article, guessed[article.id])
    ]
    cases += [case for article in template_articles() for case in plain_cases(article)]
    fitted = {role: cross_fit(role, cases) for role in ROLES}
    whole: Weights = {role: models[0] for role, models in fitted.items()}
    folds: list[Weights] = [{role: models[1][k] for role, models in fitted.items()} for k in range(FOLDS)]

    def unseen(article: Article) -> Weights:
        return folds[fold_of(article.id)]

    def seen(_: Article) -> Weights:
        return whole

    annotated = {article.id: [Measure(label["measure"]) for label in article.labels] for article in docs}
    columns = {
        "out of fold": judge(docs, unseen, guessed),
        "measures given": judge(docs, unseen, annotated),
        "whole": judge(docs, seen, guessed),
    }
    print(f"{'':<22}" + "".join(f"{name:>16}" for name in columns))
    for what in columns["whole"]:
        print(f"{what:<22}" + "".join(f"{column[what]:>16}" for column in columns.values()))
    for row in reliability(docs, unseen, guessed):
        print("confidence {} names {:>5} mean {:.2f} right {:.2f}".format(*row))
    if "--write" in sys.argv:
        for one in whole.values():
            write(
                one,
                {
                    "articles": len(docs),
                    "written": len(written),
                    "cases": len(cases),
                    "out_of_fold": columns["out of fold"],
                },
            )


if __name__ == "__main__":
    main()
