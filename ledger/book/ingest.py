"""From sources to readings: what `Book.ingest`, `ledger.extract` and the command line share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any

from ledger.lexicons.load import lexicon_hash
from ledger.lexicons.names import Names, load_names
from ledger.models.files import models_hash
from ledger.options import Attributor, attributor_of
from ledger.pipeline import Reading, claims_of, reading_of
from schemas import Claim, Document, Problem, Run, Severity, stable_id

Source = str | PathLike[str]
SAID = ("published", "publisher", "url")
"""What may be said of a document from outside."""


def now() -> datetime:
    """The moment, UTC: the one clock of the ledger."""
    return datetime.now(UTC)


def document_of(text: str, published: date | None = None, source: str = "text") -> Document:
    """A document of a text that came from no file."""
    return Document(
        document_id=stable_id("document", text),
        source=source,
        published=published,
        retrieved_at=now(),
        text=text,
        raw_sha256=sha256(text.encode()).hexdigest(),
    )


def extract_claims(
    text: str, published: date | None = None, *, names: Source | None = None, attributor: str | None = None
) -> list[Claim]:
    """The claims of a text in its order; `published` anchors words like "next year", `names` is a TOML file of the user's names.

    `attributor` is "fast", "accurate" or "auto" (the environment's LEDGER_ATTRIBUTOR, or auto, unless said).
    """
    document = document_of(text.replace("\r\n", "\n").replace("\r", "\n"), published)
    return list(claims_of(document, names_of(names), attributor_of(attributor)).claims)


def names_of(file: Source | None) -> Names | None:
    """The lexicon's names with the user's before them; raises InputError where the file is none of names."""
    return None if file is None else load_names(Path(file))


def words_hash(names: Source | None = None) -> str:
    """SHA-256 over all that a run reads with: lexicons, models, and the user's own names where there are any."""
    own = b"" if names is None else Path(names).read_bytes()
    return sha256(lexicon_hash().encode() + models_hash().encode() + own).hexdigest()


@dataclass(frozen=True)
class Ingestion:
    """What an ingestion did: the run as stored, and every problem met, also those that the ledger knew already."""

    run: Run
    found: tuple[Problem, ...]

    @property
    def documents(self) -> int:
        """Documents added."""
        return self.run.documents

    @property
    def claims(self) -> int:
        """Claims added."""
        return self.run.claims

    @property
    def skipped(self) -> int:
        """Documents that the ledger had already, or that came twice."""
        return self.run.skipped

    @property
    def problems(self) -> int:
        """Problems added."""
        return self.run.problems


def read_new(
    entries: Iterable[Document | Problem],
    known: Mapping[str, Mapping[str, Any]],
    names: Names | None,
    attributor: Attributor,
) -> Iterator[Reading]:
    """The readings of entries; documents that are in the ledger already pass through unread, with a warning where other things are said of them."""
    for entry in entries:
        if isinstance(entry, Document) and entry.document_id in known:
            yield Reading(entry, (), tuple(_said_anew(entry, known[entry.document_id])))
        else:
            yield reading_of(entry, names, attributor)


def _said_anew(document: Document, known: Mapping[str, Any]) -> Iterator[Problem]:
    """A warning where a document that the ledger has is given another date, publisher or address: the ledger only appends."""
    new = {name: value for name in SAID if (value := getattr(document, name)) is not None and value != known[name]}
    if new:
        told = ", ".join(f"{name} {value}" for name, value in new.items())
        message = f"the ledger has this text as {known['source']} and keeps what it knew of it; not taken: {told}"
        yield Problem(
            where=document.source,
            rule="told_before",
            message=message,
            severity=Severity.WARNING,
            document_id=document.document_id,
        )
