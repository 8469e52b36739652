"""Constructions that leave no choice of role."""

import pytest

import ledger
from ledger.attribute.roles.hard_rules import compiled_rules
from ledger.lexicons import toml


@pytest.mark.parametrize("row", toml("hard_rules")["rule"], ids=lambda row: str(row["name"]))
def test_a_construction_matches_its_example_and_not_its_counter_example(row: dict[str, str]) -> None:
    pattern = next(pattern for name, pattern, _ in compiled_rules() if name == row["name"])
    assert pattern.search(row["example"])
    assert not pattern.search(row["counter"])


@pytest.mark.parametrize(
    ("text", "actor", "recipient"),
    [
        ("Siemens Nears $3 Billion Nokia Investment as Network Race Heats Up", ["Siemens"], ["Nokia"]),
        ("Samsung Weighs $700 Million Rivian Stake", ["Samsung"], ["Rivian"]),
    ],
)
def test_who_stands_between_a_sum_and_its_noun_receives_it(text: str, actor: list[str], recipient: list[str]) -> None:
    claim = ledger.extract(text)[0]
    assert [name.name for name in claim.actor] == actor
    assert [name.name for name in claim.recipient] == recipient
