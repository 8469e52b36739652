"""Train the weights of actor and recipient, and report their scores on articles they have not seen.

    python -m training.linear.roles --gold FOLDER[=WEIGHT] ... [--write]

The choices of each fold are made by weights that were trained on the other folds alone, with the measures that weights
which have not seen the article predict. `--write` writes the weights files of the ledger.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ledger.attribute.labels.classify import best_measure, label_probabilities
from ledger.attribute.roles.view import ROLES
from ledger.models.linear import Model
from schemas import Measure
from training.corpus.annotated import AnnotatedSet, Article, add_gold, read_sets
from training.corpus.articles import written_articles
from training.corpus.templates import template_articles
from training.linear.crossfold import FOLDS, write
from training.linear.documents import LabelledDocument, labelled_document
from training.linear.labels import FittedModels, train_labels
from training.linear.reliability import print_reliability
from training.linear.role_cases import cases_of, template_cases
from training.linear.role_model import cross_fit_role
from training.linear.role_scores import MeasuresOf, role_answers, role_scores
from training.linear.role_stack import cross_fit_stacked, stacked_cases, stacked_template_cases

NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})


def predicted_measures(documents: Sequence[LabelledDocument], fitted: FittedModels) -> MeasuresOf:
    """The measures that weights which have not seen an article give its figures."""
    return {
        one.article.id: [
            Measure(best_measure(row.measures))
            for row in label_probabilities(one.layout, fitted.unseen(one.article.id))
        ]
        for one in documents
    }


def train_roles(
    articles: Sequence[Article], predicted: MeasuresOf, weights: Mapping[str, float] = NO_WEIGHTS
) -> FittedModels:
    """Train the models of both roles, each followed by its second pass; an article counts once or by `weights`."""
    cases = [case for a in articles for case in cases_of(a, predicted[a.id], weights.get(a.id, 1.0))]
    cases += [case for article in template_articles() for case in template_cases(article)]
    fitted = FittedModels({}, [{} for _ in range(FOLDS)])
    for role in ROLES:
        fitted.add(role, cross_fit_role(role, cases))
    stacked = [
        case
        for a in articles
        for case in stacked_cases(a, predicted[a.id], fitted.unseen(a.id), weights.get(a.id, 1.0))
    ]
    stacked += [case for a in template_articles() for case in stacked_template_cases(a, fitted.unseen(a.id))]
    for role in ROLES:
        fitted.add(f"{role}_stacked", cross_fit_stacked(role, stacked))
    return fitted


def fold_models(articles: Sequence[Article]) -> list[dict[str, Model]]:
    """For each fold the models of measure, stage, fields and roles that have not seen its articles."""
    documents = [labelled_document(article) for article in articles]
    labels = train_labels(documents)
    roles = train_roles(articles, predicted_measures(documents, labels))
    return [{**labels.folds[k], **roles.folds[k]} for k in range(FOLDS)]


def report(one: AnnotatedSet, fitted: FittedModels, predicted: MeasuresOf) -> Mapping[str, float]:
    """Print the scores and the reliability of one set; returns the out-of-fold scores."""
    annotated = {article.id: [Measure(label["measure"]) for label in article.labels] for article in one.articles}
    whole: Callable[[str], dict[str, Model]] = lambda _: fitted.whole  # noqa: E731
    columns = {
        "out of fold": role_scores(one.articles, fitted.unseen, predicted),
        "measures given": role_scores(one.articles, fitted.unseen, annotated),
        "in sample": role_scores(one.articles, whole, predicted),
    }
    print(f"{one.name:<22}" + "".join(f"{name:>16}" for name in columns))
    for what in columns["in sample"]:
        print(f"{what:<22}" + "".join(f"{column[what]:>16}" for column in columns.values()))
    print_reliability("names out of fold", role_answers(one.articles, fitted.unseen, predicted))
    return columns["out of fold"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--write", action="store_true", help="write the weights files of the ledger")
    options = parser.parse_args()
    sets, written = read_sets(options.gold), list(written_articles())
    weights = {article.id: one.weight for one in sets for article in one.articles}
    articles = [*(article for one in sets for article in one.articles), *written]
    documents = [labelled_document(article) for article in articles]
    predicted = predicted_measures(documents, train_labels(documents))
    fitted = train_roles(articles, predicted, weights)
    unseen = {one.name: report(one, fitted, predicted) for one in sets}
    if options.write:
        note = {"articles": len(weights), "written": len(written), "out_of_fold": unseen}
        for model in fitted.whole.values():
            write(model, note)


if __name__ == "__main__":
    main()
