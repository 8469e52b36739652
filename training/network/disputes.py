"""List the labels of written articles that both attributors contradict, the worst first, to be read by a person.

    python -m training.network.disputes WORK [--least PROBABILITY] [--articles NUMBER]

WORK holds `data.pickle` of `training.network.train`. A label is listed where the features, which have not seen its
article, and the network of the package both give it less than `--least`. Each line has the article, what is disputed,
the label, the answers of network and features, and the figure in its text.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence, Set
from math import exp
from pathlib import Path
from typing import NamedTuple, Protocol

from ledger.attribute.network.encoding import EncodedDocument
from ledger.attribute.network.inputs import FeaturePrediction
from ledger.attribute.network.network import NetworkPrediction, committed_network
from ledger.attribute.roles.view import ROLES
from training.corpus.articles import written_articles
from training.network.data import saved_data
from training.network.examples import NOT_IN_TEXT, TrainingDocument

LEAST = 0.1
BEFORE, AFTER = 160, 100
"""Characters shown on either side of a figure."""
Shares = Mapping[str, float]


class Reader(Protocol):
    """What reads an article as the network does."""

    def predict(
        self, document: EncodedDocument, asked: Set[int], predicted: Sequence[FeaturePrediction], /
    ) -> Mapping[int, NetworkPrediction]:
        """The prediction for each figure."""


class Dispute(NamedTuple):
    """A label and the answers that contradict it."""

    probability: float
    """The higher one of those that the two give to the label."""
    figure: int
    what: str
    label: str
    network: str
    features: str


def disputes(document: TrainingDocument, network: Reader, least: float = LEAST) -> Iterator[Dispute]:
    """The labels of an article that features and network both give less than `least`."""
    asked = document.asked(learning=True)
    if not asked:
        return
    for index, found in network.predict(document.encoded, asked, document.predictions).items():
        if document.targets[index] is None:
            continue
        for what, label, *both in _views(document, index, found, in_question=index in asked):
            probability = max(sum(shares.get(one, 0.0) for one in label) for shares in both)
            if label and probability < least:
                answers = (max(shares, key=shares.__getitem__) for shares in both)
                yield Dispute(probability, index, what, "; ".join(sorted(label)), *answers)


def _views(
    document: TrainingDocument, index: int, found: NetworkPrediction, *, in_question: bool
) -> Iterator[tuple[str, set[str], Shares, Shares]]:
    """Attribute, what is labelled, and the probabilities by network and features; "-" is nobody."""
    target, features = document.targets[index], document.predictions[index]
    assert target is not None, "the caller leaves out figures that two readers may differ on"
    yield "measure", {str(target.measure)}, found.measures, features.measures
    if target.stage is None or not in_question:
        return
    if features.stages:
        yield "stage", {str(target.stage)}, found.stages, features.stages
    for role, table in zip(ROLES, (features.actors, features.recipients), strict=True):
        if NOT_IN_TEXT not in target.names[role]:
            column = ROLES.index(role)
            each = {candidate: 1 / (1 + exp(-pair[column])) for candidate, pair in found.names.items()}
            read = {**each, -1: 1 - max(each.values(), default=0.0)}
            said = _named(document, dict.fromkeys(target.names[role] or {-1}, 1.0))
            yield role, set(said), _named(document, read), _named(document, table)


def _named(document: TrainingDocument, shares: Mapping[int, float]) -> dict[str, float]:
    names = document.encoded.candidates
    return {"-" if candidate < 0 else names[candidate]: p for candidate, p in shares.items()}


def shown(text: str, start: int, end: int) -> str:
    """A figure between brackets, with the text around it in one line.

    >>> shown("It paid $3bn.", 8, 12)
    'It paid [[$3bn]].'
    """
    pieces = text[max(0, start - BEFORE) : start], f"[[{text[start:end]}]]", text[end : end + AFTER]
    return "".join(pieces).replace("\n", "¶")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", type=Path, help="folder of training.network.train")
    parser.add_argument("--least", type=float, default=LEAST, help="the probability below which a label is disputed")
    parser.add_argument("--articles", type=int, help="only so many, every so manyth of them")
    options = parser.parse_args()
    texts = {article.id: article.text for article in written_articles()}
    network = committed_network()
    written = saved_data(options.work / "data.pickle").written
    step = max(1, len(written) // (options.articles or len(written)))
    made = [(one, document) for document in written[::step] for one in disputes(document, network, options.least)]
    for one, document in sorted(made, key=lambda pair: pair[0].probability):
        figure = document.encoded.figures[one.figure]
        told = f"label {one.label} | network {one.network} | features {one.features}"
        print(f"{document.article} {one.figure} {one.what} {one.probability:.3f}: {told}")
        print(f"    {shown(texts[document.article], figure.start, figure.end)}")
    print(f"{len(made):,} labels are disputed")


if __name__ == "__main__":
    main()
