"""What people say of documents that are there already: day, publisher and address, each kept as a decision."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Any, Self

import polars as pl

from ledger.arguments import keywords_of
from ledger.book.decide import checked_author
from ledger.book.query import SHORTEST_ID
from ledger.errors import InputError, LedgerError
from ledger.files import read_words
from ledger.read.sidecar import GivenMetadata, read_sidecar
from ledger.resolve import DESCRIBABLE, described_value
from schemas import Decision, DecisionKind, Document, Problem, stable_id

INGESTION = "ingest"
"""The author of what an ingestion sets, where none is named."""
TARGET = "document"
"""The column of a CSV that names documents."""


@dataclass(frozen=True)
class DocumentFacts:
    """What is said of documents, as a person writes it; what is not said stays as it is, and "" is unknown."""

    target: str
    """A document_id, a unique prefix of one, or a pattern of sources ("news/*.txt"), in which * stands for anything."""
    said: Mapping[str, str] = field(default_factory=dict)
    """published, publisher or url → its value."""

    def __post_init__(self) -> None:
        """Raise InputError for what is no text."""
        for name, takes in keywords_of(DocumentFacts).items():
            takes.check(name, getattr(self, name))


def facts_in(file: Path) -> Iterator[DocumentFacts]:
    """The rows of a CSV with the columns document, published, publisher, url; an empty cell says nothing.

    Raises InputError with the line where one cannot be read.
    """
    try:
        rows = csv.DictReader(io.StringIO(read_words(file, "CSV"), newline=""), strict=True)
        names = [name.strip() for name in rows.fieldnames or ()]
        if TARGET not in names or not {*names} <= {TARGET, *DESCRIBABLE}:
            raise InputError(f"{file}, line 1: has the columns {TARGET}, {', '.join(DESCRIBABLE)}")
        for cells in rows:
            row = {str(name).strip(): (value or "").strip() for name, value in cells.items() if isinstance(value, str)}
            if not row.get(TARGET):
                raise InputError(f"{file}, line {rows.line_num}: names no document")
            yield DocumentFacts(row[TARGET], {name: row[name] for name in DESCRIBABLE if row.get(name)})
    except csv.Error as error:
        raise InputError(f"{file}: cannot be read as CSV ({error})") from error


@dataclass(frozen=True)
class Told:
    """What a person says of the documents of an ingestion."""

    of_all: Mapping[str, str]
    """published, publisher or url → its value for every document."""
    rows: Mapping[str, GivenMetadata]
    """File → what its row of the table says."""

    @classmethod
    def of(
        cls, published: date | None, publisher: str | None, url: str | None, metadata: str | PathLike[str] | None
    ) -> Self:
        """What the options and the table say."""
        given = {"published": published, "publisher": publisher, "url": url}
        rows = read_sidecar(Path(metadata)).rows if metadata is not None else {}
        return cls({name: str(value) for name, value in given.items() if value is not None}, rows)

    def noted(
        self, entries: Iterable[Document | Problem], known: Mapping[str, Mapping[str, Any]], facts: list[DocumentFacts]
    ) -> Iterator[Document | Problem]:
        """`entries` as they are; what is said of those that are `known`, and differs, is added to `facts`."""
        for entry in entries:
            if isinstance(entry, Document) and entry.document_id in known:
                said = {name: str(value) for name in DESCRIBABLE if (value := getattr(entry, name)) is not None}
                row = next((row for file, row in self.rows.items() if _is_of(file, entry.source)), GivenMetadata())
                own = {name: str(value) for name in DESCRIBABLE if (value := getattr(row, name)) is not None}
                given = {name: value for name, value in {**self.of_all, **own}.items() if said.get(name) == value}
                new = {name: value for name, value in given.items() if str(known[entry.document_id][name]) != value}
                facts += [DocumentFacts(entry.document_id, new)] if new else []
            yield entry


def _is_of(file: str, source: str) -> bool:
    """Whether a row of a table of metadata names a source, by its end."""
    path = source.replace("\\", "/")
    return path == file or path.endswith(f"/{file}") or path.partition("#")[0].endswith(f"/{file}")


def described_ids(documents: pl.DataFrame, target: str) -> list[str]:
    """The document_ids that `target` names, sorted; `documents` have document_id and source.

    Raises LedgerError where it names none, or is the start of several ids.
    """
    ids = documents["document_id"]
    if (ids == target).any():
        return [target]
    sources = documents.select("document_id", pl.col("source").str.replace_all(r"\\", "/")).rows()
    whole = [name for name, source in sources if target in (source, source.rpartition("/")[2])]
    if whole:
        return sorted(whole)
    starting = ids.filter(ids.str.starts_with(target)).to_list() if len(target) >= SHORTEST_ID else []
    if len(starting) > 1:
        raise LedgerError(f"{target}: fits {len(starting)} documents; write more of the id")
    fitting = starting or [
        name
        for name, source in sources
        if fnmatchcase(source, target) or fnmatchcase(source.rpartition("/")[2], target)
    ]
    if not fitting:
        raise LedgerError(f"{target}: no document has this id or source; see `ledger documents`")
    return sorted(fitting)


def descriptions(
    facts: Sequence[DocumentFacts], documents: pl.DataFrame, made: pl.DataFrame, *, author: str, at: datetime
) -> list[Decision]:
    """The decisions that set what the documents do not have yet, one for each fact.

    `documents` are those of the ledger as they stand, `made` all decisions so far. Raises LedgerError where a document
    is unknown, a value does not fit, or nothing is said.
    """
    checked_author(author)
    known = {row["document_id"]: row for row in documents.select("document_id", *DESCRIBABLE).iter_rows(named=True)}
    found: dict[tuple[str, str], str] = {}
    for one in facts:
        if not one.said:
            raise LedgerError(f"{one.target}: say what to set: {', '.join(DESCRIBABLE)}")
        values = {name: described_value(name, value) for name, value in one.said.items()}
        for document in described_ids(documents, one.target):
            found |= {(document, name): value for name, value in values.items()}
    return [
        _decision(document, name, value, made, author, at)
        for (document, name), value in found.items()
        if value != ("" if known[document][name] is None else str(known[document][name]))
    ]


def _decision(document: str, name: str, value: str, made: pl.DataFrame, author: str, at: datetime) -> Decision:
    """The decision on one fact; its id tells how often the fact was set before, so that it can be set back."""
    before = made.filter(kind=DecisionKind.DESCRIBE.value, target=document, field=name).height
    return Decision(
        decision_id=stable_id("decision", DecisionKind.DESCRIBE, document, name, value, author, before),
        kind=DecisionKind.DESCRIBE,
        target=document,
        field=name,
        value=value,
        author=author,
        at=at,
    )


__all__ = ["INGESTION", "DocumentFacts", "Told", "described_ids", "descriptions", "facts_in"]
