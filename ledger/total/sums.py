"""Totals: low, stated and high of a selection of commitments, by any columns."""

from typing import Unpack

import polars as pl

from ledger.errors import LedgerError
from ledger.money.rates import Rates
from ledger.options import Allocation, TotalArguments, TotalOptions
from ledger.tables import AMOUNT
from ledger.total.convert import Frame, commitment_documents, converted
from ledger.total.selection import ENDS, LISTS, listed, only, selected, stages_from

COLUMNS = ("measure", "stage", "currency", "year", "quarter", "month")
"""What a total can be by and a commitment has one of."""
CALENDAR = ("year", "quarter", "month")
"""Columns that are times."""
BESIDE = ("undecided", "not_itemised")
"""Amounts that a total names beside its sums."""
MILLIONTH = pl.lit("0.000001").cast(AMOUNT)


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
    """One row for each combination of `by`: by a time in its order, else the largest first.

    Columns: those of `by`, then low, stated, high (null where an upper end is open), open_ended, one column of stated
    amounts for each stage that counts, commitments, claims, documents, unconverted, and what the sums leave out:
    undecided and not_itemised. Amounts are in units of the currency. A part counts only where its whole is not in the
    selection. The options are those of `TotalOptions`, as a record or one by one; what they say of the ledger's state
    and of toss-ups is in the frames already. Raises LedgerError for an unknown column or stage.
    """
    asked = (options or TotalOptions()).but(**given)
    by = list(asked.columns)
    if unknown := [column for column in by if column not in (*LISTS, *COLUMNS)]:
        raise LedgerError(f"no totals by {', '.join(unknown)}; choose from {', '.join((*LISTS, *COLUMNS))}")
    links = commitment_documents(memberships, claims).collect(engine="streaming").lazy()
    rows = converted(commitments, memberships, claims, documents, asked, rates=rates, links=links)
    shared = [name for name in LISTS if getattr(asked, name) is not None or name in by]
    needed = [
        "commitment_id",
        "claim_ids",
        "stage",
        "upper",
        "part_of",
        *ENDS,
        *(name for name in by if name in COLUMNS),
    ]
    columns = list(dict.fromkeys([*needed, *(LISTS[name] for name in shared)]))  # stage may be asked for twice
    chosen = _with_listed(rows, asked, columns).lazy()
    for name in shared:
        chosen = only(_shared(chosen, name, asked.allocation), name, getattr(asked, name))
    once = asked.basis == "commitments" and set(shared) <= set(by)
    return _summed(chosen.collect(), by, stages_from(asked.stage_floor), links, claims, once=once)


def _with_listed(rows: pl.LazyFrame, asked: TotalOptions, columns: list[str]) -> pl.DataFrame:
    """The `columns` of the rows that a total sums (`counted`) and of those that it names, which lie in no other."""
    nothing = (pl.lit(0, AMOUNT).alias(name) for name in BESIDE)
    summed = selected(rows, asked).select(*columns, *nothing, pl.lit(value=True).alias("counted"))
    counted = summed.collect(engine="streaming")
    named = listed(rows, asked).select(*columns, *BESIDE, pl.lit(value=False).alias("counted")).collect()
    wholes = pl.concat([counted["commitment_id"], named["commitment_id"]])
    inside = pl.col("part_of").is_in(wholes.implode()).fill_null(value=False)
    return pl.concat([counted, named.filter(~inside)])


def _shared(rows: pl.LazyFrame, name: str, allocation: Allocation) -> pl.LazyFrame:
    """One row for each member of a list column, with its share of the amounts; a row without members stays one."""
    column = LISTS[name]
    several = pl.col(column).list.len() > 1
    one = rows.filter(~several).with_columns(pl.col(column).list.first().alias(name))
    many = rows.filter(several).with_columns(pl.col(column).list.len().cast(pl.Int64).alias("sharers"))
    place = pl.int_ranges(0, pl.col("sharers")).alias("place")
    numbered = many.with_columns(place, pl.col(column).alias(name)).explode("place", name)
    split = numbered.with_columns(_share(end) for end in (*ENDS, *BESIDE)) if allocation == "split" else numbered
    return pl.concat([one, split.drop("sharers", "place")])


def _share(end: str) -> pl.Expr:
    """The amount over the number of sharers, cut to millionths.

    The first sharers get the millionths that are left, so that the shares add up.
    """
    sharers, place = pl.col("sharers"), pl.col("place")
    rounded = (pl.col(end) / sharers).cast(AMOUNT)
    cut = pl.when(rounded * sharers > pl.col(end)).then(rounded - MILLIONTH).otherwise(rounded)
    left = pl.col(end) - cut * sharers
    more = pl.when(place * MILLIONTH < left).then(MILLIONTH).otherwise(pl.lit(0, AMOUNT))
    return (cut + more).cast(AMOUNT).alias(end)


def _summed(
    rows: pl.DataFrame, keys: list[str], stages: list[str], links: pl.LazyFrame, claims: Frame, *, once: bool
) -> pl.DataFrame:
    """The sums of `rows` by `keys`; `once` says that no commitment is in a group twice."""
    nothing = pl.lit(0, AMOUNT)
    staged = rows.with_columns(
        pl.when(pl.col("stage") == stage).then("stated").otherwise(nothing).fill_null(nothing).alias(f"stated_{stage}")
        for stage in stages
    )
    sums = _sums([f"stated_{stage}" for stage in stages], once=once)
    summed = staged.group_by(keys).agg(sums) if keys else staged.select(sums)
    group = (pl.struct(keys).hash() if keys else pl.lit(0, pl.UInt64)).alias("group")
    members = rows.filter("counted").select(group, "commitment_id", "claim_ids")
    counts = _counted(members, links, claims, once=once)
    joined = summed.with_columns(group).join(counts, on="group", how="left")
    filled = joined.with_columns(pl.col("claims", "documents").fill_null(0))
    by_stage = [f"stated_{stage}" for stage in stages]
    order = [*keys, *ENDS, "open_ended", *by_stage, "commitments", "claims", "documents", "unconverted", *BESIDE]
    told = filled.select(order)
    if keys[:1] and keys[0] in CALENDAR:
        return told.sort(keys[0], pl.col("stated") * -1, *keys[1:], nulls_last=True)
    return told.sort(["stated", *keys], descending=[True, *([False] * len(keys))], nulls_last=True)


def _sums(by_stage: list[str], *, once: bool) -> list[pl.Expr]:
    """The sums and numbers of commitments of a group."""
    known = pl.col("stated").is_not_null()
    open_ended = (known & pl.col("upper").is_null()).any()
    members = pl.col("commitment_id").filter("counted")
    number = members.len() if once else members.n_unique()
    missing = (~known).sum() if once else pl.col("commitment_id").filter(~known).n_unique()
    return [
        pl.col("low").sum(),
        pl.col("stated").sum(),
        pl.when(open_ended).then(None).otherwise(pl.col("high").sum()).alias("high"),
        open_ended.alias("open_ended"),
        *(pl.col(name).sum() for name in by_stage),
        number.cast(pl.Int64).alias("commitments"),
        missing.cast(pl.Int64).alias("unconverted"),
        *(pl.col(name).sum() for name in BESIDE),
    ]


def _counted(rows: pl.DataFrame, links: pl.LazyFrame, claims: Frame, *, once: bool) -> pl.DataFrame:
    """group, claims, documents: how many stand behind each group; ids are counted by their hashes."""
    if not once:
        return _counted_by_claims(rows, claims)
    claims_of = rows.lazy().group_by("group").agg(pl.col("claim_ids").list.len().sum().cast(pl.Int64).alias("claims"))
    documents_of = links.select(
        pl.col("commitment_id").hash().alias("id"), pl.col("document_id").hash().alias("document")
    )
    commitments = rows.lazy().select("group", pl.col("commitment_id").hash().alias("id"))
    each = commitments.join(documents_of, on="id").select("group", "document").unique()
    documents = each.group_by("group").agg(pl.len().cast(pl.Int64).alias("documents"))
    return claims_of.join(documents, on="group", how="left").collect(engine="streaming")


def _counted_by_claims(rows: pl.DataFrame, claims: Frame) -> pl.DataFrame:
    """The same where a claim or commitment may be in a group several times."""
    document_of = claims.lazy().select(pl.col("claim_id").alias("claim_ids"), "document_id")
    each = rows.lazy().select("group", "claim_ids").explode("claim_ids").join(document_of, on="claim_ids")
    counts = [
        pl.col("claim_ids").n_unique().cast(pl.Int64).alias("claims"),
        pl.col("document_id").n_unique().cast(pl.Int64).alias("documents"),
    ]
    return each.group_by("group").agg(counts).collect()
