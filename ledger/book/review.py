"""What a person looks at first, what else it may be, how far two reviewers agree, and how many errors one catches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

import polars as pl

from ledger.attribute import DISPUTED
from ledger.book.cache import Derived
from ledger.book.query import rows_of
from ledger.money.rates import quotes
from ledger.resolve import NAMES_IN_DOUBT, replay_decisions
from schemas import DecisionKind, Kind

HINT = "hint of "
"""How the note of a correction begins that a file of watched sources made, and no person who saw the claim."""
TOSS_UP = 0.5
"""How sure a row is at most that has one of `TOSS_UPS`."""
TOSS_UPS = (NAMES_IN_DOUBT, *DISPUTED.values())
"""Review codes of rows whose names may be of another, or that features and network read differently."""
OF_ONE = [DecisionKind.ACCEPT.value, DecisionKind.REJECT.value, DecisionKind.CORRECT.value]
MOST_LIKE = 9
"""Commitments that are offered as the same or as the whole."""
SLIPS = (Decimal(10), Decimal("0.1"), Decimal(1000), Decimal("0.001"))
"""What a planted amount is its true one times: a slip of the point, or of the scale."""
LEAST, MOST = Decimal(1), Decimal(10) ** 17
"""The amounts that a planted one may have."""
AMOUNTS = ("value", "lower", "upper")


def review_queue(known: Derived, limit: int | None = None, *, second: str | None = None) -> pl.DataFrame:
    """The rows to look at, by their effect on totals: the money that counts, in US dollars, times the doubt.

    `effect` is that product, 0 for what does not count; `weight` is the same whether it counts or not, by which those
    without effect follow. What was decided on is left out. With `second`, the name of a reviewer, the rows are those
    that others decided on and this one did not.
    """
    rows = rows_of(known).filter(pl.col("claim_id").is_in(_to_see(known, second)))
    day = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date()).alias("on")
    dated = rows.join(known.documents.select("document_id", day), on="document_id", how="left")
    rates = quotes(dated.select("unit", "on"), "USD", known.rates).select("unit", "on", "rate")
    priced = dated.join(rates, on=["unit", "on"], how="left")
    in_doubt = pl.any_horizontal(pl.col("review").list.contains(code) for code in TOSS_UPS)
    confidence = pl.when(in_doubt).then(pl.min_horizontal("confidence", TOSS_UP)).otherwise("confidence")
    weight = pl.col("value").cast(pl.Float64) * pl.col("rate").cast(pl.Float64) * (1.0 - confidence)
    weighed = priced.with_columns(weight.alias("weight")).with_columns(
        pl.when("counted").then("weight").otherwise(0.0).fill_null(0.0).alias("effect")
    )
    ranked = weighed.sort("effect", "weight", "claim_id", descending=[True, True, False], nulls_last=True)
    return ranked.drop("on", "rate").head(limit if limit is not None else ranked.height)


def _to_see(known: Derived, second: str | None) -> list[str]:
    """The claim_ids that are to be looked at."""
    judged = _judged(known)
    if second is not None:
        mine = judged.filter(author=second)["claim"]
        theirs = judged.filter((pl.col("author") != second) & ~pl.col("claim").is_in(mine.implode()))["claim"]
        return theirs.unique().sort().to_list()
    members = known.resolution.memberships.filter(pl.col("commitment_id").is_not_null())
    named = judged.filter("whole")["claim"]
    settled = members.filter(pl.col("claim_id").is_in(named.implode()))["commitment_id"].unique()
    alone = judged.filter(~pl.col("whole"))["claim"]
    left = members.filter(
        ~pl.col("commitment_id").is_in(settled.implode()) & ~pl.col("claim_id").is_in(alone.implode())
    )
    return left["claim_id"].to_list()


def _judged(known: Derived) -> pl.DataFrame:
    """The decisions in force on one claim or commitment, in their order.

    `claim` is the claim_id that they are about; `whole` tells whether it stands for its commitment.
    """
    by_person = ~pl.col("note").fill_null("").str.starts_with(HINT)
    decisions = known.standing.in_force.filter(pl.col("kind").is_in(OF_ONE) & by_person)
    whole = {one.decision_id: one.claim_id for one in replay_decisions(decisions, known.claims).on_commitments}
    name = pl.col("decision_id")
    return decisions.with_columns(
        pl.when(name.is_in(list(whole)))
        .then(name.replace_strict(whole, default=None))
        .otherwise("target")
        .alias("claim"),
        name.is_in(list(whole)).alias("whole"),
    )


def alike(known: Derived, row: Mapping[str, Any]) -> pl.DataFrame:
    """The commitments that the claim of `row` may be the same as, or a part of, the likeliest first.

    They share its actor, recipient or fields, or are about as large, and are counted or would be.
    """
    others = known.resolution.commitments.filter(pl.col("commitment_id") != (row["commitment"] or ""))
    shared = [
        pl.col(column).list.set_intersection(pl.lit(list(row[column]), pl.List(pl.String))).list.len() > 0
        for column in ("actor", "recipient", "fields")
        if row[column]
    ]
    near = (pl.col("unit") == row["unit"]) & pl.col("value").cast(pl.Float64).is_between(
        float(row["value"]) * 0.8, float(row["value"]) * 1.25
    )
    likeness = sum((test.cast(pl.Int64) for test in shared), near.cast(pl.Int64) * 2)
    ranked = others.with_columns(likeness.alias("likeness")).filter(pl.col("likeness") > 0)
    order = ["likeness", "counted", "value", "commitment_id"]
    return ranked.sort(order, descending=[True, True, True, False]).head(MOST_LIKE).drop("likeness")


def names_near(known: Derived, row: Mapping[str, Any]) -> list[str]:
    """The names that the document of a claim gives to actors, recipients and speakers, sorted, but its own actors."""
    of_document = known.claims.filter(pl.col("document_id") == row["document_id"])
    lists = [of_document[role].explode(empty_as_null=False).drop_nulls() for role in ("actor", "recipient")]
    told = {name["name"] for names in lists for name in names}
    told |= {name["name"] for name in of_document["speaker"].drop_nulls()}
    return sorted(told - set(row["actor"]))


# Agreement ------------------------------------------------------------------------------------------------------------


def agreement(known: Derived) -> pl.DataFrame:
    """How far reviewers agree on the claims and commitments that both decided on, a row for each two of them.

    Columns: reviewer, other, both (how many), agree, share (agree over both), kappa (Cohen's: agreement beyond chance;
    null where both always say one thing), differ (the ids of the other claims). A reviewer's verdict is what stands
    last: accept, reject, or the corrections.
    """
    verdicts = _verdicts(known)
    rows = []
    for one, other in combinations(sorted(verdicts), 2):
        shared = sorted(verdicts[one].keys() & verdicts[other].keys())
        if shared:
            pairs = [(verdicts[one][claim], verdicts[other][claim]) for claim in shared]
            differ = [claim for claim, (a, b) in zip(shared, pairs, strict=True) if a != b]
            agree = len(shared) - len(differ)
            rows.append((one, other, len(shared), agree, agree / len(shared), kappa(pairs), differ))
    schema = {
        "reviewer": pl.String(),
        "other": pl.String(),
        "both": pl.Int64(),
        "agree": pl.Int64(),
        "share": pl.Float64(),
        "kappa": pl.Float64(),
        "differ": pl.List(pl.String()),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of verdicts; None where chance alone would agree on all.

    J. Cohen, A coefficient of agreement for nominal scales, 1960.

    >>> kappa([("accept", "accept"), ("reject", "reject"), ("accept", "reject"), ("reject", "reject")])
    0.5
    """
    number = len(pairs)
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    chance = sum(ones.count(verdict) * others.count(verdict) for verdict in set(ones)) / number**2
    seen = sum(one == other for one, other in pairs) / number
    return None if chance == 1.0 else round((seen - chance) / (1.0 - chance), 6)


def _verdicts(known: Derived) -> dict[str, dict[str, str]]:
    """Reviewer → claim_id → what stands of what the reviewer said of it, or of its commitment."""
    corrections: dict[tuple[str, str], dict[str, str]] = {}
    found: dict[str, dict[str, str]] = {}
    for row in _judged(known).iter_rows(named=True):
        author, target = row["author"], row["claim"]
        said = corrections.setdefault((author, target), {})
        if row["kind"] == DecisionKind.CORRECT.value:
            said[row["field"]] = row["value"]
        corrected = "; ".join(f"{field}={value}" for field, value in sorted(said.items()))
        rejected = row["kind"] == DecisionKind.REJECT.value
        found.setdefault(author, {})[target] = "reject" if rejected else corrected or "accept"
    return found


# Planted errors -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planted:
    """A claim that is shown with a wrong amount, to see whether a reviewer finds it; nothing of it is stored."""

    row: Mapping[str, Any]
    """The claim's row with the wrong amount."""
    true: Decimal
    """The amount that it has."""


def planted(known: Derived, number: int, besides: Collection[str], random: Random) -> list[Planted]:
    """Up to `number` claims that count, each with a wrong amount, none of them of `besides` (claim_ids).

    Those that a person accepted are taken first, then the surest, for their own amount should be right.
    """
    accepted = _judged(known).filter(kind=DecisionKind.ACCEPT.value)["claim"].to_list()
    rows = rows_of(known).filter(
        pl.col("counted") & (pl.col("kind") == Kind.MONEY.value) & ~pl.col("claim_id").is_in(list(besides))
    )
    sure = rows.with_columns(pl.col("claim_id").is_in(accepted).alias("sure")).sort(
        "sure", "confidence", "claim_id", descending=[True, True, False]
    )
    pool = list(sure.drop("sure").head(3 * number).iter_rows(named=True))
    return [_with_slip(row, random) for row in random.sample(pool, min(number, len(pool)))]


def _with_slip(row: Mapping[str, Any], random: Random) -> Planted:
    fitting = [slip for slip in SLIPS if LEAST <= row["value"] * slip <= MOST] or [Decimal(10)]
    slip = random.choice(fitting)
    wrong = {name: row[name] * slip for name in AMOUNTS if row[name] is not None}
    return Planted({**row, **wrong}, row["value"])


__all__ = ["Planted", "agreement", "alike", "kappa", "names_near", "planted", "review_queue"]
