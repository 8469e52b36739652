"""One function for every format: `export` chooses it by the suffix."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ledger.atomic import make_folder, replacing
from ledger.errors import LedgerError
from ledger.export.article_page import write_article_page
from ledger.export.datapackage import write_package
from ledger.export.frames import MODELS, Frames
from ledger.export.groups import GroupsOfActors
from ledger.export.iati import write_iati
from ledger.export.jsonld import write_jsonld
from ledger.export.tables import ledger_rows, write_csv, write_jsonl, write_parquet
from ledger.export.workbook.layout import ANALYST, PROFILES
from ledger.export.workbook.split import split_by_year
from ledger.export.workbook.switches import STAGE_FLOORS, Switches
from ledger.export.workbook.totals import LedgerTotals
from ledger.export.workbook.workbook import write_workbook

ROW_LIMIT = 1_048_576
"""Rows of an Excel sheet."""
PACKAGE_FILE = "datapackage.json"
CANCELLED = "cancelled"
ALLOCATIONS = ("split", "full")
Progress = Callable[[int], None]
"""Called with the number of rows written since the last call."""
TABLE_WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".jsonl": write_jsonl,
}
LEDGER_WRITERS: dict[str, Callable[[Frames, Path], None]] = {
    ".xml": write_iati,
    ".jsonld": write_jsonld,
    ".html": write_article_page,
}


def _no_progress(_: int) -> None:
    return None


def export(
    book: Frames,
    path: Path,
    *,
    profile: str = ANALYST,
    currency: str = "USD",
    stage_floor: str = "pledged",
    allocation: str = "split",
    totals: LedgerTotals | None = None,
    table: str = "rows",
    groups: GroupsOfActors | None = None,
    excel: bool = False,
    row_limit: int = ROW_LIMIT,
    progress: Progress = _no_progress,
) -> list[Path]:
    """Write `book` to `path` in the format of its suffix and return the files written.

    - .xlsx: a workbook. `profile` is analyst or publication; `currency`, `stage_floor` and `allocation` are the first
      settings of its switches; its Checks sheet compares it with `totals`, the ledger's own; `groups` get totals of
      their own. Where a sheet would have more than `row_limit` rows, each year gets a file of its own.
    - .csv, .parquet, .jsonl: one `table`: "rows" (a row for each claim, with its source and commitment) or the name of
      a frame. With `excel`, a CSV begins with a byte order mark.
    - no suffix, or datapackage.json in a folder: a Frictionless data package.
    - .iati.xml, .xml: IATI 2.03 activities. .jsonld: schema.org claims. .html: a page of the only article in `book`.

    A file that is there already is replaced when the new one is complete; until then it stays as it was. Raises
    LedgerError for an unknown suffix, profile, stage, allocation or table, and for an option that the format has not;
    OutputError where `path` cannot be written.
    """
    suffix = path.suffix.lower()
    if groups is not None and suffix != ".xlsx":
        raise LedgerError(f"{path}: groups are for a workbook; end the name in .xlsx, or leave the groups out")
    if excel and suffix != ".csv":
        raise LedgerError(f"{path}: a byte order mark is for CSV; end the name in .csv, or leave --excel out")
    make_folder(path.parent)
    if suffix == ".xlsx":
        switches = _switches(currency, stage_floor, allocation)
        workbook = _WorkbookOptions(profile, switches, totals, row_limit, groups)
        return _write_workbooks(book, path, workbook, progress)
    if path.name == PACKAGE_FILE or not suffix:
        written = write_package(book, path.parent if suffix else path)
    else:
        write = _file_writer(book, path, table, excel=excel)
        with replacing(path) as new_file:
            write(new_file)
        written = [path]
    progress(book.claims.height)
    return written


def _file_writer(book: Frames, path: Path, table: str, *, excel: bool) -> Callable[[Path], None]:
    suffix = path.suffix.lower()
    if suffix in TABLE_WRITERS:
        frame = _table(book, table)
        if excel:
            return lambda target: write_csv(frame, target, excel=True)
        return lambda target: TABLE_WRITERS[suffix](frame, target)
    if suffix in LEDGER_WRITERS:
        return lambda target: LEDGER_WRITERS[suffix](book, target)
    known = ", ".join((".xlsx", *TABLE_WRITERS, ".iati.xml", ".jsonld", ".html"))
    raise LedgerError(f"{path}: not a known format; end the name in {known}, or name a folder for a data package")


def _table(book: Frames, table: str) -> pl.DataFrame:
    if table == "rows":
        return ledger_rows(book)
    if table not in MODELS:
        raise LedgerError(f"{table!r} is not a valid table; choose rows, {', '.join(MODELS)}")
    return book.frame(table)


# Workbooks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _WorkbookOptions:
    profile: str
    switches: Switches
    totals: LedgerTotals | None
    row_limit: int
    groups: GroupsOfActors | None


def _switches(currency: str, stage_floor: str, allocation: str) -> Switches:
    if stage_floor not in (*STAGE_FLOORS, CANCELLED):
        raise LedgerError(f"{stage_floor!r} is not a valid stage; choose {', '.join((*STAGE_FLOORS, CANCELLED))}")
    if allocation not in ALLOCATIONS:
        raise LedgerError(f"{allocation!r} is not a valid allocation; choose {' or '.join(ALLOCATIONS)}")
    switches = Switches(currency=currency, stage_floor=stage_floor, allocation=allocation)
    if stage_floor == CANCELLED:
        return replace(switches, stage_floor=STAGE_FLOORS[0], count_cancelled="yes")
    return switches


def _write_workbooks(book: Frames, path: Path, options: _WorkbookOptions, progress: Progress) -> list[Path]:
    if options.profile not in PROFILES:
        raise LedgerError(f"{options.profile!r} is not a valid profile; choose {' or '.join(PROFILES)}")
    parts = split_by_year(book, options.row_limit)
    if len(parts) == 1:
        with replacing(path) as new_file:
            write_workbook(book, new_file, options.profile, options.switches, options.totals, progress, options.groups)
        return [path]
    targets = [path.with_name(f"{path.stem}-{name}{path.suffix}") for name, _ in parts]
    with ExitStack() as files:
        for number, ((name, part), target) in enumerate(zip(parts, targets, strict=True), 1):
            note = (
                f"{number} of {len(parts)}: {name}. A sheet holds {options.row_limit:,} rows, "
                f"so that each year has its own file: {path.stem}-*.xlsx."
            )
            # The ledger's own totals are of all years; a part is only checked against itself.
            noted = replace(part, info={**part.info, "part": note})
            new_file = files.enter_context(replacing(target))
            write_workbook(noted, new_file, options.profile, options.switches, None, progress, options.groups)
    return targets


__all__ = ["export"]
