"""Tables whose headings say who pays and who receives: the name in the column "Donor" pays the sums of its row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ledger.attribute.tokens import DocumentTokens
from ledger.lexicons import toml
from schemas import Section

LEAST_COLUMNS = 2
"""A row of fewer cells is no row of a table."""
WORD = re.compile(r"[a-z][a-z-]+")
RULES = frozenset("|-–—=:+ \t\n")
"""What may stand between two rows of a table."""
ROLES = ("actor", "recipient")
Span = tuple[int, int]


@cache
def _headings() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """The words of `table_roles.toml`, by what they tell and of what."""
    return {kind: {role: frozenset(words) for role, words in of.items()} for kind, of in toml("table_roles").items()}


def named_by_columns(tokens: DocumentTokens) -> Mapping[int, Mapping[str, Span]]:
    """For each sentence that is a row of a table with such headings, the cell of each role: its start and end.

    A row that sums the others has none: "Total" is no name.
    """
    found: dict[int, Mapping[str, Span]] = {}
    text = tokens.text
    roles: Mapping[str, int] = {}
    width, end = 0, 0
    for number, sentence in enumerate(tokens.sentences):
        if sentence.section is not Section.TABLE_CELL:
            continue
        cells = cells_of(text, sentence.start, sentence.end)
        if width == 0 or not RULES.issuperset(text[end : sentence.start]):
            roles = roles_of_columns([text[first:last] for first, last in cells])
            width = len(cells)
        elif _sums(text, cells):
            found[number] = {}
        elif roles and len(cells) == width:
            found[number] = {role: cells[at] for role, at in roles.items()}
        end = sentence.end
    return found


def _sums(text: str, cells: Sequence[Span]) -> bool:
    """Whether a row sums the others, by its label."""
    label = next(filter(None, (text[start:end].strip(" *:").casefold() for start, end in cells)), "")
    return label in _headings()["sums"]["labels"]


def cells_of(text: str, start: int, end: int) -> Sequence[Span]:
    """Start and end of each cell of a row, empty ones too, without the bars at its ends.

    >>> cells_of("| Osk | | 4 |", 0, 13)
    [(1, 6), (7, 8), (9, 12)]
    """
    return list(_cells(text, start, end))


def _cells(text: str, start: int, end: int) -> Iterator[Span]:
    at = start + text.startswith("|", start, end)
    last = end - text.endswith("|", start, end)
    while at <= last:
        marks = (place for place in (text.find("|", at, last), text.find("\t", at, last)) if place >= 0)
        stop = min(marks, default=last)
        yield at, stop
        at = stop + 1


def roles_of_columns(headings: Sequence[str]) -> Mapping[str, int]:
    """For each role the first column whose heading says it; none where a row has fewer than two cells.

    >>> dict(roles_of_columns(["Lender", "Country", "$ million"]))
    {'actor': 0, 'recipient': 1}
    >>> dict(roles_of_columns(["Country", "$ million"]))
    {}
    """
    if len(headings) < LEAST_COLUMNS:
        return {}
    words = [frozenset(WORD.findall(heading.lower())) for heading in headings]
    said = _headings()
    amounts = said["amount"]["words"]
    names = [frozenset() if amounts & some else some for some in words]
    found: dict[str, int] = {}
    for role in ROLES:
        at = next((at for at, some in enumerate(names) if some & said["says"][role]), None)
        if at is not None:
            found[role] = at
    for role, other in zip(ROLES, reversed(ROLES), strict=True):
        if role not in found and other in found:
            rest = (at for at, some in enumerate(names) if at != found[other] and some & said["beside"][role])
            at = next(rest, None)
            if at is not None:
                found[role] = at
    return found


__all__ = ["Span", "named_by_columns"]
