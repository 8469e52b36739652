"""The proof that one claim stands in a ledger, to be kept and checked without the ledger.

It holds the row of the claim and of its article, the way of each up the tree of its run, and the runs from there to the
last one, which the head stands for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ledger.errors import InputError, LedgerError
from ledger.store import TREE, Snapshot, canonical_row, climbed, head_hash, head_of, path_to, row_hash, sums
from ledger.store.hashes import ROW_HASH
from schemas import stable_id

KIND = "figures ledger: proof of a claim, 1"
Proof = Mapping[str, Any]


def claim_proof(snapshot: Snapshot, claim_id: str) -> Proof:
    """The proof of a claim as it was stored; raises LedgerError where its run does not hold the root of a tree."""
    claim = _row(snapshot.written["claims"], claim_id=claim_id)
    key = {"run_id": claim["run_id"], "document_id": claim["document_id"]}
    runs = snapshot.chains["runs"].linked
    from_here = runs.filter(
        pl.col("position") >= pl.col("position").filter(pl.col("run_id") == claim["run_id"]).first()
    )
    if from_here.is_empty() or not str(from_here["claims_hash"][0]).startswith(TREE):
        raise LedgerError(
            f"{claim_id}: its run was stored by an earlier version, and is only proven as a whole: ledger verify"
        )
    return {
        "kind": KIND,
        "head": head_of(snapshot.chains),
        "ends": {name: snapshot.chains[name].end[1] for name in ("decisions", "rates")},
        "runs": [canonical_row(row) for row in from_here.iter_rows(named=True)],
        "claim": _proven(snapshot.written["claims"], claim),
        "document": _proven(snapshot.written["documents"], _row(snapshot.written["documents"], **key)),
    }


def total_proof(rows: Sequence[Mapping[str, Any]], claim_id: str) -> Proof | None:
    """The proof that a claim is in the sum of `rows` (`ledger.book.query.summands`); None where it is not."""
    of = [row for row in rows if claim_id in row["claims"]]
    if not of:
        return None
    return {"root": sums.root_of(rows), "row": canonical_row(of[0]), "path": sums.path_to(rows, of[0])}


def _row(rows: pl.LazyFrame, **key: str) -> Mapping[str, Any]:
    return rows.filter(**key).tail(1).collect().row(0, named=True)


def _proven(rows: pl.LazyFrame, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row and its way up the tree of its run."""
    hashes = rows.filter(run_id=row["run_id"]).select(ROW_HASH).collect()[ROW_HASH].to_list()
    bare = {name: value for name, value in row.items() if name != ROW_HASH}
    return {"row": canonical_row(bare), "path": path_to(hashes, row[ROW_HASH])}


def read_proof(text: str) -> Proof:
    """The proof that a file holds; raises InputError where it holds none."""
    try:
        proof = json.loads(text)
    except ValueError as error:
        raise InputError(f"this is no proof of a claim ({error}); `ledger why CLAIM --proof FILE` writes one") from None
    if not isinstance(proof, dict) or proof.get("kind") != KIND:
        raise InputError("this is no proof of a claim; `ledger why CLAIM --proof FILE` writes one")
    return proof


def faults_of(proof: Proof, head: str | None = None, total: str | None = None) -> list[str]:
    """What does not hold in a proof, a line each; empty where the claim stood in the ledger of the head.

    `head`, and `total`, the root of a total, are those that were noted or published; without them, only that the proof
    agrees with itself is shown.
    """
    try:
        return [*_faults(proof, head), *_total_faults(proof, total)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
        return [f"a part is missing or is not what it should be ({error})"]


def _faults(proof: Proof, head: str | None) -> Iterator[str]:
    runs, claim, document = proof["runs"], proof["claim"]["row"], proof["document"]["row"]
    for name in ("claim", "document"):
        if proof[name]["row"]["run_id"] != runs[0]["run_id"]:
            yield f"the {name} is not of the run"
        if climbed(row_hash(proof[name]["row"]), proof[name]["path"]) != runs[0][f"{name}s_hash"]:
            yield f"the {name} is not among those that its run stored"
    if claim["document_id"] != document["document_id"] or document["document_id"] != stable_id(
        "document", document["text"]
    ):
        yield "the text is not that of the claim"
    if document["text"][claim["start"] : claim["end"]] != claim["exact"]:
        yield "the quote does not stand in the text"
    for before, run in zip([None, *runs], runs, strict=False):
        if row_hash({name: value for name, value in run.items() if name != "hash"}) != run["hash"]:
            yield f"run {run['run_id']} is not the one that was stored"
        if before is not None and (run["previous"], run["position"]) != (before["hash"], before["position"] + 1):
            yield f"run {run['run_id']} does not follow the one before it"
    numbers, _, end = proof["head"].partition("-")
    ends = {**proof["ends"], "runs": runs[-1]["hash"]}
    if not numbers.startswith(f"{runs[-1]['position']}.") or head_hash(ends) != end:
        yield "the runs do not lead to the head"
    if head is not None and proof["head"] != head.strip():
        yield f"the proof is of the head {proof['head']}"


def _total_faults(proof: Proof, root: str | None) -> Iterator[str]:
    total = proof.get("total")
    if total is None:
        if root is not None:
            yield "the proof is of no total"
        return
    if proof["claim"]["row"]["claim_id"] not in total["row"]["claims"]:
        yield "the claim is not of the commitment that the total adds"
    if sums.climbed(total["row"], total["path"]) != total["root"]:
        yield "the commitment is not in the sum"
    if root is not None and total["root"] != root.strip():
        yield f"the proof is of the total {total['root']}"


__all__ = ["Proof", "claim_proof", "faults_of", "read_proof", "total_proof"]
