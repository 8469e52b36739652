"""Fit logistic models over named features in folds by article, calibrate them on held-out articles, and write them.

Every score that a training program reports is out of fold: each article by the model that was fitted without it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from ledger.models.linear import Model, model_from

WEIGHTS = Path(__file__).resolve().parents[2] / "ledger" / "models" / "weights"
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled decision: its article, its features, the right label, and how much it counts."""

    article: str
    features: Mapping[str, float]
    label: str
    weight: float = 1.0


def fold_of(article: str) -> int:
    """The fold of an article, from its name alone, so that every training program has the same folds.

    >>> [fold_of(name) for name in ("w-lists-001", "w-lists-002", "w-lists-003")]
    [3, 2, 2]
    """
    return int.from_bytes(blake2b(article.encode(), digest_size=4).digest(), "big") % FOLDS


def fit(name: str, examples: Sequence[Example], strength: float, least: int = 3) -> Model:
    """A model of `examples`, without features of fewer than `least` articles; `strength` is the inverse L2 penalty."""
    seen: dict[str, set[str]] = {}
    for example in examples:
        for feature in example.features:
            seen.setdefault(feature, set()).add(example.article)
    kept = {feature for feature, where in seen.items() if len(where) >= least}
    table = DictVectorizer()
    x = table.fit_transform([{f: v for f, v in example.features.items() if f in kept} for example in examples])
    labels = sorted({example.label for example in examples})
    y = [example.label for example in examples]
    regression = LogisticRegression(C=strength, max_iter=2000)
    regression.fit(x, y, sample_weight=[example.weight for example in examples])
    weights, intercept = regression.coef_, regression.intercept_
    if len(labels) == 2:  # scikit-learn keeps one row for two labels
        weights, intercept = np.vstack([-weights / 2, weights / 2]), np.array([-intercept[0] / 2, intercept[0] / 2])
    rows = {
        str(feature): tuple(round(float(w), 4) for w in weights[:, column])
        for feature, column in sorted(table.vocabulary_.items())
        if np.abs(weights[:, column]).max() >= 0.0005
    }
    return Model(
        name,
        tuple(str(label) for label in regression.classes_),
        tuple(round(float(b), 4) for b in intercept),
        rows,
        1.0,
    )


def temperature(pairs: Sequence[tuple[Sequence[float], int]]) -> float:
    """The temperature that calibrates held-out scores; each pair is the scores of all labels and the right index."""
    scores, right = np.array([s for s, _ in pairs]), np.array([r for _, r in pairs])

    def loss(t: float) -> float:
        z = scores / t
        z = z - z.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(right)), right]))

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 3)


def cross_fit(name: str, examples: Sequence[Example], strength: float, least: int = 3) -> tuple[Model, list[Model]]:
    """The model of all examples, and for each fold the model of the others; all with the held-out temperature."""
    return cross_fit_by(lambda some: fit(name, some, strength, least), examples)


def cross_fit_by(
    fitter: Callable[[Sequence[Example]], Model], examples: Sequence[Example], always: Sequence[Example] = ()
) -> tuple[Model, list[Model]]:
    """As `cross_fit`, with any way to fit a model; `always` is trained on in every fold and evaluated in none."""
    folds = [fitter([*(e for e in examples if fold_of(e.article) != k), *always]) for k in range(FOLDS)]
    pairs = []
    for example in examples:
        model = folds[fold_of(example.article)]
        if example.label in model.labels:
            pairs.append((model.scores(example.features), model.labels.index(example.label)))
    width = max(len(scores) for scores, _ in pairs)
    t = temperature([pair for pair in pairs if len(pair[0]) == width])
    whole = fitter([*examples, *always])
    with_t = [Model(m.name, m.labels, m.intercept, m.weights, t) for m in [whole, *folds]]
    return with_t[0], with_t[1:]


def write(model: Model, note: Mapping[str, object], folder: Path = WEIGHTS) -> Path:
    """Write a weights file into `folder`; `note` says what it was trained on and how it did out of fold."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{model.name}.json"
    head = {
        "name": model.name,
        "note": dict(note),
        "labels": list(model.labels),
        "intercept": list(model.intercept),
        "temperature": model.temperature,
    }
    body = ",\n".join(f"  {json.dumps(feature)}: {json.dumps(list(row))}" for feature, row in model.weights.items())
    path.write_text(json.dumps(head, indent=1)[:-2] + ',\n "weights": {\n' + body + "\n }\n}\n", encoding="utf-8")
    return path


def read_model(path: Path) -> Model:
    """A model from a weights file that `write` made."""
    return model_from(json.loads(path.read_text(encoding="utf-8")))


def kept_models(folder: Path) -> Sequence[Mapping[str, Model]]:
    """The models of each fold, as `training.linear.train --folds` keeps them."""
    folds = [{path.stem: read_model(path) for path in sorted((folder / str(k)).glob("*.json"))} for k in range(FOLDS)]
    if not all(folds):
        raise SystemExit(f"{folder} lacks the models of a fold; run python -m training.linear.train --folds {folder}")
    return folds
