"""What must hold of any ledger: order and repetition change nothing, and every claim has its place once.

Claims that are added later resolve as they do when all are resolved together.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.resolve import Resolution, resolve, resolve_more, slices

ACTORS = ["Kestrel Motors", "Hokuto Steel", "Norway"]
RECIPIENTS = ["Portugal", "Vietnam", "Mali"]
AMOUNTS = ["1e9", "2.5e9", "2.45e9", "40e6"]
RATE_OF = {"USD": "1", "JPY": "150"}

claim = st.fixed_dictionaries(
    {
        "value": st.sampled_from(AMOUNTS), "unit": st.sampled_from(["USD", "USD", "JPY"]),
        "bound": st.sampled_from(["exact", "exact", "about", "at_most", "more_than"]),
        "measure": st.sampled_from(["investment", "grant", "loan", "stock"]),
        "stage": st.sampled_from(["pledged", "pledged", "committed", "rumoured", "cancelled"]),
        "actor": st.lists(st.sampled_from(ACTORS), max_size=2, unique=True),
        "recipient": st.lists(st.sampled_from(RECIPIENTS), max_size=1),
        "basis": st.sampled_from([None, None, None, "increment", "cumulative"]),
    }
)  # fmt: skip
ledgers = st.lists(st.tuples(st.integers(0, 400), st.lists(claim, min_size=1, max_size=4)), min_size=1, max_size=5)


def written(number: int, days: int, said: list[dict[str, Any]]) -> dict[str, Any]:
    """An article that says what its claims say."""
    text, claims = f"Report {number} of the day. ", []
    for place, each in enumerate(said):
        value = Decimal(each["value"]) * Decimal(RATE_OF[each["unit"]])
        quote = f"{each['unit']} {value:f} (no {place})"
        text += (
            f"{' and '.join(each['actor']) or 'Someone'} gives {quote} to {' '.join(each['recipient']) or 'someone'}. "
        )
        claims.append({**each, "value": value, "quote": quote})
    return {"day": date.fromordinal(date(2024, 1, 1).toordinal() + days), "text": text, "claims": claims}


def built(factory: Any, ledger: list[tuple[int, list[dict[str, Any]]]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    claims, documents = factory.frames([written(number, days, said) for number, (days, said) in enumerate(ledger)])
    return claims, documents


def same(one: Resolution, other: Resolution) -> bool:
    keys = {"commitments": "commitment_id", "memberships": "claim_id", "actors": "name"}
    return all(getattr(one, name).sort(key).equals(getattr(other, name).sort(key)) for name, key in keys.items())


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(ledger=ledgers)
def test_order_and_repetition_change_nothing(factory: Any, ledger: Any) -> None:
    claims, documents = built(factory, ledger)
    assert same(
        resolve(claims, documents),
        resolve(pl.concat([claims, claims]).reverse(), pl.concat([documents, documents]).reverse()),
    )


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers)
def test_a_few_claims_at_a_time_come_to_what_all_do(factory: Any, ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claims, documents = built(factory, ledger)
    whole = resolve(claims, documents)
    with monkeypatch.context() as few:
        few.setattr(slices, "CLAIMS_AT_ONCE", 3)
        assert same(resolve(claims, documents), whole)


@settings(max_examples=6, deadline=None)
@given(ledger=ledgers)
def test_every_claim_is_counted_or_excluded_exactly_once(factory: Any, ledger: Any) -> None:
    claims, documents = built(factory, ledger)
    found = resolve(claims, documents)
    assert found.memberships["claim_id"].sort().to_list() == claims["claim_id"].sort().to_list()
    assert (found.memberships["counted"] == found.memberships["exclusion_reason"].is_null()).all()
    assert found.memberships.filter("counted").height == found.commitments.filter("counted").height
    assert (found.memberships["because"].str.len_chars() > 0).all()
    in_commitments = found.commitments["claims"].explode().drop_nulls().sort().to_list()
    assert (
        in_commitments == found.memberships.filter(pl.col("commitment_id").is_not_null())["claim_id"].sort().to_list()
    )


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(ledger=ledgers, data=st.data())
def test_more_claims_resolve_as_all_do(factory: Any, ledger: Any, data: Any) -> None:
    claims, documents = built(factory, ledger)
    ids = documents["document_id"].to_list()
    new = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    arriving = pl.col("document_id").is_in(new)
    before = resolve(claims.filter(~arriving), documents.filter(~arriving))
    whole = resolve(claims, documents)
    touched = claims.filter(arriving)["claim_id"].to_list()
    assert same(resolve_more(before, claims, documents, touched), whole)
    assert same(resolve_more(whole, claims.filter(~arriving), documents, touched), before)
