"""Hostile shapes of text: twice the text costs at most some twice the calls, and what is too much is told."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

import ledger
from ledger import pipeline
from ledger.book.ingest import document_of
from ledger.pipeline import reading_of
from ledger.segment.sentences import LONGEST_SENTENCE, sentences_of

GROWTH = 2.4
"""Most calls for twice the text; the rest over 2 is what is done once a document."""
SMALL = 5_000
"""Characters: more than a sentence may have, so that what grows within one has its full size."""
Shape = Callable[[int], str]


def _again(piece: str) -> Shape:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def _names(size: int) -> str:
    each = (f"Kes{chr(97 + at % 26)}{chr(97 + at // 26 % 26)} Corp will invest $3 million." for at in range(size))
    return " ".join(each)[:size]


LONG = (40_000, 400_000)
"""Characters of texts that are longer than any article."""
MOST_OVER_PLAIN = 3
PLAIN = _again(
    "The company said on Tuesday that it will invest $3 million in a plant near the harbour by 2030.\n\n"
    "Its workers will move there next year, and the minister called the plan good news for the region.\n\n"
)
NAMED = {
    "brackets": _again("($3 million) "),
    "one name": _again("Kesto Corp paid $3 million "),
}
MORE = {
    "dollars": _again("$1"),
    "percents": _again("5% "),
    "bold digits": _again("$𝟓 million "),
    "dollars apart": _again("$1 "),
    "name and figure": _again("Kesto $3 million "),
    "many names": _names,
    "joined": _again("$3 million and "),
    "semicolons": _again("$3 million; "),
    "ranges": _again("$3-$5 million "),
    "a range without end": _again("$3 to $5 to "),
    "parts": _again("$3 of the $5 "),
    "conversions": _again("$3 (€2) "),
    "rates": _again("$3 a year "),
    "years": _again("$3 in 2024 "),
    "commas": _again("1,"),
    "lines": _again("$3 million\n"),
    "table": _again("| $3 million | 5% |\n"),
    "list": _again("- Kesto $3 million\n"),
    "headings": _again("# A\n$3 million\n"),
    "short sentences": _again("It pays $3. "),
    "paragraphs": _again("Kesto pays $3 million.\n\n"),
    "quotations": _again("“Kesto pays $3,” it said. "),
    "words": _again("three hundred million dollars "),
}


def _grows_with_its_length(shape: Shape, calls: Callable[[Callable[[], object]], int], size: int) -> None:
    one, two = (calls(partial(ledger.extract, shape(size * times), attributor="fast")) for times in (1, 2))
    assert two <= GROWTH * one, f"{one:,} calls, then {two:,}"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_cost_grows_with_the_text(name: str, calls: Callable[[Callable[[], object]], int]) -> None:
    _grows_with_its_length(NAMED[name], calls, SMALL)


@pytest.mark.faults
@pytest.mark.parametrize("name", MORE)
def test_cost_of_more_shapes_grows_with_the_text(name: str, calls: Callable[[Callable[[], object]], int]) -> None:
    _grows_with_its_length(MORE[name], calls, SMALL)


@pytest.mark.faults
@pytest.mark.parametrize("name", NAMED)
def test_cost_of_long_texts_grows_with_the_text(name: str, calls: Callable[[Callable[[], object]], int]) -> None:
    _grows_with_its_length(NAMED[name], calls, 40_000)


def _calls_of_long(shape: Shape, calls: Callable[..., int]) -> list[int]:
    """The calls for 40 kB and for 400 kB of a shape."""
    read = [partial(ledger.extract, shape(size), attributor="fast") for size in (SMALL, *LONG)]
    return [calls(work, first=read[0]) for work in read[1:]]


@pytest.fixture(scope="module")
def plain_calls() -> list[int]:
    """What `_calls_of_long` gives for plain text; filled by the first test that needs it."""
    return []


@pytest.mark.faults
@pytest.mark.parametrize("name", [*NAMED, *MORE])
def test_ten_times_the_text_costs_no_more_than_with_plain_text(
    name: str, calls: Callable[..., int], plain_calls: list[int], record_property: Callable[[str, object], None]
) -> None:
    """The calls for a character of 400 kB over those of 40 kB, as a share of what plain text takes."""
    if not plain_calls:
        plain_calls += _calls_of_long(PLAIN, calls)
    hostile = _calls_of_long({**NAMED, **MORE}[name], calls)
    growth = hostile[1] * plain_calls[0] / (hostile[0] * plain_calls[1])
    record_property("growth", round(growth, 2))
    assert growth <= MOST_OVER_PLAIN, f"{hostile}, and {plain_calls} of plain text"


@pytest.mark.parametrize("shape", ["$3 million ", "x", "€5m; ", "Kesto said, ", "5 ", "𝟓"])
def test_a_sentence_without_end_is_cut(shape: str) -> None:
    text = _again(shape)(5 * LONGEST_SENTENCE + 7)
    spans = sentences_of(text)
    assert all(0 < end - start <= LONGEST_SENTENCE for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    assert not any(text[start:end].endswith("$3") for start, end in spans[:-1])


def test_figures_over_the_limit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_FIGURES", 5)
    text = "Kesto will invest $3 million in a plant. " * 8
    reading = reading_of(document_of(text))
    assert [claim.start for claim in reading.claims] == [18 + at * 41 for at in range(5)]
    (problem,) = reading.problems
    assert (problem.rule, problem.severity) == ("too_many_figures", "error")
    assert "more than 5 figures; the last 3 are left out" in problem.message
