"""Times over which money flows: the lexicon's examples, sentences in tests/cases/times.toml, and any text."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.extraction.times.assign import periods_of_sums
from ledger.extraction.times.find import periods
from ledger.extraction.times.nearby import NEARBY_RULES
from ledger.extraction.times.patterns import cue_finder, gap_pattern, has_cue, pattern_finder, plain_bytes
from ledger.extraction.times.period import year_earlier
from ledger.extraction.times.readers import READERS
from ledger.extraction.times.sums import FigureMention
from ledger.lexicons import load
from ledger.segment import segment

DAY = date(2025, 6, 15)
RULES: list[dict[str, Any]] = load.toml("times")["rule"]
CASES: list[dict[str, Any]] = [
    case
    for name in ("times.toml", "times_kinds.toml")
    for case in tomllib.loads((Path(__file__).parents[1] / "cases" / name).read_text(encoding="utf-8"))["case"]
]


def _said(words: str) -> list[tuple[str, str, str]]:
    text = f"It pays $3 million {words}."
    return [(text[found.start : found.end], found.iso, found.rule) for found in periods(text, 0, len(text), DAY)]


@pytest.mark.parametrize("rule", RULES, ids=[rule["name"] for rule in RULES])
def test_rule_reads_its_examples_and_not_its_counter_examples(rule: dict[str, Any]) -> None:
    assert [_said(words) for words, _ in rule["examples"]] == [
        [(words, iso, rule["name"])] for words, iso in rule["examples"]
    ]
    assert not [words for words in rule["counter"] if rule["name"] in [name for _, _, name in _said(words)]]


def test_rules_have_names_and_readers_of_their_own() -> None:
    assert len({rule["name"] for rule in RULES}) == len(RULES)
    assert {rule["reads"] for rule in RULES} == set(READERS)
    assert set(NEARBY_RULES) <= set(READERS)


@pytest.mark.parametrize("fiscal", load.toml("times")["fiscal"], ids=lambda fiscal: fiscal["name"])
def test_country_of_a_fiscal_year_is_known_by_the_words_around(fiscal: dict[str, Any]) -> None:
    assert all(
        pattern_finder(load.joined(fiscal["near"])).find(plain_bytes(example))[0] >= 0 for example in fiscal["examples"]
    )
    assert pattern_finder(load.joined(fiscal["near"])).find(plain_bytes("It pays $3 million to three mills."))[0] < 0


CUES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "times_cues.toml").read_text(encoding="utf-8")
)["cue"]


@pytest.mark.parametrize("case", CUES, ids=[case["name"] for case in CUES])
def test_cue_is_found_in_its_examples_and_not_in_its_counter_examples(case: dict[str, Any]) -> None:
    assert [words for words in case["examples"] if not has_cue(case["name"], plain_bytes(words))] == []
    assert [words for words in case["counter"] if has_cue(case["name"], plain_bytes(words))] == []


def test_all_cues_have_cases() -> None:
    assert {case["name"] for case in CUES} == set(load.toml("times")["cues"])
    assert all(cue_finder(case["name"]) is cue_finder(case["name"]) for case in CUES)


@pytest.mark.parametrize("name", load.toml("times")["gaps"])
def test_gap_matches_its_example_only(name: str) -> None:
    entry = load.toml("times")["gaps"][name]
    whole = name in ("same_money", "change")
    pattern = gap_pattern(name)
    for words, wanted in ((entry["example"], True), (entry["counter"], False)):
        found = pattern.fullmatch(words.encode()) if whole else pattern.search(words.encode())
        assert (found is not None) is wanted


@pytest.mark.parametrize(
    ("iso", "earlier"),
    [
        ("2025", "2024"),
        ("2025-02", "2024-02"),
        ("2025/2029", "2024/2028"),
        ("2025-04/2026-03", "2024-04/2025-03"),
        ("P3Y", None),
        ("/2030", None),
    ],
)
def test_same_span_a_year_earlier(iso: str, earlier: str | None) -> None:
    assert year_earlier(iso) == earlier


def _mentions(marked: str) -> tuple[str, list[FigureMention]]:
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
    return text, [
        FigureMention(start, end, inside.start, inside.end, True, _amount(text[start:end]))
        for start, end, inside in held
    ]


def _amount(said: str) -> tuple[str, Decimal]:
    """Unit and value of a sum as the cases write it: "$3 billion", "Rs 900 crore"."""
    number = re.search(r"[\d.,]+", said)
    assert number is not None, said
    scale = next((power for word, power in SCALES.items() if re.search(rf"{word}\b", said)), 0)
    unit = next((unit for unit in UNITS if unit in said), "")
    return unit, Decimal(number[0].replace(",", "")).scaleb(scale)


SCALES = {"trillion": 12, "tn": 12, "billion": 9, "bn": 9, "million": 6, "m": 6, "crore": 7}
UNITS = ("$", "€", "£", "¥", "Rs", "won", "crowns", "baht")


@pytest.mark.parametrize("case", CASES, ids=[f"{case.get('kind', '')} {case['text'][:60]}" for case in CASES])
def test_time_that_governs_a_sum(case: dict[str, Any]) -> None:
    text, mentions = _mentions(case["text"])
    published = case.get("published", DAY.isoformat())
    day = date.fromisoformat(published) if published else None
    found = periods_of_sums(text, mentions, segment(text), day)
    assert [period.iso if period else "" for period in found] == case["periods"]


LEAST_CASES = 12
"""Texts, with and without a period, that each kind has at least."""


def test_each_kind_of_period_has_many_texts() -> None:
    kinds = Counter(case["kind"] for case in CASES if "kind" in case)
    assert {kind: count for kind, count in kinds.items() if count < LEAST_CASES} == {}


def test_relative_times_need_the_day_of_publication() -> None:
    text = "It spent $3 million this year, $4 million in 2024 and $5 million over five years."
    assert [found.iso for found in periods(text, 0, len(text), None)] == ["2024", "P5Y"]


def test_typographic_quotes_and_dashes_keep_the_offsets() -> None:
    text = "“Café” pays €3m in 2024–2027 – “this year’s”."
    assert [text[found.start : found.end] for found in periods(text, 0, len(text), DAY)] == [
        "in 2024–2027",
        "this year’s",
    ]


def test_nothing_found_governs_nothing() -> None:
    assert periods_of_sums("It pays $3 million.", [FigureMention(8, 18, 0, 19, True, ("USD", 3))], (), DAY) == [None]
    assert periods_of_sums("", [], (), None) == []


def test_without_segments_only_the_own_sentence_is_read() -> None:
    text = "It pays $3 million. It will run for three years."
    mentions = [FigureMention(8, 18, 0, 19, True, ("USD", 3))]
    assert periods_of_sums(text, mentions, (), DAY) == [None]
    assert [period.iso for period in periods_of_sums(text, mentions, segment(text), DAY) if period] == ["P3Y"]


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
    mentions = [
        FigureMention(one.start(), one.end(), 0, len(text), True, ("USD", 3))
        for one in re.finditer(r"\$3 million", text)
    ]
    assert len(periods_of_sums(text, mentions, segment(text), DAY)) == len(mentions)


PIECES = [
    "$3 million ",
    "$3 million by 2030 ",
    "in 2024 of that $3 million, or ",
    "(€4bn over five years ",
    "$3 million that year over five years. They ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_cost_grows_with_the_text_and_not_faster(piece: str, calls: Callable[[Callable[[], object]], int]) -> None:
    def cost(count: int) -> int:
        text = piece * count
        mentions = [
            FigureMention(one.start(), one.end(), 0, len(text), True, ("USD", one.start()))
            for one in re.finditer(r"\$3 million|€4bn", text)
        ]
        parts = segment(text)
        return calls(lambda: periods_of_sums(text, mentions, parts, DAY))

    assert cost(1_500) < 6 * 1.5 * cost(250)


@pytest.mark.parametrize(
    ("text", "period"),
    [("Vandel plans a $5bn funding push in 2027.", "2027"), ("Vandel was founded in 2003 with $5bn.", None)],
)
def test_an_undated_text_takes_years_to_come_from_its_words(text: str, period: str | None) -> None:
    mention = FigureMention(text.index("$"), text.index("bn") + 2, 0, len(text), True, ("USD", 5))
    found = periods_of_sums(text, [mention], segment(text), None)[0]
    assert (found.iso if found else None) == period
