"""Train every linear model from nothing: labels, fields, roles and relations, each judged on articles it has not seen.

    python -m training.linear.train --gold FOLDER[=WEIGHT] ... [--write] [--folds FOLDER]

`--write` writes the weights files of the ledger. `--folds` keeps the models of each fold, as `FOLDER/0/NAME.json` and
so on, for `python -m benchmarks.unseen --folds FOLDER`. The steps are those of `training.linear.labels` and `.roles`;
each trains on what the step before says of articles that it has not seen.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ledger.attribute import attribute
from ledger.book.ingest import document_of
from ledger.extraction import extract_figures
from ledger.models.linear import Model
from training.corpus.annotated import AnnotatedSet, Article, add_gold, read_sets
from training.corpus.articles import written_articles
from training.linear.crossfold import FOLDS, WEIGHTS, fold_of, write
from training.linear.documents import labelled_document
from training.linear.label_scores import label_scores
from training.linear.labels import FittedModels, train_labels
from training.linear.role_scores import role_scores
from training.linear.roles import predicted_measures, train_roles
from training.relations.choices import Choice, choices, pledges_of
from training.relations.model import fit_relations


def related_choices(articles: Sequence[Article], models: FittedModels) -> Iterator[Choice]:
    """The choices of all sums of `articles`, attributed by models that have not seen them."""
    for article in articles:
        document = document_of(article.text, article.published, source=article.id)
        figures = extract_figures(article.text, article.segments, article.published)
        claims = attribute(document, article.segments, figures, models=models.unseen(article.id))
        spans = [(figure.start, figure.end) for figure in article.figures]
        yield from choices(article.id, document, article.segments, claims, pledges_of(article.labels, spans))


def train_relations(articles: Sequence[Article], models: FittedModels) -> tuple[Model, list[Model]]:
    """The model of all choices, and one for each fold that has not seen its articles."""
    made = list(related_choices(articles, models))
    folds = [fit_relations([choice for choice in made if fold_of(choice.article) != k]) for k in range(FOLDS)]
    return fit_relations(made), folds


def train(sets: Sequence[AnnotatedSet], written: Sequence[Article]) -> FittedModels:
    """All models, trained on annotated and written articles."""
    weights = {article.id: one.weight for one in sets for article in one.articles}
    gold = [article for one in sets for article in one.articles]
    documents = [labelled_document(article, weights.get(article.id, 1.0)) for article in (*gold, *written)]
    fitted = train_labels(documents)
    predicted = predicted_measures(documents, fitted)
    roles = train_roles((*gold, *written), predicted, weights)
    for name in roles.whole:
        fitted.add(name, (roles.whole[name], [fold[name] for fold in roles.folds]))
    labelled = [*gold, *(article for article in written if article.has_relations)]
    fitted.add("relations", train_relations(labelled, fitted))
    return fitted


def report(sets: Sequence[AnnotatedSet], fitted: FittedModels) -> Mapping[str, Mapping[str, float]]:
    """Print and return the scores of each set out of fold."""
    found: dict[str, Mapping[str, float]] = {}
    for one in sets:
        documents = [labelled_document(article) for article in one.articles]
        predicted = predicted_measures(documents, fitted)
        scores = {**label_scores(documents, fitted.unseen), **role_scores(one.articles, fitted.unseen, predicted)}
        found[one.name] = scores
        print(one.name, *(f"  {what:<22} {share:>6}" for what, share in scores.items()), sep="\n", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--write", action="store_true", help="write the weights files of the ledger")
    parser.add_argument("--folds", type=Path, metavar="FOLDER", help="keep the models of each fold there")
    options = parser.parse_args()
    sets, written = read_sets(options.gold), list(written_articles())
    fitted = train(sets, written)
    note = {
        "articles": sum(len(one.articles) for one in sets),
        "written": len(written),
        "out_of_fold": report(sets, fitted),
    }
    if options.folds:
        for number, fold in enumerate(fitted.folds):
            for model in fold.values():
                write(model, {}, options.folds / str(number))
    if options.write:
        for model in fitted.whole.values():
            write(model, note, WEIGHTS)


if __name__ == "__main__":
    main()
