"""Running totals and sums of many payers: counted only where nothing that they may hold is counted on its own."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from ledger.lexicons.names import load_names
from ledger.money.arithmetic import product
from ledger.money.rates import Rates, quotes
from ledger.resolve.payers import MANY_PAYERS, of_many_payers, payer_rules
from ledger.resolve.tossups import is_toss_up
from ledger.resolve.wholes import with_parts
from ledger.tables import AMOUNT, RATE
from schemas import ExclusionReason, NameType

ROUNDED = 1.02
"""One sum may be larger than another that holds it by so much: texts round."""
NARROW = ["commitment_id", "actor", "recipient", "fields", "unit", "value", "first_reported", "inside"]
"""What is compared of an aggregate and of what it may hold."""
PAIR = ["commitment_id", "part"]
UNDECIDED, CUMULATIVE = ExclusionReason.UNDECIDED.value, ExclusionReason.CUMULATIVE.value
Row = Mapping[str, Any]


def with_aggregates(commitments: pl.DataFrame, rates: Rates | None = None, *, toss_ups_count: bool) -> pl.DataFrame:
    """`commitments` with those aggregates counted that hold nothing else counted, and lie in no larger one.

    A running total may hold what the same payer pays, and a country's what its bodies pay; one without a payer never
    counts. A sum of many payers may hold
    whatever goes to the same recipient (for the same field, where it names none) as the same kind of money in its span
    of time; what its text says lies inside it counts where it does not. Neither holds what is larger, as far as both
    are in one currency. Of the running totals that could count, a toss-up is undecided unless `toss_ups_count`.
    `because` tells why one counts or does not, and `not_itemised` what no commitment accounts for.
    """
    return _with_running_totals(_with_flows(commitments, rates), rates, toss_ups_count=toss_ups_count)


def _with_flows(commitments: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """`commitments` with sums of many payers settled: all count until something inside is found to be counted."""
    free = pl.col("counted") | (pl.col("exclusion_reason") == ExclusionReason.PART_OF.value)
    flows = _prepared(commitments.filter(of_many_payers() & free), rates)
    if flows.is_empty():
        return commitments
    out, settled = flows["commitment_id"].clear(), commitments
    while True:
        counted = settled.filter("counted").with_columns(_kind_of_money())
        told = flows.filter(pl.col("commitment_id").is_in(pl.concat([out, counted["commitment_id"]]).implode()))
        held = _held(told, counted)
        if held["commitment_id"].n_unique() == out.len():
            break
        out = held["commitment_id"].unique()
        gone = pl.col("commitment_id").is_in(out.implode())
        reason = pl.when(gone).then(pl.lit(CUMULATIVE)).otherwise("exclusion_reason").alias("exclusion_reason")
        settled = with_parts(settled.with_columns(reason))  # its own parts count again, and may lie in other flows
    could = told.filter(~pl.col("commitment_id").is_in(out.implode()))
    inside, nobody = _inside_larger(could), out.clear()
    return _with(settled, _told(told, could["commitment_id"], nobody, inside, _rest(told, counted, held, rates)))


def _with_running_totals(commitments: pl.DataFrame, rates: Rates | None, *, toss_ups_count: bool) -> pl.DataFrame:
    """`commitments` with running totals settled: none counts until nothing inside is found to be counted."""
    cumulative = pl.col("exclusion_reason") == CUMULATIVE
    running = _prepared(commitments.filter(cumulative & ~of_many_payers()), rates)
    if running.is_empty():
        return commitments
    counted = commitments.filter("counted").with_columns(_kind_of_money())
    held = _held(running, counted)
    could = running.join(held, on="commitment_id", how="anti").filter(pl.col("actor").list.len() > 0)
    undecided = could.filter(is_toss_up() & ~pl.lit(toss_ups_count))["commitment_id"]
    inside = _inside_larger(could.filter(~pl.col("commitment_id").is_in(undecided.implode())))
    rest = _rest(running, counted, held, rates)
    return _with(commitments, _told(running, could["commitment_id"], undecided, inside, rest))


def _prepared(aggregates: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """`aggregates` with `inside` (the kind of money), `since` (when its span begins) and `dollars`."""
    year = pl.col("last_reported").dt.strftime("%Y")
    since = pl.coalesce(pl.col("period").str.extract(r"^((?:19|20)\d\d(?:-\d\d){0,2})"), year)
    rows = aggregates.with_columns(_kind_of_money(), since.alias("since"))
    priced = quotes(rows.select("unit", pl.col("first_reported").alias("on")), "USD", rates)
    rate = priced.select("unit", pl.col("on").alias("first_reported"), "rate")
    joined = rows.join(rate, on=["unit", "first_reported"], how="left", nulls_equal=True)
    dollars = (pl.col("value").cast(pl.Float64) * pl.col("rate").cast(pl.Float64)).alias("dollars")
    return joined.with_columns(dollars).drop("rate")


def _kind_of_money() -> pl.Expr:
    kinds = {measure: kind for kind, measures in payer_rules()["inside"].items() for measure in measures}
    return pl.col("measure").replace_strict(kinds, default=None, return_dtype=pl.String).alias("inside")


# What may lie inside --------------------------------------------------------------------------------------------------


def _held(aggregates: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """commitment_id, part: what is counted and may lie inside each aggregate."""
    others = counted.filter(~of_many_payers()).select(pl.col(NARROW).name.suffix("_b"))
    running, flows = aggregates.filter(~of_many_payers()), aggregates.filter(of_many_payers())
    stated = aggregates.select("commitment_id").join(
        counted.select(pl.col("commitment_id").alias("part"), pl.col("part_of").alias("commitment_id")),
        on="commitment_id",
    )
    return pl.concat([stated.select(PAIR), _of_payer(running, others), _in_flow(flows, others)]).unique()


def _of_payer(running: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    payer = running.explode("actor").drop_nulls("actor")
    paid = others.explode("actor_b").drop_nulls("actor_b")
    owned = paid.join(_owners(paid["actor_b"].unique()), on="actor_b").with_columns(pl.col("owner").alias("actor_b"))
    pairs = payer.join(pl.concat([paid, owned.select(paid.columns)]), left_on="actor", right_on="actor_b")
    unnamed = (pl.col("recipient").list.len() == 0) | (pl.col("recipient_b").list.len() == 0)
    return _pairs(pairs, _shared("recipient") | unnamed)


def _owners(payers: pl.Series) -> pl.DataFrame:
    """actor_b, owner: those of the `payers` that are bodies of a country or a union, whose money theirs is."""
    names, unions = load_names(), payer_rules()["owners"]
    found = []
    for payer in payers.sort():
        target = names.canonical(payer)
        country = target.country if target is not None and target.type in (NameType.BODY, NameType.GOVERNMENT) else None
        if owner := unions.get(payer, country):
            found.append((payer, owner))
    return pl.DataFrame(found, schema={"actor_b": pl.String, "owner": pl.String}, orient="row")


def _in_flow(flows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The same for sums of many payers; those that name no recipient are compared with everything, one by one."""
    named = flows.filter(pl.col("recipient").list.len() > 0).with_columns(pl.col("recipient").alias("to"))
    to_same = named.explode("to").join(
        others.with_columns(pl.col("recipient_b").alias("to_b")).explode("to_b"), left_on="to", right_on="to_b"
    )
    unnamed = flows.filter(pl.col("recipient").list.len() == 0).iter_slices(1)
    to_any = [_pairs(flow.join(others, how="cross"), _same_flow()) for flow in unnamed]
    return pl.concat([_pairs(to_same, _same_flow()), *to_any])


def _same_flow() -> pl.Expr:
    day = pl.col("first_reported_b").dt.strftime("%Y-%m-%d")
    in_span = (day >= pl.col("since")) & (pl.col("first_reported_b") <= pl.col("last_reported"))
    placed = pl.col("recipient").list.len() > 0
    any_field = placed | (pl.col("fields").list.len() == 0) | (pl.col("fields_b").list.len() == 0)
    same_kind = pl.col("inside") == pl.col("inside_b")
    return same_kind & (any_field | _shared("fields")) & in_span.fill_null(value=True)


def _shared(column: str) -> pl.Expr:
    return pl.col(column).list.set_intersection(f"{column}_b").list.len() > 0


def _pairs(both: pl.DataFrame, test: pl.Expr) -> pl.DataFrame:
    """commitment_id, part of the pairs that pass `test` and fit by their amounts."""
    fits = (pl.col("unit") != pl.col("unit_b")) | (pl.col("value_b") <= pl.col("value"))
    return both.filter(test & fits).select("commitment_id", pl.col("commitment_id_b").alias("part"))


# Aggregates in aggregates ---------------------------------------------------------------------------------------------


def _inside_larger(could: pl.DataFrame) -> dict[str, str]:
    """The aggregates that may lie inside a larger one that counts → the larger one."""
    found: dict[str, str] = {}
    counting: dict[str, list[Row]] = {}
    rows = could.sort("dollars", "commitment_id", descending=[True, False], nulls_last=True)
    for row in rows.iter_rows(named=True):
        larger = (other for actor in row["actor"] for other in counting.get(actor, ()) if _may_hold(other, row))
        first = next(larger, None)
        if first is not None:
            found[row["commitment_id"]] = first["commitment_id"]
            continue
        for actor in row["actor"]:
            counting.setdefault(actor, []).append(row)
    return found


def _may_hold(larger: Row, row: Row) -> bool:
    """Whether one aggregate of a payer may hold another."""
    known = larger["dollars"] is not None and row["dollars"] is not None
    if (known and row["dollars"] > larger["dollars"] * ROUNDED) or not _overlap(larger["recipient"], row["recipient"]):
        return False
    if MANY_PAYERS not in row["actor"]:
        return True
    spans = (row["since"], row["last_reported"], larger["since"], larger["last_reported"])
    if None not in spans and (str(spans[1]) < spans[2] or str(spans[3]) < spans[0]):
        return False
    same_field = (larger["recipient"] and row["recipient"]) or _overlap(larger["fields"], row["fields"])
    return bool(larger["inside"] == row["inside"] and same_field)


def _overlap(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two lists share a member, or one names none."""
    first, second = set(one), set(other)
    return not first or not second or bool(first & second)


# What is told of them -------------------------------------------------------------------------------------------------


def _rest(aggregates: pl.DataFrame, counted: pl.DataFrame, held: pl.DataFrame, rates: Rates | None) -> pl.DataFrame:
    """commitment_id, not_itemised: what of each aggregate its parts do not account for, in its unit.

    Null where a part has no rate of exchange on the day of its report.
    """
    about = counted.select(
        pl.col("commitment_id").alias("part"), pl.col("unit").alias("unit_b"), pl.col("first_reported").alias("on"),
        pl.col("value").alias("value_b"),
    )  # fmt: skip
    parts = held.join(about, on="part").join(aggregates.select("commitment_id", "unit", "value"), on="commitment_id")
    priced = [parts.filter(pl.col("unit") == pl.col("unit_b")).with_columns(pl.lit(1, RATE).alias("rate"))]
    for unit in parts.filter(pl.col("unit") != pl.col("unit_b"))["unit"].unique().sort():
        foreign = parts.filter((pl.col("unit") == unit) & (pl.col("unit_b") != unit))
        rate = quotes(foreign.select(pl.col("unit_b").alias("unit"), "on"), unit, rates)
        by_unit = rate.select(pl.col("unit").alias("unit_b"), "on", "rate")
        priced.append(
            foreign.join(by_unit, on=["unit_b", "on"], how="left", nulls_equal=True).select(priced[0].columns)
        )
    worth = pl.concat(priced).with_columns(product(pl.col("value_b"), pl.col("rate"), wide=True).alias("worth"))
    sums = worth.group_by("commitment_id").agg(
        pl.col("value").first(), pl.col("worth").sum(), pl.col("worth").is_null().any().alias("unknown")
    )
    rest = pl.max_horizontal(pl.col("value") - pl.col("worth"), pl.lit(0, AMOUNT)).cast(AMOUNT)
    return sums.select("commitment_id", pl.when(~pl.col("unknown")).then(rest).alias("not_itemised"))


def _told(
    aggregates: pl.DataFrame, could: pl.Series, undecided: pl.Series, inside: Mapping[str, str], rest: pl.DataFrame
) -> pl.DataFrame:
    """commitment_id, reason, told, rest of each aggregate."""
    key = pl.col("commitment_id")
    larger = key.replace_strict(inside, default=None, return_dtype=pl.String)
    joined = aggregates.drop("not_itemised").join(rest, on="commitment_id", how="left")
    counts = key.is_in(could.implode()) & ~key.is_in(undecided.implode()) & larger.is_null()
    reason = pl.when(key.is_in(undecided.implode())).then(pl.lit(UNDECIDED)).when(~counts).then(pl.lit(CUMULATIVE))
    rule = pl.when(of_many_payers()).then(pl.lit("many_payers")).otherwise(pl.lit("running_total"))
    left = pl.col("not_itemised").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    told = (
        pl.when(reason == UNDECIDED).then(None)
        .when(counts).then(pl.format("counted: {}, of which no part is counted on its own", rule.str.replace("_", " ")))
        .when(larger.is_not_null()).then(pl.format("{}: may lie inside commitment {}, which counts", rule, larger))
        .when(pl.col("not_itemised").is_not_null())
        .then(pl.format("{}: sums what is counted on its own; {} {} of it is not itemised", rule, left, "unit"))
        .when(pl.col("actor").list.len() == 0).then(pl.format("{}: has no payer whose other money it may hold", rule))
        .otherwise(pl.format("{}: sums what is counted on its own", rule))
    )  # fmt: skip
    return joined.select(key, reason.alias("reason"), told.alias("told"), pl.col("not_itemised").alias("rest"))


def _with(commitments: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    marked = told.with_columns(pl.lit(value=True).alias("is_aggregate"))
    joined = commitments.join(marked, on="commitment_id", how="left", maintain_order="left")
    ours = pl.col("is_aggregate").is_not_null()
    reason = pl.when(ours).then("reason").otherwise("exclusion_reason")
    return joined.with_columns(
        reason.alias("exclusion_reason"),
        reason.is_null().alias("counted"),
        pl.when(ours).then("told").otherwise("because").alias("because"),
        pl.col("rest").alias("not_itemised"),
    ).select(commitments.columns)
