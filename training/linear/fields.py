"""The model of fields: for each figure and each field that the document has a word of, yes or no."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from ledger.attribute.fields.score import field_candidates, field_evidence
from ledger.attribute.labels.classify import Models, label_probabilities
from ledger.models.linear import Model
from training.linear.crossfold import Example, cross_fit_by, fold_of
from training.linear.documents import LabelledDocument
from training.linear.tied_softmax import Settings, fit_tied

SETTINGS = Settings(own=0.05, tied=1.0)


def fit_fields(documents: Sequence[LabelledDocument], folds: Sequence[Models]) -> tuple[Model, list[Model]]:
    """The model of all documents and one for each fold; `folds` are the models of measure and stage of each fold."""
    fitter = partial(fit_tied, "fields", settings=SETTINGS)
    return cross_fit_by(fitter, [example for one in documents for example in field_examples(one, folds)])


def field_examples(document: LabelledDocument, folds: Sequence[Models]) -> list[Example]:
    """One decision for each figure and each candidate field, with measures by models that have not seen the article."""
    name, evidence, examples = document.article.id, field_evidence(document.layout), []
    for index, row in enumerate(label_probabilities(document.layout, folds[fold_of(name)])):
        right = document.article.labels[index]["fields"]
        for code, (bundle, loose) in field_candidates(evidence, index, row.measure).items():
            counted = dict(Counter([*bundle, *loose]))
            examples.append(Example(name, counted, "yes" if code in right else "no", document.weight(index)))
    return examples
