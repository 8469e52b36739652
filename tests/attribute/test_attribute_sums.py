"""What the stacked models of labels see is added up without naming it: the same as by the named features."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute.labels.classify import (
    COMMITMENTS,
    committed_label_models,
    label_probabilities,
    stacked_features,
    stacked_measure_features,
    stage_features,
)
from ledger.attribute.labels.document import DocumentLayout, lay_out_document
from ledger.attribute.labels.features import figure_features
from ledger.attribute.labels.stacked import LEAST, MOST_AROUND, neighbour_features
from ledger.attribute.tokens import tokenize_document
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import Kind

SENTENCES = (
    "Velora Steel will spend $40 million on a mill.",
    "Norway lent Ghana €9 million ($10 million).",
    "Sales were $7 million, up 4%.",
    "The council approved a grant of £3 million and a loan of £5 million.",
    "The mill has 400 workers.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8).map(" ".join)


def laid_out(text: str) -> DocumentLayout:
    segments = segment(text)
    return lay_out_document(tokenize_document(text, segments, extract_figures(text, segments)))


def assert_close(found: Mapping[str, float], wanted: Mapping[str, float]) -> None:
    assert list(found) == list(wanted)
    assert all(found[label] == pytest.approx(wanted[label], abs=1e-9) for label in wanted)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_measure_and_stage_are_those_of_the_named_features(text: str) -> None:
    document, models = laid_out(text), committed_label_models()
    rows = [figure_features(document, index) for index in range(len(document.tokens.figures))]
    found = label_probabilities(document, models)
    money = [figure.kind is Kind.MONEY for figure in document.tokens.figures]
    first = [models["measure_money"].probabilities(row.counts()) for row in rows]
    for index, features in stacked_measure_features(document, first).items():
        assert money[index]
        assert_close(found[index].measures, models["measure_money_stacked"].probabilities(features))
    stages = {
        index: models["stage"].probabilities({**row.counts(), stage_features(row, found[index].measure)[-1]: 1.0})
        for index, row in enumerate(rows)
        if found[index].measure in COMMITMENTS
    }
    for index, around in neighbour_features(document, sorted(stages), stages).items():
        wanted = models["stage_stacked"].probabilities(stacked_features(around, stages[index]))
        assert_close(found[index].stages, wanted)


@pytest.mark.parametrize("size", [3, 5, MOST_AROUND, MOST_AROUND + 7])
def test_a_group_says_the_mean_of_its_other_members(size: int) -> None:
    document = laid_out(" ".join(f"Velora will spend ${number} million." for number in range(2, size + 2)))
    first = {index: {"loan": share, "grant": 1 - share} for index in range(size) for share in [index / size]}
    found = neighbour_features(document, sorted(first), first)
    for index in (0, size // 2, size - 1):
        start = min(max(0, index - MOST_AROUND // 2), max(0, size - MOST_AROUND))
        others = [first[other] for other in range(start, min(size, start + MOST_AROUND)) if other != index]
        means = {label: sum(one[label] for one in others) / len(others) for label in ("loan", "grant")}
        said = {label: found[index].get(f"1seg={label}", 0.0) for label in means}
        assert said == {label: pytest.approx(mean, abs=6e-4) if mean > LEAST else 0.0 for label, mean in means.items()}
