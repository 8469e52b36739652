"""The Checks sheet: the workbook against itself and against the ledger's own totals."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from ledger.export.frames import Frames
from ledger.export.groups import GroupsOfActors
from ledger.export.lexicon import export_words
from ledger.export.workbook.cells import LiveFormula
from ledger.export.workbook.commitment_rows import MILLION
from ledger.export.workbook.layout import sheet_layout
from ledger.export.workbook.prepare import WorkbookContext, WorkbookRows
from ledger.export.workbook.shares import DIMENSIONS, GROUP
from ledger.export.workbook.sheet import WorkbookSheet
from ledger.export.workbook.switches import STAGE_FLOORS, STAGE_RANKS
from ledger.export.workbook.totals import LedgerTotals

NAMES_COMPARED = 100
"""Rows of each totals sheet that are compared with the ledger's own totals, the largest first."""
TABLES = {"actor": "ByActor", "field": "ByField", "recipient": "ByRecipient", GROUP: "ByGroup"}
COMMITMENT_COLUMNS = {"low": ("lower", "Lower"), "stated": ("value", "Value"), "high": ("upper", "Upper")}
"""End of a total → the column of the commitments that it sums, and its label."""
Check = tuple[str, LiveFormula, LiveFormula | float | None]
"""What is compared, the workbook's figure and the expected one."""


def checks_sheet(context: WorkbookContext) -> WorkbookSheet:
    """The Checks sheet."""
    frame = check_rows(context.book, context.rows, context.ledger_totals, context.groups)
    columns = ("workbook_value", "expected_value")
    formulas = {name: pl.col(f"{name}_formula") for name in columns} if context.live else {}
    return WorkbookSheet(sheet_layout("checks", context.profile), frame, formulas)


def check_rows(
    book: Frames, rows: WorkbookRows, totals: LedgerTotals | None, groups: GroupsOfActors | None = None
) -> pl.DataFrame:
    """Columns check, result, workbook_value, expected_value, and the formula of each value (null for a number)."""
    checks = [*_internal_checks(book, rows), *(_ledger_checks(rows, totals, groups) if totals is not None else [])]
    schema = {
        "check": pl.String,
        "workbook_value": pl.Float64,
        "expected_value": pl.Float64,
        "workbook_value_formula": pl.String,
        "expected_value_formula": pl.String,
    }
    frame = pl.DataFrame([_row(check) for check in checks], schema=schema, orient="row")
    value, expected = pl.col("workbook_value"), pl.col("expected_value")
    is_close = (value - expected).abs() <= 1e-8 + expected.abs() * 1e-12
    differs = pl.concat_str([pl.lit("differs by "), (value - expected).round(6).cast(pl.String)])
    compared = pl.when(is_close).then(pl.lit("OK")).otherwise(differs)
    result = pl.when(expected.is_null()).then(pl.lit("not compared")).otherwise(compared)
    return frame.with_columns(result.alias("result"))


def _row(check: Check) -> tuple[Any, ...]:
    text, value, expected = check
    if isinstance(expected, LiveFormula):
        return text, value.value, expected.value, value.text, expected.text
    return text, value.value, expected, value.text, None


# The workbook against itself ------------------------------------------------------------------------------------------


def _internal_checks(book: Frames, rows: WorkbookRows) -> Iterator[Check]:
    counted = float(rows.claims["counted"].fill_null(value=False).sum())
    yield (
        "Counted claims and excluded claims together are all claims",
        LiveFormula('COUNTIF(Claims[Counted],"yes")+COUNTA(Exclusions[Claim id])', counted + rows.exclusions.height),
        LiveFormula("COUNTA(Claims[Claim id])", float(book.claims.height)),
    )
    yield (
        "Each counted commitment takes its amount from one claim",
        LiveFormula('COUNTIF(Claims[Counted],"yes")', counted),
        LiveFormula('COUNTIF(Commitments[Counted],"yes")', _sum(rows.commitments, "counted")),
    )
    yield from (_dimension_check(rows, dimension, TABLES[dimension]) for dimension in DIMENSIONS)
    yield (
        "Totals by year add up to the total of the commitments",
        LiveFormula("SUM(ByYear[All stages])", _sum(rows.by_year, "total")),
        LiveFormula("SUM(Commitments[Shown])", _sum(rows.commitments, "shown")),
    )
    yield (
        "The quarters of the timeline add up to the total of the commitments, and so do its months",
        LiveFormula("SUM(Timeline[All stages])/2", _sum(rows.timeline, "total") / 2),
        LiveFormula("SUM(Commitments[Shown])", _sum(rows.commitments, "shown")),
    )
    unconverted = rows.commitments.filter(pl.col("may_count") & (pl.col("rate") == 0)).height
    yield (
        "No commitment that may count lacks an exchange rate to the currency shown",
        LiveFormula('SUMPRODUCT((Commitments[May count]="yes")*(Commitments[Rate]=0))', float(unconverted)),
        0.0,
    )


def _dimension_check(rows: WorkbookRows, dimension: str, table: str) -> Check:
    total = _sum(rows.totals[dimension], "stated")
    expected = total if rows.switches.allocation == "full" else _sum(rows.commitments, "stated")
    formula = f'IF(Allocation="full",SUM({table}[Stated]),SUM(Commitments[Stated]))'
    return (
        f"Totals by {dimension} add up to the total of the commitments (joint commitments split)",
        LiveFormula(f"SUM({table}[Stated])", total),
        LiveFormula(formula, expected),
    )


def _sum(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].sum() or 0)


# The workbook against the ledger --------------------------------------------------------------------------------------


def _ledger_checks(rows: WorkbookRows, totals: LedgerTotals, groups: GroupsOfActors | None) -> Iterator[Check]:
    """Grand totals for each currency and stage floor, at any setting; then the largest names at the first settings.

    Of a currency that is not the first setting, only the first stage floor is compared.
    """
    for currency in rows.currencies:
        for floor in STAGE_FLOORS if currency == rows.switches.currency else (rows.switches.stage_floor,):
            total = totals(by=(), currency=currency, stage_floor=floor, allocation="split").row(0, named=True)
            yield from (_grand_total_check(rows, currency, floor, end, total[end]) for end in COMMITMENT_COLUMNS)
    for dimension in DIMENSIONS:
        yield from _name_checks(rows, dimension, _own_totals(rows, totals, dimension))
    if groups is not None and rows.switches.allocation == "split":
        by_actor = _own_totals(rows, totals, "actor")
        members = {group: set(actors) for group, actors in groups.actors.items()}
        sums = {group: sum(by_actor.get(actor, 0.0) for actor in actors) for group, actors in members.items()}
        grouped = set[str]().union(*members.values())
        sums[export_words()["book"]["no_group"]] = sum(
            stated for actor, stated in by_actor.items() if actor not in grouped
        )
        yield from _name_checks(rows, GROUP, sums)


def _grand_total_check(rows: WorkbookRows, currency: str, floor: str, end: str, expected: Any) -> Check:
    source, label = COMMITMENT_COLUMNS[end]
    rank = STAGE_RANKS[floor]
    counted = rows.commitments.filter(
        pl.col("may_count") & (pl.col("stage_rank") >= rank) & (pl.col("whole_rank") < rank)
    )
    converted = pl.col(source).cast(pl.Float64) * pl.col(f"rate_{currency}") / MILLION
    value = counted.select(converted.sum()).item() or 0.0
    amounts = f"Commitments[{label}]*Commitments[{currency} rate]"
    firm = f"(Commitments[Stage number]>={rank})*(Commitments[Stage number of the whole]<{rank})"
    return (
        f"The ledger's total, {end}, {currency}, from stage {floor} on",
        LiveFormula(f'SUMPRODUCT((Commitments[May count]="yes")*{firm}*{amounts})/1E6', value),
        None if expected is None else float(expected) / MILLION,
    )


def _own_totals(rows: WorkbookRows, totals: LedgerTotals, dimension: str) -> dict[str, float]:
    """Name or code → the ledger's own stated total at the first settings, in million."""
    first, not_said = rows.switches, export_words()["book"]["none"]
    own = totals(by=(dimension,), currency=first.currency, stage_floor=first.stage_floor, allocation=first.allocation)
    return {name or not_said: float(stated) / MILLION for name, stated in own.select(dimension, "stated").iter_rows()}


def _name_checks(rows: WorkbookRows, dimension: str, figures: Mapping[str, float]) -> Iterator[Check]:
    """The largest names that count against `figures`, name or code → the ledger's stated total."""
    first, table = rows.switches, TABLES[dimension]
    counted = rows.totals[dimension].filter(pl.col("commitments") > 0).head(NAMES_COMPARED)
    settings = (
        f'AND(StageFloor="{first.stage_floor}",Currency="{first.currency}",'
        f'Allocation="{first.allocation}",CountCancelled="{first.count_cancelled}")'
    )
    for code, name, key, stated in counted.select("code", "name", "key", "stated").iter_rows():
        expected = figures.get(code)
        # At other settings the ledger's figure is another one, which the workbook does not hold.
        formula = None if expected is None else LiveFormula(f'IF({settings},{expected!r},"")', expected)
        value = LiveFormula(f'SUMIFS({table}[Stated],{table}[Key],"{key}")', stated)
        yield f"The ledger's total by {dimension}: {name}", value, formula
