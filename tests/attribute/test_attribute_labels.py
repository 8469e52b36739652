"""Measure, stage and time basis: case tables, the lexicons audited against their own examples, and what must always
hold.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.attribute.labels.classify import COMMITMENTS, MODELS, Labels, all_labels, committed_models, labels, weighed
from ledger.attribute.labels.cues import cues, hits, tense, verb_forms
from ledger.attribute.labels.frames import fitting, frames, frames_of, masked, time_frames
from ledger.attribute.tokens import WORD, scene
from ledger.lexicons import toml
from schemas import Bound, Figure, Kind, Section, Segment, Sentence

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


def scene_of(marked: str):
    """The scene of a sentence with its figures in [brackets]."""
    text, spans = "", []
    for part in marked.split("["):
        inside, closed, after = part.partition("]")
        if closed:
            spans.append((len(text), len(text) + len(inside)))
        text += inside + after
    segment = Segment(section=Section.PARAGRAPH, start=0, end=len(text), sentences=(Sentence(start=0, end=len(text)),))
    return scene(text, (segment,), tuple(figure(text, a, b) for a, b in spans))


def labels_of(marked: str) -> Labels:
    return labels(scene_of(marked), 0)


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


@pytest.mark.parametrize("cue", cues(), ids=lambda cue: cue.name)
def test_every_cue_is_in_its_example_and_not_in_its_counter_example(cue):
    assert cue.name in {hit.cue.name for hit in hits(words(cue.example))}
    assert cue.name not in {hit.cue.name for hit in hits(words(cue.counter))}


@pytest.mark.parametrize("frame", frames(), ids=lambda frame: frame.name)
def test_every_frame_holds_its_example_and_not_its_counter_example(frame):
    kind = min(frame.kinds)
    for sentence, expected in ((frame.example, True), (frame.counter, False)):
        line = words(sentence)
        offset = len("".join(f"{word} " for word in line[: line.index("#")]))
        assert (
            frame.name in {found.name for found, _ in frames_of(kind, fitting(masked(line), offset, kind))}
        ) == expected


@pytest.mark.parametrize("row", toml("frames")["times"]["list"], ids=lambda row: row["name"])
def test_every_time_frame_holds_its_example_and_not_its_counter_example(row):
    for sentence, expected in ((row["example"], True), (row["not"], False)):
        line = words(sentence)
        found = time_frames(line, line.index("#"))
        assert (found is not None and found[1] == row["name"]) == expected


def test_names_of_cues_and_frames_are_unique():
    assert len({cue.name for cue in cues()}) == len(cues())
    assert len({frame.name for frame in frames()}) == len(frames())


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
    assert tense(line, line.index(verb), form) == expected


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("plan", {"plan", "plans", "planned", "planning"}),
        ("supply", {"supply", "supplies", "supplied", "supplying"}),
        ("give", {"give", "gives", "gave", "given", "giving"}),
        ("finance", {"finance", "finances", "financed", "financing"}),
        ("cancel", {"cancel", "cancels", "canceled", "cancelled", "canceling", "cancelling"}),
    ],
)
def test_verb_forms(verb, forms):
    assert {word for _, word in verb_forms(verb, toml("cues")["irregular"])} == forms


PIECES = st.sampled_from(
    [
        "Velda will invest",
        "[€40 million]",
        "in talks",
        "a loan of",
        "[$12 million]",
        "[340 jobs]",
        "was scrapped",
        ",",
        "which",
        "rose",
        "[4%]",
        "(",
        ")",
        "“",
        "İ",
        ".",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14))
def test_evidence_lies_in_the_document_and_a_commitment_has_a_stage(pieces):
    laid = scene_of(" ".join(pieces))
    found = all_labels(laid)
    assert len(found) == len(laid.figures)
    for label in found:
        assert (label.stage is not None) == (label.measure in COMMITMENTS) == (label.stage_evidence is not None)
        for evidence in (label.measure_evidence, label.stage_evidence, label.time_basis_evidence):
            if evidence is not None:
                assert 0 <= evidence.start < evidence.end <= len(laid.text)
                assert laid.text[evidence.start : evidence.end] == evidence.exact
                assert 0 <= evidence.confidence <= 1


def test_a_conversion_has_the_labels_of_the_sum_that_it_converts():
    first, second = all_labels(scene_of("Velda will invest [€40 million] ([$44 million]) in a kiln."))
    assert (first.measure, first.stage) == (second.measure, second.stage) == ("investment", "pledged")


def test_sums_of_bundles_are_sums_of_features():
    laid = scene_of("Velda will invest [€40 million] in a kiln, which rose [4%].")
    for row, figure_ in zip(weighed(laid)[1], laid.figures, strict=True):
        model = committed_models()[{"money": "measure_money", "percent": "measure_percent"}[figure_.kind]]
        singly = model.probabilities(row.told.counted())
        assert all(abs(singly[name] - row.measures[name]) < 1e-9 for name in singly)


def test_doubt_is_noted():
    assert "hedge.talks" in labels_of("Kelso is in talks to buy Tinlo for [$220 million].").modality
    assert labels_of("Kelso bought Tinlo for [$220 million].").modality == ()


def test_other_weights_can_be_handed_in():
    models = dict(committed_models())
    assert set(models) >= set(MODELS)
    assert all_labels(scene_of("Velda will invest [€40 million]."), models) == all_labels(
        scene_of("Velda will invest [€40 million].")
    )


def test_a_document_without_figures_has_no_labels():
    assert all_labels(scene_of("Velda is a town.")) == ()
