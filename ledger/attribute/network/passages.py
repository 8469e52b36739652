"""The network's input: an article as one passage of tokens, or as several that overlap where it is longer.

Nothing is cut away: each figure is decided in one passage, with text before it and after it. A later passage begins
with the headline and the line over its list, and ends with the names that it lacks and that the named features find
likely for its figures.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ledger.attribute.network.encoding import SECTIONS, TOKEN_KINDS, EncodedDocument, EncodedSentence, MentionTokens
from ledger.attribute.network.inputs import (
    FeaturePrediction,
    Features,
    Place,
    figure_features,
    mention_features,
    sum_features,
)
from schemas import Kind

LONGEST = 512
"""Tokens of the longest passage: the positions that the encoder knows."""
CHUNK = 160
"""Tokens of a sentence that are never parted between two passages; a longer one is taken in pieces."""
OVERLAP = 120
"""Tokens that a passage repeats of the one before it."""
HEADLINE_TOKENS, OVER_TOKENS = 36, 24
"""The most tokens of the headline and of the line over a list at the head of a later passage."""
NAMES_BEYOND, NAME_TOKENS = 8, 8
"""The most names from elsewhere at the end of a passage of a long article, and the tokens shown of each."""
NEAREST_SUMS = 24
"""Sums before and after one with which it is compared."""
BEYOND = len(SECTIONS)
"""The section of a name from elsewhere."""
Chunk = tuple[int, int, int]
"""Number of a sentence, the first of its tokens taken, and the token past the last one."""
Predictions = Mapping[int, FeaturePrediction | None]


@dataclass(slots=True)
class Passage:
    """Tokens with the figures and mentions among them; places count from the start of the passage."""

    ids: list[int]
    kinds: list[int] = field(default_factory=lambda: [0])
    """For each token the index into `TOKEN_KINDS` of what it belongs to."""
    sections: list[int] = field(default_factory=lambda: [0])
    """For each token the index into `SECTIONS` of its section, or `BEYOND`."""
    figures: list[int] = field(default_factory=list)
    """The figures of the document that stand here."""
    figure_spans: list[tuple[int, int]] = field(default_factory=list)
    """First token of each, and the token past its last one."""
    figure_features: list[Features] = field(default_factory=list)
    mentions: list[tuple[int, int]] = field(default_factory=list)
    """First token of each mention, and the token past its last one."""
    candidates: list[int] = field(default_factory=list)
    """The candidate of each mention."""
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Places in `figures` and `mentions` of each figure that is decided here, with each name it may have."""
    pair_features: list[Features] = field(default_factory=list)
    sums: list[tuple[int, int]] = field(default_factory=list)
    """Places in `figures` of each sum that is decided here, with each other one."""
    sum_features: list[Features] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    """Places in `figures` of those that are decided here."""


@dataclass(slots=True)
class _Builder:
    """A passage under construction, with where its figures and mentions stand in the document."""

    document: EncodedDocument
    made: Passage
    mentions: list[tuple[MentionTokens, Place]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, chunk: Chunk) -> None:
        """Append tokens of a sentence, with the figures and mentions that lie wholly within them, and a separator."""
        number, a, b = chunk
        sentence, made = self.document.sentences[number], self.made
        shift = len(made.ids) - a
        made.ids += sentence.ids[a:b]
        made.kinds += _kinds(self.document, sentence)[a:b]
        made.sections += [sentence.section] * (b - a)
        for first, last, index in sentence.figures:
            if a <= first < b:
                made.figures.append(index)
                made.figure_spans.append((first + shift, min(last, b) + shift))
                self.places.append(Place(number, first, first + shift))
        for mention in sentence.mentions:
            if a <= mention.first and mention.last <= b:
                self._mention(mention, Place(number, mention.first, mention.first + shift), mention.last + shift)
        self._separate(sentence.section)

    def add_name(self, number: int, mention: MentionTokens) -> None:
        """Append the tokens of a name from elsewhere."""
        ids = self.document.sentences[number].ids[mention.first : mention.last][:NAME_TOKENS]
        at = len(self.made.ids)
        self.made.ids += ids
        self.made.kinds += [mention.kind] * len(ids)
        self.made.sections += [BEYOND] * len(ids)
        self._mention(mention, Place(number, mention.first, at), at + len(ids))
        self._separate(BEYOND)

    def _mention(self, mention: MentionTokens, place: Place, last: int) -> None:
        self.made.mentions.append((place.token, last))
        self.made.candidates.append(mention.candidate)
        self.mentions.append((mention, place))

    def _separate(self, section: int) -> None:
        self.made.ids.append(self.document.marks.end)
        self.made.kinds.append(0)
        self.made.sections.append(section)

    def finish(self, decided: Set[int], asked: Set[int], predictions: Predictions) -> Passage:
        """The passage with its features; it is to answer for the figures `decided`, of which some are `asked` sums."""
        made, document = self.made, self.document
        made.figure_features = [figure_features(document, one, predictions.get(one)) for one in made.figures]
        made.decided = [at for at, one in enumerate(made.figures) if one in decided]
        sums = [at for at, one in enumerate(made.figures) if one in asked]
        for place, at in enumerate(sums):
            if made.figures[at] in decided:
                self._add_names(at, predictions.get(made.figures[at]))
                self._add_sums(at, sums[max(0, place - NEAREST_SUMS) : place + NEAREST_SUMS + 1], predictions)
        return made

    def _add_names(self, at: int, prediction: FeaturePrediction | None) -> None:
        """Add the pairs of a sum and the names that it may have."""
        for place, (mention, where) in enumerate(self.mentions):
            if prediction is None or mention.candidate in prediction.actors:
                self.made.pairs.append((at, place))
                self.made.pair_features.append(
                    mention_features(self.document, self.places[at], mention, where, prediction)
                )

    def _add_sums(self, at: int, others: Sequence[int], predictions: Predictions) -> None:
        """Add the pairs of a sum and the sums around it."""
        figures = self.made.figures
        for other in others:
            if other != at:
                self.made.sums.append((at, other))
                self.made.sum_features.append(sum_features(self.document, figures[at], figures[other], predictions))


def _builder(document: EncodedDocument) -> _Builder:
    return _Builder(document, Passage([document.marks.start]))


def passages(
    document: EncodedDocument, asked: Set[int], predictions: Predictions, longest: int = LONGEST
) -> list[Passage]:
    """The passages of an article that has figures, of at most `longest` tokens each.

    `asked` are the sums whose names and relations are to be read. A figure without a prediction is marked as unknown.
    """
    chunks = [chunk for number, sentence in enumerate(document.sentences) for chunk in _chunks(number, sentence)]
    if 1 + sum(_size(chunk) for chunk in chunks) <= longest:
        whole = _builder(document)
        for chunk in chunks:
            whole.add(chunk)
        return [whole.finish(set(range(len(document.figures))), asked, predictions)] if document.figures else []
    return [
        _passage(document, chunks[begin:end], decided, asked, predictions)
        for begin, fresh, end, stop in _stretches(chunks, longest)
        if (decided := _figures_in(document, chunks[fresh:stop]))
    ]


def _passage(
    document: EncodedDocument, chunks: Sequence[Chunk], decided: Set[int], asked: Set[int], predictions: Predictions
) -> Passage:
    """A passage of a long article."""
    made = _builder(document)
    for chunk in [*_above(document, chunks[0]), *chunks]:
        made.add(chunk)
    for number, mention in _names_beyond(document, [predictions.get(one) for one in decided], made.made.candidates):
        made.add_name(number, mention)
    return made.finish(decided, asked, predictions)


def _size(chunk: Chunk) -> int:
    """The tokens of a chunk and its separator."""
    return chunk[2] - chunk[1] + 1


def _chunks(number: int, sentence: EncodedSentence) -> Iterator[Chunk]:
    """A sentence in pieces of at most `CHUNK` tokens that part no figure."""
    start, size = 0, len(sentence.ids)
    while start < size:
        end = min(size, start + CHUNK)
        crossing = [first for first, last, _ in sentence.figures if start < first < end < last]
        end = min(crossing, default=end)
        yield number, start, end
        start = end


def _stretches(chunks: Sequence[Chunk], longest: int) -> Iterator[tuple[int, int, int, int]]:
    """Where each passage begins and ends among `chunks`, and from where to where it decides what stands in it.

    The last chunk of a passage is only read: it is decided in the next one, with text after it.
    """
    room = longest - 1 - (HEADLINE_TOKENS + 1) - (OVER_TOKENS + 1) - NAMES_BEYOND * (NAME_TOKENS + 1)
    begin = fresh = 0
    while fresh < len(chunks):
        end, held = begin, 0
        while end < len(chunks) and (held + _size(chunks[end]) <= room or end <= fresh):
            held += _size(chunks[end])
            end += 1
        stop = end if end == len(chunks) else max(fresh + 1, end - 1)
        yield begin, fresh, end, stop
        begin, repeated = stop, 0
        while begin > fresh and repeated + _size(chunks[begin - 1]) <= OVERLAP:
            begin -= 1
            repeated += _size(chunks[begin])
        fresh = stop


def _figures_in(document: EncodedDocument, chunks: Sequence[Chunk]) -> frozenset[int]:
    """The figures that begin in `chunks`."""
    return frozenset(
        index for number, a, b in chunks for first, _, index in document.sentences[number].figures if a <= first < b
    )


def _above(document: EncodedDocument, first: Chunk) -> Iterator[Chunk]:
    """The headline and the line over the list that stand above a passage that begins with `first`."""
    most = {document.over[first[0]]: OVER_TOKENS, document.headline: HEADLINE_TOKENS}
    for number in sorted(one for one in most if one is not None and one < first[0]):
        yield number, 0, min(most[number], len(document.sentences[number].ids))


def _kinds(document: EncodedDocument, sentence: EncodedSentence) -> list[int]:
    """For each token of a sentence what it belongs to."""
    kinds = [0] * len(sentence.ids)
    for mention in sentence.mentions:
        kinds[mention.first : mention.last] = [mention.kind] * (min(mention.last, len(kinds)) - mention.first)
    for first, last, figure in sentence.figures:
        kind = TOKEN_KINDS.index("money" if document.figures[figure].kind is Kind.MONEY else "number")
        kinds[first:last] = [kind] * (min(last, len(kinds)) - first)
    return kinds


def _names_beyond(
    document: EncodedDocument, predictions: Sequence[FeaturePrediction | None], inside: Sequence[int]
) -> list[tuple[int, MentionTokens]]:
    """The names likely for some figure that a passage lacks, each as its first mention with that of its sentence."""
    present, likely = set(inside), dict[int, float]()
    for prediction in (one for one in predictions if one is not None):
        for candidate, p in prediction.actors.items():
            if candidate >= 0 and candidate not in present:
                likely[candidate] = max(likely.get(candidate, 0.0), p, prediction.recipients[candidate])
    found = []
    for candidate in sorted(likely, key=lambda c: (-likely[c], c))[:NAMES_BEYOND]:
        mentions = (
            (number, mention) for number, sentence in enumerate(document.sentences) for mention in sentence.mentions
        )
        first = next((pair for pair in mentions if pair[1].candidate == candidate), None)
        if first is not None:
            found.append(first)
    return found
