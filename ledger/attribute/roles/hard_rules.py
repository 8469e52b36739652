"""Constructions that leave no choice of role: "a $2 billion Orvo stake" goes to Orvo, whoever pays."""

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
_INSIDE = re2.compile(r"(?i)\b(?:of|in|at|from|by|to|for|with|near|between|than|versus|vs\.?|like|beat) (?:the )?$")
"""Words before a name that make it no subject: "Draftly of London has picked up"."""
HARD_RULE_WEIGHT = 4.0
"""What a hard rule adds to a name's score for its role, and takes from its score for the other one."""


@cache
def compiled_rules() -> tuple[tuple[str, Any, str], ...]:
    """(name, pattern, role) of each rule of `hard_rules.toml`."""
    return tuple((row["name"], re2.compile(joined(row["pattern"])), row["to"]) for row in toml("hard_rules")["rule"])


def hard_rules(layout: RoleLayout, view: FigureView) -> Mapping[int, str]:
    """The candidates of a figure to which a rule applies, each with the role that it gives."""
    found: dict[int, str] = {}
    for places in (view.before, view.after):
        for candidate, place in places.items():
            occurrence = layout.occurrences[place]
            line = _line(layout, view, occurrence) if occurrence.row == view.row else None
            if line is not None:
                role = next((role for _, pattern, role in compiled_rules() if pattern.search(line)), None)
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
