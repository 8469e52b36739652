"""Train the weights of measure, stage and fields, and report their scores on articles they have not seen.

    python -m training.linear.labels --gold FOLDER[=WEIGHT] ... [--write]

The decisions of each fold are made by weights that were trained on the other folds alone; that holds for what the
stacked features know of neighbouring figures too. `--write` writes the weights files of the ledger.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ledger.attribute.labels.classify import (
    COMMITMENTS,
    MEASURE_MODELS,
    Models,
    best_measure,
    measure_probabilities,
    stacked_features,
    stacked_measure_features,
    stage_features,
)
from ledger.attribute.labels.stacked import neighbour_features
from ledger.models.linear import Model
from ledger.models.packed import packed_model
from training.corpus.annotated import add_gold, read_sets
from training.corpus.articles import written_articles
from training.corpus.sentences import sentence_articles
from training.linear.crossfold import FOLDS, Example, cross_fit_by, fold_of, write
from training.linear.documents import LabelledDocument, labelled_document
from training.linear.fields import fit_fields
from training.linear.label_scores import label_scores
from training.linear.tied_softmax import Settings, fit_tied

SCALES = (
    *(("w:", 0.3), ("l:", 0.5), ("r:", 0.5), ("H:", 0.4), ("G:", 0.4), ("P", 0.5), ("N", 0.5)),
    *(("aR", 1.3), ("oL", 1.3), ("v", 1.3), ("R1", 1.3), ("L1", 1.3), ("F", 1.3)),
)
"""How freely the weights of a family may grow, by the start of a feature's name: single words less, frames more."""


def scale(feature: str) -> float:
    """The scale of a feature by its name."""
    if feature.endswith(("@S", "<x", ">x")):
        return 0.5
    return next((value for start, value in SCALES if feature.startswith(start)), 1.0)


SETTINGS = {
    "measure_money": Settings(own=0.1, tied=10.0, least=4, scale=scale),
    "measure_money_stacked": Settings(own=0.01, tied=10.0),
    "measure_percent": Settings(own=0.1, tied=10.0, least=3, scale=scale),
    "measure_number": Settings(own=0.1, tied=10.0, least=3, scale=scale),
    "stage": Settings(own=0.03, tied=5.0, least=3, scale=scale),
    "stage_stacked": Settings(own=0.01, tied=10.0),
}


@dataclass(frozen=True, slots=True)
class FittedModels:
    """The models of all articles, and those of each fold, by name."""

    whole: dict[str, Model]
    folds: list[dict[str, Model]]

    def add(self, name: str, fitted: tuple[Model, list[Model]]) -> None:
        """Add the model of all articles and those of the folds."""
        self.whole[name] = fitted[0]
        for fold, model in zip(self.folds, fitted[1], strict=True):
            fold[name] = model

    def unseen(self, article: str) -> dict[str, Model]:
        """The models that have not seen an article."""
        return self.folds[fold_of(article)]


def train_labels(documents: Sequence[LabelledDocument]) -> FittedModels:
    """Train measure by kind of figure, then stage, each followed by its stacked model, then fields."""
    always = [labelled_document(article) for article in sentence_articles()]
    fitted = FittedModels({}, [{} for _ in range(FOLDS)])
    for name in dict.fromkeys(MEASURE_MODELS.values()):
        fitter = partial(fit_tied, name, settings=SETTINGS[name])
        fitted.add(name, cross_fit_by(fitter, measure_examples(documents, name), measure_examples(always, name)))
    stacked = [example for one in documents for example in _stacked_measure_examples(one, fitted)]
    fitted.add("measure_money_stacked", _cross_fit_stacked("measure_money_stacked", stacked))
    rows = {one.article.id: _stage_rows(one, fitted.unseen(one.article.id)) for one in (*documents, *always)}
    fitter = partial(fit_tied, "stage", settings=SETTINGS["stage"])
    fitted.add("stage", cross_fit_by(fitter, _stage_examples(documents, rows), _stage_examples(always, rows)))
    stacked = [example for one in documents for example in _stacked_examples(one, rows[one.article.id], fitted)]
    fitted.add("stage_stacked", _cross_fit_stacked("stage_stacked", stacked))
    fitted.add("fields", fit_fields(documents, fitted.folds))
    return fitted


def measure_examples(documents: Sequence[LabelledDocument], name: str) -> list[Example]:
    """One decision for each figure of the kinds that model `name` is for."""
    return [
        Example(one.article.id, row.counts(), label["measure"], one.weight(index))
        for one in documents
        for index, (row, label) in enumerate(zip(one.features, one.article.labels, strict=True))
        if MEASURE_MODELS[one.article.figures[index].kind] == name
    ]


def _cross_fit_stacked(name: str, examples: Sequence[Example]) -> tuple[Model, list[Model]]:
    return cross_fit_by(partial(fit_tied, name, settings=SETTINGS[name]), examples)


def _first_measures(one: LabelledDocument, models: Models) -> list[dict[str, float]]:
    """What the first models make of each figure's measure."""
    return [
        packed_model(models[MEASURE_MODELS[figure.kind]]).probabilities(row.bundles, row.single)
        for figure, row in zip(one.article.figures, one.features, strict=True)
    ]


def _stacked_measure_examples(one: LabelledDocument, fitted: FittedModels) -> list[Example]:
    """One decision for each sum of money, with what a first model made of it and of its neighbours."""
    rows = stacked_measure_features(one.layout, _first_measures(one, fitted.unseen(one.article.id)))
    labels = one.article.labels
    return [Example(one.article.id, row, labels[index]["measure"], one.weight(index)) for index, row in rows.items()]


StageRows = Mapping[int, dict[str, float]]
"""The features of stage of each labelled commitment of a document, by the figure's index."""


def _stage_rows(one: LabelledDocument, models: Models) -> StageRows:
    measures = measure_probabilities(one.layout, one.features, models, {})
    return {
        index: {**row.counts(), stage_features(row, best_measure(measures[index]))[-1]: 1.0}
        for index, row in enumerate(one.features)
        if one.article.labels[index]["measure"] in COMMITMENTS
    }


def _stage_examples(documents: Sequence[LabelledDocument], rows: Mapping[str, StageRows]) -> list[Example]:
    return [
        Example(one.article.id, row, _stage(one, index), one.weight(index))
        for one in documents
        for index, row in rows[one.article.id].items()
    ]


def _stacked_examples(one: LabelledDocument, rows: StageRows, fitted: FittedModels) -> list[Example]:
    """One decision for each commitment, with the first model's probabilities of it and of its neighbours."""
    model = fitted.unseen(one.article.id)["stage"]
    first = {index: model.probabilities(row) for index, row in rows.items()}
    seen = neighbour_features(one.layout, sorted(first), first)
    return [
        Example(one.article.id, stacked_features(seen[index], stages), _stage(one, index), one.weight(index))
        for index, stages in first.items()
    ]


def _stage(one: LabelledDocument, index: int) -> str:
    return str(one.article.labels[index]["stage"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    parser.add_argument("--write", action="store_true", help="write the weights files of the ledger")
    options = parser.parse_args()
    sets = {one.name: [labelled_document(a, one.weight) for a in one.articles] for one in read_sets(options.gold)}
    gold = [document for documents in sets.values() for document in documents]
    written = [labelled_document(article) for article in written_articles()]
    fitted = train_labels([*gold, *written])
    unseen = {name: label_scores(documents, fitted.unseen) for name, documents in sets.items()}
    for name, documents in sets.items():
        whole = label_scores(documents, lambda _: fitted.whole)
        print(f"{name:<22} {'out of fold':>12} {'in sample':>10}")
        for what, share in unseen[name].items():
            print(f"{what:<22} {share:>12} {whole[what]:>10}")
    if options.write:
        figures = sum(len(one.features) for one in (*gold, *written))
        note = {"articles": len(gold), "written": len(written), "figures": figures, "out_of_fold": unseen}
        for model in fitted.whole.values():
            write(model, note)


if __name__ == "__main__":
    main()
