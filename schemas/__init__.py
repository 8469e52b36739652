"""Everything that the ledger passes or stores, as frozen pydantic models; see `schemas.RECORDS` for the list."""

from schemas.base import LARGEST_AMOUNT, Record, stable_id
from schemas.book import Commitment, Decision, Membership, Rate, Run, StageStep, TotalRow
from schemas.claim import Claim, Evidence, FieldTag, Name, Relation
from schemas.enums import (
    COMMITMENT_MEASURES,
    REPRESENTATIVE_REASONS,
    Bound,
    CurrencyBasis,
    DecisionKind,
    ExclusionReason,
    FieldCode,
    Kind,
    Measure,
    NameType,
    RelationKind,
    Section,
    Severity,
    SourceType,
    Stage,
    TimeBasis,
)
from schemas.figure import Figure, FigureLink
from schemas.text import CONTEXT, Document, Problem, Segment, Sentence, Span, TextPart

RECORDS: tuple[type[Record], ...] = (
    Document,
    Segment,
    Figure,
    Claim,
    Problem,
    Run,
    Decision,
    Commitment,
    Membership,
    Rate,
    TotalRow,
)
"""The records with a published JSON Schema, in the order of the data's way."""

__all__ = [
    "COMMITMENT_MEASURES",
    "CONTEXT",
    "LARGEST_AMOUNT",
    "RECORDS",
    "REPRESENTATIVE_REASONS",
    "Bound",
    "Claim",
    "Commitment",
    "CurrencyBasis",
    "Decision",
    "DecisionKind",
    "Document",
    "Evidence",
    "ExclusionReason",
    "FieldCode",
    "FieldTag",
    "Figure",
    "FigureLink",
    "Kind",
    "Measure",
    "Membership",
    "Name",
    "NameType",
    "Problem",
    "Rate",
    "Record",
    "Relation",
    "RelationKind",
    "Run",
    "Section",
    "Segment",
    "Sentence",
    "Severity",
    "SourceType",
    "Span",
    "Stage",
    "StageStep",
    "TextPart",
    "TimeBasis",
    "TotalRow",
    "stable_id",
]
