"""Golden ledgers: the commitments and reasons that small sets of articles come to."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger.resolve import resolve
from ledger.tables import record_schema
from schemas import Commitment, Membership

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "resolve_ledgers.toml").read_text(encoding="utf-8"))[
    "ledger"
]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_ledger(case: dict[str, Any], factory: Any) -> None:
    claims, documents = factory.frames(case["article"])
    found = resolve(claims, documents)
    told = [
        {"value": row["value"], "claims": len(row["claims"]), "counted": row["counted"]}
        for row in found.commitments.iter_rows(named=True)
    ]
    expected = [{**row, "value": Decimal(row["value"])} for row in case["commitments"]]

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        return (-row["value"], row["claims"], row["counted"])

    assert sorted(told, key=order) == sorted(expected, key=order)
    reasons = found.memberships.drop_nulls("exclusion_reason")["exclusion_reason"].value_counts()
    assert dict(reasons.iter_rows()) == case["reasons"]


def test_a_commitment_names_the_claim_whose_amount_it_replaced(factory: Any) -> None:
    raised = next(case for case in CASES if "later amount replace" in case["name"])
    claims, documents = factory.frames(raised["article"])
    found = resolve(claims, documents)
    first = claims.join(documents, on="document_id").sort("published", "start")["claim_id"][0]
    assert found.commitments["supersedes"].to_list() == [first]
    assert resolve(*factory.frames(CASES[0]["article"])).commitments["supersedes"].to_list() == [None]


def test_frames_have_the_columns_of_their_records(factory: Any) -> None:
    found = resolve(*factory.frames(CASES[0]["article"]))
    assert dict(found.commitments.schema) == record_schema(Commitment)
    assert dict(found.memberships.schema) == record_schema(Membership)


def test_an_empty_ledger_resolves_to_nothing(factory: Any) -> None:
    found = resolve(*factory.frames([]))
    assert found.commitments.is_empty()
    assert found.memberships.is_empty()
    assert found.actors.is_empty()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_order_of_articles_changes_nothing_and_neither_does_telling_one_twice(
    case: dict[str, Any], factory: Any
) -> None:
    claims, documents = factory.frames(case["article"])
    once = resolve(claims, documents)
    twice = resolve(pl.concat([claims.reverse(), claims]), documents.reverse())
    assert once.commitments.equals(twice.commitments)
    assert once.memberships.equals(twice.memberships)
    assert once.actors.equals(twice.actors)
