"""What holds for any text: spans, order, values, time, memory, and independence of the hash seed."""

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.extraction import RejectedNumber, explain_figures, extract_figures
from ledger.extraction.numbers.fold import fold
from ledger.segment import segment
from schemas import Figure, Section, Segment

PARTS = [
    "$", "€", "¥", "Rs ", "R", "kr ", "US$", "NT$", "5", "1,200", "45", "2.9", "0", "1,20,000", "½", "3/4", "12 500",
    "-", "–", " to ", " and ", "between ", "from ", " billion", "bn", "m", " lakh crore", "%", " percent",
    " basis points", " GW", " years", " jobs", " people", "up to ", "about ", "more than ", " or so", " a year", "/t",
    "(", ")", ".", ", ", "\n", " ", "two and a half", "half a million", "5G", "2024", "April ", "yen", " dollars",
    "(about ", "１２", "\u200b", "\u0301", "٣", "日本", "each",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PARTS), max_size=24).map("".join),
    st.text(alphabet="$€¥0123456789.,-– %kmbntoaRsyer()"),
)
PLAIN = (
    "The yard at Norcrest will spend $2.9 billion over five years and hire 1,500 people by 2030, "
    "its owner said on Tuesday. "
)
SIZE = 30_000


def whole(text: str) -> tuple[Segment, ...]:
    return (Segment(section=Section.PARAGRAPH, start=0, end=len(text)),) if text else ()


def check(text: str, figures: tuple[Figure, ...]) -> None:
    last = 0
    for figure in figures:
        assert 0 <= last <= figure.start < figure.end <= len(text)
        assert figure.sentence_start <= figure.start
        assert figure.end <= figure.sentence_end
        assert text[figure.start : figure.end].strip() == text[figure.start : figure.end]
        assert all(value is None or value.is_finite() for value in (figure.value, figure.lower, figure.upper))
        assert figure.lower is None or figure.upper is None or figure.lower <= figure.upper
        assert figure.unit
        assert figure.rules
        assert Figure.model_validate(dict(figure)) == figure
        assert list(figure.__dict__) == list(Figure.model_fields)
        last = figure.end


@given(TEXTS)
@settings(deadline=None, max_examples=250)
def test_any_text_yields_sound_figures(text: str) -> None:
    check(text, extract_figures(text, whole(text)))
    check(text, extract_figures(text, segment(text)))


@given(st.text())
@settings(deadline=None)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_explaining_tells_what_fired_and_what_lost() -> None:
    text = "On April 10, 2023 the yard took $5bn to $6bn for 5G."
    told = explain_figures(text, whole(text))
    assert [entry.rule for entry in told if isinstance(entry, RejectedNumber)] == [
        "day_after_month",
        "year",
        "in_a_word",
    ]
    (explained,) = [entry for entry in told if not isinstance(entry, RejectedNumber)]
    assert explained.exact == "$5bn to $6bn"
    assert explained.rules[-1] == "range_to"
    assert explained.figure in extract_figures(text, whole(text))


HOSTILE = {
    "digits": "7" * SIZE,
    "commas": "," * SIZE,
    "dollars": "$" * SIZE,
    "brackets": "(" * (SIZE // 2) + ")" * (SIZE // 2),
    "combining": "e\u0301" * (SIZE // 2),
    "millions": "million " * (SIZE // 8),
    "zero width": "5\u200b" * (SIZE // 2),
    "right to left": "\u202e5 \u05d0" * (SIZE // 4),
    "full width": "１" * SIZE,
    "points": "1." * (SIZE // 2),
    "thousands": "1,000" * (SIZE // 5),
    "dashes": "5-" * (SIZE // 2),
    "words": "two and " * (SIZE // 8),
    "spaces": " " * SIZE,
    "currencies": "US$ " * (SIZE // 4),
    "percents": "%" * SIZE,
}


DENSE = {"zero width": 14}
"""Texts that hold a number at every other character cost more; that this too grows with the length is tested apart."""
Calls = Callable[[Callable[[], object]], int]


def _cost(text: str, calls: Calls) -> int:
    parts = segment(text)
    return calls(lambda: extract_figures(text, parts))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_no_more_than_twice_plain_text(name: str, calls: Calls) -> None:
    plain = (PLAIN * (SIZE // len(PLAIN) + 1))[:SIZE]
    check(HOSTILE[name], extract_figures(HOSTILE[name], whole(HOSTILE[name])))
    assert _cost(HOSTILE[name], calls) <= DENSE.get(name, 2) * _cost(plain, calls)


def test_cost_is_linear_in_length(calls: Calls) -> None:
    small, large = (PLAIN + "\n") * 90, (PLAIN + "\n") * 900
    assert _cost(large, calls) <= 10 * 1.1 * _cost(small, calls)


GIANT = (
    "it paid between $2 and $3 billion in 2024, 5 to 7 million kroner by 2030 and 40 Mill Yard 30 to 1,234 of them, "
)


def test_cost_is_linear_in_one_giant_sentence(calls: Calls) -> None:
    assert len(segment(GIANT * 30)[0].sentences) == 1
    assert _cost(GIANT * 300, calls) <= 10 * 1.1 * _cost(GIANT * 30, calls)


def test_memory_stays_under_ten_times_the_text_beside_the_figures() -> None:
    text = (
        "The yard at Norcrest is old and its owner said on Tuesday that nothing would change for now. " * 4 + PLAIN
    ) * 4000
    parts = whole(text)
    extract_figures(PLAIN, whole(PLAIN))
    tracemalloc.start()
    found = extract_figures(text, parts)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 3 * 4000
    assert peak < 10 * len(text) + held


SEEDED = """
from ledger.extraction import extract_figures
from ledger.segment import segment
text = "Oslo lent 5 billion kroner ($480m) for 1.2 GW, 300 jobs and 5G in India for Rs 40 crore, up 5%."
print([figure.model_dump_json() for figure in extract_figures(text, segment(text))])
"""


def test_hash_seed_changes_nothing() -> None:
    root = Path(__file__).parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", SEEDED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(said) == 1
