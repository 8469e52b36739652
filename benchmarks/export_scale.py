"""Export at scale: time and peak memory of a workbook, against a bare openpyxl write-only dump of the same cells.

    python -m benchmarks.export_scale [CLAIMS]     (100,000 by default)

Each side runs in its own process, so that memory is its own. The ratio is of CPU seconds, which other work on the
machine changes little; by the clock the ledger does better on a machine with idle cores. The bare side writes some 17
million cells one by one and takes most of the time.
"""

import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
from openpyxl import Workbook

from ledger.export import Frames, export
from ledger.export.frames import MODELS
from ledger.export.workbook.content import cell_values
from ledger.export.workbook.layout import ANALYST
from ledger.export.workbook.prepare import WorkbookContext, prepare
from ledger.export.workbook.switches import Switches
from ledger.export.workbook.workbook import all_sheets

MOST_TIME, MOST_MEMORY = 1.6, 400
FACTORY = Path(__file__).parents[1] / "tests" / "export" / "factory_export.py"


def factory() -> ModuleType:
    spec = importlib.util.spec_from_file_location("factory_export", FACTORY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def store(folder: Path, claims: int) -> None:
    book = factory().frames(claims)
    for name in MODELS:
        getattr(book, name).write_parquet(folder / f"{name}.parquet")


def load(folder: Path) -> Frames:
    tables: dict[str, Any] = {name: pl.read_parquet(folder / f"{name}.parquet") for name in MODELS}
    return Frames(**tables)


def dump(book: Frames, path: Path) -> None:
    """The same cells by openpyxl alone: values and formulas, no style, no link, no last value."""
    out = Workbook(write_only=True)
    for sheet in all_sheets(WorkbookContext(book, prepare(book, Switches()), ANALYST, None)):
        page = out.create_sheet(sheet.layout.name)
        for row in cell_values(sheet):
            page.append(row)
    out.save(path)


def child(side: str, folder: Path, claims: int) -> None:
    if side == "store":
        store(folder, claims)
        return
    book = load(folder)
    before = peak()
    start, used = time.perf_counter(), time.process_time()
    if side == "ledger":
        export(book, folder / "ledger.xlsx")
    else:
        dump(book, folder / "bare.xlsx")
    print(time.perf_counter() - start, time.process_time() - used, peak(), before)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(side: str, folder: Path, claims: int) -> list[float]:
    """What one side prints. A process inherits the peak memory of its parent, so this one must stay small."""
    call = [sys.executable, "-m", "benchmarks.export_scale", side, str(folder), str(claims)]
    return [float(word) for word in subprocess.run(call, check=True, capture_output=True, text=True).stdout.split()]


def main(claims: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("store", folder, claims)
        found = {}
        for side in ("ledger", "bare"):
            elapsed, seconds, memory, before = run(side, folder, claims)
            found[side] = seconds, memory
            size = (folder / f"{side}.xlsx").stat().st_size / 1e6
            line = f"{side:7} {seconds:6.1f} s of CPU, {elapsed:6.1f} s by the clock"
            print(f"{line}  peak {memory:4.0f} MB (frames loaded {before:3.0f} MB)  file {size:5.1f} MB", flush=True)
    ratio, memory = found["ledger"][0] / found["bare"][0], found["ledger"][1]
    print(f"{claims:,} claims: {ratio:.2f} x of the bare dump (at most {MOST_TIME})")
    print(f"peak {memory:.0f} MB (at most {MOST_MEMORY})")
    return int(ratio > MOST_TIME or memory > MOST_MEMORY)


if __name__ == "__main__":
    if sys.argv[1:2] in (["store"], ["ledger"], ["bare"]):
        child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
