"""Prove that a ledger's rows hang together: every quote at its offsets in its stored document, every id once, every claim accounted for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from pydantic import ValidationError

from ledger.store import Snapshot
from ledger.validate import validate
from schemas import Claim, Document, Problem, stable_id

AT_ONCE = 1_000
"""Documents checked at a time, so that a large ledger fits into memory."""
KEYS = {"documents": "document_id", "claims": "claim_id", "runs": "run_id", "decisions": "decision_id"}


def verify(snapshot: Snapshot, memberships: pl.DataFrame) -> list[Problem]:
    """What contradicts itself in `snapshot`, or in where its claims went (`memberships`, columns of `schemas.Membership`); empty if nothing does."""
    return [
        *_ids_once(snapshot),
        *_documents_known(snapshot),
        *_run_counts(snapshot),
        *_claims_stand(snapshot),
        *_all_accounted(snapshot, memberships),
    ]


def _frame(snapshot: Snapshot, name: str) -> pl.LazyFrame:
    rows: pl.LazyFrame | pl.DataFrame = getattr(snapshot, name)
    return rows.lazy()


def _ids_once(snapshot: Snapshot) -> Iterator[Problem]:
    for name, key in KEYS.items():
        counted = _frame(snapshot, name).group_by(key).len().filter(pl.col("len") > 1).sort(key).collect()
        for value, times in counted.iter_rows():
            yield Problem(
                where=f"{name} {value}",
                rule="ids_once",
                message=f"this id stands {times} times; the store was written by another program",
            )


def _documents_known(snapshot: Snapshot) -> Iterator[Problem]:
    orphans = snapshot.claims.join(snapshot.documents.select("document_id"), on="document_id", how="anti").sort(
        "claim_id"
    )
    for claim_id, document_id in orphans.select("claim_id", "document_id").collect().iter_rows():
        yield Problem(
            where=f"claim {claim_id}", rule="document_known", message=f"its document {document_id} is not in the ledger"
        )


def _run_counts(snapshot: Snapshot) -> Iterator[Problem]:
    for name in ("documents", "claims", "problems"):
        stored = snapshot.written[name].group_by("run_id").len().collect()
        joined = (
            snapshot.runs.select("run_id", name)
            .join(stored, on="run_id", how="left")
            .with_columns(pl.col("len").fill_null(0))
        )
        for run_id, said, found in joined.filter(pl.col(name) != pl.col("len")).sort("run_id").iter_rows():
            yield Problem(
                where=f"run {run_id}", rule="run_counts", message=f"it added {said} {name}, {found} are stored"
            )


def _claims_stand(snapshot: Snapshot) -> Iterator[Problem]:
    """Each document's id is the hash of its text, and its claims pass every check of validation anew."""
    documents = snapshot.documents.sort("document_id").collect()
    claims = snapshot.claims.sort("document_id", "start").collect()
    for some in documents.iter_slices(AT_ONCE):
        theirs = claims.join(some.select("document_id"), on="document_id", how="semi", maintain_order="left")
        by_document: dict[str, list[Claim]] = {}
        for row in theirs.iter_rows(named=True):
            try:
                by_document.setdefault(row["document_id"], []).append(Claim.model_validate(row, strict=False))
            except ValidationError as error:
                yield _no_record(f"claim {row['claim_id']}", error)
        for row in some.iter_rows(named=True):
            yield from _document_stands(row, by_document.get(row["document_id"], []))


def _document_stands(row: Mapping[str, Any], claims: Sequence[Claim]) -> Iterator[Problem]:
    try:
        document = Document.model_validate(row, strict=False)
    except ValidationError as error:
        yield _no_record(f"document {row['document_id']}", error)
        return
    if document.document_id != stable_id("document", document.text):
        yield Problem(
            where=f"document {document.document_id}",
            rule="text_has_its_id",
            message=f"the text of {document.source} was changed",
        )
    yield from validate(document, claims)[1]


def _no_record(where: str, error: ValidationError) -> Problem:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return Problem(where=where, rule="is_a_record", message=f"{place} {first['msg']}".strip())


def _all_accounted(snapshot: Snapshot, memberships: pl.DataFrame) -> Iterator[Problem]:
    """Each claim is counted or excluded with a reason, once."""
    went = memberships.group_by("claim_id").agg(
        times=pl.len(), fits=(pl.col("counted") == pl.col("exclusion_reason").is_null()).all()
    )
    joined = snapshot.claims.select("claim_id").collect().join(went, on="claim_id", how="left")
    for claim_id, times, fits in (
        joined.filter((pl.col("times").fill_null(0) != 1) | ~pl.col("fits")).sort("claim_id").iter_rows()
    ):
        if times in (None, 1):
            message = (
                "it is neither counted nor excluded"
                if fits is None
                else "it is counted and has a reason not to be, or neither"
            )
        else:
            message = f"it is accounted for {times} times"
        yield Problem(where=f"claim {claim_id}", rule="counted_or_excluded", message=message)


__all__ = ["verify"]
