"""Constructions that leave no choice of role: "a $2 billion Orvo stake" goes to Orvo, whoever pays."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import re2

from ledger.attribute.roles.coding import Occurrence
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import FigureView
from ledger.lexicons import toml
from ledger.lexicons.load import joined

REACH = 90
"""Characters at most between the figure and the name."""
CONTEXT = 40
"""Characters that a rule sees behind the later of the two."""
_INSIDE = re.compile(
    r"\b(?:of|in|at|from|by|to|for|with|near|between|than|versus|vs\.?|like|beat) (?:the )?\Z", re.ASCII | re.IGNORECASE
)
"""Words before a name that make it no subject: "Draftly of London has picked up"."""
HARD_RULE_WEIGHT = 4.0
"""What a hard rule adds to a name's score for its role, and takes from its score for the other one."""


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


def role_by_rule(line: str) -> str | None:
    """The role that the first rule which holds for a line gives, see `hard_rules.toml`."""
    held = _all_rules().Match(line.encode())  # re2 takes text at twice the time of bytes
    return compiled_rules()[min(held)][2] if held else None


def hard_rules(layout: RoleLayout, view: FigureView) -> Mapping[int, str]:
    """The candidates of a figure to which a rule applies, each with the role that it gives."""
    found: dict[int, str] = {}
    for places in (view.before, view.after):
        for candidate, place in places.items():
            occurrence = layout.occurrences[place]
            line = _line(layout, view, occurrence) if occurrence.row == view.row else None
            if line is not None:
                role = role_by_rule(line)
                if role is not None:
                    found[candidate] = role
    return found


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
