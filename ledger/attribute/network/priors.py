"""What the named features think of every figure of a document, as the learned attributor is told it."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp

from ledger.attribute.fields.score import candidates, fielded
from ledger.attribute.labels.classify import COMMITMENTS, stage_loose
from ledger.attribute.labels.classify import Weighed as Labelled
from ledger.attribute.labels.features import Page
from ledger.attribute.network.inputs import Prior
from ledger.attribute.roles.score import Weighed
from ledger.models.linear import Model, margins


def priors(
    page: Page, labelled: Sequence[Labelled], weighed: Sequence[Weighed], models: Mapping[str, Model]
) -> Iterator[Prior]:
    """One for each figure; `models` are those that `labelled` and `weighed` were made with."""
    speak = margins(models["fields"])
    document = fielded(page)
    for index, (label, names) in enumerate(zip(labelled, weighed, strict=True)):
        fields = {
            code: 1 / (1 + exp(-(speak[""] + sum(speak.get(feature, 0.0) for feature in (*bundle, *loose)))))
            for code, (bundle, loose) in candidates(document, index, label.measure).items()
        }
        numbers = (*names.candidates, -1)
        actors, recipients = (
            dict(zip(numbers, names.probabilities[role], strict=True)) for role in ("actor", "recipient")
        )
        yield Prior(label.measures, _stages(label, models), fields, actors, recipients)


def _stages(row: Labelled, models: Mapping[str, Model]) -> Mapping[str, float]:
    """The stages of a figure; of a statistic as if it were the likeliest commitment."""
    likeliest = max(sorted(COMMITMENTS), key=lambda measure: row.measures.get(measure, 0.0))
    return row.stages or models["stage"].told(row.told.bundles, stage_loose(row.told, likeliest))
