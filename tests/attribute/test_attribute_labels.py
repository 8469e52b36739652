"""Measure, stage and time basis: case tables, the lexicons checked by their own examples, and what must always hold."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute.labels.classify import (
    COMMITMENTS,
    MEASURE_MODELS,
    MODELS,
    LabelProbabilities,
    Labels,
    committed_label_models,
    label_probabilities,
    labels_from,
)
from ledger.attribute.labels.cues import all_cues, find_cues
from ledger.attribute.labels.document import DocumentLayout, lay_out_document
from ledger.attribute.labels.frames import (
    all_frames,
    frames_by_patterns,
    mask_figures,
    match_time_frame,
    matching_patterns,
)
from ledger.attribute.labels.tenses import verb_tense
from ledger.attribute.tokens import WORD, tokenize_document
from ledger.lexicons import toml
from schemas import Bound, Figure, Kind, Section, Segment, Sentence
from tests.attribute.factory_attribute import assert_quotes, pieces, unmarked

CASES = Path(__file__).parents[1] / "cases"
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "₹": "INR"}


def cases(name: str) -> list[Mapping[str, Any]]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def figure(text: str, start: int, end: int) -> Figure:
    said = text[start:end]
    sign = next((sign for sign in CURRENCIES if sign in said), None)
    kind = Kind.MONEY if sign else Kind.PERCENT if "%" in said or "percent" in said else Kind.COUNT
    unit = (
        CURRENCIES[sign]
        if sign
        else "percent"
        if kind is Kind.PERCENT
        else {"people": "person"}.get(said.split()[-1], said.split()[-1].rstrip("s"))
    )
    number = Decimal("".join(c for c in said if c.isdigit() or c == ".") or "1")
    scale = 10**9 if "billion" in said else 10**6 if "million" in said else 1
    return Figure(
        start=start,
        end=end,
        sentence_start=0,
        sentence_end=len(text),
        section=Section.PARAGRAPH,
        kind=kind,
        unit=unit,
        value=number * scale,
        lower=number * scale,
        upper=number * scale,
        bound=Bound.EXACT,
        rules=("test",),
    )


def tokens_of(marked: str):
    """The tokens of a sentence with its figures in [brackets]."""
    text, spans = unmarked(marked)
    segment = Segment(section=Section.PARAGRAPH, start=0, end=len(text), sentences=(Sentence(start=0, end=len(text)),))
    return tokenize_document(text, (segment,), tuple(figure(text, a, b) for a, b in spans))


def probabilities_of(marked: str, models=None) -> tuple[DocumentLayout, tuple[LabelProbabilities, ...]]:
    document = lay_out_document(tokens_of(marked))
    return document, label_probabilities(document, models or committed_label_models())


def all_labels(marked: str, models=None) -> tuple[Labels, ...]:
    return labels_from(*probabilities_of(marked, models), models)


def labels_of(marked: str) -> Labels:
    return all_labels(marked)[0]


@pytest.mark.parametrize("case", cases("measure"), ids=lambda case: case["text"])
def test_measure(case):
    assert labels_of(case["text"]).measure == case["is"]


@pytest.mark.parametrize("case", cases("stage"), ids=lambda case: case["text"])
def test_stage(case):
    assert labels_of(case["text"]).stage == case.get("is")


@pytest.mark.parametrize("case", cases("time_basis"), ids=lambda case: case["text"])
def test_time_basis(case):
    found = labels_of(case["text"])
    assert found.time_basis == case.get("is")
    assert (found.time_basis is None) == (found.time_basis_evidence is None)


def words(sentence: str) -> list[str]:
    return [match.group().lower() for match in WORD.finditer(sentence)]


@pytest.mark.parametrize("cue", all_cues(), ids=lambda cue: cue.name)
def test_every_cue_is_in_its_example_and_not_in_its_counter_example(cue):
    assert cue.name in {match.cue.name for match in find_cues(words(cue.example))}
    assert cue.name not in {match.cue.name for match in find_cues(words(cue.counter))}


@pytest.mark.parametrize("frame", all_frames(), ids=lambda frame: frame.name)
def test_every_frame_holds_its_example_and_not_its_counter_example(frame):
    kind = min(frame.kinds)
    for sentence, expected in ((frame.example, True), (frame.counter, False)):
        line = words(sentence)
        offset = len("".join(f"{word} " for word in line[: line.index("#")]))
        assert (
            frame.name
            in {
                found.name for found, _ in frames_by_patterns(kind, matching_patterns(mask_figures(line), offset, kind))
            }
        ) == expected


@pytest.mark.parametrize("row", toml("frames")["time_frame"], ids=lambda row: row["name"])
def test_every_time_frame_holds_its_example_and_not_its_counter_example(row):
    for sentence, expected in ((row["example"], True), (row["counter"], False)):
        line = words(sentence)
        found = match_time_frame(line, line.index("#"))
        assert (found is not None and found.rule == row["name"]) == expected


def test_names_of_cues_and_frames_are_unique():
    assert len({cue.name for cue in all_cues()}) == len(all_cues())
    assert len({frame.name for frame in all_frames()}) == len(all_frames())


@pytest.mark.parametrize(
    ("sentence", "verb", "form", "expected"),
    [
        ("it will invest", "invest", "base", "will"),
        ("it will not invest", "invest", "base", "will!"),
        ("it has already invested", "invested", "ed", "perf"),
        ("it has not been approved", "approved", "en", "perfpass!"),
        ("it was awarded", "awarded", "en", "pastpass"),
        ("it is being built", "built", "en", "progpass"),
        ("it is building", "building", "ing", "prog"),
        ("it would be built", "built", "en", "wouldpass"),
        ("it plans to build", "build", "base", "to"),
        ("it won't build", "build", "base", "will!"),
        ("it invested", "invested", "ed", "past"),
        ("it may lend", "lend", "base", "may"),
    ],
)
def test_tense(sentence, verb, form, expected):
    line = sentence.split()
    assert verb_tense(line, line.index(verb), form) == expected


PIECES = pieces(
    "Velda will invest|[€40 million]|in talks|a loan of|[$12 million]|[340 jobs]|was scrapped"
    "|,|which|rose|[4%]|(|)|“|İ|."
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14))
def test_evidence_lies_in_the_document_and_a_commitment_has_a_stage(pieces):
    text = " ".join(pieces)
    tokens, found = tokens_of(text), all_labels(text)
    assert len(found) == len(tokens.figures)
    for label in found:
        assert (label.stage is not None) == (label.measure in COMMITMENTS) == (label.stage_evidence is not None)
        assert_quotes(tokens.text, (label.measure_evidence, label.stage_evidence, label.time_basis_evidence))


def test_a_conversion_has_the_labels_of_the_sum_that_it_converts():
    first, second = all_labels("Velda will invest [€40 million] ([$44 million]) in a kiln.")
    assert (first.measure, first.stage) == (second.measure, second.stage) == ("investment", "pledged")


def test_sums_of_bundles_are_sums_of_features():
    document, rows = probabilities_of("Velda will hire [400 people] at a kiln, whose output rose [4%].")
    for row, figure_ in zip(rows, document.tokens.figures, strict=True):
        singly = committed_label_models()[MEASURE_MODELS[figure_.kind]].probabilities(row.features.counts())
        assert all(abs(singly[name] - row.measures[name]) < 1e-9 for name in singly)


def test_doubt_is_noted():
    assert "hedge.talks" in labels_of("Kelso is in talks to buy Tinlo for [$220 million].").modality
    assert labels_of("Kelso bought Tinlo for [$220 million].").modality == ()


def test_other_weights_can_be_handed_in():
    models = dict(committed_label_models())
    assert set(models) >= set(MODELS)
    assert all_labels("Velda will invest [€40 million].", models) == all_labels("Velda will invest [€40 million].")


def test_a_document_without_figures_has_no_labels():
    assert all_labels("Velda is a town.") == ()
