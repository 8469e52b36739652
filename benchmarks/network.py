"""The network beside the features: scores out of fold as recorded in training, and documents and figures a second.

    python -m benchmarks.network [--gold FOLDER ... [--scorer FILE [--folds MODELS --networks NETWORKS]]]

With a scorer the articles are read through a ledger by both attributors and scored: by the committed models, which have
seen such articles, or, with the models and networks of the folds (`benchmarks.unseen` tells how they are made), each by
those that have not seen it. Needs the extra `accurate`. Times are CPU seconds of one process, the least of some rounds
for each text; two processes are timed by the clock. Compare only the ratios of one run. Beside them stands what is
asked of the network.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from quantulum3 import classifier

from benchmarks.quality import percent, share
from benchmarks.speed import document, least, peer
from benchmarks.texts import add_folds, add_gold, add_networks, add_scorer, news
from ledger.attribute import attribute
from ledger.attribute.attributors import NetworkAttributor
from ledger.attribute.network.batches import batch_of
from ledger.attribute.network.encoding import EncodedDocument
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.network.network import Network, NetworkPrediction, committed_network
from ledger.attribute.network.passages import Passage, passages
from ledger.extraction import extract_figures
from ledger.models.files import model_data
from ledger.models.linear import Model
from ledger.options import Attributor
from ledger.pipeline import Reading
from ledger.segment import segment

TEXTS = 40
LINES = (
    *("class", "measure", "stage", "period", "actor", "recipient", "fields", "row"),
    *("clusters", "counted", "summed", "dollars"),
)
"""What a scorer says of claims: of each, and of what they add up to."""
MOST_MEMORY, MOST_LOAD, LEAST_PACE = 500, 1.5, 0.08
"""What is asked: MB of a process, CPU seconds of load, documents a second as a share of fast's."""


def claims(text: str, attributor: Attributor) -> int:
    """Segment, extract and attribute; the number of claims."""
    segments = segment(text)
    return len(attribute(document(text), segments, extract_figures(text, segments), attributor=attributor))


def unseen() -> None:
    """Print the scores of both attributors on articles that neither had seen, as the settings file records them."""
    for name, told in model_data("network/settings")["note"]["out_of_fold"].items():
        print(f"{f'{name}, out of fold':<20}" + "".join(f"{attributor:>10}" for attributor in told) + f"{'gain':>8}")
        for label in told["fast"]:
            fast, accurate = told["fast"][label], told["accurate"][label]
            print(f"{label:<20}{fast:>10}{accurate:>10}{accurate - fast:>+8.1f}")


def through_a_ledger(folders: Sequence[Path], scorer: Path, folds: Path | None, networks: Path | None) -> None:
    """Print the scores of both attributors by folder, of claims as a ledger has them."""
    from benchmarks.unseen import fold_attributors, reading, rows, scored  # noqa: PLC0415 - needs scikit-learn
    from training.corpus.annotated import Article, read_sets  # noqa: PLC0415
    from training.linear.crossfold import FOLDS, fold_of, kept_models  # noqa: PLC0415

    models: Sequence[Mapping[str, Model] | None] = [None] * FOLDS
    readers: Sequence[NetworkAttributor] = [committed_network().attribute] * FOLDS
    seen = "committed"
    if folds is not None and networks is not None:
        models, readers, seen = kept_models(folds), fold_attributors(networks), "out of fold"

    def fast(article: Article) -> Reading:
        return reading(article, models[fold_of(article.id)])

    def accurate(article: Article) -> Reading:
        return reading(article, models[fold_of(article.id)], readers[fold_of(article.id)])

    for folder, one in zip(folders, read_sets((folder, 1.0) for folder in folders), strict=True):
        both = [scored(scorer, folder, rows(one.articles, read)) for read in (fast, accurate)]
        print(f"{f'{one.name}, {seen}':<20}{'fast':>10}{'accurate':>10}{'gain':>8}")
        for label in LINES:
            before, after = (share(scores.get(label)) for scores in both)
            gain = "-" if before is None or after is None else f"{100 * (after - before):+.1f}"
            print(f"{label:<20}{percent(before):>10}{percent(after):>10}{gain:>8}", flush=True)


def processes(folders: Sequence[Path]) -> None:
    """Print what a process takes that reads all texts by each attributor: memory, load, and how many the network read.

    An article without a sum that may be a commitment is not read by the network.
    """
    fast, accurate = (_process(attributor, folders) for attributor in Attributor if attributor is not Attributor.AUTO)
    print(f"one process, {accurate['documents']} documents, of which the network read {accurate['by_network']}:")
    for told, attributor in ((fast, Attributor.FAST), (accurate, Attributor.ACCURATE)):
        told["load"] = min(told["load"], _process(attributor, ())["load"])  # the first one of a run reads from the disk
    for name, told in (("fast", fast), ("accurate", accurate)):
        print(f"{name:<18}peak {told['peak']:4.0f} MB, load {told['load']:.2f} CPU s")
    load = accurate["load"] - fast["load"]
    print(f"accurate: peak {accurate['peak']:.0f} MB (at most {MOST_MEMORY})")
    print(f"accurate: load {load:.2f} CPU s more than fast (at most {MOST_LOAD})")


def _process(attributor: Attributor, folders: Sequence[Path]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reading", attributor.value, *map(str, folders)]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


class Recorder(Network):
    """The network of the package, which keeps what it reads."""

    def __init__(self) -> None:
        known = committed_network()
        super().__init__(known.session, known.tokenizer, known.settings)
        self.read: list[Passage] = []

    def predict(
        self, document: EncodedDocument, asked: Set[int], predicted: Sequence[FeaturePrediction]
    ) -> dict[int, NetworkPrediction]:
        """As the network's own."""
        self.read += passages(document, asked, dict(enumerate(predicted)))
        return super().predict(document, asked, predicted)


def batches(texts: Sequence[str]) -> None:
    """Print what passages of different articles take together, by fours of like length, against one by one."""
    recorder = Recorder()
    for text in texts:
        segments = segment(text)
        attribute(document(text), segments, extract_figures(text, segments), network=recorder.attribute)
    read = sorted(recorder.read, key=lambda one: len(one.ids))
    spent = {size: sum(_seconds(read[at : at + size]) for at in range(0, len(read), size)) for size in (1, 4)}
    print(f"{len(read)} passages by fours of like length: {spent[4] / spent[1]:.2f} x the time of one by one")


def _seconds(read: Sequence[Passage]) -> float:
    """The CPU seconds of the network on a batch, the less of two."""
    session, batch, best = committed_network().session, batch_of(read), float("inf")
    for _ in range(2):
        begun = time.process_time()
        session.run(None, batch)
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for add in (add_gold, add_scorer, add_folds, add_networks):
        add(parser)
    options = parser.parse_args()
    folders = options.gold
    texts = news(folders)[:TEXTS]
    unseen()
    if folders and options.scorer:
        through_a_ledger(folders, options.scorer, options.folds, options.networks)
    classifier.USE_CLF = False
    works: dict[str, Callable[[str], int]] = {
        "quantulum3 parse": peer,
        "fast": partial(claims, attributor=Attributor.FAST),
        "accurate": partial(claims, attributor=Attributor.ACCURATE),
    }
    processes(folders)
    figures = sum(works["fast"](text) for text in texts)
    works["accurate"](texts[0])  # what is read once is not part of the cost
    spent = least(works, texts, rounds=2)
    for name, cpu in spent.items():
        ratios = f"{spent['quantulum3 parse'] / cpu:8.2f} x quantulum3 {spent['fast'] / cpu:8.3f} x fast"
        print(f"{name:<18}{len(texts) / cpu:>8.1f} documents/s {figures / cpu:>8.0f} figures/s {ratios}")
    print(f"accurate: {spent['fast'] / spent['accurate']:.3f} of the pace of fast (at least {LEAST_PACE})")
    batches(texts)
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(works["accurate"], texts[:4]))  # each process has loaded the network
            begun = time.perf_counter()
            list(pool.map(works["accurate"], texts))
            rate = len(texts) / (time.perf_counter() - begun)
            print(f"accurate, {workers} process(es): {rate:.1f} documents/s by the clock")


if __name__ == "__main__":
    main()
