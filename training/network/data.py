"""What the network learns from: all articles encoded, with the predictions of features that have not seen them."""

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.attribute.network.network import tokenizer_from
from training.corpus.annotated import AnnotatedSet, Article
from training.corpus.articles import written_articles
from training.linear.crossfold import fold_of, kept_models
from training.linear.roles import fold_models
from training.network.examples import TrainingDocument, training_document


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The annotated sets by name, the written articles, and a hash of both."""

    sets: Mapping[str, Sequence[TrainingDocument]]
    repeats: Mapping[str, int]
    """How many times each article of a set is seen in a round."""
    written: Sequence[TrainingDocument]
    digest: str

    @property
    def annotated(self) -> list[TrainingDocument]:
        """The annotated articles, each once."""
        return [document for documents in self.sets.values() for document in documents]

    def repeated(self, held_out: int | None) -> list[TrainingDocument]:
        """The annotated articles outside a fold, each as many times as its set counts."""
        return [
            document
            for name, documents in self.sets.items()
            for document in documents
            if fold_of(document.article) != held_out
            for _ in range(self.repeats[name])
        ]


def training_data(sets: Sequence[AnnotatedSet], base: Path, kept: Path | None) -> TrainingData:
    """Every article encoded, with the predictions of weights that have not seen it."""
    written = list(written_articles())
    articles = [*(article for one in sets for article in one.articles), *written]
    folds = fold_models(articles) if kept is None else kept_models(kept)
    tokenizer = tokenizer_from(base / "tokenizer.json")

    def encoded(article: Article) -> TrainingDocument:
        return training_document(article, folds[fold_of(article.id)], tokenizer)

    said = (f"{a.id}\0{a.text}\0{json.dumps(a.labels, sort_keys=True, default=str)}" for a in articles)
    return TrainingData(
        {one.name: [encoded(article) for article in one.articles] for one in sets},
        {one.name: max(1, round(one.weight)) for one in sets},
        [encoded(article) for article in written],
        sha256("\0".join(said).encode()).hexdigest(),
    )


def kept_data(path: Path, sets: Sequence[AnnotatedSet], base: Path, folds: Path | None) -> TrainingData:
    """The training data that is kept in the file `path`, made where it is not there yet."""
    if not path.exists():
        path.write_bytes(pickle.dumps(training_data(sets, base, folds)))
    return saved_data(path)


def saved_data(path: Path) -> TrainingData:
    """The training data that was saved in `path`."""
    data: TrainingData = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, written by `kept_data`
    return data
