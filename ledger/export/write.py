"""One verb for every format: `export` looks at the suffix."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from ledger.errors import LedgerError
from ledger.export.checks import FLOORS, Totals
from ledger.export.files import ledger_rows, write_csv, write_jsonl, write_package, write_parquet
from ledger.export.frames import MODELS, Frames
from ledger.export.iati import write_iati
from ledger.export.layout import ANALYST, PROFILES
from ledger.export.linked import write_jsonld
from ledger.export.prepare import Switches
from ledger.export.report import write_report
from ledger.export.split import parts
from ledger.export.workbook import write_workbook

ROW_LIMIT = 1_048_576
"""Rows of an Excel sheet."""
DEFAULT_NAME = "figures.xlsx"
TABLES: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".jsonl": write_jsonl,
}
OTHERS: dict[str, Callable[[Frames, Path], None]] = {".xml": write_iati, ".jsonld": write_jsonld, ".html": write_report}


def _nothing(_: int) -> None:
    return None


def export(
    book: Frames,
    path: Path,
    *,
    profile: str = ANALYST,
    currency: str = "USD",
    stage_floor: str = "pledged",
    allocation: str = "split",
    totals: Totals | None = None,
    table: str = "rows",
    row_limit: int = ROW_LIMIT,
    done: Callable[[int], None] = _nothing,
) -> list[Path]:
    """Write `book` to `path` in the format of its suffix and return the files made.

    .xlsx is a workbook (`profile` analyst or publication; `currency`, `stage_floor` and `allocation` are the first settings of its switches;
    `totals`, the ledger's own, fill its Checks sheet); a sheet of more than `row_limit` rows splits it by year into further files. .csv, .parquet
    and .jsonl hold one `table`: "rows" (a claim each with its source and commitment) or the name of a frame. A folder that ends in no suffix, or
    datapackage.json in it, is a Frictionless data package; .iati.xml and .xml IATI 2.03; .jsonld schema.org; .html a page of the one article
    chosen. `done` is told the number of rows written, part by part. Raises LedgerError for an unknown suffix, profile, stage or table.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lower()
    if path.name == "datapackage.json" or not suffix:
        made = write_package(book, path.parent if suffix else path)
        done(book.claims.height)
        return made
    if suffix == ".xlsx":
        return _workbooks(book, path, profile, _switches(currency, stage_floor, allocation), totals, row_limit, done)
    if suffix in TABLES:
        TABLES[suffix](_table(book, table), path)
    elif suffix in OTHERS:
        OTHERS[suffix](book, path)
    else:
        known = ", ".join((".xlsx", *TABLES, ".iati.xml", *(key for key in OTHERS if key != ".xml")))
        raise LedgerError(f"{path}: the suffix says the format: {known}, or a folder for a data package")
    done(book.claims.height)
    return [path]


def _switches(currency: str, stage_floor: str, allocation: str) -> Switches:
    if stage_floor not in (*FLOORS, "cancelled"):
        raise LedgerError(f"no stage {stage_floor!r}: choose from {', '.join((*FLOORS, 'cancelled'))}")
    if allocation not in ("split", "full"):
        raise LedgerError(f"no allocation {allocation!r}: choose split or full")
    if stage_floor == "cancelled":
        return Switches(currency=currency, floor=FLOORS[0], allocation=allocation, cancelled="yes")
    return Switches(currency=currency, floor=stage_floor, allocation=allocation)


def _table(book: Frames, table: str) -> pl.DataFrame:
    if table == "rows":
        return ledger_rows(book)
    if table not in MODELS:
        raise LedgerError(f"no table {table!r}: choose rows or one of {', '.join(MODELS)}")
    return book.frame(table)


def _workbooks(
    book: Frames,
    path: Path,
    profile: str,
    switches: Switches,
    totals: Totals | None,
    row_limit: int,
    done: Callable[[int], None],
) -> list[Path]:
    if profile not in PROFILES:
        raise LedgerError(f"profile {profile!r} is unknown: choose {' or '.join(PROFILES)}")
    pieces = parts(book, row_limit)
    if len(pieces) == 1:
        write_workbook(book, path, profile, switches, totals, done)
        return [path]
    made = []
    for number, (name, piece) in enumerate(pieces, 1):
        target = path.with_name(f"{path.stem}-{name}{path.suffix}")
        note = f"{number} of {len(pieces)}: {name}. A sheet holds {row_limit:,} rows, so that the years stand in files of their own: {path.stem}-*.xlsx."
        # The ledger's own totals are of all years, so that a part is only checked against itself.
        write_workbook(replace(piece, info={**piece.info, "part": note}), target, profile, switches, None, done)
        made.append(target)
    return made


__all__ = ["DEFAULT_NAME", "export"]
