"""Augmentation: swap names and digits of an article at random, so that the network learns constructions, not names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from tokenizers import Tokenizer

from ledger.attribute.network.encoding import TOKEN_KINDS, EncodedDocument, EncodedSentence, MentionTokens
from training.network.examples import TrainingDocument

SWAPPED = frozenset({"company", "person", "fund", "other"})
"""Types of names that are swapped, a third of all mentions; places, countries and bodies carry meaning."""
NAMES, DIGITS = 0.45, 0.5
"""How often the names and the digits of an article are swapped."""
Tokens = tuple[int, ...]
Edit = tuple[int, int, Tokens]
"""The first token to replace, the one past the last, and the tokens in their place."""


class Augmenter:
    """Draws names of one type, and tokens of digits of one form, in place of those of a document.

    `share` is how often an article's names are.
    """

    def __init__(
        self,
        documents: Sequence[TrainingDocument],
        tokenizer: Tokenizer,
        share: float = NAMES,
    ) -> None:
        self.share = share
        self.names = _names(documents)
        self.form = {
            number: form for token, number in tokenizer.get_vocab().items() if (form := _digits(token)) is not None
        }
        self.alike: dict[tuple[bool, int], list[int]] = {}
        for number in sorted(self.form):
            self.alike.setdefault(self.form[number], []).append(number)

    def augmented(self, document: EncodedDocument, draw: Random) -> EncodedDocument:
        """The document with its names or digits swapped, each the same way throughout, or as it is."""
        with_names, with_digits = draw.random() < self.share, draw.random() < DIGITS
        names: dict[int, Tokens] = {}
        digits: dict[int, int] = {}
        made = []
        for sentence in document.sentences:
            renamed = self._renamed(sentence, names, draw) if with_names else sentence
            made.append(self._renumbered(renamed, digits, draw) if with_digits else renamed)
        return replace(document, sentences=tuple(made))

    def _renamed(self, sentence: EncodedSentence, names: dict[int, Tokens], draw: Random) -> EncodedSentence:
        edits: dict[tuple[int, int], Tokens] = {}
        for mention in sentence.mentions:
            kind = TOKEN_KINDS[mention.kind]
            if not mention.anaphor and kind in self.names:
                if mention.candidate not in names:
                    names[mention.candidate] = draw.choice(self.names[kind])
                edits[mention.first, mention.last] = names[mention.candidate]
        ordered = [(first, last, ids) for (first, last), ids in sorted(edits.items())]
        overlap = any(a[1] > b[0] for a, b in pairwise(ordered))
        return sentence if overlap or not ordered else _edited(sentence, ordered)

    def _renumbered(self, sentence: EncodedSentence, digits: dict[int, int], draw: Random) -> EncodedSentence:
        ids = list(sentence.ids)
        for first, last, _ in sentence.figures:
            for at in range(first, min(last, len(ids))):
                token = ids[at]
                if token in self.form:
                    if token not in digits:
                        digits[token] = draw.choice(self.alike[self.form[token]])
                    ids[at] = digits[token]
        return replace(sentence, ids=tuple(ids))


def _digits(token: str) -> tuple[bool, int] | None:
    """The form of a token of up to three digits: whether it goes on a word, and its length."""
    bare = token.removeprefix("##")
    return (bare != token, len(bare)) if bare.isascii() and bare.isdigit() and len(bare) <= 3 else None


def _names(documents: Sequence[TrainingDocument]) -> Mapping[str, list[Tokens]]:
    found: dict[str, set[Tokens]] = {}
    for one in documents:
        for sentence in one.encoded.sentences:
            for mention in sentence.mentions:
                if not mention.anaphor and TOKEN_KINDS[mention.kind] in SWAPPED:
                    found.setdefault(TOKEN_KINDS[mention.kind], set()).add(sentence.ids[mention.first : mention.last])
    return {kind: sorted(names) for kind, names in found.items()}


def _edited(sentence: EncodedSentence, edits: Sequence[Edit]) -> EncodedSentence:
    """The sentence with tokens replaced, its mentions and figures moved along."""
    ids: list[int] = []
    moved = [0] * (len(sentence.ids) + 1)
    at = 0
    for first, last, new in (*edits, (len(sentence.ids), len(sentence.ids), ())):
        for old in range(at, first):
            moved[old] = len(ids)
            ids.append(sentence.ids[old])
        for old in range(first, last):
            moved[old] = len(ids)
        ids += new
        at = last
    moved[len(sentence.ids)] = len(ids)

    def span(first: int, last: int) -> tuple[int, int]:
        return moved[first], max(moved[min(last, len(sentence.ids))], moved[first] + 1)

    mentions = [_moved(mention, *span(mention.first, mention.last)) for mention in sentence.mentions]
    figures = tuple((*span(a, b), figure) for a, b, figure in sentence.figures)
    return replace(sentence, ids=tuple(ids), mentions=tuple(mentions), figures=figures)


def _moved(mention: MentionTokens, first: int, last: int) -> MentionTokens:
    return replace(mention, first=first, last=last)
