"""What the learned attributor reads for a figure: a window of tokens with names and figures marked in it, and what the named features think of it.

The window holds the headline, the line over a list, as many sentences before as fit, the figure's own sentence and the one after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log10

from tokenizers import Tokenizer

from ledger.attribute.roles.layout import Layout
from schemas import COMMITMENT_MEASURES, Bound, FieldCode, Figure, Kind, Measure, NameType, Section, Stage

MEASURES = tuple(Measure)
STAGES = tuple(Stage)
FIELDS = tuple(FieldCode)
KINDS = ("none", "asked", "money", "number", *NameType, "stands_for")
"""What a token may belong to: the figure asked about, another sum, another number, a name by its type, or words that stand for a name."""
WHERE = ("own", "before", "after", "headline", "over", "beyond")
"""Where a token stands to the figure: in its sentence, before or after it, in the headline, in the line over its list, or out of the window."""
LONGEST = 160
"""Tokens of a window."""
OWN, HEAD, OVER, AFTER = 96, 36, 24, 36
"""The most tokens of the figure's sentence, of the headline, of the line over a list, and of the sentence after."""
LEAST = 1e-4
"""Probabilities are told as logarithms, from this on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands in a sentence: its tokens, its candidate, and what kind of words they are."""

    first: int
    last: int
    candidate: int
    kind: int
    anaphor: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as tokens, with the names and the figures in it."""

    ids: tuple[int, ...]
    places: tuple[Place, ...]
    figures: tuple[tuple[int, int, int], ...]
    """First and last token (past it) and number of each figure."""
    segment: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document as lines of tokens."""

    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    home: tuple[int, ...]
    """The line of each figure."""
    headline: int | None
    over: tuple[int | None, ...]
    """For each line the one that stands over its list."""
    candidates: tuple[str, ...]
    """Names, by their numbers."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the named features think of a figure."""

    measures: Mapping[str, float]
    stages: Mapping[str, float]
    fields: Mapping[str, float]
    actors: Mapping[int, float]
    """Probability of each candidate, and of nobody at -1."""
    recipients: Mapping[int, float]

    @property
    def chance(self) -> float:
        """The probability that the figure is a commitment."""
        return sum(p for measure, p in self.measures.items() if measure in COMMITMENT_MEASURES)


@dataclass(frozen=True, slots=True)
class Window:
    """One figure as the network takes it; token positions are in the window."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    """For each token what it belongs to and where it stands: `placed` tells the number."""
    figure: tuple[int, int]
    facts: tuple[float, ...]
    """Of the figure: kind, bound, section, size, its place among the sums of its line, and the logarithms of the prior's probabilities."""
    names: tuple[tuple[int, int], ...]
    """First and last token (past it) of each mention."""
    candidates: tuple[int, ...]
    """The candidate of each mention."""
    ties: tuple[tuple[float, ...], ...]
    """Of each mention: the prior's odds of its name, where it stands to the figure, and its type."""


def sheet_of(layout: Layout, overheads: tuple[int | None, ...], tokenizer: Tokenizer) -> Sheet:
    """A document as lines of tokens; `overheads` has for each sentence the one that stands over its list."""
    scene = layout.scene
    encoded = tokenizer.encode_batch([scene.text[s.start : s.end] for s in scene.sentences], add_special_tokens=False)
    of = {mention: candidate.number for candidate in layout.candidates for mention in candidate.mentions}
    lines = []
    for number, (sentence, tokens) in enumerate(zip(scene.sentences, encoded, strict=True)):
        starts = [sentence.start + a for a, _ in tokens.offsets]
        ends = [sentence.start + b for _, b in tokens.offsets]
        held = [i for i, m in enumerate(layout.mentions) if sentence.start <= m.start and m.end <= sentence.end]
        places = [_place(layout, i, of[i], starts, ends) for i in held]
        figures = [
            (*_tokens(scene.figures[i].start, scene.figures[i].end, starts, ends), i) for i in scene.figures_of[number]
        ]
        lines.append(Line(tuple(tokens.ids), tuple(places), tuple(figures), sentence.segment))
    names = tuple(candidate.name for candidate in layout.candidates)
    return Sheet(tuple(lines), scene.figures, scene.sentence_of, scene.headline, overheads, names)


def _tokens(start: int, end: int, starts: Sequence[int], ends: Sequence[int]) -> tuple[int, int]:
    first = min(bisect_right(ends, start), max(0, len(ends) - 1))
    return first, max(first + 1, bisect_left(starts, end))


def _place(layout: Layout, number: int, candidate: int, starts: Sequence[int], ends: Sequence[int]) -> Place:
    mention = layout.mentions[number]
    kind = KINDS.index("stands_for" if mention.anaphor else mention.type)
    return Place(*_tokens(mention.start, mention.end, starts, ends), candidate, kind, mention.anaphor, mention.certain)


def window(sheet: Sheet, index: int, prior: Prior | None, longest: int = LONGEST) -> Window:
    """The window of figure `index`; without a prior its facts and ties are told as unknown."""
    home = sheet.home[index]
    parts = _parts(sheet, index, home, longest)
    made = _Made([CLS_ID], [placed(0, "own")], [], [], [])
    own = (1, 2)
    for at, (number, a, b) in enumerate(parts):
        line = sheet.lines[number]
        shift = len(made.ids) - a
        where = _where(sheet, number, home)
        made.ids += line.ids[a:b]
        made.kinds += [placed(kind, where) for kind in _kinds(line, index, sheet.figures)[a:b]]
        for first, last, figure in line.figures:
            if figure == index:
                own = (first + shift, min(last, b) + shift)
        for place in line.places:
            if a <= place.first and place.last <= b and (prior is None or place.candidate in prior.actors):
                made.names.append((place.first + shift, place.last + shift))
                made.candidates.append(place.candidate)
                made.ties.append(_tie(prior, place, _stands(sheet, index, number, place)))
        if at + 1 == len(parts) or _parted(sheet, number, parts[at + 1][0], home):
            made.part(where)
    far = [_distance(a - own[0]) for a, _ in made.names]
    for line, place in _beyond(sheet, prior, made.candidates):
        words = line.ids[place.first : place.last][:LONGEST_NAME]
        made.names.append((len(made.ids), len(made.ids) + len(words)))
        made.ids += words
        made.kinds += [placed(place.kind, "beyond")] * len(words)
        made.part("beyond")
        made.candidates.append(place.candidate)
        made.ties.append(_tie(prior, place, FAR_AWAY))
        far.append((1.0, 1.0))
    return Window(
        tuple(made.ids),
        tuple(made.kinds),
        own,
        _facts(sheet, index, prior),
        tuple(made.names),
        tuple(made.candidates),
        tuple((*tie, *distance) for tie, distance in zip(made.ties, far, strict=True)),
    )


def placed(kind: int, where: str) -> int:
    """The number of a token's kind at its place; `PLACED` of them in all."""
    return WHERE.index(where) * len(KINDS) + kind


PLACED = len(WHERE) * len(KINDS)


@dataclass(slots=True)
class _Made:
    """A window while it is made."""

    ids: list[int]
    kinds: list[int]
    names: list[tuple[int, int]]
    candidates: list[int]
    ties: list[tuple[float, ...]]

    def part(self, where: str) -> None:
        """End a line."""
        self.ids.append(SEP_ID)
        self.kinds.append(placed(0, where))


def partners(line: Line) -> frozenset[tuple[int, int]]:
    """Pairs of candidates that a line names side by side, as in "A and B" or "A, B and C", each both ways round."""
    places: list[Place] = []
    for place in sorted((one for one in line.places if not one.anaphor), key=lambda one: (one.first, -one.last)):
        if not places or place.first >= places[-1].last:
            places.append(place)
    pairs: set[tuple[int, int]] = set()
    series = places[:1]
    for place in places[1:]:
        between = line.ids[series[-1].last : place.first]
        if not 0 < len(between) <= 2 or not AND_IDS.union((COMMA_ID,)).issuperset(between):
            series = [place]
            continue
        series.append(place)
        if not AND_IDS.isdisjoint(between):
            numbers = {one.candidate for one in series}
            pairs.update((a, b) for a in numbers for b in numbers if a != b)
    return frozenset(pairs)


def _where(sheet: Sheet, number: int, home: int) -> str:
    if number == home:
        return "own"
    if number == sheet.headline:
        return "headline"
    if number == sheet.over[home]:
        return "over"
    return "before" if number < home else "after"


def _parted(sheet: Sheet, number: int, following: int, home: int) -> bool:
    """Whether a mark stands between two lines of a window: round the figure's own, and where a paragraph, item or row ends."""
    return (
        home in (number, following)
        or following != number + 1
        or sheet.lines[number].segment != sheet.lines[following].segment
    )


CLS_ID, SEP_ID = 101, 102
AND_IDS, COMMA_ID = frozenset({1998, 1004}), 1010
"""The tokens "and" and "&", and the comma."""
STANDS = 9
"""What `_stands` tells of a mention."""
FAR_AWAY = (0.0, 0.0, 1.0, *[0.0] * (STANDS - 3))
"""How a mention stands that the window does not hold."""
TIES = STANDS + len(KINDS) - 4 + 5 + 2
"""What is told of a mention: how it stands to the figure, its kind, the features' view, and its distance."""
BEYOND = 8
"""The most names from outside the window that stand at its end: those that the named features think likeliest."""


LONGEST_NAME = 10
"""Tokens that are shown of such a name."""


def _beyond(sheet: Sheet, prior: Prior | None, inside: Sequence[int]) -> list[tuple[Line, Place]]:
    """Likely names that are not in the window, each with its first place."""
    if prior is None:
        return []
    likely = {c: max(prior.actors[c], prior.recipients[c]) for c in prior.actors if c >= 0 and c not in set(inside)}
    found = []
    for candidate in sorted(likely, key=lambda c: (-likely[c], c))[:BEYOND]:
        first = next(
            ((line, place) for line in sheet.lines for place in line.places if place.candidate == candidate), None
        )
        if first is not None:
            found.append(first)
    return found


def _kinds(line: Line, index: int, figures: Sequence[Figure]) -> list[int]:
    kinds = [0] * len(line.ids)
    for place in line.places:
        kinds[place.first : place.last] = [place.kind] * (min(place.last, len(kinds)) - place.first)
    for first, last, figure in line.figures:
        kind = 1 if figure == index else 2 if figures[figure].kind is Kind.MONEY else 3
        kinds[first:last] = [kind] * (min(last, len(kinds)) - first)
    return kinds


def _parts(sheet: Sheet, index: int, home: int, longest: int) -> list[tuple[int, int, int]]:
    """The lines of a window with the tokens taken of each, in the order of the text."""
    size = [len(line.ids) for line in sheet.lines]
    first, last = next((a, b) for a, b, figure in sheet.lines[home].figures if figure == index)
    begin = max(0, min(first - OWN // 2, size[home] - OWN))
    taken = {home: (begin, min(size[home], max(begin + OWN, last)))}
    for number, most in ((sheet.headline, HEAD), (sheet.over[home], OVER)):
        if number is not None and number not in taken:
            taken[number] = (0, min(size[number], most))
    room = longest - 2 - sum(b - a + 1 for a, b in taken.values())
    follower = home + 1
    if follower < len(size) and follower not in taken and size[follower]:
        taken[follower] = (0, min(size[follower], AFTER, max(room, 0)))
        room -= taken[follower][1] + 1
    for number in range(home - 1, -1, -1):
        if room <= 0:
            break
        if number in taken:
            continue
        taken[number] = (max(0, size[number] - room), size[number])
        room -= size[number] + 1
    return [(number, *taken[number]) for number in sorted(taken)]


def _facts(sheet: Sheet, index: int, prior: Prior | None) -> tuple[float, ...]:
    figure = sheet.figures[index]
    sums = [
        number for _, _, number in sheet.lines[sheet.home[index]].figures if sheet.figures[number].kind is Kind.MONEY
    ]
    plain = [
        *(float(figure.kind is kind) for kind in Kind),
        *(float(figure.bound is bound) for bound in Bound),
        *(float(figure.section is section) for section in Section),
        float(figure.per is not None),
        float(figure.period is not None),
        log10(abs(float(figure.value)) + 1) / 10,
        float(sums[:1] == [index]),
        min(5, len(sums)) / 5,
        float(prior is not None),
    ]
    if prior is None:
        return (*plain, *[0.0] * (len(MEASURES) + len(STAGES) + len(FIELDS) + 2))
    told = [
        *(_log(prior.measures.get(m, 0.0)) for m in MEASURES),
        *(_log(prior.stages.get(s, 0.0)) for s in STAGES),
        *(prior.fields.get(f, 0.0) for f in FIELDS),
        prior.actors.get(-1, 0.0),
        prior.recipients.get(-1, 0.0),
    ]
    return (*plain, *told)


def _log(probability: float) -> float:
    """0 … 1: the logarithm of a probability on a scale that starts at `LEAST`."""
    return 1 - log(max(probability, LEAST)) / log(LEAST)


def odds(mine: float, nobody: float) -> float:
    """How much likelier a name is than nobody, as a logarithm between -6 and 6."""
    return max(-6.0, min(6.0, log(max(mine, LEAST) / max(nobody, LEAST))))


def _stands(sheet: Sheet, index: int, number: int, place: Place) -> tuple[float, ...]:
    """How a mention of line `number` stands to a figure: line, paragraph, sums between the two, and what kind of words it is."""
    home = sheet.home[index]
    lines, line = number - home, sheet.lines[number]
    leads, between = False, 0
    if lines == 0:
        own = next(first for first, _, figure in line.figures if figure == index)
        between = sum(
            min(own, place.first) < first < max(own, place.first)
            for first, _, figure in line.figures
            if figure != index
        )
        leads = all(other.first >= place.first for other in line.places if not other.anaphor)
    return (
        float(lines == 0),
        float(lines > 0),
        min(6, -lines) / 6 if lines < 0 else 0.0,
        float(number == sheet.headline),
        float(place.anaphor),
        float(place.certain),
        float(line.segment == sheet.lines[home].segment),
        min(3, between) / 3,
        float(leads),
    )


def _tie(prior: Prior | None, place: Place, stands: tuple[float, ...]) -> tuple[float, ...]:
    kind = [float(place.kind == k) for k in range(4, len(KINDS))]
    if prior is None:
        return (*stands, *kind, 0.0, 0.0, 0.0, 0.0, 0.0)
    told = []
    for table in (prior.actors, prior.recipients):
        told += [table.get(place.candidate, 0.0), odds(table.get(place.candidate, 0.0), table.get(-1, 0.0)) / 3]
    return (*stands, *kind, *told, float(place.candidate in prior.actors))


def _distance(tokens: int) -> tuple[float, ...]:
    far = log(1 + abs(tokens)) / 5
    return (far, 0.0) if tokens < 0 else (0.0, far)
