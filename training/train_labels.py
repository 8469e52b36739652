"""Train the weights of measure and stage from annotated articles, and tell how they do on articles they have not seen.

    python -m training.train_labels [--write]

Each fold's decisions are made by weights that were trained on the other folds alone, neighbours' first looks included.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ledger.attribute.fields.score import field_candidates, field_evidence, fields_of
from ledger.attribute.labels.classify import (
    COMMITMENTS,
    GROUPS,
    Models,
    best_measure,
    second_features,
    stage_loose,
    weigh,
)
from ledger.attribute.labels.features import Page, Told, features, page
from ledger.attribute.labels.stacked import second_look
from ledger.attribute.tokens import scene
from ledger.models.linear import Model
from ledger.models.packed import packed_model
from training.crossfold import FOLDS, Example, cross_fit_by, fold_of, write
from training.gold import GOLD, Article, articles
from training.own import own_articles
from training.tied import Settings, fit_tied
from training.written import written_articles

OPTIONAL_WEIGHT = 0.5
FOLDERS = {"dev": 1.0, "seeds": 40.0}
"""Folders of annotated articles, and how much each of their articles counts: the seeds are the real pages, furniture and all."""
SCALES = (
    ("w:", 0.3),
    ("l:", 0.5),
    ("r:", 0.5),
    ("H:", 0.4),
    ("G:", 0.4),
    ("P", 0.5),
    ("N", 0.5),
    ("aR", 1.3),
    ("oL", 1.3),
    ("v", 1.3),
    ("R1", 1.3),
    ("L1", 1.3),
    ("F", 1.3),
)
"""How much a feature of a family may weigh: general words less, frames and attached nouns more."""


def scale(feature: str) -> float:
    """The scale of a feature by its name."""
    if feature.endswith(("@S", "<x", ">x")):
        return 0.5
    return next((value for start, value in SCALES if feature.startswith(start)), 1.0)


FIRST = {
    "measure_money": Settings(own=0.1, tied=10.0, least=4, scale=scale),
    "measure_percent": Settings(own=0.1, tied=10.0, least=3, scale=scale),
    "measure_number": Settings(own=0.1, tied=10.0, least=3, scale=scale),
    "stage": Settings(own=0.03, tied=5.0, least=3, scale=scale),
}
SECOND = Settings(own=0.01, tied=10.0)
FIELDS = Settings(own=0.05, tied=1.0)


@dataclass(frozen=True, slots=True)
class Read:
    """An article laid out, with the features of each figure."""

    article: Article
    page: Page
    rows: tuple[Told, ...]
    share: float = 1.0
    """How much the article counts beside others."""

    def weight(self, index: int) -> float:
        """How much a figure's label counts."""
        return self.share * (OPTIONAL_WEIGHT if self.article.labels[index]["optional"] else 1.0)


def read(article: Article, share: float = 1.0) -> Read:
    """Lay out an article that counts for so many."""
    document = page(scene(article.text, article.segments, article.figures, article.published))
    return Read(article, document, tuple(features(document, index) for index in range(len(article.figures))), share)


@dataclass(frozen=True, slots=True)
class Trained:
    """The models of all articles, and those of each fold."""

    whole: dict[str, Model]
    folds: list[dict[str, Model]]


def train(reads: Sequence[Read]) -> Trained:
    """Train measure by kind of figure, then stage, then its second look, then fields; our own sentences are in every fold's training."""
    taught = [read(article) for article in own_articles()]
    trained = Trained({}, [{} for _ in range(FOLDS)])
    for name in dict.fromkeys(GROUPS.values()):
        fitter = partial(fit_tied, name, settings=FIRST[name])
        _add(trained, name, cross_fit_by(fitter, _measure_examples(reads, name), _measure_examples(taught, name)))
    first = {r.article.id: _stage_rows(r, trained.folds[fold_of(r.article.id)]) for r in (*reads, *taught)}
    fitter = partial(fit_tied, "stage", settings=FIRST["stage"])
    _add(trained, "stage", cross_fit_by(fitter, _stage_examples(reads, first), _stage_examples(taught, first)))
    seconds = []
    for r in reads:
        weights = trained.folds[fold_of(r.article.id)]["stage"]
        thought = {index: weights.probabilities(row) for index, row in first[r.article.id].items()}
        seen = second_look(r.page, sorted(thought), thought)
        seconds += [
            Example(r.article.id, second_features(seen[i], thought[i]), _stage(r, i), r.weight(i)) for i in thought
        ]
    _add(trained, "stage_second", cross_fit_by(partial(fit_tied, "stage_second", settings=SECOND), seconds))
    _add(
        trained,
        "fields",
        cross_fit_by(partial(fit_tied, "fields", settings=FIELDS), _field_examples(reads, trained.folds)),
    )
    return trained


def _field_examples(reads: Sequence[Read], folds: Sequence[Models]) -> list[Example]:
    """One decision for each figure and each code that the document has a word of."""
    examples = []
    for r in reads:
        document = field_evidence(r.page)
        for index, weighed in enumerate(weigh(r.page, folds[fold_of(r.article.id)])):
            right = r.article.labels[index]["fields"]
            for code, (bundle, loose) in field_candidates(document, index, weighed.measure).items():
                counted = dict(Counter([*bundle, *loose]))
                examples.append(Example(r.article.id, counted, "yes" if code in right else "no", r.weight(index)))
    return examples


StageRows = Mapping[str, Mapping[int, dict[str, float]]]


def _measure_examples(reads: Sequence[Read], name: str) -> list[Example]:
    """One decision for each figure of the kinds that model `name` is for."""
    return [
        Example(r.article.id, row.counted(), label["measure"], r.weight(index))
        for r in reads
        for index, (row, label) in enumerate(zip(r.rows, r.article.labels, strict=True))
        if GROUPS[r.article.figures[index].kind] == name
    ]


def _stage_examples(reads: Sequence[Read], rows: StageRows) -> list[Example]:
    """One decision for each commitment."""
    return [
        Example(r.article.id, row, _stage(r, index), r.weight(index))
        for r in reads
        for index, row in rows[r.article.id].items()
    ]


def _add(trained: Trained, name: str, fitted: tuple[Model, list[Model]]) -> None:
    trained.whole[name] = fitted[0]
    for fold, model in zip(trained.folds, fitted[1], strict=True):
        fold[name] = model


def _stage(r: Read, index: int) -> str:
    return str(r.article.labels[index]["stage"])


def _stage_rows(r: Read, models: Models) -> dict[int, dict[str, float]]:
    """The stage features of the gold commitments, measures as weights that have not seen the article think them."""
    found = {}
    for index, figure in enumerate(r.article.figures):
        if r.article.labels[index]["measure"] in COMMITMENTS:
            row = r.rows[index]
            measures = packed_model(models[GROUPS[figure.kind]]).probabilities(row.bundles, row.loose)
            found[index] = {**row.counted(), stage_loose(row, best_measure(measures))[-1]: 1.0}
    return found


def judge(reads: Sequence[Read], models_of: Sequence[Models] | Models) -> Mapping[str, float]:
    """Shares of figures (optional ones apart) with the right class, measure and stage."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    agreeing = said_fields = gold_fields = 0
    for r in reads:
        models = models_of if isinstance(models_of, Mapping) else models_of[fold_of(r.article.id)]
        document = field_evidence(r.page)
        for index, weighed in enumerate(weigh(r.page, models)):
            label = r.article.labels[index]
            if not label["optional"]:
                tags = {tag.code.value for tag in fields_of(document, index, weighed.measure, models["fields"])}
                agreeing, said_fields, gold_fields = (
                    agreeing + len(tags & set(label["fields"])),
                    said_fields + len(tags),
                    gold_fields + len(label["fields"]),
                )
                said = weighed.measure
                stage = max(weighed.stages, key=weighed.stages.__getitem__) if weighed.stages else None
                kind = str(label["kind"])
                checks = {
                    "measure": said == label["measure"],
                    "class": (said in COMMITMENTS) == (label["measure"] in COMMITMENTS),
                }
                checks[f"measure of {kind}"] = checks["measure"]
                if label["stage"]:
                    checks["stage"] = stage == label["stage"]
                right.update(name for name, ok in checks.items() if ok)
                total.update(list(checks))
    shares = {name: round(100 * right[name] / total[name], 1) for name in sorted(total)}
    return shares | {"fields F1": round(200 * agreeing / (said_fields + gold_fields), 1)}


def main() -> None:
    reads = [read(article, share) for folder, share in FOLDERS.items() for article in articles(GOLD / folder)]
    written = [read(article) for article in written_articles()]
    trained = train([*reads, *written])
    unseen, whole = judge(reads, trained.folds), judge(reads, trained.whole)
    print(f"{'label':<20} {'out of fold':>12} {'whole':>7}")
    for name, share in unseen.items():
        print(f"{name:<20} {share:>12} {whole[name]:>7}")
    if "--write" in sys.argv:
        note = {
            "articles": len(reads),
            "written": len(written),
            "figures": sum(len(r.rows) for r in (*reads, *written)),
            "out_of_fold": dict(unseen),
        }
        for model in trained.whole.values():
            write(model, note)


if __name__ == "__main__":
    main()
