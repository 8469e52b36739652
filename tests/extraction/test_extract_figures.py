"""Figures of the texts in tests/cases/figures.toml, and none in those of figures_none.toml."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.extraction import extract_figures
from ledger.extraction.numbers.grammar import units
from ledger.segment import segment
from schemas import Bound, CurrencyBasis, Figure, Kind, RelationKind, Section, Segment

CASES = Path(__file__).parents[1] / "cases"
PERCENTS = ("percent", "percentage_point", "basis_point")
UNITS = {unit.name for unit in units().values()}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / name).read_text(encoding="utf-8"))


TABLES = ("figures.toml", "figures_numbers.toml", "figures_currencies.toml", "figures_broken.toml")
HELD = [(group, *case) for name in TABLES for group, table in _table(name).items() for case in table["cases"]]
PAGES = [
    (group, *case)
    for name in ("figures_tables.toml", "figures_fresh.toml", "figures_styles.toml")
    for group, table in _table(name).items()
    for case in table["cases"]
]
NONE = [(group, text) for group, texts in _table("figures_none.toml").items() for text in texts]


def lines(text: str) -> tuple[Segment, ...]:
    """One paragraph for each line, so that a case depends on nothing but extraction."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Segment(section=Section.PARAGRAPH, start=start, end=start + len(line)))
        start += len(line) + 1
    return tuple(found)


def _kind(unit: str) -> Kind:
    if unit.isupper():
        return Kind.MONEY
    if unit in PERCENTS:
        return Kind.PERCENT
    return Kind.QUANTITY if unit in UNITS else Kind.COUNT


def _said(expected: str) -> tuple[str, Kind, str, Decimal | None, Decimal | None, str, str | None]:
    surface, _, rest = expected.rpartition(" = ")
    unit, number, *more = rest.split()
    per = next((word[1:] for word in more if word[0] == "/"), None)
    bound = next((word for word in more if word[0] != "/"), "exact")
    low, _, high = number.partition("..")
    lower, upper = Decimal(low), Decimal(high or low)
    if high:
        bound = "range"
    return (
        surface,
        _kind(unit),
        unit,
        None if bound in ("less_than", "at_most") else lower,
        None if bound in ("more_than", "at_least") else upper,
        bound,
        per,
    )


def _read(text: str, figure: Figure) -> tuple[str, Kind, str, Decimal | None, Decimal | None, str, str | None]:
    return (
        text[figure.start : figure.end],
        figure.kind,
        figure.unit,
        figure.lower,
        figure.upper,
        figure.bound.value,
        figure.per,
    )


@pytest.mark.parametrize("case", HELD, ids=[f"{case[0]}-{case[1][:48]}" for case in HELD])
def test_text_holds_these_figures(case: tuple[str, ...]) -> None:
    _, text, *expected = case
    assert [_read(text, figure) for figure in extract_figures(text, lines(text))] == [_said(line) for line in expected]


@pytest.mark.parametrize("case", PAGES, ids=[f"{case[0]}-{' '.join(case[1].split())[:48]}" for case in PAGES])
def test_page_cut_into_segments_holds_these_figures(case: tuple[str, ...]) -> None:
    _, text, *expected = case
    figures = extract_figures(text, segment(text))
    assert [_read(text, figure) for figure in figures] == [_said(line) for line in expected]


@pytest.mark.parametrize(("group", "text"), NONE, ids=[f"{group}-{text[:48]}" for group, text in NONE])
def test_text_holds_no_figure(group: str, text: str) -> None:
    assert [text[figure.start : figure.end] for figure in extract_figures(text, lines(text))] == []


def test_there_are_four_hundred_cases() -> None:
    assert len(HELD) + len(NONE) >= 400


def test_conversion_is_tied_to_the_sum_it_converts() -> None:
    text = "Tokyo lent ¥920 billion ($6.1bn) to the yard."
    first, second = extract_figures(text, lines(text))
    assert [(link.kind, link.start) for link in second.links] == [(RelationKind.CONVERTS, first.start)]


def test_change_is_tied_to_the_former_value() -> None:
    text = "The budget rose from $2bn to $3bn."
    first, second = extract_figures(text, lines(text))
    assert [(link.kind, link.start) for link in second.links] == [(RelationKind.CHANGED_FROM, first.start)]


def test_part_is_tied_to_its_whole() -> None:
    text = "The yard has drawn $10bn of the $40bn."
    first, second = extract_figures(text, lines(text))
    assert [(link.kind, link.start) for link in first.links] == [(RelationKind.PART_OF, second.start)]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("It cost $5m.", CurrencyBasis.INFERRED),
        ("It cost US$5m.", CurrencyBasis.EXPLICIT),
        ("Oslo paid 5m kroner.", CurrencyBasis.INFERRED),
    ],
)
def test_currency_basis_tells_whether_the_text_names_the_currency(text: str, basis: CurrencyBasis) -> None:
    assert [figure.currency_basis for figure in extract_figures(text, lines(text))] == [basis]


def test_sums_too_large_to_store_are_no_figures() -> None:
    text = "It cost $" + "9" * 40 + " and $5 million."
    assert [figure.value for figure in extract_figures(text, lines(text))] == [Decimal(5000000)]


def test_number_in_words_behind_a_dash_is_no_noun_of_the_number_before_it() -> None:
    text = "It lost 3 million-half a million."
    assert [text[figure.start : figure.end] for figure in extract_figures(text, lines(text))] == [
        "3 million",
        "half a million",
    ]


def test_furniture_yields_nothing() -> None:
    text = "Mill deal signed\n\n71\n3\n\nThe mill will cost 40 million euros.\n"
    assert [text[figure.start : figure.end] for figure in extract_figures(text, segment(text))] == ["40 million euros"]


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [("It grew 40 quintals.", Kind.QUANTITY, "quintal"), ("It laid 40 stones.", Kind.COUNT, "stone")],
)
def test_authority_names_units_that_the_lexicon_lacks(text: str, kind: Kind, unit: str) -> None:
    assert [(figure.kind, figure.unit) for figure in extract_figures(text, lines(text))] == [(kind, unit)]


def test_range_has_the_middle_as_its_value() -> None:
    text = "It will cost $45-50bn."
    (figure,) = extract_figures(text, lines(text))
    assert (figure.value, figure.bound) == (Decimal(47500000000), Bound.RANGE)
