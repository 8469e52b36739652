"""Named features of each figure for measure, stage and time basis, from the cues of its clause, sentence, neighbours, headline and document.

Feature names are short and stable, for they are the keys of the weights files: `verb.lend.to<` is the verb lend in "to lend", left of the figure.
Places are `<` left, `>` right; `n` near, `c` in the clause, `f` behind another figure, `o` in a neighbouring clause, `x` farther off; `S` the
sentence; `P` the sentence before, `N` the one after; `H` the headline; `G` the line over a list; `D` the document.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ledger.attribute.labels.cues import FIGURE, Cue, Hit, hits, stem
from ledger.attribute.labels.frames import fitting, frames_of, masked
from ledger.attribute.tokens import Scene, Words
from ledger.models.packed import FeatureBundle
from schemas import Bound, Figure, Kind, Section

BREAKS = frozenset(
    [
        ",",
        ";",
        ":",
        "(",
        ")",
        "—",
        "–",
        "[",
        "]",
        "/",
        "|",
        "•",
        "and",
        "but",
        "which",
        "who",
        "while",
        "as",
        "when",
        "where",
        "after",
        "before",
        "because",
        "although",
        "though",
        "whereas",
        "that",
        "until",
        "if",
    ]
)
PREPOSITIONS = frozenset(
    [
        "of",
        "in",
        "for",
        "to",
        "from",
        "on",
        "at",
        "by",
        "with",
        "over",
        "into",
        "under",
        "across",
        "through",
        "towards",
        "toward",
        "against",
        "worth",
        "as",
        "among",
        "per",
        "via",
        "within",
    ]
)
HARD_STOPS = frozenset(
    [
        ".",
        ",",
        ";",
        ":",
        "(",
        ")",
        "—",
        "–",
        "?",
        "!",
        "|",
        "/",
        "and",
        "or",
        "but",
        "that",
        "which",
        "who",
        "is",
        "are",
        "was",
        "were",
        "will",
        "would",
        "has",
        "have",
        "had",
    ]
)
FILLERS = frozenset(
    [
        "about",
        "around",
        "some",
        "nearly",
        "almost",
        "roughly",
        "approximately",
        "over",
        "more",
        "less",
        "than",
        "as",
        "much",
        "many",
        "least",
        "most",
        "a",
        "an",
        "the",
        "just",
        "only",
        "another",
        "further",
        "additional",
        "extra",
        "estimated",
        "fewer",
        "under",
        "below",
        "close",
        "between",
        "up",
        "worth",
        "whopping",
        "mere",
        "exactly",
        "initial",
        "combined",
        "its",
        "their",
        "our",
        "total",
        "at",
        "and",
        "or",
        "also",
        "even",
        "still",
        "record",
        "massive",
        "reported",
        "planned",
        "proposed",
    ]
)
QUOTES = frozenset('"“”')
OPENERS, CLOSERS = frozenset(["(", "["]), frozenset([")", "]"])


class Laid(NamedTuple):
    """A sentence laid out: its words with figures as `#`, the clause of each word, its cues and the place of each figure."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    clauses: tuple[int, ...]
    figures_before: tuple[int, ...]
    hits: tuple[Hit, ...]
    place: dict[int, int]
    """Figure index → its word."""
    quoted: tuple[bool, ...]
    lexis: tuple[tuple[int, int, str, str], ...]
    """Of each word of three letters and more: where it stands, its clause, and its feature left and right of a figure."""
    section: Section
    timed: bool
    """Whether a word of time basis is in it."""
    line: str
    """Its words as the frames read them, every figure as another than the one asked about; empty in a sentence without figures."""
    offsets: Mapping[int, int]
    """Where the word of each figure stands in `line`, by the word's number."""


def lay(scene: Scene, number: int) -> Laid:
    """Lay out sentence `number` of the scene."""
    sentence = scene.sentences[number]
    words, starts, ends, place = _with_figures(scene, sentence, scene.figures_of[number])
    clauses, before, quoted = _walk(words)
    found = tuple(hits(words))
    timed = not TIMED.isdisjoint(words) or any(hit.cue.kind == "time" for hit in found)
    lexis = _lexis(words, clauses) if place else ()
    line = masked(words) if place else ""
    offsets = {at: len(" ".join(words[:at])) + (at > 0) for at in place.values()}
    return Laid(
        tuple(words),
        tuple(starts),
        tuple(ends),
        clauses,
        before,
        found,
        place,
        quoted,
        lexis,
        sentence.section,
        timed,
        line,
        offsets,
    )


TIMED = frozenset(
    "bring brings bringing brought take takes taking took puts putting lifts lifting add adds added owe owes owed sits".split()  # noqa: SIM905 (a list of words)
)
"""Words that are no cue of time by themselves but may tell how a figure adds up: "brings its aid to #"."""


def _lexis(words: Sequence[str], clauses: Sequence[int]) -> tuple[tuple[int, int, str, str], ...]:
    return tuple(
        [
            (position, clauses[position], *sides)
            for position, word in enumerate(words)
            if len(word) >= 3 and (sides := _sides(word)) is not None
        ]
    )


@lru_cache(maxsize=20_000)
def _sides(word: str) -> tuple[str, str] | None:
    """The feature of a word left and right of a figure."""
    root = stem(word) if word[0].isalpha() else ""
    return (f"l:{root}", f"r:{root}") if root else None


def _with_figures(
    scene: Scene, sentence: Words, figures: Sequence[int]
) -> tuple[list[str], list[int], list[int], dict[int, int]]:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place: dict[int, int] = {}
    at, size = 0, len(sentence.words)
    for index in figures:
        figure = scene.figures[index]
        first = bisect_left(sentence.ends, figure.start + 1)
        _plain(sentence, at, first, words, starts, ends)
        place[index] = len(words)
        words.append(FIGURE)
        starts.append(figure.start)
        ends.append(figure.end)
        at = max(at, bisect_left(sentence.starts, figure.end))
    _plain(sentence, at, size, words, starts, ends)
    return words, starts, ends, place


def _plain(sentence: Words, first: int, last: int, words: list[str], starts: list[int], ends: list[int]) -> None:
    said = sentence.words[first:last]
    words += [_bare(word) if "'" in word or "’" in word else word for word in said] if sentence.possessive else said
    starts += sentence.starts[first:last]
    ends += sentence.ends[first:last]


def _bare(word: str) -> str:
    """A word without a possessive's ending, with plain apostrophes."""
    return (word[:-2] if word.endswith(("'s", "’s")) else word).replace("’", "'")


def _walk(words: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]:
    """The clause of each word, the figures before each word and before the end, and whether each word is quoted."""
    clauses = tuple(accumulate([1 if word in BREAKS else 0 for word in words]))
    before = tuple(accumulate([1 if word == FIGURE else 0 for word in words], initial=0))
    if QUOTES.isdisjoint(words):
        return clauses, before, (False,) * len(clauses)
    inside = False
    quoted: list[bool] = []
    for word in words:
        if word in QUOTES:
            inside = word == "“" or (word == '"' and not inside)
        quoted.append(inside)
    return clauses, before, tuple(quoted)


def twin_of(laid: Laid, index: int, scene: Scene) -> int | None:
    """The figure that this one says again in another currency: "€3bn ($3.2bn)", "€3bn, or about $3.2bn"."""
    figure = scene.figures[index]
    if figure.kind is not Kind.MONEY or index - 1 not in laid.place:
        return None
    other, here, there = scene.figures[index - 1], laid.place[index], laid.place[index - 1]
    if other.kind is not Kind.MONEY or other.unit == figure.unit or here - there > 7:
        return None
    between = laid.words[there + 1 : here]
    bracketed = bool(between) and between[0] in OPENERS and not any(word in CLOSERS for word in between)
    spoken = (
        len(between) <= 6
        and any(word in ("or", "equivalent", "roughly", "call") for word in between[:3])
        and between[0] in (",", "or", "(", "—", "–")
    )
    slashed = between == ("/",)
    return index - 1 if bracketed or spoken or slashed else None


def spoken(laid: Laid, at: int, kind: Kind) -> tuple[FeatureBundle, ...]:
    """What each cue of the sentence says of the figure at word `at`; nothing where it is part of the figure."""
    clauses, before = laid.clauses, laid.figures_before
    clause, here, past = clauses[at], before[at], before[at + 1]
    found = []
    for first, last, cue, tense in laid.hits:
        if last <= at:
            between, apart, distance, places = here != before[last], clause - clauses[last - 1], at - last, LEFT
        elif first > at:
            between, apart, distance, places = before[first] != past, clauses[first] - clause, first - at - 1, RIGHT
        else:
            found.append(NO_FEATURES)
            continue
        place = 4 if between else (0 if distance <= 2 else 1) if apart == 0 else 2 if apart == 1 or distance <= 6 else 3
        found.append(hit_features(cue, tense, places[place], kind))
    return tuple(found)


LEFT, RIGHT = (tuple([side + place for place in "ncoxf"]) for side in "<>")
"""Where a cue stands to a figure, as the code of the feature names."""
NO_FEATURES = FeatureBundle()


FITTING = {
    Kind.MONEY: frozenset(
        [
            "investment",
            "equity",
            "acquisition",
            "loan",
            "grant",
            "subsidy",
            "procurement",
            "budget",
            "stock",
            "revenue",
            "profit",
            "valuation",
            "trade",
            "price",
            "market_size",
            "penalty",
            "other",
        ]
    ),
    Kind.PERCENT: frozenset(["share", "change", "rate", "profit", "other", "price", "revenue", "equity", "stock"]),
    Kind.QUANTITY: frozenset(["capacity", "other", "duration", "change"]),
    Kind.COUNT: frozenset(["capacity", "other", "jobs", "people", "duration", "change", "stock"]),
}
"""The measures that a figure of a kind can be of: only their cues speak of it."""

THEMES = frozenset(
    [
        "investment",
        "equity",
        "acquisition",
        "loan",
        "grant",
        "subsidy",
        "procurement",
        "budget",
        "revenue",
        "profit",
        "penalty",
    ]
)
"""The measures that a whole document can be about."""

FUTURE = frozenset(
    [
        "will",
        "would",
        "to",
        "may",
        "pres",
        "ing",
        "topass",
        "willpass",
        "wouldpass",
        "maypass",
        "prespass",
        "prog",
        "progpass",
        "will!",
        "would!",
        "to!",
        "may!",
        "pres!",
        "topass!",
        "willpass!",
        "wouldpass!",
        "maypass!",
        "perf!",
        "perfpass!",
        "prog!",
        "prespass!",
        "did!",
        "pastpass!",
    ]
)
"""Tenses of what is still to come (or, denied in the past, has not been)."""


def resolved(stage: str, tense: str) -> str:
    """The stage that a cue speaks for in its tense: "will invest" is pledged, "invested" is disbursed, "is building" is committed."""
    if stage == "flow":
        return "committed" if tense == "prog" else "pledged" if tense in FUTURE else "disbursed"
    if stage == "build":
        return (
            "committed"
            if tense in ("prog", "progpass", "perf", "pastprog", "ing")
            else "pledged"
            if tense in FUTURE
            else "disbursed"
        )
    return stage


@lru_cache(maxsize=50_000)
def hit_features(cue: Cue, tense: str, place: str, figure: Kind) -> FeatureBundle:
    """The features of one cue at one place."""
    name, kind, measure, stage = cue.name, cue.kind, cue.measure, cue.stage
    found = [name + place, name + "@S"]
    if measure in FITTING[figure] and not (figure is Kind.MONEY and name == "noun.thing"):
        found.append(f"m{kind[0]}={measure}{place}")
    if tense and place[1] != "x":
        found.append(f"{name}.{tense}{place[0]}")
    if tense and place[1] in "nco":
        found.append(f"t={tense}{place}")
    if stage is not None:
        found.append(f"S{kind[0]}={resolved(stage, tense)}{place}")
        leaning = f"{stage}.{tense}" if tense else stage
        found += [f"s={leaning}{place}", f"s={leaning}@S"]
        if tense:
            found.append(f"s={stage}{place}")
    return FeatureBundle(found)


def attached(laid: Laid, at: int, kind: Kind) -> list[str]:
    """The noun that the figure stands before ("a #2bn plant *loan*"), and the one behind "in", "of" or "for" after it."""
    found: list[str] = []
    words, size = laid.words, len(laid.words)
    after = words[at + 1] if at + 1 < size else ""
    found.append(f"R1={after if after in PREPOSITIONS or not after[:1].isalpha() else stem(after)}")
    if after and after not in PREPOSITIONS and after not in HARD_STOPS and after != FIGURE:
        found += _noun_in(laid, at + 1, "aR", kind)
    elif after in PREPOSITIONS:
        if after == "worth" and at + 2 < size:
            found += _noun_in(laid, at + 3, "wR", kind)
        found += _noun_in(laid, at + 2, f"{after}R", kind)
    return found


def _noun_in(laid: Laid, first: int, label: str, kind: Kind) -> list[str]:
    """The last noun cue of the noun phrase that begins at word `first`."""
    words, end = laid.words, first
    while (
        end < len(words)
        and end < first + 6
        and words[end] not in HARD_STOPS
        and words[end] not in PREPOSITIONS
        and words[end] != FIGURE
    ):
        end += 1
    nouns = [hit for hit in laid.hits if first <= hit.first < end and hit.cue.kind == "noun"]
    if not nouns:
        return [f"{label}=-"]
    head = nouns[-1]
    told = [] if head.cue.measure not in FITTING[kind] else [f"{label}={head.cue.measure}"]
    return [f"{label}={head.cue.name}", *told] + [f"{label}~{noun.cue.name}" for noun in nouns[:-1]]


def governed(laid: Laid, at: int, kind: Kind) -> list[str]:
    """What stands right before the figure, fillers such as "up to some" left out: a preposition with its noun, or a verb."""
    words, back = laid.words, at - 1
    while back >= 0 and (words[back] in FILLERS or (words[back] == "to" and back and words[back - 1] == "up")):
        back -= 1
    if back < 0:
        return ["L1=^"]
    word = words[back]
    found = [f"L1={word if word in PREPOSITIONS or not word[:1].isalpha() else stem(word)}"]
    for first, last, cue, _ in reversed(laid.hits):
        if last <= back + 1 and first >= back - 6 and cue.kind in TELLING:
            lead = word if word in LEADS else "*"
            found.append(f"oL={lead}:{cue.name}")
            if cue.measure in FITTING[kind]:
                found += [f"oL={cue.measure}", f"oL={cue.measure}:{lead}"]
            break
    return found


TELLING = frozenset({"noun", "verb", "neg", "hedge"})
"""The kinds of cues that may govern a figure."""
LEADS = PREPOSITIONS | {"was", "is", "were", "are", ":", "(", ","}
"""The words by which they do."""


def nearest(laid: Laid, at: int, kind: Kind) -> list[str]:
    """The nearest verb and the nearest telling noun on each side."""
    found: list[str] = []
    fitting = FITTING[kind]
    for side, row in (("L", reversed(laid.hits)), ("R", iter(laid.hits))):
        left = side == "L"
        verb = noun = False
        for first, last, cue, tense in row:
            if last > at if left else first <= at:
                continue
            if tense and not verb:
                verb = True
                found += [f"v{side}={cue.name}.{tense}", f"vt{side}={tense}", f"v{side}={cue.name}"]
            elif not noun and cue.kind == "noun" and cue.measure in fitting and cue.name != "noun.thing":
                noun = True
                found.append(f"n{side}={cue.measure}")
            if verb and noun:
                break
    return found


def magnitude(figure: Figure) -> str:
    """The size of the number in steps of ten; a percentage in few steps."""
    value = float(abs(figure.value))
    if figure.kind is Kind.PERCENT:
        steps = (1, 3, 6, 10, 20, 30, 50, 75, 100)
        return f"%{bisect_left(steps, value)}"
    return f"{figure.kind[0]}{min(14, len(str(int(value))))}"


@lru_cache(maxsize=20_000)
def _kindred(kind: Kind, bound: Bound, unit: str, per: str | None, section: Section) -> FeatureBundle:
    """What kind, bound, unit, rate and section of a figure say."""
    found = [f"k={kind}", f"k={kind}.{bound}", f"sec={section}.{kind}"]
    if per is not None:
        found += ["per", f"per={per}.{kind}"]
    if kind in (Kind.QUANTITY, Kind.COUNT):
        found += [f"u={unit}", *(f"uc={name}" for name in unit_cues(unit))]
    elif kind is Kind.PERCENT and unit != "percent":
        found.append(f"u={unit}")
    return FeatureBundle(found)


def own(figure: Figure, laid: Laid, at: int) -> list[str]:
    """What the figure itself says beside its kind: size, company in the sentence, place."""
    found = [f"size={magnitude(figure)}"]
    if figure.period is not None:
        found.append("period")
    before, count = laid.figures_before[at], laid.figures_before[-1]
    found.append(f"fig={min(6, count)}")
    found.append(f"nth={min(3, before)}of{min(4, count)}")
    if laid.quoted[at]:
        found.append("quoted")
    if at and laid.words[at - 1] in OPENERS:
        found.append("bracket")
    if at == 0 or (at == 1 and not laid.words[0].isalpha()):
        found.append("leads")
    if laid.words[-1] == "?":
        found.append("question")
    if len(laid.words) <= 12:
        found.append("short")
    return found


def lexical(laid: Laid, at: int) -> list[str]:
    """The words of the figure's clause and the ones beside it."""
    here = laid.clauses[at]
    return [
        left if position < at else right
        for position, clause, left, right in laid.lexis
        if -1 <= clause - here <= 1 and position != at
    ]


@lru_cache(maxsize=50000)
def unit_cues(unit: str) -> tuple[str, ...]:
    """The noun cues that the unit of a count or quantity is of."""
    return tuple(hit.cue.name for hit in hits(unit.replace("_", " ").split()))


@dataclass(frozen=True, slots=True)
class Page:
    """A document with its sentences laid out and what its headline and whole text speak for."""

    scene: Scene
    laid: tuple[Laid, ...]
    twins: tuple[int | None, ...]
    headline: tuple[str, ...]
    tallies: tuple[str, ...]
    overheads: tuple[int | None, ...]
    """For each sentence, the line that stands over its list, if it is a list item or a table cell."""

    surroundings: dict[int, tuple[tuple[str, ...], ...]]
    """What was asked of `around` before."""

    def around(self, number: int) -> tuple[tuple[str, ...], ...]:
        """What the headline, the whole text and the lines around a sentence speak for."""
        found = self.surroundings.get(number)
        if found is None:
            found = self.surroundings[number] = _around(self, number)
        return found

    def head_of(self, index: int) -> int:
        """The figure that figure `index` says again in another currency, or itself."""
        twin = self.twins[index]
        while twin is not None:
            index, twin = twin, self.twins[twin]
        return index


def page(scene: Scene) -> Page:
    """Lay out a document."""
    laid = tuple(lay(scene, number) for number in range(len(scene.sentences)))
    twins = tuple(twin_of(laid[scene.sentence_of[index]], index, scene) for index in range(len(scene.figures)))
    headline = _gist(laid[scene.headline], "H") if scene.headline is not None else ()
    return Page(scene, laid, twins, headline, _tallies(laid), _overheads(_listed(laid)), {})


def _listed(laid: Sequence[Laid]) -> tuple[bool, ...]:
    """Which sentences are lines of a list: items, cells, and short lines with a figure beside another such line."""
    short = [
        len(line.words) <= SHORT_LINE and line.figures_before[-1] > 0 and line.words[-1:] != (".",) for line in laid
    ]
    marked = [line.section in (Section.LIST_ITEM, Section.TABLE_CELL) for line in laid]
    size = len(laid)
    return tuple(
        marked[n] or (short[n] and n > 0 and ((n + 1 < size and short[n + 1]) or (n > 1 and short[n - 1])))
        for n in range(size)
    )


SHORT_LINE = 12
"""Words of a line that may be one of a list without a mark."""


def _gist(laid: Laid, label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([feature for hit in laid.hits for feature in _spoken_for(label, hit.cue, hit.tense)]))


@lru_cache(maxsize=50_000)
def _spoken_for(label: str, cue: Cue, tense: str) -> tuple[str, ...]:
    """What a cue of another sentence speaks for, under the label of that sentence."""
    found = [f"{label}:{cue.name}"]
    if cue.measure is not None:
        found.append(f"{label}m={cue.measure}")
    if cue.stage is not None:
        found += [f"{label}s={cue.stage}.{tense}", f"{label}S={resolved(cue.stage, tense)}"]
    return tuple(found)


def _tallies(laid: Sequence[Laid]) -> tuple[str, ...]:
    """How large a part of the document's cues speaks for each measure and stage, in three steps."""
    measures = Counter(
        hit.cue.measure
        for line in laid
        for hit in line.hits
        if hit.cue.measure in THEMES and hit.cue.name != "noun.plant"
    )
    stages = Counter(
        hit.cue.stage for line in laid for hit in line.hits if hit.cue.stage not in (None, "flow", "build")
    )
    found = []
    for label, tally in (("m", measures), ("s", stages)):
        total = sum(tally.values()) or 1
        for name, count in sorted(tally.items(), key=lambda item: str(item[0])):
            step = bisect_left(STEPS, count / total)
            if step:
                found.append(f"D{step}{label}={name}")
    return tuple(found)


STEPS = (0.12, 0.25, 0.45)
"""The shares of a document's cues at which a tally tells more."""


def _overheads(listed: Sequence[bool]) -> tuple[int | None, ...]:
    over: list[int | None] = []
    last: int | None = None
    for number, item in enumerate(listed):
        over.append(last if item else None)
        if not item:
            last = number
    return tuple(over)


class Told(NamedTuple):
    """The features of a figure: bundles that always come together, one for each cue of the sentence and each line around, and loose ones."""

    cues: tuple[FeatureBundle, ...]
    """For each cue of the sentence its bundle; empty for a cue that is part of the figure."""
    kindred: FeatureBundle
    """What the figure's kind says."""
    around: tuple[tuple[str, ...], ...]
    """What the document and the lines around say: one object for all figures of a sentence."""
    loose: tuple[str, ...]

    @property
    def bundles(self) -> tuple[FeatureBundle, ...]:
        """All bundles."""
        return (*self.cues, self.kindred, *map(FeatureBundle, self.around))

    def counted(self) -> dict[str, float]:
        """Each feature with the number of times that it is told, for training and explaining."""
        return dict(Counter([*(feature for bundle in self.bundles for feature in bundle), *self.loose]))


def features(document: Page, index: int) -> Told:
    """The features of figure `index`; a figure said again in another currency has those of the first."""
    head = document.head_of(index)
    scene = document.scene
    figure = scene.figures[head]
    number = scene.sentence_of[head]
    laid = document.laid[number]
    at = laid.place[head]
    kind = figure.kind
    loose = own(figure, laid, at)
    loose += _frames(laid, at, kind)
    loose += attached(laid, at, kind)
    loose += governed(laid, at, kind)
    loose += nearest(laid, at, kind)
    loose += lexical(laid, at)
    if number == scene.headline:
        loose.append("headline")
    loose.append("early" if number <= 3 else "late" if number > 12 else "middle")
    kindred = _kindred(kind, figure.bound, figure.unit, figure.per, laid.section)
    return Told(spoken(laid, at, kind), kindred, document.around(number), tuple(loose))


def _frames(laid: Laid, at: int, kind: Kind) -> Sequence[str]:
    return _said_by(kind, fitting(laid.line, laid.offsets[at], kind))


@lru_cache(maxsize=20_000)
def _said_by(kind: Kind, patterns: tuple[int, ...]) -> tuple[str, ...]:
    """What the frames of patterns that match say of a figure."""
    found: list[str] = []
    read = frames_of(kind, patterns)
    for frame, _ in read:
        found.append(f"F:{frame.name}")
        if frame.measure is not None:
            found.append(f"F={frame.measure}")
            if len(read) == 1:
                found.append(f"F1={frame.measure}")
        if frame.stage is not None:
            found.append(f"F={frame.stage}")
    return tuple(found) or ("F=-",)


def _around(document: Page, number: int) -> tuple[tuple[str, ...], ...]:
    found = [document.headline, document.tallies]
    if number > 0:
        found.append(_gist(document.laid[number - 1], "P"))
    if number + 1 < len(document.laid):
        found.append(_gist(document.laid[number + 1], "N"))
    over = document.overheads[number]
    if over is not None:
        found.append(_gist(document.laid[over], "G"))
    return tuple(found)
