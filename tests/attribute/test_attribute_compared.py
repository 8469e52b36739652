"""Sums that a sentence compares are of one measure."""

import re

import pytest

from ledger.attribute.labels.compared import compared, shared_measures
from ledger.attribute.labels.document import DocumentLayout, lay_out_document
from ledger.attribute.tokens import tokenize_document
from ledger.extraction import extract_figures
from ledger.lexicons.load import toml
from ledger.segment import segment

RULES = toml("compared")["rule"]
SUM = re.compile(r"\[(.+?)\]")


def layout(text: str) -> DocumentLayout:
    segments = segment(text)
    return lay_out_document(tokenize_document(text, segments, extract_figures(text, segments, None)))


def groups(text: str) -> list[list[str]]:
    """The sums of a text that are compared."""
    document = layout(text)
    return [
        [text[document.tokens.figures[index].start : document.tokens.figures[index].end] for index in group]
        for group in compared(document)
    ]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["name"]) for rule in RULES])
def test_a_rule_tells_its_example_from_its_counterexample(rule: dict[str, str]) -> None:
    assert groups(SUM.sub(r"\1", rule["example"])) == [SUM.findall(rule["example"])]
    assert groups(SUM.sub(r"\1", rule["counter"])) == []


def test_only_groups_that_are_at_odds_share_their_probabilities() -> None:
    document = layout("Duties raised $194 million, up 153 percent from $77 million, and $3 million went back.")
    duties, before, back = (index for index, one in enumerate(document.tokens.figures) if one.unit == "USD")
    measures: list[dict[str, float]] = [{"revenue": 0.9, "investment": 0.1}] * len(document.tokens.figures)
    measures[before] = {"revenue": 0.3, "investment": 0.7}
    committed = [index == before for index in range(len(measures))]
    shared = shared_measures(document, measures, committed)
    assert set(shared) == {duties, before}
    assert back not in shared
    assert shared[before] == pytest.approx({"revenue": 0.6, "investment": 0.4})
    assert shared_measures(document, measures, [False] * len(measures)) == {}
