"""Speed of extraction and attribution against quantulum3's parser, growth with length, memory and hostile texts.

    python -m benchmarks.speed [--gold FOLDER ...]

Times are CPU seconds of this process; compare only the ratios of one run.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence

from quantulum3 import classifier
from quantulum3 import parser as quantulum

from benchmarks.texts import add_gold, news
from ledger.attribute import attribute
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import Document

EPOCH = "2026-01-01T00:00:00Z"
HOSTILE = {
    "digits": "7",
    "commas": ",",
    "dollars": "$",
    "nested brackets": "(",
    "combining marks": "e\u0301",
    "million million": "million ",
    "zero-width": "5\u200b",
    "right-to-left": "\u06f5\u062f ",
    "full-width digits": "\uff15",
}


def document(text: str) -> Document:
    """A document of `text` alone."""
    return Document.model_validate(
        {"document_id": "0", "source": "-", "retrieved_at": EPOCH, "text": text, "raw_sha256": "0" * 64}, strict=False
    )


def extracted(text: str) -> int:
    """Segment and extract; the number of figures."""
    return len(extract_figures(text, segment(text)))


def attributed(text: str) -> int:
    """Segment, extract and attribute; the number of claims."""
    segments = segment(text)
    return len(attribute(document(text), segments, extract_figures(text, segments)))


def peer(text: str) -> int:
    """quantulum3 without its classifier, the faster of its two ways."""
    return len(quantulum.parse(text))


def least(works: Mapping[str, Callable[[str], int]], texts: Sequence[str], rounds: int = 3) -> dict[str, float]:
    """The CPU seconds of each work over all texts, the least of some rounds for each text.

    Works take turns text by text: a machine that is slow for a while is slow for all of them, and their ratio stays.
    """
    total = dict.fromkeys(works, 0.0)
    for text in texts:
        best = dict.fromkeys(works, float("inf"))
        for _ in range(rounds):
            for name, work in works.items():
                begun = time.process_time()
                work(text)
                best[name] = min(best[name], time.process_time() - begun)
        for name, spent in best.items():
            total[name] += spent
    return total


def seconds(work: Callable[[str], int], texts: Sequence[str], rounds: int = 3) -> float:
    """The least CPU seconds of some rounds over all texts, after one text as warm-up."""
    work(texts[0])
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for text in texts:
            work(text)
        best = min(best, time.process_time() - begun)
    return best


def against_peer(texts: Sequence[str]) -> None:
    """Print characters a second and the ratios to the peer."""
    classifier.USE_CLF = False
    works = {"quantulum3 parse": peer, "segment + extract": extracted, "segment + extract + attribute": attributed}
    for work in works.values():
        work(texts[0])  # what is compiled or read once is not part of the cost
    spent = least(works, texts)
    for name, cpu in spent.items():
        print(f"{name:<32}{sum(map(len, texts)) / cpu:>14,.0f} characters/s {spent['quantulum3 parse'] / cpu:>8.1f} x")


def linearity(texts: Sequence[str]) -> None:
    """Print seconds a MB from 100 kB to 20 MB, and the peak memory of the longest as a multiple of its text."""
    piece = "\n\n".join(texts)
    for size in (100_000, 1_000_000, 20_000_000):
        text = (piece * (size // len(piece) + 1))[:size]
        spent = seconds(extracted, [text], rounds=3 if size < 10**6 else 1)
        print(f"{size:>12,} characters: {spent / size * 1e6:8.3f} s a million")
    text = (piece * 10)[:2_000_000]
    tracemalloc.start()
    extracted(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"peak memory of 2,000,000 characters: {peak / len(text.encode()):.1f} x the text")


def hostile(texts: Sequence[str]) -> None:
    """Print the time of 30 kB of each hostile text as a multiple of plain text of that size."""
    plain = "\n\n".join(texts)[:30_000]
    base = seconds(extracted, [plain], rounds=5)
    for name, unit in HOSTILE.items():
        text = (unit * 30_000)[:30_000] if name != "nested brackets" else "(" * 15_000 + ")" * 15_000
        print(f"{name:<20}{seconds(extracted, [text], rounds=5) / base:>8.2f} x plain text")


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    texts = news(parser.parse_args().gold)
    against_peer(texts)
    linearity(texts)
    hostile(texts)


if __name__ == "__main__":
    main()
