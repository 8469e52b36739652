"""The Checks sheet: the workbook against itself and against the ledger's own totals."""

from collections.abc import Iterator
from typing import Any, Protocol

import polars as pl

from ledger.export.frames import Frames
from ledger.export.layout import words
from ledger.export.prepare import DIMENSIONS, RANKS, Rows
from ledger.export.sheet import Live

NAMES_COMPARED = 100
"""Lines of each totals sheet that are compared with the ledger's own, the largest first."""
TABLES = {"actor": "ByActor", "field": "ByField", "recipient": "ByRecipient"}
FLOORS = tuple(stage for stage, rank in RANKS.items() if rank >= 0)


class Totals(Protocol):
    """The ledger's own totals: TotalRow columns (low, stated, high …), preceded by those of `by`."""

    def __call__(self, *, by: tuple[str, ...], currency: str, stage_floor: str, allocation: str) -> pl.DataFrame:
        """Totals of the exported commitments in `currency`, from `stage_floor` on; without `by` a single line."""
        ...


Line = tuple[str, Live, Live | float | None]
"""A check: what is compared, what the workbook gives, and what it should be."""


def check_lines(book: Frames, rows: Rows, totals: Totals | None) -> pl.DataFrame:
    """The checks: columns check, here, there (numbers) and here_formula, there_formula (null for a plain number)."""
    lines = [*_inner(book, rows), *(_outer(rows, totals) if totals is not None else [])]
    names = {
        "check": pl.String,
        "here": pl.Float64,
        "there": pl.Float64,
        "here_formula": pl.String,
        "there_formula": pl.String,
    }
    frame = pl.DataFrame([_flat(line) for line in lines], schema=names, orient="row")
    close = (pl.col("here") - pl.col("there")).abs() <= 0.005 + pl.col("there").abs() * 1e-12
    differs = pl.concat_str([pl.lit("differs by "), (pl.col("here") - pl.col("there")).round(2).cast(pl.String)])
    verdict = (
        pl.when(pl.col("there").is_null())
        .then(pl.lit("not compared"))
        .when(close)
        .then(pl.lit("OK"))
        .otherwise(differs)
    )
    return frame.with_columns(verdict.alias("result"))


def _flat(line: Line) -> tuple[Any, ...]:
    check, here, there = line
    if isinstance(there, Live):
        return check, here.last, there.last, here.formula, there.formula
    return check, here.last, there, here.formula, None


def _inner(book: Frames, rows: Rows) -> Iterator[Line]:
    counted = float(rows.claims["counted"].fill_null(value=False).sum())
    shown = Live("SUM(Commitments[Shown])", _sum(rows.commitments, "shown"))
    every = Live("COUNTA(Claims[Claim id])", float(book.claims.height))
    both = Live('COUNTIF(Claims[Counted],"yes")+COUNTA(Exclusions[Claim id])', counted + rows.exclusions.height)
    yield "Counted claims and excluded claims together are all claims", both, every
    carried = Live('COUNTIF(Claims[Counted],"yes")', counted)
    yield (
        "Every counted commitment is carried by one claim",
        carried,
        Live('COUNTIF(Commitments[Counted],"yes")', _sum(rows.commitments, "counted")),
    )
    for dimension, table in TABLES.items():
        lines = _sum(
            {"actor": rows.by_actor, "field": rows.by_field, "recipient": rows.by_recipient}[dimension], "stated"
        )
        whole = lines if rows.switches.allocation == "full" else _sum(rows.commitments, "stated")
        there = Live(f'IF(Allocation="full",SUM({table}[Stated]),SUM(Commitments[Stated]))', whole)
        yield (
            f"Totals by {dimension} add up to the total of the commitments (joint ones split)",
            Live(f"SUM({table}[Stated])", lines),
            there,
        )
    yield (
        "Totals by year add up to the total of the commitments",
        Live("SUM(ByYear[All stages])", _sum(rows.by_year, "total")),
        shown,
    )
    lost = rows.commitments.filter(pl.col("can") & (pl.col("rate") == 0)).height
    yield (
        "Commitments that may count but have no exchange rate to the currency shown",
        Live('SUMPRODUCT((Commitments[May count]="yes")*(Commitments[Rate]=0))', float(lost)),
        0.0,
    )


def _sum(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].sum() or 0)


def _outer(rows: Rows, totals: Totals) -> Iterator[Line]:
    """Grand totals for each currency and stage floor, whatever the switches say; then the largest names at the first settings."""
    for currency in rows.currencies:
        for floor in FLOORS:
            row = totals(by=(), currency=currency, stage_floor=floor, allocation="split").row(0, named=True)
            for end, column in (("low", "Lower"), ("stated", "Value"), ("high", "Upper")):
                yield _grand(rows, currency, floor, end, column, row[end])
    for dimension, frame in (("actor", rows.by_actor), ("field", rows.by_field), ("recipient", rows.by_recipient)):
        yield from _names(rows, totals, dimension, frame.head(NAMES_COMPARED))


def _grand(rows: Rows, currency: str, floor: str, end: str, column: str, there: Any) -> Line:
    source = {"Lower": "lower", "Value": "value", "Upper": "upper"}[column]
    lines = rows.commitments.filter(
        pl.col("can") & (pl.col("rank") >= RANKS[floor]) & (pl.col("whole_rank") < RANKS[floor])
    )
    last = lines.select((pl.col(source).cast(pl.Float64) * pl.col(f"rate_{currency}")).sum()).item() or 0.0
    amounts = f"Commitments[{column}]*Commitments[{currency} rate]"
    firm = f"(Commitments[Stage number]>={RANKS[floor]})*(Commitments[Stage number of the whole]<{RANKS[floor]})"
    formula = f'SUMPRODUCT((Commitments[May count]="yes")*{firm}*{amounts})'
    return (
        f"The ledger's total, {end}, {currency}, from {floor} on",
        Live(formula, last),
        None if there is None else float(there),
    )


def _names(rows: Rows, totals: Totals, dimension: str, frame: pl.DataFrame) -> Iterator[Line]:
    first = rows.switches
    own = totals(by=(dimension,), currency=first.currency, stage_floor=first.floor, allocation=first.allocation)
    nobody = words()["book"]["none"]
    figures = {name or nobody: float(stated) for name, stated in own.select(dimension, "stated").iter_rows()}
    settings = f'AND(StageFloor="{first.floor}",Currency="{first.currency}",Allocation="{first.allocation}",CountCancelled="{first.cancelled}")'
    for name, key, stated in frame.select("name", "key", "stated").iter_rows():
        there = figures.get(name)
        here = Live(f'SUMIFS({TABLES[dimension]}[Stated],{TABLES[dimension]}[Key],"{key}")', stated)
        # At other settings the ledger's figure is another one, which the workbook does not hold.
        yield (
            f"The ledger's total by {dimension}: {name}",
            here,
            None if there is None else Live(f'IF({settings},{there!r},"")', there),
        )


assert set(TABLES) == set(DIMENSIONS)
