"""The features that the network takes beside the words: of a figure, of a figure and a name, of two figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, log10

from ledger.attribute.network.encoding import SECTIONS, TOKEN_KINDS, EncodedDocument, MentionTokens
from schemas import COMMITMENT_MEASURES, Bound, FieldCode, Kind, Measure, Stage

MEASURES = tuple(Measure)
STAGES = tuple(Stage)
UNTRAINED_FIELDS: frozenset[FieldCode] = frozenset()
"""Fields newer than the committed network: the features alone decide these. Empty once it is trained again."""
FIELDS = tuple(code for code in FieldCode if code not in UNTRAINED_FIELDS)
MIN_COMMITMENT_PROBABILITY = 0.08
"""An amount less likely than this to be a commitment, by the features, is a statistic."""
MIN_PROBABILITY = 1e-4
"""Probabilities enter as logarithms, clipped at this value."""
NAME_KINDS = range(TOKEN_KINDS.index("number") + 1, len(TOKEN_KINDS))
"""The kinds of a token that belongs to a name or an anaphor."""
FAR = 20
"""Sentences apart from which on two places are equally far."""
POSITION_FEATURES = 11
"""Features of the place of a mention beside a figure."""
MENTION_FEATURES = POSITION_FEATURES + len(NAME_KINDS) + 5
"""Features of a figure and a mention: places, the kind of name, and the prediction of the named features."""
PREDICTED_FEATURES = len(MEASURES) + len(STAGES) + len(FIELDS) + 2
"""The last features of a figure: what the named features predict; the one before says whether they are known."""
FIGURE_FEATURES = len(Kind) + len(Bound) + len(SECTIONS) + 7 + PREDICTED_FEATURES
"""Features of a figure."""
SUM_FEATURES = 17
"""Features of two sums."""
Features = tuple[float, ...]


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
class Place:
    """Where a figure or a mention stands: its sentence, and its first token there and in the passage."""

    sentence: int
    first: int
    token: int


def may_commit(kind: Kind, prediction: FeaturePrediction) -> bool:
    """Whether a figure is an amount that may be a commitment, by the features."""
    return kind is Kind.MONEY and prediction.commitment_probability >= MIN_COMMITMENT_PROBABILITY


def figure_features(document: EncodedDocument, index: int, prediction: FeaturePrediction | None) -> Features:
    """`FIGURE_FEATURES` numbers: kind, bound, section, size, place, and the logarithms of the predicted probabilities.

    Those of an unknown prediction are zero.
    """
    figure, number = document.figures[index], document.sentence_of[index]
    inside = document.sentences[number].figures
    amounts = [one for _, _, one in inside if document.figures[one].kind is Kind.MONEY]
    plain = [
        *(float(figure.kind is kind) for kind in Kind),
        *(float(figure.bound is bound) for bound in Bound),
        *(float(figure.section.weighed_as is section) for section in SECTIONS),
        float(figure.per is not None),
        float(figure.period is not None),
        log10(abs(float(figure.value)) + 1) / 10,
        float(amounts[:1] == [index]),
        min(5, len(amounts)) / 5,
        min(FAR, number) / FAR,
        float(prediction is not None),
    ]
    if prediction is None:
        return (*plain, *[0.0] * PREDICTED_FEATURES)
    return (
        *plain,
        *(_scaled_log(prediction.measures.get(m, 0.0)) for m in MEASURES),
        *(_scaled_log(prediction.stages.get(s, 0.0)) for s in STAGES),
        *(prediction.fields.get(f, 0.0) for f in FIELDS),
        prediction.actors.get(-1, 0.0),
        prediction.recipients.get(-1, 0.0),
    )


def _scaled_log(probability: float) -> float:
    """The logarithm of a probability on a scale from 0 (`MIN_PROBABILITY` or less) to 1 (certain)."""
    return 1 - log(max(probability, MIN_PROBABILITY)) / log(MIN_PROBABILITY)


def clipped_log_odds(probability: float, null: float) -> float:
    """The log odds of a name against the null candidate, clipped to -6 … 6."""
    return max(-6.0, min(6.0, log(max(probability, MIN_PROBABILITY) / max(null, MIN_PROBABILITY))))


def distance(tokens: int) -> float:
    """How far apart two tokens are, on a scale of logarithms."""
    return log(1 + abs(tokens)) / 6


def mention_features(
    document: EncodedDocument, figure: Place, mention: MentionTokens, place: Place, prediction: FeaturePrediction | None
) -> Features:
    """`MENTION_FEATURES` numbers of a figure and a mention."""
    kind = [float(mention.kind == k) for k in NAME_KINDS]
    return (*_position_features(document, figure, mention, place), *kind, *_predicted(mention.candidate, prediction))


def _predicted(candidate: int, prediction: FeaturePrediction | None) -> Features:
    """Probability and log odds / 3 as actor, the same as recipient, and whether they are known."""
    if prediction is None:
        return (0.0, 0.0, 0.0, 0.0, 0.0)
    predicted = []
    for table in (prediction.actors, prediction.recipients):
        probability = table.get(candidate, 0.0)
        predicted += [probability, clipped_log_odds(probability, table.get(-1, 0.0)) / 3]
    return (*predicted, float(candidate in prediction.actors))


def _position_features(document: EncodedDocument, figure: Place, mention: MentionTokens, place: Place) -> Features:
    home, offset = document.sentences[figure.sentence], place.sentence - figure.sentence
    sentence = document.sentences[place.sentence]
    leads, between = False, 0
    if offset == 0:
        low, high = sorted((figure.first, mention.first))
        between = sum(low < first < high for first, _, _ in sentence.figures)
        leads = all(other.first >= mention.first for other in sentence.mentions if not other.anaphor)
    far = distance(place.token - figure.token)
    before = place.token < figure.token
    return (
        float(offset == 0),
        min(FAR, -offset) / FAR if offset < 0 else 0.0,
        min(FAR, offset) / FAR if offset > 0 else 0.0,
        float(place.sentence == document.headline),
        float(place.sentence == document.over[figure.sentence]),
        float(mention.anaphor),
        float(sentence.segment == home.segment),
        min(3, between) / 3,
        float(leads),
        far if before else 0.0,
        0.0 if before else far,
    )


def sum_features(
    document: EncodedDocument, one: int, other: int, predictions: Mapping[int, FeaturePrediction | None]
) -> Features:
    """`SUM_FEATURES` numbers of the sums `one` and `other`: what the first may be to the second."""
    a, b = document.figures[one], document.figures[other]
    home, away = document.sentence_of[one], document.sentence_of[other]
    here, there = document.sentences[home], document.sentences[away]
    same_unit = a.unit == b.unit
    ratio = _log_ratio(float(a.value), float(b.value)) if same_unit else 0.0
    known = [predictions.get(index) for index in (one, other)]
    return (
        float(home == away),
        min(FAR, home - away) / FAR if away < home else 0.0,
        min(FAR, away - home) / FAR if home < away else 0.0,
        min(6, abs(one - other)) / 6,
        float(other < one),
        float(here.segment == there.segment),
        float(here.section == there.section),
        float(away == document.headline),
        float(away == document.over[home]),
        float(document.over[home] is not None and document.over[home] == document.over[away]),
        float(same_unit),
        float(same_unit and a.value == b.value),
        max(-1.0, min(0.0, ratio)),
        min(1.0, max(0.0, ratio)),
        float((a.per is None) != (b.per is None)),
        *(0.0 if prediction is None else prediction.commitment_probability for prediction in known),
    )


def _log_ratio(one: float, other: float) -> float:
    """The logarithm of base 1,000 of how many times larger the other is."""
    return log10((abs(other) + 1) / (abs(one) + 1)) / 3
