"""What the learned attributor reads for a figure: a window of tokens with names and figures marked in it, and what the named features think of it.

The window holds the headline, the line over a list, as many sentences before as fit, the figure's own sentence and the one after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log10

from tokenizers import Tokenizer

from ledger.attribute.roles_layout import Layout
from schemas import COMMITMENT_MEASURES, Bound, FieldCode, Figure, Kind, Measure, NameType, Section, Stage

MEASURES = tuple(Measure)
STAGES = tuple(Stage)
FIELDS = tuple(FieldCode)
KINDS = ("none", "asked", "money", "number", *NameType, "stands_for")
"""What a token may belong to: the figure asked about, another sum, another number, a name by its type, or words that stand for a name."""
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
    figure: tuple[int, int]
    facts: tuple[float, ...]
    """Of the figure: kind, bound, section, size, and the logarithms of the prior's probabilities."""
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
        figures = [(*_tokens(scene.figures[i].start, scene.figures[i].end, starts, ends), i) for i in scene.figures_of[number]]
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
    ids, kinds = [CLS_ID], [0]
    names: list[tuple[int, int]] = []
    candidates: list[int] = []
    ties: list[tuple[float, ...]] = []
    own = (1, 2)
    for number, a, b in parts:
        line = sheet.lines[number]
        shift = len(ids) - a
        ids += line.ids[a:b]
        kinds += _kinds(line, index, sheet.figures)[a:b]
        for first, last, figure in line.figures:
            if figure == index:
                own = (first + shift, min(last, b) + shift)
        for place in line.places:
            if a <= place.first and place.last <= b and (prior is None or place.candidate in prior.actors):
                names.append((place.first + shift, place.last + shift))
                candidates.append(place.candidate)
                ties.append(_tie(prior, place, number - home, number == sheet.headline))
        if number + 1 == home or number == sheet.headline or number == sheet.over[home]:
            ids.append(SEP_ID)
            kinds.append(0)
    ids.append(SEP_ID)
    kinds.append(0)
    far = [_distance(a - own[0]) for a, _ in names]
    for line, place in _beyond(sheet, prior, candidates):
        names.append((len(ids), len(ids) + place.last - place.first))
        ids += [*line.ids[place.first : place.last], SEP_ID]
        kinds += [*[place.kind] * (place.last - place.first), 0]
        candidates.append(place.candidate)
        ties.append(_tie(prior, place, -6, False))
        far.append((1.0, 1.0))
    return Window(
        tuple(ids),
        tuple(kinds),
        own,
        _facts(sheet.figures[index], prior),
        tuple(names),
        tuple(candidates),
        tuple((*tie, *distance) for tie, distance in zip(ties, far, strict=True)),
    )


CLS_ID, SEP_ID = 101, 102
TIES = 6 + len(KINDS) - 4 + 5 + 2
"""What is told of a mention: how it stands to the figure, its kind, the features' view, and its distance."""
BEYOND = 5
"""The most names from outside the window that stand at its end: those that the named features think likeliest."""


def _beyond(sheet: Sheet, prior: Prior | None, inside: Sequence[int]) -> list[tuple[Line, Place]]:
    """Likely names that are not in the window, each with its first place."""
    if prior is None:
        return []
    likely = {c: max(prior.actors[c], prior.recipients[c]) for c in prior.actors if c >= 0 and c not in set(inside)}
    found = []
    for candidate in sorted(likely, key=lambda c: (-likely[c], c))[:BEYOND]:
        first = next(((line, place) for line in sheet.lines for place in line.places if place.candidate == candidate), None)
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
    room = longest - 6 - sum(b - a for a, b in taken.values())
    follower = home + 1
    if follower < len(size) and follower not in taken and size[follower]:
        taken[follower] = (0, min(size[follower], AFTER, max(room, 0)))
        room -= taken[follower][1]
    for number in range(home - 1, -1, -1):
        if room <= 0:
            break
        if number in taken:
            continue
        taken[number] = (max(0, size[number] - room), size[number])
        room -= size[number]
    return [(number, *taken[number]) for number in sorted(taken)]


def _facts(figure: Figure, prior: Prior | None) -> tuple[float, ...]:
    plain = [
        *(float(figure.kind is kind) for kind in Kind),
        *(float(figure.bound is bound) for bound in Bound),
        *(float(figure.section is section) for section in Section),
        float(figure.per is not None),
        float(figure.period is not None),
        log10(abs(float(figure.value)) + 1) / 10,
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


def _tie(prior: Prior | None, place: Place, lines: int, headline: bool) -> tuple[float, ...]:
    near = [
        float(lines == 0),
        float(lines > 0),
        min(6, -lines) / 6 if lines < 0 else 0.0,
        float(headline),
        float(place.anaphor),
        float(place.certain),
    ]
    kind = [float(place.kind == k) for k in range(4, len(KINDS))]
    if prior is None:
        return (*near, *kind, 0.0, 0.0, 0.0, 0.0, 0.0)
    told = []
    for table in (prior.actors, prior.recipients):
        told += [table.get(place.candidate, 0.0), odds(table.get(place.candidate, 0.0), table.get(-1, 0.0)) / 3]
    return (*near, *kind, *told, float(place.candidate in prior.actors))


def _distance(tokens: int) -> tuple[float, ...]:
    far = log(1 + abs(tokens)) / 5
    return (far, 0.0) if tokens < 0 else (0.0, far)
