"""What the ledger keeps beside claims (runs, decisions), and what it derives (commitments, memberships, totals)."""

from datetime import date

from pydantic import Field

from schemas.base import Amount, Confidence, Instant, Record
from schemas.enums import Bound, DecisionKind, ExclusionReason, FieldCode, Measure, Stage


class Run(Record):
    """One ingestion (PROV Activity)."""

    run_id: str
    """Stable id of the run's inputs and version; a retried run has the same."""
    extractor_version: str
    """Version of the program."""
    lexicon_hash: str
    """Hash of all lexicon files."""
    started: Instant
    """When it began, UTC."""
    ended: Instant
    """When it was committed, UTC."""
    documents: int = Field(ge=0)
    """Documents added."""
    claims: int = Field(ge=0)
    """Claims added."""
    problems: int = Field(ge=0)
    """Problems added."""
    skipped: int = Field(ge=0)
    """Documents that the ledger had already."""


class Decision(Record):
    """A person's decision on a claim, a commitment or a name; never overwritten, replayed in order."""

    decision_id: str
    """Stable id of everything below except time."""
    kind: DecisionKind
    """What is decided."""
    target: str
    """claim_id, commitment_id or name that it is about; for undo, the decision_id that is taken back."""
    other: str | None = None
    """The other claim, commitment or name, for same, different, part_of and alias."""
    field: str | None = None
    """What a correction sets: value, lower, upper, unit, bound, measure, stage, actor, recipient, fields or period."""
    value: str | None = None
    """The corrected value as text; several names or codes are joined by "; "."""
    author: str
    """Who decides."""
    at: Instant
    """When, UTC."""
    note: str = ""
    """Why."""
    document_id: str | None = None
    """The document of the claim, so that the decision can be re-anchored when the claim is extracted again."""
    exact: str | None = None
    """The quote of the claim, for the same reason."""
    prefix: str | None = None
    """The words before the quote."""
    suffix: str | None = None
    """The words after the quote."""


class StageStep(Record):
    """A stage that a commitment was first told to be in."""

    stage: Stage
    """How firm."""
    on: date | None
    """Day of the first document that says so, or null."""
    claim_id: str
    """The claim that says so."""


class Commitment(Record):
    """One real-world pledge, whatever the number of times it was told; derived from claims and decisions."""

    commitment_id: str
    """Stable id: the hash of its earliest claim."""
    claims: tuple[str, ...]
    """claim_ids, earliest first."""
    unit: str
    """ISO 4217 code of the amount as last said (an explicit amount before a conversion)."""
    value: Amount
    """Amount as last said."""
    lower: Amount | None
    """Lower end as last said, or null where it is open."""
    upper: Amount | None
    """Upper end as last said, or null where it is open."""
    bound: Bound
    """Bound as last said."""
    first_unit: str
    """Currency as first said."""
    first_value: Amount
    """Amount as first said."""
    measure: Measure
    """What the money is."""
    stage: Stage
    """Stage as last said."""
    stages: tuple[StageStep, ...]
    """Stage history, earliest first."""
    actor: tuple[str, ...]
    """Canonical names of those whose money it is."""
    recipient: tuple[str, ...]
    """Canonical names of those it goes to."""
    fields: tuple[FieldCode, ...]
    """What it is for."""
    period: str | None
    """ISO 8601 period as last said."""
    part_of: str | None
    """commitment_id of the whole that it is a part of, or null."""
    supersedes: str | None
    """claim_id of the claim that first told the amount that this one replaced, or null; it is superseded."""
    first_reported: date | None
    """Day of the first document, or null."""
    last_reported: date | None
    """Day of the last document, or null."""
    documents: int = Field(ge=1)
    """Number of documents that tell it."""
    publishers: int = Field(ge=0)
    """Number of different publishers that tell it."""
    counted: bool
    """Whether a default total counts it."""
    exclusion_reason: ExclusionReason | None
    """Why not, where it is not."""
    confidence: Confidence
    """The least confidence of the claim that gives its amount."""


class Membership(Record):
    """Where a claim went: the one that its commitment is counted by, or the reason why it adds nothing."""

    claim_id: str
    """The claim."""
    commitment_id: str | None
    """Its commitment, or null for a statistic."""
    counted: bool
    """Whether this claim is the one that carries its commitment's amount into totals."""
    exclusion_reason: ExclusionReason | None
    """Why it adds nothing; null exactly where `counted`."""
    because: str
    """The rule and the claim or decision that led to it, in one line."""


class Rate(Record):
    """What one unit of a currency was worth in another on a day."""

    unit: str
    """ISO 4217 code converted from."""
    to: str
    """ISO 4217 code converted to."""
    rate: Amount
    """Units of `to` for one of `unit`."""
    on: date
    """Day or first day of the month that the rate is of."""
    source: str
    """ECB, HMRC, a peg's name, or the user's file."""


class TotalRow(Record):
    """One line of a total; the columns that it is by stand before these."""

    low: Amount
    """Sum of the lower ends, open ones as nothing."""
    stated: Amount
    """Sum of the amounts said."""
    high: Amount | None
    """Sum of the upper ends, or null where one of them is open."""
    open_ended: bool
    """Whether an upper end is open."""
    commitments: int = Field(ge=0)
    """Commitments counted."""
    claims: int = Field(ge=0)
    """Claims behind them."""
    documents: int = Field(ge=0)
    """Documents behind them."""
    unconverted: int = Field(ge=0)
    """Commitments without a rate, listed beside the total."""
