"""Articles read without a ledger: their claims as rows, and how each was read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from ledger.attribute import Attribution, explain_attribution
from ledger.book.ingest import now, readings_of, user_names
from ledger.book.progress import Done, Progress
from ledger.book.why import Quote, quote_of
from ledger.extraction import RejectedNumber
from ledger.lexicons.names import Names
from ledger.options import Attributor, Source, attributor_of
from ledger.pipeline import reading_of, usable_attributor
from ledger.read import read_documents
from ledger.resolve import no_pledge_of
from ledger.rows import claim_rows
from ledger.tables import frame_of
from schemas import Claim, Document, Problem


@dataclass(frozen=True)
class ExplainedDocument:
    """How one document was read."""

    document: Document
    quotes: tuple[Quote, ...]
    """Its claims with the words and the rule behind each attribute."""
    attributions: Mapping[int, Attribution]
    """How each of its figures was attributed, by its start."""
    no_pledge: Mapping[str, str]
    """claim_id of a sum that is no pledge → its kind, and the words that say so."""
    rejected: tuple[RejectedNumber, ...]
    """The numbers that became no claim, and why."""
    problems: tuple[Problem, ...]


def explain_text(
    document: Document, names: Names | None = None, attributor: Attributor = Attributor.AUTO
) -> ExplainedDocument:
    """The claims of a document with the words and rules behind them, and the numbers that rules rejected."""
    reading = reading_of(document, names, attributor, keep_intermediate=True)
    claims, documents = frame_of(Claim, reading.claims), frame_of(Document, [document]).lazy()
    rows = claim_rows(claims.lazy(), documents).sort("start").collect()
    steps = reading.intermediate
    return ExplainedDocument(
        document,
        tuple(quote_of(row, document.text) for row in rows.iter_rows(named=True)),
        {} if steps is None else {one.start: one for one in explain_attribution(steps.parts)},
        dict(no_pledge_of(claims, documents).iter_rows()),
        () if steps is None else steps.rejected,
        reading.problems,
    )


def explain_sources(
    sources: Iterable[Source], *, names: Source | None = None, attributor: str | None = None, **known: Any
) -> Iterator[ExplainedDocument | Problem]:
    """How each article was read, in order, or why it was not; the options are those of `Book.ingest`."""
    how = user_names(names), attributor_of(attributor)
    ready: tuple[Names | None, Attributor] | None = None
    for entry in read_documents(sources, retrieved_at=now(), **known):
        if isinstance(entry, Problem):
            yield entry
            continue
        if ready is None:
            usable, told = usable_attributor(how[1], how[0])
            ready = how[0], usable
            yield from told
        yield explain_text(entry, *ready)


def extract_rows(
    sources: Iterable[Source],
    *,
    names: Source | None = None,
    attributor: str | None = None,
    progress: Progress | None = None,
    **known: Any,
) -> tuple[pl.DataFrame, list[Problem]]:
    """The claims of articles as flat rows, without a ledger, and problems; the options are those of `Book.ingest`."""
    documents: dict[str, Document] = {}
    claims: list[Claim] = []
    problems: list[Problem] = []
    how = user_names(names), attributor_of(attributor)
    readings = readings_of(read_documents(sources, retrieved_at=now(), **known), *how)
    for number, reading in enumerate(readings, 1):
        problems += reading.problems
        if reading.document is not None and reading.document.document_id not in documents:
            documents[reading.document.document_id] = reading.document
            claims += reading.claims
        if progress is not None:
            progress(Done(number, problems=len(problems)))
    rows = claim_rows(frame_of(Claim, claims).lazy(), frame_of(Document, documents.values()).lazy())
    return rows.collect(), problems
