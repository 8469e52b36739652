"""A small ledger made by hand: what the faces are tested on, whatever the text stages read."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl

from ledger.book import Book
from ledger.book.ingest import now
from ledger.pipeline import Reading
from ledger.store import Snapshot
from ledger.tables import frame_of, record_schema
from schemas import Bound, Claim, CurrencyBasis, Decision, Document, Measure, Problem, Rate, Run, Stage
from tests.store.factory_store import claim_in, document, pledge

FORMULA = "=HYPERLINK(1) Kesto will invest about €40 million in clean energy in Arvania.\n"


def reading(article: tuple[Document, tuple[Claim, ...]]) -> Reading:
    """What the stages would have read of an article."""
    return Reading(article[0], article[1], ())


def euros() -> tuple[Document, tuple[Claim, ...]]:
    """An article whose first words a spreadsheet would run, with an amount in euros."""
    article = document(FORMULA, source="=news/kesto.txt")
    about = {
        "unit": "EUR",
        "bound": Bound.ABOUT,
        "currency_basis": CurrencyBasis.EXPLICIT,
        "confidence": 0.4,
        "review": ("two_candidates",),
    }
    return article, (claim_in(article, "€40 million", Decimal(40_000_000), "Kesto", "Arvania", **about),)


def profit() -> tuple[Document, tuple[Claim, ...]]:
    """An article whose figure is a statistic."""
    article = document(
        "Tessel will invest again in clean energy in Arvania after a profit of $7 million.\n", source="news/tessel.txt"
    )
    statistic = {"measure": Measure.PROFIT, "stage": None, "stage_evidence": None}
    return article, (claim_in(article, "$7 million", Decimal(7_000_000), "Tessel", "Arvania", **statistic),)


def rumour() -> tuple[Document, tuple[Claim, ...]]:
    """An article of a rumour."""
    article, (claim,) = pledge("Orrin", 90)
    return article, (claim.model_copy(update={"stage": Stage.RUMOURED}),)


def retold() -> tuple[Document, tuple[Claim, ...]]:
    """Another article that tells the first pledge again."""
    article = document(
        "In Arvania, Norlund will invest $300 million in clean energy, it said.\n",
        source="news/again.txt",
        publisher="The Post",
    )
    return article, (claim_in(article, "$300 million", Decimal(300_000_000), "Norlund", "Arvania"),)


SCAN = Problem(where="news/scan.txt", rule="empty", message="the file holds no text")


def small_book(folder: Path) -> Book:
    """A ledger of five articles: a pledge told twice, one in euros, a statistic, a rumour."""
    book = Book.open(folder / "book")
    book.add([*map(reading, (pledge(), retold(), euros(), profit(), rumour())), Reading(None, (), (SCAN,))], now())
    return book


def snapshot_of(readings: Sequence[Reading]) -> Snapshot:
    """A ledger of what was read, in memory."""
    documents = frame_of(Document, [reading.document for reading in readings if reading.document is not None])
    claims = frame_of(Claim, [claim for reading in readings for claim in reading.claims])
    empty = {model: pl.DataFrame(schema=record_schema(model)) for model in (Run, Decision, Problem, Rate)}
    return Snapshot(
        runs=empty[Run],
        documents=documents.lazy(),
        claims=claims.lazy(),
        problems=empty[Problem].lazy(),
        decisions=empty[Decision],
        rates=empty[Rate],
        written={},
        chains={},
        state="",
        versions={},
    )
