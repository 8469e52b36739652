"""Totals: low, stated and high of a selection of commitments, by any columns."""

from datetime import date
from typing import Unpack

import polars as pl

from ledger.errors import LedgerError
from ledger.money.rates import Rates
from ledger.options import Allocation, TotalArguments, TotalOptions, Wanted
from ledger.total.convert import AMOUNT, Frame, converted, links_of
from schemas import Stage

FIRM = [Stage.RUMOURED, Stage.PLEDGED, Stage.APPROVED, Stage.COMMITTED, Stage.DISBURSED]
SHARED = {"actor": "actor", "recipient": "recipient", "field": "fields"}
"""What a total can be by and a commitment can have several of, and the column that holds them."""
PLAIN = ("measure", "stage", "currency", "year")
"""What a total can be by and a commitment has one of."""
MICRO = pl.lit("0.000001").cast(AMOUNT)
ENDS = ("low", "stated", "high")


def totals(
    commitments: Frame,
    memberships: Frame,
    claims: Frame,
    documents: Frame,
    options: TotalOptions | None = None,
    *,
    rates: Rates | None = None,
    **given: Unpack[TotalArguments],
) -> pl.DataFrame:
    """One row for each combination of `by`, the largest first.

    Columns: those of `by`, then low, stated, high (null where an upper end is open), open_ended, one column of stated
    amounts for each stage that counts, commitments, claims, documents, unconverted. Amounts are in units of the
    currency. A part counts only where its whole is not in the selection. The options are those of `TotalOptions`, as a
    record or one by one; `as_of` has no effect here. Raises LedgerError for an unknown column or stage.
    """
    asked = options or TotalOptions.of(**given)
    by = list(asked.columns)
    unknown = [column for column in by if column not in (*SHARED, *PLAIN)]
    if unknown:
        raise LedgerError(f"no totals by {', '.join(unknown)}; choose from {', '.join((*SHARED, *PLAIN))}")
    links = links_of(memberships, claims).collect(engine="streaming").lazy()
    rows = converted(commitments, memberships, claims, documents, asked, rates=rates, links=links)
    filters = {"actor": asked.actor, "recipient": asked.recipient, "field": asked.field}
    shared = [name for name, wanted in filters.items() if wanted is not None or name in by]
    needed = ["commitment_id", "claim_ids", "stage", "upper", *ENDS, *(name for name in by if name in PLAIN)]
    columns = dict.fromkeys([*needed, *(SHARED[name] for name in shared)])  # stage may be asked for twice
    chosen = selected(rows, asked).select(list(columns))
    chosen = chosen.collect(engine="streaming").lazy()
    for name in shared:
        chosen = _only(_shared(chosen, name, asked.allocation), name, filters[name])
    once = asked.basis == "commitments" and set(shared) <= set(by)
    return _summed(chosen.collect(), by, _stages(asked.stage_floor), links, claims, once=once)


def selected(rows: pl.LazyFrame, options: TotalOptions) -> pl.LazyFrame:
    """The rows of `converted` that a total with these options sums, whole."""
    chosen = _only(
        _chosen(rows, _stages(options.stage_floor), options.since, options.until), "measure", options.measure
    )
    for name, column in SHARED.items():
        chosen = _holding(chosen, column, getattr(options, name))
    return _without_parts(chosen) if options.parts == "inside" else _beside_parts(chosen)


def _stages(floor: str) -> list[str]:
    if floor == Stage.CANCELLED.value:
        return [stage.value for stage in (*FIRM, Stage.CANCELLED)]
    if floor not in FIRM:
        raise LedgerError(
            f"{floor!r} is not a valid stage; choose from {', '.join(stage.value for stage in (*FIRM, Stage.CANCELLED))}"
        )
    return [stage.value for stage in FIRM[FIRM.index(Stage(floor)) :]]


def _chosen(rows: pl.LazyFrame, stages: list[str], since: date | None, until: date | None) -> pl.LazyFrame:
    """The rows of the stages and days asked for; a running total never counts."""
    free = pl.col("reason").is_null() | pl.col("reason").is_in(["part_of", *stages])
    chosen = rows.filter(free & pl.col("stage").is_in(stages)).with_columns(pl.col("day").dt.year().alias("year"))
    if since is not None:
        chosen = chosen.filter(pl.col("day") >= since)
    if until is not None:
        chosen = chosen.filter(pl.col("day") <= until)
    return chosen


def _values(wanted: Wanted) -> list[str] | None:
    return None if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)


def _only(rows: pl.LazyFrame, column: str, wanted: Wanted) -> pl.LazyFrame:
    values = _values(wanted)
    return rows if values is None else rows.filter(pl.col(column).is_in(values))


def _holding(rows: pl.LazyFrame, column: str, wanted: Wanted) -> pl.LazyFrame:
    values = _values(wanted)
    if values is None:
        return rows
    return rows.filter(
        pl.any_horizontal([pl.col(column).list.contains(value) for value in values]) if values else pl.lit(value=False)
    )


def _without_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows but those whose whole is among them."""
    whole = rows.select(pl.col("commitment_id").alias("part_of"))
    loose = rows.filter(pl.col("part_of").is_null())
    return pl.concat(
        [loose, rows.filter(pl.col("part_of").is_not_null()).join(whole.unique(), on="part_of", how="anti")]
    )


def _beside_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with each whole less its parts; parts that do not fit into their whole are left out, as if they were inside."""
    whole = rows.select(
        pl.col("commitment_id").alias("part_of"), *(pl.col(end).alias(f"{end}_whole") for end in ENDS)
    ).unique("part_of")
    inside = rows.join(whole, on="part_of")
    sums = inside.group_by("part_of").agg(*(pl.col(end).sum().alias(f"{end}_parts") for end in ENDS), (pl.col("high").is_null()).any().alias("open"),
                                          *(pl.col(f"{end}_whole").first() for end in ENDS))  # fmt: skip
    fits = pl.all_horizontal(pl.col(f"{end}_parts") <= pl.col(f"{end}_whole") for end in ("low", "stated"))
    closed = pl.col("high_whole").is_null() | (~pl.col("open") & (pl.col("high_parts") <= pl.col("high_whole")))
    ordered = (pl.col("low_whole") - pl.col("low_parts") <= pl.col("stated_whole") - pl.col("stated_parts")) & (
        pl.col("high_whole").is_null()
        | (pl.col("stated_whole") - pl.col("stated_parts") <= pl.col("high_whole") - pl.col("high_parts"))
    )
    kept = sums.filter((fits & closed & ordered).fill_null(value=False)).select(
        pl.col("part_of").alias("commitment_id"), *(f"{end}_parts" for end in ENDS)
    )
    shown = kept.select(pl.col("commitment_id").alias("part_of"))
    free = rows.join(whole.select("part_of"), on="part_of", how="anti", nulls_equal=False)
    visible = pl.concat([free, rows.join(shown, on="part_of", how="semi")])
    left = visible.join(kept, on="commitment_id", how="left")
    return left.with_columns(
        (pl.col(end) - pl.col(f"{end}_parts").fill_null(0)).cast(AMOUNT).alias(end) for end in ENDS
    ).select(rows.collect_schema().names())


def _shared(rows: pl.LazyFrame, name: str, allocation: Allocation) -> pl.LazyFrame:
    """One row for each member of a list column, with its share of the amounts; a row without members stays one."""
    column = SHARED[name]
    several = pl.col(column).list.len() > 1
    one = rows.filter(~several).with_columns(pl.col(column).list.first().alias(name))
    many = rows.filter(several).with_columns(pl.col(column).list.len().cast(pl.Int64).alias("parts"))
    numbered = many.with_columns(pl.int_ranges(0, pl.col("parts")).alias("place"), pl.col(column).alias(name)).explode(
        "place", name
    )
    split = numbered.with_columns(_share(end) for end in ENDS) if allocation == "split" else numbered
    return pl.concat([one, split.drop("parts", "place")])


def _share(end: str) -> pl.Expr:
    """The amount over the number of sharers, cut to millionths; the first sharers get the millionths that are left, so that the shares add up."""
    parts, place = pl.col("parts"), pl.col("place")
    rounded = (pl.col(end) / parts).cast(AMOUNT)
    cut = pl.when(rounded * parts > pl.col(end)).then(rounded - MICRO).otherwise(rounded)
    left = pl.col(end) - cut * parts
    return (cut + pl.when(place * MICRO < left).then(MICRO).otherwise(pl.lit(0, AMOUNT))).cast(AMOUNT).alias(end)


def _summed(
    rows: pl.DataFrame, keys: list[str], stages: list[str], links: pl.LazyFrame, claims: Frame, *, once: bool
) -> pl.DataFrame:
    """The sums of `rows` by `keys`; `once` says that no commitment stands twice in one group."""
    known = pl.col("stated").is_not_null()
    nothing = pl.lit(0, AMOUNT)
    open_ended = (known & pl.col("upper").is_null()).any()
    number = pl.len() if once else pl.col("commitment_id").n_unique()
    missing = (~known).sum() if once else pl.col("commitment_id").filter(~known).n_unique()
    sums = [
        pl.col("low").sum().alias("low"),
        pl.col("stated").sum().alias("stated"),
        pl.when(open_ended).then(None).otherwise(pl.col("high").sum()).alias("high"),
        open_ended.alias("open_ended"),
        *(pl.col(f"stated_{stage}").sum() for stage in stages),
        number.cast(pl.Int64).alias("commitments"),
        missing.cast(pl.Int64).alias("unconverted"),
    ]
    staged = rows.with_columns(
        pl.when(pl.col("stage") == stage).then("stated").otherwise(nothing).fill_null(nothing).alias(f"stated_{stage}")
        for stage in stages
    )
    grouped = pl.struct(keys).hash().alias("group") if keys else pl.lit(0, pl.UInt64).alias("group")
    summed = staged.group_by(keys).agg(sums) if keys else staged.select(sums)
    counts = _counted(rows.select(grouped, "commitment_id", "claim_ids"), links, claims, once=once)
    joined = (
        summed.with_columns(grouped)
        .join(counts, on="group", how="left")
        .with_columns(pl.col("claims", "documents").fill_null(0))
    )
    order = [
        *keys,
        *ENDS,
        "open_ended",
        *(f"stated_{stage}" for stage in stages),
        "commitments",
        "claims",
        "documents",
        "unconverted",
    ]
    return joined.select(order).sort(["stated", *keys], descending=[True, *([False] * len(keys))], nulls_last=True)


def _counted(rows: pl.DataFrame, links: pl.LazyFrame, claims: Frame, *, once: bool) -> pl.DataFrame:
    """group, claims, documents: how many stand behind each group; ids are counted by their hashes."""
    if not once:
        return _counted_apart(rows, claims)
    told = rows.lazy().group_by("group").agg(pl.col("claim_ids").list.len().sum().cast(pl.Int64).alias("claims"))
    of = links.select(pl.col("commitment_id").hash().alias("id"), pl.col("document_id").hash().alias("document"))
    each = (
        rows.lazy()
        .select("group", pl.col("commitment_id").hash().alias("id"))
        .join(of, on="id")
        .select("group", "document")
        .unique()
    )
    documents = each.group_by("group").agg(pl.len().cast(pl.Int64).alias("documents"))
    return told.join(documents, on="group", how="left").collect(engine="streaming")


def _counted_apart(rows: pl.DataFrame, claims: Frame) -> pl.DataFrame:
    of = claims.lazy().select(pl.col("claim_id").alias("claim_ids"), "document_id")
    each = rows.lazy().select("group", "claim_ids").explode("claim_ids").join(of, on="claim_ids")
    counts = [
        pl.col("claim_ids").n_unique().cast(pl.Int64).alias("claims"),
        pl.col("document_id").n_unique().cast(pl.Int64).alias("documents"),
    ]
    return each.group_by("group").agg(counts).collect()
