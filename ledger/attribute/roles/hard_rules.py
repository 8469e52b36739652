"""Constructions that leave no choice of role: "a $2 billion Orvo stake" goes to Orvo, whoever pays."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import re2

from ledger.attribute.roles.coding import Occurrence
from ledger.attribute.roles.layout import RoleLayout
from ledger.attribute.roles.view import FigureView
from ledger.lexicons import toml

CONTEXT = 40
"""Characters that a rule sees: at most so many between the figure and the name, and so many after the name."""
HARD_RULE_WEIGHT = 6.0
"""What a hard rule adds to a name's score for its role, and takes from its score for the other one."""


@cache
def compiled_rules() -> tuple[tuple[str, Any, str], ...]:
    """(name, pattern, role) of each rule of `hard_rules.toml`."""
    return tuple((row["name"], re2.compile(row["pattern"]), row["to"]) for row in toml("hard_rules")["rule"])


def hard_rules(layout: RoleLayout, view: FigureView) -> Mapping[int, str]:
    """The candidates of a figure to which a rule applies, each with the role that it gives."""
    figure, text = layout.scene.figures[view.number], layout.scene.text
    found: dict[int, str] = {}
    for candidate, place in view.after.items():
        occurrence = layout.occurrences[place]
        if occurrence.row != view.row:
            continue
        start, end = _span(layout, occurrence)
        if not figure.end < start <= figure.end + CONTEXT:
            continue
        line = f"~{text[figure.end : start]}@{text[end : end + CONTEXT]}"
        for _, pattern, role in compiled_rules():
            if pattern.search(line):
                found[candidate] = role
    return found


def _span(layout: RoleLayout, occurrence: Occurrence) -> tuple[int, int]:
    mentions = [layout.mentions[number] for number in occurrence.mentions]
    return min(mention.start for mention in mentions), max(mention.end for mention in mentions)
