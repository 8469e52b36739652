"""Segments and sentences of texts in tests/cases/segment.toml, and the lexicon's own examples."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.extraction import extract_figures
from ledger.lexicons import load
from ledger.segment import segment
from ledger.segment.ends import end_pattern
from ledger.segment.lines import TABLE_HEAD, LineKind, lexicon_line_kind, line_kind
from schemas import Section, Segment

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "segment.toml").read_text(encoding="utf-8")
)["case"]
RULES = [
    (kind, rule) for kind in ("furniture", "related", "related_line", "caption") for rule in load.toml("segment")[kind]
]


FURNITURE_KINDS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "furniture.toml").read_text(encoding="utf-8")
)["kind"]
ARTICLE = """Norcrest to build a foundry

Norcrest said on Tuesday that it would build a foundry in Lund.

{line}

The plant opens in 2027, the firm said on Tuesday.
"""
"""An article with a line between its paragraphs."""


def _said(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for part in segment(text) for sentence in part.sentences]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    parts = segment(case["text"])
    if "sections" in case:
        assert [part.section.value for part in parts] == case["sections"]
    if "groups" in case:
        assert [part.group for part in parts] == case["groups"]
    if "sentences" in case:
        assert _said(case["text"]) == case["sentences"]
    if "without" in case:
        assert Section(case["without"]) not in [part.section for part in parts]


@pytest.mark.parametrize("name", ["about_heading", "about_opening", "comments_heading", "comment_stamp"])
def test_patterns_of_what_stands_below_an_article_keep_to_their_examples(name: str) -> None:
    rule = load.toml("segment")[name]
    search = end_pattern(name).match if name == "about_opening" else end_pattern(name).fullmatch
    assert [example for example in rule["examples"] if search(example) is None] == []
    assert [counter for counter in rule["counter"] if search(counter) is not None] == []


def test_readers_comments_hold_no_figures_and_paragraphs_about_a_company_do() -> None:
    text = next(case["text"] for case in CASES if case["name"] == "readers' comments with stamps")
    assert [text[one.start : one.end] for one in extract_figures(text, segment(text))] == ["$40 million", "$3 million"]
    text = next(case["text"] for case in CASES if case["name"].startswith("what a company says of itself"))
    figures = extract_figures(text, segment(text))
    assert [(text[one.start : one.end], one.section.value) for one in figures] == [
        ("$40 million", "paragraph"),
        ("$4 billion", "about"),
    ]


@pytest.mark.parametrize("kind", FURNITURE_KINDS, ids=[kind["name"] for kind in FURNITURE_KINDS])
def test_lines_of_the_page_are_told_from_those_of_the_article(kind: dict[str, Any]) -> None:
    def is_furniture(line: str) -> bool:
        return segment(ARTICLE.format(line=line))[2].section is Section.FURNITURE

    assert [line for line in kind["furniture"] if not is_furniture(line)] == []
    assert [line for line in kind["none"] if is_furniture(line)] == []
    assert len(kind["furniture"]) + len(kind["none"]) >= LEAST_LINES


LEAST_LINES = 12
"""Lines of both sorts that each kind of furniture has at least."""


def test_head_of_a_table_is_told_from_a_date_line() -> None:
    head = load.toml("segment")["table_head"]
    assert [example for example in head["examples"] if TABLE_HEAD.search(example) is None] == []
    assert [example for example in head["counter"] if TABLE_HEAD.search(example) is not None] == []


@pytest.mark.parametrize(("kind", "rule"), RULES, ids=[f"{kind}-{rule['name']}" for kind, rule in RULES])
def test_pattern_matches_its_examples_and_not_its_counter_examples(kind: str, rule: dict[str, Any]) -> None:
    for example in rule["examples"]:
        assert line_kind(example)[0].value == kind, example
    for example in rule["counter"]:
        assert line_kind(example)[0].value != kind, example


def test_row_is_a_label_that_ends_in_numbers() -> None:
    row = load.toml("segment")["row"]
    assert [example for example in row["examples"] if line_kind(example)[0] is not LineKind.ROW] == []
    assert [example for example in row["counter"] if line_kind(example)[0] is LineKind.ROW] == []


def test_every_listed_rule_has_both_kinds_of_example() -> None:
    assert all(rule["examples"] and rule["counter"] for _, rule in RULES)


def test_no_pattern_needs_more_than_one_line() -> None:
    assert all("\n" not in load.joined(rule["pattern"]) for _, rule in RULES)


@pytest.mark.parametrize("word", load.toml("segment")["abbreviations"]["never"])
def test_word_never_ends_a_sentence(word: str) -> None:
    assert len(_said(f"They paid it to {word} Lund in May")) == 1


@pytest.mark.parametrize("word", load.toml("segment")["abbreviations"]["seldom"])
def test_word_ends_a_sentence_only_before_a_starter(word: str) -> None:
    assert len(_said(f"They paid $30 to Lund {word} Tessaly in May")) == 1


LINES = st.text(alphabet=st.sampled_from("ab A.B!?$%|•-12\t\n\r\"'()¥:…。\u200b\u202e\u0301é€🙂 "), max_size=300)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), LINES))
def test_segments_are_ordered_and_hold_their_sentences(text: str) -> None:
    at = 0
    for part in segment(text):
        assert Segment.model_validate(part.model_dump()) == part
        assert list(part.__dict__) == list(Segment.model_fields)
        assert at <= part.start < part.end <= len(text)
        at = part.end
        inner = part.start
        for sentence in part.sentences:
            assert inner <= sentence.start < sentence.end <= part.end
            assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
            inner = sentence.end
        assert (part.section is Section.FURNITURE) == (not part.sentences)


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_nothing_but_space_lies_outside_the_segments_and_marks(text: str) -> None:
    parts = segment(text)
    edges = [0, *(edge for part in parts for edge in (part.start, part.end)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        ",",
        "$",
        "(",
        "\u0301",
        ". ",
        "a. ",
        "U.",
        "|",
        "• ",
        "million ",
        "\u200b",
        '."',
        "a\n",
        "A b\n\n",
        "1 | 2 | 3\n",
    ],
)
def test_cost_is_linear_on_hostile_text(piece: str, calls: Callable[[Callable[[], object]], int]) -> None:
    small, large = (piece * (size // len(piece)) for size in (10_000, 60_000))
    assert calls(lambda: segment(large)) < 6 * 1.5 * calls(lambda: segment(small)) + 1_000


def test_a_line_of_digits_is_furniture_and_a_line_with_money_is_not() -> None:
    assert lexicon_line_kind("71") == "furniture"
    assert line_kind("Comments $3")[0] is not LineKind.FURNITURE


def test_the_lexicon_has_no_word_twice() -> None:
    abbreviations = load.toml("segment")["abbreviations"]
    assert not set(abbreviations["before_number"]) & {*abbreviations["never"], *abbreviations["seldom"]}
    assert not set(abbreviations["never"]) & set(abbreviations["seldom"])
    assert all(re.search(r"\.$", word) for key in ("never", "seldom", "before_number") for word in abbreviations[key])
