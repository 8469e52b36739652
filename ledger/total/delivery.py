"""What became of pledges: the history of each from announcement to payment, and what payers delivered."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from ledger.money.rates import Rates
from ledger.options import TotalOptions
from ledger.tables import AMOUNT
from ledger.total.convert import Frame, converted
from ledger.total.tellings import limit, pattern, report_words, tellings
from schemas import ExclusionReason, Stage

EVENTS = {
    Stage.PLEDGED.value: "announced",
    Stage.APPROVED.value: "approved",
    Stage.COMMITTED.value: "committed",
    Stage.DISBURSED.value: "paid",
    Stage.CANCELLED.value: "cancelled",
}
"""Stage → what it is called in a history; a rumour is none."""
LEFT_OUT = [
    ExclusionReason.CUMULATIVE.value,
    ExclusionReason.UNDECIDED.value,
    ExclusionReason.STATISTIC.value,
    ExclusionReason.REJECTED.value,
]
STEP = pl.Struct({"event": pl.String(), "on": pl.Date(), "quote": pl.String(), "claim_id": pl.String()})
HISTORY: dict[str, Any] = {
    "commitment_id": pl.String(),
    "actor": pl.List(pl.String()),
    "recipient": pl.List(pl.String()),
    "announced": AMOUNT,
    "now": AMOUNT,
    "delivered": AMOUNT,
    "cancelled": AMOUNT,
    "events": pl.List(pl.String()),
    "steps": pl.List(STEP),
}
"""The columns of histories; amounts in the currency asked for."""


def histories(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    *,
    currency: str = "USD",
    rates: Rates | None = None,
) -> pl.DataFrame:
    """One row for each pledge that is no part of another: its steps with their days and quotes, and its amounts.

    Steps are announced, approved, committed, under construction, delayed, scaled down, cancelled and paid; the stage of
    a telling gives some, the words of its sentence (`ledger/lexicons/reports.toml`) the others, a lower amount "scaled
    down". `announced` is the first amount, `now` the latest, `delivered` what is told as paid, of parts too. Columns:
    those of `HISTORY`. What has no rate of exchange is left out.
    """
    asked = TotalOptions(currency=currency)
    rows = converted(commitments, memberships, claims, documents, asked, rates=rates)
    money = {row["commitment_id"]: row for row in rows.collect().iter_rows(named=True) if row["stated"] is not None}
    told: dict[str, list[dict[str, Any]]] = {}
    for row in tellings(commitments, claims, documents).iter_rows(named=True):
        told.setdefault(row["commitment_id"], []).append(row)
    known = [row for row in commitments.lazy().collect().iter_rows(named=True) if row["commitment_id"] in money]
    paid_parts: dict[str, Decimal] = {}
    for row in known:
        if row["part_of"] is not None and row["stage"] == Stage.DISBURSED.value:
            paid_parts[row["part_of"]] = (
                paid_parts.get(row["part_of"], Decimal(0)) + money[row["commitment_id"]]["stated"]
            )
    found = [
        _history(row, money[row["commitment_id"]], told.get(row["commitment_id"], ()), paid_parts)
        for row in known
        if row["part_of"] not in money and row["exclusion_reason"] not in LEFT_OUT
    ]
    frame = pl.DataFrame([row for row in found if row["steps"]], schema=HISTORY, orient="row")
    return frame.sort(["announced", "commitment_id"], descending=[True, False])


def _history(
    row: Mapping[str, Any],
    money: Mapping[str, Any],
    told: Sequence[Mapping[str, Any]],
    paid_parts: Mapping[str, Decimal],
) -> dict[str, Any]:
    steps = list(_steps(told))
    stated, rate = money["stated"], money["rate"]
    first = (row["first_value"] * rate).quantize(stated) if row["first_unit"] == row["unit"] else stated
    events = list(dict.fromkeys(step["event"] for step in steps))
    paid, gone = row["stage"] == Stage.DISBURSED.value, row["stage"] == Stage.CANCELLED.value and "cancelled" in events
    return {
        "commitment_id": row["commitment_id"],
        "actor": row["actor"],
        "recipient": row["recipient"],
        "announced": first,
        "now": Decimal(0) if gone else stated,
        "delivered": stated if paid else min(stated, paid_parts.get(row["commitment_id"], Decimal(0))),
        "cancelled": first if gone else Decimal(0),
        "events": events,
        "steps": steps,
    }


def _steps(told: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The first telling of each event, in the order of days."""
    seen: set[str] = set()
    first = told[0] if told else None
    for row in told:
        for event in _events(row, first):
            if event not in seen:
                seen.add(event)
                yield {"event": event, "on": row["day"], "quote": row["quote"], "claim_id": row["claim_id"]}


def _events(row: Mapping[str, Any], first: Mapping[str, Any] | None) -> Iterator[str]:
    stage = EVENTS.get(row["stage"])
    by_words = list(events_of(row["said"]))
    fell = (
        first is not None
        and row["unit"] == first["unit"]
        and row["value"] < first["value"] * limit("delivery", "fallen")
    )
    if fell and "scaled down" not in by_words:
        by_words.append("scaled down")
    put_off = "delayed" in by_words and stage == "cancelled"  # a stage has no word for what is put off
    if stage is not None and not put_off and not (by_words and stage in ("announced", "committed")):
        yield stage
    yield from by_words


def events_of(said: str) -> Iterator[str]:
    """The events that the words of a sentence tell, with ① for its figure.

    >>> list(events_of("Velora has delayed its ① plant in Kenya."))
    ['delayed']
    """
    for event in report_words("delivery")["event"]:
        if pattern(event["pattern"]).search(said):
            yield event["name"]


def delivery(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    *,
    currency: str = "USD",
    rates: Rates | None = None,
) -> pl.DataFrame:
    """What each payer delivered of what it announced, the largest announcements first.

    Columns: actor, pledges, announced, now, delivered, cancelled, delivered_share (of what was announced), under
    construction, delayed, scaled_down (numbers of pledges). Payers of one pledge share it equally.
    """
    each = histories(commitments, memberships, claims, documents, currency=currency, rates=rates)
    sharers = pl.col("actor").list.len().clip(1).cast(AMOUNT)
    amounts = ("announced", "now", "delivered", "cancelled")
    shared = each.with_columns((pl.col(name) / sharers).cast(AMOUNT) for name in amounts).explode("actor")
    counts = [
        pl.col("events").list.contains(event).sum().cast(pl.Int64).alias(event.replace(" ", "_"))
        for event in ("under construction", "delayed", "scaled down")
    ]
    summed = shared.group_by("actor").agg(pl.len().cast(pl.Int64).alias("pledges"), *(pl.col(amounts).sum(),), *counts)
    share = (pl.col("delivered").cast(pl.Float64) / pl.col("announced").cast(pl.Float64)).alias("delivered_share")
    columns = ["actor", "pledges", *amounts, "delivered_share", "under_construction", "delayed", "scaled_down"]
    return summed.with_columns(share).select(columns).sort(["announced", "actor"], descending=[True, False])
