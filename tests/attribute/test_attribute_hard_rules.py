"""Constructions that leave no choice of role."""

import pytest

import ledger
from ledger.attribute.roles.hard_rules import compiled_rules, role_by_rule
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


@pytest.mark.parametrize(
    ("text", "payers", "receiver"),
    [
        ("Quillo has raised $20 million in a Series B led by Harrow Ventures.", ["Harrow Ventures"], "Quillo"),
        ("Brisket Foods, of Leeds, picked up £8 million from existing backers.", [], "Brisket Foods"),
        ("Tarn Robotics took home $5 million in seed funding.", [], "Tarn Robotics"),
        ("Vexel's $40 million Series C closed on Friday.", [], "Vexel"),
        ("Oystrel secured a €30 million loan for its kelp farms.", [], "Oystrel"),
        ("Marlo Rail was awarded a contract worth $90 million.", [], "Marlo Rail"),
        ("A grant of $18 million was awarded to Penrose County.", [], "Penrose County"),
        ("Saltash Marine will receive up to $12 million for its slipway.", [], "Saltash Marine"),
    ],
)
def test_who_raises_or_is_given_money_receives_it(text: str, payers: list[str], receiver: str) -> None:
    claim = ledger.extract(text, attributor="fast")[0]
    assert receiver not in [name.name for name in claim.actor]
    assert not payers or [name.name for name in claim.actor] == payers


@pytest.mark.parametrize(
    "text",
    [
        "Harrow Ventures will put $20 million into Quillo.",
        "Norvik Bank awarded a contract worth $90 million.",
        "Oystrel gave $3 million to a school.",
    ],
)
def test_a_payer_stays_the_payer(text: str) -> None:
    assert len(ledger.extract(text, attributor="fast")[0].actor) == 1


@pytest.mark.parametrize(
    "line", [*(row[side] for row in toml("hard_rules")["rule"] for side in ("example", "counter")), "~ é @", ""]
)
def test_all_rules_in_one_pass_give_the_role_of_the_first_that_holds(line: str) -> None:
    first = next((role for _, pattern, role in compiled_rules() if pattern.search(line)), None)
    assert role_by_rule(line) == first


LANDS = ("Denmark", "Japan", "Kenya", "Peru", "Ghana", "Poland", "Chile")
OFTEN = ("Velda Energy", "Velos Energy", "Tarda Energy", "Taros Energy", "Quinda Energy")


@pytest.mark.parametrize(
    "text",
    [
        "; ".join([f"{land}'s Nor{land.lower()} Energy" for land in LANDS] + [*OFTEN] * 9) + " will invest $4 million.",
        "| Recipient | Also named | Grant |\n"
        f"| {' and '.join(LANDS)} | {'; '.join(OFTEN * 9)} | $4 million |\n| Malta | - | $3 million |",
    ],
)
def test_names_too_far_off_to_be_candidates_end_nothing(text: str) -> None:
    assert 4_000_000 in [claim.value for claim in ledger.extract(f"Money goes out\n\n{text}", attributor="fast")]
