"""Constructions that leave no choice of role: "a $2 billion Orvo stake" goes to Orvo, whoever pays."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import re2

from ledger.attribute.roles.layout import Occurrence, RoleLayout
from ledger.attribute.roles.view import FigureView
from ledger.lexicons import toml

CONTEXT = 40
"""Characters read between the figure and a name, and behind it."""
HARD_RULE_WEIGHT = 6.0
"""What a certain role adds to the sum of its weights, and takes from the other role's."""


@cache
def compiled_rules() -> tuple[tuple[str, Any, str], ...]:
    """(name, pattern, role) of each construction of the lexicon."""
    return tuple((row["name"], re2.compile(row["pattern"]), row["to"]) for row in toml("hard_rules")["rule"])


def hard_rules(layout: RoleLayout, view: FigureView) -> Mapping[int, str]:
    """The candidates of a figure whose role is certain, and that role."""
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
