"""Sums that a sentence compares: like is compared with like, so they are of one measure."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import re2

from ledger.attribute.labels.document import DocumentLayout
from ledger.lexicons.load import filled, toml
from schemas import Kind

REACH = 120
"""Characters between two sums that are read."""


class _Rule(NamedTuple):
    is_chain: bool
    """Whether it holds only after a pair that another rule found."""
    pattern: Any


@cache
def _rules() -> tuple[_Rule, ...]:
    told = toml("compared")
    return tuple(
        [_Rule(rule.get("chain", False), re2.compile(filled(rule["pattern"], told["lists"]))) for rule in told["rule"]]
    )


def compared(document: DocumentLayout) -> Iterator[Sequence[int]]:
    """Groups of sums that a sentence compares with one another, by their number, in the order of the text."""
    tokens = document.tokens
    for figures in tokens.figures_of:
        money = [index for index in figures if tokens.figures[index].kind is Kind.MONEY]
        group = money[:1]
        for one, other in pairwise(money):
            between = tokens.text[tokens.figures[one].end : tokens.figures[other].start].replace("\n", " ")
            if len(between) <= REACH and _is_compared(between, chained=len(group) > 1):
                group.append(other)
                continue
            if len(group) > 1:
                yield group
            group = [other]
        if len(group) > 1:
            yield group


def _is_compared(between: str, *, chained: bool) -> bool:
    """Whether the words between two sums compare them; `chained` where the first is compared with one before it."""
    return any(rule.pattern.search(between) for rule in _rules() if chained or not rule.is_chain)


def shared_measures(
    document: DocumentLayout, measures: Sequence[Mapping[str, float]], committed: Sequence[bool]
) -> dict[int, Mapping[str, float]]:
    """The mean probabilities of sums that are compared, for groups in which some are a commitment and some are not."""
    found: dict[int, Mapping[str, float]] = {}
    for group in compared(document):
        if len({committed[index] for index in group}) > 1:
            labels = {label for index in group for label in measures[index]}
            mean = {label: sum(measures[index].get(label, 0.0) for index in group) / len(group) for label in labels}
            found |= dict.fromkeys(group, mean)
    return found
