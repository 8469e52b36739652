"""A figure as seen from the names of its document: where it is, what governs it, and which names came last."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.attribute.roles.coding import SentenceCodes
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.links import lead_of, noun_of, syntactic_links, verb_after, verb_before
from ledger.attribute.roles.words import FIGURE, money_role
from ledger.lexicons import toml
from ledger.lexicons.currencies import rough_rates
from schemas import Figure, Kind, Measure

Role = Literal["actor", "recipient"]
ROLES: tuple[Role, Role] = ("actor", "recipient")
GROUPS = {
    Measure.LOAN: "lend",
    Measure.GRANT: "give",
    Measure.SUBSIDY: "give",
    Measure.INVESTMENT: "invest",
    Measure.EQUITY: "equity",
    Measure.ACQUISITION: "buy",
    Measure.PROCUREMENT: "buy",
    Measure.BUDGET: "budget",
}
"""Measures whose actors and recipients stand in the same constructions; statistics are one group."""
LOOK_BACK = 30
"""Occurrences before a figure whose names are candidates; of names further back only the salient ones are."""
LOOK_AHEAD = 2
"""Occurrences after the figure's sentence whose names are candidates."""
SALIENT = 4
"""The most frequent names of the document, which are candidates of every figure."""
RATE_ERROR = 2.0
"""An amount in another currency may miss the rough rate by this factor: rates move over the years."""
HEADING_LENGTH = 70
"""Characters of a line that may be a heading."""
NEVER = 99
BUCKETS = (*"012344666999999", *["15"] * (NEVER - 14))
_RESTATEMENTS = toml("roles")["restatements"]["sequences"]


def bucket(number: int) -> str:
    """A number as one of few words: small ones exactly, large ones roughly.

    >>> [bucket(number) for number in (0, 3, 5, 8, 14, 15, 700)]
    ['0', '3', '4', '6', '9', '15', '15']
    """
    return BUCKETS[number] if number <= NEVER else "15"


Ranks = tuple[str, str, str]
"""How recently a name occurred, as buckets: among all names, among those of its type, among subjects."""
OUT_OF_SIGHT = bucket(NEVER)
UNRANKED: Ranks = (OUT_OF_SIGHT, OUT_OF_SIGHT, OUT_OF_SIGHT)


@dataclass(slots=True)
class FigureView:
    """A figure with its syntactic context and its candidate names."""

    number: int
    """Index of the figure."""
    row: int
    """Index of its sentence."""
    at: int
    """Index of its code."""
    group: str
    measure: str
    verb: str
    """Class of the verb that governs the figure from the left, with "!" where it is passive."""
    side: str
    """What the subject of that verb does with the money."""
    after_verb: str
    after_side: str
    preposition: str
    """What stands right before the figure, fillers left out."""
    noun: str
    """Class of the figure's noun, with "<" where the noun is before it."""
    order: int
    """How many figures stand before it in its sentence."""
    pronoun: bool
    """Whether the sentence opens with a pronoun that was not resolved."""
    section: str
    before: dict[int, int]
    """For each candidate the index of its last occurrence before the figure."""
    after: dict[int, int]
    """For each candidate the index of its first occurrence after the figure."""
    ranks: dict[int, Ranks]
    """How recently each name occurred."""
    heads: frozenset[int]
    """Names of the heading over the figure's line."""
    openers: frozenset[int]
    """Names of the first occurrence in the figure's segment."""
    links: dict[int, str]
    """How the names of the sentence are tied to the figure, by the index of their code."""
    candidates: tuple[int, ...]
    """The numbers of its candidates, in the order of the text's first mentions.

    It is one object for all figures of a sentence between the same two names.
    """


NamesBefore = tuple[dict[int, int], dict[int, Ranks]]
NamesAround = tuple[NamesBefore, dict[int, int], tuple[int, ...]]


class _Names:
    """The candidates of the figures of one document; figures between the same two names of a sentence share them."""

    def __init__(self, layout: RoleLayout) -> None:
        self.layout = layout
        self.heads = names_in_headings(layout)
        self.ends = [(o.row, o.at) for o in layout.occurrences]
        salient = sorted(layout.candidates, key=lambda c: (-len(c.mentions), c.number))[:SALIENT]
        headline = () if layout.tokens.headline is None else layout.rows[layout.tokens.headline].occurrences
        self.always = sorted({*(c.number for c in salient), *(m for o in headline for m in o.members)})
        self.known: dict[tuple[int, int], NamesAround] = {}

    def split(self, row: int, at: int) -> int:
        """How many occurrences stand before a code of a sentence."""
        return bisect_left(self.ends, (row, at))

    def around(self, split: int, row: int) -> NamesAround:
        """The names before and after, and all of them, where `split` occurrences stand before the figure."""
        found = self.known.get((split, row))
        if found is None:
            before, after = self._before(split, self.heads[row]), self._after(split, row)
            found = self.known[split, row] = before, after, tuple(sorted({*before[0], *after}))
        return found

    def openers(self, split: int, row: int) -> frozenset[int]:
        """The names of the first occurrence in the sentence's segment, where that is before `split`."""
        sentences = self.layout.tokens.sentences
        segment = sentences[row].segment
        first = None
        for o in reversed(self.layout.occurrences[max(0, split - LOOK_BACK) : split]):
            if sentences[o.row].segment != segment:
                break
            first = o
        return frozenset(first.members) if first is not None else frozenset()

    def _before(self, split: int, heads: frozenset[int]) -> NamesBefore:
        before: dict[int, int] = {}
        ranks: dict[int, Ranks] = {}
        letters: dict[str, int] = {}
        total = subjects = 0
        occurrences = self.layout.occurrences
        for number in range(split - 1, max(-1, split - 1 - LOOK_BACK), -1):
            o = occurrences[number]
            fresh = [m for m in o.members if m not in before]
            if not fresh:
                continue
            alike = letters.get(o.letter, 0)
            rank = BUCKETS[total], BUCKETS[alike], BUCKETS[subjects] if o.subject else OUT_OF_SIGHT
            for m in fresh:
                before[m] = number
                ranks[m] = rank
            letters[o.letter] = alike + 1
            total += 1
            subjects += o.subject
        for m in (*self.always, *heads):
            if m not in before:
                places = self.layout.of_candidate[m]
                place = bisect_left(places, split) - 1
                if place >= 0:
                    before[m] = places[place]
                    ranks[m] = UNRANKED
        return before, ranks

    def _after(self, split: int, row: int) -> dict[int, int]:
        after: dict[int, int] = {}
        extra = 0
        for number in range(split, len(self.layout.occurrences)):
            o = self.layout.occurrences[number]
            if o.row != row:
                extra += 1
                if extra > LOOK_AHEAD:
                    break
            for m in o.members:
                after.setdefault(m, number)
        for m in self.always:
            if m not in after:
                places = self.layout.of_candidate[m]
                place = bisect_left(places, split)
                if place < len(places):
                    after[m] = places[place]
        return after


def figure_views(layout: RoleLayout, measures: Sequence[Measure]) -> list[FigureView]:
    """The view of every figure, in order; `measures` has one measure per figure."""
    anchors = anchors_of(layout)
    names = _Names(layout)
    return [_view(layout, index, anchors[index], measures[index], names) for index in range(len(layout.tokens.figures))]


def anchors_of(layout: RoleLayout) -> list[int]:
    """For each figure the one that it restates in other money, or itself."""
    tokens = layout.tokens
    anchors = list(range(len(tokens.figures)))
    for index in range(1, len(anchors)):
        this, last = tokens.figures[index], tokens.figures[index - 1]
        if this.kind is not Kind.MONEY or last.kind is not Kind.MONEY or this.unit == last.unit:
            continue
        row = layout.rows[tokens.sentence_of[index]]
        same = tokens.sentence_of[index] == tokens.sentence_of[index - 1]
        if same and _restates(row, index) and _may_be_worth(this, last):
            anchors[index] = anchors[index - 1]
    return anchors


def _may_be_worth(one: Figure, other: Figure) -> bool:
    """Whether an amount may be the other in another currency, at rough rates; unknown ones may."""
    rates = rough_rates()
    if one.unit not in rates or other.unit not in rates or not one.value or not other.value:
        return True
    ratio = float(one.value) * rates[one.unit] / (float(other.value) * rates[other.unit])
    return 1 / RATE_ERROR <= ratio <= RATE_ERROR


def _restates(row: SentenceCodes, index: int) -> bool:
    """Whether a figure restates the one before it, by what stands between the two."""
    if index not in row.figures or index - 1 not in row.figures:
        return False
    between = [code for code in row.items[row.figures[index - 1] + 1 : row.figures[index]] if code not in ("w", "on")]
    return between in _RESTATEMENTS and not (between == [","] and _goes_on(row, row.figures[index]))


def _goes_on(row: SentenceCodes, at: int) -> bool:
    """Whether a figure is followed by "and" and another one, as in a list: "$140m, €78m and ¥3bn"."""
    following = [code for code in row.items[at + 1 : at + 5] if code not in ("w", ",")]
    return following[:2] == ["and", FIGURE]


def names_in_headings(layout: RoleLayout) -> list[frozenset[int]]:
    """For each sentence the names of its heading: the last short line before it that is neither sentence nor figure."""
    tokens = layout.tokens
    over: frozenset[int] = frozenset()
    made = []
    sizes: dict[int, int] = {}
    for sentence in tokens.sentences:
        sizes[sentence.segment] = sizes.get(sentence.segment, 0) + 1
    for number, (row, sentence) in enumerate(zip(layout.rows, tokens.sentences, strict=True)):
        made.append(over)
        long = sizes[sentence.segment] > 1 or sentence.end - sentence.start > HEADING_LENGTH
        if long or row.figures or number == tokens.headline:
            continue
        if tokens.text[sentence.start : sentence.end].rstrip()[-1:] not in '.!?"”':
            over = frozenset(m for o in row.occurrences for m in o.members)
    return made


def _view(layout: RoleLayout, index: int, anchor: int, measure: Measure, names: _Names) -> FigureView:
    number = layout.tokens.sentence_of[index]
    row = layout.rows[number]
    at = row.figures.get(anchor, row.figures.get(index, len(row.items)))
    split = names.split(number, at)
    verb, following = verb_before(row, at), verb_after(row, at)
    (before, ranks), after, candidates = names.around(split, number)
    return FigureView(
        number=index,
        row=number,
        at=at,
        group=GROUPS.get(measure, "stat"),
        measure=measure.value,
        verb=verb,
        side=money_role(verb),
        after_verb=following,
        after_side=money_role(following),
        preposition=lead_of(row, at),
        noun=noun_of(row, at),
        order=sum([other < at for other in row.figures.values()]),
        pronoun="it" in row.items[:at] and (not row.occurrences or row.occurrences[0].at > at),
        section=layout.sections[number],
        before=before,
        after=after,
        ranks=ranks,
        heads=names.heads[number],
        openers=names.openers(split, number),
        links=syntactic_links(row, at),
        candidates=candidates,
    )
