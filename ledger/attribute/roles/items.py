"""Pages whose items stand under firms' names: a line "Osk (Oslo)", and below it "€3 million, led by Varga"."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from ledger.attribute.roles.coding import Candidate, SentenceCodes
from ledger.attribute.tokens import DocumentTokens
from schemas import Kind, NameType

LEAST = 2
"""Items of a page at least."""
LENGTH = 70
"""Characters of a line that may be the heading of an item."""
FIRMS = frozenset({NameType.COMPANY, NameType.FUND, NameType.OTHER})
_BEFORE = re.compile(r"(?:[#*•▪►-]+ ?|\d{1,3}[.)] ?)?")
"""What may stand before the firm in a heading."""
_BEHIND = re.compile(r"[*:]*$|,? ?\(|, | ?[–—|:] | - | \([A-Z]| (?:of|in|from) [A-Z]")
"""What may stand behind it."""


class Item(NamedTuple):
    """An item under the name of a firm."""

    firm: frozenset[int]
    """The numbers of the candidates in the heading."""
    others: frozenset[int]
    """Those that only other items name."""


def items_under_firms(
    tokens: DocumentTokens, rows: Sequence[SentenceCodes], candidates: Sequence[Candidate]
) -> Mapping[int, Item]:
    """For each sentence that stands under the name of a firm its item; none where a page has fewer than two of them."""
    items = [item for item in _items(tokens, rows, candidates) if any(_has_money(tokens, row) for row in item[1])]
    if len(items) < LEAST:
        return {}
    inside = [_members(rows, [head, *below]) for head, below in items]
    outside = _members(rows, sorted({*range(len(rows))} - {row for head, below in items for row in (head, *below)}))
    found = {}
    for number, (head, below) in enumerate(items):
        firm = _firm(tokens, rows[head], head, candidates)
        others = frozenset().union(*(inside[:number] + inside[number + 1 :])) - inside[number] - outside
        found.update(dict.fromkeys(below, Item(firm, others)))
    return found


def _items(
    tokens: DocumentTokens, rows: Sequence[SentenceCodes], candidates: Sequence[Candidate]
) -> Iterator[tuple[int, list[int]]]:
    """The row of each heading that is a firm's name, and the rows below it up to the next heading."""
    head: int | None = None
    below: list[int] = []
    alone = _alone(tokens)
    for number, row in enumerate(rows):
        if number == tokens.headline or not alone[number] or row.figures or not _short(tokens, number):
            below.append(number)
            continue
        if head is not None:
            yield head, below
        head, below = (number if _firm(tokens, row, number, candidates) else None), []
    if head is not None:
        yield head, below


def _alone(tokens: DocumentTokens) -> list[bool]:
    """For each sentence whether it is the only one of its segment."""
    sizes: dict[int, int] = {}
    for sentence in tokens.sentences:
        sizes[sentence.segment] = sizes.get(sentence.segment, 0) + 1
    return [sizes[sentence.segment] == 1 for sentence in tokens.sentences]


def _short(tokens: DocumentTokens, number: int) -> bool:
    sentence = tokens.sentences[number]
    said = tokens.text[sentence.start : sentence.end].rstrip()
    return len(said) <= LENGTH and said[-1:] not in '.!?"”'


def _firm(tokens: DocumentTokens, row: SentenceCodes, number: int, candidates: Sequence[Candidate]) -> frozenset[int]:
    """The candidates that a heading opens with, where they are firms and the heading says little more."""
    sentence = tokens.sentences[number]
    said = tokens.text[sentence.start : sentence.end]
    lead = _BEFORE.match(said)
    if not row.occurrences or lead is None:
        return frozenset()
    first = row.occurrences[0]
    firm = frozenset(member for member in first.members if candidates[member].type in FIRMS)
    name = next(
        (candidates[member].name for member in firm if said.startswith(candidates[member].name, lead.end())), ""
    )
    return firm if name and _BEHIND.match(said[lead.end() + len(name) :]) else frozenset()


def _members(rows: Sequence[SentenceCodes], numbers: Sequence[int]) -> Set[int]:
    return frozenset(member for number in numbers for o in rows[number].occurrences for member in o.members)


def _has_money(tokens: DocumentTokens, row: int) -> bool:
    return any(tokens.figures[number].kind is Kind.MONEY for number in tokens.figures_of[row])


__all__ = ["Item", "items_under_firms"]
