"""What the ledger stores besides claims (runs, decisions), and what it derives (commitments, memberships, totals)."""

from datetime import date

from pydantic import Field

from schemas.base import Amount, Confidence, Instant, Record
from schemas.enums import Bound, DecisionKind, ExclusionReason, FieldCode, Measure, Stage


class Run(Record):
    """One ingestion of articles (PROV Activity)."""

    run_id: str
    """Stable id of the run's inputs and version; the same if the run is repeated."""
    extractor_version: str
    """Version of the program."""
    lexicon_hash: str
    """Hash of all words and models that it read with, or "" where it was given claims that others made."""
    started: Instant
    """When it began, UTC."""
    ended: Instant
    """When it was stored, UTC."""
    documents: int = Field(ge=0)
    """Documents added."""
    claims: int = Field(ge=0)
    """Claims added."""
    problems: int = Field(ge=0)
    """Problems added."""
    skipped: int = Field(ge=0)
    """Documents that the ledger already had."""


class Decision(Record):
    """A person's decision on a claim, a commitment, a name or a document; never overwritten, applied in order."""

    decision_id: str
    """Stable id of everything below except the time."""
    kind: DecisionKind
    """What is decided."""
    target: str
    """The claim_id, commitment_id, name or document_id that it is about; for undo, the decision_id taken back."""
    other: str | None = None
    """The other claim, commitment or name, for same, different, part_of and alias."""
    field: str | None = None
    """What a correction sets: value, lower, upper, unit, bound, measure, stage, actor, recipient, fields or period.

    What is said of a document: published, publisher or url.
    """
    value: str | None = None
    """The corrected value as text; several names or codes are joined by "; ". Of a document, "" is unknown."""
    author: str
    """Who decided."""
    at: Instant
    """When, UTC."""
    note: str = ""
    """Why."""
    document_id: str | None = None
    """The document of the claim, so that the decision still applies when the claim is extracted again."""
    exact: str | None = None
    """The quote of the claim, for the same reason."""
    prefix: str | None = None
    """The words before the quote."""
    suffix: str | None = None
    """The words after the quote."""


class StageStep(Record):
    """A stage of a commitment, and the first report of it."""

    stage: Stage
    """The stage."""
    on: date | None
    """Day of the first document that says so, or null."""
    claim_id: str
    """The claim that says so."""


class Commitment(Record):
    """One commitment, however often it was reported; derived from claims and decisions."""

    commitment_id: str
    """Stable id: the hash of its earliest claim."""
    claims: tuple[str, ...]
    """claim_ids, earliest first."""
    unit: str
    """ISO 4217 code of the latest amount; a stated amount is preferred to a conversion."""
    value: Amount
    """The latest amount."""
    lower: Amount | None
    """Lower end of the latest amount, or null if it is open."""
    upper: Amount | None
    """Upper end of the latest amount, or null if it is open."""
    bound: Bound
    """Bound of the latest amount."""
    first_unit: str
    """Currency of the first amount."""
    first_value: Amount
    """The first amount."""
    measure: Measure
    """Kind of commitment."""
    stage: Stage
    """The latest stage."""
    stages: tuple[StageStep, ...]
    """The stages with their days, earliest first."""
    actor: tuple[str, ...]
    """Canonical names of those whose money it is."""
    recipient: tuple[str, ...]
    """Canonical names of those who get it."""
    fields: tuple[FieldCode, ...]
    """What it is for."""
    period: str | None
    """The latest ISO 8601 period."""
    part_of: str | None
    """commitment_id of the larger commitment that it is a part of, or null."""
    supersedes: str | None
    """claim_id of the first claim with the amount that this one replaced, or null; that claim is superseded."""
    first_reported: date | None
    """Day of the first document, or null."""
    last_reported: date | None
    """Day of the last document, or null."""
    documents: int = Field(ge=1)
    """Number of documents that report it."""
    publishers: int = Field(ge=0)
    """Number of different publishers that report it."""
    counted: bool
    """Whether totals count it by default."""
    exclusion_reason: ExclusionReason | None
    """Why it is not counted, or null if it is."""
    confidence: Confidence
    """Lowest confidence among the attributes of the claim that gives its amount."""
    class_confidence: Confidence | None = None
    """Probability that it is a commitment and no statistic, by the surest of its claims; null if none tells it."""
    not_itemised: Amount | None = None
    """Of a sum that is not counted because something inside it is: what no counted commitment accounts for, in `unit`.

    Null for any other commitment, and where a part has no rate of exchange.
    """


class Membership(Record):
    """Where a claim is counted: its commitment, or the reason why it adds nothing."""

    claim_id: str
    """The claim."""
    commitment_id: str | None
    """Its commitment, or null for a statistic."""
    counted: bool
    """Whether totals take the commitment's amount from this claim."""
    exclusion_reason: ExclusionReason | None
    """Why it adds nothing; null exactly if `counted`."""
    because: str
    """The rule, and the claim or decision that it follows from, in one line."""


class Rate(Record):
    """The exchange rate between two currencies on a day."""

    unit: str
    """ISO 4217 code converted from."""
    to: str
    """ISO 4217 code converted to."""
    rate: Amount
    """Units of `to` for one of `unit`."""
    on: date
    """Day of the rate, or first day of its month."""
    source: str
    """ECB, HMRC, the name of a peg, or the user's file."""


class TotalRow(Record):
    """One row of a total; the columns that it is by come before these."""

    low: Amount
    """Sum of the lower ends; an open lower end adds zero."""
    stated: Amount
    """Sum of the stated amounts."""
    high: Amount | None
    """Sum of the upper ends, or null if one of them is open."""
    open_ended: bool
    """Whether an upper end is open."""
    commitments: int = Field(ge=0)
    """Commitments counted."""
    claims: int = Field(ge=0)
    """Claims behind them."""
    documents: int = Field(ge=0)
    """Documents behind them."""
    unconverted: int = Field(ge=0)
    """Commitments without an exchange rate, which the total leaves out."""
    undecided: Amount
    """Stated amounts of what may as well be statistics, which the total leaves out."""
    not_itemised: Amount
    """What running totals say beyond the commitments that are counted one by one, which the total leaves out."""
