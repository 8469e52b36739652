"""Times over which money flows: the lexicon's examples, sentences in tests/cases/times.toml, and any text."""

import re
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.extract.times import READERS, Mention, governing, period_for, periods
from ledger.lexicons import load
from ledger.segment import segment

DAY = date(2025, 6, 15)
RULES: list[dict[str, Any]] = load.toml("times")["rule"]
CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parents[1] / "cases" / "times.toml").read_text(encoding="utf-8"))["case"]


def _said(words: str) -> list[tuple[str, str, str]]:
    text = f"It pays $3 million {words}."
    return [(text[found.start : found.end], found.iso, found.rule) for found in periods(text, 0, len(text), DAY)]


@pytest.mark.parametrize("rule", RULES, ids=[rule["name"] for rule in RULES])
def test_rule_reads_its_examples_and_not_its_counter_examples(rule: dict[str, Any]) -> None:
    assert [_said(words) for words, _ in rule["examples"]] == [[(words, iso, rule["name"])] for words, iso in rule["examples"]]
    assert not [words for words in rule["counter_examples"] if rule["name"] in [name for _, _, name in _said(words)]]


def test_rules_have_names_and_readers_of_their_own() -> None:
    assert len({rule["name"] for rule in RULES}) == len(RULES)
    assert {rule["reads"] for rule in RULES} == set(READERS)


def _mentions(marked: str) -> tuple[str, list[Mention]]:
    """The text without brackets, and a mention of money for each bracket."""
    text, spans, at = "", [], 0
    for found in re.finditer(r"\[([^]]*)\]", marked):
        text += marked[at : found.start()]
        spans.append((len(text), len(text) + len(found[1])))
        text += found[1]
        at = found.end()
    text += marked[at:]
    sentences = [sentence for part in segment(text) for sentence in part.sentences]
    held = [(start, end, next(one for one in sentences if one.start <= start < one.end)) for start, end in spans]
    return text, [Mention(start, end, inside.start, inside.end, True, ("USD", text[start:end])) for start, end, inside in held]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_time_that_governs_a_sum(case: dict[str, Any]) -> None:
    text, mentions = _mentions(case["text"])
    found = governing(text, mentions, segment(text), DAY)
    assert [period.iso if period else "" for period in found] == case["periods"]


def test_relative_times_need_the_day_of_publication() -> None:
    text = "It spent $3 million this year, $4 million in 2024 and $5 million over five years."
    assert [found.iso for found in periods(text, 0, len(text), None)] == ["2024", "P5Y"]


def test_typographic_quotes_and_dashes_keep_the_offsets() -> None:
    text = "“Café” pays €3m in 2024–2027 – “this year’s”."
    assert [text[found.start : found.end] for found in periods(text, 0, len(text), DAY)] == ["in 2024–2027", "this year’s"]


def test_nothing_found_governs_nothing() -> None:
    assert period_for("It pays $3 million.", 0, 8, 18, ()) is None
    assert governing("", [], (), None) == []


WORDS = st.lists(
    st.sampled_from(
        [
            "$3 million",
            "by 2030",
            "in 2024",
            "over",
            "five",
            "years",
            "this year",
            "last quarter",
            "Q9",
            "0",
            "2025-26",
            "of that",
            "(",
            ")",
            ";",
            "first",
            "half",
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(WORDS, st.text(max_size=120)))
def test_any_text_gives_times_in_order_inside_it(text: str) -> None:
    at = 0
    for found in periods(text, 0, len(text), DAY):
        assert at <= found.start < found.end <= len(text)
        assert re.fullmatch(r"P\d+[YMW]|/?\d{4}|\d{4}-\d\d|\d{4}/\d{4}|\d{4}-\d\d/\d{4}-\d\d", found.iso), found
        at = found.end
    mentions = [Mention(one.start(), one.end(), 0, len(text), True, ("USD", 3)) for one in re.finditer(r"\$3 million", text)]
    assert len(governing(text, mentions, segment(text), DAY)) == len(mentions)


@pytest.mark.parametrize("piece", ["$3 million ", "$3 million by 2030 ", "in 2024 of that $3 million, or ", "(€4bn over five years "])
def test_cost_grows_with_the_text_and_not_faster(piece: str) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        mentions = [Mention(one.start(), one.end(), 0, len(text), True, ("USD", one.start())) for one in re.finditer(r"\$3 million|€4bn", text)]
        started = time.process_time()
        governing(text, mentions, segment(text), DAY)
        return time.process_time() - started

    seconds(10)
    assert seconds(1_500) < 6 * 4 * max(seconds(250), 0.005)
