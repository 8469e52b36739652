"""What the named features predict for every figure of a document, as input of the network."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp

from ledger.attribute.fields.score import field_candidates, field_evidence
from ledger.attribute.labels.classify import COMMITMENTS, LabelProbabilities, stage_features
from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.roles.score import RoleScores
from ledger.models.linear import Model, log_odds_weights
from ledger.models.packed import packed_model


def feature_predictions(
    document: DocumentLayout,
    labelled: Sequence[LabelProbabilities],
    names: Sequence[RoleScores],
    models: Mapping[str, Model],
) -> Iterator[FeaturePrediction]:
    """One prediction for each figure; `labelled` and `names` come from the same `models`."""
    weights = log_odds_weights(models["fields"])
    evidence = field_evidence(document)
    for index, (label, scores) in enumerate(zip(labelled, names, strict=True)):
        fields = {
            code: 1 / (1 + exp(-(weights[""] + sum(weights.get(feature, 0.0) for feature in (*bundle, *loose)))))
            for code, (bundle, loose) in field_candidates(evidence, index, label.measure).items()
        }
        numbers = (*scores.candidates, -1)
        actors, recipients = (
            dict(zip(numbers, scores.probabilities[role], strict=True)) for role in ("actor", "recipient")
        )
        yield FeaturePrediction(label.measures, _stages(label, models), fields, actors, recipients)


def _stages(row: LabelProbabilities, models: Mapping[str, Model]) -> Mapping[str, float]:
    """The stages of a figure; those of a statistic as if it were of the likeliest commitment measure."""
    likeliest = max(sorted(COMMITMENTS), key=lambda measure: row.measures.get(measure, 0.0))
    return row.stages or packed_model(models["stage"]).probabilities(
        row.features.bundles, stage_features(row.features, likeliest)
    )
