"""The lexicons of extraction: each entry is what its example shows and is not what its counter-example shows."""

import re
from decimal import Decimal
from typing import Any

import pytest

from ledger.extraction import extract_figures
from ledger.extraction.context.not_figures import named_patterns, refused_by_pattern
from ledger.extraction.numbers.grammar import before_forms, behind_forms, extra_codes, fold, iso_codes, scales, units
from ledger.lexicons.load import csv_rows, joined, toml
from schemas import Bound, Figure, Kind, Section, Segment

SYMBOLS: list[dict[str, Any]] = toml("currencies")["symbol"]
MINORS: list[dict[str, Any]] = toml("currencies")["minor"]
SCALES: list[dict[str, Any]] = toml("scales")["scale"]
BOUNDS: list[dict[str, Any]] = toml("bounds")["bound"]
REFUSALS: list[dict[str, Any]] = toml("not_figures")["not_figure"]
UNITS = csv_rows("units")


def figures(text: str) -> tuple[Figure, ...]:
    return extract_figures(text, (Segment(section=Section.PARAGRAPH, start=0, end=len(text)),))


def _marked(text: str) -> tuple[str, int, int]:
    start, end = text.index("«"), text.index("»") - 1
    return text.replace("«", "").replace("»", ""), start, end


def _folded(text: str) -> tuple[str, int, int]:
    plain, start, end = _marked(text)
    return fold(plain).decode("latin-1"), start, end


@pytest.mark.parametrize("entry", SYMBOLS, ids=[entry["form"] for entry in SYMBOLS])
def test_symbol_is_money_in_its_example_only(entry: dict[str, Any]) -> None:
    assert {figure.unit for figure in figures(entry["example"])} <= set(entry["codes"])
    assert [figure.kind for figure in figures(entry["example"])] == [Kind.MONEY]
    assert Kind.MONEY not in [figure.kind for figure in figures(entry["counter"])]


@pytest.mark.parametrize("entry", MINORS, ids=[entry["form"] for entry in MINORS])
def test_hundredths_are_money_in_their_example_only(entry: dict[str, Any]) -> None:
    assert [figure.kind for figure in figures(entry["example"])] == [Kind.MONEY]
    assert Kind.MONEY not in [figure.kind for figure in figures(entry["counter"])]


@pytest.mark.parametrize("entry", SCALES, ids=[entry["name"] for entry in SCALES])
def test_scale_multiplies_in_its_example_only(entry: dict[str, Any]) -> None:
    factor = Decimal(entry["factor"])
    assert any(figure.value % (factor / 10) == 0 and figure.value >= factor / 2 for figure in figures(entry["example"]))
    assert all(figure.value < factor for figure in figures(entry["counter"]))


@pytest.mark.parametrize("entry", BOUNDS, ids=[entry["bound"] for entry in BOUNDS])
def test_bound_is_said_by_its_example_only(entry: dict[str, Any]) -> None:
    assert [figure.bound for figure in figures(entry["example"])] == [Bound(entry["bound"])]
    assert Bound(entry["bound"]) not in [figure.bound for figure in figures(entry["counter"])]


@pytest.mark.parametrize(("entry", "form"), [(entry, form) for entry in BOUNDS for form in entry["before"]])
def test_every_bound_word_bounds(entry: dict[str, Any], form: str) -> None:
    word = form.replace("s?", "s").replace("\\", "")
    gap = "" if word in ("~", "=~", "≈", ">", "<", ">=", "<=", "≥", "≤") else " "
    text = f"It took {word}{gap}6 months." if word == "within" else f"It drew {word}{gap}$6 million."
    assert [figure.bound for figure in figures(text)] == [Bound(entry["bound"])]


@pytest.mark.parametrize("row", UNITS, ids=[row["unit"] for row in UNITS])
def test_unit_is_read_in_its_example_only(row: dict[str, str]) -> None:
    assert [figure.unit for figure in figures(row["example"])] == [row["unit"]]
    assert row["unit"] not in [figure.unit for figure in figures(row["counter"])]


@pytest.mark.parametrize("entry", REFUSALS, ids=[entry["name"] for entry in REFUSALS])
def test_refusal_matches_its_example_only(entry: dict[str, Any]) -> None:
    pattern = named_patterns()[entry["name"]]
    for text, wanted in ((entry["example"], True), (entry["counter"], False)):
        plain, start, end = _folded(text)
        around = f"{plain[:start]}\x01{plain[start:end]}\x02{plain[end:]}"
        assert (pattern.search(around.encode("latin-1")) is not None) is wanted
    assert refused_by_pattern(*_folded(entry["example"]), name=True) is not None


def test_no_name_or_form_stands_twice() -> None:
    for names in (
        [entry["name"] for entry in REFUSALS],
        [entry["name"] for entry in SCALES],
        [row["unit"] for row in UNITS],
    ):
        assert len(names) == len(set(names))


def test_every_iso_code_is_read_before_and_behind() -> None:
    for code in iso_codes():
        assert [figure.unit for figure in figures(f"It cost {code} 4.5 million.")] == [code]
        assert [figure.unit for figure in figures(f"It cost 4.5 million {code}.")] == [code]


def test_codes_of_the_lexicon_are_iso_codes() -> None:
    known = iso_codes() | extra_codes()
    for money in (*before_forms().values(), *behind_forms().values()):
        assert set(money.codes) <= known


def test_scales_and_units_are_not_empty() -> None:
    assert len(scales()) > 40
    assert len(units()) > 300


@pytest.mark.parametrize("table", ["employs", "people"])
def test_people_are_counted_by_the_words_around(table: str) -> None:
    entry = toml("nouns")[table]
    assert [figure.unit for figure in figures(entry["example"])][-1] in ("person", "family")
    assert [figure.unit for figure in figures(entry["counter"])][-1] not in ("person", "family")


@pytest.mark.parametrize("name", toml("tables"))
def test_head_of_a_table_matches_its_example_only(name: str) -> None:
    entry = toml("tables")[name]
    compiled = re.compile(joined(entry["pattern"]), re.IGNORECASE)
    assert compiled.fullmatch(entry["example"])
    assert not compiled.fullmatch(entry["counter"])


def test_foreign_words_mean_one_currency_or_magnitude() -> None:
    for word, code in toml("currencies")["foreign"]["codes"].items():
        assert [figure.unit for figure in figures(f"It cost 30 {word}.")] == [code]
