"""A ledger whose tables are hard to fit: long names, ranges, many fields, paths, near names."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.book import Book
from ledger.book.ingest import now
from ledger.cli.columns import CLAIM_COLUMNS, COMMITMENT_COLUMNS, DECISION_COLUMNS, EXCLUSION_COLUMNS
from ledger.cli.documents import COLUMNS as DOCUMENT_COLUMNS
from ledger.cli.review import COLUMNS as REVIEW_COLUMNS
from ledger.cli.show import listing_lines
from ledger.cli.totals import total_columns, totals_notes
from ledger.options import TotalOptions
from schemas import Bound, Claim, Document, FieldCode, Measure, Stage
from tests.book.factory_book import reading
from tests.store.factory_store import claim_in, document

WIDTHS = (60, 80, 100, 140)
GOLDENS = Path(__file__).parent / "goldens"


def article(
    text: str, source: str, day: int, words: str, amount: int, names: tuple[str, str], **more: Any
) -> tuple[Document, tuple[Claim, ...]]:
    """An article of one sentence with its one claim; `codes` are its fields, whose words are those of clean energy."""
    codes = more.pop("codes", ("clean_energy",))
    made = document(text, source=source, published=date(2026, 3, day), title=text[:60])
    claim = claim_in(made, words, Decimal(amount), *names, **more)
    fields = tuple(claim.fields[0].model_copy(update={"code": FieldCode(code)}) for code in codes)
    return made, (claim.model_copy(update={"fields": fields}),)


def wide_book(folder: Path) -> Book:
    """A ledger of six articles."""
    book = Book.open(folder / "book")
    north = "Norlund Energi International Holdings"
    articles = (
        article(
            f"{north} will invest between $45 billion and $50 billion in clean energy in Arvania.\n",
            "news/2026/03/norlund-energi-international-holdings-plans-a-plant.txt", 1,
            "between $45 billion and $50 billion", 47_500_000_000, (north, "Arvania"), bound=Bound.RANGE,
            lower=Decimal(45_000_000_000), upper=Decimal(50_000_000_000), period="2026/2030", confidence=0.55,
            codes=("transport_infrastructure", "clean_energy"),
        ),
        article(
            "Norlund will invest more than $300 million in clean energy in the Republic of Kestoria.\n",
            "news/norlund.txt", 2, "$300 million", 300_000_000, ("Norlund", "Republic of Kestoria"),
            upper=None, bound=Bound.MORE_THAN, confidence=0.9,
        ),
        article(
            "Tessel will invest about €44.228 million in clean energy in Arvania.\n", "news/tessel.txt", 3,
            "€44.228 million", 44_228_000, ("Tessel", "Arvania"), unit="EUR", bound=Bound.ABOUT, stage=Stage.APPROVED,
            codes=("biotechnology_pharma",), confidence=0.8, review=("low_confidence", "two_candidates"),
        ),
        article(
            "Orrin may, it says, and will invest $2.5 billion in clean energy in Arvania.\n", "news/orrin.txt", 4,
            "$2.5 billion", 2_500_000_000, ("Orrin", "Arvania"), stage=Stage.RUMOURED, confidence=0.4,
        ),
        article(
            "Tessel will invest in clean energy in Arvania after a profit of $7 million.\n", "news/profit.txt", 5,
            "$7 million", 7_000_000, ("Tessel", "Arvania"), measure=Measure.PROFIT, stage=None, stage_evidence=None,
        ),
        article(
            "In Kestoria, Norlund will invest $300 million in clean energy, it said.\n", "news/again.txt", 6,
            "$300 million", 300_000_000, ("Norlund", "Kestoria"), confidence=0.7,
        ),
    )  # fmt: skip
    book.add([*map(reading, articles)], now())
    first = articles[0][1][0].claim_id
    book.decide("accept", first, author="Ana", note="as it stands in the company's own release of 3 March")
    book.decide("alias", "Kestoria", "Republic of Kestoria", author="Berit Sandvik")
    book.undo(author="Berit Sandvik", note="the island, not the republic")
    return book


def write_tables(folder: Path) -> None:
    """The tables of each width, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        book = wide_book(Path(place))
        for width in WIDTHS:
            (folder / f"{width}.txt").write_text(tables(book, width), encoding="utf-8")


def tables(book: Book, width: int) -> str:
    """The tables that people see most, in so many characters."""
    options = {
        "totals by actor": TotalOptions(by=("actor",)),
        "totals by actor and field": TotalOptions(by=("actor", "field")),
        "totals": TotalOptions(),
    }
    lines = []
    for title, asked in options.items():
        frame = book.totals_of(asked)
        lines += listing_lines(frame, total_columns(frame), title, width, totals_notes(book, asked, frame))
    decisions = book.decisions_told().drop("at")
    shown = {name: cell for name, cell in DECISION_COLUMNS.items() if name != "at"}  # the time of the test
    for title, frame, columns in (
        ("claims", book.rows(), CLAIM_COLUMNS),
        ("commitments", book.resolution().commitments, COMMITMENT_COLUMNS),
        ("documents", book.documents_told(), DOCUMENT_COLUMNS),
        ("exclusions", book.exclusions(), EXCLUSION_COLUMNS),
        ("claims to look at", book.review(), REVIEW_COLUMNS),
        ("decisions", decisions, shown),
    ):
        lines += ["", *listing_lines(frame, columns, title, width)]
    return "\n".join(lines) + "\n"
