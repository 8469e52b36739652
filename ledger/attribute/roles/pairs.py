"""Lists in which each sum has a name of its own.

Three shapes are read, from the codes of a sentence: the name before its sum ("Denmark gave $45m, Ireland $12m", "Osk
($5m) and Varga ($3m)"), the name after it ("$5m to Osk and $3m to Varga"), and names and sums in the same order ("Osk
and Varga gave $5m and $3m"). All names of a list have one role, each in its own sum alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.attribute.roles.coding import ATTACHED, Occurrence, SentenceCodes
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.links import syntactic_links
from ledger.attribute.roles.words import codes
from ledger.lexicons import toml
from schemas import Kind

Members = frozenset[int]
NOBODY: Members = frozenset()
Pair = tuple[tuple[int, ...], Members]
"""The figures of a sum, those that restate it too, and the candidates that belong to it."""
GAPS = ("", "to")
"""What stands between a sum and the name that takes the subject's place: nothing, or the end of "up to"."""
_FILLERS, _LABELS, _PAIR_LEADS = codes("name_fillers"), codes("labels"), codes("pair_leads")
_BREAKS = codes("breaks")
_RECEIVING = codes("pair_prepositions")
_COORDINATIONS = toml("roles")["coordinations"]["sequences"]


@dataclass(frozen=True, slots=True)
class _Sum:
    """An amount of money in a sentence, and the amounts that restate it."""

    at: int
    """Index of its code."""
    figures: tuple[int, ...]


_Run = list[tuple[_Sum, Members]]


@dataclass(frozen=True, slots=True)
class _Tie:
    """The name that belongs to a sum, and what stands between the two; "" where nothing does."""

    occurrence: Occurrence
    lead: str


def lists_of_pairs(layout: RoleLayout, anchors: Sequence[int]) -> list[list[Pair]]:
    """The lists of a document, each of two pairs or more.

    `anchors` has for each figure the one that it restates, or itself.
    """
    found: list[list[Pair]] = []
    for number, row in enumerate(layout.rows):
        sums = _sums(layout, number, row, anchors) if row.occurrences else []
        if len(sums) > 1:
            runs = (*_before(row, sums), *_after(row, sums), *_in_order(row, sums))
            found += [[(one.figures, members) for one, members in run] for run in runs if len(run) > 1]
    return found


def _sums(layout: RoleLayout, number: int, row: SentenceCodes, anchors: Sequence[int]) -> list[_Sum]:
    """The amounts of money of a sentence, in order, each with those that restate it."""
    groups: dict[int, list[int]] = {}
    for figure in layout.tokens.figures_of[number]:
        if figure in row.figures and layout.tokens.figures[figure].kind is Kind.MONEY:
            groups.setdefault(anchors[figure], []).append(figure)
    made = [_Sum(row.figures[first], tuple(some)) for first, some in groups.items() if first in row.figures]
    return sorted(made, key=lambda one: one.at)


def _before(row: SentenceCodes, sums: Sequence[_Sum]) -> Iterator[_Run]:
    """Runs of names before their sums."""
    ties = [_tie_before(row, last, one) for last, one in zip((None, *sums), sums, strict=False)]
    run: _Run = []
    for at, (one, tie) in enumerate(zip(sums, ties, strict=True)):
        goes_on = tie is not None and at > 0 and _leads(row, sums[at - 1].at, tie.occurrence.at)
        if goes_on and tie is not None and not run and tie.lead in GAPS:
            head = _subject(row, sums[at - 1])
            run = [(sums[at - 1], head)] if head else []
        if not goes_on:
            yield run
            run = []
        if tie is not None:
            run.append((one, frozenset(tie.occurrence.members)))
    yield run


def _tie_before(row: SentenceCodes, last: _Sum | None, one: _Sum) -> _Tie | None:
    """The name right before a sum, with at most one sign or "with", "to" between them."""
    start = -1 if last is None else last.at
    name = next((o for o in reversed(row.occurrences) if start < o.at < one.at), None)
    if name is None or name.pronoun or row.items[name.at + 1] in ATTACHED:
        return None
    if name.at and row.forms[name.at - 1]:  # "gave Yemen $45m": whether the next name gives or gets is not said
        return None
    between = [code for code in row.items[name.at + 1 : one.at] if code not in _FILLERS and not code.endswith("_n")]
    if len(between) > 1 or not _LABELS.issuperset(between) or any(row.forms[name.at : one.at]):
        return None
    return _Tie(name, "".join(between))


def _leads(row: SentenceCodes, start: int, end: int) -> bool:
    """Whether what stands between a sum and the next name only joins the two."""
    return not any(row.forms[start:end]) and all(
        code in _PAIR_LEADS or code in _FILLERS or code.endswith("_n") for code in row.items[start + 1 : end]
    )


def _subject(row: SentenceCodes, one: _Sum) -> Members:
    """The subject of a sum's verb, whose place the names of the next sums take."""
    links = syntactic_links(row, one.at)
    subject = next((o for o in row.occurrences if links.get(o.at, "").startswith("subject")), None)
    return frozenset(subject.members) if subject is not None else NOBODY


def _after(row: SentenceCodes, sums: Sequence[_Sum]) -> Iterator[_Run]:
    """Runs of names after their sums, each behind the same preposition."""
    run: _Run = []
    preposition = ""
    for one, following in zip(sums, (*sums[1:], None), strict=True):
        tie = _tie_after(row, one, following)
        if tie is None or tie.lead != preposition:
            yield run
            run = []
        if tie is not None:
            preposition = tie.lead
            run.append((one, frozenset(tie.occurrence.members)))
    yield run


def _tie_after(row: SentenceCodes, one: _Sum, following: _Sum | None) -> _Tie | None:
    """The name after a sum, behind one preposition."""
    end = len(row.items) if following is None else following.at
    name = next((o for o in row.occurrences if one.at < o.at < end), None)
    if name is None or name.pronoun or any(row.forms[one.at : name.at]):
        return None
    between = [code for code in row.items[one.at + 1 : name.at] if code != "w" and not code.endswith("_n")]
    return _Tie(name, between[0]) if len(between) == 1 and between[0] in _RECEIVING else None


def _in_order(row: SentenceCodes, sums: Sequence[_Sum]) -> Iterator[_Run]:
    """Coordinated names before as many coordinated sums."""
    for first in range(len(sums)):
        last = first
        while last + 1 < len(sums) and _coordinated(row, sums[last].at, sums[last + 1].at):
            last += 1
        some = sums[first : last + 1]
        start = -1 if first == 0 else sums[first - 1].at
        name = next((o for o in reversed(row.occurrences) if start < o.at < some[0].at), None)
        if len(some) > 1 and name is not None and len(name.members) == len(some) and not _labels(row, name, some[0]):
            yield [(one, frozenset((member,))) for one, member in zip(some, name.members, strict=True)]


def _labels(row: SentenceCodes, name: Occurrence, one: _Sum) -> bool:
    """Whether names stand before a sum as a heading before its row ("Osk and Varga: $5m, $3m")."""
    return not _BREAKS.isdisjoint(row.items[name.at : one.at])


def _coordinated(row: SentenceCodes, start: int, end: int) -> bool:
    return [code for code in row.items[start + 1 : end] if code not in _FILLERS] in _COORDINATIONS


__all__ = ["lists_of_pairs"]
