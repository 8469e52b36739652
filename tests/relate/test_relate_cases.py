"""The relations of the cases' texts, and what holds of every document whatever its sums."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import ledger
from schemas import Claim, RelationKind

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "relations.toml").read_text(encoding="utf-8"))["case"]
SAME = {RelationKind.RESTATES, RelationKind.CONVERTS, RelationKind.RATE_OF, RelationKind.EACH_OF, RelationKind.REPLACES}


def named(claims: list[Claim]) -> dict[str, str]:
    """Claim id → the words of the sum, with its number where they are said more than once."""
    seen: dict[str, int] = {}
    names = {}
    for claim in claims:
        times = seen[claim.exact] = seen.get(claim.exact, 0) + 1
        names[claim.claim_id] = claim.exact if times == 1 else f"{claim.exact}#{times}"
    return names


def plain(name: str) -> str:
    """The words of a sum, whichever time it is said: which telling of a whole a part is tied to says nothing."""
    return name.partition("#")[0]


def params() -> list[Any]:
    """The cases, those that are known to fail marked so."""
    return [
        pytest.param(case, id=case["name"], marks=[pytest.mark.xfail(reason=case["known_failure"])])
        if "known_failure" in case
        else pytest.param(case, id=case["name"])
        for case in CASES
    ]


@pytest.mark.parametrize("case", params())
def test_relations_of_a_text(case: dict[str, Any]) -> None:
    claims = ledger.extract(case["text"], attributor="fast")
    names = named(claims)
    tied = [(claim, relation) for claim in claims for relation in claim.relations]
    parts = {(plain(names[c.claim_id]), plain(names[r.claim_id])) for c, r in tied if r.kind is RelationKind.PART_OF}
    same = {frozenset((names[c.claim_id], names[r.claim_id])) for c, r in tied if r.kind in SAME}
    assert parts == {tuple(pair) for pair in case.get("part", [])}
    assert same == {frozenset(pair) for pair in case.get("same", [])}


@pytest.mark.parametrize(
    "name", ["on_top_of_a_package", "on_top_of_a_sum_of_the_next_sentence", "in_addition_to_a_package"]
)
def test_the_new_sum_adds_to_the_known_one(name: str) -> None:
    [case] = [case for case in CASES if case["name"] == name]
    known, new = sorted(ledger.extract(case["text"], attributor="fast"), key=lambda claim: -claim.value)
    [relation] = new.relations
    assert (relation.kind, relation.claim_id) == (RelationKind.ADDS_TO, known.claim_id)
