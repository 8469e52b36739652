"""Reliability tables: how often answers of a stated confidence are right, on articles that the weights have not seen.

python -m training.reliability
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ledger.attribute.labels.classify import label_probabilities
from training.crossfold import fold_of
from training.gold import GOLD, articles
from training.train_labels import Read, Trained, read, train

EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence from `low` to `high`: how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(answers: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> list[Bin]:
    """The bins of (confidence, whether right) pairs; empty ones are left out.

    >>> reliability([(0.95, True), (0.91, False)])
    [Bin(low=0.9, high=1.0, count=2, confidence=0.93, right=0.5)]
    """
    rows = sorted(answers)
    found = []
    for low, high in pairwise(edges):
        held = [(p, ok) for p, ok in rows if low <= p < high or (high == edges[-1] and p == high)]
        if held:
            found.append(
                Bin(
                    low,
                    high,
                    len(held),
                    round(sum(p for p, _ in held) / len(held), 4),
                    round(sum(ok for _, ok in held) / len(held), 4),
                )
            )
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of confidence and share right, by count (Naeini et al., 2015)."""
    total = sum(row.count for row in bins)
    return sum(row.count * abs(row.confidence - row.right) for row in bins) / total if total else 0.0


def unseen_answers(reads: Sequence[Read], trained: Trained) -> dict[str, list[tuple[float, bool]]]:
    """For measure and stage, (confidence, right) of every figure that is not optional, by weights that have not seen its article."""
    found: dict[str, list[tuple[float, bool]]] = {"measure": [], "stage": []}
    for r in reads:
        for index, row in enumerate(label_probabilities(r.page, trained.folds[fold_of(r.article.id)])):
            label = r.article.labels[index]
            if not label["optional"]:
                found["measure"].append((row.measures[row.measure], row.measure == label["measure"]))
                if row.stages:
                    stage = max(row.stages, key=row.stages.__getitem__)
                    found["stage"].append((row.stages[stage], stage == label["stage"]))
    return found


def main() -> None:
    reads = [read(article) for article in articles(GOLD / "dev")]
    for name, answers in unseen_answers(reads, train(reads)).items():
        bins = reliability(answers)
        print(f"{name}: expected calibration error {expected_error(bins):.3f}")
        for row in bins:
            print(
                f"  {row.low:.1f}-{row.high:.1f} {row.count:5d}  confidence {row.confidence:.2f}  right {row.right:.2f}"
            )


if __name__ == "__main__":
    main()
