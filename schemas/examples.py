"""One example of every record, from one sentence; the published JSON Schemas hold them, and tests check them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from schemas import enums
from schemas.base import Record, stable_id
from schemas.book import Commitment, Decision, Membership, Rate, Run, StageStep, TotalRow
from schemas.claim import Claim, Evidence, FieldTag, Name, Relation
from schemas.figure import Figure, FigureLink, Quantity
from schemas.text import Document, Problem, Segment, Sentence, Span, TextPart

TEXT = "Sony will invest more than $2 billion (about 300 billion yen) in space ventures in Japan by 2030."
PUBLISHED = date(2026, 2, 20)
READ = datetime(2026, 2, 21, 8, 30, tzinfo=UTC)
VERSION = "0.1.0"
LEXICONS = sha256(b"the lexicon files").hexdigest()
DOCUMENT_ID = stable_id("document", TEXT)
RUN_ID = stable_id("run", DOCUMENT_ID)


def _place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def _evidence(words: str, rule: str, confidence: float) -> Evidence:
    start, end = _place(words)
    return Evidence(start=start, end=end, exact=words, rule=rule, confidence=confidence)


def _name(words: str, kind: enums.NameType, rule: str) -> Name:
    start, end = _place(words)
    return Name(
        name=words, id=stable_id("name", words), said=words, type=kind, start=start, end=end, rule=rule, confidence=0.96
    )


DOLLARS, YEN = _place("$2 billion"), _place("300 billion yen")
QUOTE = Span.of(TEXT, *DOLLARS)
SENTENCE = Sentence(start=0, end=len(TEXT))
SEGMENT = Segment(section=enums.Section.PARAGRAPH, start=0, end=len(TEXT), sentences=(SENTENCE,))
PART = TextPart(start=0, end=len(TEXT), place="p. 4")
DOCUMENT = Document(
    document_id=DOCUMENT_ID,
    source="news/sony.txt",
    title="Sony bets on space",
    publisher="The Courier",
    published=PUBLISHED,
    url="https://example.org/sony-space",
    language="en",
    retrieved_at=READ,
    text=TEXT,
    raw_sha256=sha256(TEXT.encode()).hexdigest(),
    run_id=RUN_ID,
    number="2 of 40",
    parts=(PART,),
)
LINK = FigureLink(kind=enums.RelationKind.CONVERTS, start=YEN[0], rule="bracketed_conversion")
FIGURE = Figure(
    start=DOLLARS[0],
    end=DOLLARS[1],
    sentence_start=0,
    sentence_end=len(TEXT),
    section=enums.Section.PARAGRAPH,
    kind=enums.Kind.MONEY,
    unit="USD",
    value=Decimal(2_000_000_000),
    lower=Decimal(2_000_000_000),
    upper=None,
    bound=enums.Bound.MORE_THAN,
    currency_basis=enums.CurrencyBasis.INFERRED,
    period="/2030",
    period_start=_place("by 2030")[0],
    period_end=_place("by 2030")[1],
    links=(LINK,),
    rules=("symbol_number_scale", "more_than"),
)
ACTOR = _name("Sony", enums.NameType.COMPANY, "subject_invests")
RECIPIENT = _name("Japan", enums.NameType.COUNTRY, "invests_in_place")
FIELD = FieldTag(code=enums.FieldCode.SPACE, **_evidence("space", "field_word", 0.9).model_dump())
INVESTS = _evidence("invest", "invest_verb", 0.97)
RELATION = Relation(
    kind=enums.RelationKind.CONVERTS, claim_id=stable_id(DOCUMENT_ID, *YEN), rule="bracketed_conversion"
)
CLAIM = Claim(
    claim_id=stable_id(DOCUMENT_ID, *DOLLARS),
    document_id=DOCUMENT_ID,
    run_id=RUN_ID,
    **QUOTE.model_dump(),
    **FIGURE.model_dump(include=set(Quantity.model_fields)),
    currency_basis=enums.CurrencyBasis.INFERRED,
    measure=enums.Measure.INVESTMENT,
    measure_evidence=INVESTS,
    time_basis=None,
    time_basis_evidence=None,
    stage=enums.Stage.PLEDGED,
    stage_evidence=_evidence("will invest", "future_verb", 0.95),
    actor=(ACTOR,),
    recipient=(RECIPIENT,),
    fields=(FIELD,),
    period="/2030",
    period_evidence=_evidence("by 2030", "by_year", 0.99),
    per=None,
    relations=(RELATION,),
    confidence=0.9,
    class_confidence=0.97,
    rules=FIGURE.rules,
    extractor_version=VERSION,
)
PROBLEM = Problem(
    where="news/scan.txt",
    rule="empty",
    message="the file holds no text; give the text or leave it out",
    severity=enums.Severity.ERROR,
    run_id=RUN_ID,
)
RUN = Run(
    run_id=RUN_ID,
    extractor_version=VERSION,
    lexicon_hash=LEXICONS,
    started=READ,
    ended=READ,
    documents=1,
    claims=2,
    problems=1,
    skipped=0,
)
DECISION = Decision(
    decision_id=stable_id("decision", CLAIM.claim_id, "stage", "committed"),
    kind=enums.DecisionKind.CORRECT,
    target=CLAIM.claim_id,
    field="stage",
    value="committed",
    author="A. Analyst",
    at=READ,
    note="signed on the same day, says the company's own release",
    document_id=DOCUMENT_ID,
    exact=QUOTE.exact,
    prefix=QUOTE.prefix,
    suffix=QUOTE.suffix,
)
STEP = StageStep(stage=enums.Stage.PLEDGED, on=PUBLISHED, claim_id=CLAIM.claim_id)
SHARED = {"unit", "value", "lower", "upper", "bound", "measure", "stage", "period", "confidence", "class_confidence"}
"""What a commitment takes from the claim that gives its amount."""
COMMITMENT = Commitment(
    commitment_id=stable_id("commitment", CLAIM.claim_id),
    claims=(CLAIM.claim_id, RELATION.claim_id),
    **CLAIM.model_dump(include=SHARED),
    stages=(STEP,),
    actor=("Sony",),
    recipient=("Japan",),
    fields=(enums.FieldCode.SPACE,),
    part_of=None,
    supersedes=None,
    first_reported=PUBLISHED,
    last_reported=PUBLISHED,
    first_unit="USD",
    first_value=CLAIM.value,
    documents=1,
    publishers=1,
    counted=True,
    exclusion_reason=None,
)
MEMBERSHIP = Membership(
    claim_id=RELATION.claim_id,
    commitment_id=COMMITMENT.commitment_id,
    counted=False,
    exclusion_reason=enums.ExclusionReason.CONVERSION,
    because=f"bracketed_conversion of {CLAIM.claim_id}",
)
RATE = Rate(unit="EUR", to="USD", rate=Decimal("1.0772"), on=PUBLISHED, source="ECB")
TOTAL = TotalRow(
    low=CLAIM.value,
    stated=CLAIM.value,
    high=None,
    open_ended=True,
    commitments=1,
    claims=2,
    documents=1,
    unconverted=0,
    undecided=Decimal(0),
    not_itemised=Decimal(0),
)

TEXT_EXAMPLES = (QUOTE, DOCUMENT, PART, SENTENCE, SEGMENT, PROBLEM)
CLAIM_EXAMPLES = (LINK, FIGURE, INVESTS, ACTOR, FIELD, RELATION, CLAIM)
BOOK_EXAMPLES = (RUN, DECISION, STEP, COMMITMENT, MEMBERSHIP, RATE, TOTAL)

EXAMPLES: Mapping[type[Record], Record] = {
    type(example): example for example in (*TEXT_EXAMPLES, *CLAIM_EXAMPLES, *BOOK_EXAMPLES)
}
"""Record → its example."""
