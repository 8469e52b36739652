"""Named features of each figure for measure, stage and time basis, from the cues of its clause, sentence, neighbours, headline and document.

Feature names are short and stable, for they are the keys of the weights files: `verb.lend.to<` is the verb lend in "to lend", left of the figure.
Places are `<` left, `>` right; `n` near, `c` in the clause, `f` behind another figure, `o` in a neighbouring clause, `x` farther off; `S` the
sentence; `P` the sentence before, `N` the one after; `H` the headline; `G` the line over a list; `D` the document.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ledger.attribute.context import Scene, Words
from ledger.attribute.labels_cues import FIGURE, Cue, Hit, hits, stem
from ledger.attribute.labels_frames import framed
from ledger.attribute.weigh import Bundle
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


def lay(scene: Scene, number: int) -> Laid:
    """Lay out sentence `number` of the scene."""
    sentence = scene.sentences[number]
    words, starts, ends, place = _with_figures(scene, sentence, scene.figures_of[number])
    clauses, before, quoted = _walk(words)
    found = tuple(hits(words))
    timed = not TIMED.isdisjoint(words) or any(hit.cue.kind == "time" for hit in found)
    lexis = _lexis(words, clauses) if place else ()
    return Laid(tuple(words), tuple(starts), tuple(ends), clauses, before, found, place, quoted, lexis, sentence.section, timed)


TIMED = frozenset(
    "bring brings bringing brought take takes taking took puts putting lifts lifting add adds added owe owes owed sits".split()  # noqa: SIM905 (a list of words)
)
"""Words that are no cue of time by themselves but may tell how a figure adds up: "brings its aid to #"."""


def _lexis(words: Sequence[str], clauses: Sequence[int]) -> tuple[tuple[int, int, str, str], ...]:
    return tuple(
        [(position, clauses[position], *sides) for position, word in enumerate(words) if len(word) >= 3 and (sides := _sides(word)) is not None]
    )


@lru_cache(maxsize=20_000)
def _sides(word: str) -> tuple[str, str] | None:
    """The feature of a word left and right of a figure."""
    root = stem(word) if word[0].isalpha() else ""
    return (f"l:{root}", f"r:{root}") if root else None


def _with_figures(scene: Scene, sentence: Words, figures: Sequence[int]) -> tuple[list[str], list[int], list[int], dict[int, int]]:
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


def place_of(hit: Hit, at: int, laid: Laid) -> str:
    """Where a cue stands to the figure at word `at`, as the code of the feature names."""
    left = hit.first < at
    near, side = (hit.last - 1, "<") if left else (hit.first, ">")
    between = laid.figures_before[at] - laid.figures_before[hit.last] if left else laid.figures_before[hit.first] - laid.figures_before[at + 1]
    apart = abs(laid.clauses[near] - laid.clauses[at])
    distance = at - hit.last if left else hit.first - at - 1
    if between > 0:
        return side + "f"
    if apart == 0:
        return side + ("n" if distance <= 2 else "c")
    return side + ("o" if apart == 1 or distance <= 6 else "x")


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

THEMES = frozenset(["investment", "equity", "acquisition", "loan", "grant", "subsidy", "procurement", "budget", "revenue", "profit", "penalty"])
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
        return "committed" if tense in ("prog", "progpass", "perf", "pastprog", "ing") else "pledged" if tense in FUTURE else "disbursed"
    return stage


@lru_cache(maxsize=50_000)
def hit_features(cue: Cue, tense: str, place: str, figure: Kind) -> Bundle:
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
    return tuple(found)


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
    while end < len(words) and end < first + 6 and words[end] not in HARD_STOPS and words[end] not in PREPOSITIONS and words[end] != FIGURE:
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
    before = [hit for hit in laid.hits if hit.last <= back + 1 and hit.first >= back - 6 and hit.cue.kind in ("noun", "verb", "neg", "hedge")]
    if before:
        last = before[-1]
        lead = word if word in PREPOSITIONS or word in ("was", "is", "were", "are", ":", "(", ",") else "*"
        found.append(f"oL={lead}:{last.cue.name}")
        if last.cue.measure in FITTING[kind]:
            found.append(f"oL={last.cue.measure}")
            found.append(f"oL={last.cue.measure}:{lead}")
    return found


def nearest(laid: Laid, at: int, kind: Kind) -> list[str]:
    """The nearest verb and the nearest telling noun on each side."""
    found: list[str] = []
    left = [hit for hit in laid.hits if hit.last <= at]
    right = [hit for hit in laid.hits if hit.first > at]
    for side, row in (("L", reversed(left)), ("R", iter(right))):
        verb = noun = False
        for hit in row:
            if not verb and hit.tense:
                verb = True
                found += [f"v{side}={hit.cue.name}.{hit.tense}", f"vt{side}={hit.tense}", f"v{side}={hit.cue.name}"]
            elif not noun and hit.cue.kind == "noun" and hit.cue.measure in FITTING[kind] and hit.cue.name != "noun.thing":
                noun = True
                found.append(f"n{side}={hit.cue.measure}")
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
def _kindred(kind: Kind, bound: Bound, unit: str, per: str | None, section: Section) -> Bundle:
    """What kind, bound, unit, rate and section of a figure say."""
    found = [f"k={kind}", f"k={kind}.{bound}", f"sec={section}.{kind}"]
    if per is not None:
        found += ["per", f"per={per}.{kind}"]
    if kind in (Kind.QUANTITY, Kind.COUNT):
        found += [f"u={unit}", *(f"uc={name}" for name in unit_cues(unit))]
    elif kind is Kind.PERCENT and unit != "percent":
        found.append(f"u={unit}")
    return tuple(found)


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
    return [left if position < at else right for position, clause, left, right in laid.lexis if -1 <= clause - here <= 1 and position != at]


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
    headline: Bundle
    tallies: Bundle
    overheads: tuple[int | None, ...]
    """For each sentence, the line that stands over its list, if it is a list item or a table cell."""

    gists: dict[tuple[int, str], Bundle]
    """What was asked of `gist` before."""

    def gist(self, number: int, label: str) -> Bundle:
        """What the cues of a sentence speak for, under a label for where it stands to another."""
        found = self.gists.get((number, label))
        if found is None:
            found = self.gists[number, label] = _gist(self.laid[number], label)
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
    short = [len(line.words) <= SHORT_LINE and line.figures_before[-1] > 0 and line.words[-1:] != (".",) for line in laid]
    marked = [line.section in (Section.LIST_ITEM, Section.TABLE_CELL) for line in laid]
    size = len(laid)
    return tuple(marked[n] or (short[n] and n > 0 and ((n + 1 < size and short[n + 1]) or (n > 1 and short[n - 1]))) for n in range(size))


SHORT_LINE = 12
"""Words of a line that may be one of a list without a mark."""


def _gist(laid: Laid, label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([feature for hit in laid.hits for feature in _spoken_for(label, hit.cue, hit.tense)]))


@lru_cache(maxsize=50_000)
def _spoken_for(label: str, cue: Cue, tense: str) -> Bundle:
    """What a cue of another sentence speaks for, under the label of that sentence."""
    found = [f"{label}:{cue.name}"]
    if cue.measure is not None:
        found.append(f"{label}m={cue.measure}")
    if cue.stage is not None:
        found += [f"{label}s={cue.stage}.{tense}", f"{label}S={resolved(cue.stage, tense)}"]
    return tuple(found)


def _tallies(laid: Sequence[Laid]) -> Bundle:
    """How large a part of the document's cues speaks for each measure and stage, in three steps."""
    measures = Counter(hit.cue.measure for line in laid for hit in line.hits if hit.cue.measure in THEMES and hit.cue.name != "noun.plant")
    stages = Counter(hit.cue.stage for line in laid for hit in line.hits if hit.cue.stage not in (None, "flow", "build"))
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

    cues: tuple[Bundle, ...]
    """For each cue of the sentence its bundle; empty for a cue that is part of the figure."""
    around: tuple[Bundle, ...]
    """Bundles of the figure's kind, the document and the lines around."""
    loose: tuple[str, ...]

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """All bundles."""
        return self.cues + self.around

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
    cues = tuple([hit_features(hit.cue, hit.tense, place_of(hit, at, laid), kind) if hit.last <= at or hit.first > at else () for hit in laid.hits])
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
    return Told(cues, (kindred, *_around(document, number)), tuple(loose))


def _frames(laid: Laid, at: int, kind: Kind) -> list[str]:
    found: list[str] = []
    read = framed(laid.words, at, kind)
    for frame, _ in read:
        found.append(f"F:{frame.name}")
        if frame.measure is not None:
            found.append(f"F={frame.measure}")
            if len(read) == 1:
                found.append(f"F1={frame.measure}")
        if frame.stage is not None:
            found.append(f"F={frame.stage}")
    return found or ["F=-"]


def _around(document: Page, number: int) -> tuple[Bundle, ...]:
    found = [document.headline, document.tallies]
    if number > 0:
        found.append(document.gist(number - 1, "P"))
    if number + 1 < len(document.laid):
        found.append(document.gist(number + 1, "N"))
    over = document.overheads[number]
    if over is not None:
        found.append(document.gist(over, "G"))
    return tuple(found)
