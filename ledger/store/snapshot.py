"""Snapshots: the rows of a ledger at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ledger.store.chain import Chain
from schemas import Problem


@dataclass(frozen=True)
class Snapshot:
    """The ledger at one moment: rows of runs committed and decisions taken by then."""

    runs: pl.DataFrame
    documents: pl.LazyFrame
    claims: pl.LazyFrame
    problems: pl.LazyFrame
    decisions: pl.DataFrame
    rates: pl.DataFrame
    written: Mapping[str, pl.LazyFrame]
    """All that the runs wrote, with its hashes; `documents` and `claims` hold the last reading of each document."""
    chains: Mapping[str, Chain]
    """The runs, decisions and rates as stored, with their hashes and at all times."""
    state: str
    """Changes exactly when the rows do."""
    versions: Mapping[str, int]
    """Table of documents or claims → its version or an earlier one: the rows hold all of it and may hold more."""
    disagreements: Sequence[Problem] = ()
    """Where the tables, as they stand now, do not agree with one another."""


def last_readings(runs: pl.DataFrame, written: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """`written` with only the documents and claims of each document's last run; `runs` are in their order."""
    readings = written["documents"].select("document_id", "run_id").collect()
    if readings["document_id"].is_unique().all():
        return dict(written)
    last = (
        readings.join(runs.select("run_id").with_row_index("place"), on="run_id")
        .sort("place")
        .unique("document_id", keep="last")
    )
    pair = ["document_id", "run_id"]
    ours = {name: written[name].join(last.select(pair).lazy(), on=pair, how="semi") for name in ("documents", "claims")}
    return {**written, **ours}


def claims_by_document(claims: pl.DataFrame) -> dict[object, pl.DataFrame]:
    """document_id → its claims in the order of the text, without the columns that differ from run to run."""
    bare = claims.drop("run_id", "extractor_version").sort("document_id", "start")
    return {key[0]: rows for key, rows in bare.partition_by("document_id", as_dict=True).items()}
