"""Constructions that leave no choice of role: "a $2 billion Orvo stake" goes to Orvo, whoever pays."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import re2

from ledger.attribute.names.kinds import FIRMS, is_home_of
from ledger.attribute.roles.coding import Occurrence
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import ROLES, FigureView
from ledger.lexicons import toml
from ledger.lexicons.load import joined
from schemas import NameType

REACH = 130
"""Characters at most between the figure and the name."""
CONTEXT = 40
"""Characters that a rule sees behind the later of the two."""
_INSIDE = re.compile(
    r"\b(?:of|in|at|from|(?<!followed )by|to|for|with|near|between|than|versus|vs\.?|like|beat) (?:the )?\Z",
    re.ASCII | re.IGNORECASE,
)
"""Words before a name that make it no subject: "Draftly of London has picked up"; not "followed by Norway with"."""
NOBODY, NO_PAYER, NEVER_PAYER = "nobody", "no payer", "never payer"
"""The role of a name that neither pays nor receives, of one that does not pay, and of one that cannot."""
SHIFTS = {"actor": (1, -1), "recipient": (-1, 1), NOBODY: (-1, -1), NO_PAYER: (-1, 0), NEVER_PAYER: (-3, 0)}
"""What a role adds to a name's scores as payer and as receiver, in `HARD_RULE_WEIGHT`."""
HEADED = {"equity": "recipient", "invest": "actor"}
"""The role of the firm over an item of a page, by what the money is."""
HARD_RULE_WEIGHT = 4.0
"""What a hard rule adds to a name's score for its role, and takes from its score for the other one."""
DATELINE_WEIGHT = 12.0
"""What is taken from both scores of a name that only the dateline says: a place where words were written."""


@cache
def compiled_rules() -> tuple[tuple[str, Any, str], ...]:
    """(name, pattern, role) of each rule of `hard_rules.toml`."""
    return tuple((row["name"], re2.compile(joined(row["pattern"])), row["to"]) for row in toml("hard_rules")["rule"])


@cache
def _all_rules() -> Any:
    """The patterns of all rules as one, which is tried once a line."""
    patterns = re2.Set.SearchSet()
    for row in toml("hard_rules")["rule"]:
        patterns.Add(joined(row["pattern"]))
    patterns.Compile()
    return patterns


def role_by_rule(line: str, *, named: bool = True) -> str | None:
    """The role that the first rule which holds for a line gives, see `hard_rules.toml`; `named` where "@" is a name."""
    held = _all_rules().Match(line.encode())  # re2 takes text at twice the time of bytes
    rules = [number for number in held or () if named or number not in _of_names()]
    return compiled_rules()[min(rules)][2] if rules else None


@cache
def _of_names() -> frozenset[int]:
    """The numbers of the rules that hold for names alone."""
    return frozenset(number for number, row in enumerate(toml("hard_rules")["rule"]) if row.get("named"))


def hard_rules(layout: RoleLayout, view: FigureView) -> Mapping[int, str]:
    """The candidates of a figure to which a rule applies, each with its role; headings of columns come last."""
    found: dict[int, str] = {}
    for places in (view.before, view.after):
        for candidate, place in places.items():
            occurrence = layout.occurrences[place]
            line = _line(layout, view, occurrence) if occurrence.row == view.row else None
            if line is not None:
                role = role_by_rule(line, named=_is_name(layout, occurrence))
                if role is not None and not (role == ROLES[0] and candidate in occurrence.shadows):
                    found[candidate] = role
    seen = view.before.keys() | view.after.keys()  # of a sentence with many names the far ones are no candidates
    homes = ((home, NOBODY) for home in _homes(layout, view))
    beside = (*_many_payers(layout, view), *homes, *_under_headings(layout, view), *_in_columns(layout, view))
    found.update((candidate, role) for candidate, role in beside if candidate in seen)
    return found


@cache
def _many() -> Any:
    return re2.compile(f"(?i){joined(toml('hard_rules')['many']['pattern'])}")


@cache
def _there() -> tuple[Any, Any]:
    told = toml("hard_rules")["there"]
    return re2.compile(told["before"]), re2.compile(told["behind"])


def _pledged_there(sentence: str, start: int, end: int) -> bool:
    """Whether the sum from `start` to `end` of a sentence was pledged by all who were somewhere.

    >>> text = "It spoke after talks at which $20 million was pledged."
    >>> _pledged_there(text, 30, 41), _pledged_there("Talks at which it pledged $20 million.", 26, 37)
    (True, False)
    """
    before, behind = _there()
    return before.search(sentence[:start]) is not None and behind.search(sentence[end:]) is not None


def _many_payers(layout: RoleLayout, view: FigureView) -> Iterator[tuple[int, str]]:
    """The names that do not pay where payers are many, and nobody names them.

    In "Investors spent $2 billion" those of other sentences, in "a conference at which $2 billion was pledged" all.
    """
    sentence = layout.tokens.sentences[view.row]
    figure = layout.tokens.figures[view.number]
    occurrences = layout.rows[view.row].occurrences
    text, start = layout.tokens.text[sentence.start : sentence.end], sentence.start
    if _pledged_there(text, figure.start - start, figure.end - start):
        yield from ((candidate, NEVER_PAYER) for candidate in view.candidates)
        return
    if any(o.at < view.at for o in occurrences) or not _many().match(layout.tokens.text[sentence.start : figure.start]):
        return
    here = {member for o in occurrences for member in o.members}
    yield from ((candidate, NO_PAYER) for candidate in view.candidates if candidate not in here)


def _is_name(layout: RoleLayout, occurrence: Occurrence) -> bool:
    return not all(layout.mentions[number].anaphor for number in occurrence.mentions)


def _homes(layout: RoleLayout, view: FigureView) -> Iterator[int]:
    """The countries that a sentence names only as a firm's home: "Denmark's Halden Wind", "U.S. gas producer Osk"."""
    text = layout.tokens.text
    inside = [
        (layout.mentions[index], member)
        for occurrence in layout.rows[view.row].occurrences
        for member, index in zip(occurrence.members, occurrence.mentions, strict=True)
    ]
    firms = [mention for mention, _ in inside if mention.type in FIRMS and not mention.anaphor]
    homes: dict[int, bool] = {}
    for mention, member in inside:
        if mention.type is NameType.COUNTRY:
            firm = next((firm for firm in firms if firm.start >= mention.end), None)
            owns = firm is not None and is_home_of(text[mention.end : firm.start], firm.type)
            homes[member] = homes.get(member, True) and owns
    yield from (member for member, only in homes.items() if only)


def _under_headings(layout: RoleLayout, view: FigureView) -> Iterator[tuple[int, str]]:
    """On a page of items under firms' names the firm over the figure, and those that only other items name.

    The firm raises what its item says first; it invests where that is said. Names of other items have no role here.
    """
    item = layout.items.get(view.row)
    if item is None:
        return
    yield from ((other, NOBODY) for other in item.others)
    named = any(o.at < view.at and not item.firm.issuperset(o.members) for o in layout.rows[view.row].occurrences)
    role = HEADED.get(view.group)
    if role is not None and not named:
        yield from ((member, role) for member in item.firm)


def _in_columns(layout: RoleLayout, view: FigureView) -> Iterator[tuple[int, str]]:
    """The names in those cells of a figure's row that hold a role by their headings; of names in names the longest.

    The other names of the row tell of these (where the receiver is), and have no role.
    """
    cells = layout.columns.get(view.row)
    if cells is None:
        return
    mentions = [
        (layout.mentions[index].start, layout.mentions[index].end, member)
        for occurrence in layout.rows[view.row].occurrences
        for member, index in zip(occurrence.members, occurrence.mentions, strict=True)
    ]
    for first, last, member in mentions:
        around = any(a <= first and last <= b and b - a > last - first for a, b, _ in mentions)
        role = next((role for role, (start, end) in cells.items() if start <= first and last <= end), NOBODY)
        yield member, NOBODY if around else role


def _line(layout: RoleLayout, view: FigureView, occurrence: Occurrence) -> str | None:
    """The words from figure ("~") to name ("@"), or from name to figure, and some behind; None where far."""
    figure, text = layout.tokens.figures[view.number], layout.tokens.text
    start, end = _span(layout, occurrence)
    if figure.end < start <= figure.end + REACH:
        return f"~{text[figure.end : start]}@{text[end : end + CONTEXT]}"
    if figure.start - REACH <= end <= figure.start and not _INSIDE.search(text[max(0, start - CONTEXT) : start]):
        return f"@{text[end : figure.start]}~{text[figure.end : figure.end + CONTEXT]}"
    return None


def _span(layout: RoleLayout, occurrence: Occurrence) -> tuple[int, int]:
    mentions = [layout.mentions[number] for number in occurrence.mentions]
    return min(mention.start for mention in mentions), max(mention.end for mention in mentions)
