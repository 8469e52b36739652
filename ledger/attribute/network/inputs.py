"""The network's input for one figure: a window of tokens, and the predictions of the named features.

The window holds the headline, the line that introduces a list, as many earlier sentences as fit, the figure's own
sentence and the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log10

from ledger.attribute.network.encoding import TOKEN_KINDS, EncodedDocument, EncodedSentence, MentionTokens
from schemas import COMMITMENT_MEASURES, Bound, FieldCode, Figure, Kind, Measure, Section, Stage

MEASURES = tuple(Measure)
STAGES = tuple(Stage)
UNTRAINED_FIELDS: frozenset[FieldCode] = frozenset()
"""Fields newer than the committed network: the features alone decide these. Empty once it is trained again."""
FIELDS = tuple(code for code in FieldCode if code not in UNTRAINED_FIELDS)
TOKEN_POSITIONS = ("own", "before", "after", "headline", "over", "beyond")
"""Where a token is: in the figure's sentence, before or after it, in the headline, over its list, or outside."""
POSITION_CODES = len(TOKEN_POSITIONS) * len(TOKEN_KINDS)
"""How many values `position_code` has."""
WINDOW_TOKENS = 160
"""Tokens of a window."""
OWN_TOKENS, HEADLINE_TOKENS, OVER_TOKENS, AFTER_TOKENS = 96, 36, 24, 36
"""The most tokens of the figure's sentence, of the headline, of the line over a list, and of the next sentence."""
MIN_PROBABILITY = 1e-4
"""Probabilities enter as logarithms, clipped at this value."""
CLS_ID, SEP_ID = 101, 102
POSITION_FEATURES = 9
"""Length of what `_position_features` returns."""
OUTSIDE_WINDOW = (0.0, 0.0, 1.0, *[0.0] * (POSITION_FEATURES - 3))
"""The position features of a mention outside the window."""
NAME_KINDS = range(TOKEN_KINDS.index("number") + 1, len(TOKEN_KINDS))
"""The kinds of a token that belongs to a name or an anaphor."""
MENTION_FEATURES = POSITION_FEATURES + len(NAME_KINDS) + 5 + 2
"""Features of a mention: its position, its kind, the prediction of the named features, and its distance."""
MAX_NAMES_BEYOND = 8
"""The most names from outside the window that are appended to it: those that the named features find likeliest."""
NAME_TOKENS = 10
"""Tokens shown of such a name."""


@dataclass(frozen=True, slots=True)
class FeaturePrediction:
    """The probabilities that the named features give for one figure."""

    measures: Mapping[str, float]
    stages: Mapping[str, float]
    fields: Mapping[str, float]
    actors: Mapping[int, float]
    """Probability of each candidate, by its number; the null candidate (no name) is -1."""
    recipients: Mapping[int, float]

    @property
    def commitment_probability(self) -> float:
        """The probability that the figure is a commitment."""
        return sum(p for measure, p in self.measures.items() if measure in COMMITMENT_MEASURES)


@dataclass(frozen=True, slots=True)
class ContextWindow:
    """The input for one figure; token positions count from the start of the window."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    """For each token its `position_code`: what it belongs to and where it is."""
    figure: tuple[int, int]
    figure_features: tuple[float, ...]
    """Kind, bound, section, size, rank in its sentence, and the logarithms of the predicted probabilities."""
    mentions: tuple[tuple[int, int], ...]
    """First token of each mention, and the token past its last one."""
    candidates: tuple[int, ...]
    """The candidate of each mention."""
    mention_features: tuple[tuple[float, ...], ...]
    """For each mention `MENTION_FEATURES` numbers."""


@dataclass(slots=True)
class _WindowBuilder:
    """A window under construction."""

    ids: list[int]
    kinds: list[int]
    mentions: list[tuple[int, int]]
    candidates: list[int]
    features: list[tuple[float, ...]]

    def separate(self, where: str) -> None:
        """Append a separator token."""
        self.ids.append(SEP_ID)
        self.kinds.append(position_code(0, where))

    def append_name(self, sentence: EncodedSentence, mention: MentionTokens) -> None:
        """Append the tokens of a mention from outside the window."""
        ids = sentence.ids[mention.first : mention.last][:NAME_TOKENS]
        self.mentions.append((len(self.ids), len(self.ids) + len(ids)))
        self.candidates.append(mention.candidate)
        self.ids += ids
        self.kinds += [position_code(mention.kind, "beyond")] * len(ids)
        self.separate("beyond")


def context_window(
    document: EncodedDocument, index: int, prediction: FeaturePrediction | None, longest: int = WINDOW_TOKENS
) -> ContextWindow:
    """The window of figure `index`, of at most `longest` tokens and two more; no prediction is marked as unknown."""
    home = document.sentence_of[index]
    parts = _parts(document, index, home, longest)
    made = _WindowBuilder([CLS_ID], [position_code(0, "own")], [], [], [])
    own = (1, 2)
    for at, (number, a, b) in enumerate(parts):
        shift = len(made.ids) - a
        _add_part(made, document, index, (number, a, b), prediction)
        for first, last, figure in document.sentences[number].figures:
            if figure == index:
                own = (first + shift, min(last, b) + shift)
        if at + 1 == len(parts) or _separated(document, number, parts[at + 1][0], home):
            made.separate(_position(document, number, home))
    distances = [_distance(a - own[0]) for a, _ in made.mentions]
    for sentence, mention in _names_beyond(document, prediction, made.candidates):
        made.append_name(sentence, mention)
        made.features.append(_mention_features(prediction, mention, OUTSIDE_WINDOW))
        distances.append((1.0, 1.0))
    return ContextWindow(
        tuple(made.ids),
        tuple(made.kinds),
        own,
        _figure_features(document, index, prediction),
        tuple(made.mentions),
        tuple(made.candidates),
        tuple((*row, *distance) for row, distance in zip(made.features, distances, strict=True)),
    )


def _add_part(
    made: _WindowBuilder,
    document: EncodedDocument,
    index: int,
    part: tuple[int, int, int],
    prediction: FeaturePrediction | None,
) -> None:
    """Append tokens `a` to `b` of a sentence with the mentions that lie wholly within them."""
    number, a, b = part
    sentence, where = document.sentences[number], _position(document, number, document.sentence_of[index])
    shift = len(made.ids) - a
    made.ids += sentence.ids[a:b]
    made.kinds += [position_code(kind, where) for kind in _kinds(sentence, index, document.figures)[a:b]]
    for mention in sentence.mentions:
        known = prediction is None or mention.candidate in prediction.actors
        if a <= mention.first and mention.last <= b and known:
            made.mentions.append((mention.first + shift, mention.last + shift))
            made.candidates.append(mention.candidate)
            position = _position_features(document, index, number, mention)
            made.features.append(_mention_features(prediction, mention, position))


def position_code(kind: int, where: str) -> int:
    """One number for a token's kind (index into `TOKEN_KINDS`) and its position (one of `TOKEN_POSITIONS`)."""
    return TOKEN_POSITIONS.index(where) * len(TOKEN_KINDS) + kind


def _position(document: EncodedDocument, number: int, home: int) -> str:
    if number == home:
        return "own"
    if number == document.headline:
        return "headline"
    if number == document.over[home]:
        return "over"
    return "before" if number < home else "after"


def _separated(document: EncodedDocument, number: int, following: int, home: int) -> bool:
    """Whether a separator parts two sentences: around the figure's own, and where a paragraph, item or row ends."""
    return (
        home in (number, following)
        or following != number + 1
        or document.sentences[number].segment != document.sentences[following].segment
    )


def _names_beyond(
    document: EncodedDocument, prediction: FeaturePrediction | None, inside: Sequence[int]
) -> list[tuple[EncodedSentence, MentionTokens]]:
    """The likely names that are not in the window, each with its first mention."""
    if prediction is None:
        return []
    present = set(inside)
    likely = {c: max(p, prediction.recipients[c]) for c, p in prediction.actors.items() if c >= 0 and c not in present}
    found = []
    for candidate in sorted(likely, key=lambda c: (-likely[c], c))[:MAX_NAMES_BEYOND]:
        mentions = ((sentence, mention) for sentence in document.sentences for mention in sentence.mentions)
        first = next((pair for pair in mentions if pair[1].candidate == candidate), None)
        if first is not None:
            found.append(first)
    return found


def _kinds(sentence: EncodedSentence, index: int, figures: Sequence[Figure]) -> list[int]:
    kinds = [0] * len(sentence.ids)
    for mention in sentence.mentions:
        kinds[mention.first : mention.last] = [mention.kind] * (min(mention.last, len(kinds)) - mention.first)
    for first, last, figure in sentence.figures:
        kind = 1 if figure == index else 2 if figures[figure].kind is Kind.MONEY else 3
        kinds[first:last] = [kind] * (min(last, len(kinds)) - first)
    return kinds


def _parts(document: EncodedDocument, index: int, home: int, longest: int) -> list[tuple[int, int, int]]:
    """The sentences of a window with the first token of each and the token past the last, in the order of the text."""
    size = [len(sentence.ids) for sentence in document.sentences]
    first, last = next((a, b) for a, b, figure in document.sentences[home].figures if figure == index)
    begin = max(0, min(first - OWN_TOKENS // 2, size[home] - OWN_TOKENS))
    taken = {home: (begin, min(size[home], max(begin + OWN_TOKENS, last)))}
    for number, most in ((document.headline, HEADLINE_TOKENS), (document.over[home], OVER_TOKENS)):
        if number is not None and number not in taken:
            taken[number] = (0, min(size[number], most))
    room = longest - 2 - sum(b - a + 1 for a, b in taken.values())
    following = home + 1
    if following < len(size) and following not in taken and size[following]:
        taken[following] = (0, min(size[following], AFTER_TOKENS, max(room, 0)))
        room -= taken[following][1] + 1
    for number in range(home - 1, -1, -1):
        if room <= 0:
            break
        if number in taken:
            continue
        taken[number] = (max(0, size[number] - room), size[number])
        room -= size[number] + 1
    return [(number, *taken[number]) for number in sorted(taken)]


TRAINED_SECTIONS = tuple(section for section in Section if section not in (Section.ABOUT, Section.COMMENT))
"""The sections that the network was trained with."""


def _figure_features(document: EncodedDocument, index: int, prediction: FeaturePrediction | None) -> tuple[float, ...]:
    figure = document.figures[index]
    sentence = document.sentences[document.sentence_of[index]]
    amounts = [number for _, _, number in sentence.figures if document.figures[number].kind is Kind.MONEY]
    plain = [
        *(float(figure.kind is kind) for kind in Kind),
        *(float(figure.bound is bound) for bound in Bound),
        *(float(figure.section.weighed_as is section) for section in TRAINED_SECTIONS),
        float(figure.per is not None),
        float(figure.period is not None),
        log10(abs(float(figure.value)) + 1) / 10,
        float(amounts[:1] == [index]),
        min(5, len(amounts)) / 5,
        float(prediction is not None),
    ]
    if prediction is None:
        return (*plain, *[0.0] * (len(MEASURES) + len(STAGES) + len(FIELDS) + 2))
    predicted = [
        *(_scaled_log(prediction.measures.get(m, 0.0)) for m in MEASURES),
        *(_scaled_log(prediction.stages.get(s, 0.0)) for s in STAGES),
        *(prediction.fields.get(f, 0.0) for f in FIELDS),
        prediction.actors.get(-1, 0.0),
        prediction.recipients.get(-1, 0.0),
    ]
    return (*plain, *predicted)


def _scaled_log(probability: float) -> float:
    """The logarithm of a probability on a scale from 0 (`MIN_PROBABILITY` or less) to 1 (certain)."""
    return 1 - log(max(probability, MIN_PROBABILITY)) / log(MIN_PROBABILITY)


def clipped_log_odds(probability: float, null: float) -> float:
    """The log odds of a name against the null candidate, clipped to -6 … 6."""
    return max(-6.0, min(6.0, log(max(probability, MIN_PROBABILITY) / max(null, MIN_PROBABILITY))))


def _position_features(document: EncodedDocument, index: int, number: int, mention: MentionTokens) -> tuple[float, ...]:
    """The position of a mention relative to a figure; `number` is the index of its sentence."""
    home = document.sentence_of[index]
    offset, sentence = number - home, document.sentences[number]
    leads, between = False, 0
    if offset == 0:
        own = next(first for first, _, figure in sentence.figures if figure == index)
        low, high = min(own, mention.first), max(own, mention.first)
        between = sum(low < first < high for first, _, figure in sentence.figures if figure != index)
        leads = all(other.first >= mention.first for other in sentence.mentions if not other.anaphor)
    return (
        float(offset == 0),
        float(offset > 0),
        min(6, -offset) / 6 if offset < 0 else 0.0,
        float(number == document.headline),
        float(mention.anaphor),
        float(mention.certain),
        float(sentence.segment == document.sentences[home].segment),
        min(3, between) / 3,
        float(leads),
    )


def _mention_features(
    prediction: FeaturePrediction | None, mention: MentionTokens, position: tuple[float, ...]
) -> tuple[float, ...]:
    kind = [float(mention.kind == k) for k in NAME_KINDS]
    if prediction is None:
        return (*position, *kind, 0.0, 0.0, 0.0, 0.0, 0.0)
    predicted = []
    for table in (prediction.actors, prediction.recipients):
        probability = table.get(mention.candidate, 0.0)
        predicted += [probability, clipped_log_odds(probability, table.get(-1, 0.0)) / 3]
    return (*position, *kind, *predicted, float(mention.candidate in prediction.actors))


def _distance(tokens: int) -> tuple[float, ...]:
    far = log(1 + abs(tokens)) / 5
    return (far, 0.0) if tokens < 0 else (0.0, far)
