"""Money that goes round: A pays B, and B pays A, at once or by way of others; gross and net."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from ledger.money.rates import Rates
from ledger.options import TotalOptions
from ledger.tables import AMOUNT
from ledger.total.convert import Frame, converted
from ledger.total.selection import selected
from ledger.total.tellings import report_words, tellings

FLOW = pl.Struct(
    {
        "payer": pl.String(),
        "recipient": pl.String(),
        "amount": AMOUNT,
        "commitments": pl.List(pl.String()),
        "quotes": pl.List(pl.String()),
    }
)
CIRCULAR: dict[str, Any] = {
    "round": pl.List(pl.String()),
    "length": pl.Int64(),
    "gross": AMOUNT,
    "circular": AMOUNT,
    "net": AMOUNT,
    "flows": pl.List(FLOW),
}
"""The columns of the report; amounts in the currency asked for."""
Flows = Mapping[str, Mapping[str, Sequence[tuple[str, Decimal]]]]
"""Payer → recipient → the commitments between them with their amounts."""


def circular(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    *,
    currency: str = "USD",
    rates: Rates | None = None,
) -> pl.DataFrame:
    """A row for each round of payers that ends where it began, the largest circular sum first.

    `gross` is the sum of all commitments along the round; `circular` what goes all the way round: the smallest flow,
    once for each of its steps; `net` the rest. Rounds may share flows, so that rows must not be added. A commitment of
    several payers or to several recipients is shared equally. Columns: those of `CIRCULAR`.
    """
    asked = TotalOptions(currency=currency)
    tables = (commitments, memberships, claims, documents)
    rows = selected(converted(*tables, asked, rates=rates), asked).filter(pl.col("stated").is_not_null()).collect()
    said = {
        row["commitment_id"]: row["quote"] for row in tellings(commitments, claims, documents).iter_rows(named=True)
    }
    flows = _flows(rows)
    found = [_row(names, flows, said) for names in rounds(flows, int(report_words("circular")["longest"]))]
    frame = pl.DataFrame(found, schema=CIRCULAR, orient="row")
    return frame.sort("circular", "length", pl.col("round").list.join("\n"), descending=[True, False, False])


def _flows(rows: pl.DataFrame) -> Flows:
    found: dict[str, dict[str, list[tuple[str, Decimal]]]] = {}
    for row in rows.sort("commitment_id").iter_rows(named=True):
        sharers = max(1, len(row["actor"])) * max(1, len(row["recipient"]))
        for payer in row["actor"]:
            for recipient in row["recipient"]:
                if payer != recipient:
                    between = found.setdefault(payer, {}).setdefault(recipient, [])
                    between.append((row["commitment_id"], row["stated"] / sharers))
    return found


def rounds(flows: Mapping[str, Mapping[str, Any]], longest: int) -> Iterator[tuple[str, ...]]:
    """Every round of at most `longest` names, each once, from the name that sorts first.

    >>> list(rounds({"A": {"B": 1}, "B": {"A": 1, "C": 1}, "C": {"A": 1}}, 5))
    [('A', 'B'), ('A', 'B', 'C')]
    """
    payers_of: dict[str, list[str]] = {}
    for payer, recipients in flows.items():
        for recipient in recipients:
            payers_of.setdefault(recipient, []).append(payer)
    for start in sorted(flows):
        away = _steps_to(start, payers_of, longest)
        ends: list[tuple[str, ...]] = [(start,)]
        while ends:
            path = ends.pop()
            for name in sorted(flows.get(path[-1], ()), reverse=True):
                if name == start and len(path) > 1:
                    yield path
                elif name not in path and len(path) + away.get(name, longest) <= longest:
                    ends.append((*path, name))


def _steps_to(start: str, payers_of: Mapping[str, Sequence[str]], longest: int) -> Mapping[str, int]:
    """Name that sorts after `start` → the least number of payments from it to `start`, below `longest`."""
    found, edge = {start: 0}, [start]
    for step in range(1, longest):
        edge = sorted({payer for name in edge for payer in payers_of.get(name, ()) if payer > start} - found.keys())
        found |= dict.fromkeys(edge, step)
    return {name: step for name, step in found.items() if name != start}


def _row(names: tuple[str, ...], flows: Flows, said: Mapping[str, str]) -> dict[str, Any]:
    steps, amounts = [], []
    for payer, recipient in zip(names, (*names[1:], names[0]), strict=True):
        between = flows[payer][recipient]
        amounts.append(sum((amount for _, amount in between), Decimal(0)).quantize(Decimal("0.000001")))
        steps.append(
            {
                "payer": payer,
                "recipient": recipient,
                "amount": amounts[-1],
                "commitments": [name for name, _ in between],
                "quotes": [said[name] for name, _ in between if name in said],
            }
        )
    gross = sum(amounts, Decimal(0))
    going_round = min(amounts) * len(amounts)
    return {
        "round": list(names),
        "length": len(names),
        "gross": gross,
        "circular": going_round,
        "net": gross - going_round,
        "flows": steps,
    }
