"""Roles: a table of constructions, the cue words by their examples, and properties that hold for any text."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.attribute.names.mentions import Mention, mentions
from ledger.attribute.roles.hard_rules import hard_rules
from ledger.attribute.roles.layout import lay_out_roles
from ledger.attribute.roles.links import syntactic_links
from ledger.attribute.roles.pairs import lists_of_pairs
from ledger.attribute.roles.score import (
    Roles,
    all_roles,
    candidate_features,
    committed_role_models,
    first_scores,
    roles,
)
from ledger.attribute.roles.view import ROLES, anchors_of, figure_views
from ledger.attribute.roles.words import construction_phrases, word_classes
from ledger.attribute.tokens import DocumentTokens, tokenize_document
from ledger.extraction import extract_figures
from ledger.lexicons import toml
from ledger.models.linear import softmax
from ledger.segment import segment
from schemas import Measure

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "roles.toml").read_text(encoding="utf-8"))["construction"]
Read = tuple[DocumentTokens, tuple[Mention, ...]]


def read(text: str) -> Read:
    segments = segment(text)
    return tokenize_document(text, segments, extract_figures(text, segments)), mentions(text, segments)


def answer(case: Mapping[str, Any], measure: str) -> Roles:
    """The roles of the figure between the marks of a case."""
    start = case["text"].index("«")
    laid, named = read(case["text"].replace("«", "").replace("»", ""))
    index = next(i for i, figure in enumerate(laid.figures) if figure.start <= start + 1 < figure.end)
    return roles(laid, index, named, [Measure(measure)] * len(laid.figures))


def table(kind: str) -> Iterator[Any]:
    for construction in CASES:
        for number, case in enumerate(construction[kind]):
            marks = [pytest.mark.xfail(strict=True, reason="known failure")] if case.get("fails") else []
            yield pytest.param(construction["measure"], case, id=f"{construction['name']} {number + 1}", marks=marks)


@pytest.mark.parametrize(("measure", "case"), list(table("cases")))
def test_a_construction_gives_its_names(measure: str, case: Mapping[str, Any]) -> None:
    said = answer(case, measure)
    assert sorted(name.name for name in said.actor) == sorted(case.get("actor", [name.name for name in said.actor]))
    assert sorted(name.name for name in said.recipient) == sorted(
        case.get("recipient", [name.name for name in said.recipient])
    )


@pytest.mark.parametrize(("measure", "case"), list(table("counter")))
def test_what_only_looks_like_a_construction_does_not(measure: str, case: Mapping[str, Any]) -> None:
    said = answer(case, measure)
    assert not {name.name for name in said.actor} & set(case.get("never_actor", []))
    assert not {name.name for name in said.recipient} & set(case.get("never_recipient", []))


def test_there_are_twenty_constructions_of_five_sentences() -> None:
    assert len(CASES) >= 20
    assert all(len(construction["cases"]) >= 5 and construction["counter"] for construction in CASES)


@pytest.mark.parametrize("entry", toml("constructions")["class"], ids=lambda entry: entry["name"])
def test_a_class_of_words_matches_its_example_alone(entry: Mapping[str, Any]) -> None:
    assert entry["name"] in classes_in(entry["example"])
    assert entry["name"] not in classes_in(entry["counter"])


def classes_in(text: str) -> set[str]:
    """The classes that a word or phrase of a text may have."""
    laid, _ = read(text)
    words = [word for sentence in laid.sentences for word in sentence.words]
    found = {
        name
        for word in words
        if word in word_classes()
        for name in (word_classes()[word].verb, word_classes()[word].other)
    }
    return found | {
        code
        for n, word in enumerate(words)
        for parts, code in construction_phrases().get(word, ())
        if tuple(words[n : n + len(parts)]) == parts
    }


def test_verbs_take_their_forms() -> None:
    found = {word: cue.form for word, cue in word_classes().items() if cue.verb == word_classes()["give"].verb}
    assert [found[word] for word in ("give", "gives", "gave", "given", "giving")] == ["b", "s", "d", "n", "g"]
    assert word_classes()["opened"].verb == word_classes()["open"].verb
    assert "openned" not in word_classes()


def test_a_name_right_before_a_later_figure_takes_the_subject_s_place() -> None:
    laid, named = read("Denmark gave Yemen $45 million, Ireland $12 million.")
    layout = lay_out_roles(laid, named)
    view = figure_views(layout, [Measure.GRANT] * 2)[1]
    by_name = {layout.candidates[o.members[0]].name: o.at for o in layout.occurrences}
    links = syntactic_links(layout.rows[0], view.at)
    assert links[by_name["Ireland"]] == "gapped"
    assert links[by_name["Denmark"]].endswith("far")


def test_the_speaker_is_the_subject_of_saying() -> None:
    laid, named = read("Volvo will invest €900 million in Slovakia, Barclays said.")
    speaker = roles(laid, 0, named, [Measure.INVESTMENT]).speaker
    assert speaker is not None
    assert speaker.name == "Barclays"


def test_nobody_speaks_where_nothing_is_said() -> None:
    laid, named = read("Volvo will invest €900 million in Slovakia.")
    assert roles(laid, 0, named, [Measure.INVESTMENT]).speaker is None


def test_a_text_without_names_has_no_roles() -> None:
    laid, named = read("It cost $5 million.")
    assert all_roles(laid, [m for m in named if not m.anaphor], [Measure.OTHER])[0].actor == ()


WORDS = (
    "Volvo|Kenya|the World Bank|Tokyo's|will lend|invested|$5 billion|€3 million|in|from|to|by|,|.|(|)|:"
    "|which|it|said|and|\n\n|- "
)
PIECES = st.sampled_from(WORDS.split("|"))


@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_every_name_is_said_at_its_span(text: str) -> None:
    laid, named = read(text)
    for said in all_roles(laid, named, [Measure.GRANT] * len(laid.figures)):
        for name in (*said.actor, *said.recipient, *([said.speaker] if said.speaker else [])):
            assert text[name.start : name.end] == name.said
            assert 0 <= name.confidence <= 1
            assert name.rule.startswith(("actor.", "recipient.", "speaker."))


@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_the_same_text_gives_the_same_roles(text: str) -> None:
    laid, named = read(text)
    measures = [Measure.INVESTMENT] * len(laid.figures)
    assert all_roles(laid, named, measures) == all_roles(laid, named, measures)


@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_remembered_sums_are_sums_of_features(text: str) -> None:
    laid, named = read(text)
    layout = lay_out_roles(laid, named)
    assume(not lists_of_pairs(layout, anchors_of(layout)) and not layout.of_dateline)
    models = committed_role_models()
    for one in first_scores(layout, [Measure.INVESTMENT] * len(laid.figures), models):
        assume(not hard_rules(layout, one.view))
        for role in ROLES:
            weights = models[role].weights
            sums = [
                sum(weights[feature][0] for feature in row if feature in weights)
                for row in candidate_features(layout, one.view)
            ]
            singly = softmax([total / models[role].temperature for total in sums])
            assert all(abs(p - q) < 1e-9 for p, q in zip(one.probabilities[role], singly, strict=True))


LISTS = (
    ("Osk ($5 million) and Varga Bank ($3 million) pay.", [["Osk"], ["Varga Bank"]]),
    ("First was Malta with $5 million, then Kenya ($3 million), Peru ($2 million).", [["Malta"], ["Kenya"], ["Peru"]]),
    ("Malta gave $5 million, and Kenya $3 million.", [["Malta"], ["Kenya"]]),
    ("Malta gave $5 million to Kenya and $3 million to Peru.", [["Kenya"], ["Peru"]]),
    ("Malta and Kenya gave $5 million and $3 million.", [["Malta"], ["Kenya"]]),
    ("Malta, the EU and Kenya gave $5 million, €3 million and ¥2 billion.", [["Malta"], ["European Union"], ["Kenya"]]),
    ("Malta gave $5 million, or €4.5 million.", []),
    ("Malta and Kenya: $5 million, $3 million.", []),
    ("Malta gave Peru $5 million, and Kenya gave Chad $3 million.", []),
    ("Malta's $5 million and Kenya's $3 million were paid.", []),
    ("Malta gave $5 million and $3 million.", []),
)


@pytest.mark.parametrize(("text", "wanted"), LISTS, ids=[text for text, _ in LISTS])
def test_the_names_of_a_list_belong_to_their_sums(text: str, wanted: list[list[str]]) -> None:
    layout = lay_out_roles(*read(text))
    found = lists_of_pairs(layout, anchors_of(layout))
    names = [[sorted(layout.candidates[one].name for one in members) for _, members in pairs] for pairs in found]
    assert names == ([wanted] if wanted else [])
