"""Whether the tables of a ledger agree: each run has the rows that it says, and each row a run."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import polars as pl

from schemas import Problem

RUNNING = "running"
"""The folder of a local ledger in which each run keeps a file with its name until it is committed."""


class RunningRuns:
    """The names of runs that have begun and are not committed: at work, or killed.

    Rows of any other run that the table of runs lacks are not what a killed run left: the line of their run is lost.
    """

    def __init__(self, ledger: Path) -> None:
        self.folder = ledger / RUNNING

    def names(self) -> set[str]:
        """run_id of each."""
        return {path.name for path in self.folder.glob("*")}

    def begun_before(self, moment: datetime) -> set[str]:
        """run_id of each that began before a moment."""
        marks = [path for path in self.folder.glob("*") if path.stat().st_mtime < moment.timestamp()]
        return {path.name for path in marks}

    def begin(self, run_id: str) -> None:
        """Note that rows of a run are about to be written; raises OSError."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / run_id).touch()

    def end(self, run_id: str) -> None:
        """Note that a run is committed, or that nothing of it is left.

        Where it cannot be noted, the run is stored all the same; compaction takes the mark away.
        """
        with suppress(OSError):
            (self.folder / run_id).unlink(missing_ok=True)


def disagreements(
    runs: pl.DataFrame,
    rows: Mapping[str, pl.LazyFrame],
    address: str,
    begun: Callable[[Collection[str]], Collection[str]],
) -> Iterator[Problem]:
    """A Problem for each run that has other rows than it says, and for each run whose line is lost.

    `rows` are the whole tables of what runs write, by name. `begun` tells of runs that the table of runs lacks those
    that may leave rows all the same.
    """
    for name in sorted(rows):
        stored = rows[name].group_by("run_id").len().collect()
        joined = (
            runs.select("run_id", name).join(stored, on="run_id", how="left").with_columns(pl.col("len").fill_null(0))
        )
        for run_id, said, found in joined.filter(pl.col(name) != pl.col("len")).sort("run_id").iter_rows():
            message = f"it added {said} {name}, {found} are stored in {address}/{name}"
            yield Problem(where=f"run {run_id}", rule="run_counts", message=message)
        left = stored.join(runs, on="run_id", how="anti").sort("run_id")
        known = set(begun(left["run_id"].to_list())) if left.height else set()
        for run_id, found in left.select("run_id", "len").iter_rows():
            if run_id not in known:
                message = f"its line is lost from {address}/runs; {found} of its {name} are stored"
                yield Problem(where=f"run {run_id}", rule="run_known", message=message)


__all__ = ["RUNNING", "RunningRuns", "disagreements"]
