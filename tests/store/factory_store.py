"""Articles that need no reading: documents with claims made by hand, for tests of what keeps and shows them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from ledger.store import Batch, Store
from schemas import (
    Bound,
    Claim,
    CurrencyBasis,
    Document,
    Evidence,
    FieldCode,
    FieldTag,
    Kind,
    Measure,
    Name,
    NameType,
    Problem,
    Run,
    Section,
    Span,
    Stage,
    stable_id,
)

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ABOUT: dict[str, Any] = {"extractor_version": "0.1.0", "lexicon_hash": "0" * 64}


def document(text: str, source: str = "news/a.txt", **more: Any) -> Document:
    """A document of `text`, published on 1 March 2026."""
    known: dict[str, Any] = {"published": date(2026, 3, 1), "publisher": "The Courier", "retrieved_at": MORNING}
    sha = sha256(text.encode()).hexdigest()
    return Document(
        **{
            **known,
            "document_id": stable_id("document", text),
            "source": source,
            "text": text,
            "raw_sha256": sha,
            **more,
        }
    )


def pledge(
    actor: str = "Norlund", millions: int = 300, place: str = "Arvania", day: int = 1
) -> tuple[Document, tuple[Claim, ...]]:
    """An article of one sentence, and its one claim: the actor will invest so many million dollars in the place."""
    text = f"{actor} says it will invest ${millions} million in clean energy in {place}.\n"
    article = document(text, source=f"news/{actor.casefold()}-{millions}.txt", published=date(2026, 3, day))
    return article, (claim_in(article, f"${millions} million", Decimal(millions) * 10**6, actor, place),)


def claim_in(article: Document, words: str, value: Decimal, actor: str, place: str, **more: Any) -> Claim:
    """The claim of `words` in an article like that of `pledge`."""
    text = article.text

    def evidence(said: str, rule: str) -> Evidence:
        start = text.index(said)
        return Evidence(start=start, end=start + len(said), exact=said, rule=rule, confidence=0.9)

    def name(said: str, kind: NameType, rule: str) -> Name:
        start = text.index(said)
        place_of = {"start": start, "end": start + len(said)}
        return Name(name=said, id=stable_id(said), said=said, type=kind, rule=rule, confidence=0.9, **place_of)

    quote = Span.of(text, text.index(words), text.index(words) + len(words))
    energy = evidence("clean energy", "field_word")
    made: dict[str, Any] = {
        "claim_id": stable_id(article.document_id, quote.start, quote.end),
        "document_id": article.document_id,
        **quote.model_dump(),
        "sentence_start": 0,
        "sentence_end": len(text) - 1,
        "section": Section.PARAGRAPH,
        "kind": Kind.MONEY,
        "unit": "USD",
        "value": value,
        "lower": value,
        "upper": value,
        "bound": Bound.EXACT,
        "currency_basis": CurrencyBasis.INFERRED,
        "measure": Measure.INVESTMENT,
        "measure_evidence": evidence("invest", "invest_verb"),
        "time_basis": None,
        "time_basis_evidence": None,
        "stage": Stage.PLEDGED,
        "stage_evidence": evidence("will invest", "future_verb"),
        "actor": (name(actor, NameType.COMPANY, "subject_invests"),),
        "recipient": (name(place, NameType.COUNTRY, "invests_in_place"),),
        "fields": (
            FieldTag(
                code=FieldCode.CLEAN_ENERGY,
                start=energy.start,
                end=energy.end,
                exact=energy.exact,
                rule=energy.rule,
                confidence=0.9,
            ),
        ),
        "period": None,
        "period_evidence": None,
        "per": None,
        "confidence": 0.9,
        "rules": ("symbol_number_scale",),
        "extractor_version": "0.1.0",
    }
    return Claim(**{**made, **more})


def batch(*articles: tuple[Document, tuple[Claim, ...]], problems: tuple[Problem, ...] = ()) -> Batch:
    """A batch of articles and problems."""
    return Batch.of(
        [article for article, _ in articles], [claim for _, claims in articles for claim in claims], problems
    )


def add(
    store: Store,
    *articles: tuple[Document, tuple[Claim, ...]],
    problems: tuple[Problem, ...] = (),
    at: datetime = MORNING,
) -> Run:
    """Store articles as one run at a set time."""
    return store.add(batch(*articles, problems=problems), **ABOUT, started=at, clock=lambda: at)


SCAN_PROBLEM = Problem(where="news/scan.txt", rule="empty", message="the file holds no text")
