"""Read the stored texts again, and compare the claims with those that the ledger holds."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pydantic import ValidationError

from ledger.engine import words_hash
from ledger.errors import InputError
from ledger.options import ACCURATE, Attributor
from ledger.pipeline import reading_of, usable_attributor
from ledger.resolve import standing, with_facts
from ledger.store import Snapshot
from ledger.tables import frame_of
from ledger.version import VERSION
from schemas import Claim, DecisionKind, Document, Problem

SAID = (
    *("start", "end", "exact", "prefix", "suffix", "kind", "unit", "value", "lower", "upper", "bound"),
    *("currency_basis", "measure", "time_basis", "stage", "actor", "recipient", "fields", "period", "per"),
)
"""What must be read again as it is stored; of names and fields, what they are. Probabilities may differ by machine."""
NAMED_BY = {"actor": "name", "recipient": "name", "fields": "code"}


@dataclass
class Reread:
    """What reading again showed."""

    problems: list[Problem] = field(default_factory=list)
    not_read: int = 0
    """Claims that were not read again: another program read them, or this one with other words."""


def reread(
    snapshot: Snapshot, progress: Callable[[int], None] = lambda _: None, later: Collection[str] | None = None
) -> Reread:
    """Read the texts of the runs that this program made again, all or those `later`.

    `progress` is called with the number of texts so far.
    """
    runs = snapshot.runs.filter(extractor_version=VERSION, lexicon_hash=words_hash())
    if later is not None:
        runs = runs.filter(pl.col("run_id").is_in(list(later)))
    mine = snapshot.documents.join(runs.select("run_id").lazy(), on="run_id", how="semi")
    claims = (
        snapshot.claims if later is None else snapshot.claims.filter(pl.col("run_id").is_in(list(later)))
    ).collect()
    how = _attributors(snapshot, runs)
    run_of = dict(mine.select("document_id", "run_id").collect().iter_rows())
    run_of = {key: run_id for key, run_id in run_of.items() if run_id in how}
    known = claims.filter(pl.col("document_id").is_in(list(run_of)))
    done = Reread(not_read=claims.height - known.height)
    stored = {key[0]: rows for key, rows in known.partition_by("document_id", as_dict=True).items()}
    texts = mine.filter(pl.col("document_id").is_in(list(run_of)))
    for number, document in enumerate(_sound(as_known(texts, snapshot.runs, snapshot.decisions)), 1):
        run_id = run_of[document.document_id]
        read = reading_of(document, None, how[run_id])
        if read.document is None:
            done.problems += read.problems
        else:
            again = frame_of(Claim, read.claims)
            done.problems += _differences(again, stored.get(document.document_id, again.clear()), run_id)
        progress(number)
    return done


def as_known(documents: pl.LazyFrame, runs: pl.DataFrame, decisions: pl.DataFrame) -> pl.LazyFrame:
    """`documents` with what people had set of them when their run, of `runs`, read them."""
    if decisions.filter(kind=DecisionKind.DESCRIBE.value).is_empty():
        return documents
    by_run = [
        with_facts(documents.filter(run_id=run_id), standing(decisions.filter(pl.col("at") <= ended)).in_force)
        for run_id, ended in runs.select("run_id", "ended").iter_rows()
    ]
    return pl.concat(by_run)


def _sound(documents: pl.LazyFrame) -> Iterator[Document]:
    """The documents that are records; `verify` tells of the others."""
    for row in documents.sort("document_id").collect().iter_rows(named=True):
        try:
            yield Document.model_validate(row | {"run_id": None}, strict=False)
        except ValidationError:
            continue


def _attributors(snapshot: Snapshot, runs: pl.DataFrame) -> Mapping[str, Attributor]:
    """run_id → the attributor that it read with; runs whose attributor is not installed here are left out."""
    accurate = snapshot.claims.filter(attributor=ACCURATE).select(pl.col("run_id").unique()).collect()["run_id"]
    names = {run_id: Attributor.ACCURATE if run_id in set(accurate) else Attributor.FAST for run_id in runs["run_id"]}
    usable = {attributor for attributor in set(names.values()) if _is_usable(attributor)}
    return {run_id: attributor for run_id, attributor in names.items() if attributor in usable}


def _is_usable(attributor: Attributor) -> bool:
    try:
        usable_attributor(attributor)
    except InputError:
        return False
    return True


def _differences(again: pl.DataFrame, stored: pl.DataFrame, run_id: str) -> Iterator[Problem]:
    read = {row["claim_id"]: row for row in again.iter_rows(named=True)}
    held = {row["claim_id"]: row for row in stored.iter_rows(named=True)}
    for claim_id in sorted(read.keys() | held.keys(), key=str):
        message = _difference(read.get(claim_id), held.get(claim_id))
        if message is not None:
            yield Problem(where=f"claim {claim_id} of run {run_id}", rule="reads_the_same", message=message)


def _difference(read: Mapping[str, Any] | None, held: Mapping[str, Any] | None) -> str | None:
    if held is None and read is not None:
        return f"the text says {read['exact']!r} at {read['start']}, but the claim is not stored: it was deleted"
    if read is None or held is None:
        return "its text read again gives no such claim: it was added or moved"
    for name in SAID:
        said, stored = _plain(read, name), _plain(held, name)
        if said != stored:
            return f"its text read again gives {name} {said}, and {stored} is stored"
    return None


def _plain(row: Mapping[str, Any], name: str) -> Any:
    key = NAMED_BY.get(name)
    return row[name] if key is None else [part[key] for part in row[name] or ()]


__all__ = ["Reread", "as_known", "reread"]
