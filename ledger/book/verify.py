"""Prove that a ledger's rows hold together.

Every row has the hash that was written with it, every quote stands at its offsets in its stored document, every id is
there once, every claim is counted or excluded, every value lies between its ends, and every commitment has the amount
that its claims and decisions give.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from pydantic import ValidationError

from ledger.book.cache import Derived
from ledger.book.sealed import hash_problems
from ledger.money.amounts import plain, row_words
from ledger.resolve.corrected import apply_corrections
from ledger.resolve.decisions import Correction, ReplayedDecisions, replay_decisions
from ledger.store import Snapshot
from ledger.validate import validate
from schemas import Claim, Document, Problem, stable_id

AT_ONCE = 1_000
"""Documents checked at a time, so that a large ledger fits into memory."""
AMOUNT = ("unit", "value", "lower", "upper", "bound")
KEYS = {"documents": "document_id", "claims": "claim_id", "runs": "run_id", "decisions": "decision_id"}


def verify_rows(snapshot: Snapshot, later: Collection[str] | None = None) -> list[Problem]:
    """What contradicts itself in the rows of a ledger; where `later` names runs, of what runs wrote only in theirs."""
    theirs = snapshot if later is None else _only(snapshot, later)
    return [
        *hash_problems(snapshot, later),
        *_ids_once(snapshot, theirs),
        *_documents_known(theirs, snapshot.documents),
        *snapshot.disagreements,
        *_claims_stand(theirs),
    ]


def _only(snapshot: Snapshot, runs: Collection[str]) -> Snapshot:
    """The documents and claims of some runs."""
    ours = pl.col("run_id").is_in(list(runs))
    return replace(snapshot, documents=snapshot.documents.filter(ours), claims=snapshot.claims.filter(ours))


def verify(known: Derived) -> list[Problem]:
    """What contradicts itself in a ledger and in what its claims and decisions come to; empty if nothing does."""
    snapshot = known.snapshot
    return [
        *verify_rows(snapshot),
        *_all_accounted(snapshot, known.resolution.memberships),
        *_ends_in_order(known),
        *_amounts_follow(known),
    ]


def _frame(snapshot: Snapshot, name: str) -> pl.LazyFrame:
    rows: pl.LazyFrame | pl.DataFrame = getattr(snapshot, name)
    return rows.lazy()


def _ids_once(snapshot: Snapshot, theirs: Snapshot) -> Iterator[Problem]:
    """Ids that stand twice, of those in `theirs`, a part of the rows of `snapshot` or all of them."""
    for name, key in KEYS.items():
        asked = _frame(theirs, name).select(key)
        rows = _frame(snapshot, name).select(key)
        among = rows if theirs is snapshot else rows.join(asked, on=key, how="semi")
        counted = among.group_by(key).len().filter(pl.col("len") > 1).sort(key).collect()
        for value, times in counted.iter_rows():
            yield Problem(
                where=f"{name} {value}",
                rule="ids_once",
                message=f"this id stands {times} times; the store was written by another program",
            )


def _documents_known(snapshot: Snapshot, documents: pl.LazyFrame) -> Iterator[Problem]:
    orphans = snapshot.claims.join(documents.select("document_id"), on="document_id", how="anti").sort("claim_id")
    for claim_id, document_id in orphans.select("claim_id", "document_id").collect().iter_rows():
        yield Problem(
            where=f"claim {claim_id}", rule="document_known", message=f"its document {document_id} is not in the ledger"
        )


def _claims_stand(snapshot: Snapshot) -> Iterator[Problem]:
    """Each document's id is the hash of its text, and its claims pass every check of validation."""
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


def _ends_in_order(known: Derived) -> Iterator[Problem]:
    """lower ≤ value ≤ upper of each claim, with people's corrections, and of each commitment."""
    for kind, frame in (("claim", known.claims), ("commitment", known.resolution.commitments)):
        wrong = frame.filter((pl.col("lower") > pl.col("value")) | (pl.col("value") > pl.col("upper")))
        for name, *ends in wrong.select(f"{kind}_id", "lower", "value", "upper").sort(f"{kind}_id").iter_rows():
            lower, value, upper = ("open" if end is None else plain(end) for end in ends)
            yield Problem(
                where=f"{kind} {name}",
                rule="ends_in_order",
                message=f"the value {value} does not lie between the lower end {lower} and the upper end {upper}",
            )


def _amounts_follow(known: Derived) -> Iterator[Problem]:
    """Decisions stand, corrections fit, and each commitment has the amount of a claim as decisions on it correct it."""
    yield from known.standing.problems()
    decided = replay_decisions(known.standing.in_force, known.claims)
    said = known.snapshot.claims.filter(pl.col("claim_id").is_in(list(decided.corrections))).collect()
    for row in said.sort("claim_id").iter_rows(named=True):
        yield from apply_corrections(row, decided.corrections[row["claim_id"]])[1]
    steps = _steps_of(known, decided)
    commitments, told = known.resolution.commitments, known.claims.select("claim_id", *AMOUNT)
    members = commitments.select("commitment_id", pl.col("claims").alias("claim_id")).explode("claim_id")
    as_told = commitments.join(members, on="commitment_id").join(told, on=["claim_id", *AMOUNT], nulls_equal=True)
    plainly = as_told.filter(~pl.col("commitment_id").is_in(list(steps))).select("commitment_id")
    rest = commitments.join(plainly, on="commitment_id", how="anti").sort("commitment_id")
    claims = {row["claim_id"]: row for row in told.join(_claims_of(rest), on="claim_id").iter_rows(named=True)}
    for row in rest.iter_rows(named=True):
        corrections = steps.get(row["commitment_id"], ())
        given = [apply_corrections(claims[claim], corrections) for claim in row["claims"] if claim in claims]
        fits = [left for new, left in given if all(new[name] == row[name] for name in AMOUNT)]
        yield from min(fits, key=len, default=[])
        if not fits:
            yield Problem(
                where=f"commitment {row['commitment_id']}",
                rule="amount_follows",
                message=f"{row_words(row)} is not what its claims and the decisions on it give",
            )


def _claims_of(commitments: pl.DataFrame) -> pl.DataFrame:
    return commitments.select(pl.col("claims").alias("claim_id")).explode("claim_id").unique()


def _steps_of(known: Derived, decided: ReplayedDecisions) -> Mapping[str, Sequence[Correction]]:
    """commitment_id → the corrections of it, in the order of time."""
    of = dict(known.resolution.memberships.select("claim_id", "commitment_id").iter_rows())
    steps: dict[str, list[Correction]] = {}
    for decision in decided.on_commitments:
        if decision.correction is not None and of.get(decision.claim_id) is not None:
            steps.setdefault(of[decision.claim_id], []).append(decision.correction)
    return steps


__all__ = ["verify", "verify_rows"]
