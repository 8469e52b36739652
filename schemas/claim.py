"""Claims: one mention of a figure with everything that the text says about it."""

from collections.abc import Iterator
from html import escape
from typing import Self

from pydantic import model_validator

from schemas.base import Confidence, Offset, Record
from schemas.enums import Bound, CurrencyBasis, FieldCode, Measure, NameType, RelationKind, Stage, TimeBasis
from schemas.figure import Quantity
from schemas.text import CONTEXT, TextPosition


class Evidence(TextPosition):
    """The words of the document that say something, and the rule that read them."""

    exact: str
    """The words."""
    rule: str
    """Name of the rule."""
    confidence: Confidence = 1.0
    """Calibrated probability that what is concluded from it is right."""


class Name(Record):
    """An actor, recipient or speaker as the text names it."""

    name: str
    """Canonical name: a company without its legal suffix, a country's common English name."""
    id: str
    """Stable id of the canonical name."""
    said: str
    """The words at the span."""
    type: NameType = NameType.OTHER
    """What the name stands for."""
    start: Offset
    """First code point of the words."""
    end: Offset
    """Code point after the last one."""
    rule: str
    """Name of the rule that gave it its role."""
    confidence: Confidence = 1.0
    """Calibrated probability that it has this role."""


class FieldTag(Record):
    """A field of activity that the text ties to a figure."""

    code: FieldCode
    """What the money is for."""
    start: Offset
    """First code point of the words that say so."""
    end: Offset
    """Code point after the last one."""
    exact: str
    """The words."""
    rule: str
    """Name of the rule."""
    confidence: Confidence = 1.0
    """Calibrated probability that the figure is of this field."""


class Relation(Record):
    """How one claim stands to another claim of the same document."""

    kind: RelationKind
    """What it is to the other claim."""
    claim_id: str
    """The other claim."""
    rule: str
    """Name of the rule that ties them, or of the feature that speaks loudest for it."""
    confidence: Confidence = 1.0
    """Calibrated probability that the relation holds."""
    start: Offset | None = None
    """First code point of the words that say so, or null where only amounts and layout do."""
    end: Offset | None = None
    """Code point after the last one."""
    exact: str | None = None
    """The words."""


class QuotedMention(Record):
    """Where a claim stands: its document, and the number as written there."""

    claim_id: str
    """Hash of document_id and offsets."""
    document_id: str
    """The document that contains it."""
    run_id: str | None = None
    """The run that stored it (PROV wasGeneratedBy), or null outside a ledger."""
    start: Offset
    """First code point of the number (W3C TextPositionSelector)."""
    end: Offset
    """Code point after the last one."""
    exact: str
    """The number as written (W3C TextQuoteSelector)."""
    prefix: str
    """Up to 32 code points before it."""
    suffix: str
    """Up to 32 code points after it."""


class Claim(Quantity, QuotedMention):
    """One mention of a figure in one document: the number, its words, and who commits what to whom."""

    currency_basis: CurrencyBasis | None
    """For money: explicit if the text names the currency, inferred if the context gives it; else null."""
    measure: Measure
    """What the figure measures."""
    measure_evidence: Evidence
    """The words that say so."""
    time_basis: TimeBasis | None
    """increment, cumulative, position, rate, or null for a plain amount."""
    time_basis_evidence: Evidence | None
    """The words that say so."""
    stage: Stage | None
    """How firm a commitment is; null for statistics."""
    stage_evidence: Evidence | None
    """The words that say so."""
    modality: tuple[str, ...] = ()
    """Notes on hedging, condition or negation, as codes of the cue lexicon."""
    actor: tuple[Name, ...] = ()
    """Whose money it is; for a statistic, whom it is about."""
    recipient: tuple[Name, ...] = ()
    """Who gets it, or where it goes: the named party first, then the place."""
    fields: tuple[FieldTag, ...] = ()
    """What it is for."""
    period: str | None
    """ISO 8601 duration ("P2Y"), year ("2026") or interval ("2025/2029", "/2030" = by 2030), or null."""
    period_evidence: Evidence | None
    """The words that say so."""
    per: str | None
    """"year", "share", "tonne" … if the figure is a rate, else null."""
    speaker: Name | None = None
    """Who says it (PROV wasAttributedTo), or null if the article itself does."""
    relations: tuple[Relation, ...] = ()
    """How it relates to other claims of the document."""
    confidence: Confidence
    """The lowest confidence among its attributes."""
    class_confidence: Confidence | None = None
    """Calibrated probability of its class: that a commitment is no statistic, and a statistic no commitment.

    Null in what an older program read.
    """
    review: tuple[str, ...] = ()
    """Why a person should check it: names of rules such as "two_candidates"."""
    rules: tuple[str, ...]
    """Names of all rules that produced it, in order."""
    attributor: str = "fast"
    """Which attributor decided roles, measure and stage."""
    extractor_version: str
    """Version of the program that made it."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.end - self.start != len(self.exact):
            raise ValueError(f"claim {self.claim_id}: the quote {self.exact!r} does not fit {self.start}:{self.end}")
        if self.measure.is_commitment != (self.stage is not None):
            raise ValueError(f"claim {self.claim_id}: a commitment has a stage and a statistic has none")
        return self

    def __repr__(self) -> str:
        return f"Claim({self.exact!r}, {', '.join(self._said())})"

    __str__ = __repr__

    def _said(self) -> Iterator[str]:
        """The amount, what it is, and whose and for whom it is."""
        bound = "" if self.bound is Bound.EXACT else f"{self.bound.value} "
        yield f"{bound}{self.value:f} {self.unit}{f' per {self.per}' if self.per else ''}"
        yield from (part.value for part in (self.measure, self.stage) if part is not None)
        parties = (", ".join(name.name for name in role) for role in (self.actor, self.recipient) if role)
        yield from filter(None, (" → ".join(parties), self.period))

    def _repr_html_(self) -> str:
        """The quote, marked in its context, and what it says, for a notebook."""
        before, quote, after = (escape(part) for part in (self.prefix, self.exact, self.suffix))
        cut = ["…" if len(part) == CONTEXT else "" for part in (self.prefix, self.suffix)]
        quoted = f"{cut[0]}{before}<mark>{quote}</mark>{after}{cut[1]}"
        return f"<blockquote>{quoted}</blockquote><p>{escape(', '.join(self._said()))}</p>"
