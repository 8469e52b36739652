"""Pledges announced again as new: in the same commitment, which counts once, or in another, which counts twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import polars as pl

from ledger.money.rates import Rates, quotes
from ledger.tables import AMOUNT
from ledger.total.convert import Frame
from ledger.total.tellings import limit, pattern, report_words, tellings

RECYCLED: dict[str, Any] = {
    "actor": pl.List(pl.String()),
    "recipient": pl.List(pl.String()),
    "first_on": pl.Date(),
    "first_unit": pl.String(),
    "first_value": AMOUNT,
    "first_quote": pl.String(),
    "again_on": pl.Date(),
    "again_unit": pl.String(),
    "again_value": AMOUNT,
    "again_quote": pl.String(),
    "days": pl.Int64(),
    "other_currency": pl.Boolean(),
    "counted_twice": pl.Boolean(),
    "commitment_id": pl.String(),
    "again_id": pl.String(),
    "again_claim_id": pl.String(),
}
"""The columns of the report."""


def recycled(commitments: Frame, claims: Frame, documents: Frame, *, rates: Rates | None = None) -> pl.DataFrame:
    """A row for each time that a pledge is announced again as new, those that count twice first, then the latest.

    A later telling announces as new where its sentence has a word of announcing and none of telling again, nor one of
    more money (`ledger/lexicons/reports.toml`). In the same commitment it must come some days after the first. Another
    commitment that counts must have the same payer and recipient (or none), and the same sum, also in another currency
    at the rate of the later day. Columns: those of `RECYCLED`.
    """
    told = tellings(commitments, claims, documents)
    by_commitment: dict[str, list[dict[str, Any]]] = {}
    for row in told.iter_rows(named=True):
        by_commitment.setdefault(row["commitment_id"], []).append(row)
    about = {row["commitment_id"]: row for row in commitments.lazy().collect().iter_rows(named=True)}
    found = [*_within(by_commitment, about), *_across(by_commitment, about, rates)]
    frame = pl.DataFrame(found, schema=RECYCLED, orient="row")
    return frame.sort(["counted_twice", "again_on", "again_claim_id"], descending=[True, True, False])


def is_announced_as_new(said: str) -> bool:
    """Whether a sentence, with ① for its figure, announces that money as new.

    >>> is_announced_as_new("Velora will invest ① in Kenya."), is_announced_as_new("Velora reaffirmed its ① plan.")
    (True, False)
    """
    words = report_words("recycled")
    none = any(pattern(words[name]["pattern"]).search(said) for name in ("retold", "more", "known"))
    return not none and pattern(words["fresh"]["pattern"]).search(said) is not None


def _within(
    tellings_of: Mapping[str, Sequence[Mapping[str, Any]]], about: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """A commitment that is announced as new on a day some time after its first telling; the first such day."""
    apart = timedelta(days=int(report_words("recycled")["days"]))
    for commitment_id, rows in tellings_of.items():
        first = rows[0]
        seen: set[date] = set()
        for row in rows[1:]:
            if row["day"] - first["day"] < apart or row["day"] in seen or not is_announced_as_new(row["said"]):
                continue
            seen.add(row["day"])
            yield _found(about[commitment_id], first, row, twice=False)


def _across(
    tellings_of: Mapping[str, Sequence[Mapping[str, Any]]],
    about: Mapping[str, Mapping[str, Any]],
    rates: Rates | None,
) -> Iterator[dict[str, Any]]:
    """Two commitments that count, of one payer, to one recipient, of one sum, the later announced as new."""
    apart, most = timedelta(days=int(report_words("recycled")["days"])), int(report_words("recycled")["years"]) * 366
    by_payer: dict[str, list[str]] = {}
    for commitment_id, row in about.items():
        if row["counted"] and commitment_id in tellings_of:
            for name in row["actor"]:
                by_payer.setdefault(name, []).append(commitment_id)
    known: dict[tuple[str, str, date], Decimal | None] = {}
    pairs = {tuple(sorted(pair)) for ids in by_payer.values() for pair in combinations(sorted(ids), 2)}
    for one, other in sorted(pairs):
        first, again = sorted(
            (tellings_of[one][0], tellings_of[other][0]), key=lambda row: (row["day"], row["claim_id"])
        )
        days = again["day"] - first["day"]
        if not apart <= days <= timedelta(days=most) or not _may_be_one(about[one], about[other]):
            continue
        if is_announced_as_new(again["said"]) and _same_sum(first, again, rates, known):
            yield _found(about[first["commitment_id"]], first, again, twice=True)


def _may_be_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether recipients do not contradict each other, and neither is part of the other."""
    to, other_to = set(one["recipient"]), set(other["recipient"])
    if to and other_to and not to & other_to:
        return False
    return bool(one["commitment_id"] != other["part_of"] and other["commitment_id"] != one["part_of"])


def _same_sum(
    first: Mapping[str, Any],
    again: Mapping[str, Any],
    rates: Rates | None,
    known: dict[tuple[str, str, date], Decimal | None],
) -> bool:
    if first["unit"] == again["unit"]:
        return _near(first["value"], again["value"], limit("recycled", "same"))
    key = first["unit"], again["unit"], again["day"]
    if key not in known:
        wanted = pl.DataFrame({"unit": [first["unit"]], "on": [again["day"]]})
        known[key] = quotes(wanted, again["unit"], rates)["rate"].item()
    rate = known[key]
    return rate is not None and _near(first["value"] * rate, again["value"], limit("recycled", "converted"))


def _near(one: Decimal, other: Decimal, share: Decimal) -> bool:
    return abs(one - other) <= share * max(abs(one), abs(other))


def _found(
    about: Mapping[str, Any], first: Mapping[str, Any], again: Mapping[str, Any], *, twice: bool
) -> dict[str, Any]:
    return {
        "actor": about["actor"],
        "recipient": about["recipient"],
        **{f"first_{name}": first[name] for name in ("unit", "value", "quote")},
        **{f"again_{name}": again[name] for name in ("unit", "value", "quote")},
        "first_on": first["day"],
        "again_on": again["day"],
        "days": (again["day"] - first["day"]).days,
        "other_currency": first["unit"] != again["unit"],
        "counted_twice": twice,
        "commitment_id": first["commitment_id"],
        "again_id": again["commitment_id"],
        "again_claim_id": again["claim_id"],
    }
