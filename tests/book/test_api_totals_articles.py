"""What articles add up to, from their words to totals: the claims of each article, resolved and summed in memory."""

import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger.book.cache import Derived, derive, known_on
from ledger.book.ingest import document_of
from ledger.book.query import summed
from ledger.options import Attributor, TotalOptions
from ledger.pipeline import reading_of
from ledger.store import Snapshot
from tests.book.factory_book import snapshot_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "totals_articles.toml").read_text(encoding="utf-8"))[
    "ledger"
]


def snapshot(case: dict[str, Any], *, backwards: bool = False) -> Snapshot:
    """The ledger of a case's articles."""
    articles = list(enumerate(case["article"]))
    readings = [
        reading_of(document_of(article["text"].lstrip(), article["day"], f"{number}.txt"), attributor=Attributor.FAST)
        for number, article in (reversed(articles) if backwards else articles)
    ]
    made = snapshot_of(readings)
    return replace(made, claims=made.claims.reverse()) if backwards else made


def told(known: Derived, case: dict[str, Any]) -> dict[str, Any]:
    """What a ledger comes to, in the words of a case."""
    asked = TotalOptions(currency=case.get("currency", "USD"))
    row = summed(known, asked).row(0, named=True)
    by_actor = dict(summed(known, asked.but(by="actor")).select(pl.col("actor").fill_null(""), "stated").iter_rows())
    found = {"total": row["stated"], "undecided": row["undecided"], "not_itemised": row["not_itemised"]}
    return found | ({"by_actor": by_actor} if "by_actor" in case else {})


def expected(case: dict[str, Any]) -> dict[str, Any]:
    said = {name: Decimal(case.get(name, 0)) for name in ("total", "undecided", "not_itemised")}
    shares = {actor: Decimal(value) for actor, value in case.get("by_actor", {}).items()}
    return said | ({"by_actor": shares} if "by_actor" in case else {})


def parameters() -> list[Any]:
    """The cases; those that fail are expected to."""
    return [
        pytest.param(
            case,
            id=case["name"],
            marks=[pytest.mark.xfail(reason=case["fails"], strict=True)] if "fails" in case else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize("case", parameters())
def test_what_articles_add_up_to(case: dict[str, Any]) -> None:
    snap = snapshot(case)
    assert told(derive(snap), case) == expected(case)
    for day, total in case.get("known_on", {}).items():
        known = derive(known_on(snap, date.fromisoformat(day)))
        assert summed(known, TotalOptions())["stated"].item() == Decimal(total), day


@pytest.mark.parametrize("case", [case for case in CASES if len(case["article"]) > 1], ids=lambda case: case["name"])
def test_the_order_of_articles_changes_nothing(case: dict[str, Any]) -> None:
    right = told(derive(snapshot(case)), case) if "fails" in case else expected(case)
    assert told(derive(snapshot(case, backwards=True)), case) == right
