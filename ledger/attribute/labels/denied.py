"""Sums that the text tells only to call them false: in fact checks, denials, warnings of hoaxes.

The rules are `ledger/lexicons/denied.toml`. Who denies that a pledge was scrapped stands by it, so a claim that says so
is left alone.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import re2

from ledger.attribute.labels.document import DocumentLayout
from ledger.attribute.tokens import DocumentTokens, SentenceTokens
from ledger.lexicons.load import filled, toml

BEFORE, AFTER, NEXT = "before", "after", "next"
"""Where a rule reads: in the sentence of the sum, before or after it, or in a sentence that follows."""
LABEL = 3
"""Words of the longest line that stands over what follows: "The claim"."""


class Denial(NamedTuple):
    """Where the text calls a sum false."""

    rule: str
    start: int
    end: int


class _Rule(NamedTuple):
    name: str
    where: str
    reach: int
    """How many sentences behind that of the sum are read."""
    about: Any
    """What the text before the sum must say too, or None."""
    pattern: Any


def _compiled(pattern: str | list[str], lists: Mapping[str, list[str]]) -> Any:
    """A pattern that is read in any case, with its lists of words in it."""
    return re2.compile(f"(?is){filled(pattern, lists)}")


@cache
def _rules() -> tuple[_Rule, ...]:
    told = toml("denied")
    return tuple(
        [
            _Rule(
                rule["name"],
                rule["where"],
                rule.get("reach", 0),
                _compiled(rule["about"], told["lists"]) if "about" in rule else None,
                _compiled(rule["pattern"], told["lists"]),
            )
            for rule in told["rule"]
        ]
    )


@cache
def _words() -> tuple[Any, Any]:
    """What every denial has one of, and what turns it round."""
    told = toml("denied")
    return _compiled(told["hints"]["pattern"], {}), _compiled(told["undone"]["pattern"], {})


def denials(document: DocumentLayout) -> Mapping[int, Denial]:
    """The figures that the text calls false, by their number, each with where it does."""
    tokens = document.tokens
    if not tokens.figures or _words()[0].search(tokens.text) is None:
        return {}
    told = ((index, next(_denials(tokens, index), None)) for index in range(len(tokens.figures)))
    return {index: denial for index, denial in told if denial is not None}


def _denials(tokens: DocumentTokens, index: int) -> Iterator[Denial]:
    """What the rules find of one figure."""
    figure, number = tokens.figures[index], tokens.sentence_of[index]
    here = tokens.sentences[number]
    before, after = tokens.text[here.start : figure.start], tokens.text[figure.end : here.end]
    labelled = _label(tokens, number - 1, here) + before
    undone = _words()[1]
    for rule in _rules():
        if rule.about is not None and rule.about.search(labelled) is None:
            continue
        if rule.where == BEFORE:
            match = rule.pattern.search(labelled)
            if match is not None and undone.search(match.group(1)) is None:
                yield Denial(rule.name, here.start, figure.start)
        elif rule.where == AFTER:
            match = rule.pattern.search(after)
            if match is not None and undone.search(before) is None and undone.search(match.group(1)) is None:
                yield Denial(rule.name, figure.end, figure.end + match.end())
        elif undone.search(before + after) is None:
            for place in range(number + 1, min(number + 1 + rule.reach, len(tokens.sentences))):
                said = tokens.sentences[place]
                if rule.pattern.search(_label(tokens, place - 1, said) + tokens.text[said.start : said.end]):
                    yield Denial(rule.name, said.start, said.end)


def _label(tokens: DocumentTokens, number: int, below: SentenceTokens) -> str:
    """A short line of its own as the label of the sentence below it: "The claim: "; nothing where it is none."""
    if number < 0:
        return ""
    line = tokens.sentences[number]
    is_label = len(line.words) <= LABEL and line.segment != below.segment
    return f"{tokens.text[line.start : line.end].rstrip(' :')}: " if is_label else ""
