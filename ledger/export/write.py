"""One verb for every format: `export` looks at the suffix."""

from collections.abc import Callable
from pathlib import Path

from ledger.errors import LedgerError
from ledger.export.checks import Totals
from ledger.export.frames import Frames
from ledger.export.layout import ANALYST, PROFILES
from ledger.export.prepare import Switches
from ledger.export.workbook import write_workbook


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
    done: Callable[[int], None] = _nothing,
) -> list[Path]:
    """Write `book` to `path` in the format of its suffix and return the files made."""
    if profile not in PROFILES:
        raise LedgerError(f"profile {profile!r} is unknown: choose {' or '.join(PROFILES)}")
    switches = Switches(currency=currency, floor=stage_floor, allocation=allocation)
    write_workbook(book, path, profile, switches, totals, done)
    return [path]
