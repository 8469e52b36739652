"""What must hold of the totals of any ledger: groups add up, and what tells no new money changes nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.resolve import Resolution, resolve, settled
from ledger.total import totals

SUMS = ("low", "stated", "undecided", "not_itemised")
COLUMNS = ["actor", "recipient", "field", "measure", "stage", "currency", "year", "quarter", "month"]
ACTORS = ["Kestrel Motors", "Hokuto Steel", "Norway"]
PLACES = ["Portugal", "Vietnam", "Mali"]
FEW = settings(max_examples=5, deadline=None)

pledge = st.fixed_dictionaries(
    {
        "millions": st.sampled_from([3, 20, 41, 77, 500, 1234]),
        "unit": st.sampled_from(["USD", "USD", "EUR"]),
        "measure": st.sampled_from(["investment", "grant", "loan"]),
        "stage": st.sampled_from(["pledged", "committed", "rumoured", "cancelled"]),
        "actor": st.lists(st.sampled_from(ACTORS), max_size=2, unique=True),
        "recipient": st.lists(st.sampled_from(PLACES), max_size=1),
        "fields": st.lists(st.sampled_from(["space", "quantum", "health"]), max_size=3, unique=True),
        "basis": st.sampled_from([None, None, None, "cumulative"]),
        "sure": st.sampled_from([None, 0.95, 0.7, 0.55]),
    }
)
ledgers = st.lists(
    st.tuples(st.integers(1, 27), st.lists(st.tuples(pledge, st.sampled_from([None, None, -1, 0, 1])), max_size=4)),
    min_size=1,
    max_size=3,
)
"""Days with what their articles say, each pledge with the place of another that it is told to be a part of."""


def article(number: int, day: Any, said: Sequence[tuple[dict[str, Any], int | None]]) -> dict[str, Any]:
    """An article that says so; every sum of it has words of its own."""
    text, claims = f"Report {number} of the day. ", []
    for place, (each, whole) in enumerate(said):
        quote = f"{each['unit']} {each['millions']} million (no {number}.{place})"
        payer = " and ".join(each["actor"]) or "Someone"
        text += f"{payer} gives {quote} to {' '.join(each['recipient']) or 'someone'}. "
        relations = [["part_of", whole % len(said)]] if whole is not None and whole % len(said) != place else []
        value = Decimal(each["millions"]) * 10**6
        claims.append({**each, "quote": quote, "value": value, "relations": relations})
    return {"day": day, "text": text, "claims": claims}


def written(factory: Any, ledger: Any) -> list[dict[str, Any]]:
    return [article(number, factory.day(2025, 2, days), said) for number, (days, said) in enumerate(ledger)]


def summed(factory: Any, articles: list[dict[str, Any]], *, backwards: bool = False, **ask: Any) -> pl.DataFrame:
    claims, documents = factory.frames(articles)
    if backwards:
        claims, documents = claims.reverse(), documents.reverse()
    found = settled(resolve(claims, documents))
    return totals(found.commitments, found.memberships, claims, documents, **ask)


def grand(factory: Any, articles: list[dict[str, Any]], **ask: Any) -> dict[str, Any]:
    return summed(factory, articles, **ask).select(*SUMS, "high").row(0, named=True)


@FEW
@given(ledger=ledgers, by=st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True))
def test_the_rows_of_any_grouping_add_up_to_the_grand_total(factory: Any, ledger: Any, by: list[str]) -> None:
    articles = written(factory, ledger)
    rows, whole = summed(factory, articles, by=by), grand(factory, articles)
    assert {name: rows[name].sum() for name in SUMS} == {name: whole[name] for name in SUMS}


@pytest.mark.slow
@FEW
@given(ledger=ledgers)
def test_the_order_of_articles_and_of_figures_changes_nothing(factory: Any, ledger: Any) -> None:
    articles = written(factory, ledger)
    forwards = summed(factory, articles, by=["actor"])
    assert forwards.sort("actor").equals(summed(factory, articles[::-1], by=["actor"], backwards=True).sort("actor"))


WHOLE = {"value": "900e6", "measure": "investment", "actor": ["Delft"], "recipient": ["Peru"], "sure": 0.95}


@pytest.mark.slow
@FEW
@example(ledger=[], share=848, kind="part_of")  # so close to its whole that it may be a rounding of it
@given(ledger=ledgers, share=st.integers(1, 900), kind=st.sampled_from(["part_of", "restates", "converts"]))
def test_a_part_a_repetition_and_a_conversion_change_no_total(factory: Any, ledger: Any, share: int, kind: str) -> None:
    day = factory.day(2025, 2, 3)
    whole = {**WHOLE, "quote": "$900 million"}
    more = {
        "part_of": {**WHOLE, "quote": f"${share} million of it", "value": f"{share}e6"},
        "restates": {**WHOLE, "quote": "$900 million again"},
        "converts": {**WHOLE, "quote": "135 billion yen", "value": "135e9", "unit": "JPY"},
    }[kind] | {"relations": [[kind, 0]]}
    text = f"Delft invests $900 million in Peru, and that is {more['quote']}."
    others = written(factory, ledger)
    alone = grand(factory, [*others, {"day": day, "text": text, "claims": [whole]}])
    assert grand(factory, [*others, {"day": day, "text": text, "claims": [whole, more]}]) == alone


def wholes(found: Resolution) -> dict[str, str]:
    return dict(found.commitments.select("commitment_id", "part_of").drop_nulls().iter_rows())


@FEW
@given(ledger=ledgers, decided=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4))
def test_no_whole_lies_inside_itself(factory: Any, ledger: Any, decided: list[tuple[int, int]]) -> None:
    claims, documents = factory.frames(written(factory, ledger))
    ids = claims["claim_id"].to_list()
    pairs = [(ids[a % len(ids)], ids[b % len(ids)]) for a, b in decided] if ids else []
    made = [factory.decision("part_of", a, b, minute=at) for at, (a, b) in enumerate(pairs) if a != b]
    inside = wholes(settled(resolve(claims, documents, factory.decided(*made))))
    for start in inside:
        seen, at = {start}, inside.get(start)
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = inside.get(at)


def test_of_a_ring_of_wholes_the_largest_counts(factory: Any) -> None:
    said = [{**WHOLE, "quote": f"${size} million", "value": f"{size}e6"} for size in (100, 200, 300)]
    text = "Delft invests $100 million, $200 million and $300 million in Peru."
    claims, documents = factory.frames([{"day": factory.day(2025, 2, 3), "text": text, "claims": said}])
    ids = claims["claim_id"].to_list()
    ring = [factory.decision("part_of", ids[at], ids[(at + 1) % 3], minute=at) for at in range(3)]
    found = settled(resolve(claims, documents, factory.decided(*ring)))
    assert found.commitments.filter("counted")["value"].to_list() == [Decimal(300_000_000)]
