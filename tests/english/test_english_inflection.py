"""The inflection of verbs and nouns: tables of regular and irregular ones, and what no rule may make."""

from pathlib import Path

import pytest

from ledger.english import irregular_singular, plurals, singular, verb_forms
from ledger.english.common import ordinary
from ledger.english.verbs import spellings
from ledger.lexicons import toml

HERE = Path(__file__).parent
VERBS = [tuple(line.split()) for line in (HERE / "verbs.txt").read_text(encoding="utf-8").splitlines()]
NOUNS = [tuple(line.split()) for line in (HERE / "nouns.txt").read_text(encoding="utf-8").splitlines()]


def test_the_tables_are_large_enough():
    assert len({row[0] for row in VERBS}) == len(VERBS) >= 300
    assert len({row[0] for row in NOUNS}) == len(NOUNS) >= 200


@pytest.mark.parametrize(("verb", "third", "past", "participle", "gerund"), VERBS, ids=[row[0] for row in VERBS])
def test_verb(verb, third, past, participle, gerund):
    forms = verb_forms(verb)
    assert ["|".join(form) for form in forms[1:]] == [third, past, participle, gerund]


@pytest.mark.parametrize(("noun", "many"), NOUNS, ids=[row[0] for row in NOUNS])
def test_noun(noun, many):
    assert "|".join(plurals(noun)) == many
    for plural in many.split("|"):
        assert singular(plural) in {one for one, others in NOUNS if plural in others.split("|")}
    assert singular(noun) == noun


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ("open", "openned"),
        ("remit", "remited"),
        ("transfer", "transfered"),
        ("meet", "meeted"),
        ("foresee", "foreseed"),
        ("reveal", "revealled"),
        ("enter", "enterred"),
        ("repay", "repayed"),
        ("guarantee", "guaranteing"),
        ("scrap", "scraping"),
        ("overlap", "overlaped"),
        ("woo", "wooes"),
        ("buy", "buyed"),
    ],
)
def test_no_rule_makes(verb, wrong):
    assert wrong not in spellings(verb)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("GPU", "GPU"),
        ("crossroads", "crossroads"),
        ("news", "news"),
        ("specimen", "specimen"),
        ("gunmen", "gunman"),
        ("spokespeople", "spokesperson"),
        ("watercraft", "watercraft"),
        ("kilowatt-hours", "kilowatt-hour"),
        ("square feet", "square foot"),
        ("wind_turbines", "wind_turbine"),
        ("bases", "base"),
        ("axes", "axe"),
    ],
)
def test_singular(word, expected):
    assert singular(word) == expected


def test_only_listed_plurals_are_irregular():
    assert irregular_singular("children") == "child"
    assert irregular_singular("turbines") is None
    assert irregular_singular("men") == "man"


@pytest.mark.parametrize("word", ["Planned", "Built", "Sites", "Buses", "Tying", "Banker", "Women"])
def test_the_forms_of_an_ordinary_word_are_ordinary(word):
    assert ordinary(word)


@pytest.mark.parametrize("word", ["Velora", "Kelso", "Ruvia"])
def test_a_made_up_name_is_no_ordinary_word(word):
    assert not ordinary(word)


@pytest.mark.parametrize("table", ["verbs", "nouns"])
def test_no_list_has_a_word_twice(table):
    for name, entry in toml(f"english/{table}").items():
        for key, said in entry.items():
            if key != "example" and name != "irregular" and "|" not in said:
                assert len(said.split()) == len(set(said.split())), (name, key)
