"""How often measure, stage and fields are right."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.attribute.fields.score import field_evidence, fields_of
from ledger.attribute.labels.classify import COMMITMENTS, Models, label_probabilities
from training.linear.documents import LabelledDocument


def label_scores(documents: Sequence[LabelledDocument], models_of: Callable[[str], Models]) -> Mapping[str, float]:
    """Shares in per cent of scored figures with the right class, measure and stage, and the F1 of fields.

    `models_of` gives the models for an article, by its name.
    """
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for one in documents:
        models = models_of(one.article.id)
        evidence = field_evidence(one.layout)
        for index, row in enumerate(label_probabilities(one.layout, models)):
            label = one.article.labels[index]
            if not label["optional"]:
                checks = _checks(label, row.measure, row.stages)
                right.update(name for name, ok in checks.items() if ok)
                total.update(list(checks))
                said = {tag.code.value for tag in fields_of(evidence, index, row.measure, models["fields"])}
                wanted = set(label["fields"])
                fields.update({"agreeing": len(said & wanted), "both": len(said) + len(wanted)})
    shares = {name: round(100 * right[name] / total[name], 1) for name in sorted(total)}
    return shares | {"fields F1": round(200 * fields["agreeing"] / max(1, fields["both"]), 1)}


def _checks(label: Mapping[str, Any], measure: str, stages: Mapping[str, float]) -> dict[str, bool]:
    """What is asked of one figure, and whether it is right."""
    checks = {
        "measure": measure == label["measure"],
        "class": (measure in COMMITMENTS) == (label["measure"] in COMMITMENTS),
    }
    checks[f"measure of {label['kind']}"] = checks["measure"]
    if label["stage"]:
        checks["stage"] = bool(stages) and max(stages, key=stages.__getitem__) == label["stage"]
    return checks
