"""Documents, the parts of their text, and exact places in it."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from schemas.base import Instant, Offset, Record
from schemas.enums import Section, Severity, SourceType

CONTEXT = 32
"""Code points of prefix and suffix kept with a span."""


class TextPosition(Record):
    """Where words stand in `Document.text`, in code points (W3C TextPositionSelector)."""

    start: Offset
    """First code point."""
    end: Offset
    """Code point after the last one."""


class Span(TextPosition):
    """A place in a document: position and quote together (W3C TextPositionSelector and TextQuoteSelector)."""

    exact: str
    """The quote itself."""
    prefix: str = ""
    """Up to 32 code points before the quote."""
    suffix: str = ""
    """Up to 32 code points after the quote."""

    @model_validator(mode="after")
    def _quote_has_length(self) -> Self:
        if self.end - self.start != len(self.exact) or not self.exact:
            raise ValueError(f"span {self.start}:{self.end} does not fit the quote {self.exact!r}")
        return self

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """The span `text[start:end]` with its context.

        >>> Span.of("Sony invests $2 billion.", 13, 23).exact
        '$2 billion'
        """
        if not 0 <= start < end <= len(text):
            raise ValueError(f"span {start}:{end} lies outside a text of {len(text)} code points")
        return cls(
            start=start,
            end=end,
            exact=text[start:end],
            prefix=text[max(0, start - CONTEXT) : start],
            suffix=text[end : end + CONTEXT],
        )


class TextPart(TextPosition):
    """Where a stretch of a document's text stood in its source."""

    place: str
    """The place in words: "p. 4", "entry 3", "table 2"."""


class Document(Record):
    """One article as read: its text, where it came from and when it was published."""

    document_id: str
    """Hash of the text: the same text has the same id anywhere."""
    source: str
    """File or address as given."""
    media_type: str = "text/plain"
    """IANA media type of the bytes read."""
    title: str | None = None
    """Headline (schema.org headline)."""
    publisher: str | None = None
    """Who published it (schema.org publisher)."""
    author: str | None = None
    """Who wrote it (schema.org author)."""
    published: date | None = None
    """Date of publication (schema.org datePublished), or null if unknown."""
    url: str | None = None
    """Address of the original, http or https, or null."""
    language: str | None = None
    """ISO 639-1 code, or null if unknown."""
    retrieved_at: Instant
    """When the bytes were read, UTC (PROV generatedAtTime)."""
    source_type: SourceType = SourceType.MEDIA
    """Kind of publisher (AidData source types)."""
    text: str
    """The whole text, line endings as \\n; all offsets count its code points."""
    raw_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """SHA-256 of the bytes read."""
    duplicate_of: str | None = None
    """document_id of the first of the documents that this one is a near copy of, or null; worked out from the texts."""
    replaced_by: str | None = None
    """document_id of a later version of this article, whose claims stand in place of its own, or null; worked out."""
    run_id: str | None = None
    """The run that stored it (PROV wasGeneratedBy), or null outside a ledger."""
    number: str | None = None
    """The article's own number in its source: an accession number, "2 of 40", "row 17"; null where it stands alone."""
    parts: tuple[TextPart, ...] | None = None
    """Where the stretches of the text stood in the source, in order; null where the text is the source itself."""


class Sentence(TextPosition):
    """A sentence of a segment, as offsets into the document's text."""


class Segment(Record):
    """A line or block of a document and what it is; segments do not overlap and keep the text's order."""

    section: Section
    """What this part of the document is."""
    start: Offset
    """First code point."""
    end: Offset
    """Code point after the last one."""
    sentences: tuple[Sentence, ...] = ()
    """Sentences in order; a headline is one sentence, a list item may hold several, furniture has none."""
    group: int = 0
    """Number shared by neighbouring segments that belong together (the items of one list and the heading over it)."""


class Problem(Record):
    """Something that could not be read or used as it was; it is listed, never dropped silently."""

    where: str
    """File, document_id or claim_id, with offsets if there are any."""
    rule: str
    """Name of the check that found it."""
    message: str
    """What is wrong and what helps, in one line."""
    text: str = ""
    """The text it is about."""
    severity: Severity = Severity.ERROR
    """Whether something was left out, only looks unusual, or is no more than noted."""
    document_id: str | None = None
    """The document it is about, or null."""
    run_id: str | None = None
    """The run that found it, or null outside a ledger."""
