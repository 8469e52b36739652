"""Tables at any width: goldens, and for any cells no word broken, no amount cut, no line too long."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.cli.table import CUT, GAP, WORD, Column, column, style, table_lines, width_of
from ledger.lexicons.load import toml
from tests.cli.factory_shell import Shell
from tests.cli.factory_tables import GOLDENS, WIDTHS, tables, wide_book


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return wide_book(tmp_path_factory.mktemp("wide"))


@pytest.mark.parametrize("width", WIDTHS)
def test_tables_are_as_committed_with_whole_amounts_and_labels(wide: Book, width: int) -> None:
    made = tables(wide, width)
    assert made == (GOLDENS / f"{width}.txt").read_text(encoding="utf-8")
    assert max(map(width_of, made.splitlines())) <= width
    for amount in ("45.0–50.0 bn USD", "~ 44.228 m EUR", "> 300.0 m USD", "47.851 bn"):
        assert amount in made
    assert "transport_infrastructure" not in made
    assert "Total" in made
    assert "not counted: 3 of 6 claims" in made


WORDS = st.text("abcdefgh界", min_size=1, max_size=WORD // 2)
TEXTS = st.lists(WORDS, max_size=9).map(" ".join)
AMOUNTS = st.integers(0, 10**12).map(lambda value: f"{value:,} USD")
NAMES = st.lists(st.sampled_from(sorted(toml("listings")["columns"])), min_size=1, max_size=12, unique=True)


@st.composite
def columns(draw: st.DrawFn) -> list[Column]:
    rows = draw(st.integers(1, 4))
    made = []
    for name in draw(NAMES):
        cells = AMOUNTS if style(name).whole else TEXTS
        made.append(column(name, draw(st.lists(cells, min_size=rows, max_size=rows))))
    return made


@given(columns(), st.integers(20, 200))
def test_any_table_fits_and_breaks_no_word(made: list[Column], width: int) -> None:
    lines, left = table_lines(made, width)
    shown = [one for one in made if one.name not in left]
    assert shown
    if len(shown) > 1:
        assert max(map(width_of, lines)) <= width
    whole = {word for one in shown for cell in (*one.cells, one.heading) for word in cell.split()}
    printed = {word for line in lines for word in line.split()}
    assert {word for word in printed if set(word) != {"─"}} <= whole | {CUT}
    for one in shown:
        if one.style.whole:
            assert all(any(cell in line for line in lines) for cell in one.cells)


@given(columns(), st.integers(20, 200))
def test_what_is_left_out_is_less_important_than_what_is_shown(made: list[Column], width: int) -> None:
    left = [one for one in made if one.name in table_lines(made, width)[1]]
    shown = [one for one in made if one not in left]
    assert all(one.style.rank >= other.style.rank for one in left for other in shown)


def test_a_long_path_keeps_its_end_and_a_long_name_its_words() -> None:
    path, name = "news/2026/03/" + "a" * 40 + "/end.txt", "Kesto Transport Infrastructure Holdings of the North Limited"
    lines, _ = table_lines([column("source", [path]), column("recipient", [name])], 45)
    told = "\n".join(lines)
    assert f"{CUT}" in told
    assert "end.txt" in told
    assert "Kesto Transport" in told
    assert GAP == 2


def test_every_heading_of_the_data_is_laid_out() -> None:
    for name, entry in toml("listings")["columns"].items():
        assert style(name).rank == entry.get("rank", toml("listings")["default"]["rank"])


def test_columns_and_pipes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, shell("claims").splitlines())) <= 60
    monkeypatch.delenv("COLUMNS")
    assert "Clean energy" in shell("claims")
    assert shell.rows("claims")[0]["fields"] == ["clean_energy"]
    assert "wider terminal" not in shell.out


def test_standard_output_has_a_name(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shell("claims --format csv --output -") == shell("claims --format csv")
    assert shell("why --output -") == shell("why")
    assert not (tmp_path / "-").exists()
