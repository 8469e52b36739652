"""Reliability tables: how often answers of a stated confidence are right.

    python -m training.linear.reliability --gold FOLDER[=WEIGHT] ...

prints the tables of measure and stage, by weights that have not seen the article.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ledger.attribute.labels.classify import label_probabilities
from training.corpus.annotated import add_gold, read_sets
from training.linear.documents import LabelledDocument, labelled_document
from training.linear.labels import FittedModels, train_labels

EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
Answer = tuple[float, bool]
"""The confidence of an answer, and whether it is right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence from `low` to `high`: how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(answers: Iterable[Answer], edges: Sequence[float] = EDGES) -> list[Bin]:
    """The bins of answers; empty ones are left out.

    >>> reliability([(0.95, True), (0.91, False)])
    [Bin(low=0.9, high=1.0, count=2, confidence=0.93, right=0.5)]
    """
    rows = sorted(answers)
    found = []
    for low, high in pairwise(edges):
        held = [(p, ok) for p, ok in rows if low <= p < high or (high == edges[-1] and p == high)]
        if held:
            confidence, right = sum(p for p, _ in held) / len(held), sum(ok for _, ok in held) / len(held)
            found.append(Bin(low, high, len(held), round(confidence, 4), round(right, 4)))
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of confidence and share right, by count (Naeini et al., 2015).

    >>> round(expected_error(reliability([(0.95, True), (0.91, False)])), 2)
    0.43
    """
    total = sum(row.count for row in bins)
    return sum(row.count * abs(row.confidence - row.right) for row in bins) / total if total else 0.0


def print_reliability(name: str, answers: Iterable[Answer]) -> None:
    """Print the table of one kind of answer."""
    bins = reliability(answers)
    print(f"{name}: expected calibration error {expected_error(bins):.3f}")
    for row in bins:
        print(f"  {row.low:.1f}-{row.high:.1f} {row.count:5d}  confidence {row.confidence:.2f}  right {row.right:.2f}")


def unseen_answers(documents: Sequence[LabelledDocument], fitted: FittedModels) -> dict[str, list[Answer]]:
    """The answers for measure and stage of every scored figure, by weights that have not seen its article."""
    found: dict[str, list[Answer]] = {"measure": [], "stage": []}
    for one in documents:
        rows = label_probabilities(one.layout, fitted.unseen(one.article.id))
        for label, row in zip(one.article.labels, rows, strict=True):
            if not label["optional"]:
                found["measure"].append((row.measures[row.measure], row.measure == label["measure"]))
                if row.stages:
                    stage = max(row.stages, key=row.stages.__getitem__)
                    found["stage"].append((row.stages[stage], stage == label["stage"]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_gold(parser)
    sets = read_sets(parser.parse_args().gold)
    documents = [labelled_document(article, one.weight) for one in sets for article in one.articles]
    for name, answers in unseen_answers(documents, train_labels(documents)).items():
        print_reliability(name, answers)


if __name__ == "__main__":
    main()
