"""Batches: what an ingestion found, before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Self

import polars as pl

from ledger.tables import frame_of
from schemas import Claim, Document, Problem

PROBLEM_KEY = ("where", "rule", "message", "text")


@dataclass(frozen=True)
class Batch:
    """What an ingestion found.

    Frames of documents, claims and problems, and how many documents the ledger had already.
    """

    documents: pl.DataFrame
    claims: pl.DataFrame
    problems: pl.DataFrame
    skipped: int = 0

    @classmethod
    def of(cls, documents: Sequence[Document], claims: Sequence[Claim], problems: Sequence[Problem]) -> Self:
        """The batch of these records."""
        return cls(frame_of(Document, documents), frame_of(Claim, claims), frame_of(Problem, problems))

    def distinct(self) -> Self:
        """The batch with each text once, under the first name that it came by; the others count as skipped."""
        documents = self.documents.unique("document_id", keep="first", maintain_order=True)
        claims = self.claims.unique("claim_id", keep="first", maintain_order=True)
        problems = self.problems.unique(PROBLEM_KEY, keep="first", maintain_order=True)
        return replace(
            self,
            documents=documents,
            claims=claims,
            problems=problems,
            skipped=self.skipped + self.documents.height - documents.height,
        )

    def without(self, known: pl.DataFrame, problems: pl.DataFrame) -> Self:
        """The batch without the documents in `known`, their claims, and the `problems` that the ledger has already."""
        documents = self.documents.join(known, on="document_id", how="anti", maintain_order="left")
        claims = self.claims.join(documents.select("document_id"), on="document_id", how="semi", maintain_order="left")
        new = self.problems.join(problems, on=PROBLEM_KEY, how="anti", maintain_order="left")
        skipped = self.skipped + self.documents.height - documents.height
        return replace(self, documents=documents, claims=claims, problems=new, skipped=skipped)

    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return self.documents.is_empty() and self.problems.is_empty()

    def digest(self) -> str:
        """A hash of the content without the moment of reading: a retried run has the same."""
        digest = blake2b(digest_size=16)
        for frame in (
            self.documents.drop("retrieved_at", "run_id"),
            self.claims.drop("run_id"),
            self.problems.drop("run_id"),
        ):
            digest.update(frame.write_ndjson().encode())
        return digest.hexdigest()
