"""Golden totals: what small ledgers sum to, rule by rule; and the views beside totals."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger.errors import LedgerError
from ledger.money.rates import bundled
from ledger.options import Undecided
from ledger.resolve import resolve, settled
from ledger.total import converted, exclusions, self_audit, totals, two_sided, unconverted

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "totals_ledgers.toml").read_text(encoding="utf-8"))[
    "ledger"
]


def book(factory: Any, articles: list[dict[str, Any]], undecided: Undecided = "list") -> tuple[pl.DataFrame, ...]:
    claims, documents = factory.frames(articles)
    found = settled(resolve(claims, documents), undecided=undecided)
    return found.commitments, found.memberships, claims, documents


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_totals(case: dict[str, Any], factory: Any) -> None:
    for total in case["total"]:
        frames, keys = book(factory, case["article"], total["ask"].get("undecided", "list")), total["ask"].get("by", [])
        columns = (*keys, "low", "stated", "high", "open_ended", "undecided", "not_itemised")
        rows = totals(*frames, **total["ask"]).select(columns).to_dicts()
        expected = [
            {
                **{key: row.get(key) for key in keys}, "low": Decimal(row["low"]), "stated": Decimal(row["stated"]),
                "high": None if row.get("open") else Decimal(row["high"]), "open_ended": row.get("open", False),
                "undecided": Decimal(row.get("undecided", 0)), "not_itemised": Decimal(row.get("not_itemised", 0)),
            }
            for row in total["rows"]
        ]  # fmt: skip
        assert rows == expected


def dinars(factory: Any) -> tuple[pl.DataFrame, ...]:
    said = [
        {
            "quote": "6.4 million dinars",
            "value": "6.4e6",
            "unit": "KWD",
            "measure": "loan",
            "actor": ["Kuwait Fund"],
            "recipient": ["Mali"],
        }
    ]
    return book(
        factory, [{"day": date(1975, 6, 30), "text": "The Kuwait Fund lends Mali 6.4 million dinars.", "claims": said}]
    )


def test_what_has_no_rate_is_listed_and_never_a_silent_nothing(factory: Any) -> None:
    frames = dinars(factory)
    assert totals(*frames).select("stated", "commitments", "unconverted").row(0) == (0, 1, 1)
    assert unconverted(*frames)["currency"].to_list() == ["KWD"]
    assert exclusions(*frames)["exclusion_reason"].to_list() == ["unconverted"]
    assert unconverted(*frames, currency="KWD").is_empty()


def test_rules_14_and_15_a_users_rate_and_constant_prices(factory: Any) -> None:
    own = pl.DataFrame(
        {"unit": ["USD"], "to": ["KWD"], "on": [date(1975, 1, 1)], "rate": [Decimal("0.29003")], "source": ["yearbook"]}
    )
    deflators = pl.DataFrame({"year": [1975], "index": [Decimal("20.83")]})
    rates = bundled().with_own(own)
    then = totals(*dinars(factory), rates=rates)["stated"].item()
    now = totals(*dinars(factory), rates=rates, deflators=deflators)["stated"].item()
    assert abs(then - Decimal("22.07e6")) < 10_000
    assert abs(now - Decimal("105.9e6")) < 100_000
    assert (
        totals(*dinars(factory), rates=rates, deflators=deflators.with_columns(year=pl.lit(1999)))["unconverted"].item()
        == 1
    )
    with pytest.raises(LedgerError, match="year and index"):
        totals(*dinars(factory), deflators=pl.DataFrame({"when": [1975]}))


def test_an_article_without_a_day_is_converted_at_the_day_it_was_ingested(factory: Any) -> None:
    said = [{"quote": "5 million euros", "value": "5e6", "unit": "EUR", "actor": ["Delft"]}]
    row = (
        converted(*book(factory, [{"day": None, "text": "Delft pays 5 million euros.", "claims": said}]))
        .collect()
        .row(0, named=True)
    )
    assert (row["day_basis"], row["day"]) == ("ingested", date(2026, 3, 1))
    assert (row["rate_source"], row["rate_on"]) == ("ECB", date(2026, 2, 27))


def test_a_toss_up_says_why_it_is_undecided_until_a_person_decides(factory: Any) -> None:
    said = [{"quote": "$900 billion", "value": "900e9", "actor": ["Arvania"], "sure": 0.55}]
    text = "Factories of Arvania are worth $900 billion."
    claims, documents = factory.frames([{"day": date(2026, 2, 2), "text": text, "claims": said}])
    found = settled(resolve(claims, documents))
    assert found.memberships.select("counted", "exclusion_reason", "because").row(0) == (
        False,
        "undecided",
        "toss_up: a commitment, and no statistic, with a probability of 0.55 only",
    )
    targets = claims["claim_id"][0], found.commitments["commitment_id"][0]
    made = [factory.decision("accept", target) for target in targets]
    made += [factory.decision("correct", target, field="measure", value="loan") for target in targets]
    for decision in made:
        again = settled(resolve(claims, documents, factory.decided(decision)))
        assert again.commitments["counted"].to_list() == [True], decision["kind"]


def test_exclusions_name_every_claim_that_adds_nothing(factory: Any) -> None:
    frames = book(factory, CASES[-1]["article"])
    left = exclusions(*frames)
    assert left.select("exact", "exclusion_reason").rows() == [("$2 billion", "restated")]
    assert left.height + frames[1].filter("counted").height == frames[2].height


def test_self_audit_checks_a_running_total_against_its_increments(factory: Any) -> None:
    haiti = {"measure": "grant", "actor": ["United States"], "recipient": ["Haiti"]}
    text = "Washington gives Haiti $3 million. It adds a further $6 million, $9 million in all."
    said = [
        {"quote": "$3 million", "value": "3e6"} | haiti,
        {"quote": "$6 million", "value": "6e6", "basis": "increment"} | haiti,
        {"quote": "$9 million", "value": "9e6", "basis": "cumulative"} | haiti,
    ]
    frames = book(factory, [{"day": date(2025, 11, 1), "text": text, "claims": said}])
    row = self_audit(frames[0]).row(0, named=True)
    assert (row["stated"], row["summed"], row["difference"], row["basis"], row["reconciles"]) == (
        9_000_000,
        9_000_000,
        0,
        "actor",
        True,
    )
    assert totals(*frames)["stated"].item() == 9_000_000


def test_two_sided_sets_both_tellings_side_by_side(factory: Any) -> None:
    said = [
        {"quote": "$550 billion", "value": "550e9", "actor": ["Japan"], "recipient": ["United States"]},
        {
            "quote": "$550 billion",
            "occurrence": 2,
            "value": "550e9",
            "bound": "at_most",
            "actor": ["Japan"],
            "recipient": ["United States"],
        },
    ]
    text = "Japan invests $550 billion, Washington says. Japan offers up to $550 billion, Tokyo says."
    claims, documents = factory.frames([{"day": date(2025, 9, 4), "text": text, "claims": said}])
    common = {"type": "country", "start": 0, "end": 1, "rule": "test", "confidence": 1.0}
    names = [{"name": name, "id": name, "said": name} | common for name in ("United States", "Japan")]
    claims = claims.with_columns(pl.Series("speaker", names, dtype=claims.schema["speaker"]))
    row = two_sided(resolve(claims, documents).commitments, claims).row(0, named=True)
    assert (row["payer_bound"], row["recipient_bound"], row["agree"]) == ("at_most", "exact", False)
    assert row["payer_value"] == row["recipient_value"] == 550 * 10**9
