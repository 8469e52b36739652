"""Repair a damaged ledger: what can still be read becomes a new ledger in its place, and the old one is kept beside it.

Every run keeps its name and its time. Where all its claims are there they are kept as they were stored; where not, its
articles are read again. Nothing is guessed at: what neither is stored whole nor proves itself is left out, and told.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from ledger.book.ingest import readings_of
from ledger.book.progress import Done, Progress
from ledger.book.proof import prove
from ledger.book.reread import as_known
from ledger.engine import words_hash
from ledger.errors import OutputError, StoreError
from ledger.options import Attributor, attributor_of
from ledger.store import OWN, PARTS, Salvage, Store, repaired_folder
from ledger.tables import frame_of, records_of
from ledger.version import VERSION
from schemas import Claim, Document, Problem

KEYS: Mapping[str, Sequence[str]] = {
    "runs": ("run_id",),
    "documents": ("document_id", "run_id"),
    "claims": ("claim_id", "run_id"),
    "problems": ("where", "rule", "message", "text", "run_id"),
    "decisions": ("decision_id",),
    "rates": ("unit", "to", "on", "rate", "source"),
}
"""Table → the columns that tell its rows apart."""
AGAIN = {
    "documents": "ingest the articles again",
    "decisions": "import the last exported workbook (ledger import-decisions), or decide again",
    "rates": "add them again (ledger rates add)",
    "problems": "they are found again when the articles are read again",
}
"""Table → how a person brings back what no file holds any more."""


@dataclass(frozen=True)
class Repair:
    """What is wrong with a ledger, and what its repair does."""

    faults: tuple[str, ...]
    """Each damaged file, and each run whose rows are not those it stored."""
    steps: tuple[str, ...]
    """What is done, or would be."""
    lost: tuple[str, ...]
    """What is lost for good, and how it may be brought back."""
    aside: Path | None = None
    """Where the ledger stands as it was; None where nothing was changed."""


@dataclass(frozen=True)
class Plan:
    """What a repaired ledger is made of."""

    left: Mapping[str, Salvage]
    runs: pl.DataFrame
    """All runs with how many rows of each are there (`documents_there` …), earliest first."""
    interrupted: Sequence[str]
    """Runs that were killed: what they left is no part of the ledger."""

    @property
    def without_line(self) -> Sequence[str]:
        """Runs whose line in the table of runs is lost."""
        return self.runs.filter(pl.col("skipped").is_null())["run_id"].to_list()

    @property
    def changed(self) -> pl.DataFrame:
        """The runs that have other rows than they stored."""
        differ = [pl.col(name).ne_missing(pl.col(f"{name}_there")) for name in PARTS]
        return self.runs.filter(pl.any_horizontal(differ))

    @property
    def again(self) -> pl.DataFrame:
        """The articles that are read again: those of runs of which not all claims are there."""
        runs = self.changed.filter(pl.col("claims").ne_missing(pl.col("claims_there")))["run_id"]
        if self.left["claims"].whole:
            runs = runs.filter(~runs.is_in(self.without_line))
        return self.rows("documents").filter(pl.col("run_id").is_in(runs.implode()))

    def rows(self, name: str) -> pl.DataFrame:
        """The rows of a table that are there and are of a run; claims only where their article is there."""
        rows = self.left[name].rows.join(self.runs.select("run_id"), on="run_id", how="semi", maintain_order="left")
        if name != "claims":
            return rows
        pair = ["document_id", "run_id"]
        return rows.join(self.rows("documents").select(pair), on=pair, how="semi", maintain_order="left")


def repair(
    address: str, *, dry_run: bool = True, attributor: str | None = None, progress: Progress | None = None
) -> Repair:
    """See `Book.repair`."""
    store, how = Store(address), attributor_of(attributor)
    if store.folder is None:
        raise StoreError(f"{address}: only a ledger in a folder can be repaired; bring back an earlier version of it")
    folder = Path(os.path.realpath(store.folder))
    new = repaired_folder(folder)
    if not folder.exists() and new.exists():
        if not dry_run:
            new.rename(folder)
        return Repair((f"{folder}: a repair was interrupted",), ("the repaired ledger is put in its place",), ())
    if not any((folder / name).is_dir() for name in OWN):
        raise StoreError(f"{address}: no ledger here; nothing can be repaired")
    plan = planned(store)
    found = Repair(tuple(_faults(plan)), tuple(_steps(plan)), tuple(_lost(plan)))
    if dry_run or not found.faults:
        return found
    shutil.rmtree(new, ignore_errors=True)  # what an interrupted repair had begun
    left = _rebuilt(plan, Store.open(str(new), create=True), how, progress)
    more = [f"{len(left)} contradictions that `ledger verify` lists, the first: {left[0].message}"] if left else []
    return Repair(found.faults, found.steps, (*found.lost, *more), _exchange(folder, new))


NEEDED = ["source", "media_type", "retrieved_at", "text", "raw_sha256"]
"""Columns without which a row of the documents is none."""


def planned(store: Store) -> Plan:
    """What a repaired ledger is made of; nothing is written."""
    left, interrupted = dict(store.salvage(KEYS)), store.interrupted_runs()
    documents = left["documents"]
    left["documents"] = replace(documents, rows=documents.rows.drop_nulls(NEEDED))
    runs = left["runs"].rows
    others = left["documents"].rows.join(runs, on="run_id", how="anti").filter(~pl.col("run_id").is_in(interrupted))
    lines = others.group_by("run_id").agg(started=pl.col("retrieved_at").max(), ended=pl.col("retrieved_at").max())
    runs = pl.concat([runs, lines], how="diagonal").sort("ended", "run_id")
    for name in PARTS:
        stored = left[name].rows.group_by("run_id").len(name=f"{name}_there")
        runs = runs.join(stored, on="run_id", how="left", maintain_order="left")
    return Plan(left, runs.with_columns(pl.col(f"{name}_there").fill_null(0) for name in PARTS), interrupted)


def _read_again(plan: Plan, how: Attributor, progress: Progress | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims and problems of the articles that are read again, each with the run that its article is of."""
    claims, problems = [], []
    known = as_known(plan.again.lazy(), plan.runs, plan.left["decisions"].rows).collect()
    for number, document in enumerate(records_of(Document, known), 1):
        run = {"run_id": document.run_id}
        for reading in readings_of([document.model_copy(update={"run_id": None})], None, how):
            if progress is not None:
                progress(Done(number, known.height))
            claims += [claim.model_copy(update=run) for claim in reading.claims]
            problems += [problem.model_copy(update=run) for problem in reading.problems]
    return frame_of(Claim, claims), frame_of(Problem, problems)


def _rebuilt(plan: Plan, made: Store, how: Attributor, progress: Progress | None) -> list[Problem]:
    """Write the tables of the repaired ledger; returns what `verify` finds in it."""
    again, changed = plan.again.select("document_id", "run_id"), plan.changed["run_id"].to_list()
    rows = {name: plan.rows(name) for name in PARTS}
    claims, problems = _read_again(plan, how, progress)
    unread = rows["claims"].join(again, on=["document_id", "run_id"], how="anti", maintain_order="left")
    rows["claims"] = pl.concat([unread, claims], how="diagonal")
    told = pl.concat([rows["problems"], problems], how="diagonal")
    rows["problems"] = told.unique(KEYS["problems"], keep="first", maintain_order=True)
    rows |= {name: plan.left[name].rows for name in ("decisions", "rates")}
    made.restore({**rows, "runs": _lines(plan, rows, set(again["run_id"]))}, changed)
    return list(prove(made, again=False).problems)


def _lines(plan: Plan, rows: Mapping[str, pl.DataFrame], again: set[str]) -> pl.DataFrame:
    """The lines of all runs with the numbers of their rows; of one that is read again, with this version and words."""
    runs, read = plan.runs.drop([f"{name}_there" for name in PARTS]), pl.col("run_id").is_in(list(again))
    for name in PARTS:
        stored = rows[name].group_by("run_id").len(name=f"{name}_there")
        runs = runs.join(stored, on="run_id", how="left", maintain_order="left")
        runs = runs.with_columns(pl.col(f"{name}_there").fill_null(0).cast(pl.Int64()).alias(name)).drop(
            f"{name}_there"
        )
    version = pl.when(read).then(pl.lit(VERSION)).otherwise(pl.col("extractor_version").fill_null(""))
    words = pl.when(read).then(pl.lit(words_hash())).otherwise(pl.col("lexicon_hash").fill_null(""))
    return runs.with_columns(pl.col("skipped").fill_null(0), extractor_version=version, lexicon_hash=words)


def _faults(plan: Plan) -> Iterator[str]:
    for name in KEYS:
        yield from plan.left[name].faults
    for row in plan.changed.iter_rows(named=True):
        there = {name: (row[f"{name}_there"], row[name]) for name in PARTS}
        told = [f"{found:,} of {said:,} {name}" for name, (found, said) in there.items() if found != said and said]
        if row["skipped"] is not None:
            yield f"{_run(row)}: {', '.join(told) or 'rows that it did not store'} can be read"
    if lines := plan.without_line:
        yield f"runs without a line in the table of runs: {', '.join(lines)}"


def _run(row: Mapping[str, Any]) -> str:
    return f"run {row['run_id']} of {row['ended']:%Y-%m-%d}"


def _steps(plan: Plan) -> Iterator[str]:
    numbers = {name: plan.rows(name).height for name in ("documents", "claims")} | {
        name: plan.left[name].rows.height for name in ("decisions", "rates")
    }
    again = plan.again
    numbers["claims"] -= plan.rows("claims").join(again, on=["document_id", "run_id"], how="semi").height
    yield f"kept: {', '.join(f'{number:,} {name}' for name, number in numbers.items())}"
    if again.height:
        yield f"read again by this version, since not all claims of their runs can be read: {again.height:,} documents"
    if plan.without_line:
        yield f"given a line again, with the time of their articles: {len(plan.without_line):,} runs"
    if plan.interrupted:
        yield f"left out, for they were interrupted: {len(plan.interrupted):,} runs"


def _lost(plan: Plan) -> Iterator[str]:
    told = set()
    for row in plan.changed.filter(pl.col("documents_there") < pl.col("documents")).iter_rows(named=True):
        told.add("documents")
        gone = row["documents"] - row["documents_there"]
        yield f"{gone:,} documents of the {_run(row)}; {AGAIN['documents']}"
    for name, how in AGAIN.items():
        lost = plan.left[name].lost
        if lost != 0 and name not in told:
            yield f"{'some' if lost is None else f'{lost:,}'} {name}; {how}"
    if plan.changed.height or any(plan.left[name].lost != 0 for name in ("decisions", "rates")):
        yield "heads that were noted before, where the rows that they stand for are not the same; note the new one"
    if plan.without_line:
        yield f"with which version and words the runs without a line read: {', '.join(plan.without_line)}"


def _exchange(folder: Path, new: Path) -> Path:
    """Put the ledger at `new` in the place of the one at `folder`, which is kept beside it; returns where."""
    number = 1
    while (aside := folder.with_name(f"{folder.name}.damaged-{number}")).exists():
        number += 1
    try:
        folder.rename(aside)
        try:
            new.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
    except OSError as error:
        raise OutputError(f"{folder}: cannot be moved ({error.strerror or error}); check your rights") from error
    return aside


__all__ = ["Repair", "repair"]
