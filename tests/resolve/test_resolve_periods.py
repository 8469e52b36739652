"""A period that a document gives once holds for the same money wherever the document mentions it."""

from typing import Any

import polars as pl
import pytest

from ledger.resolve import replay_decisions, resolve, with_periods

ACTOR = {"actor": ["Kestrel Motors"], "recipient": ["Portugal"]}


def articles(periods: list[str | None]) -> list[dict[str, Any]]:
    """Two articles of one pledge: the first mentions it once for each period, the second once and without one."""
    text = "\n".join(
        f"Kestrel Motors invests $2.5 billion in a battery plant in Portugal, line {place}."
        for place, _ in enumerate(periods)
    )
    said = [
        {"quote": "$2.5 billion", "occurrence": place, "value": "2.5e9", "period": period, **ACTOR}
        for place, period in enumerate(periods, 1)
    ]
    other = "Portugal welcomed the $2.5 billion battery plant of Kestrel Motors."
    return [
        {"day": None, "text": text, "claims": said},
        {"day": None, "text": other, "claims": [{"quote": "$2.5 billion", "value": "2.5e9", **ACTOR}]},
    ]


@pytest.mark.parametrize(
    ("periods", "expected", "of_all"),
    [
        (["P5Y", None], ["P5Y", "P5Y"], "P5Y"),
        ([None, "P5Y", "P5Y"], ["P5Y", "P5Y", "P5Y"], "P5Y"),
        (["P5Y", "/2030", None], ["P5Y", "/2030", None], "/2030"),
        ([None, None], [None, None], None),
    ],
)
def test_a_period_is_filled_where_its_document_agrees(
    factory: Any, periods: list[str | None], expected: list[str | None], of_all: str | None
) -> None:
    claims, documents = factory.frames(articles(periods))
    found = resolve(claims, documents)
    assert found.commitments["period"].to_list() == [of_all]
    told = with_periods(claims, found.memberships, replay_decisions(None, claims))
    assert told["period"].to_list() == [*expected, None]
    assert told.drop("period", "period_evidence").equals(claims.drop("period", "period_evidence"))


def test_a_person_may_say_that_there_is_no_period(factory: Any) -> None:
    claims, documents = factory.frames(articles(["P5Y", None]))
    second = claims["claim_id"][1]
    replayed = replay_decisions(factory.decided(factory.decision("correct", second, field="period", value="")), claims)
    told = with_periods(claims, resolve(claims, documents).memberships, replayed)
    assert told.filter(pl.col("claim_id") == second)["period"].item() is None
