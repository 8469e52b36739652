"""Swap names and digits of an article at random, so that the network learns constructions and not companies and sums."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from tokenizers import Tokenizer

from ledger.attribute.network.encoding import TOKEN_KINDS, EncodedDocument, EncodedSentence, MentionTokens
from training.reader_data import Lesson

SWAPPED = frozenset({"company", "person", "fund"})
"""Types of names that are swapped; places, countries and bodies mean something."""
NAMES, DIGITS = 0.4, 0.5
"""How often an article's names and its digits are swapped."""
Tokens = tuple[int, ...]
Edit = tuple[int, int, Tokens]


class Swaps:
    """Names by type, and tokens of digits by form, to draw from."""

    def __init__(self, lessons: Sequence[Lesson], tokenizer: Tokenizer) -> None:
        self.names = _names(lessons)
        self.form = {
            number: form for token, number in tokenizer.get_vocab().items() if (form := _digits(token)) is not None
        }
        self.alike: dict[tuple[bool, int], list[int]] = {}
        for number in sorted(self.form):
            self.alike.setdefault(self.form[number], []).append(number)

    def swapped(self, sheet: EncodedDocument, draw: Random) -> EncodedDocument:
        """The sheet with its names or digits swapped, each the same way throughout, or as it is."""
        with_names, with_digits = draw.random() < NAMES, draw.random() < DIGITS
        names: dict[int, Tokens] = {}
        digits: dict[int, int] = {}
        lines = []
        for line in sheet.sentences:
            made = self._renamed(line, names, draw) if with_names else line
            lines.append(self._renumbered(made, digits, draw) if with_digits else made)
        return replace(sheet, sentences=tuple(lines))

    def _renamed(self, line: EncodedSentence, names: dict[int, Tokens], draw: Random) -> EncodedSentence:
        edits: dict[tuple[int, int], Tokens] = {}
        for place in line.mentions:
            kind = TOKEN_KINDS[place.kind]
            if not place.anaphor and kind in self.names:
                if place.candidate not in names:
                    names[place.candidate] = draw.choice(self.names[kind])
                edits[place.first, place.last] = names[place.candidate]
        ordered = [(first, last, ids) for (first, last), ids in sorted(edits.items())]
        overlap = any(a[1] > b[0] for a, b in pairwise(ordered))
        return line if overlap or not ordered else _edited(line, ordered)

    def _renumbered(self, line: EncodedSentence, digits: dict[int, int], draw: Random) -> EncodedSentence:
        ids = list(line.ids)
        for first, last, _ in line.figures:
            for at in range(first, min(last, len(ids))):
                token = ids[at]
                if token in self.form:
                    if token not in digits:
                        digits[token] = draw.choice(self.alike[self.form[token]])
                    ids[at] = digits[token]
        return replace(line, ids=tuple(ids))


def _digits(token: str) -> tuple[bool, int] | None:
    """The form of a token of up to three digits: whether it goes on a word, and its length."""
    bare = token.removeprefix("##")
    return (bare != token, len(bare)) if bare.isascii() and bare.isdigit() and len(bare) <= 3 else None


def _names(lessons: Sequence[Lesson]) -> Mapping[str, list[Tokens]]:
    found: dict[str, set[Tokens]] = {}
    for one in lessons:
        for line in one.sheet.sentences:
            for place in line.mentions:
                if not place.anaphor and TOKEN_KINDS[place.kind] in SWAPPED:
                    found.setdefault(TOKEN_KINDS[place.kind], set()).add(line.ids[place.first : place.last])
    return {kind: sorted(names) for kind, names in found.items()}


def _edited(line: EncodedSentence, edits: Sequence[Edit]) -> EncodedSentence:
    """The line with tokens put in place of others, its places and figures moved along."""
    ids: list[int] = []
    moved = [0] * (len(line.ids) + 1)
    at = 0
    for first, last, new in (*edits, (len(line.ids), len(line.ids), ())):
        for old in range(at, first):
            moved[old] = len(ids)
            ids.append(line.ids[old])
        for old in range(first, last):
            moved[old] = len(ids)
        ids += new
        at = last
    moved[len(line.ids)] = len(ids)

    def span(first: int, last: int) -> tuple[int, int]:
        return moved[first], max(moved[min(last, len(line.ids))], moved[first] + 1)

    places = [_moved(place, *span(place.first, place.last)) for place in line.mentions]
    return EncodedSentence(
        tuple(ids), tuple(places), tuple((*span(a, b), figure) for a, b, figure in line.figures), line.segment
    )


def _moved(place: MentionTokens, first: int, last: int) -> MentionTokens:
    return replace(place, first=first, last=last)
