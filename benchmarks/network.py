"""The network beside the features: scores out of fold as recorded in training, and documents and figures a second.

    python -m benchmarks.network [--gold FOLDER ...]

Needs the extra `accurate`. Times are CPU seconds of this process, the least of some rounds for each text; two processes
are timed by the clock. Compare only the ratios of one run.
"""

import argparse
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from quantulum3 import classifier

from benchmarks.speed import document, least, peer
from benchmarks.texts import add_gold, news
from ledger.attribute import attribute
from ledger.extraction import extract_figures
from ledger.models.files import model_data
from ledger.options import Attributor
from ledger.segment import segment

TEXTS = 40


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


def memory() -> float:
    """The peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    texts = news(parser.parse_args().gold)[:TEXTS]
    unseen()
    classifier.USE_CLF = False
    works: dict[str, Callable[[str], int]] = {
        "quantulum3 parse": peer,
        "fast": partial(claims, attributor=Attributor.FAST),
        "accurate": partial(claims, attributor=Attributor.ACCURATE),
    }
    before = memory()
    figures = sum(works["fast"](text) for text in texts)
    without = memory()
    works["accurate"](texts[0])
    print(f"memory: {before:.0f} MB at the start, {without:.0f} with fast, {memory():.0f} with accurate")
    spent = least(works, texts, rounds=2)
    for name, cpu in spent.items():
        ratios = f"{spent['quantulum3 parse'] / cpu:8.2f} x quantulum3 {spent['fast'] / cpu:8.3f} x fast"
        print(f"{name:<18}{len(texts) / cpu:>8.1f} documents/s {figures / cpu:>8.0f} figures/s {ratios}")
    for processes in (1, 2):
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(works["accurate"], texts[:4]))  # each process has loaded the network
            begun = time.perf_counter()
            list(pool.map(works["accurate"], texts))
            rate = len(texts) / (time.perf_counter() - begun)
            print(f"accurate, {processes} process(es): {rate:.1f} documents/s by the clock")


if __name__ == "__main__":
    main()
