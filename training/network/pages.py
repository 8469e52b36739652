"""Augmentation: an article as it stands in a page, with lines of another article or page above or below it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from ledger.attribute.network.encoding import EncodedDocument, EncodedSentence
from ledger.attribute.network.inputs import MIN_PROBABILITY, FeaturePrediction
from training.network.examples import TrainingDocument

PAGES = 0.3
"""How often an article is shown inside a page."""
LEAST, MOST = 2, 6
"""Lines of the page above or below the article."""
LINE_TOKENS = 60
"""A line of more tokens is left out."""
UNLIKELY = 0.02
"""The features hold a name of the page this likely at most; what they would say of it is not known."""
FURTHER = 1_000
"""Segments of the page are numbered from here, away from those of the article."""


class Pages:
    """Draws lines without figures from other articles and puts them above or below an article."""

    def __init__(self, documents: Sequence[TrainingDocument], share: float = PAGES) -> None:
        self.share = share
        self.lines = [(one.encoded, number) for one in documents for number in _starts(one.encoded)]

    def around(self, document: TrainingDocument, draw: Random) -> TrainingDocument:
        """The article inside a page, or as it is."""
        if not self.lines or draw.random() >= self.share:
            return document
        other, start = draw.choice(self.lines)
        lines = _lines(other, start, draw.randint(LEAST, MOST))
        return _inserted(document, lines, other.candidates, draw, above=draw.random() < 1 / 2)


def _is_line(sentence: EncodedSentence) -> bool:
    return not sentence.figures and len(sentence.ids) <= LINE_TOKENS


def _starts(encoded: EncodedDocument) -> list[int]:
    """Where lines that can be taken begin."""
    return [number for number, sentence in enumerate(encoded.sentences) if _is_line(sentence)]


def _lines(encoded: EncodedDocument, start: int, most: int) -> list[EncodedSentence]:
    return [one for one in encoded.sentences[start : start + 2 * most] if _is_line(one)][:most]


def _inserted(
    document: TrainingDocument,
    lines: Sequence[EncodedSentence],
    names: Sequence[str],
    draw: Random,
    *,
    above: bool,
) -> TrainingDocument:
    """The document with `lines` of another one, whose candidates have `names`; a name of both is one candidate."""
    encoded = document.encoded
    numbers = {name: number for number, name in enumerate(encoded.candidates)}
    said = [_renamed(line, names, numbers) for line in lines]
    fresh = list(numbers)[len(encoded.candidates) :]
    shift = len(said) if above else 0
    sentences = (*said, *encoded.sentences) if above else (*encoded.sentences, *said)
    over = tuple(None if one is None else one + shift for one in encoded.over)
    none = (None,) * len(said)
    page = replace(
        encoded,
        sentences=sentences,
        sentence_of=tuple(one + shift for one in encoded.sentence_of),
        headline=None if encoded.headline is None else encoded.headline + shift,
        over=(*none, *over) if above else (*over, *none),
        candidates=(*encoded.candidates, *fresh),
    )
    unlikely = {numbers[name]: MIN_PROBABILITY ** draw.random() * UNLIKELY for name in fresh}
    return replace(document, encoded=page, predictions=tuple(_with(one, unlikely) for one in document.predictions))


def _renamed(line: EncodedSentence, names: Sequence[str], numbers: dict[str, int]) -> EncodedSentence:
    """The line with the candidates' numbers of the article; names that it lacks are added to `numbers`."""
    mentions = tuple(
        replace(mention, candidate=numbers.setdefault(names[mention.candidate], len(numbers)))
        for mention in line.mentions
    )
    return replace(line, mentions=mentions, segment=line.segment + FURTHER)


def _with(prediction: FeaturePrediction, unlikely: Mapping[int, float]) -> FeaturePrediction:
    """The prediction with names of the page; of a figure whose names are not predicted, as it is."""
    if not prediction.actors:
        return prediction
    return replace(
        prediction, actors={**prediction.actors, **unlikely}, recipients={**prediction.recipients, **unlikely}
    )
